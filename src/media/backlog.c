/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/backlog.h"

#include "media/layers.h"
#include "media/pair.h"

static uint32_t bit_of(uint8_t slot)
{
  return 1u << slot;
}

/* The source of which packets are held for this slot; NULL: it has another one by now, or may not have this one. */
static struct source *held_source(const struct peer *p, uint8_t slot)
{
  struct source *s = slab_get(&p->media->sources, p->down.waiting[slot].source);
  bool right = s != NULL && p->slots[slot].forward.now.source == s->id && s->published && room_reaches(s->peer, p);
  return right ? s : NULL;
}

static bool is_held(const struct peer *p, uint8_t slot)
{
  return (p->down.held & bit_of(slot)) != 0 && held_source(p, slot) != NULL;
}

static void hold(struct peer *p, uint8_t slot, const struct source *s, uint64_t from)
{
  p->down.held |= bit_of(slot);
  p->down.waiting[slot] = (struct held){.source = s->id, .from = from};
}

static void release(struct peer *p, uint8_t slot)
{
  p->down.held &= ~bit_of(slot);
}

/* ---- what comes ---- */

/* A paused slot goes on with a key frame, whoever has asked for it. */
static bool stays_paused(struct peer *p, uint8_t slot, const struct ring_packet *packet)
{
  struct downstream *d = &p->down;
  if ((d->paused & bit_of(slot)) == 0)
    return false;
  if (!packet->key_start || p->media->now_us < d->resume_us)
    return true;
  d->paused &= ~bit_of(slot);
  return false;
}

static void hold_packet(struct batch *b, uint8_t slot, struct source *s, struct ring_packet *packet)
{
  struct peer *p = b->peer;
  if (stays_paused(p, slot, packet) || (is_held(p, slot) && packet->index >= p->down.waiting[slot].from))
    return;
  if (is_held(p, slot) || !forward_is_next(&p->slots[slot].forward, packet))
    (void)batch_add(b, slot, s, packet); /* a repair of what has gone already */
  else
    hold(p, slot, s, packet->index);
}

void backlog_hold(struct batch *b, const struct egress_ready *ready, size_t n)
{
  struct peer *p = b->peer;
  for (size_t k = 0; k < n; k++) {
    const struct egress_ready *r = &ready[k];
    uint8_t slot = p->slot_of[r->source->place];
    if (!egress_watches(p, r->source))
      continue;
    if (!source_is_video(r->source)) {
      egress_gather(b, r);
      continue;
    }
    for (size_t i = egress_first(p, slot, r); i < r->count; i++)
      hold_packet(b, slot, r->source, r->packets[i]);
  }
  batch_send(b);
  downstream_schedule(p);
}

/* ---- what has waited too long ---- */

/* The latest key frame behind the place where the slot is; 0: none is in the ring. */
static uint64_t later_key(const struct source *s, uint64_t from)
{
  uint64_t oldest = source_oldest(s);
  for (uint64_t index = s->highest; index > from && index >= oldest; index--) {
    const struct ring_packet *packet = ring_get(&s->ring, index);
    if (packet != NULL && packet->key_start)
      return index;
  }
  return 0;
}

static void pause(struct peer *p, uint8_t slot)
{
  struct downstream *d = &p->down;
  uint64_t now_us = p->media->now_us;
  release(p, slot);
  d->paused |= bit_of(slot);
  if (pair_is(p->room))
    d->pause_us = BACKLOG_PAUSE_PAIR_US;
  else if (now_us > d->resume_us + BACKLOG_CALM_US || d->pause_us < BACKLOG_PAUSE_US)
    d->pause_us = BACKLOG_PAUSE_US;
  else if (now_us >= d->resume_us)
    d->pause_us = 2 * d->pause_us < BACKLOG_PAUSE_MOST_US ? 2 * d->pause_us : BACKLOG_PAUSE_MOST_US;
  if (now_us >= d->resume_us)
    d->resume_us = d->ask_us = now_us + d->pause_us;
  p->media->counters.paused++;
}

/* Gives up what lies between here and a later key frame. */
static void skip(struct peer *p, uint8_t slot, const struct source *s)
{
  uint64_t key = later_key(s, p->down.waiting[slot].from);
  layers_restart(p, slot);
  if (key != 0)
    p->down.waiting[slot].from = key;
  else
    pause(p, slot);
}

/* Looked at where a frame begins: one that has begun goes to its end. */
static bool is_too_late(const struct peer *p, uint8_t slot, const struct ring_packet *packet)
{
  const struct forward *f = &p->slots[slot].forward;
  bool begins = f->waiting || packet->timestamp + f->now.timestamp != f->timestamp;
  return begins && packet->arrival_us + BACKLOG_MOST_US < p->media->now_us;
}

/* ---- what goes ---- */

/* Some of what has come of it is still to go, or would go again if it was lost or comes late. */
static bool lacks_any(const struct peer *p, uint8_t slot, const struct source *s)
{
  const struct forward *f = &p->slots[slot].forward;
  return f->now.source == s->id && !f->waiting && (s->missing.count > 0 || f->next - f->now.index <= s->highest);
}

void backlog_give_up(struct source *s)
{
  const struct room *r = s->peer->room;
  for (uint32_t i = 0; i < r->peer_count && source_is_video(s); i++) {
    struct peer *p = r->peers[i];
    uint8_t slot = p->slot_of[s->place];
    if (!egress_watches(p, s))
      continue;
    if (lacks_any(p, slot, s))
      layers_restart(p, slot);
    if (is_held(p, slot))
      release(p, slot);
  }
}

/* As much of one slot as the pacer's group takes. */
static void serve(struct batch *b, uint8_t slot, struct source *s, size_t room)
{
  struct peer *p = b->peer;
  struct held *held = &p->down.waiting[slot];
  if (held->from < source_oldest(s)) {
    skip(p, slot, s);
    return;
  }
  if (held->from < s->from)
    held->from = s->from;
  for (; held->from <= s->highest && b->bytes < room; held->from++) {
    struct ring_packet *packet = ring_get(&s->ring, held->from);
    if (packet == NULL)
      continue; /* it goes as a repair when it comes */
    if (is_too_late(p, slot, packet)) {
      skip(p, slot, s);
      return;
    }
    (void)batch_add(b, slot, s, packet);
  }
  if (held->from > s->highest)
    release(p, slot);
}

/* The slot whose turn it is, and the source in it; NULL: none waits. */
static struct source *next_slot(struct peer *p, uint8_t *slot)
{
  struct source *first = NULL;
  for (uint8_t i = 0; i < p->n_slots; i++) {
    struct source *s = (p->down.held & bit_of(i)) != 0 ? held_source(p, i) : NULL;
    if (s == NULL) {
      release(p, i);
    } else if (first == NULL || (s->setup.kind == SOURCE_SCREEN && first->setup.kind != SOURCE_SCREEN)) {
      first = s;
      *slot = i;
    }
  }
  return first;
}

void backlog_drain(struct peer *p)
{
  struct batch b = {.peer = p};
  uint8_t slot = 0;
  if (!peer_is_reachable(p))
    p->down.held = 0;
  while (p->down.held != 0 && pacer_may_send(&p->down.pacer, p->media->now_us)) {
    struct source *s = next_slot(p, &slot);
    b.bytes = 0;
    if (s != NULL)
      serve(&b, slot, s, pacer_room(&p->down.pacer));
    batch_send(&b);
  }
}

void backlog_resume(struct peer *p)
{
  struct downstream *d = &p->down;
  if (d->paused == 0 || d->held != 0 || p->media->now_us < d->ask_us)
    return;
  for (uint8_t i = 0; i < p->n_slots; i++) {
    struct source *s = (d->paused & bit_of(i)) != 0 ? layers_key_source(p, i) : NULL;
    if (s == NULL) {
      d->paused &= ~bit_of(i); /* nothing is in it any more */
      continue;
    }
    source_request_key(s);
    d->ask_us = p->media->now_us + d->pause_us; /* for the next one, or for this one again */
    return;
  }
}
