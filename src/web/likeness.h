/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that imitate (A6): what a name looks like to a reader, by Unicode's tables of confusable characters (UTS 39,
 * in ICU). All names here have passed name_check (names.h): at most LIMIT_NAME_BYTES of well-formed UTF-8.
 *
 * The handle holds ICU's tables, which never change: it is made once, before the sandbox closes. */
#ifndef TESTUDO_WEB_LIKENESS_H
#define TESTUDO_WEB_LIKENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define LIKENESS_BYTES 32

struct likeness;

/* ERR_NOMEM: ICU could not make or load its tables. */
int likeness_new(struct likeness **likeness);

/* NULL does nothing. */
void likeness_free(struct likeness *l);

/* What the name looks like, as two truncated SHA-256, to be compared by likeness_alike: of its skeleton as it is
 * written ("Ian" and "lan" are one), and of the skeleton of its small letters ("Нина" and "нина" are one). Both are
 * after NFKC, without blanks, punctuation and what cannot be seen. ERR_MALFORMED for broken UTF-8, ERR_LIMIT for a
 * name that is too long. */
int likeness_skeleton(const struct likeness *l, struct span name, uint8_t skeleton[LIKENESS_BYTES]);

/* Whether a reader may take one for the other. */
bool likeness_alike(const uint8_t a[LIKENESS_BYTES], const uint8_t b[LIKENESS_BYTES]);

/* Whether the name, or some words in a row of it, imitates a role ("host", "admin", "support") or the server itself,
 * also by look-alikes ("H0st"), letters apart ("h o s t") or numbers behind ("Admin 2"). A role within a longer word
 * is none. What is not well formed imitates. */
bool likeness_is_role(const struct likeness *l, struct span name);

/* 0 for a name whose letters go together: one writing system, those of Japanese, Chinese or Korean, or Latin with
 * one other that is not Cyrillic or Greek (UTS 39, section 5.2, "moderately restrictive"). ERR_REFUSED for a mixture
 * that only serves to imitate, ERR_MALFORMED. */
int likeness_check_scripts(const struct likeness *l, struct span name);

#endif
