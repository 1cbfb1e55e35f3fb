/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/egress.h"

#include <string.h>

#include "media/backlog.h"
#include "media/crowd.h"
#include "media/far.h"
#include "media/layers.h"

#define PREFETCH_AHEAD 4 /* receivers */
#define PREFETCH_KEY 640 /* bytes: enough for the processor to see that it goes on; all of a key would stall it */
#define CACHE_LINE 64

/* ---- gathering ---- */

/* A source begins in a slot with a packet that came late: those behind it are here already, if a sender's jump has not
 * left them further behind than the ring is long. */
static void catch_up(struct batch *b, uint8_t slot, const struct source *s, uint64_t from)
{
  from = from < source_oldest(s) ? source_oldest(s) : from;
  for (uint64_t index = from; index <= s->highest; index++) {
    struct ring_packet *packet = ring_get(&s->ring, index);
    if (packet != NULL)
      (void)batch_add(b, slot, s, packet);
  }
}

/* The slot has another layer so far, and may have been waiting for a key frame of this one. Returns the packet with
 * which this one begins, or the count if there is none. */
static size_t take_over(struct peer *p, uint8_t slot, const struct egress_ready *r)
{
  size_t first = 0;
  if (!layers_awaits(p, slot, r->source))
    return r->count;
  while (first < r->count && !r->packets[first]->key_start)
    first++;
  if (first < r->count)
    layers_begin(p, slot, r->source, r->packets[first]);
  return first;
}

size_t egress_first(struct peer *p, uint8_t slot, const struct egress_ready *r)
{
  return p->slots[slot].forward.now.source != r->source->id ? take_over(p, slot, r) : 0;
}

void egress_gather(struct batch *b, const struct egress_ready *r)
{
  uint8_t slot = b->peer->slot_of[r->source->place];
  const struct forward *f = &b->peer->slots[slot].forward;
  bool begins = f->now.source != r->source->id;
  for (size_t i = begins ? take_over(b->peer, slot, r) : 0; i < r->count; i++) {
    bool first = f->waiting || begins;
    begins = false;
    if (batch_add(b, slot, r->source, r->packets[i]) && first)
      catch_up(b, slot, r->source, r->packets[i]->index + 1);
  }
}

static bool has_bit(const uint64_t *words, uint8_t place)
{
  return (words[place / 64] >> (place % 64) & 1) != 0;
}

bool egress_watches(const struct peer *p, const struct source *s)
{
  return has_bit(p->watch, s->place);
}

/* ---- which packets ---- */

/* What has come of a source. */
static void take_one(struct egress_ready *r, struct source *s)
{
  r->source = s;
  r->count = 0;
  for (uint32_t i = 0; i < s->pending_count; i++) {
    struct ring_packet *packet = ring_get(&s->ring, s->pending[i]);
    if (packet != NULL)
      r->packets[r->count++] = packet;
  }
  s->pending_count = 0;
  wheel_cancel(&s->media->wheel, &s->hold);
}

/* Large packets first, so that the small ones of audio ride at the end of a send. */
static size_t take(struct room *r, struct egress_ready *ready)
{
  size_t n = 0;
  for (int audio = 0; audio < 2; audio++)
    for (unsigned place = 0; place < LIMIT_ROOM_SOURCES; place++)
      if (has_bit(r->ready, (uint8_t)place) && source_is_video(r->sources[place]) == (audio == 0))
        take_one(&ready[n++], r->sources[place]);
  memset(r->ready, 0, sizeof r->ready);
  return n;
}

/* ---- to whom ---- */

static bool watches_any(const struct peer *p, const uint64_t *places)
{
  uint64_t any = 0;
  for (size_t i = 0; i < PEER_WATCH_WORDS; i++)
    any |= p->watch[i] & places[i];
  return any != 0;
}

/* With thousands of receivers nothing of one is in the caches when its turn comes. So its lines are asked for while
 * those before it are sealed: first what says where the rest is, then slots and keys. (Forced inline, because gcc takes
 * a function that only prefetches for one without effect, and drops the call.) */
static inline __attribute__((always_inline)) void prefetch(const struct room *r, uint32_t i, uint32_t end,
                                                           const struct egress_ready *ready, size_t n)
{
  bool controls = r->media->config.controls_receivers;
  if (i + 2 * PREFETCH_AHEAD < end) {
    __builtin_prefetch(r->peers[i + 2 * PREFETCH_AHEAD], 1);
    __builtin_prefetch((const uint8_t *)r->peers[i + 2 * PREFETCH_AHEAD] + CACHE_LINE);
    if (controls)
      __builtin_prefetch(&r->peers[i + 2 * PREFETCH_AHEAD]->down, 1);
  }
  if (i + PREFETCH_AHEAD >= end)
    return;
  const struct peer *p = r->peers[i + PREFETCH_AHEAD];
  for (size_t k = 0; k < n; k++) {
    uint8_t place = ready[k].source->place;
    if (!has_bit(p->watch, place))
      continue;
    __builtin_prefetch(&p->slots[p->slot_of[place]], 1);
    __builtin_prefetch(&p->more[p->slot_of[place]], 1);
  }
  if (controls)
    downstream_prefetch(&p->down);
  for (size_t at = 0; at < PREFETCH_KEY; at += CACHE_LINE)
    __builtin_prefetch((const uint8_t *)&p->tx.rtp + at);
}

void egress_serve(struct room *r, const struct egress_ready *ready, size_t n, uint32_t from, uint32_t end)
{
  bool controls = r->media->config.controls_receivers;
  uint64_t places[PEER_WATCH_WORDS] = {0};
  struct batch batch = {.count = 0};
  for (size_t k = 0; k < n; k++)
    places[ready[k].source->place / 64] |= 1ull << (ready[k].source->place % 64);
  for (uint32_t i = from; i < end; i++) {
    prefetch(r, i, end, ready, n);
    batch.peer = r->peers[i];
    if (!watches_any(batch.peer, places) || !peer_is_reachable(batch.peer))
      continue;
    if (controls && !downstream_is_free(&batch.peer->down, r->media->now_us)) {
      backlog_hold(&batch, ready, n);
      continue;
    }
    for (size_t k = 0; k < n; k++)
      if (egress_watches(batch.peer, ready[k].source))
        egress_gather(&batch, &ready[k]);
    batch_send(&batch);
  }
}

static void flush_room(struct room *r)
{
  struct egress_ready *ready = r->media->ready;
  r->is_due = false;
  if (r->is_mixed && !room_is_sorted(r)) {
    crowd_drain(r); /* nobody gets anything twice, or never */
    room_sort(r);
  }
  r->is_mixed = false;
  if (!crowd_is(r))
    crowd_drain(r);
  size_t n = take(r, ready);
  far_show(r, ready, n);
  egress_serve(r, ready, n, 0, r->senders);
  if (!crowd_is(r) || !crowd_add(r, ready, n))
    egress_serve(r, ready, n, r->senders, r->peer_count);
  crowd_follow(r);
}

void egress_flush(struct media *m)
{
  for (size_t i = 0; i < m->due.count; i++) {
    struct room *r = slab_get(&m->rooms, m->due.id[i]);
    if (r != NULL)
      flush_room(r);
  }
  m->due.count = 0;
}

/* ---- retransmission ---- */

void egress_retransmit(struct peer *p, uint8_t slot, struct source *s, struct ring_packet *packet,
                       const struct forward_shift *shift)
{
  p->media->counters.rtp_retransmitted += batch_repeat(p, slot, s, packet, shift, BANDWIDTH_PADDING) > 0;
}
