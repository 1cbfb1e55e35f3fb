/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/downstream.h"

#include "media/allocate.h"
#include "media/backlog.h"
#include "media/layers.h"
#include "media/pair.h"
#include "media/peer.h"
#include "proto/twcc.h"

#define FEEDBACK_PACKETS 256u /* that the estimator is told of at once */
#define REPORT_COST 16u       /* of a message, in packets reported */
#define PROBE_BACK 32u        /* so many of the latest packets are repeated to fill the path */
#define PROBE_PACKETS 64u     /* at most at once */
#define DEMAND_TENTHS 13u     /* room for what changes: what the slots want, in tenths */
#define DEMAND_LEAST_BPS 300000u
#define PICTURE_BPS 800000u    /* what may be shown in the next moment */
#define CATCH_UP_PERCENT 108u /* of the target: what is held back gets less, and the path is not full */

static void fire(struct wheel_timer *timer, uint64_t now_us);

int downstream_init(struct peer *p)
{
  const struct bandwidth_setup setup = {
      .start_bps = DOWNSTREAM_START_BPS, .min_bps = DOWNSTREAM_LEAST_BPS, .max_bps = DOWNSTREAM_MOST_BPS};
  p->down.timer.fire = fire;
  if (!p->media->config.controls_receivers)
    return 0;
  p->down.reports = LIMIT_FEEDBACK_PACKETS;
  p->down.reports_us = p->media->now_us;
  return bandwidth_init(&p->down.bandwidth, &setup, p->media->now_us);
}

void downstream_fini(struct peer *p)
{
  wheel_cancel(&p->media->wheel, &p->down.timer);
  bandwidth_fini(&p->down.bandwidth);
}

/* ---- the beginning of a pair ---- */

static void start(struct peer *p, bool carefully)
{
  struct downstream *d = &p->down;
  uint32_t bps = carefully ? DOWNSTREAM_CAREFUL_BPS : DOWNSTREAM_START_BPS;
  bandwidth_start(&d->bandwidth, bps, p->media->now_us);
  d->careful = d->limited = carefully;
  d->budget_bps = d->peak_bps = bps;
}

void downstream_follow_offer(struct peer *p)
{
  if (!p->media->config.controls_receivers || p->transport_id == 0 || !pair_is(p->room))
    return;
  start(p, true);
  p->budget_bps = DOWNSTREAM_CAREFUL_BPS;
}

/* Others have come before the path was known: it begins as theirs do. True if so. */
static bool start_anew(struct peer *p)
{
  if (!downstream_is_unknown(&p->down) || pair_is(p->room))
    return false;
  start(p, false);
  return true;
}

/* ---- what follows from the estimate ---- */

/* Who began carefully may be shown little yet, or nothing: he is not free because of that. */
static uint32_t desired_bps(const struct peer *p)
{
  const struct downstream *d = &p->down;
  uint32_t least = downstream_is_unknown(d) ? DOWNSTREAM_START_BPS : d->careful ? PICTURE_BPS : 0;
  return p->desired_bps > least ? p->desired_bps : least;
}

static void set_demand(struct peer *p)
{
  uint64_t bps = (uint64_t)(downstream_is_unknown(&p->down) ? desired_bps(p) : p->desired_bps) * DEMAND_TENTHS / 10u;
  if (bps < DEMAND_LEAST_BPS)
    bps = DEMAND_LEAST_BPS;
  bandwidth_set_demand(&p->down.bandwidth, bps < DOWNSTREAM_MOST_BPS ? (uint32_t)bps : DOWNSTREAM_MOST_BPS);
}

static bool differs(uint32_t a, uint32_t b)
{
  uint64_t apart = a > b ? a - b : b - a;
  return apart * 100u > (uint64_t)b * DOWNSTREAM_BUDGET_PERCENT;
}

/* Whether that has changed. */
static bool judge(struct peer *p, uint32_t target)
{
  struct downstream *d = &p->down;
  bool before = d->limited;
  uint64_t enough = (uint64_t)desired_bps(p) * DOWNSTREAM_FREE_PERCENT;
  if (target > d->peak_bps)
    d->peak_bps = target;
  if (!d->limited)
    d->limited = (uint64_t)target * 100u < (uint64_t)d->peak_bps * DOWNSTREAM_FELL_PERCENT &&
                 (uint64_t)target * 100u < enough;
  else if ((uint64_t)target * 100u > enough)
    d->limited = d->careful = false;
  if (before && !d->limited)
    d->peak_bps = target;
  return before != d->limited;
}

/* A large frame goes at the pacer's rate, which is above the target; who gets more than fits all the time, or did
 * lately, at the target itself. One whose only sender goes by the target catches up little by little. */
static void set_pace(struct peer *p)
{
  struct downstream *d = &p->down;
  uint64_t now_us = p->media->now_us;
  uint32_t bps = 0;
  if (d->held == 0)
    d->held_us = 0;
  else if (d->held_us == 0)
    d->held_us = now_us;
  bool lasts = downstream_lags(d, now_us);
  bool lately = d->pause_us != 0 && now_us < d->resume_us + BACKLOG_CALM_US;
  if (d->limited && lasts && pair_is(p->room))
    bps = (uint32_t)((uint64_t)bandwidth_target_bps(&d->bandwidth) * CATCH_UP_PERCENT / 100u);
  else if (d->limited)
    bps = lasts || lately ? bandwidth_target_bps(&d->bandwidth) : bandwidth_pacing_bps(&d->bandwidth);
  pacer_set_rate(&d->pacer, bps, now_us);
}

static void follow(struct peer *p)
{
  struct downstream *d = &p->down;
  uint64_t now_us = p->media->now_us;
  bool began = start_anew(p);
  uint32_t target = bandwidth_target_bps(&d->bandwidth);
  bool turned = judge(p, target) || began, changed = turned || differs(target, d->budget_bps);
  set_pace(p);
  if (!changed && now_us < d->budget_us)
    return;
  d->budget_bps = target;
  d->budget_us = now_us + DOWNSTREAM_BUDGET_US;
  if (d->limited || turned)
    layers_set_budget(p, d->limited ? target : ALLOCATE_UNLIMITED);
  set_demand(p);
}

void downstream_schedule(struct peer *p)
{
  struct downstream *d = &p->down;
  set_pace(p);
  uint64_t next = bandwidth_next_us(&d->bandwidth);
  if (d->held != 0 && pacer_next_us(&d->pacer) < next)
    next = pacer_next_us(&d->pacer);
  if (d->paused != 0 && d->held == 0 && d->ask_us < next)
    next = d->ask_us;
  if (p->state != PEER_CONNECTED || next == BANDWIDTH_NEVER)
    wheel_cancel(&p->media->wheel, &d->timer);
  else if (!wheel_is_set(&d->timer) || d->timer.deadline_us != next)
    wheel_set(&p->media->wheel, &d->timer, next);
}

void downstream_begin(struct peer *p)
{
  if (!p->media->config.controls_receivers)
    return;
  p->down.budget_us = 0;
  follow(p);
  downstream_schedule(p);
}

/* ---- probing ---- */

/* A slot whose latest packets may be repeated: the first with a picture that is running. */
static struct source *probing_slot(struct peer *p, uint8_t *slot)
{
  for (uint8_t i = 0; i < p->n_slots; i++) {
    const struct forward *f = &p->slots[i].forward;
    struct source *s = slab_get(&p->media->sources, f->now.source);
    if (s == NULL || !p->slots[i].is_video || f->waiting || !s->published || !room_reaches(s->peer, p) ||
        p->more[i].rtx_payload_type[s->setup.codec.id] == 0)
      continue;
    *slot = i;
    return s;
  }
  return NULL;
}

/* Without a picture: empty packets. Returns their bytes. */
static size_t probe_empty(struct peer *p, size_t bytes)
{
  size_t sent = 0, n = 1;
  for (uint8_t slot = 0; slot < p->n_slots; slot++)
    for (size_t i = 0; i < PROBE_PACKETS && n > 0 && sent < bytes && p->slots[slot].is_video; i++, sent += n)
      n = batch_pad(p, slot, BANDWIDTH_PROBE | BANDWIDTH_PADDING);
  return sent;
}

/* Its latest packets once more: of a slot that is thinned, those since it last left one out. Returns their bytes. */
static size_t probe_repeating(struct peer *p, uint8_t slot, struct source *s, size_t bytes)
{
  const struct forward *f = &p->slots[slot].forward;
  uint64_t newest = f->next - 1 - f->now.index, oldest = f->now.first - f->now.index;
  size_t sent = 0;
  for (size_t i = 0; i < PROBE_PACKETS && sent < bytes; i++) {
    uint64_t index = newest - i % PROBE_BACK;
    bool his = index >= oldest && index >= s->from && index <= newest;
    struct ring_packet *packet = his ? ring_get(&s->ring, index) : NULL;
    if (packet != NULL)
      sent += batch_repeat(p, slot, s, packet, &f->now, BANDWIDTH_PROBE | BANDWIDTH_PADDING);
  }
  return sent;
}

static void probe(struct peer *p, size_t bytes)
{
  uint8_t slot;
  struct source *s = probing_slot(p, &slot);
  size_t sent = s != NULL ? probe_repeating(p, slot, s, bytes) : 0;
  if (sent == 0)
    sent = probe_empty(p, bytes);
  p->media->counters.probe_bytes += sent;
}

static void probe_if_wanted(struct peer *p)
{
  struct bandwidth_probe wanted;
  if (peer_is_reachable(p) && bandwidth_wants_probe(&p->down.bandwidth, p->media->now_us, &wanted))
    probe(p, wanted.bytes);
}

/* ---- time ---- */

static void fire(struct wheel_timer *timer, uint64_t now_us)
{
  struct peer *p = CONTAINER_OF(timer, struct peer, down.timer);
  if (bandwidth_next_us(&p->down.bandwidth) <= now_us) {
    bandwidth_on_idle(&p->down.bandwidth, now_us);
    probe_if_wanted(p);
    follow(p);
  }
  set_pace(p);
  backlog_drain(p);
  backlog_resume(p);
  downstream_schedule(p);
}

/* ---- what it reports ---- */

/* So many packets may be reported on in a second, and each message counts as some more. */
static bool may_report(struct downstream *d, uint32_t packets, uint64_t now_us)
{
  if (now_us - d->reports_us >= 1000000u) {
    d->reports_us = now_us;
    d->reports = LIMIT_FEEDBACK_PACKETS;
  }
  if (packets + REPORT_COST > d->reports)
    return false;
  d->reports -= packets + REPORT_COST;
  return true;
}

static void tell_estimator(struct bandwidth *b, const struct twcc_feedback *f, int64_t reference, uint64_t now_us)
{
  struct bandwidth_arrival arrivals[FEEDBACK_PACKETS];
  struct twcc_walk walk;
  size_t n = 0;
  twcc_begin(f, reference, &walk);
  while (twcc_next(&walk, &arrivals[n].sequence, &arrivals[n].arrival_us)) {
    arrivals[n].received = arrivals[n].arrival_us != TWCC_NOT_RECEIVED;
    if (++n < FEEDBACK_PACKETS)
      continue;
    bandwidth_feedback(b, arrivals, n, now_us);
    n = 0;
  }
  if (n > 0)
    bandwidth_feedback(b, arrivals, n, now_us);
}

void downstream_feedback(struct peer *p, struct span fci)
{
  struct media *m = p->media;
  struct downstream *d = &p->down;
  struct twcc_feedback f;
  if (!m->config.controls_receivers)
    return;
  if (p->transport_id == 0 || twcc_parse(fci, &f) != 0) {
    m->counters.feedback_bad++;
    return;
  }
  if (!may_report(d, f.count, m->now_us)) {
    m->counters.feedback_too_much++;
    return;
  }
  d->reference = d->has_reference ? twcc_reference(d->reference, f.reference) : (int64_t)f.reference;
  d->has_reference = true;
  tell_estimator(&d->bandwidth, &f, d->reference, m->now_us);
  probe_if_wanted(p);
  follow(p);
  downstream_schedule(p);
}

void downstream_loss_report(struct peer *p, uint8_t fraction_lost)
{
  if (!p->media->config.controls_receivers)
    return;
  bandwidth_loss_report(&p->down.bandwidth, fraction_lost, p->rtt_us, p->media->now_us);
  follow(p);
  downstream_schedule(p);
}
