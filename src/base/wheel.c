/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/wheel.h"

#include <stddef.h>

#define TICK_US 1000u

void wheel_init(struct wheel *w, uint64_t now_us)
{
  *w = (struct wheel){.tick = now_us / TICK_US};
  for (size_t i = 0; i < WHEEL_PLACES; i++)
    w->places[i].next = w->places[i].prev = &w->places[i];
}

static void link_before(struct wheel_timer *head, struct wheel_timer *t)
{
  t->prev = head->prev;
  t->next = head;
  head->prev->next = t;
  head->prev = t;
}

static void unlink_timer(struct wheel_timer *t)
{
  t->prev->next = t->next;
  t->next->prev = t->prev;
  t->next = t->prev = NULL;
}

void wheel_set(struct wheel *w, struct wheel_timer *t, uint64_t deadline_us)
{
  if (wheel_is_set(t))
    wheel_cancel(w, t);
  t->deadline_us = deadline_us;
  uint64_t tick = deadline_us / TICK_US + 1; /* rounded up: never early */
  if (tick <= w->tick)
    tick = w->tick + 1;
  link_before(&w->places[tick % WHEEL_PLACES], t);
  w->pending++;
}

void wheel_cancel(struct wheel *w, struct wheel_timer *t)
{
  if (!wheel_is_set(t))
    return;
  unlink_timer(t);
  w->pending--;
}

/* Moves what is due in one place to a list of its own, so that handlers may change the place. */
static void collect_due(struct wheel_timer *head, uint64_t now_us, struct wheel_timer *due)
{
  for (struct wheel_timer *t = head->next, *next; t != head; t = next) {
    next = t->next;
    if (t->deadline_us > now_us)
      continue;
    unlink_timer(t);
    link_before(due, t);
  }
}

void wheel_advance(struct wheel *w, uint64_t now_us)
{
  uint64_t now_tick = now_us / TICK_US;
  struct wheel_timer due = {0};
  due.next = due.prev = &due;
  if (now_tick <= w->tick)
    return;
  uint64_t steps = now_tick - w->tick;
  if (steps > WHEEL_PLACES)
    steps = WHEEL_PLACES;
  for (uint64_t i = steps; i-- > 0;)
    collect_due(&w->places[(now_tick - i) % WHEEL_PLACES], now_us, &due);
  w->tick = now_tick;
  while (due.next != &due) {
    struct wheel_timer *t = due.next;
    unlink_timer(t);
    w->pending--;
    t->fire(t, now_us);
  }
}

uint64_t wheel_next_us(const struct wheel *w)
{
  if (w->pending == 0)
    return WHEEL_NEVER;
  for (uint64_t i = 1; i < WHEEL_PLACES; i++) {
    const struct wheel_timer *head = &w->places[(w->tick + i) % WHEEL_PLACES];
    if (head->next != head)
      return (w->tick + i) * TICK_US;
  }
  return (w->tick + WHEEL_PLACES) * TICK_US;
}
