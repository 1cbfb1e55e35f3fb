/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth_probe.h"

#define RUN_US 25000u        /* how long a probe lasts */
#define PACKETS_LEAST 5u
#define PACKET_BYTES 1200u   /* of padding: as large as media's */
#define ANSWER_US 1000000u   /* its reports come within it, or it is void */
#define SETTLE_US 200000u     /* its queue is gone so soon after its reports */
#define BEYOND_TENTHS 15u    /* no probe is faster than this, in tenths of the demand */
#define RETRIES 3u
#define RETRY_US 300000u      /* after one at the start of which too little came */
#define STALL_US 200000u     /* a probe whose packets do not leave is void */
#define AFTER_US 2000000u    /* after the path was full */
#define PAUSE_LEAST_US 2000000u
#define PAUSE_MOST_US 16000000u
#define MEASURED 0.95f       /* of the rate of arrival, when it was lower than that of sending: at the start, ... */
#define MEASURED_LATER 0.92f /* ... and when others may be squeezed meanwhile */

void bandwidth_prober_init(struct bandwidth_prober *p, uint32_t start_bps, uint64_t now_us)
{
  *p = (struct bandwidth_prober){
    .planned_bps = 3u * start_bps, .planned_us = now_us, .pause_us = PAUSE_LEAST_US, .starting = true};
}

void bandwidth_prober_plan(struct bandwidth_prober *p, uint32_t rate_bps, uint64_t at_us)
{
  p->planned_bps = rate_bps;
  p->planned_us = at_us;
}

/* Of many receivers behind one link each has its own moment: they saw it full at the same time. */
static uint64_t scattered_us(uint64_t wait_us, uint64_t now_us, uint32_t salt)
{
  uint64_t mixed = (now_us ^ ((uint64_t)salt << 32)) * 0x9e3779b97f4a7c15u;
  return wait_us + (mixed >> 33) % wait_us;
}

void bandwidth_prober_postpone(struct bandwidth_prober *p, uint64_t now_us)
{
  p->starting = false;
  if (p->planned_us < now_us + AFTER_US) {
    p->planned_us = now_us + scattered_us(AFTER_US, now_us, p->target_bps);
    p->planned_bps = 0;
  }
}

void bandwidth_prober_hurry(struct bandwidth_prober *p, uint64_t now_us)
{
  uint64_t soonest_us = p->begun_us + PAUSE_LEAST_US;
  if (soonest_us < now_us)
    soonest_us = now_us;
  if (p->planned_us > soonest_us)
    p->planned_us = soonest_us;
}

void bandwidth_prober_consider(struct bandwidth_prober *p, uint32_t target_bps, uint32_t demand_bps, uint64_t now_us)
{
  uint64_t most = (uint64_t)demand_bps * BEYOND_TENTHS / 10u;
  p->target_bps = target_bps;
  p->wanted = target_bps < demand_bps;
  if (!p->wanted)
    p->running = false;
  if (!p->wanted || p->running || p->waiting || now_us < p->planned_us)
    return;
  if (p->planned_bps <= target_bps)
    p->planned_bps = target_bps < UINT32_MAX / 2 ? target_bps + target_bps / 2u : UINT32_MAX;
  p->most_bps = most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
  if (p->planned_bps > p->most_bps)
    p->planned_bps = p->most_bps;
}

static void begin(struct bandwidth_prober *p, uint64_t now_us)
{
  p->cluster = (uint8_t)(p->cluster % 255u + 1u);
  p->rate_bps = p->planned_bps;
  p->bytes = (uint32_t)((uint64_t)p->rate_bps * RUN_US / 8000000u);
  if (p->bytes < PACKETS_LEAST * PACKET_BYTES)
    p->bytes = PACKETS_LEAST * PACKET_BYTES;
  p->begun_us = now_us;
  p->sent = (struct bandwidth_run){0};
  p->came = (struct bandwidth_run){0};
  p->lost = 0;
  p->running = true;
}

uint32_t bandwidth_prober_due(struct bandwidth_prober *p, uint64_t now_us)
{
  if (!p->running && !p->waiting && p->wanted && now_us >= p->planned_us)
    begin(p, now_us);
  if (!p->running)
    return 0;
  uint64_t due = (now_us - p->begun_us) * p->rate_bps / 8000000u + PACKET_BYTES;
  if (due > p->bytes)
    due = p->bytes;
  return due > p->sent.bytes ? (uint32_t)due - p->sent.bytes : 0;
}

static void run_add(struct bandwidth_run *r, uint32_t bytes, int64_t at_us)
{
  if (r->packets == 0 || at_us < r->first_us) {
    r->first_us = at_us;
    r->first_bytes = bytes;
  }
  if (r->packets == 0 || at_us >= r->last_us) {
    r->last_us = at_us;
    r->last_bytes = bytes;
  }
  r->bytes += bytes;
  r->packets++;
}

uint8_t bandwidth_prober_sent(struct bandwidth_prober *p, uint32_t bytes, uint64_t now_us)
{
  if (!p->running)
    return 0;
  run_add(&p->sent, bytes, (int64_t)now_us);
  if (p->sent.bytes >= p->bytes && p->sent.packets >= PACKETS_LEAST) {
    p->running = false;
    p->waiting = true;
  }
  return p->cluster;
}

void bandwidth_prober_arrived(struct bandwidth_prober *p, uint8_t cluster, uint32_t bytes, int64_t arrival_us)
{
  if (cluster == p->cluster && (p->running || p->waiting))
    run_add(&p->came, bytes, arrival_us);
}

void bandwidth_prober_lost(struct bandwidth_prober *p, uint8_t cluster)
{
  if (cluster == p->cluster && (p->running || p->waiting))
    p->lost++;
}

static float run_bps(uint32_t bytes, const struct bandwidth_run *r)
{
  int64_t us = r->last_us - r->first_us;
  return (float)bytes * 8000000.0f / (float)(us > 1000 ? us : 1000);
}

static uint32_t measure(const struct bandwidth_prober *p)
{
  const struct bandwidth_run *s = &p->sent, *c = &p->came;
  if (c->packets < 3 || c->packets * 10u < s->packets * 6u || c->bytes * 10u < s->bytes * 6u)
    return 0; /* too little of it came */
  float sent = run_bps(s->bytes - s->last_bytes, s), came = run_bps(c->bytes - c->first_bytes, c);
  if (came > 2.0f * sent)
    return 0;
  float bps = came < sent ? came : sent;
  if (came < 0.9f * sent)
    bps = (p->starting ? MEASURED : MEASURED_LATER) * came;
  return bps < 4.0e9f ? (uint32_t)bps : UINT32_MAX;
}

uint32_t bandwidth_prober_result(struct bandwidth_prober *p, uint64_t now_us)
{
  if (p->running && now_us > p->begun_us + STALL_US) {
    p->running = false;
    p->planned_us = now_us + p->pause_us;
  }
  bool late = now_us > p->begun_us + ANSWER_US;
  if (!p->waiting || (p->came.packets + p->lost < p->sent.packets && !late))
    return 0;
  p->waiting = false;
  p->known_us = now_us;
  uint32_t bps = measure(p);
  bool good = bps > 0 && (uint64_t)bps * 10u > (uint64_t)p->rate_bps * 7u;
  if (good && p->starting && p->rate_bps < p->most_bps) { /* at the start: twice as much, until it is too much */
    bandwidth_prober_plan(p, p->rate_bps < UINT32_MAX / 2 ? p->rate_bps * 2u : UINT32_MAX, now_us);
  } else if (bps == 0 && p->starting && p->retries < RETRIES) {
    p->retries++;
    bandwidth_prober_plan(p, p->rate_bps, now_us + RETRY_US);
  } else {
    p->starting = false;
    p->planned_bps = 0;
    p->pause_us = bps > p->target_bps + p->target_bps / 10u ? PAUSE_LEAST_US : p->pause_us < PAUSE_MOST_US ? p->pause_us * 2u : PAUSE_MOST_US;
    p->planned_us = now_us + scattered_us(p->pause_us, now_us, p->target_bps);
  }
  return bps;
}

bool bandwidth_prober_is_near(const struct bandwidth_prober *p, uint64_t now_us)
{
  return p->waiting || p->running || now_us < p->known_us + SETTLE_US;
}

uint64_t bandwidth_prober_next_us(const struct bandwidth_prober *p)
{
  if (p->running && p->sent.bytes < p->bytes && p->rate_bps > 0) /* when the next packet is due */
    return p->begun_us + (uint64_t)(p->sent.bytes) * 8000000u / p->rate_bps;
  if (p->waiting)
    return p->begun_us + ANSWER_US + 1;
  return p->wanted ? p->planned_us : UINT64_MAX;
}
