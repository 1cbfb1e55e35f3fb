/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes: kept packet by packet for the checks, losses asked for again, feedback acted on. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "proto/red.h"
#include "proto/vp8.h"

#define RTT_US 100000u
#define KEPT 512u
#define UNIX_EPOCH_US 1700000000000000u /* of the clients' clock: any will do */

/* ---- RTP ---- */

static struct client_packet *new_packet(struct client_slot *s)
{
  if (s->count == s->capacity) {
    s->capacity = s->capacity == 0 ? 256 : 2 * s->capacity;
    s->packets = realloc(s->packets, s->capacity * sizeof *s->packets);
    if (s->packets == NULL)
      abort();
  }
  struct client_packet *p = &s->packets[s->count++];
  memset(p, 0, sizeof *p);
  return p;
}

static bool seen(const struct client_slot *s, uint64_t index)
{
  for (size_t i = s->count; i > 0 && i + 2 * KEPT > s->count; i--)
    if (s->packets[i - 1].index == index)
      return true;
  return false;
}

static void keep(struct client *c, struct client_slot *s, uint64_t index, const struct rtp_packet *r,
                 struct span payload, bool rtx)
{
  struct vp8_descriptor vp8;
  struct span level;
  uint32_t rtt_us;
  if (index > s->highest) {
    if (s->highest != 0 && s->is_video)
      (void)nack_missing(&s->missing, s->highest + 1, index, c->now_us);
    s->highest = index;
  } else {
    (void)nack_arrived(&s->missing, index, c->now_us, &rtt_us);
  }
  if (seen(s, index)) {
    s->duplicates++;
    return;
  }
  struct client_packet *p = new_packet(s);
  p->index = index;
  p->at_us = c->now_us;
  p->timestamp = r->timestamp;
  p->payload_type = r->payload_type;
  p->padding = r->padding;
  p->marker = r->marker;
  p->rtx = rtx;
  p->level = rtp_ext_find(r, CLIENT_EXT_LEVEL, &level) == 0 && level.n == 1 ? level.p[0] : 0xff;
  if (s->is_video && (r->payload_type == CLIENT_PT_VP8 || r->payload_type == CLIENT_PT_VP8_RTX) &&
      vp8_parse(payload, &vp8) == 0) {
    p->picture_id = vp8.picture_id;
    p->picture_id_bits = vp8.picture_id_bits;
    p->tl0picidx = vp8.tl0picidx;
    p->tid = vp8.tid;
  }
  struct span descriptor;
  p->scalable = rtp_ext_find(r, CLIENT_EXT_DEPENDENCY, &descriptor) == 0;
  if (p->scalable && dependency_parse(descriptor, &s->structure, &p->dependency) != 0)
    c->broken++;
  if (!client_read_mark(payload, &p->mark))
    c->broken++;
}

static uint64_t extend(const struct client_slot *s, uint16_t sequence)
{
  return s->highest == 0 ? rtp_seq_first(sequence) : rtp_seq_extend(s->highest, sequence);
}

/* What was lost and stands in a later packet; it has come as itself before if nothing was lost. */
static void take_red(struct client *c, struct client_slot *s, const struct rtp_packet *r, const struct red_packet *red)
{
  uint64_t index = extend(s, r->sequence);
  s->redundant += red->n_older > 0;
  for (size_t i = 0; i < red->n_older; i++) {
    struct rtp_packet older = *r;
    older.timestamp -= red->older[i].age;
    older.marker = false;
    if (s->highest != 0 && !seen(s, index - (red->n_older - i))) {
      keep(c, s, index - (red->n_older - i), &older, red->older[i].data, false);
      s->packets[s->count - 1].red = true;
    }
  }
  keep(c, s, index, r, red->primary, false);
}

static void take(struct client *c, struct client_slot *s, const struct rtp_packet *r, bool rtx)
{
  struct span payload = r->payload;
  uint16_t original;
  struct red_packet red;
  s->received += !rtx;
  if (r->payload_type == CLIENT_PT_RED && red_parse(payload, CLIENT_PT_OPUS, &red) == 0)
    take_red(c, s, r, &red);
  else if (!rtx)
    keep(c, s, extend(s, r->sequence), r, payload, false);
  else if (s->highest != 0 && span_u16(&payload, &original) == 0)
    keep(c, s, extend(s, original), r, payload, true);
}

void client_take_rtp(struct client *c, uint8_t *data, size_t n)
{
  struct rtp_packet r;
  bool cryptex;
  if (rtp_parse_header(span_of(data, n), &r) != 0) {
    c->broken++;
    return;
  }
  for (size_t i = 0; i < c->n_slots; i++) {
    struct client_slot *s = &c->slot[i];
    bool rtx = r.ssrc == s->rtx_ssrc;
    if (r.ssrc != s->ssrc && !rtx)
      continue;
    int err = srtp_unprotect(&c->rx, rtx ? &s->rtx_rx : &s->rx, data, n, &n, &cryptex);
    if (err == 0)
      err = rtp_parse(span_of(data, n), &r);
    c->auth_failed += err == ERR_AUTH;
    c->replayed += err == ERR_REPLAY;
    c->cryptex_packets += err == 0 && cryptex;
    if (err == 0) {
      client_take_number(c, &r);
      take(c, s, &r, rtx);
    }
    return;
  }
  c->unknown_ssrc++;
}

/* ---- RTCP in ---- */

static struct client_source *source_by_ssrc(struct client *c, uint32_t ssrc)
{
  for (int i = 0; i < CLIENT_STREAMS; i++)
    if (c->source[i].offered && c->source[i].ssrc == ssrc)
      return &c->source[i];
  return NULL;
}

static void take_feedback(struct client *c, const struct rtcp_packet *packet)
{
  struct rtcp_feedback f;
  struct rtcp_nack_walk walk;
  uint16_t sequence;
  if (rtcp_read_feedback(packet, &f) != 0)
    return;
  if (packet->type == RTCP_RTPFB && packet->count == RTCP_RTPFB_TRANSPORT_CC) {
    client_take_transport(c, f.fci);
    return;
  }
  struct client_source *s = source_by_ssrc(c, f.media_ssrc);
  if (s == NULL)
    return;
  if (packet->type == RTCP_PSFB && packet->count == RTCP_PSFB_PLI) {
    s->keys_asked++;
    s->key_due = true;
  } else if (packet->type == RTCP_RTPFB && packet->count == RTCP_RTPFB_NACK) {
    rtcp_nack_begin(&f, &walk);
    while (rtcp_nack_next(&walk, &sequence))
      client_send_again(c, s, sequence);
  }
}

static void take_sender_report(struct client *c, const struct rtcp_packet *packet)
{
  struct rtcp_sender_info info;
  struct span blocks;
  uint32_t ssrc;
  if (rtcp_read_sr(packet, &ssrc, &info, &blocks) != 0)
    return;
  for (size_t i = 0; i < c->n_slots; i++)
    if (c->slot[i].ssrc == ssrc) {
      c->slot[i].reports++;
      c->slot[i].last_sr_ntp = rtcp_ntp_middle(info.ntp);
      c->slot[i].last_sr_at_ms = (uint32_t)(c->now_us / 1000);
    }
}

static struct srtcp_rx *rtcp_window(struct client *c, const uint8_t *data, size_t n)
{
  struct span s = span_of(data, n);
  uint32_t ssrc;
  if (span_skip(&s, 4) != 0 || span_u32(&s, &ssrc) != 0)
    return NULL;
  for (size_t i = 0; i < c->rtcp_rx_count; i++)
    if (c->rtcp_rx[i].ssrc == ssrc)
      return &c->rtcp_rx[i];
  return c->rtcp_rx_count < CLIENT_RTCP_STREAMS ? &c->rtcp_rx[c->rtcp_rx_count] : NULL;
}

void client_take_rtcp(struct client *c, uint8_t *data, size_t n)
{
  struct rtcp_packet packet;
  struct srtcp_rx *rx = rtcp_window(c, data, n);
  int err = rx != NULL ? srtcp_unprotect(&c->rx, rx, data, n, &n) : ERR_LIMIT;
  if (err != 0) {
    c->auth_failed += err == ERR_AUTH;
    c->replayed += err == ERR_REPLAY;
    return;
  }
  if (rx == &c->rtcp_rx[c->rtcp_rx_count])
    c->rtcp_rx_count++;
  struct span compound = span_of(data, n);
  if (rtcp_check(compound) != 0) {
    c->broken++;
    return;
  }
  while (compound.n > 0 && rtcp_next(&compound, &packet) == 0) {
    if (packet.type == RTCP_SR)
      take_sender_report(c, &packet);
    else if (packet.type == RTCP_RTPFB || packet.type == RTCP_PSFB)
      take_feedback(c, &packet);
  }
}

/* ---- RTCP out ---- */

void client_send_rtcp(struct client *c, const struct writer *w)
{
  uint8_t out[LIMIT_DATAGRAM];
  size_t n;
  memcpy(out, w->base, w->n);
  if (!w->overflow && srtcp_protect(&c->tx, c->srtcp_index++, out, w->n, sizeof out, &n) == 0)
    c->send(c->ctx, out, n);
}

void client_request_key(struct client *c, size_t slot)
{
  uint8_t buffer[16];
  struct writer w = writer_of(buffer, sizeof buffer);
  rtcp_write_pli(&w, c->rtcp_ssrc, c->slot[slot].ssrc);
  client_send_rtcp(c, &w);
}

void client_repair(struct client *c)
{
  for (size_t i = 0; i < c->n_slots && !c->config.no_nack; i++) {
    struct client_slot *s = &c->slot[i];
    uint16_t sequences[LIMIT_NACK_PENDING];
    uint8_t buffer[16 + 4 * LIMIT_NACK_PENDING];
    struct writer w = writer_of(buffer, sizeof buffer);
    uint32_t rtt_us = c->config.rtt_us != 0 ? c->config.rtt_us : RTT_US;
    size_t n = nack_collect(&s->missing, c->now_us, rtt_us, s->highest > KEPT ? s->highest - KEPT : 0, sequences);
    if (s->missing.lost != 0 && c->config.rtt_us != 0)
      client_request_key(c, i); /* as browsers do, whose picture stands still by now */
    s->missing.lost = 0;
    if (n == 0)
      continue;
    rtcp_write_nack(&w, c->rtcp_ssrc, s->ssrc, sequences, n);
    client_send_rtcp(c, &w);
  }
}

uint64_t client_repair_next_us(const struct client *c)
{
  uint64_t next = NACK_NEVER;
  for (size_t i = 0; i < c->n_slots && !c->config.no_nack; i++) {
    uint64_t due = nack_next_us(&c->slot[i].missing);
    next = due < next ? due : next;
  }
  return next;
}

static uint8_t fraction_lost(struct client_slot *s)
{
  uint64_t expected = s->highest - s->highest_before, received = s->received - s->received_before;
  bool first = s->highest_before == 0;
  s->highest_before = s->highest;
  s->received_before = s->received;
  if (first || received >= expected)
    return 0;
  return (uint8_t)((expected - received) * 255 / expected);
}

static size_t report_blocks(struct client *c, struct rtcp_report_block *blocks)
{
  size_t n = 0;
  for (size_t i = 0; i < c->n_slots && n < RTCP_COUNT_MAX; i++) {
    struct client_slot *s = &c->slot[i];
    if (s->count == 0)
      continue;
    blocks[n++] = (struct rtcp_report_block){
        .ssrc = s->ssrc,
        .fraction_lost = fraction_lost(s),
        .highest_sequence = (uint32_t)s->highest,
        .last_sr = s->last_sr_ntp,
        .delay_since_last_sr = (uint32_t)((c->now_us / 1000 - s->last_sr_at_ms) * 65536 / 1000),
    };
  }
  return n;
}

void client_report(struct client *c)
{
  uint8_t buffer[1200];
  struct writer w = writer_of(buffer, sizeof buffer);
  struct rtcp_report_block blocks[RTCP_COUNT_MAX];
  size_t n = report_blocks(c, blocks);
  for (int i = 0; i < CLIENT_STREAMS; i++) {
    const struct client_source *s = &c->source[i];
    if (!s->offered || s->packets == 0)
      continue;
    const struct rtcp_sender_info info = {
        .ntp = rtcp_ntp(UNIX_EPOCH_US + c->now_us),
        .rtp_timestamp = s->timestamp_base + (uint32_t)(c->now_us * (media_source_is_video(client_kind(c, s)) ? 90 : 48) / 1000),
        .packets = s->packets,
        .octets = s->octets,
    };
    rtcp_write_sr(&w, s->ssrc, &info, NULL, 0);
  }
  rtcp_write_rr(&w, c->rtcp_ssrc, blocks, n);
  rtcp_write_sdes(&w, c->rtcp_ssrc, span_str("sim"));
  client_send_rtcp(c, &w);
}
