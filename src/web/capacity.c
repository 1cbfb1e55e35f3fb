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

static void follow_bad(struct capacity_process *p)
{
  bool bad = p->last.late_us >= CAPACITY_LATE_US || p->last.unsent > 0;
  if (bad && p->bad < CAPACITY_IN_A_ROW)
    p->bad++;
  else if (!bad && p->bad > 0)
    p->bad--;
  if (p->bad == CAPACITY_IN_A_ROW)
    p->bad_full = true;
  else if (p->bad == 0)
    p->bad_full = false;
}

void capacity_report(struct capacity *c, unsigned process, const struct ipc_load *m, uint64_t now_us)
{
  struct capacity_process *p = &c->process[process];
  p->busy = p->reported_us == 0 ? m->busy : (p->busy + m->busy) / 2;
  p->last = *m;
  p->reported_us = now_us;
  p->given /= 2;
  follow_busy(p, mark_of(c));
  follow_bad(p);
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
