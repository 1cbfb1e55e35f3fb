/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long packets wait on the path: their delay beyond the least one of the last half minute. The two clocks may differ
 * by anything, and drift. */
#ifndef TESTUDO_MEDIA_BANDWIDTH_QUEUE_H
#define TESTUDO_MEDIA_BANDWIDTH_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

/* The least of a window and of the one before. All zero: nothing was added yet. */
struct bandwidth_least {
  int64_t now, before;
  uint64_t since_us;
  bool has_now, has_before;
};

void bandwidth_least_add(struct bandwidth_least *l, int64_t value, uint64_t window_us, uint64_t now_us);
int64_t bandwidth_least(const struct bandwidth_least *l);

/* All zero is the beginning. */
struct bandwidth_queue {
  struct bandwidth_least base, recent;
};

/* A packet's time on the way, in clocks that differ: arrival less departure. */
void bandwidth_queue_add(struct bandwidth_queue *q, int64_t offset_us, uint64_t now_us);

/* The least wait of the last second or so: what bursts and jitter add is not in it. */
uint32_t bandwidth_queue_us(const struct bandwidth_queue *q);

/* The wait of a packet with this time on the way. */
uint32_t bandwidth_queue_wait_us(const struct bandwidth_queue *q, int64_t offset_us);

#endif
