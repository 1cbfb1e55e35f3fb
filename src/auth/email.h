/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of people, in one form each, so that one person is one account and nothing typed can reach a mail header or an
 * SMS provider unchecked.
 *
 * An e-mail address is `dot-atom@domain` (RFC 5321, section 4.1.2), ASCII: 1 to 64 bytes before the "@", 254 in all. The
 * domain has two labels or more of letters, digits and hyphens, the last one not all digits. Quoted local parts, comments,
 * address literals, control characters and anything outside ASCII are refused: hardly anybody has such an address, and
 * each is a way to imitate another one or to break a header. An internationalised domain is written in its xn-- form.
 * Both parts are lower-cased: in theory "Anna" and "anna" may be two mailboxes, in practice they are one person. */
#ifndef TESTUDO_AUTH_EMAIL_H
#define TESTUDO_AUTH_EMAIL_H

#include "base/bytes.h"
#include "store/store.h"

/* Writes the one form of what a person typed; spaces around it are ignored. ERR_MALFORMED (`email` is then ""). */
int email_normalise(struct span typed, char email[EMAIL_BYTES]);

/* 0 if the text is an address in that form already, else ERR_MALFORMED. For what comes from our own tables and files. */
int email_check(struct span text);

/* The part before the "@" of a normalised address; all of it if there is no "@". */
struct span email_local_part(const char *email);

/* "+" and 7 to 15 digits, the first not 0 (E.164). Spaces, hyphens, dots, slashes and brackets between the digits are
 * dropped. "00..." and "+49 (0) ..." are refused: what is meant by them depends on the country. ERR_MALFORMED
 * (`phone` is then ""). */
int phone_normalise(struct span typed, char phone[PHONE_BYTES]);

/* 0 if the text is a number in that form already, else ERR_MALFORMED. */
int phone_check(struct span text);

#endif
