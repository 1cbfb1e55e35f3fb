/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is the body of a transport-wide feedback. What is taken is written anew by our writer, in as many messages
 * as it needs, and must be read back as the same packets with the same times. */
#include <assert.h>

#include "proto/rtcp.h"
#include "proto/twcc.h"

#define ROOM 1200u
#define REFERENCE (1ll << 30) /* far from zero: no time is negative */

static int64_t first[65536], again[65536];

static size_t walk(const struct twcc_feedback *f, int64_t reference, int64_t *arrival_us)
{
  struct twcc_walk w;
  uint16_t sequence;
  size_t n = 0;
  twcc_begin(f, reference, &w);
  while (twcc_next(&w, &sequence, &arrival_us[n])) {
    assert(sequence == (uint16_t)(f->base + n));
    n++;
  }
  assert(n == f->count && w.deltas.n == 0 && w.chunks.n == 0);
  return n;
}

static bool any_received(const int64_t *arrival_us, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (arrival_us[i] != TWCC_NOT_RECEIVED)
      return true;
  return false;
}

/* One message about what is left; returns how many it told of. No time in a message is half a wrap of the reference
 * away from the one that it began with. */
static size_t rewrite(int64_t reference, uint16_t base, const int64_t *arrival_us, size_t n)
{
  uint8_t space[ROOM];
  struct writer w = writer_of(space, sizeof space);
  size_t told = twcc_write(&w, 1, 2, 3, base, arrival_us, n, ROOM);
  struct span rest = writer_span(&w);
  struct rtcp_packet p;
  struct rtcp_feedback fb;
  struct twcc_feedback f;
  assert(!w.overflow && told >= 1 && told <= n);
  assert(rtcp_next(&rest, &p) == 0 && rest.n == 0 && rtcp_read_feedback(&p, &fb) == 0);
  assert(twcc_parse(fb.fci, &f) == 0 && f.base == base && f.count == told && f.number == 3);
  assert(walk(&f, twcc_reference(reference, f.reference), again) == told);
  for (size_t i = 0; i < told; i++)
    assert(again[i] == arrival_us[i]);
  return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct twcc_feedback f;
  if (twcc_parse(span_of(data, size), &f) != 0)
    return 0;
  int64_t reference = twcc_reference(REFERENCE, f.reference);
  size_t n = walk(&f, reference, first);
  for (size_t at = 0; at < n && any_received(first + at, n - at);)
    at += rewrite(reference, (uint16_t)(f.base + at), first + at, n - at);
  return 0;
}
