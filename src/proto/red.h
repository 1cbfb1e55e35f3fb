/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redundant audio (RFC 2198): a packet carries earlier ones once more. All blocks are of one payload type here, as
 * browsers agree it ("a=fmtp:63 111/111"). */
#ifndef TESTUDO_PROTO_RED_H
#define TESTUDO_PROTO_RED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define RED_OLDER 4          /* blocks beside the primary one that we read */
#define RED_ONE_BYTES 5      /* what stands before one older block and the primary one */
#define RED_AGE_MAX 16383u   /* of a block, in timestamp units */
#define RED_BLOCK_MAX 1023u  /* bytes of an older block */

struct red_block {
  uint16_t age; /* its timestamp is so much less than the packet's */
  struct span data;
};

struct red_packet {
  struct red_block older[RED_OLDER]; /* from old to new; without empty ones */
  size_t n_older;
  struct span primary; /* not empty */
};

/* Takes a payload apart. ERR_TRUNCATED: a block runs over its end, or there is no primary block; ERR_MALFORMED: a block
 * of another payload type; ERR_LIMIT: more than RED_OLDER of them. */
int red_parse(struct span payload, uint8_t payload_type, struct red_packet *r);

/* Whether a block of `n` bytes and this age can be written. */
static inline bool red_fits(uint32_t age, size_t n)
{
  return age > 0 && age <= RED_AGE_MAX && n > 0 && n <= RED_BLOCK_MAX;
}

/* What stands before a primary block with one older block: RED_ONE_BYTES and the block. It must fit (asserted). */
void red_write_one(struct writer *w, uint8_t payload_type, uint32_t age, struct span older);

/* Sets the payload type in what red_write_one wrote. */
void red_stamp_one(uint8_t *head, uint8_t payload_type);

#endif
