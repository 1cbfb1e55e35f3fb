/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is a sender's life: packets leave, time passes, and the receiver reports whatever it likes. The target stays
 * within its bounds, nothing is asked for that is not wanted, and memory has its limit. */
#include <assert.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "media/bandwidth.h"
#include "media/pacer.h"

#define ARRIVALS 64

static const struct bandwidth_setup setup = {.start_bps = 300000, .min_bps = 50000, .max_bps = 8000000};

/* A report of up to 64 packets: from a sequence number near the newest, or from any. */
static void report(struct bandwidth *b, struct span *s, uint64_t now)
{
  struct bandwidth_arrival a[ARRIVALS];
  uint8_t n, shape, bits = 0;
  uint16_t first;
  uint32_t clock;
  if (span_u8(s, &n) != 0 || span_u8(s, &shape) != 0 || span_u16(s, &first) != 0 || span_u32(s, &clock) != 0)
    return;
  n %= ARRIVALS + 1;
  if (shape & 1)
    first = (uint16_t)(b->sent - n - (first & 15));
  int64_t at_us = shape & 2 ? (int64_t)now + (int32_t)(clock & 0xfffff) : (int64_t)((uint64_t)clock << (shape >> 2 & 31));
  for (size_t i = 0; i < n; i++) {
    if (i % 8 == 0 && span_u8(s, &bits) != 0)
      bits = 0xff;
    at_us += shape & 0x80 ? (int64_t)clock * (i % 2 ? 1 : -1) : 1000;
    a[i] = (struct bandwidth_arrival){at_us, (uint16_t)(first + i), bits >> (i % 8) & 1};
  }
  bandwidth_feedback(b, a, n, now);
}

static void send(struct bandwidth *b, struct pacer *p, uint32_t bytes, uint8_t flags, uint64_t now)
{
  uint16_t expected = (uint16_t)b->sent;
  uint16_t sequence = bandwidth_sent(b, bytes, flags, now);
  assert(sequence == expected);
  pacer_sent(p, bytes, now);
  assert(pacer_next_us(p) <= now + 2000000);
}

static void step(struct bandwidth *b, struct pacer *p, struct span *s, uint64_t *now)
{
  struct bandwidth_probe probe;
  uint8_t what, x;
  uint16_t y;
  if (span_u8(s, &what) != 0 || span_u8(s, &x) != 0)
    return;
  switch (what % 8) {
  case 0:
    *now += (uint64_t)x * 1000;
    break;
  case 1:
    *now += (uint64_t)x << (what >> 3);
    break;
  case 2:
    for (uint32_t i = 0; i < x % 64u; i++)
      send(b, p, 20u + what * 5u, 0, *now + i * 50u);
    *now += x % 64u * 50u;
    break;
  case 3:
    report(b, s, *now);
    break;
  case 4:
    bandwidth_loss_report(b, x, (uint32_t)what << 12, *now);
    break;
  case 5:
    bandwidth_set_demand(b, (uint32_t)x * 100000u);
    break;
  case 6:
    if (bandwidth_wants_probe(b, *now, &probe)) {
      assert(probe.bytes > 0 && probe.bytes < 1000000 && probe.rate_bps > 0 && b->demand_bps > 0);
      send(b, p, 1200, BANDWIDTH_PROBE | BANDWIDTH_PADDING, *now);
    }
    break;
  default:
    if (span_u16(s, &y) != 0)
      break;
    if ((what & 0x80) != 0)
      bandwidth_sent_unnumbered(b, y, *now);
    else
      send(b, p, y, x, *now);
    bandwidth_on_idle(b, *now);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span s = span_of(data, size);
  struct bandwidth b;
  struct pacer p = {0};
  uint64_t now = 5000000;
  if (bandwidth_init(&b, &setup, now) != 0)
    return 0;
  while (s.n > 1) {
    step(&b, &p, &s, &now);
    uint32_t target = bandwidth_target_bps(&b);
    assert(target >= setup.min_bps && target <= setup.max_bps);
    assert(bandwidth_pacing_bps(&b) >= target);
    assert(b.mask < LIMIT_BANDWIDTH_SENT_MOST);
    pacer_set_rate(&p, bandwidth_pacing_bps(&b), now);
  }
  bandwidth_fini(&b);
  return 0;
}
