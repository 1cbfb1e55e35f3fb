/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagrams in a TCP stream (RFC 4571): each is preceded by its length, two bytes. Datagrams that lie whole in what was
 * read are handed on where they are; of one that does not, the beginning is kept here until the rest has come. */
#ifndef TESTUDO_PROTO_FRAMING_H
#define TESTUDO_PROTO_FRAMING_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

#define FRAMING_PREFIX 2 /* bytes before each datagram */

/* Plain data; all zero is the beginning of a stream. */
struct framing {
  uint16_t n; /* bytes of `partial` in use */
  uint8_t partial[FRAMING_PREFIX + LIMIT_DATAGRAM];
};

/* What was read and is not looked at yet. Unlike a span it may be changed: datagrams are decrypted in place. */
struct framing_input {
  uint8_t *p;
  size_t n;
};

/* Moves on to the next datagram: 0, with where it is; valid until the next call or until the input is used again. Empty
 * ones are passed over.
 * ERR_TRUNCATED  all of the input is used up; go on with more
 * ERR_LIMIT      a datagram longer than LIMIT_DATAGRAM: this is no peer of ours, and the stream cannot be used any more */
int framing_next(struct framing *f, struct framing_input *input, uint8_t **datagram, size_t *n);

/* Writes a prefix. ERR_RANGE: n is 0 or more than LIMIT_DATAGRAM. */
int framing_prefix(size_t n, uint8_t prefix[FRAMING_PREFIX]);

#endif
