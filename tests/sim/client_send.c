/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media like that of browsers in numbers and headers, with payloads that say where they come from. */
#include <string.h>

#include "client.h"
#include "proto/red.h"

#define AUDIO_FRAME_US 20000u
#define VIDEO_FRAME_US 33333u
#define AUDIO_BYTES 90
#define VIDEO_BYTES 1100
#define MARK_ROOM 80
#define MARK_MAGIC 0x5453494du
#define NEVER UINT64_MAX

/* ---- payloads ---- */

static void put_mark(struct writer *w, const struct media_mark *m)
{
  put_u32(w, MARK_MAGIC);
  put_u32(w, m->who);
  put_u32(w, m->frame);
  put_u16(w, m->part);
  put_u16(w, m->parts);
  put_u8(w, m->source);
  put_u8(w, m->layer);
  put_u8(w, m->tid);
  put_u32(w, m->depends);
  put_u8(w, m->key);
  put_u32(w, m->sent_us);
}

static uint8_t filler(const struct media_mark *m, size_t i)
{
  return (uint8_t)(m->who * 31 + m->frame * 7 + m->part * 3 + i);
}

/* The mark stands behind the headers of the codec; all behind it must be the sender's filler. */
bool client_read_mark(struct span payload, struct media_mark *m)
{
  uint32_t magic = 0;
  uint8_t key;
  for (; payload.n >= MEDIA_MARK_BYTES; payload.p++, payload.n--) {
    struct span s = payload;
    if (span_u32(&s, &magic) != 0 || magic != MARK_MAGIC)
      continue;
    if (span_u32(&s, &m->who) != 0 || span_u32(&s, &m->frame) != 0 || span_u16(&s, &m->part) != 0 ||
        span_u16(&s, &m->parts) != 0 || span_u8(&s, &m->source) != 0 || span_u8(&s, &m->layer) != 0 ||
        span_u8(&s, &m->tid) != 0 || span_u32(&s, &m->depends) != 0 ||
        span_u8(&s, &key) != 0 || span_u32(&s, &m->sent_us) != 0)
      return false;
    m->key = key != 0;
    for (size_t i = 0; i < s.n; i++)
      if (s.p[i] != filler(m, i))
        return false;
    return true;
  }
  return false;
}

static void put_vp8(struct writer *w, const struct client_source *s, const struct media_mark *m)
{
  put_u8(w, m->part == 0 ? 0x90 : 0x80); /* X, S */
  put_u8(w, 0xe0);                       /* I, L, T */
  put_u16(w, (uint16_t)(0x8000u | s->picture_id));
  put_u8(w, s->tl0picidx);
  put_u8(w, (uint8_t)(m->tid << 6 | m->sync << 5)); /* TID, Y */
  put_u8(w, m->key ? 0x10 : 0x11); /* the inverse key frame flag is the lowest bit */
}

static void put_h264(struct writer *w, const struct media_mark *m, size_t size)
{
  static const uint8_t sets[] = {0x78, 0x00, 0x04, 0x67, 0x42, 0xe0, 0x1f, 0x00, 0x02, 0x68, 0xce};
  if (m->key && m->part == 0) {
    put_bytes(w, sets, sizeof sets); /* STAP-A of SPS, PPS and the slice that follows */
    put_u16(w, (uint16_t)(size - w->n - 2));
    put_u8(w, 0x65);
  } else {
    put_u8(w, m->key ? 0x65 : 0x41);
  }
}

static size_t make_payload(const struct client_source *s, const struct media_mark *m, uint8_t *out, size_t cap)
{
  struct writer w = writer_of(out, cap);
  size_t size = AUDIO_BYTES;
  if (media_source_is_video((enum media_source)m->source)) {
    size = s->part_bytes != 0 ? s->part_bytes : VIDEO_BYTES;
    size += m->part < m->frame % m->parts; /* near-equal, as browsers cut frames */
    if (s->scalable)
      put_u8(&w, 0); /* the payload's own descriptor, which nobody may look into */
    else if (s->h264)
      put_h264(&w, m, size);
    else
      put_vp8(&w, s, m);
  }
  put_mark(&w, m);
  for (size_t i = 0; w.n < size; i++)
    put_u8(&w, filler(m, i));
  return w.n;
}

/* ---- packets ---- */

static void send_packet(struct client *c, struct client_source *s, const struct rtp_packet *header, bool rtx,
                        struct span payload, struct span descriptor)
{
  uint8_t out[LIMIT_DATAGRAM];
  struct writer w = writer_of(out, sizeof out);
  enum media_source kind = client_kind(c, s);
  uint8_t level = s->level;
  const char *mid = client_source_mid(c, kind);
  struct rtp_ext ext[5];
  uint8_t number[2];
  bool counts = media_source_is_video(kind) || !c->config.counts_video_only;
  size_t n_ext = counts ? client_put_number(c, ext, number) : 0, n;
  uint32_t roc;
  if (c->cryptex && !media_source_is_video(kind))
    ext[n_ext++] = (struct rtp_ext){.id = CLIENT_EXT_LEVEL, .data = span_of(&level, 1)};
  if (c->config.hide_ssrcs || s->rid != NULL)
    ext[n_ext++] = (struct rtp_ext){.id = CLIENT_EXT_MID, .data = span_str(mid)};
  if (s->rid != NULL)
    ext[n_ext++] = (struct rtp_ext){.id = rtx ? CLIENT_EXT_REPAIRED_RID : CLIENT_EXT_RID, .data = span_str(s->rid)};
  if (descriptor.n > 0)
    ext[n_ext++] = (struct rtp_ext){.id = CLIENT_EXT_DEPENDENCY, .data = descriptor};
  if (rtp_write_header(&w, header, ext, n_ext) != 0 ||
      srtp_tx_roc(rtx ? &s->rtx_tx : &s->tx, header->sequence, &roc) != 0 ||
      srtp_protect(&c->tx, roc, c->cryptex, out, sizeof out, w.n, payload, &n) != 0)
    return;
  if (counts)
    client_sent_number(c, n);
  c->send(c->ctx, out, n);
}

static uint8_t payload_type(const struct client_source *s, enum media_source kind, bool rtx)
{
  if (!media_source_is_video(kind))
    return CLIENT_PT_OPUS;
  if (s->scalable)
    return rtx ? CLIENT_PT_VP9_RTX : CLIENT_PT_VP9;
  if (s->h264)
    return rtx ? CLIENT_PT_H264_RTX : CLIENT_PT_H264;
  return rtx ? CLIENT_PT_VP8_RTX : CLIENT_PT_VP8;
}

/* The packet before it once more in front, as browsers do. */
static size_t put_red(const struct client *c, const struct client_source *s, struct sent_packet *p, uint8_t *out,
                      size_t cap)
{
  const struct sent_packet *before = &s->sent[(uint16_t)(p->sequence - 1) % CLIENT_SENT];
  struct writer w = writer_of(out, cap);
  if (!c->config.red || !before->used || before->sequence != (uint16_t)(p->sequence - 1))
    return 0;
  red_write_one(&w, CLIENT_PT_OPUS, p->timestamp - before->timestamp, span_of(before->payload, before->n));
  put_bytes(&w, p->payload, p->n);
  return w.n;
}

static void send_part(struct client *c, struct client_source *s, const struct media_mark *m, uint32_t timestamp)
{
  struct sent_packet *p = &s->sent[s->sequence % CLIENT_SENT];
  *p = (struct sent_packet){.used = true,
                            .sequence = s->sequence,
                            .timestamp = timestamp,
                            .marker = m->part == m->parts - 1 && media_source_is_video((enum media_source)m->source)};
  if (s->scalable) {
    p->marker = m->part == m->parts - 1 && m->layer == 2;
    p->descriptor_n = (uint16_t)client_put_descriptor(c, s, m, p->descriptor);
  }
  p->n = (uint16_t)make_payload(s, m, p->payload, sizeof p->payload);
  struct rtp_packet header = {
      .marker = p->marker,
      .payload_type = payload_type(s, (enum media_source)m->source, false),
      .sequence = s->sequence++,
      .timestamp = timestamp,
      .ssrc = s->ssrc,
  };
  uint8_t red[RED_ONE_BYTES + 2 * AUDIO_BYTES];
  size_t red_n = media_source_is_video((enum media_source)m->source) ? 0 : put_red(c, s, p, red, sizeof red);
  s->packets++;
  s->octets += p->n;
  if (red_n > 0)
    header.payload_type = CLIENT_PT_RED;
  send_packet(c, s, &header, false, red_n > 0 ? span_of(red, red_n) : span_of(p->payload, p->n),
              span_of(p->descriptor, p->descriptor_n));
}

void client_send_again(struct client *c, struct client_source *s, uint16_t sequence)
{
  const struct sent_packet *p = &s->sent[sequence % CLIENT_SENT];
  uint8_t payload[2 + sizeof p->payload];
  s->nacks_got++;
  if (!p->used || p->sequence != sequence)
    return;
  struct writer w = writer_of(payload, sizeof payload);
  put_u16(&w, sequence);
  put_bytes(&w, p->payload, p->n);
  const struct rtp_packet header = {
      .marker = p->marker,
      .payload_type = payload_type(s, client_kind(c, s), true),
      .sequence = s->rtx_sequence++,
      .timestamp = p->timestamp,
      .ssrc = s->rtx_ssrc,
  };
  send_packet(c, s, &header, true, writer_span(&w), span_of(p->descriptor, p->descriptor_n));
}

/* Every second time round frames of higher layers depend on their own layer, too. */
static void choose_temporal(const struct client *c, struct client_source *s, struct media_mark *m)
{
  static const uint8_t two[] = {0, 1}, three[] = {0, 2, 1, 2};
  if (s->h264 || !media_source_is_video((enum media_source)m->source))
    return;
  if (m->key)
    memset(s->last_of_tid, 0, sizeof s->last_of_tid);
  else if (c->config.temporal_layers > 1)
    m->tid = c->config.temporal_layers == 2 ? two[m->frame % 2] : three[m->frame % 4];
  m->sync = m->tid > 0 && (m->frame / 4 % 2 == 0 || s->last_of_tid[m->tid] == 0);
  for (int i = 0; i <= (m->sync ? 0 : m->tid); i++)
    if (s->last_of_tid[i] > m->depends)
      m->depends = s->last_of_tid[i];
  s->last_of_tid[m->tid] = m->frame;
}

/* A picture in three sizes. */
static void send_sizes(struct client *c, struct client_source *s, uint32_t timestamp)
{
  static const uint8_t rates[] = {0, 2, 1, 2};
  bool key = s->key_due;
  s->since_key = (uint16_t)(key ? 0 : s->since_key + 1);
  s->key_frames += key;
  s->key_due = false;
  for (uint8_t size = 0; size < 3; size++) {
    struct media_mark m = {.who = c->config.tag,
                           .frame = ++s->frame,
                           .parts = (uint16_t)(size + 1),
                           .source = SOURCE_CAMERA,
                           .layer = size,
                           .tid = rates[s->since_key % 4],
                           .key = key};
    for (m.part = 0; m.part < m.parts; m.part++)
      send_part(c, s, &m, timestamp);
  }
}

static void send_frame(struct client *c, struct client_source *s)
{
  enum media_source kind = client_kind(c, s);
  bool is_video = media_source_is_video(kind);
  uint32_t timestamp = s->timestamp_base + (uint32_t)(s->next_us * (is_video ? 90 : 48) / 1000);
  if (s->scalable) {
    send_sizes(c, s, timestamp);
    return;
  }
  struct media_mark m = {.who = c->config.tag,
                         .frame = ++s->frame,
                         .parts = s->parts,
                         .source = (uint8_t)kind,
                         .layer = client_layer(c, s),
                         .sent_us = (uint32_t)c->now_us,
                         .key = is_video && s->key_due};
  if (m.key) {
    m.parts = (uint16_t)(2 * s->parts);
    s->key_frames++;
    s->key_due = false;
  }
  choose_temporal(c, s, &m);
  s->picture_id = (s->picture_id + 1) & 0x7fff;
  s->tl0picidx = (uint8_t)(s->tl0picidx + (m.tid == 0));
  for (m.part = 0; m.part < m.parts; m.part++)
    send_part(c, s, &m, timestamp);
}

void client_set_most(struct client *c, uint32_t bps)
{
  for (int i = 0; i < CLIENT_STREAMS; i++) {
    struct client_source *s = &c->source[i];
    if (client_kind(c, s) != SOURCE_CAMERA)
      continue;
    uint64_t bytes = (uint64_t)bps * VIDEO_FRAME_US / 8000000u / s->parts;
    s->part_bytes = (uint16_t)(bps == 0 || bytes > VIDEO_BYTES ? VIDEO_BYTES : bytes < MARK_ROOM ? MARK_ROOM : bytes);
  }
}

void client_make_media(struct client *c)
{
  for (int i = 0; i < CLIENT_STREAMS; i++) {
    struct client_source *s = &c->source[i];
    if (!s->offered || !s->on || s->next_us > c->now_us)
      continue;
    send_frame(c, s);
    s->next_us += media_source_is_video(client_kind(c, s)) ? VIDEO_FRAME_US : AUDIO_FRAME_US;
  }
}

uint64_t client_media_next_us(const struct client *c)
{
  uint64_t next = NEVER;
  for (int i = 0; i < CLIENT_STREAMS; i++)
    if (c->source[i].offered && c->source[i].on && c->source[i].next_us < next)
      next = c->source[i].next_us;
  return next;
}
