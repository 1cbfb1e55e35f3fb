/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/balance.h"

static uint32_t busy(const struct balance_view *v, unsigned i)
{
  return v->capacity->process[i].busy;
}

static uint32_t mark(const struct balance_view *v)
{
  return v->capacity->mark == 0 ? CAPACITY_MARK : v->capacity->mark;
}

/* It is up, and says so. */
static bool lives(const struct balance_view *v, unsigned i, uint64_t now_us)
{
  uint64_t reported_us = v->capacity->process[i].reported_us;
  return v->up[i] && reported_us != 0 && now_us - reported_us < CAPACITY_SILENT_US;
}

static bool may_give(const struct balance *b, const struct balance_view *v, unsigned i, uint64_t now_us)
{
  return lives(v, i, now_us) && now_us >= b->gives_from_us[i];
}

static bool may_take(const struct balance *b, const struct balance_view *v, unsigned i, uint64_t now_us)
{
  return lives(v, i, now_us) && now_us >= b->takes_from_us[i] && capacity_has_room(v->capacity, i, now_us);
}

/* One is full, and the other one has much less to do. */
static bool relieves(const struct balance_view *v, unsigned from, unsigned to, uint64_t now_us)
{
  return !capacity_has_room(v->capacity, from, now_us) && busy(v, from) >= busy(v, to) + mark(v) / 4;
}

/* What a few people cost more or less is noise. */
static bool is_uneven(const struct balance_view *v, unsigned from, unsigned to, uint32_t more)
{
  return v->people[from] >= v->people[to] + more && busy(v, from) + mark(v) / 20 >= busy(v, to);
}

static bool is_worth_it(const struct balance_view *v, unsigned from, unsigned to, uint64_t now_us)
{
  uint32_t quarter = v->people[from] / 4;
  return relieves(v, from, to, now_us) || is_uneven(v, from, to, quarter > BALANCE_LEAST ? quarter : BALANCE_LEAST);
}

static bool is_to_go_on(const struct balance *b, const struct balance_view *v, uint64_t now_us)
{
  return may_give(b, v, b->from, now_us) && may_take(b, v, b->to, now_us) &&
         (relieves(v, b->from, b->to, now_us) || is_uneven(v, b->from, b->to, 2));
}

/* Of those that may take, the one with the fewest people. False: none. */
static bool find_taker(const struct balance *b, const struct balance_view *v, uint64_t now_us, unsigned *to)
{
  bool found = false;
  for (unsigned i = 0; i < v->processes; i++) {
    if (!may_take(b, v, i, now_us) || (found && v->people[i] >= v->people[*to]))
      continue;
    *to = i;
    found = true;
  }
  return found;
}

/* The full ones before the others, then by people. */
static bool is_worse(const struct balance_view *v, unsigned a, unsigned b, uint64_t now_us)
{
  bool room_in_a = capacity_has_room(v->capacity, a, now_us), room_in_b = capacity_has_room(v->capacity, b, now_us);
  return room_in_a != room_in_b ? room_in_b : v->people[a] > v->people[b];
}

static bool find_giver(const struct balance *b, const struct balance_view *v, uint64_t now_us, unsigned to,
                       unsigned *from)
{
  bool found = false;
  for (unsigned i = 0; i < v->processes; i++) {
    if (i == to || !may_give(b, v, i, now_us) || !is_worth_it(v, i, to, now_us) ||
        (found && !is_worse(v, i, *from, now_us)))
      continue;
    *from = i;
    found = true;
  }
  return found;
}

/* Whether it has been worth it for long enough; then the next time begins anew. */
static bool is_clear(struct balance *b, bool worth_it, uint64_t now_us)
{
  uint64_t since_us = b->clear_us == 0 ? now_us : b->clear_us;
  bool clear = worth_it && now_us - since_us >= BALANCE_CLEAR_US;
  b->clear_us = worth_it && !clear ? since_us : 0;
  return clear;
}

unsigned balance_step(struct balance *b, const struct balance_view *v, uint64_t now_us)
{
  if (b->goes_on)
    b->goes_on = is_to_go_on(b, v, now_us);
  if (!b->goes_on) {
    bool found = find_taker(b, v, now_us, &b->to) && find_giver(b, v, now_us, b->to, &b->from);
    b->goes_on = is_clear(b, found, now_us);
  }
  if (!b->goes_on)
    return 0;
  if (relieves(v, b->from, b->to, now_us))
    return BALANCE_AT_ONCE;
  uint32_t half = (v->people[b->from] - v->people[b->to]) / 2;
  return half < BALANCE_AT_ONCE ? half : BALANCE_AT_ONCE;
}

void balance_moved(struct balance *b, uint64_t now_us)
{
  b->takes_from_us[b->from] = now_us + BALANCE_REST_US;
  b->gives_from_us[b->to] = now_us + BALANCE_REST_US;
}

void balance_stuck(struct balance *b, uint64_t now_us)
{
  b->gives_from_us[b->from] = now_us + BALANCE_REST_US;
  b->goes_on = false;
}

void balance_began(struct balance *b, unsigned process, uint64_t now_us)
{
  b->takes_from_us[process] = now_us + BALANCE_NEW_US;
  b->failures[process] = 0;
}

void balance_arrived(struct balance *b, unsigned process)
{
  b->failures[process] = 0;
}

void balance_failed(struct balance *b, unsigned process, uint64_t now_us)
{
  if (b->failures[process] < BALANCE_FAILURES)
    b->failures[process]++;
  if (b->failures[process] == BALANCE_FAILURES)
    b->takes_from_us[process] = now_us + BALANCE_REST_US;
}
