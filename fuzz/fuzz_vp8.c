/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input's first three bytes are a picture id and a TL0PICIDX, the rest is a payload. Rewriting must change these
 * two fields and no other bit, and rewriting with the old values must restore it. */
#include <assert.h>
#include <stdlib.h>

#include "proto/vp8.h"

static uint16_t id_bits(const struct vp8_descriptor *d)
{
  return (uint16_t)((1u << d->picture_id_bits) - 1);
}

static void assert_rewritten(const struct vp8_descriptor *was, struct vp8_descriptor is, uint16_t id, uint8_t tl0)
{
  assert(is.picture_id == (id & id_bits(was)));
  assert(is.tl0picidx == (was->has_tl0picidx ? tl0 : 0));
  is.picture_id = was->picture_id;
  is.tl0picidx = was->tl0picidx;
  assert(is.bytes == was->bytes && is.picture_id_bits == was->picture_id_bits && is.partition == was->partition);
  assert(is.partition_start == was->partition_start && is.non_reference == was->non_reference);
  assert(is.has_tl0picidx == was->has_tl0picidx && is.has_tid == was->has_tid && is.tid == was->tid);
  assert(is.layer_sync == was->layer_sync && is.has_keyidx == was->has_keyidx && is.keyidx == was->keyidx);
  assert(is.frame_start == was->frame_start && is.key_frame == was->key_frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span payload = span_of(data, size);
  struct vp8_descriptor d, e;
  uint16_t id;
  uint8_t tl0;
  if (span_u16(&payload, &id) != 0 || span_u8(&payload, &tl0) != 0 || vp8_parse(payload, &d) != 0)
    return 0;
  assert(d.bytes >= 1 && d.bytes <= VP8_DESCRIPTOR_MAX && d.bytes < payload.n);
  assert(!d.key_frame || d.frame_start);
  uint8_t *copy = malloc(payload.n);
  assert(copy != NULL);
  memcpy(copy, payload.p, payload.n);
  assert(vp8_rewrite(copy, payload.n, &d, id, tl0) == 0);
  assert(vp8_parse(span_of(copy, payload.n), &e) == 0);
  assert_rewritten(&d, e, id, tl0);
  assert(memcmp(copy + d.bytes, payload.p + d.bytes, payload.n - d.bytes) == 0);
  assert(vp8_rewrite(copy, payload.n, &d, d.picture_id, d.tl0picidx) == 0);
  assert(memcmp(copy, payload.p, payload.n) == 0);
  free(copy);
  return 0;
}
