/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is a payload. If it is a single NAL unit, the same unit in an aggregate and as a first fragment must be
 * seen as the same unit; an aggregate with one more unit behind it must show both. */
#include <assert.h>
#include <stdlib.h>

#include "proto/h264.h"

#define STAP_A 0x78u
#define FU_A 0x7Cu
#define FU_START 0x80u
#define SPS 0x67u

static bool same(struct h264_units a, struct h264_units b)
{
  return a.sps == b.sps && a.pps == b.pps && a.idr == b.idr && a.other == b.other;
}

static struct h264_units units_of(const struct writer *w)
{
  struct h264_units u;
  assert(!w->overflow && h264_parse(writer_span(w), &u) == 0);
  return u;
}

static void check_single(struct span unit, struct h264_units u, uint8_t *space, size_t cap)
{
  struct writer w = writer_of(space, cap);
  put_u8(&w, STAP_A);
  put_u16(&w, (uint16_t)unit.n);
  put_span(&w, unit);
  assert(same(units_of(&w), u));
  w = writer_of(space, cap);
  put_u8(&w, FU_A);
  put_u8(&w, (uint8_t)(FU_START | (unit.p[0] & 0x1F)));
  assert(same(units_of(&w), u));
}

static void check_aggregate(struct span payload, struct h264_units u, uint8_t *space, size_t cap)
{
  struct writer w = writer_of(space, cap);
  put_span(&w, payload);
  put_u16(&w, 1);
  put_u8(&w, SPS);
  u.sps = true;
  assert(same(units_of(&w), u));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span payload = span_of(data, size);
  struct h264_units u;
  int err = h264_parse(payload, &u);
  assert(h264_key_start(payload) == (err == 0 && u.sps));
  if (err != 0 || size > UINT16_MAX)
    return 0;
  uint8_t type = data[0] & 0x1F;
  uint8_t *space = malloc(size + 3);
  assert(space != NULL);
  if (type <= 23)
    check_single(payload, u, space, size + 3);
  else if (type == (STAP_A & 0x1F))
    check_aggregate(payload, u, space, size + 3);
  free(space);
  return 0;
}
