/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth_queue.h"

#define BASE_US 20000000u
#define RECENT_US 400000u

void bandwidth_least_add(struct bandwidth_least *l, int64_t value, uint64_t window_us, uint64_t now_us)
{
  if (!l->has_now || now_us - l->since_us >= window_us) {
    l->before = l->now;
    l->has_before = l->has_now && now_us - l->since_us < 2 * window_us;
    l->now = value;
    l->has_now = true;
    l->since_us = now_us;
  } else if (value < l->now) {
    l->now = value;
  }
}

int64_t bandwidth_least(const struct bandwidth_least *l)
{
  return l->has_before && l->before < l->now ? l->before : l->now;
}

void bandwidth_queue_add(struct bandwidth_queue *q, int64_t offset_us, uint64_t now_us)
{
  bandwidth_least_add(&q->base, offset_us, BASE_US, now_us);
  bandwidth_least_add(&q->recent, offset_us, RECENT_US, now_us);
}

uint32_t bandwidth_queue_wait_us(const struct bandwidth_queue *q, int64_t offset_us)
{
  int64_t wait_us = offset_us - bandwidth_least(&q->base);
  return wait_us <= 0 ? 0 : wait_us < INT32_MAX ? (uint32_t)wait_us : INT32_MAX;
}

uint32_t bandwidth_queue_us(const struct bandwidth_queue *q)
{
  return bandwidth_queue_wait_us(q, bandwidth_least(&q->recent));
}
