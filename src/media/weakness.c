/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/weakness.h"

static uint8_t count(uint8_t before, bool goes_on, uint8_t most)
{
  if (!goes_on)
    return 0;
  return before < most ? (uint8_t)(before + 1) : most;
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
