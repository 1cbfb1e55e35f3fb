/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of packet protocols share: packets as heap copies of exactly their size, so that AddressSanitizer
 * sees a read of one byte too many, and randomness that is the same in every run. */
#ifndef TESTUDO_TESTS_PACKET_TESTING_H
#define TESTUDO_TESTS_PACKET_TESTING_H

#include <stdlib.h>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto_testing.h"

/* Owned by the caller: packet_free. */
static inline struct span packet_copy(const void *p, size_t n)
{
  uint8_t *copy = malloc(n > 0 ? n : 1);
  assert_non_null(copy);
  if (n > 0)
    memcpy(copy, p, n);
  return span_of(copy, n);
}

static inline struct span packet_hex(const char *hex)
{
  uint8_t bytes[2048];
  return packet_copy(bytes, from_hex(bytes, sizeof bytes, hex));
}

static inline void packet_free(struct span s)
{
  free((void *)(uintptr_t)s.p);
}

/* Calls `check` with every beginning of the packet, from empty to one byte short of whole. */
static inline void for_each_truncation(struct span packet, void (*check)(struct span cut))
{
  for (size_t n = 0; n < packet.n; n++) {
    struct span cut = packet_copy(packet.p, n);
    check(cut);
    packet_free(cut);
  }
}

static inline void assert_span_equal(struct span a, struct span b)
{
  assert_int_equal(a.n, b.n);
  if (a.n > 0)
    assert_memory_equal(a.p, b.p, a.n);
}

static inline void assert_span_hex(struct span s, const char *hex)
{
  struct span expected = packet_hex(hex);
  assert_span_equal(s, expected);
  packet_free(expected);
}

static inline void seeded_fill(void *ctx, void *out, size_t n)
{
  test_random_fill(ctx, out, n);
}

/* `state` must outlive it. */
static inline struct random seeded_random(uint64_t *state)
{
  return (struct random){.fill = seeded_fill, .ctx = state};
}

#endif
