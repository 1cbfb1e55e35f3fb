/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/weakness.h"

static uint8_t count(uint8_t before, bool goes_on, uint8_t most)
{
  if (!goes_on)
    return 0;
  return before < most ? (uint8_t)(before + 1) : most;
}

static uint32_t beyond(struct bandwidth_least *usual, int64_t age_us, uint64_t now_us)
{
  bool late = usual->has_now && age_us - bandwidth_least(usual) >= WEAKNESS_SLOW_US;
  bandwidth_least_add(usual, age_us, late ? WEAKNESS_USUAL_MOST_US : WEAKNESS_USUAL_US, now_us);
  int64_t wait_us = age_us - bandwidth_least(usual);
  return wait_us < UINT32_MAX ? (uint32_t)wait_us : UINT32_MAX;
}

void weakness_report(struct weakness_delay *d, int64_t age_us, int64_t moved_us, uint64_t now_us)
{
  bool moved = moved_us > WEAKNESS_JUMP_US || moved_us < -WEAKNESS_JUMP_US;
  if (moved)
    *d = (struct weakness_delay){0};
  d->is_unsteady = moved;
  d->report_wait_us = beyond(&d->reports, age_us, now_us);
}

uint32_t weakness_wait_us(struct weakness_delay *d, int64_t age_us, uint64_t now_us)
{
  uint32_t wait_us = beyond(&d->packets, age_us, now_us);
  return wait_us < d->report_wait_us ? wait_us : d->report_wait_us;
}

uint32_t weakness_of_wait(uint32_t wait_us)
{
  if (wait_us < WEAKNESS_SLOW_US)
    return 0;
  return wait_us < WEAKNESS_LATE_US ? (WEAKNESS_LOW + WEAKNESS_HIGH) / 2 : WEAKNESS_ALL;
}

bool weakness_look(struct weakness *w, uint32_t lost)
{
  uint32_t now = lost < WEAKNESS_ALL ? lost : WEAKNESS_ALL;
  uint8_t before = w->verdict;
  w->level_16 = (uint16_t)((w->level_16 * 3u + now * 16u) / 4u);
  w->bad = count(w->bad, w->level_16 > WEAKNESS_HIGH * 16u, WEAKNESS_SECONDS);
  w->calm = count(w->calm, w->level_16 < WEAKNESS_LOW * 16u, WEAKNESS_CALM_SECONDS);
  if (w->bad == WEAKNESS_SECONDS)
    w->verdict = WEAKNESS_WEAK;
  else if (w->calm == WEAKNESS_CALM_SECONDS)
    w->verdict = WEAKNESS_NONE;
  return w->verdict != before;
}
