/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/endpoint.h"

#define RTT_US 100000u      /* taken for granted between two askings for the same packet */
#define KEY_ASK_US 1000000u /* between two askings for a key frame */
#define COMPOUND_BYTES 1200

/* --- in --- */

static struct srtcp_rx *reporter(struct endpoint *e, const uint8_t *data, size_t n)
{
  struct span s = span_of(data, n);
  uint32_t ssrc;
  if (span_skip(&s, 4) != 0 || span_u32(&s, &ssrc) != 0)
    return NULL;
  for (size_t i = 0; i < e->reporters; i++)
    if (e->rtcp_rx[i].ssrc == ssrc)
      return &e->rtcp_rx[i];
  return e->reporters < ENDPOINT_REPORTERS ? &e->rtcp_rx[e->reporters] : NULL;
}

static struct outlet *outlet_of(struct endpoint *e, uint32_t ssrc)
{
  for (size_t i = 0; i < e->n_outlets; i++)
    if (e->outlets[i].ssrc == ssrc)
      return &e->outlets[i];
  return NULL;
}

static void take_feedback(struct endpoint *e, const struct rtcp_packet *packet)
{
  struct rtcp_feedback f;
  struct rtcp_nack_walk walk;
  uint16_t sequence;
  if (rtcp_read_feedback(packet, &f) != 0)
    return;
  struct outlet *o = outlet_of(e, f.media_ssrc);
  if (o == NULL)
    return;
  if (packet->type == RTCP_PSFB && packet->count == RTCP_PSFB_PLI) {
    o->key_due = true;
  } else if (packet->type == RTCP_RTPFB && packet->count == RTCP_RTPFB_NACK) {
    rtcp_nack_begin(&f, &walk);
    while (rtcp_nack_next(&walk, &sequence))
      outlet_again(o, &e->tx, sequence, e->send, e->ctx);
  }
}

static void take_sender_report(struct endpoint *e, const struct rtcp_packet *packet, uint64_t now_us)
{
  struct rtcp_sender_info info;
  struct span blocks;
  uint32_t ssrc;
  if (rtcp_read_sr(packet, &ssrc, &info, &blocks) != 0)
    return;
  for (size_t i = 0; i < e->n_inlets; i++)
    if (e->inlets[i].ssrc == ssrc)
      rtp_stats_sender_report(&e->inlets[i].stats, now_us, info.ntp);
}

void endpoint_take_rtcp(struct endpoint *e, uint8_t *data, size_t n, uint64_t now_us)
{
  struct srtcp_rx *rx = reporter(e, data, n);
  int err = rx == NULL ? ERR_LIMIT : srtcp_unprotect(&e->rx, rx, data, n, &n);
  if (err != 0) {
    e->world->sum.replayed += err == ERR_REPLAY;
    e->world->sum.wrong_key += err == ERR_AUTH;
    return;
  }
  if (rx == &e->rtcp_rx[e->reporters])
    e->reporters++;
  endpoint_take_compound(e, span_of(data, n), now_us);
}

void endpoint_take_compound(struct endpoint *e, struct span compound, uint64_t now_us)
{
  struct rtcp_packet packet;
  if (rtcp_check(compound) != 0) {
    e->world->malformed++;
    return;
  }
  while (compound.n > 0 && rtcp_next(&compound, &packet) == 0) {
    if (packet.type == RTCP_SR)
      take_sender_report(e, &packet, now_us);
    else if (packet.type == RTCP_RTPFB || packet.type == RTCP_PSFB)
      take_feedback(e, &packet);
  }
}

/* --- out --- */

static void send_rtcp(struct endpoint *e, const struct writer *w)
{
  uint8_t out[COMPOUND_BYTES + SRTCP_OVERHEAD];
  size_t n;
  if (w->overflow || w->n == 0)
    return;
  memcpy(out, w->base, w->n);
  if (srtcp_protect(&e->tx, e->srtcp_index++, out, w->n, sizeof out, &n) == 0)
    e->send(e->ctx, out, n);
}

void endpoint_report(struct endpoint *e, uint64_t now_us)
{
  uint8_t buffer[COMPOUND_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  struct rtcp_report_block blocks[RTCP_COUNT_MAX];
  size_t n = 0;
  for (size_t i = 0; i < e->n_inlets && n < RTCP_COUNT_MAX; i++)
    if (e->inlets[i].highest != 0 && rtp_stats_report(&e->inlets[i].stats, now_us, e->inlets[i].ssrc, &blocks[n]) == 0)
      n++;
  for (size_t i = 0; i < e->n_outlets; i++)
    outlet_report(&e->outlets[i], now_us, &w);
  rtcp_write_rr(&w, e->ssrc, blocks, n);
  rtcp_write_sdes(&w, e->ssrc, span_str("load"));
  send_rtcp(e, &w);
}

void endpoint_tell_arrivals(struct endpoint *e, uint64_t now_us)
{
  uint8_t buffer[COMPOUND_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  while (arrivals_write(&e->arrivals, e->ssrc, &w, sizeof buffer, now_us)) {
    send_rtcp(e, &w);
    w = writer_of(buffer, sizeof buffer);
  }
}

static void ask_again(struct endpoint *e, struct inlet *in, uint64_t now_us)
{
  uint16_t sequences[LIMIT_NACK_PENDING];
  uint8_t buffer[COMPOUND_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  size_t n = inlet_missing(in, now_us, RTT_US, sequences, &e->world->sum);
  if (n > 0)
    rtcp_write_nack(&w, e->ssrc, in->ssrc, sequences, n);
  send_rtcp(e, &w);
}

/* A picture that has come and did not begin with a key frame. */
static bool wants_key(const struct inlet *in)
{
  return in->is_video && in->filled && in->highest != 0 && in->picture_us == 0;
}

void endpoint_ask(struct endpoint *e, uint64_t now_us)
{
  uint8_t buffer[COMPOUND_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  for (size_t i = 0; i < e->n_inlets; i++) {
    struct inlet *in = &e->inlets[i];
    if (in->missing != NULL && nack_next_us(in->missing) <= now_us)
      ask_again(e, in, now_us);
    if (e->next_key_us <= now_us && wants_key(in))
      rtcp_write_pli(&w, e->ssrc, in->ssrc);
  }
  if (e->next_key_us <= now_us)
    e->next_key_us = now_us + KEY_ASK_US;
  send_rtcp(e, &w);
}
