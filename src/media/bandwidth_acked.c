/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth_acked.h"

#define STEPS_LEAST 4u

void bandwidth_window_add(struct bandwidth_window *w, uint32_t bytes, int64_t at_us)
{
  int64_t step = at_us / ACKED_STEP_US;
  if (w->steps == 0 || step >= w->step + 4 * ACKED_STEPS) {
    *w = (struct bandwidth_window){.step = step, .steps = 1};
  }
  while (w->step < step) {
    w->step++;
    w->bytes[(uint64_t)w->step % ACKED_STEPS] = 0;
    w->steps += w->steps < ACKED_STEPS;
  }
  if (step > w->step - (int64_t)w->steps)
    w->bytes[(uint64_t)step % ACKED_STEPS] += bytes;
}

uint32_t bandwidth_window_bps(const struct bandwidth_window *w)
{
  uint64_t bytes = 0;
  if (w->steps <= STEPS_LEAST)
    return 0;
  for (uint32_t i = 1; i < w->steps; i++)
    bytes += w->bytes[(uint64_t)(w->step - (int64_t)i) % ACKED_STEPS];
  uint64_t bps = bytes * 8000000u / ((uint64_t)(w->steps - 1) * ACKED_STEP_US);
  return bps < UINT32_MAX ? (uint32_t)bps : UINT32_MAX;
}

void bandwidth_acked_add(struct bandwidth_acked *a, uint32_t bytes, int64_t sent_us, int64_t arrival_us)
{
  bandwidth_window_add(&a->sent, bytes, sent_us);
  bandwidth_window_add(&a->arrived, bytes, arrival_us);
}

uint32_t bandwidth_acked_bps(const struct bandwidth_acked *a)
{
  uint32_t sent = bandwidth_window_bps(&a->sent), arrived = bandwidth_window_bps(&a->arrived);
  return sent < arrived ? sent : arrived;
}

void bandwidth_acked_reset(struct bandwidth_acked *a)
{
  *a = (struct bandwidth_acked){0};
}
