/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times counted in buckets that grow with the time: millions of them in a few kilobytes, each known to 1/16. */
#ifndef TESTUDO_LOAD_DELAY_H
#define TESTUDO_LOAD_DELAY_H

#include <stdint.h>

#define DELAY_STEPS 16   /* buckets while the time doubles */
#define DELAY_OCTAVES 22 /* from 16 us to over a minute */
#define DELAY_BUCKETS (DELAY_STEPS * (DELAY_OCTAVES + 1))

/* Zeroed: empty. */
struct delay {
  uint64_t n, bucket[DELAY_BUCKETS];
};

void delay_add(struct delay *d, uint64_t us);

/* The time, in microseconds, that `share` (0 to 1) of them do not exceed: the upper end of its bucket; 0 of none. */
uint64_t delay_percentile(const struct delay *d, double share);

#endif
