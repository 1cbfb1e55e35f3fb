/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"

#define PACING_TENTHS 14u          /* the pace, in tenths of the target */
#define REMEMBER_US 2000000u       /* unreported packets are kept so long, if the ring's largest size allows */
#define FORGET_US 60000000u        /* after such a pause nobody reports on what was before */
#define CLOCK_JUMP_US 5000000      /* no queue makes packets so much later or earlier than the ones before */
#define SILENCE_US 1000000u        /* without feedback, beside two round trips: the path may be gone */
#define SILENCE_STEP_US 500000u
#define SILENCE_TENTHS 8u          /* the target goes down to so much of it at each step */
#define BLIND_US 3000000u          /* no report of any kind for so long: */
#define BLIND_BPS 500000u          /* ... no more than this */
#define LIMITED_PERCENT 65u        /* who sends less of its target than this tests nothing */
#define HEADROOM_S 1.0f            /* so long beyond the rate where the path was full before, ... */
#define HEADROOM_US 15000u         /* ... without a queue: there may be much more */
#define WAIT_LEAST_US 15000u       /* a queue that grows makes all packets of a report wait so long */
#define LASTS_US 250000u           /* ... and goes on, where a machine that was busy for a moment does not */
#define LITTLE_PERCENT 50u         /* who sends less than this of its target has room for such a moment */
#define LUMP_US 5000               /* what comes within it after another packet comes with that one */
#define LUMP_MOST_US 20000
#define STALL_US 40000             /* what left over so long, ... */
#define STALL_TIMES 3u             /* ... and came so much faster than the target, has met no queue: somebody had stopped */
#define STALLS_US 2000000u         /* who does so once will do so again ... */
#define STALL_QUEUE_US 25000u      /* ... and all that waits is more than he, from here on */
#define DRAIN_PACKETS 4u
#define DRAIN_US 20000
#define JUMP_US 50000u             /* all of a report's packets waited so much longer: no line needs to be fitted */
#define SPARE_PERCENT 85u          /* ... and less than this leaves room for a probe's queue to drain */
#define FELL_TENTHS 7u             /* a fall below so much of the rate is a large one, ... */
#define RECOVER_US 4000000u        /* ... after which the old rate is tried again */
#define UNNUMBERED_MOST 1500u      /* bytes that a packet stands for beside its own: sound since the last frame */

enum sent_state {
  SENT_NOTHING,
  SENT_UNKNOWN,
  SENT_LOST, /* reported so; it may still arrive */
  SENT_ARRIVED,
};

/* What a feedback message has told. */
struct report {
  uint32_t came, lost;
  uint32_t wait_us;   /* the least */
  uint64_t newest_us; /* when the newest packet that came had left */
  int64_t first_us, last_us; /* of what came, by arrival */
  uint32_t bytes;            /* behind the first */
};

int bandwidth_init(struct bandwidth *b, const struct bandwidth_setup *setup, uint64_t now_us)
{
  *b = (struct bandwidth){.setup = *setup, .demand_bps = setup->max_bps};
  if (setup->min_bps == 0 || setup->min_bps > setup->start_bps || setup->start_bps > setup->max_bps)
    return ERR_RANGE;
  b->mask = LIMIT_BANDWIDTH_SENT_LEAST - 1;
  b->history = calloc(LIMIT_BANDWIDTH_SENT_LEAST, sizeof *b->history);
  b->begun_us = b->silence_us = BANDWIDTH_NEVER;
  b->last_sent_us = b->last_feedback_us = now_us;
  bandwidth_loss_init(&b->loss, now_us);
  bandwidth_start(b, setup->start_bps, now_us);
  return b->history == NULL ? ERR_NOMEM : 0;
}

void bandwidth_start(struct bandwidth *b, uint32_t bps, uint64_t now_us)
{
  b->target_bps = bps;
  bandwidth_aimd_init(&b->aimd, bps, now_us);
  bandwidth_prober_init(&b->prober, bps, now_us);
}

void bandwidth_fini(struct bandwidth *b)
{
  free(b->history);
  b->history = NULL;
}

static struct bandwidth_sent *place(const struct bandwidth *b, uint32_t sequence)
{
  return &b->history[sequence & b->mask];
}

/* Twice the size. Without memory the old one goes on: the oldest packets are forgotten unreported. */
static void grow(struct bandwidth *b)
{
  uint32_t size = b->mask + 1;
  struct bandwidth_sent *larger = calloc(2u * (size_t)size, sizeof *larger);
  if (larger == NULL)
    return;
  for (uint32_t i = 1; i <= size; i++)
    larger[(b->sent - i) & (2u * size - 1u)] = *place(b, b->sent - i);
  free(b->history);
  b->history = larger;
  b->mask = 2u * size - 1u;
}

static void forget_all(struct bandwidth *b)
{
  for (uint32_t i = 0; i <= b->mask; i++)
    b->history[i].state = SENT_NOTHING;
}

static void leaves(struct bandwidth *b, uint32_t bytes, uint64_t now_us)
{
  if (b->begun_us == BANDWIDTH_NEVER) {
    b->begun_us = b->last_feedback_us = now_us;
    b->silence_us = now_us + BLIND_US;
  }
  bandwidth_window_add(&b->sending, bytes, (int64_t)now_us);
}

void bandwidth_sent_unnumbered(struct bandwidth *b, uint32_t bytes, uint64_t now_us)
{
  leaves(b, bytes, now_us);
  b->unnumbered = b->unnumbered + bytes < UNNUMBERED_MOST ? b->unnumbered + bytes : UNNUMBERED_MOST;
}

uint16_t bandwidth_sent(struct bandwidth *b, uint32_t bytes, uint8_t flags, uint64_t now_us)
{
  (void)flags;
  if (now_us > b->last_sent_us + FORGET_US)
    forget_all(b);
  const struct bandwidth_sent *oldest = place(b, b->sent);
  if (oldest->state == SENT_UNKNOWN && b->reported && b->mask + 1 < LIMIT_BANDWIDTH_SENT_MOST &&
      (uint32_t)now_us - oldest->sent_us < REMEMBER_US)
    grow(b);
  leaves(b, bytes, now_us);
  uint8_t cluster = bandwidth_prober_sent(&b->prober, bytes, now_us);
  bytes += cluster == 0 ? b->unnumbered : 0; /* a probe is measured by its own packets */
  b->unnumbered = 0;
  *place(b, b->sent) = (struct bandwidth_sent){.sent_us = (uint32_t)now_us,
    .bytes = (uint16_t)(bytes < UINT16_MAX ? bytes : UINT16_MAX),
    .state = SENT_UNKNOWN,
    .cluster = cluster};
  b->last_sent_us = now_us;
  return (uint16_t)b->sent++;
}

/* The packet that a report is about, or NULL. */
static struct bandwidth_sent *find(struct bandwidth *b, uint16_t sequence)
{
  uint16_t age = (uint16_t)((uint16_t)b->sent - sequence);
  struct bandwidth_sent *s = place(b, b->sent - age);
  if (age == 0 || age > b->sent || age > b->mask + 1 || s->state == SENT_NOTHING) {
    b->counters.unsent++;
    return NULL;
  }
  if (s->state == SENT_ARRIVED) {
    b->counters.repeated++;
    return NULL;
  }
  return s;
}

/* A queue changes the difference of the clocks by less than CLOCK_JUMP_US between two packets. A packet whose difference
 * has jumped is passed over, and what was measured against the old clock is forgotten. */
static bool clock_holds(struct bandwidth *b, int64_t sent_us, int64_t arrival_us)
{
  if (arrival_us > INT64_MAX / 4 || arrival_us < INT64_MIN / 4) {
    b->counters.absurd++;
    return false;
  }
  int64_t offset_us = arrival_us - sent_us, change_us = offset_us - b->offset_us;
  bool holds = !b->has_offset || (change_us < CLOCK_JUMP_US && change_us > -CLOCK_JUMP_US);
  b->offset_us = offset_us;
  b->has_offset = true;
  if (!holds) {
    b->counters.absurd++;
    bandwidth_acked_reset(&b->acked);
    bandwidth_delay_reset(&b->delay);
    b->queue = (struct bandwidth_queue){0};
  }
  return holds;
}

/* Behind a full path packets come as slowly as it carries them. When the receiver's machine was busy, or a radio elsewhere,
 * those that have waited come together. */
static void look_for_stall(struct bandwidth *b, uint32_t bytes, int64_t sent_us, int64_t arrival_us, uint64_t now_us)
{
  struct bandwidth_lump *l = &b->lump;
  bool ends = arrival_us > l->last_us + LUMP_US || arrival_us > l->first_us + LUMP_MOST_US;
  if (ends || arrival_us < l->first_us || sent_us < l->first_sent_us)
    *l = (struct bandwidth_lump){.first_sent_us = sent_us, .first_us = arrival_us, .last_us = arrival_us};
  else
    l->bytes += bytes < UINT16_MAX ? bytes : UINT16_MAX;
  l->last_us = arrival_us > l->last_us ? arrival_us : l->last_us;
  uint64_t came_us = (uint64_t)(l->last_us - l->first_us) + 1000u, left_us = (uint64_t)(sent_us - l->first_sent_us);
  if (left_us >= STALL_US && (uint64_t)l->bytes * 8000000u / came_us > (uint64_t)b->target_bps * STALL_TIMES)
    b->stalled_us = now_us;
}

static void arrived(struct bandwidth *b, const struct bandwidth_sent *s, int64_t arrival_us, struct report *r,
                    uint64_t now_us)
{
  int64_t sent_us = (int64_t)(now_us - ((uint32_t)now_us - s->sent_us));
  if (!clock_holds(b, sent_us, arrival_us))
    return;
  bandwidth_acked_add(&b->acked, s->bytes, sent_us, arrival_us);
  bandwidth_delay_arrived(&b->delay, sent_us, arrival_us);
  bandwidth_queue_add(&b->queue, arrival_us - sent_us, now_us);
  look_for_stall(b, s->bytes, sent_us, arrival_us, now_us);
  uint32_t wait_us = bandwidth_queue_wait_us(&b->queue, arrival_us - sent_us);
  r->wait_us = wait_us < r->wait_us ? wait_us : r->wait_us;
  r->newest_us = (uint64_t)sent_us;
  if (r->first_us == 0)
    r->first_us = arrival_us;
  else if (arrival_us > r->first_us)
    r->bytes += s->bytes;
  r->last_us = arrival_us > r->last_us ? arrival_us : r->last_us;
  if (s->cluster != 0)
    bandwidth_prober_arrived(&b->prober, s->cluster, s->bytes, arrival_us);
}

static void lost(struct bandwidth *b, struct bandwidth_sent *s, struct report *r)
{
  s->state = SENT_LOST;
  r->lost++;
  if (s->cluster != 0)
    bandwidth_prober_lost(&b->prober, s->cluster);
}

static void set_target(struct bandwidth *b)
{
  uint64_t bps = b->aimd.bps < 4.0e9f ? (uint64_t)b->aimd.bps : UINT32_MAX;
  if (bps > b->loss.limit_bps)
    bps = b->loss.limit_bps;
  if (b->blind && bps > BLIND_BPS)
    bps = BLIND_BPS;
  if (bps > b->setup.max_bps)
    bps = b->setup.max_bps;
  if (bps < b->setup.min_bps)
    bps = b->setup.min_bps;
  b->target_bps = (uint32_t)bps;
  b->aimd.bps = b->aimd.bps > (float)b->setup.max_bps ? (float)b->setup.max_bps : b->aimd.bps;
  b->aimd.bps = b->aimd.bps < (float)b->setup.min_bps ? (float)b->setup.min_bps : b->aimd.bps;
}

static bool sends_below(const struct bandwidth *b, uint32_t percent)
{
  return bandwidth_window_bps(&b->sending) < (uint64_t)b->target_bps * percent / 100u;
}

static void measure_rtt(struct bandwidth *b, uint32_t rtt_us)
{
  b->rtt_us = b->rtt_us == 0 ? rtt_us : (uint32_t)((int64_t)b->rtt_us + ((int64_t)rtt_us - (int64_t)b->rtt_us) / 8);
}

/* A probe that is over has shown a rate; it is believed unless a queue grows. */
static void take_probe(struct bandwidth *b, bool believed, uint64_t now_us)
{
  uint32_t bps = bandwidth_prober_result(&b->prober, now_us);
  if (bps <= b->target_bps || !believed)
    return;
  bandwidth_aimd_set(&b->aimd, bps, now_us);
  b->loss.limit_bps = BANDWIDTH_UNLIMITED; /* enough of it came */
}

/* While a queue stands, packets arrive as fast as the path carries them; what came in the last half second may be less,
 * if little was sent until just now. 0: the report does not tell. */
static uint32_t drained_bps(const struct report *r)
{
  int64_t us = r->last_us - r->first_us;
  if (r->came < DRAIN_PACKETS || us < DRAIN_US || r->wait_us < WAIT_LEAST_US)
    return 0;
  uint64_t bps = (uint64_t)r->bytes * 8000000u / (uint64_t)us;
  return bps < UINT32_MAX ? (uint32_t)bps : UINT32_MAX;
}

/* Whether all packets have waited for a while. */
static bool waits_on(struct bandwidth *b, const struct report *r)
{
  if (r->wait_us < WAIT_LEAST_US)
    b->waits_us = 0;
  else if (b->waits_us == 0)
    b->waits_us = r->newest_us;
  return b->waits_us != 0 && r->newest_us > b->waits_us + LASTS_US;
}

/* The rates after a report about packets. */
static void judge(struct bandwidth *b, const struct report *r, uint64_t now_us)
{
  uint32_t before_bps = b->target_bps;
  struct bandwidth_state s = {.usage = bandwidth_delay_usage(&b->delay),
    .acked_bps = bandwidth_acked_bps(&b->acked),
    .drained_bps = drained_bps(r),
    .rtt_us = b->rtt_us,
    .queue_us = bandwidth_queue_us(&b->queue),
    .wait_us = r->wait_us,
    .newest_us = r->newest_us,
    .lost = r->lost > 0,
    .application_limited = sends_below(b, LIMITED_PERCENT)};
  if (s.usage == BANDWIDTH_OVERUSE && bandwidth_prober_is_near(&b->prober, now_us) && sends_below(b, SPARE_PERCENT))
    s.usage = BANDWIDTH_UNDERUSE; /* the probe's own queue: it drains by itself */
  if (s.usage == BANDWIDTH_OVERUSE && r->wait_us < WAIT_LEAST_US)
    s.usage = BANDWIDTH_UNDERUSE; /* some packets found no queue: bursts, or a busy machine */
  if (r->came > 0) {
    if (r->wait_us > b->wait_us + JUMP_US)
      s.usage = BANDWIDTH_OVERUSE;
    b->wait_us = r->wait_us;
    bool little = !waits_on(b, r) && sends_below(b, LITTLE_PERCENT);
    bool stalls = b->stalled_us != 0 && now_us < b->stalled_us + STALLS_US && s.queue_us < STALL_QUEUE_US;
    if (s.usage == BANDWIDTH_OVERUSE && (little || stalls))
      s.usage = BANDWIDTH_UNDERUSE;
  }
  bool down = bandwidth_aimd_update(&b->aimd, &s, now_us);
  bool cut = bandwidth_loss_update(&b->loss, r->lost, r->came, b->target_bps, b->rtt_us, now_us);
  take_probe(b, s.usage != BANDWIDTH_OVERUSE, now_us);
  set_target(b);
  if (b->aimd.beyond_s > HEADROOM_S && s.queue_us < HEADROOM_US && (float)s.acked_bps > b->aimd.goal_bps)
    bandwidth_prober_hurry(&b->prober, now_us);
  if (down)
    bandwidth_prober_postpone(&b->prober, now_us);
  if ((down || cut) && b->target_bps < (uint64_t)before_bps * FELL_TENTHS / 10u)
    bandwidth_prober_plan(&b->prober, before_bps, now_us + RECOVER_US);
}

static void hear(struct bandwidth *b, uint64_t now_us)
{
  b->last_feedback_us = now_us;
  b->blind = false;
  b->silence_us = now_us + SILENCE_US + 2u * b->rtt_us;
  if (b->recover_bps == 0)
    return;
  bandwidth_delay_reset(&b->delay);
  bandwidth_prober_plan(&b->prober, b->recover_bps, now_us);
  b->recover_bps = 0;
}

void bandwidth_feedback(struct bandwidth *b, const struct bandwidth_arrival *a, size_t n, uint64_t now_us)
{
  struct report r = {.wait_us = UINT32_MAX};
  for (size_t i = 0; i < n; i++) {
    struct bandwidth_sent *s = find(b, a[i].sequence);
    if (s == NULL)
      continue;
    if (!a[i].received) {
      if (s->state != SENT_LOST)
        lost(b, s, &r);
      continue;
    }
    if (r.came++ == 0)
      hear(b, now_us);
    arrived(b, s, a[i].arrival_us, &r, now_us);
    s->state = SENT_ARRIVED;
  }
  b->counters.acknowledged += r.came;
  b->counters.lost += r.lost;
  if (r.came + r.lost == 0)
    return;
  b->reported = true;
  if (r.newest_us > 0)
    measure_rtt(b, (uint32_t)(now_us - r.newest_us));
  judge(b, &r, now_us);
}

void bandwidth_loss_report(struct bandwidth *b, uint8_t fraction_lost, uint32_t rtt_us, uint64_t now_us)
{
  if (b->reported)
    return;
  b->told_losses = true;
  if (rtt_us > 0)
    measure_rtt(b, rtt_us);
  hear(b, now_us);
  /* Each report counts as a window of its own; nothing but loss is known, so the rate climbs as after a decrease. */
  (void)bandwidth_loss_update(&b->loss, fraction_lost, 256u - fraction_lost, b->target_bps, b->rtt_us, now_us);
  if (fraction_lost < 6 && !sends_below(b, LIMITED_PERCENT))
    bandwidth_aimd_set(&b->aimd, b->target_bps + b->target_bps / 20u, now_us);
  set_target(b);
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
  return b->rtt_us;
}

void bandwidth_set_demand(struct bandwidth *b, uint32_t demand_bps)
{
  b->demand_bps = demand_bps;
}

bool bandwidth_wants_probe(struct bandwidth *b, uint64_t now_us, struct bandwidth_probe *probe)
{
  if (!b->reported) /* who doesn't report would not tell what came of it; its first report begins it */
    return false;
  bandwidth_prober_consider(&b->prober, b->target_bps, b->demand_bps, now_us);
  uint32_t bytes = bandwidth_prober_due(&b->prober, now_us);
  *probe = (struct bandwidth_probe){.rate_bps = b->prober.rate_bps, .bytes = bytes, .cluster = b->prober.cluster};
  return bytes > 0;
}

uint64_t bandwidth_next_us(const struct bandwidth *b)
{
  uint64_t probe_us = b->reported ? bandwidth_prober_next_us(&b->prober) : BANDWIDTH_NEVER;
  return probe_us < b->silence_us ? probe_us : b->silence_us;
}

void bandwidth_on_idle(struct bandwidth *b, uint64_t now_us)
{
  if (b->reported) {
    take_probe(b, bandwidth_delay_usage(&b->delay) != BANDWIDTH_OVERUSE, now_us);
    set_target(b);
  }
  if (now_us < b->silence_us)
    return;
  b->silence_us = now_us + SILENCE_STEP_US;
  if (!b->reported && !b->told_losses) {
    b->blind = true;
    set_target(b);
    b->silence_us = BANDWIDTH_NEVER;
  } else if (b->last_sent_us > b->last_feedback_us && now_us < b->last_sent_us + SILENCE_US + 2u * b->rtt_us) {
    if (b->recover_bps == 0)
      b->recover_bps = b->target_bps;
    bandwidth_aimd_set(&b->aimd, b->target_bps / 10u * SILENCE_TENTHS, now_us);
    set_target(b);
  }
}
