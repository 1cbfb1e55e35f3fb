/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/batch.h"

#include <assert.h>
#include <string.h>

#include "proto/red.h"
#include "proto/rtp.h"
#include "proto/twcc.h"

#define ONE_BYTE_MOST 16u    /* bytes of an element in the one-byte form (RFC 8285, section 4.2) ... */
#define ONE_BYTE_LAST_ID 14u /* ... and its highest id */
#define LEVEL_BYTES 2u       /* an element of one byte */
#define PADDING_BYTES 240u                       /* of a packet that has nothing else */
#define NUMBER_BYTES (1u + TWCC_EXTENSION_BYTES) /* and of two */

/* ---- writing one packet ---- */

/* The audio level goes out only where Cryptex encrypts it (T6). */
static bool sends_level(const struct peer *p, const struct slot *slot)
{
  return p->cryptex && slot->level_id != 0 && !slot->is_video;
}

/* With one-byte elements; in the two-byte form they end at the same word. */
static size_t header_bytes(const struct peer *p, const struct slot *slot)
{
  size_t elements = (sends_level(p, slot) ? LEVEL_BYTES : 0) + (slot->numbered ? NUMBER_BYTES : 0);
  return RTP_HEADER_BYTES + (elements > 0 ? 4 + (elements + 3) / 4 * 4 : 0);
}

/* The same with a dependency descriptor of `n` bytes. */
static size_t scalable_header_bytes(const struct peer *p, const struct slot *slot, size_t n)
{
  bool two_byte = n > ONE_BYTE_MOST || p->dependency_id > ONE_BYTE_LAST_ID || p->transport_id > ONE_BYTE_LAST_ID;
  size_t number = slot->numbered ? NUMBER_BYTES + two_byte : 0;
  return RTP_HEADER_BYTES + 4 + (n + 1 + two_byte + number + 3) / 4 * 4;
}

/* The header with what its receiver gets of extensions; `number` counts all packets to him. */
static int write_header(struct writer *w, const struct peer *p, const struct slot *slot,
                        const struct rtp_packet *header, uint8_t level, uint16_t number, struct span dependency)
{
  const uint8_t count[TWCC_EXTENSION_BYTES] = {(uint8_t)(number >> 8), (uint8_t)number};
  struct rtp_ext ext[3];
  size_t n = 0;
  if (dependency.n > 0)
    ext[n++] = (struct rtp_ext){.id = p->dependency_id, .data = dependency};
  if (sends_level(p, slot))
    ext[n++] = (struct rtp_ext){.id = slot->level_id, .data = span_of(&level, 1)};
  if (slot->numbered)
    ext[n++] = (struct rtp_ext){.id = p->transport_id, .data = span_of(count, sizeof count)};
  return rtp_write_header(w, header, ext, n);
}

/* The descriptor with the slot's frame number and what is left of decode targets; empty without one. */
static struct span write_dependency(const struct ring_packet *p, const struct forward_out *out,
                                    uint8_t buffer[DEPENDENCY_LONGEST + DEPENDENCY_MORE])
{
  struct writer w = writer_of(buffer, DEPENDENCY_LONGEST + DEPENDENCY_MORE);
  if (!p->is_scalable || dependency_write(&w, ring_dependency(p), &p->dependency, out->picture_id, out->active) != 0)
    return span_of(NULL, 0);
  return writer_span(&w);
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

/* A packet leaves: its number, where it gets one. */
static uint16_t next_number(struct peer *p, const struct slot *slot, size_t size, uint8_t flags)
{
  const struct media *m = p->media;
  if (!m->config.controls_receivers)
    return 0;
  if (slot->numbered)
    return bandwidth_sent(&p->down.bandwidth, (uint32_t)size, flags, m->now_us);
  bandwidth_sent_unnumbered(&p->down.bandwidth, (uint32_t)size, m->now_us);
  return 0;
}

static void count_send(struct peer *p, size_t n, size_t bytes)
{
  struct media *m = p->media;
  m->counters.datagrams_out += n;
  m->counters.bytes_out += bytes;
  if (m->config.controls_receivers)
    pacer_sent(&p->down.pacer, bytes, m->now_us);
}

/* Writes the sealed packet, `size` bytes with padding. */
static int write_item(struct peer *p, const struct batch_item *i, uint8_t *at, size_t size)
{
  size_t padding = size - i->size, n;
  uint8_t flags = i->slot->is_video ? 0 : BANDWIDTH_AUDIO;
  const struct rtp_packet header = {
      .marker = i->out.marker,
      .payload_type = i->red_n > 0 ? i->slot->red_payload_type : i->slot->payload_type,
      .padding = (uint8_t)padding,
      .sequence = (uint16_t)i->out.index,
      .timestamp = i->out.timestamp,
      .ssrc = i->slot->ssrc,
  };
  uint16_t number = next_number(p, i->slot, size, flags);
  uint8_t space[DEPENDENCY_LONGEST + DEPENDENCY_MORE];
  struct span dependency = write_dependency(i->packet, &i->out, space);
  struct writer w = writer_of(at, size);
  if (write_header(&w, p, i->slot, &header, i->packet->level, number, dependency) != 0 || w.n != i->header_n)
    return ERR_LIMIT;
  struct span payload = stamp_payload(i->packet, &i->out, padding);
  if (i->red_n > 0) {
    payload = span_of(payload.p - i->red_n, payload.n + i->red_n);
    red_stamp_one(i->packet->space + RING_HEAD_ROOM, i->slot->payload_type);
  }
  return srtp_protect(&p->tx, (uint32_t)(i->out.index >> 16), p->cryptex, at, size, w.n, payload, &n);
}

static void count_sent(struct peer *p, const struct batch_item *i)
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
  const struct batch_item *last = &b->items[first + n - 1];
  size_t total = (n - 1) * segment + last->size;
  uint8_t *space = m->sink.reserve(m->sink.ctx, total);
  for (size_t i = 0; i < n; i++) {
    const struct batch_item *item = &b->items[first + i];
    size_t size = item == last ? item->size : segment;
    if (write_item(p, item, space + i * segment, size) != 0) {
      m->counters.other_dropped += n;
      m->sink.commit(m->sink.ctx, &p->remote, 0, 0);
      return;
    }
  }
  m->sink.commit(m->sink.ctx, &p->remote, total, n == 1 ? total : segment);
  count_send(p, n, total);
  for (size_t i = 0; i < n; i++) {
    count_sent(p, &b->items[first + i]);
    see_cryptex(p, b->items[first + i].header_n);
  }
}

void batch_send(struct batch *b)
{
  for (size_t first = 0, n; first < b->count; first += n) {
    size_t segment;
    n = group(b, first, &segment);
    send_group(b, first, n, segment);
  }
  b->count = 0;
}

static bool map_scalable(struct batch_item *i, uint32_t clock_rate)
{
  struct slot_more *more = i->more;
  uint8_t temporal = more->wanted_top < DEPENDENCY_TEMPORAL ? more->wanted_top : DEPENDENCY_TEMPORAL - 1;
  uint8_t spatial = more->wanted < DEPENDENCY_SPATIAL ? more->wanted : 0;
  return forward_layers_map(&i->slot->forward, &more->window, &more->layers, dependency_cell(spatial, temporal),
                            i->packet, clock_rate, &i->out);
}

static bool map_thinned(struct batch_item *i, uint32_t clock_rate)
{
  uint8_t top = i->slot->top;
  bool goes = forward_thin_map(&i->slot->forward, &i->more->window, &i->more->thin, &top, i->more->wanted_top,
                               i->packet, clock_rate, &i->out);
  i->slot->top = top & THIN_OFF;
  return goes;
}

/* Known only now: how many decode targets are left to be told. */
static void size_scalable(const struct peer *p, struct batch_item *i)
{
  size_t n = dependency_size(ring_dependency(i->packet), &i->packet->dependency, i->out.active);
  i->header_n = scalable_header_bytes(p, i->slot, n);
  i->size = i->header_n + i->packet->payload_n + AEAD_TAG_BYTES;
}

static bool map_item(struct batch_item *i, uint32_t clock_rate)
{
  switch (i->slot->top) {
  case THIN_OFF: return forward_map(&i->slot->forward, &i->more->window, i->packet, clock_rate, &i->out);
  case SLOT_SCALABLE: return map_scalable(i, clock_rate);
  default: return map_thinned(i, clock_rate);
  }
}

bool batch_add(struct batch *b, uint8_t index, const struct source *s, struct ring_packet *packet)
{
  struct peer *p = b->peer;
  struct slot *slot = &p->slots[index];
  struct batch_item item = {.packet = packet, .slot = slot, .more = &p->more[index], .header_n = header_bytes(p, slot)};
  if (slot->red_payload_type != 0)
    item.red_n = packet->red_n;
  if (packet->is_scalable)
    item.header_n = scalable_header_bytes(p, slot, packet->dependency_n + DEPENDENCY_MORE); /* at most */
  item.size = item.header_n + item.red_n + packet->payload_n + AEAD_TAG_BYTES;
  if (item.size + RING_TAIL_ROOM > LIMIT_DATAGRAM) {
    p->media->counters.other_dropped++;
    return false;
  }
  if (!map_item(&item, s->clock_rate))
    return false;
  if (packet->is_scalable)
    size_scalable(p, &item);
  if (b->count == BATCH_ITEMS)
    batch_send(b);
  b->items[b->count++] = item;
  b->bytes += item.size;
  return true;
}

/* ---- one more time ---- */

/* One packet of the slot's RTX stream; `payload` is sealed from where it is. */
static size_t send_rtx(struct peer *p, uint8_t slot, struct rtp_packet *header, struct span payload, uint8_t level,
                       struct span dependency, uint8_t flags)
{
  struct media *m = p->media;
  struct slot_more *more = &p->more[slot];
  size_t size = (dependency.n > 0 ? scalable_header_bytes(p, &p->slots[slot], dependency.n)
                                  : header_bytes(p, &p->slots[slot])) +
                payload.n + AEAD_TAG_BYTES,
         n = 0;
  if (!peer_is_reachable(p) || size > LIMIT_DATAGRAM)
    return 0;
  uint64_t index = more->rtx_next++; /* never again, whatever becomes of this packet */
  uint16_t number = next_number(p, &p->slots[slot], size, flags);
  uint8_t *at = m->sink.reserve(m->sink.ctx, LIMIT_DATAGRAM);
  struct writer w = writer_of(at, LIMIT_DATAGRAM);
  header->sequence = (uint16_t)index;
  header->ssrc = more->rtx_ssrc;
  if (index >= FORWARD_INDEX_END || write_header(&w, p, &p->slots[slot], header, level, number, dependency) != 0 ||
      srtp_protect(&p->tx, (uint32_t)(index >> 16), p->cryptex, at, LIMIT_DATAGRAM, w.n, payload, &n) != 0)
    n = 0;
  m->sink.commit(m->sink.ctx, &p->remote, n, n);
  count_send(p, n > 0, n);
  return n;
}

size_t batch_repeat(struct peer *p, uint8_t slot, struct source *s, struct ring_packet *packet,
                    const struct forward_shift *shift, uint8_t flags)
{
  struct forward_out original = forward_apply(shift, packet);
  uint8_t space[DEPENDENCY_LONGEST + DEPENDENCY_MORE];
  if (p->slots[slot].top == SLOT_SCALABLE && packet->is_scalable)
    forward_layers_finish(&p->more[slot].layers, packet, &original);
  struct rtp_packet header = {
      .marker = original.marker,
      .payload_type = p->more[slot].rtx_payload_type[s->setup.codec.id],
      .timestamp = original.timestamp,
  };
  struct span payload = stamp_payload(packet, &original, 0);
  packet->space[0] = (uint8_t)(original.index >> 8); /* the original sequence number (RFC 4588, section 4) */
  packet->space[1] = (uint8_t)original.index;
  return send_rtx(p, slot, &header, span_of(packet->space, RING_HEAD_ROOM + payload.n), packet->level,
                  write_dependency(packet, &original, space), flags);
}

size_t batch_pad(struct peer *p, uint8_t slot, uint8_t flags)
{
  static const uint8_t padding[PADDING_BYTES] = {[PADDING_BYTES - 1] = PADDING_BYTES};
  struct rtp_packet header = {.padding = PADDING_BYTES, .timestamp = p->slots[slot].forward.timestamp};
  for (size_t i = 0; i < PEER_CODECS && header.payload_type == 0; i++)
    header.payload_type = p->more[slot].rtx_payload_type[i];
  return header.payload_type != 0 && p->more[slot].enabled
             ? send_rtx(p, slot, &header, span_of(padding, sizeof padding), 0, span_of(NULL, 0), flags)
             : 0;
}
