/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Randomness for tests. */
#ifndef TESTUDO_TESTS_COUNTING_RANDOM_H
#define TESTUDO_TESTS_COUNTING_RANDOM_H

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "base/random.h"

/* Bytes that never repeat within a test, the same in every run. */
static inline void counting_fill(void *ctx, void *out, size_t n)
{
  uint64_t *count = ctx;
  uint8_t seed[randombytes_SEEDBYTES] = {0};
  ++*count;
  memcpy(seed, count, sizeof *count);
  randombytes_buf_deterministic(out, n, seed);
}

static inline struct random counting_random(uint64_t *count)
{
  *count = 0;
  return (struct random){.fill = counting_fill, .ctx = count};
}

#endif
