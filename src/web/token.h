/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random tokens and secrets as text: base64url without padding (RFC 4648, section 5), in its one canonical form. */
#ifndef TESTUDO_WEB_TOKEN_H
#define TESTUDO_WEB_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define TOKEN_BYTES 16  /* host link, room address, entry */
#define TOKEN_TEXT 22
#define SECRET_BYTES 32 /* codeword, cookie */
#define SECRET_TEXT 43

/* Writes the text of n <= SECRET_BYTES bytes and a terminating zero: TOKEN_TEXT + 1 or SECRET_TEXT + 1 bytes. */
void token_to_text(const uint8_t *bytes, size_t n, char *text);

/* Exactly n bytes. ERR_MALFORMED for any other length, alphabet, padding or non-zero spare bits. */
int token_from_text(struct span text, uint8_t *bytes, size_t n);

#endif
