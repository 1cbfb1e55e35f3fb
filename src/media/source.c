/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/source.h"

#include <assert.h>
#include <string.h>

#include "media/backlog.h"
#include "media/far.h"
#include "media/layers.h"
#include "media/peer.h"
#include "media/room.h"
#include "proto/h264.h"
#include "proto/opus.h"
#include "proto/red.h"
#include "proto/rtcp.h"

#define OPUS_CLOCK_RATE 48000u
#define VIDEO_CLOCK_RATE 90000u
#define LEVEL_UNKNOWN 127u
#define KEY_LOST_US 150000u
#define RHYTHM_WEIGHT 8u

static void schedule_repair(struct source *s);

static void fire_repair(struct wheel_timer *timer, uint64_t now_us);

static void fire_hold(struct wheel_timer *timer, uint64_t now_us)
{
  struct source *s = CONTAINER_OF(timer, struct source, hold);
  (void)now_us;
  room_ready(s->peer->room, s);
}

static bool is_on(const struct source *s, uint8_t mask)
{
  return (mask >> s->setup.kind & 1) != 0;
}

static bool is_silenced(const struct source *s, uint8_t mask)
{
  return s->setup.kind == SOURCE_MIC && !is_on(s, mask) && (mask & IPC_PUBLISH_SILENCE) != 0;
}

static void free_layer(struct source *s)
{
  struct media *m = s->media;
  room_remove_source(s->peer->room, s);
  wheel_cancel(&m->wheel, &s->repair);
  wheel_cancel(&m->wheel, &s->hold);
  ring_fini(&s->ring);
  slab_release(&m->sources, s->id);
}

/* `base` is NULL for the base itself. */
static int new_layer(struct peer *peer, const struct source_setup *setup, struct source *base, struct source **source)
{
  struct media *m = peer->media;
  slab_id id;
  void *item;
  int err = slab_take(&m->sources, &id, &item);
  if (err != 0)
    return err;
  struct source *s = item;
  *s = (struct source){.media = m, .id = id, .peer = peer, .setup = *setup, .level = LEVEL_UNKNOWN};
  s->silenced = is_silenced(s, peer->publish);
  s->published = s->silenced || is_on(s, peer->publish);
  s->since_us = m->now_us;
  s->base = base != NULL ? base : s;
  s->layer = s->base->n_layers;
  s->clock_rate = source_is_video(s) ? VIDEO_CLOCK_RATE : OPUS_CLOCK_RATE;
  s->media_stream.ssrc = setup->stream.ssrc;
  s->rtx_stream.ssrc = setup->stream.rtx_ssrc;
  s->repair.fire = fire_repair;
  s->hold.fire = fire_hold;
  rtp_stats_init(&s->stats, s->clock_rate);
  err = ring_init(&s->ring, source_is_video(s) ? LIMIT_RING_PACKETS : LIMIT_AUDIO_RING);
  if (err == 0)
    err = room_add_source(peer->room, s);
  if (err != 0) {
    ring_fini(&s->ring);
    slab_release(&m->sources, id);
    return err;
  }
  s->base->layers[s->base->n_layers++] = s;
  s->base->told = (uint8_t)((1u << s->base->n_layers) - 1);
  *source = s;
  return 0;
}

int source_new(struct peer *peer, const struct source_setup *setup, struct source **base)
{
  struct source *layer;
  int err = new_layer(peer, setup, NULL, base);
  while (err == 0 && (*base)->n_layers < setup->layers.n) {
    err = new_layer(peer, setup, *base, &layer);
    if (err != 0)
      source_free(*base);
  }
  return err;
}

void source_free(struct source *base)
{
  for (uint8_t i = base->n_layers; i > 0; i--)
    free_layer(base->layers[i - 1]); /* the base is the first one */
}

struct source *source_of_rid(struct source *base, struct span rid)
{
  for (uint8_t i = 0; i < base->setup.layers.n; i++)
    if (span_equal(rid, span_str(base->setup.layers.rid[i])))
      return base->layers[i];
  return NULL;
}

/* ---- what is missing ---- */

static void ask_for_missing(struct source *s)
{
  uint16_t sequences[LIMIT_NACK_PENDING];
  uint8_t buffer[16 + 4 * LIMIT_NACK_PENDING];
  struct writer w = writer_of(buffer, sizeof buffer);
  uint64_t oldest = s->highest > LIMIT_RING_PACKETS ? s->highest - LIMIT_RING_PACKETS : 0;
  size_t n = nack_collect(&s->missing, s->media->now_us, s->peer->rtt_us, oldest, sequences);
  s->key_wanted |= s->missing.lost > s->key_index; /* a picture came too late: only a new beginning helps */
  s->missing.lost = 0;
  if (n == 0)
    return;
  rtcp_write_nack(&w, peer_ssrc(s->peer), s->media_stream.ssrc, sequences, n);
  s->media->counters.nack_out += n;
  peer_send_rtcp(s->peer, &w);
}

static uint64_t key_request_allowed_us(const struct source *s)
{
  uint64_t lost_us = KEY_LOST_US + 2u * (uint64_t)s->peer->rtt_us; /* then the request or its answer was lost */
  bool answered = s->key_us >= s->key_asked_us;
  if (s->key_asked_us == 0)
    return 0;
  return s->key_asked_us + (answered || lost_us > SOURCE_KEY_REQUEST_US ? SOURCE_KEY_REQUEST_US : lost_us);
}

/* Before the first packet there is nobody to ask; that packet begins with a key frame anyway. So does a layer that
 * comes back. */
static bool can_ask_for_key(const struct source *s)
{
  return s->key_wanted && s->highest != 0 && (s->live || s->base->n_layers == 1);
}

static void send_pli(struct source *s)
{
  uint8_t buffer[16];
  struct writer w = writer_of(buffer, sizeof buffer);
  rtcp_write_pli(&w, peer_ssrc(s->peer), s->media_stream.ssrc);
  s->media->counters.pli_out++;
  peer_send_rtcp(s->peer, &w);
}

static void ask_for_key(struct source *s)
{
  bool reached = s->peer->far || s->peer->state == PEER_CONNECTED;
  if (!can_ask_for_key(s) || !reached || !s->published || s->media->now_us < key_request_allowed_us(s))
    return;
  s->key_asked_us = s->media->now_us;
  if (s->peer->far)
    far_ask_key(s);
  else
    send_pli(s);
}

static void schedule_repair(struct source *s)
{
  uint64_t next = nack_next_us(&s->missing);
  if (can_ask_for_key(s) && key_request_allowed_us(s) < next)
    next = key_request_allowed_us(s);
  if (next == NACK_NEVER)
    wheel_cancel(&s->media->wheel, &s->repair);
  else if (!wheel_is_set(&s->repair) || s->repair.deadline_us != next)
    wheel_set(&s->media->wheel, &s->repair, next);
}

static void fire_repair(struct wheel_timer *timer, uint64_t now_us)
{
  struct source *s = CONTAINER_OF(timer, struct source, repair);
  (void)now_us;
  ask_for_missing(s);
  ask_for_key(s);
  schedule_repair(s);
}

void source_request_key(struct source *s)
{
  if (!source_is_video(s) || !s->published)
    return;
  if (s->key_wanted || s->media->now_us < key_request_allowed_us(s))
    s->media->counters.pli_throttled++;
  s->key_wanted = true;
  ask_for_key(s);
  schedule_repair(s);
}

static void forget(struct source *s)
{
  s->from = s->highest + 1;
  s->from_us = s->media->now_us;
}

static void publish_layer(struct source *s, uint8_t mask)
{
  bool was_silenced = s->silenced;
  s->silenced = is_silenced(s, mask);
  if (s->silenced)
    s->level = LEVEL_UNKNOWN;
  bool on = s->silenced || is_on(s, mask);
  if (on && (!s->published || s->silenced != was_silenced))
    forget(s); /* what comes late, or once more as redundancy, too */
  if (s->published == on)
    return;
  s->published = on;
  s->since_us = s->media->now_us;
  s->key_wanted = false;
  s->missing.count = 0;
  s->pending_count = 0;
  s->level = LEVEL_UNKNOWN;
  s->live = false;
  schedule_repair(s);
  room_source_changed(s->peer->room, s);
}

void source_publish(struct source *base, uint8_t mask)
{
  for (uint8_t i = 0; i < base->n_layers; i++)
    publish_layer(base->layers[i], mask);
}

void source_begin_anew(struct source *base)
{
  for (uint8_t i = 0; i < base->n_layers; i++) {
    struct source *s = base->layers[i];
    backlog_give_up(s);
    forget(s);
    s->missing.count = 0;
    s->pending_count = 0;
    schedule_repair(s);
  }
}

/* ---- what comes ---- */

static bool is_key_start(const struct source *s, struct ring_packet *r, struct span payload)
{
  switch (s->setup.codec.id) {
  case SDP_OPUS: return true;
  case SDP_VP8:
    r->is_vp8 = vp8_parse(payload, &r->vp8) == 0;
    return r->is_vp8 && r->vp8.frame_start && r->vp8.key_frame;
  case SDP_H264: return h264_key_start(payload);
  case SDP_VP9:
  case SDP_AV1: return r->dependency.key;
  case SDP_CODECS: break;
  }
  return false;
}

/* Who has agreed on redundant audio gets the packet before it once more with each one: the one that went out to
 * everybody, so that what was silenced stays silent. */
static void put_redundancy(struct source *s, struct ring_packet *r, size_t payload_n)
{
  const struct ring_packet *before = ring_get(&s->ring, r->index - 1);
  r->red_n = 0;
  if (s->setup.codec.red_payload_type == 0 || before == NULL || before->index < s->from ||
      !red_fits(r->timestamp - before->timestamp, before->payload_n) ||
      RED_ONE_BYTES + before->payload_n + payload_n > LIMIT_DATAGRAM)
    return;
  struct writer w = writer_of(r->space + RING_HEAD_ROOM, LIMIT_DATAGRAM);
  const uint8_t *older = before->space + RING_HEAD_ROOM + before->red_n;
  red_write_one(&w, s->setup.codec.payload_type, r->timestamp - before->timestamp, span_of(older, before->payload_n));
  r->red_n = (uint16_t)w.n;
}

/* Behind the payload: there is room for both, as there was in the datagram. */
static void keep_dependency(struct ring_packet *r, const struct dependency *dependency, struct span original)
{
  r->is_scalable = dependency != NULL;
  r->dependency_n = (uint16_t)original.n;
  if (dependency == NULL)
    return;
  r->dependency = *dependency;
  memcpy(r->space + sizeof r->space - original.n, original.p, original.n);
}

static void keep(struct source *s, struct ring_packet *r, const struct rtp_packet *p, struct span payload)
{
  r->arrival_us = s->media->arrival_us;
  r->timestamp = p->timestamp;
  r->payload_n = (uint16_t)payload.n;
  r->marker = p->marker;
  r->is_video = source_is_video(s);
  r->is_vp8 = false;
  r->vp8 = (struct vp8_descriptor){0};
  r->level = s->level;
  put_redundancy(s, r, payload.n);
  if (s->silenced)
    opus_silence(ring_payload(r), payload.n);
  else
    memcpy(ring_payload(r), payload.p, payload.n);
  r->key_start = is_key_start(s, r, payload);
}

/* The newest packet so far. A gap before it is asked for; if that is hopeless, only a key frame helps. */
static void advance(struct source *s, uint64_t index)
{
  bool gap = s->highest != 0 && index > s->highest + 1;
  if (gap && source_is_video(s) && s->setup.codec.nack &&
      !nack_missing(&s->missing, s->highest + 1, index, s->media->now_us))
    source_request_key(s);
  s->highest = index;
}

/* ---- which layers go on, and what each takes ---- */

static uint32_t smooth(uint32_t before_bps, uint32_t bytes, uint64_t elapsed_us)
{
  uint32_t rate_bps = (uint32_t)(bytes * 8000000ull / elapsed_us);
  return before_bps == 0 ? rate_bps : before_bps / 2 + rate_bps / 2;
}

static void count_anew(struct source *s, uint64_t now_us)
{
  s->rate_since_us = now_us;
  s->rate_bytes = s->thin_bytes = 0;
  memset(s->cell_bytes, 0, sizeof s->cell_bytes);
  s->top_seen = 0;
}

static void measure(struct source *s, const struct ring_packet *r, size_t bytes)
{
  uint64_t now_us = s->media->now_us, elapsed_us = now_us - s->rate_since_us;
  if (elapsed_us > 2 * SOURCE_RATE_US) { /* it begins, perhaps again */
    count_anew(s, now_us);
  } else if (elapsed_us >= SOURCE_RATE_US) {
    s->rate_bps = smooth(s->rate_bps, s->rate_bytes, elapsed_us);
    s->thin_bps = smooth(s->top == s->top_seen ? s->thin_bps : 0, s->thin_bytes, elapsed_us);
    s->top = s->top_seen;
    for (uint8_t i = 0; i < DEPENDENCY_CELLS; i++)
      s->cell_bps[i] = smooth(s->cell_bps[i], s->cell_bytes[i], elapsed_us);
    count_anew(s, now_us);
  }
  for (uint8_t i = 0; i < DEPENDENCY_CELLS && r->is_scalable; i++)
    if (dependency_of(&r->dependency, i) != DEPENDENCY_NOT_PRESENT)
      s->cell_bytes[i] += (uint32_t)bytes;
  s->rate_bytes += (uint32_t)bytes;
  uint8_t temporal = r->is_scalable ? r->dependency.temporal : r->vp8.tid;
  s->thin_bytes += temporal < s->top ? (uint32_t)bytes : 0;
  if (temporal > s->top_seen)
    s->top_seen = temporal;
}

static void set_live(struct source *s, bool live)
{
  if (s->live == live)
    return;
  s->live = live;
  layers_refresh(s->base);
}

/* A frame of one layer ended: others may have gone silent. */
static void see_frame(const struct source *s)
{
  for (uint8_t i = 0; i < s->base->n_layers; i++) {
    struct source *other = s->base->layers[i];
    if (other == s || !other->live)
      continue;
    other->quiet = (uint8_t)(other->quiet + (other->quiet < UINT8_MAX));
    if (other->quiet >= SOURCE_QUIET_FRAMES && s->media->now_us - other->last_us > SOURCE_QUIET_US)
      set_live(other, false);
  }
}

static void see_packet(struct source *s, const struct ring_packet *r)
{
  s->quiet = 0;
  s->last_us = r->arrival_us;
  measure(s, r, r->payload_n + RTP_HEADER_BYTES + AEAD_TAG_BYTES);
  set_live(s, true);
  if (r->marker)
    see_frame(s);
}

static void queue(struct source *s, uint64_t index, bool ready)
{
  assert(s->pending_count < SOURCE_PENDING);
  s->pending[s->pending_count++] = index;
  bool full = s->pending_count >= SOURCE_PENDING - RED_OLDER; /* one more datagram may bring so many, and its own */
  s->media->source_is_full |= full;
  if (ready || full)
    room_ready(s->peer->room, s);
  else if (!wheel_is_set(&s->hold))
    wheel_set(&s->media->wheel, &s->hold, s->media->now_us + SOURCE_HOLD_US);
}

/* A retransmission tells how far away the sender is, also of who receives nothing and so reports nothing. */
static bool arrived(struct source *s, uint64_t index)
{
  uint32_t rtt_us;
  bool missed = nack_arrived(&s->missing, index, s->media->now_us, &rtt_us);
  if (rtt_us != 0 && !s->peer->rtt_reported)
    s->peer->rtt_us = rtt_us;
  return missed;
}

static void see_key(struct source *s, uint64_t index)
{
  s->key_wanted = false;
  if (!source_is_video(s) || index < s->key_index)
    return;
  s->key_index = index;
  s->key_us = s->media->now_us;
}

/* Something of it is complete, in its turn. */
static void see_rhythm(struct source *s)
{
  uint64_t apart_us = s->media->now_us - s->whole_us;
  s->whole_us = s->media->now_us;
  if (apart_us > SOURCE_RHYTHM_MOST_US)
    s->rhythm_us = 0;
  else if (s->rhythm_us == 0)
    s->rhythm_us = (uint32_t)apart_us;
  else
    s->rhythm_us = (uint32_t)((RHYTHM_WEIGHT - 1) * s->rhythm_us + apart_us) / RHYTHM_WEIGHT;
}

/* ---- scalable video ---- */

/* What slots choose by. */
struct shape {
  uint8_t max_spatial, max_temporal;
  uint16_t active, height[DEPENDENCY_SPATIAL];
};

static struct shape shape_of(const struct dependency_structure *s)
{
  struct shape shape = {.max_spatial = s->max_spatial, .max_temporal = s->max_temporal, .active = s->active};
  memcpy(shape.height, s->height, sizeof shape.height);
  return shape;
}

/* What comes late does not change what later packets have said. */
static int parse_late(const struct source *s, struct span original, struct dependency *d)
{
  struct dependency_structure present = s->structure;
  return dependency_parse(original, &present, d);
}

static int take_dependency(struct source *s, uint64_t index, struct span original, struct dependency *d)
{
  const struct shape before = shape_of(&s->structure);
  if (index < s->structure_index)
    return parse_late(s, original, d);
  int err = dependency_parse(original, &s->structure, d);
  if (err != 0 || (!d->has_structure && !d->has_active))
    return err;
  const struct shape after = shape_of(&s->structure);
  s->structure_index = index;
  if (memcmp(&before, &after, sizeof after) != 0) {
    s->reshaped = true;
    layers_note_less(s->peer->room);
  }
  return 0;
}

/* The beginning of the key frame that it belongs to was lost: it is asked for again, once, and comes after that. */
static void miss_again(struct source *s, uint64_t index)
{
  if (!s->setup.codec.nack || !nack_missing(&s->missing, index, index + 1, s->media->now_us))
    source_request_key(s);
}

/* What nobody could place is not kept. */
static void refuse(struct source *s, uint64_t index, int err)
{
  s->media->counters.dependency_unknown++;
  if (index <= s->highest)
    return;
  advance(s, index);
  if (err == ERR_NOT_FOUND)
    miss_again(s, index);
  schedule_repair(s);
}

/* ---- one packet ---- */

/* What came with it; empty: nothing, which does not parse. */
static struct span descriptor_of(const struct source *s, const struct rtp_packet *p)
{
  struct span descriptor = {0};
  if (source_is_scalable(s))
    (void)rtp_ext_find(p, s->setup.dependency_id, &descriptor);
  return descriptor;
}

/* A packet with its number at the source, whether it came as itself or as a retransmission, and its descriptor if the
 * source is scalable. */
static void accept(struct source *s, uint64_t index, const struct rtp_packet *p, struct span payload,
                   struct span descriptor)
{
  if (payload.n > LIMIT_DATAGRAM || index < source_oldest(s)) {
    s->media->counters.other_dropped++;
    return;
  }
  bool newest = index > s->highest;
  bool missed = !newest && arrived(s, index);
  if (!s->published || index < s->from) {
    s->highest = newest ? index : s->highest;
    return;
  }
  struct dependency dependency;
  int err = source_is_scalable(s) ? take_dependency(s, index, descriptor, &dependency) : 0;
  if (err == 0 && payload.n + descriptor.n > LIMIT_DATAGRAM) /* no packet that came has so much of both */
    err = ERR_RANGE;
  if (err != 0) {
    refuse(s, index, err);
    return;
  }
  struct ring_packet *r = ring_place(&s->ring, index);
  if (r == NULL)
    return;
  keep_dependency(r, source_is_scalable(s) ? &dependency : NULL, descriptor);
  keep(s, r, p, payload);
  bool whole = !source_is_video(s) || p->marker;
  if (newest)
    advance(s, index);
  if (newest && whole)
    see_rhythm(s);
  if (r->key_start)
    see_key(s, index);
  if (r->is_video)
    see_packet(s, r);
  queue(s, index, whole || missed);
  schedule_repair(s);
}

void source_level(struct source *s, uint8_t level)
{
  s->level = s->silenced ? LEVEL_UNKNOWN : level;
  if (s->published)
    room_level(s->peer, s->level & 0x7f);
}

static void take_level(struct source *s, const struct rtp_packet *p)
{
  struct span data;
  uint8_t level;
  bool voice;
  if (s->setup.level_id == 0 || rtp_ext_find(p, s->setup.level_id, &data) != 0 ||
      rtp_audio_level(data, &voice, &level) != 0)
    return;
  source_level(s, data.p[0]);
}

/* A packet that was lost on the way to us and stands in a later one: from here on it is like any other. */
static void recover(struct source *s, uint64_t index, const struct rtp_packet *p, const struct red_block *block)
{
  uint64_t age_us = (uint64_t)block->age * 1000000u / s->clock_rate;
  if (s->highest == 0 || index < s->from || s->media->now_us < s->from_us + age_us ||
      index + LIMIT_AUDIO_RING / 2 < s->highest || ring_get(&s->ring, index) != NULL)
    return;
  const struct rtp_packet older = {.timestamp = p->timestamp - block->age};
  s->media->counters.red_recovered++;
  accept(s, index, &older, block->data, (struct span){0});
}

static void accept_red(struct source *s, uint64_t index, const struct rtp_packet *p)
{
  struct red_packet red;
  if (red_parse(p->payload, s->setup.codec.payload_type, &red) != 0) {
    s->media->counters.other_dropped++;
    return;
  }
  for (size_t i = 0; i < red.n_older; i++)
    recover(s, index - (red.n_older - i), p, &red.older[i]);
  accept(s, index, p, red.primary, (struct span){0});
}

void source_receive(struct source *s, const struct rtp_packet *p, bool cryptex)
{
  bool red = s->setup.codec.red_payload_type != 0 && p->payload_type == s->setup.codec.red_payload_type;
  if (!red && p->payload_type != s->setup.codec.payload_type) {
    s->media->counters.other_dropped++;
    return;
  }
  rtp_stats_receive(&s->stats, s->media->now_us, p->sequence, p->timestamp);
  if (cryptex) /* a level in clear was never agreed on (T6) */
    take_level(s, p);
  uint64_t index = s->highest == 0 ? rtp_seq_first(p->sequence) : rtp_seq_extend(s->highest, p->sequence);
  if (red)
    accept_red(s, index, p);
  else
    accept(s, index, p, p->payload, descriptor_of(s, p));
}

/* Its losses are its home's business: what was lost there and came late comes here late. */
void source_receive_far(struct source *s, const struct far_packet_record *p)
{
  const struct rtp_packet header = {.timestamp = p->timestamp, .marker = p->marker};
  s->level = p->level;
  s->report_ntp = p->report_ntp;
  s->report_timestamp = p->report_timestamp;
  accept(s, p->index, &header, p->payload, source_is_scalable(s) ? p->dependency : (struct span){0});
  if (s->pending_count > 0) /* whole frames come at once */
    room_ready(s->peer->room, s);
}

void source_receive_rtx(struct source *s, const struct rtp_packet *p)
{
  struct span payload = p->payload;
  uint16_t original;
  /* Without an original number it is padding, sent to probe the path. */
  if (p->payload_type != s->setup.codec.rtx_payload_type || s->highest == 0 || span_u16(&payload, &original) != 0)
    return;
  accept(s, rtp_seq_extend(s->highest, original), p, payload, descriptor_of(s, p));
}
