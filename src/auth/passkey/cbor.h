/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of CBOR (RFC 8949) that authenticators speak, in CTAP2's canonical encoding: shortest lengths, definite
 * lengths, no tags, no fractions. Each take moves past what it returns. ERR_TRUNCATED, ERR_MALFORMED. */
#ifndef TESTUDO_AUTH_PASSKEY_CBOR_H
#define TESTUDO_AUTH_PASSKEY_CBOR_H

#include "base/bytes.h"

/* An integer, negative or not, within int64_t: else ERR_RANGE. */
int cbor_take_int(struct span *s, int64_t *v);

/* Bytes or text, which stay in `s`'s memory. Text is not checked to be UTF-8. */
int cbor_take_bytes(struct span *s, struct span *bytes);
int cbor_take_text(struct span *s, struct span *text);

/* The head of a map: so many pairs of key and value follow. */
int cbor_take_map(struct span *s, uint64_t *pairs);

/* One item of any kind with all that is in it, at most 4 deep (ERR_LIMIT). */
int cbor_skip(struct span *s);

#endif
