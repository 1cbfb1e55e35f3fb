/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recovery codes: ten texts that a person prints and keeps, each in place of a second factor, once. 80 random bits as four
 * groups of four characters, "k7mq-0x3t-9wzd-h2ne", in an alphabet without look-alikes (Crockford's base32). That is too
 * much to guess, so that a plain hash is enough; it holds the account too, so that equal hashes say nothing. */
#ifndef TESTUDO_AUTH_RECOVERY_H
#define TESTUDO_AUTH_RECOVERY_H

#include "base/bytes.h"
#include "base/random.h"
#include "store/store_people.h"

#define RECOVERY_CHARACTERS 16
#define RECOVERY_TEXT (RECOVERY_CHARACTERS + 3 + 1) /* with hyphens and the zero */

/* What the person gets to see once, and the hashes for store_recovery_set. Wipe the texts after use. */
void recovery_make(const struct random *random, const struct uid *account, char text[RECOVERY_CODES][RECOVERY_TEXT],
                   uint8_t hash[RECOVERY_CODES][32]);

/* The one form of what was typed: upper or lower case, "o" for 0, "i" and "l" for 1, hyphens and spaces anywhere or nowhere.
 * ERR_MALFORMED (`text` is then ""). */
int recovery_normalise(struct span typed, char text[RECOVERY_TEXT]);

/* The hash of what was typed, for store_recovery_use. ERR_MALFORMED. */
int recovery_hash(struct span typed, const struct uid *account, uint8_t hash[32]);

#endif
