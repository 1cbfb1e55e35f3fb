/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/delay.h"

#include <math.h>
#include <stddef.h>

/* The first DELAY_STEPS buckets are of one microsecond each; from there on the highest set bit chooses the octave, and
 * the four bits below it the bucket. */
static size_t bucket_of(uint64_t us)
{
  if (us < DELAY_STEPS)
    return (size_t)us;
  unsigned octave = 59u - (unsigned)__builtin_clzll(us);
  size_t at = DELAY_STEPS * (size_t)(octave + 1) + (size_t)(us >> octave) - DELAY_STEPS;
  return at < DELAY_BUCKETS ? at : DELAY_BUCKETS - 1;
}

static uint64_t end_of(size_t bucket)
{
  if (bucket < DELAY_STEPS)
    return bucket;
  size_t octave = bucket / DELAY_STEPS - 1;
  return ((uint64_t)(DELAY_STEPS + bucket % DELAY_STEPS + 1) << octave) - 1;
}

void delay_add(struct delay *d, uint64_t us)
{
  d->n++;
  d->bucket[bucket_of(us)]++;
}

uint64_t delay_percentile(const struct delay *d, double share)
{
  double wanted = ceil(share * (double)d->n);
  uint64_t so_far = 0;
  for (size_t i = 0; i < DELAY_BUCKETS && d->n > 0; i++) {
    so_far += d->bucket[i];
    if ((double)so_far >= wanted && so_far > 0)
      return end_of(i);
  }
  return 0;
}
