/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/crowd.h"

#include <stdlib.h>
#include <string.h>

#include "media/egress.h"
#include "media/peer.h"
#include "media/room.h"

#define LEAST_US 1000u /* what is left to wait and worth a timer */
#define SPARE_US 1000u /* for passes that are longer than others */
#define LATE_US 4000u  /* what was due so long ago is not waited for any more */
#define SMOOTHING 16u  /* passes, or turns, of which the last counts for one */

_Static_assert((LIMIT_CROWD_PACKETS & (LIMIT_CROWD_PACKETS - 1)) == 0, "numbers are masked");

static struct crowd_packet *packet_at(const struct crowd *c, uint64_t number)
{
  return &c->packets[number & (LIMIT_CROWD_PACKETS - 1)];
}

static void fire(struct wheel_timer *timer, uint64_t now_us)
{
  struct room *r = CONTAINER_OF(timer, struct room, crowd.timer);
  (void)now_us;
  r->crowd.is_due = true;
  room_due(r);
}

void crowd_init(struct room *r)
{
  r->crowd.timer.fire = fire;
}

static void unlist(struct room *r)
{
  struct room_list *passes = &r->media->passes;
  for (size_t i = 0; i < passes->count && r->crowd.listed; i++)
    if (passes->id[i] == r->id) {
      passes->id[i] = passes->id[--passes->count];
      r->crowd.listed = false;
    }
}

void crowd_fini(struct room *r)
{
  unlist(r);
  wheel_cancel(&r->media->wheel, &r->crowd.timer);
  free(r->crowd.packets);
}

bool crowd_is(const struct room *r)
{
  uint32_t least = r->media->config.crowd;
  return least != 0 && r->peer_count - r->senders >= least;
}

/* ---- who gets what ---- */

static uint64_t place_of(const struct crowd *c, const struct peer *p)
{
  return p->got > c->begin ? p->got : c->begin;
}

/* What may still be sent: its source may have ended since, or been switched off, or its place in the ring have been
 * taken. */
static struct ring_packet *packet_of(struct media *m, const struct crowd_packet *c, struct source **source)
{
  struct source *s = slab_get(&m->sources, c->source);
  *source = s;
  return s != NULL && s->published && c->index >= s->from ? ring_get(&s->ring, c->index) : NULL;
}

/* A source with packets for a crowd. */
struct found {
  struct source *source;
  uint16_t largest; /* bytes, of its base's packets */
};

/* Finds the sources that have any, and up to which number none has more than fit. */
static uint64_t find(struct media *m, const struct crowd *c, uint64_t from, struct found *found, size_t *n)
{
  uint8_t count[LIMIT_ROOM_SOURCES] = {0};
  uint16_t largest[LIMIT_ROOM_SOURCES] = {0}; /* by the place of a base */
  uint64_t number = from;
  struct source *s;
  *n = 0;
  for (; number < c->end; number++) {
    const struct ring_packet *packet = packet_of(m, packet_at(c, number), &s);
    if (packet == NULL)
      continue;
    if (++count[s->place] > SOURCE_PENDING)
      break;
    if (count[s->place] == 1)
      found[(*n)++].source = s;
    if (packet->payload_n > largest[s->base->place])
      largest[s->base->place] = packet->payload_n;
  }
  for (size_t i = 0; i < *n; i++)
    found[i].largest = largest[found[i].source->base->place];
  return number;
}

/* The layers of one source stay in their order: a slot goes on with the lower one until it goes over. */
static int by_size(const void *a, const void *b)
{
  const struct found *one = a, *other = b;
  int larger = (int)other->largest - (int)one->largest;
  return larger != 0 ? larger : (int)one->source->place - (int)other->source->place;
}

/* Lists what is there from a number on, source by source. Only the last packet of a send may be smaller than those
 * before it (batch.c): so the sources with large ones come first, and sound rides at the end. Returns the number up to
 * which that is. */
static uint64_t list(struct media *m, const struct crowd *c, uint64_t from, size_t *n)
{
  struct found found[LIMIT_ROOM_SOURCES];
  uint8_t entry[LIMIT_ROOM_SOURCES]; /* of a place that was found */
  uint64_t end = find(m, c, from, found, n);
  qsort(found, *n, sizeof *found, by_size);
  for (size_t i = 0; i < *n; i++) {
    entry[found[i].source->place] = (uint8_t)i;
    m->crowd_ready[i].source = found[i].source;
    m->crowd_ready[i].count = 0;
  }
  for (uint64_t number = from; number < end; number++) {
    struct source *s;
    struct ring_packet *packet = packet_of(m, packet_at(c, number), &s);
    if (packet == NULL)
      continue;
    struct egress_ready *r = &m->crowd_ready[entry[s->place]];
    r->packets[r->count++] = packet;
  }
  return end;
}

static void serve(struct room *r, uint32_t from, uint32_t end)
{
  struct media *m = r->media;
  struct crowd *c = &r->crowd;
  for (uint32_t i = from, next; i < end; i = next) {
    uint64_t place = place_of(c, r->peers[i]);
    for (next = i + 1; next < end && place_of(c, r->peers[next]) == place;)
      next++;
    for (size_t n; place < c->end;) {
      place = list(m, c, place, &n);
      egress_serve(r, m->crowd_ready, n, i, next);
    }
    for (uint32_t k = i; k < next; k++)
      r->peers[k]->got = c->end;
  }
}

/* ---- when ---- */

/* A packet that comes in a pass is late for those who have been served in it, so for the first ones: not by all of the
 * next pass. But passes are of different lengths, and some of one is kept in any case. */
static uint32_t ahead_us(const struct room *r)
{
  const struct crowd *c = &r->crowd;
  uint32_t pass_us = c->pass_us + r->media->turn_us, viewers = r->peer_count - r->senders;
  if (!c->in_pass || viewers == 0)
    return pass_us;
  uint32_t late_us = (uint32_t)((uint64_t)pass_us * (c->next - r->senders) / viewers);
  return (late_us > pass_us / 2 ? late_us : pass_us / 2) + SPARE_US;
}

bool crowd_add(struct room *r, const struct egress_ready *ready, size_t n)
{
  struct crowd *c = &r->crowd;
  if (c->packets == NULL)
    c->packets = calloc(LIMIT_CROWD_PACKETS, sizeof *c->packets);
  if (c->packets == NULL)
    return false;
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; i < ready[k].count; i++) {
      if (c->end - c->begin == LIMIT_CROWD_PACKETS)
        crowd_drain(r);
      if (c->end == (c->in_pass ? c->mark : c->begin))
        c->ahead_us = ahead_us(r);
      const struct ring_packet *packet = ready[k].packets[i];
      *packet_at(c, c->end++) = (struct crowd_packet){
          .source = ready[k].source->id, .index = packet->index, .since_us = packet->arrival_us};
    }
  return true;
}

/* Whether there should be more until then, or a little earlier. */
static bool more_is_due(const struct room *r, uint64_t end_us)
{
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++) {
    uint64_t due_us = r->sources[i] != NULL ? source_due_us(r->sources[i]) : 0;
    if (due_us != 0 && due_us <= end_us && due_us + LATE_US > r->media->now_us)
      return true;
  }
  return false;
}

/* What has come may be worth waiting with. */
static bool waits(struct room *r)
{
  struct media *m = r->media;
  struct crowd *c = &r->crowd;
  uint64_t end_us = packet_at(c, c->begin)->since_us + CROWD_WAIT_US;
  end_us -= c->ahead_us < CROWD_WAIT_US ? c->ahead_us : CROWD_WAIT_US;
  if (c->is_due || end_us < m->now_us + LEAST_US || !crowd_is(r))
    return false;
  if (!wheel_is_set(&c->timer) || c->timer.deadline_us != end_us)
    wheel_set(&m->wheel, &c->timer, end_us);
  return more_is_due(r, end_us);
}

static void begin_pass(struct room *r)
{
  struct media *m = r->media;
  struct crowd *c = &r->crowd;
  wheel_cancel(&m->wheel, &c->timer);
  c->is_due = false;
  c->in_pass = true;
  c->mark = c->end;
  c->next = r->senders;
  c->pass_begin_us = m->now_us;
  if (!c->listed)
    m->passes.id[m->passes.count++] = r->id; /* once at most, and gone when it ends */
  c->listed = true;
}

void crowd_follow(struct room *r)
{
  struct crowd *c = &r->crowd;
  if (!c->in_pass && c->begin != c->end && !waits(r))
    begin_pass(r);
}

static uint32_t smooth(uint32_t before_us, uint64_t us)
{
  uint32_t last_us = us < CROWD_WAIT_US ? (uint32_t)us : CROWD_WAIT_US;
  return (uint32_t)((int32_t)before_us + ((int32_t)last_us - (int32_t)before_us) / (int32_t)SMOOTHING);
}

void media_turn_took(struct media *m, uint64_t us)
{
  m->turn_us = smooth(m->turn_us, us);
}

static void end_pass(struct room *r)
{
  struct crowd *c = &r->crowd;
  c->in_pass = false;
  c->begin = c->mark;
  c->pass_us = smooth(c->pass_us, r->media->now_us - c->pass_begin_us);
  crowd_follow(r);
}

void crowd_drain(struct room *r)
{
  struct crowd *c = &r->crowd;
  if (c->begin == c->end)
    return;
  serve(r, r->senders, r->peer_count);
  wheel_cancel(&r->media->wheel, &c->timer);
  c->is_due = c->in_pass = false;
  c->begin = c->end;
}

uint32_t crowd_gap(struct room *r, uint32_t index)
{
  struct crowd *c = &r->crowd;
  if (!c->in_pass || index >= c->next)
    return index;
  room_swap(r, index, --c->next); /* the last of those who were served takes it */
  return c->next;
}

/* False: it is at its end, and no other has begun. */
static bool step(struct room *r)
{
  struct crowd *c = &r->crowd;
  if (!c->in_pass)
    return false;
  uint32_t left = r->peer_count - c->next, most = r->media->config.crowd_step;
  uint32_t end = c->next + (left < most || most == 0 ? left : most);
  if (c->next == r->senders)
    c->mark = c->end; /* what has come since the pass was begun is for all in it */
  serve(r, c->next, end);
  c->next = end;
  if (end == r->peer_count)
    end_pass(r);
  return c->in_pass;
}

bool crowd_step(struct media *m)
{
  struct room_list *passes = &m->passes;
  if (passes->count == 0)
    return false;
  struct room *r = slab_get(&m->rooms, passes->id[m->pass_turn++ % passes->count]);
  if (!step(r))
    unlist(r);
  return true;
}
