/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"

#define PACING_TENTHS 20u /* the pace, in tenths of the target */

enum sent_state {
  SENT_NOTHING,
  SENT_UNKNOWN,
  SENT_LOST, /* reported so; it may still arrive */
  SENT_ARRIVED,
};

int bandwidth_init(struct bandwidth *b, const struct bandwidth_setup *setup, uint64_t now_us)
{
  *b = (struct bandwidth){.setup = *setup, .target_bps = setup->start_bps, .demand_bps = setup->max_bps};
  if (setup->min_bps == 0 || setup->min_bps > setup->start_bps || setup->start_bps > setup->max_bps)
    return ERR_RANGE;
  b->mask = LIMIT_BANDWIDTH_SENT_LEAST - 1;
  b->history = calloc(LIMIT_BANDWIDTH_SENT_LEAST, sizeof *b->history);
  b->last_sent_us = b->last_feedback_us = now_us;
  return b->history == NULL ? ERR_NOMEM : 0;
}

void bandwidth_fini(struct bandwidth *b)
{
  free(b->history);
  b->history = NULL;
}

uint16_t bandwidth_sent(struct bandwidth *b, uint32_t bytes, uint8_t flags, uint64_t now_us)
{
  (void)flags;
  uint32_t sequence = b->sent++;
  b->history[sequence & b->mask] = (struct bandwidth_sent){
    .sent_us = (uint32_t)now_us, .bytes = (uint16_t)(bytes < UINT16_MAX ? bytes : UINT16_MAX), .state = SENT_UNKNOWN};
  b->last_sent_us = now_us;
  return (uint16_t)sequence;
}

/* The packet that a report is about, or NULL. */
static struct bandwidth_sent *find(struct bandwidth *b, uint16_t sequence)
{
  uint16_t age = (uint16_t)((uint16_t)b->sent - sequence);
  if (age == 0 || age > b->sent || age > b->mask + 1) {
    b->counters.unsent++;
    return NULL;
  }
  struct bandwidth_sent *s = &b->history[(b->sent - age) & b->mask];
  if (s->state == SENT_ARRIVED) {
    b->counters.repeated++;
    return NULL;
  }
  return s;
}

static void set_target(struct bandwidth *b, uint64_t bps)
{
  if (bps < b->setup.min_bps)
    bps = b->setup.min_bps;
  b->target_bps = (uint32_t)(bps < b->setup.max_bps ? bps : b->setup.max_bps);
}

void bandwidth_feedback(struct bandwidth *b, const struct bandwidth_arrival *a, size_t n, uint64_t now_us)
{
  uint64_t arrived = 0, lost = 0;
  for (size_t i = 0; i < n; i++) {
    struct bandwidth_sent *s = find(b, a[i].sequence);
    if (s == NULL)
      continue;
    arrived += a[i].received;
    lost += !a[i].received && s->state != SENT_LOST;
    s->state = a[i].received ? SENT_ARRIVED : SENT_LOST;
  }
  b->counters.acknowledged += (uint32_t)arrived;
  b->counters.lost += (uint32_t)lost;
  if (arrived > 0)
    b->last_feedback_us = now_us;
  if (lost * 10 > arrived + lost)
    set_target(b, b->target_bps - b->target_bps * lost / (arrived + lost) / 2);
  else if (lost * 50 < arrived)
    set_target(b, b->target_bps + b->target_bps / 100u);
}

void bandwidth_loss_report(struct bandwidth *b, uint8_t fraction_lost, uint32_t rtt_us, uint64_t now_us)
{
  (void)rtt_us;
  (void)now_us;
  if (fraction_lost > 25)
    set_target(b, b->target_bps - (uint64_t)b->target_bps * fraction_lost / 512u);
  else if (fraction_lost < 6)
    set_target(b, b->target_bps + b->target_bps / 50u);
}

uint32_t bandwidth_target_bps(const struct bandwidth *b)
{
  return b->target_bps;
}

uint32_t bandwidth_pacing_bps(const struct bandwidth *b)
{
  uint64_t bps = (uint64_t)b->target_bps * PACING_TENTHS / 10u;
  return bps < UINT32_MAX ? (uint32_t)bps : UINT32_MAX;
}

uint32_t bandwidth_rtt_us(const struct bandwidth *b)
{
  (void)b;
  return 0;
}

void bandwidth_set_demand(struct bandwidth *b, uint32_t demand_bps)
{
  b->demand_bps = demand_bps;
}

bool bandwidth_wants_probe(struct bandwidth *b, uint64_t now_us, struct bandwidth_probe *probe)
{
  (void)b;
  (void)now_us;
  (void)probe;
  return false;
}

uint64_t bandwidth_next_us(const struct bandwidth *b)
{
  (void)b;
  return BANDWIDTH_NEVER;
}

void bandwidth_on_idle(struct bandwidth *b, uint64_t now_us)
{
  (void)b;
  (void)now_us;
}
