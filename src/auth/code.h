/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time codes that a person gets by e-mail or SMS and types into the page that asked for them.
 *
 * A code belongs to one browser and one address: who sees it in a mailbox or over a shoulder cannot use it elsewhere, and
 * who asks for codes to a stranger's address has five guesses at each (and few codes: guard.h, GUARD_EMAIL and GUARD_SMS).
 * It lives for ten minutes and works once. A newer one for the same browser and address replaces it. The table keeps no
 * code and no address, only hashes under a key that is new at each start. */
#ifndef TESTUDO_AUTH_CODE_H
#define TESTUDO_AUTH_CODE_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/random.h"
#include "base/slab.h"

#define CODE_LIFETIME_US UINT64_C(600000000)
#define CODE_TRIES 5
#define CODE_DIGITS_LEAST 6
#define CODE_DIGITS_MOST 8
#define CODE_DIGITS_EMAIL 8 /* an attacker may ask for more e-mails than for SMS, see the rules in guard.c */
#define CODE_DIGITS_SMS 6
#define CODE_BYTES (CODE_DIGITS_MOST + 1)
#define CODE_BROWSER_BYTES 32

struct codes {
  struct slab slab;
  struct map by_place;
  struct random random;
  uint8_t key[32];
};

/* ERR_NOMEM. */
int codes_init(struct codes *c, const struct random *random);
void codes_fini(struct codes *c);

/* A new code of so many digits (CODE_DIGITS_LEAST to _MOST: our own choice, asserted). `browser` is the hash by which the
 * session's cookie is known, `address` is normalised. ERR_LIMIT: LIMIT_CODES are open. The caller wipes `code`. */
int codes_issue(struct codes *c, uint64_t now_us, const uint8_t browser[CODE_BROWSER_BYTES], const char *address,
                unsigned digits, char code[CODE_BYTES]);

/* Spaces and hyphens in what was typed are ignored. 0: it is right, and used up. ERR_AUTH: wrong. ERR_REFUSED: wrong, and
 * no try is left (or none was): a new code is needed. ERR_NOT_FOUND: there is none for this browser and address, or it
 * is too old. ERR_MALFORMED: not 6 to 8 digits; this is a typing error and costs no try. */
int codes_check(struct codes *c, uint64_t now_us, const uint8_t browser[CODE_BROWSER_BYTES], const char *address,
                struct span typed);

/* Forgets the code, if there is one: the person has left or chosen another way. */
void codes_forget(struct codes *c, const uint8_t browser[CODE_BROWSER_BYTES], const char *address);

/* Forgets what is too old; call it about once a second. */
void codes_tick(struct codes *c, uint64_t now_us);

/* The digits of what was typed, without spaces and hyphens, and a zero. ERR_MALFORMED: anything else is in it, or it is
 * not `least` to CODE_DIGITS_MOST digits long (`digits` is then ""). */
int code_digits(struct span typed, unsigned least, char digits[CODE_BYTES]);

#endif
