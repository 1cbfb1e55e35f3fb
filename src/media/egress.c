/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/egress.h"

#include <assert.h>
#include <string.h>

#include "media/layers.h"
#include "proto/red.h"
#include "proto/rtp.h"

#define BATCH LIMIT_GSO_SEGMENTS
#define PREFETCH_AHEAD 4 /* receivers */
#define PREFETCH_KEY 640 /* bytes: enough for the processor to see that it goes on; all of a key would stall it */
#define CACHE_LINE 64
#define LEVEL_EXTENSION_BYTES 8 /* a one-byte header extension with one element of one byte */

/* A packet on its way to one receiver. */
struct item {
  struct ring_packet *packet;
  struct slot *slot;
  struct slot_more *more;
  struct forward_out out;
  size_t red_n; /* bytes of redundancy before the payload */
  size_t header_n;
  size_t size; /* of the datagram, without padding */
};

struct batch {
  struct peer *peer;
  struct item items[BATCH];
  size_t count;
};

/* ---- writing one packet ---- */

/* The audio level goes out only where Cryptex encrypts it (T6). */
static bool sends_level(const struct peer *p, const struct slot *slot)
{
  return p->cryptex && slot->level_id != 0 && !slot->is_video;
}

static void write_header(struct writer *w, const struct peer *p, const struct item *i, size_t padding)
{
  uint8_t level = i->packet->level;
  const struct rtp_ext ext = {.id = i->slot->level_id, .data = span_of(&level, 1)};
  const struct rtp_packet header = {
      .marker = i->out.marker,
      .payload_type = i->red_n > 0 ? i->slot->red_payload_type : i->slot->payload_type,
      .padding = (uint8_t)padding,
      .sequence = (uint16_t)i->out.index,
      .timestamp = i->out.timestamp,
      .ssrc = i->slot->ssrc,
  };
  if (rtp_write_header(w, &header, &ext, sends_level(p, i->slot) ? 1 : 0) != 0)
    w->overflow = true;
}

/* The payload is shared by all receivers: what differs is stamped into it just before it is sealed. */
static struct span stamp_payload(struct ring_packet *p, const struct forward_out *out, size_t padding)
{
  uint8_t *payload = ring_payload(p);
  assert(padding <= RING_TAIL_ROOM);
  if (p->is_vp8)
    (void)vp8_rewrite(payload, p->payload_n, &p->vp8, out->picture_id, out->tl0picidx); /* parsed: it is long enough */
  if (padding > 0) {
    memset(payload + p->payload_n, 0, padding - 1);
    payload[p->payload_n + padding - 1] = (uint8_t)padding;
  }
  return span_of(payload, p->payload_n + padding);
}

/* Writes the sealed packet, `size` bytes with padding. */
static int write_item(struct peer *p, const struct item *i, uint8_t *at, size_t size)
{
  size_t padding = size - i->size, n;
  struct writer w = writer_of(at, size);
  write_header(&w, p, i, padding);
  if (w.overflow || w.n != i->header_n)
    return ERR_LIMIT;
  struct span payload = stamp_payload(i->packet, &i->out, padding);
  if (i->red_n > 0) {
    payload = span_of(payload.p - i->red_n, payload.n + i->red_n);
    red_stamp_one(i->packet->space + RING_HEAD_ROOM, i->slot->payload_type);
  }
  return srtp_protect(&p->tx, (uint32_t)(i->out.index >> 16), p->cryptex, at, size, w.n, payload, &n);
}

static void count_sent(struct peer *p, const struct item *i)
{
  struct media_counters *c = &p->media->counters;
  i->more->packets++;
  i->more->octets += (uint32_t)(i->packet->payload_n + i->red_n);
  c->rtp_forwarded++;
}

static void see_cryptex(struct peer *p, size_t header_n)
{
  if (p->cryptex_out || !p->cryptex || header_n == RTP_HEADER_BYTES)
    return;
  p->cryptex_out = true;
  peer_report_security(p, IPC_MEDIA_CONNECTED, NULL);
}

/* ---- grouping ---- */

/* How many items from `first` on can go out in one send, and the size of all but its last. Smaller ones are padded to
 * the largest if RING_TAIL_ROOM is enough for it; one that is much smaller ends the group. */
static size_t group(const struct batch *b, size_t first, size_t *segment)
{
  size_t least = b->items[first].size, most = least, n = 1;
  while (first + n < b->count) {
    size_t size = b->items[first + n].size;
    size_t larger = size > most ? size : most;
    size_t smaller = size < least ? size : least;
    if ((n + 1) * larger > LIMIT_GSO_BYTES || larger - least > RING_TAIL_ROOM)
      break; /* full, or too large for those before it */
    n++;
    most = larger;
    if (most - smaller > RING_TAIL_ROOM)
      break; /* the last: it may be short */
    least = smaller;
  }
  *segment = most;
  return n;
}

static void send_group(struct batch *b, size_t first, size_t n, size_t segment)
{
  struct peer *p = b->peer;
  struct media *m = p->media;
  const struct item *last = &b->items[first + n - 1];
  size_t total = (n - 1) * segment + last->size;
  uint8_t *space = m->sink.reserve(m->sink.ctx, total);
  for (size_t i = 0; i < n; i++) {
    const struct item *item = &b->items[first + i];
    size_t size = item == last ? item->size : segment;
    if (write_item(p, item, space + i * segment, size) != 0) {
      m->counters.other_dropped += n;
      m->sink.commit(m->sink.ctx, &p->remote, 0, 0);
      return;
    }
  }
  m->sink.commit(m->sink.ctx, &p->remote, total, n == 1 ? total : segment);
  m->counters.datagrams_out += n;
  m->counters.bytes_out += total;
  for (size_t i = 0; i < n; i++) {
    count_sent(p, &b->items[first + i]);
    see_cryptex(p, b->items[first + i].header_n);
  }
}

static void send_batch(struct batch *b)
{
  for (size_t first = 0, n; first < b->count; first += n) {
    size_t segment;
    n = group(b, first, &segment);
    send_group(b, first, n, segment);
  }
  b->count = 0;
}

/* ---- gathering ---- */

static bool map_thinned(struct item *i, uint32_t clock_rate)
{
  uint8_t top = i->slot->top;
  bool goes = forward_thin_map(&i->slot->forward, &i->more->window, &i->more->thin, &top, i->more->wanted_top,
                               i->packet, clock_rate, &i->out);
  i->slot->top = top & THIN_OFF;
  return goes;
}

static bool add(struct batch *b, uint8_t index, const struct source *s, struct ring_packet *packet)
{
  struct peer *p = b->peer;
  struct slot *slot = &p->slots[index];
  struct item item = {.packet = packet, .slot = slot, .more = &p->more[index], .header_n = RTP_HEADER_BYTES};
  if (sends_level(p, slot))
    item.header_n += LEVEL_EXTENSION_BYTES;
  if (slot->red_payload_type != 0)
    item.red_n = packet->red_n;
  item.size = item.header_n + item.red_n + packet->payload_n + AEAD_TAG_BYTES;
  if (item.size + RING_TAIL_ROOM > LIMIT_DATAGRAM) {
    p->media->counters.other_dropped++;
    return false;
  }
  bool goes = slot->top == THIN_OFF
                  ? forward_map(&slot->forward, &item.more->window, packet, s->clock_rate, &item.out)
                  : map_thinned(&item, s->clock_rate);
  if (!goes)
    return false;
  if (b->count == BATCH)
    send_batch(b);
  b->items[b->count++] = item;
  return true;
}

/* A source begins in a slot with a packet that came late: those behind it are here already. */
static void catch_up(struct batch *b, uint8_t slot, const struct source *s, uint64_t from)
{
  for (uint64_t index = from; index <= s->highest; index++) {
    struct ring_packet *packet = ring_get(&s->ring, index);
    if (packet != NULL)
      (void)add(b, slot, s, packet);
  }
}

/* The slot has another layer so far, and may have been waiting for a key frame of this one. Returns the packet with
 * which this one begins, or the count if there is none. */
static size_t take_over(struct batch *b, uint8_t slot, const struct egress_ready *r)
{
  size_t first = 0;
  if (!layers_awaits(b->peer, slot, r->source))
    return r->count;
  while (first < r->count && !r->packets[first]->key_start)
    first++;
  if (first < r->count)
    layers_begin(b->peer, slot, r->source, r->packets[first]);
  return first;
}

static void gather(struct batch *b, const struct egress_ready *r)
{
  uint8_t slot = b->peer->slot_of[r->source->place];
  const struct forward *f = &b->peer->slots[slot].forward;
  bool begins = f->now.source != r->source->id;
  for (size_t i = begins ? take_over(b, slot, r) : 0; i < r->count; i++) {
    bool first = f->waiting || begins;
    begins = false;
    if (add(b, slot, r->source, r->packets[i]) && first)
      catch_up(b, slot, r->source, r->packets[i]->index + 1);
  }
}

/* Takes over what is pending at a source. */
static void take_ready(struct egress_ready *r, struct source *s)
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

static bool has_bit(const uint64_t *words, uint8_t place)
{
  return (words[place / 64] >> (place % 64) & 1) != 0;
}

/* Large packets first, so that the small ones of audio ride at the end of a send. */
static size_t take_room(struct room *r, struct egress_ready *ready)
{
  size_t n = 0;
  for (int audio = 0; audio < 2; audio++)
    for (unsigned place = 0; place < LIMIT_ROOM_SOURCES; place++)
      if (has_bit(r->ready, (uint8_t)place) && source_is_video(r->sources[place]) == (audio == 0))
        take_ready(&ready[n++], r->sources[place]);
  memset(r->ready, 0, sizeof r->ready);
  r->is_due = false;
  return n;
}

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
static inline __attribute__((always_inline)) void prefetch(const struct room *r, uint32_t i,
                                                           const struct egress_ready *ready, size_t n)
{
  if (i + 2 * PREFETCH_AHEAD < r->peer_count) {
    __builtin_prefetch(r->peers[i + 2 * PREFETCH_AHEAD], 1);
    __builtin_prefetch((const uint8_t *)r->peers[i + 2 * PREFETCH_AHEAD] + CACHE_LINE);
  }
  if (i + PREFETCH_AHEAD >= r->peer_count)
    return;
  const struct peer *p = r->peers[i + PREFETCH_AHEAD];
  for (size_t k = 0; k < n; k++) {
    uint8_t place = ready[k].source->place;
    if (!has_bit(p->watch, place))
      continue;
    __builtin_prefetch(&p->slots[p->slot_of[place]], 1);
    __builtin_prefetch(&p->more[p->slot_of[place]], 1);
  }
  for (size_t at = 0; at < PREFETCH_KEY; at += CACHE_LINE)
    __builtin_prefetch((const uint8_t *)&p->tx.rtp + at);
}

static void flush_room(struct room *r)
{
  struct egress_ready *ready = r->media->ready;
  struct batch batch = {.count = 0};
  uint64_t places[PEER_WATCH_WORDS];
  memcpy(places, r->ready, sizeof places);
  size_t n = take_room(r, ready);
  for (uint32_t i = 0; i < r->peer_count; i++) {
    prefetch(r, i, ready, n);
    batch.peer = r->peers[i];
    if (!watches_any(batch.peer, places) || !peer_is_reachable(batch.peer))
      continue;
    for (size_t k = 0; k < n; k++)
      if (has_bit(batch.peer->watch, ready[k].source->place))
        gather(&batch, &ready[k]);
    send_batch(&batch);
  }
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
  struct media *m = p->media;
  struct slot_more *more = &p->more[slot];
  if (!peer_is_reachable(p))
    return;
  const struct forward_out original = forward_apply(shift, packet);
  const struct rtp_packet header = {
      .marker = original.marker,
      .payload_type = more->rtx_payload_type[s->setup.codec.id],
      .sequence = (uint16_t)more->rtx_next,
      .timestamp = original.timestamp,
      .ssrc = more->rtx_ssrc,
  };
  struct span payload = stamp_payload(packet, &original, 0);
  payload = span_of(packet->space, RING_HEAD_ROOM + payload.n);
  packet->space[0] = (uint8_t)(original.index >> 8); /* the original sequence number (RFC 4588, section 4) */
  packet->space[1] = (uint8_t)original.index;
  uint8_t *at = m->sink.reserve(m->sink.ctx, LIMIT_DATAGRAM);
  struct writer w = writer_of(at, LIMIT_DATAGRAM);
  uint64_t index = more->rtx_next++; /* never again, whatever becomes of this packet */
  size_t n = 0;
  if (index >= FORWARD_INDEX_END || rtp_write_header(&w, &header, NULL, 0) != 0 ||
      srtp_protect(&p->tx, (uint32_t)(index >> 16), false, at, LIMIT_DATAGRAM, w.n, payload, &n) != 0)
    n = 0;
  m->sink.commit(m->sink.ctx, &p->remote, n, n);
  if (n == 0)
    return;
  m->counters.rtp_retransmitted++;
  m->counters.datagrams_out++;
  m->counters.bytes_out += n;
}
