/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/allocate.h"

#include <assert.h>

#define ROOM_TO_RISE 5 /* the part of the budget that must stay free then */

struct purse {
  uint64_t budget, spent;
  bool may_rise;
};

static bool is_shown(const struct allocate_slot *s)
{
  return s->height > 0 && s->n_steps > 0;
}

static uint32_t rate_of(const struct allocate_slot *s, uint8_t step)
{
  return step == ALLOCATE_NONE ? 0 : s->rate_bps[step];
}

_Static_assert(ALLOCATE_NEW > ALLOCATE_STEPS, "what is new does not rise");

/* Gives the slot this step in place of a lower one, if that can be paid for. */
static bool buy(struct purse *p, struct allocate_slot *s, uint8_t step)
{
  bool rises = s->now == ALLOCATE_NONE || step > s->now;
  uint64_t limit = rises ? p->budget - p->budget / ROOM_TO_RISE : p->budget;
  uint64_t spent = p->spent - rate_of(s, s->step) + rate_of(s, step);
  if ((rises && !p->may_rise) || spent > limit)
    return false;
  p->spent = spent;
  s->step = step;
  return true;
}

/* From the most important to the least, among equals from large to small. */
static void sort(struct allocate_slot *slots, size_t n, struct allocate_slot **order)
{
  for (size_t i = 0; i < n; i++) {
    size_t at = i;
    for (; at > 0; at--) {
      const struct allocate_slot *before = order[at - 1];
      if (before->rank < slots[i].rank || (before->rank == slots[i].rank && before->height >= slots[i].height))
        break;
      order[at] = order[at - 1];
    }
    order[at] = &slots[i];
  }
}

/* The first one is shown whatever the budget: a meeting is never all dark. */
static void give_least(struct purse *p, struct allocate_slot **order, size_t n)
{
  bool first = true;
  for (size_t i = 0; i < n; i++) {
    struct allocate_slot *s = order[i];
    if (!is_shown(s))
      continue;
    if (!buy(p, s, 0) && first) {
      p->spent += s->rate_bps[0];
      s->step = 0;
    }
    first = false;
  }
}

static bool raise(struct purse *p, struct allocate_slot *s)
{
  return is_shown(s) && s->step != ALLOCATE_NONE && s->step < s->best && buy(p, s, (uint8_t)(s->step + 1));
}

static void give_more(struct purse *p, struct allocate_slot **order, size_t n)
{
  for (size_t i = 0; i < n && order[i]->rank != ALLOCATE_OTHER; i++)
    while (raise(p, order[i]))
      continue;
  for (bool any = true; any;) {
    any = false;
    for (size_t i = 0; i < n; i++)
      any |= order[i]->rank == ALLOCATE_OTHER && raise(p, order[i]);
  }
}

/* In order of importance each takes two thirds of what is left, the last one all of it. */
static void stretch(const struct purse *p, struct allocate_slot **order, size_t n)
{
  uint64_t left = p->spent < p->budget ? p->budget - p->spent : 0;
  struct allocate_slot *last = NULL;
  for (size_t i = 0; i < n; i++)
    if (order[i]->elastic && order[i]->step != ALLOCATE_NONE)
      last = order[i];
  for (size_t i = 0; i < n && last != NULL; i++) {
    struct allocate_slot *s = order[i];
    if (!s->elastic || s->step == ALLOCATE_NONE)
      continue;
    uint64_t part = s == last ? left : left / 3 * 2;
    left -= part;
    s->most_bps = s->rate_bps[0] + (uint32_t)part;
  }
}

uint32_t allocate(struct allocate_slot *slots, size_t n, uint32_t budget_bps, uint32_t reserved_bps, bool may_rise)
{
  struct allocate_slot *order[LIMIT_VIDEO_SLOTS] = {0};
  struct purse purse = {.budget = budget_bps, .spent = reserved_bps, .may_rise = may_rise};
  uint64_t most = reserved_bps;
  assert(n <= LIMIT_VIDEO_SLOTS);
  for (size_t i = 0; i < n; i++) {
    assert(slots[i].n_steps <= ALLOCATE_STEPS && (slots[i].n_steps == 0 || slots[i].best < slots[i].n_steps));
    slots[i].step = ALLOCATE_NONE;
    slots[i].most_bps = ALLOCATE_UNLIMITED;
    if (is_shown(&slots[i]))
      most += slots[i].elastic ? slots[i].wish_bps : slots[i].rate_bps[slots[i].best];
  }
  if (budget_bps == ALLOCATE_UNLIMITED) {
    for (size_t i = 0; i < n; i++)
      if (is_shown(&slots[i]))
        slots[i].step = slots[i].best;
  } else {
    sort(slots, n, order);
    give_least(&purse, order, n);
    give_more(&purse, order, n);
    stretch(&purse, order, n);
  }
  return most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
}
