/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a new password is good enough (NIST SP 800-63B, section 5.1.1.2): long, and not one of those that are tried first.
 * No rules about digits, capitals or signs: they make passwords worse. */
#ifndef TESTUDO_AUTH_ADVICE_H
#define TESTUDO_AUTH_ADVICE_H

#include "base/bytes.h"
#include "base/limits.h"

#define PASSWORD_LEAST_CODE_POINTS 12

enum password_fault {
  PASSWORD_FINE,
  PASSWORD_SHORT,       /* fewer than PASSWORD_LEAST_CODE_POINTS characters */
  PASSWORD_LONG,        /* more than LIMIT_PASSWORD_BYTES */
  PASSWORD_NOT_TEXT,    /* no UTF-8, or with control characters */
  PASSWORD_REPEATED,    /* one character or a unit of up to 4 bytes, over and over */
  PASSWORD_KEYBOARD,    /* runs along the keyboard or the alphabet, and nothing else */
  PASSWORD_HAS_EMAIL,   /* holds the part of the e-mail address before the "@" (if that has 4 characters or more) */
  PASSWORD_HAS_PRODUCT, /* holds the product's name */
  PASSWORD_COMMON,      /* one or two words of the list of common passwords, perhaps repeated, with up to 6 other signs */
};
#define PASSWORD_FAULTS 9

/* The first fault in the order above. `email` is normalised or ""; `product` is lower case or "". Letters count without
 * case (ASCII), and "p@ssw0rd" as "password". */
enum password_fault password_advise(struct span password, const char *email, const char *product);

/* Stable, for programs: "password_short". */
const char *password_fault_code(enum password_fault fault);

/* One plain sentence for the person. */
const char *password_fault_text(enum password_fault fault);

/* The list of common passwords and their parts: lower case, sorted as strcmp does, each once. */
extern const char *const common_words[];
extern const size_t common_words_n;

#endif
