/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/outlet.h"

#include "base/limits.h"
#include "proto/rtp.h"

#define KEY_TIMES 4
#define LATE_US 1000000u
#define VIDEO_HZ 90000u
#define AUDIO_HZ 48000u
#define FIRST_SEQUENCES 0x7000u /* below 2^15: see srtp_tx_stream */

static bool is_video(const struct outlet *o)
{
  return media_source_is_video(o->source);
}

static uint32_t hz(const struct outlet *o)
{
  return is_video(o) ? VIDEO_HZ : AUDIO_HZ;
}

static uint32_t some_ssrc(const struct random *random)
{
  uint32_t ssrc;
  do
    ssrc = random_u32(random);
  while (ssrc == 0);
  return ssrc;
}

void outlet_init(struct outlet *o, enum media_source source, const struct outlet_shape *shape, uint32_t run,
                 uint16_t who, const struct random *random)
{
  o->source = source;
  o->shape = *shape;
  o->run = run;
  o->who = who;
  o->ssrc = some_ssrc(random);
  o->rtx_ssrc = some_ssrc(random);
  o->sequence = (uint16_t)(random_u32(random) % FIRST_SEQUENCES);
  o->rtx_sequence = (uint16_t)(random_u32(random) % FIRST_SEQUENCES);
  o->timestamp = random_u32(random);
  o->picture_id = (uint16_t)(random_u32(random) & 0x7fff);
  o->key_due = is_video(o);
}

/* --- one packet --- */

/* The descriptor (RFC 7741, section 4.2) with a 15-bit picture id, TL0PICIDX and TID, and the first byte of the frame.
 */
static void put_vp8(struct writer *w, const struct outlet_sent *p)
{
  put_u8(w, p->mark.part == 0 ? 0x90 : 0x80);
  put_u8(w, 0xe0);
  put_u16(w, (uint16_t)(0x8000u | p->picture_id));
  put_u8(w, p->tl0picidx);
  put_u8(w, 0);
  if (p->mark.part == 0)
    put_u8(w, p->mark.key ? 0x10 : 0x11);
}

static void seal(struct outlet *o, const struct srtp_keys *keys, const struct rtp_packet *header,
                 struct srtp_tx_stream *stream, struct span payload, outlet_send *send, void *ctx)
{
  uint8_t out[LIMIT_DATAGRAM];
  struct writer w = writer_of(out, sizeof out);
  uint8_t number[2] = {0};
  struct rtp_ext ext[3];
  size_t exts = 0;
  uint32_t roc;
  size_t n = 0;
  int err;
  if (o->number != NULL) {
    struct writer bytes = writer_of(number, sizeof number);
    put_u16(&bytes, (*o->number)++);
    ext[exts++] = (struct rtp_ext){.id = OUTLET_EXT_TRANSPORT, .data = span_of(number, sizeof number)};
  }
  if (o->rid != NULL) {
    const bool again = header->ssrc == o->rtx_ssrc;
    ext[exts++] = (struct rtp_ext){.id = OUTLET_EXT_MID, .data = span_str(o->mid)};
    ext[exts++] = (struct rtp_ext){.id = again ? OUTLET_EXT_REPAIRED_RID : OUTLET_EXT_RID, .data = span_str(o->rid)};
  }
  err = rtp_write_header(&w, header, ext, exts);
  if (err == 0 && keys == NULL) {
    put_bytes(&w, payload.p, payload.n);
    n = w.n;
    err = w.overflow ? ERR_LIMIT : 0;
  } else if (err == 0) {
    err = srtp_tx_roc(stream, header->sequence, &roc);
    err = err == 0 ? srtp_protect(keys, roc, false, out, sizeof out, w.n, payload, &n) : err;
  }
  if (err != 0)
    return;
  o->packets++;
  o->octets += (uint32_t)payload.n;
  send(ctx, out, n);
}

/* Its payload; behind the original sequence number if it is sent again (RFC 4588, section 4). */
static struct writer compose(const struct outlet *o, const struct outlet_sent *p, bool again, uint8_t *space,
                             size_t size)
{
  struct writer w = writer_of(space, size), payload;
  if (again)
    put_u16(&w, p->sequence);
  payload = writer_of(space + w.n, size - w.n);
  if (is_video(o))
    put_vp8(&payload, p);
  mark_put(&payload, &p->mark, o->shape.bytes);
  w.n += payload.n;
  w.overflow = payload.overflow;
  return w;
}

static void send_part(struct outlet *o, const struct srtp_keys *keys, const struct mark *m, outlet_send *send,
                      void *ctx)
{
  uint8_t space[LIMIT_DATAGRAM];
  struct outlet_sent *p = &o->sent[o->sequence % OUTLET_KEPT];
  *p = (struct outlet_sent){.used = true,
                            .sequence = o->sequence++,
                            .picture_id = o->picture_id,
                            .tl0picidx = o->tl0picidx,
                            .timestamp = o->timestamp,
                            .mark = *m};
  const struct writer w = compose(o, p, false, space, sizeof space);
  const struct rtp_packet header = {.marker = is_video(o) && m->part + 1 == m->parts,
                                    .payload_type = is_video(o) ? OUTLET_PT_VP8 : OUTLET_PT_OPUS,
                                    .sequence = p->sequence,
                                    .timestamp = p->timestamp,
                                    .ssrc = o->ssrc};
  if (!w.overflow)
    seal(o, keys, &header, &o->tx, writer_span(&w), send, ctx);
}

void outlet_again(struct outlet *o, const struct srtp_keys *keys, uint16_t sequence, outlet_send *send, void *ctx)
{
  uint8_t space[LIMIT_DATAGRAM];
  const struct outlet_sent *p = &o->sent[sequence % OUTLET_KEPT];
  if (!p->used || p->sequence != sequence || !is_video(o))
    return;
  const struct writer w = compose(o, p, true, space, sizeof space);
  const struct rtp_packet header = {.marker = p->mark.part + 1 == p->mark.parts,
                                    .payload_type = OUTLET_PT_VP8_RTX,
                                    .sequence = o->rtx_sequence++,
                                    .timestamp = p->timestamp,
                                    .ssrc = o->rtx_ssrc};
  o->again++;
  if (!w.overflow)
    seal(o, keys, &header, &o->rtx_tx, writer_span(&w), send, ctx);
}

/* --- frames --- */

static void play_frame(struct outlet *o, const struct srtp_keys *keys, uint64_t now_us, outlet_send *send, void *ctx)
{
  const bool key = o->key_due;
  const uint16_t parts = (uint16_t)(o->shape.parts * (key ? KEY_TIMES : 1));
  o->frame++;
  o->keys += key;
  o->key_due = false;
  o->picture_id = (uint16_t)((o->picture_id + 1) & 0x7fff);
  o->tl0picidx++;
  for (uint16_t part = 0; part < parts; part++) {
    const struct mark m = {.run = o->run,
                           .who = o->who,
                           .source = (uint8_t)o->source,
                           .key = key,
                           .layer = o->layer,
                           .frame = o->frame,
                           .part = part,
                           .parts = parts,
                           .made_us = now_us};
    send_part(o, keys, &m, send, ctx);
  }
}

void outlet_pause(struct outlet *o, bool paused)
{
  o->key_due = o->key_due || (o->paused && !paused);
  o->paused = paused;
}

void outlet_play(struct outlet *o, const struct srtp_keys *keys, uint64_t now_us, outlet_send *send, void *ctx)
{
  if (o->next_us == 0)
    o->next_us = now_us + (o->who * 7919u + o->source * 3571u) % o->shape.frame_us; /* not all at the same moment */
  for (; o->next_us <= now_us; o->next_us += o->shape.frame_us) {
    o->timestamp += (uint32_t)((uint64_t)o->shape.frame_us * hz(o) / 1000000u);
    if (!o->paused && o->next_us + LATE_US > now_us)
      play_frame(o, keys, now_us, send, ctx);
  }
}

void outlet_report(const struct outlet *o, uint64_t now_us, struct writer *w)
{
  const struct rtcp_sender_info info = {
      .ntp = rtcp_ntp(now_us),
      .rtp_timestamp = o->timestamp,
      .packets = o->packets,
      .octets = o->octets,
  };
  rtcp_write_sr(w, o->ssrc, &info, NULL, 0);
}
