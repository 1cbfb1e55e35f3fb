/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/vp8.h"

/* First byte of the descriptor. */
#define EXTENDED_BIT 0x80u
#define NON_REFERENCE_BIT 0x20u
#define START_BIT 0x10u
#define PARTITION_BITS 0x07u

/* Second byte, with X. */
#define PICTURE_ID_BIT 0x80u
#define TL0PICIDX_BIT 0x40u
#define TID_BIT 0x20u
#define KEYIDX_BIT 0x10u

#define LONG_PICTURE_ID_BIT 0x80u
#define INTER_FRAME_BIT 0x01u /* P, inverse key frame flag: RFC 7741, section 4.3 */

static int parse_picture_id(struct span *s, struct vp8_descriptor *d)
{
  uint8_t high, low;
  if (span_u8(s, &high) != 0)
    return ERR_TRUNCATED;
  if ((high & LONG_PICTURE_ID_BIT) == 0) {
    d->picture_id_bits = 7;
    d->picture_id = high;
    return 0;
  }
  if (span_u8(s, &low) != 0)
    return ERR_TRUNCATED;
  d->picture_id_bits = 15;
  d->picture_id = (uint16_t)((high & 0x7F) << 8 | low);
  return 0;
}

/* T and K share one byte; each field counts only if its own bit is set. */
static int parse_layer(struct span *s, uint8_t present, struct vp8_descriptor *d)
{
  uint8_t b;
  if (span_u8(s, &b) != 0)
    return ERR_TRUNCATED;
  d->has_tid = (present & TID_BIT) != 0;
  d->has_keyidx = (present & KEYIDX_BIT) != 0;
  if (d->has_tid) {
    d->tid = b >> 6;
    d->layer_sync = (b & 0x20) != 0;
  }
  if (d->has_keyidx)
    d->keyidx = b & 0x1F;
  return 0;
}

static int parse_extended(struct span *s, struct vp8_descriptor *d)
{
  uint8_t present;
  if (span_u8(s, &present) != 0)
    return ERR_TRUNCATED;
  if ((present & TL0PICIDX_BIT) != 0 && (present & TID_BIT) == 0)
    return ERR_MALFORMED;
  if ((present & PICTURE_ID_BIT) != 0 && parse_picture_id(s, d) != 0)
    return ERR_TRUNCATED;
  d->has_tl0picidx = (present & TL0PICIDX_BIT) != 0;
  if (d->has_tl0picidx && span_u8(s, &d->tl0picidx) != 0)
    return ERR_TRUNCATED;
  return (present & (TID_BIT | KEYIDX_BIT)) != 0 ? parse_layer(s, present, d) : 0;
}

int vp8_parse(struct span payload, struct vp8_descriptor *d)
{
  struct span s = payload;
  uint8_t first, frame;
  *d = (struct vp8_descriptor){0};
  if (span_u8(&s, &first) != 0)
    return ERR_TRUNCATED;
  d->non_reference = (first & NON_REFERENCE_BIT) != 0;
  d->partition_start = (first & START_BIT) != 0;
  d->partition = first & PARTITION_BITS;
  int err = (first & EXTENDED_BIT) != 0 ? parse_extended(&s, d) : 0;
  if (err != 0)
    return err;
  d->bytes = (uint8_t)(payload.n - s.n);
  if (span_u8(&s, &frame) != 0)
    return ERR_TRUNCATED;
  d->frame_start = d->partition_start && d->partition == 0;
  d->key_frame = d->frame_start && (frame & INTER_FRAME_BIT) == 0;
  return 0;
}

int vp8_rewrite(uint8_t *payload, size_t n, const struct vp8_descriptor *d, uint16_t picture_id, uint8_t tl0picidx)
{
  if (n < d->bytes)
    return ERR_TRUNCATED;
  /* Behind the two fixed bytes come the picture id and TL0PICIDX, in this order: a writer over them alone. */
  struct writer w = writer_of(payload, d->bytes);
  if (d->picture_id_bits == 0 && !d->has_tl0picidx)
    return 0;
  (void)put_space(&w, 2);
  if (d->picture_id_bits == 7)
    put_u8(&w, picture_id & 0x7F);
  else if (d->picture_id_bits == 15)
    put_u16(&w, picture_id | 0x8000);
  if (d->has_tl0picidx)
    put_u8(&w, tl0picidx);
  return 0;
}
