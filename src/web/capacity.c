/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/capacity.h"

#define WINDOW_US 10000000
#define RETRY_LEAST_S 5
#define RETRY_MOST_S 60
#define SHED_PER_SECOND 200 /* that are asked to come one second later each */

static uint32_t mark_of(const struct capacity *c)
{
  return c->mark == 0 ? CAPACITY_MARK : c->mark;
}

/* Full at the mark, and no longer at seven eighths of it: between them it stays as it was. */
static void follow_busy(struct capacity_process *p, uint32_t mark)
{
  if (p->busy >= mark)
    p->busy_full = true;
  else if (p->busy < mark - mark / 8)
    p->busy_full = false;
}

/* Full when it was bad so often in a row, and no longer when it was good as often. */
static void follow_bad(bool bad, uint8_t *in_a_row, bool *full)
{
  if (bad && *in_a_row < CAPACITY_IN_A_ROW)
    ++*in_a_row;
  else if (!bad && *in_a_row > 0)
    --*in_a_row;
  if (*in_a_row == CAPACITY_IN_A_ROW)
    *full = true;
  else if (*in_a_row == 0)
    *full = false;
}

void capacity_report(struct capacity *c, unsigned process, const struct ipc_load *m, uint64_t now_us)
{
  struct capacity_process *p = &c->process[process];
  p->busy = p->reported_us == 0 ? m->busy : (p->busy + m->busy) / 2;
  p->last = *m;
  p->reported_us = now_us;
  p->given /= 2;
  follow_busy(p, mark_of(c));
  follow_bad(m->late_us >= CAPACITY_LATE_US || m->unsent > 0, &p->bad, &p->bad_full);
}

void capacity_forget(struct capacity *c, unsigned process)
{
  c->process[process] = (struct capacity_process){0};
}

bool capacity_has_room(const struct capacity *c, unsigned process, uint64_t now_us)
{
  const struct capacity_process *p = &c->process[process];
  uint64_t peers = p->last.peers;
  if (p->reported_us == 0 || peers < CAPACITY_FEW)
    return true;
  if (p->busy_full || p->bad_full || now_us - p->reported_us >= CAPACITY_SILENT_US)
    return false;
  return p->busy * (peers + p->given) < mark_of(c) * peers;
}

void capacity_web_late(struct capacity *c, uint64_t late_us)
{
  c->web_late_us = late_us;
  follow_bad(late_us >= CAPACITY_WEB_LATE_US, &c->web_bad, &c->web_full);
}

bool capacity_web_has_room(const struct capacity *c, uint32_t people)
{
  return !c->web_full || people < CAPACITY_FEW;
}

void capacity_give(struct capacity *c, unsigned process)
{
  c->process[process].given++;
}

unsigned capacity_shed(struct capacity *c, uint64_t now_us)
{
  if (now_us - c->window_us >= WINDOW_US) {
    c->window_us = now_us;
    c->shed_lately = 0;
  }
  c->shed++;
  c->shed_lately++;
  uint32_t s = RETRY_LEAST_S + c->shed_lately / SHED_PER_SECOND;
  return s < RETRY_MOST_S ? s : RETRY_MOST_S;
}
