/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/feedback.h"

#include "media/downstream.h"
#include "media/egress.h"
#include "media/layers.h"
#include "media/room.h"
#include "proto/rtcp.h"

#define REPORT_BYTES 1200
#define OPUS_CLOCK_RATE 48000u
#define VIDEO_CLOCK_RATE 90000u
#define RED_LOSS 6u           /* in 256ths: more than one packet of a second's sound */
#define RED_CALM_REPORTS 29u  /* some 15 to 60 seconds */
#define RED_NARROW_BPS 400000u
#define RED_NARROW_LOSS 26u
#define RED_NARROW_CALM_REPORTS 1u
#define LOSS_KEPT_US 5000000u /* browsers report at least as often */
#define RTT_LEAST_US 1000u
#define RTT_MOST_US 2000000u /* what a receiver can make us believe */

/* ---- what a receiver wants ---- */

static struct slot *slot_by_ssrc(struct peer *p, uint32_t ssrc, uint8_t *index)
{
  for (uint8_t i = 0; i < p->n_slots; i++)
    if (p->slots[i].ssrc == ssrc) {
      *index = i;
      return &p->slots[i];
    }
  return NULL;
}

static bool may_resend(struct peer *p, uint8_t index, uint16_t sequence, size_t n)
{
  switch (demand_packet(&p->demand, index, sequence, n, p->media->now_us, p->rtt_us)) {
  case DEMAND_SEND: return true;
  case DEMAND_ON_ITS_WAY: p->media->counters.nack_repeated++; return false;
  case DEMAND_TOO_MUCH: p->media->counters.nack_too_many++; return false;
  }
  return false;
}

/* Which packet of which source a slot's sequence number stands for, and how it was numbered. */
static int find_sent(const struct peer *p, uint8_t index, uint16_t sequence, struct forward_shift *shift,
                     uint64_t *source_index)
{
  const struct forward *f = &p->slots[index].forward;
  const struct slot_more *more = &p->more[index];
  const struct forward_shift *found;
  if (p->slots[index].top == SLOT_SCALABLE)
    return forward_thin_find(f, &more->layers.thin, sequence, shift, source_index);
  if (p->slots[index].top != THIN_OFF)
    return forward_thin_find(f, &more->thin, sequence, shift, source_index);
  int err = forward_find(f, &more->history, sequence, &found, source_index);
  if (err == 0)
    *shift = *found;
  return err;
}

static void retransmit(struct peer *p, uint8_t index, uint16_t sequence)
{
  struct forward_shift shift;
  uint64_t source_index;
  p->media->counters.nack_in++;
  if (!demand_number(&p->demand)) {
    p->media->counters.nack_too_many++;
    return;
  }
  if (find_sent(p, index, sequence, &shift, &source_index) != 0)
    return;
  struct source *s = slab_get(&p->media->sources, shift.source);
  bool sent = s != NULL && s->published && room_reaches(s->peer, p) && source_index >= s->from;
  struct ring_packet *packet = sent ? ring_get(&s->ring, source_index) : NULL;
  if (packet == NULL || p->more[index].rtx_payload_type[s->setup.codec.id] == 0 ||
      !may_resend(p, index, sequence, packet->payload_n))
    return;
  egress_retransmit(p, index, s, packet, &shift);
}

static void take_nack(struct peer *p, const struct rtcp_feedback *f)
{
  struct rtcp_nack_walk walk;
  uint16_t sequence;
  uint8_t index;
  if (slot_by_ssrc(p, f->media_ssrc, &index) == NULL)
    return;
  rtcp_nack_begin(f, &walk);
  while (rtcp_nack_next(&walk, &sequence))
    retransmit(p, index, sequence);
}

/* A key frame that has begun less than a round trip ago was still on its way when the receiver asked. */
static bool is_served(const struct peer *p, const struct slot *slot, const struct source *s)
{
  return !slot->forward.waiting && s->key_index != 0 && p->media->now_us - s->key_us < p->rtt_us;
}

static void take_key_request(struct peer *p, uint32_t ssrc)
{
  uint8_t index;
  struct slot *slot = slot_by_ssrc(p, ssrc, &index);
  struct source *s = slot != NULL ? layers_key_source(p, index) : NULL;
  p->media->counters.pli_in++;
  if (s == NULL)
    return;
  if (is_served(p, slot, s) || !demand_key(&p->demand))
    p->media->counters.pli_throttled++;
  else
    source_request_key(s);
}

static void take_fir(struct peer *p, struct span fci)
{
  uint32_t ssrc;
  uint8_t command;
  while (rtcp_next_fir(&fci, &ssrc, &command) == 0)
    take_key_request(p, ssrc); /* throttled, so that a repeated command needs no memory of its number */
}

static void take_feedback(struct peer *p, const struct rtcp_packet *packet)
{
  struct rtcp_feedback f;
  if (rtcp_read_feedback(packet, &f) != 0)
    return;
  if (packet->type == RTCP_RTPFB && packet->count == RTCP_RTPFB_NACK)
    take_nack(p, &f);
  else if (packet->type == RTCP_RTPFB && packet->count == RTCP_RTPFB_TRANSPORT_CC)
    downstream_feedback(p, f.fci);
  else if (packet->type == RTCP_PSFB && packet->count == RTCP_PSFB_PLI)
    take_key_request(p, f.media_ssrc);
  else if (packet->type == RTCP_PSFB && packet->count == RTCP_PSFB_FIR)
    take_fir(p, f.fci);
}

/* ---- what it reports ---- */

static void learn_rtt(struct peer *p, uint32_t rtt_us)
{
  if (rtt_us < RTT_LEAST_US)
    rtt_us = RTT_LEAST_US;
  if (rtt_us > RTT_MOST_US)
    rtt_us = RTT_MOST_US;
  p->rtt_us = p->rtt_reported ? p->rtt_us - p->rtt_us / 8 + rtt_us / 8 : rtt_us;
  p->rtt_reported = true;
}

/* Redundant audio costs as much as the sound itself: it goes to who loses packets, until nothing is lost any more.
 * Behind a narrow path it would make the queue longer that loses them: there it takes more, and ends sooner. */
static void follow_loss(struct peer *p, uint8_t fraction_lost)
{
  bool was_redundant = p->calm_reports > 0;
  bool narrow = downstream_is_below(&p->down, RED_NARROW_BPS);
  if (fraction_lost >= (narrow ? RED_NARROW_LOSS : RED_LOSS) || (was_redundant && fraction_lost > 0 && !narrow))
    p->calm_reports = 1;
  else if (was_redundant && ++p->calm_reports > (narrow ? RED_NARROW_CALM_REPORTS : RED_CALM_REPORTS))
    p->calm_reports = 0;
  if (was_redundant == (p->calm_reports > 0))
    return;
  for (uint8_t i = 0; i < p->n_slots; i++)
    p->slots[i].red_payload_type = p->calm_reports > 0 ? p->more[i].red_payload_type : 0;
}

static void take_blocks(struct peer *p, struct span blocks)
{
  struct rtcp_report_block block;
  uint32_t rtt_us;
  uint8_t index;
  uint64_t now_ntp = rtcp_ntp(media_unix_us(p->media));
  uint32_t lost = 0, n = 0;
  uint8_t worst = 0;
  while (rtcp_next_block(&blocks, &block) == 0) {
    if (slot_by_ssrc(p, block.ssrc, &index) == NULL)
      continue;
    worst = block.fraction_lost > worst ? block.fraction_lost : worst;
    lost += block.fraction_lost;
    n++;
    if (rtcp_round_trip(&block, now_ntp, &rtt_us) == 0)
      learn_rtt(p, rtt_us);
  }
  if (n == 0)
    return;
  follow_loss(p, worst);
  p->lost_down = (uint8_t)(lost / n);
  p->lost_down_us = p->media->now_us;
  downstream_loss_report(p, (uint8_t)(lost / n));
}

static void note_delay(struct source *s, const struct rtcp_sender_info *info)
{
  uint64_t now_us = s->media->now_us;
  int64_t age_us = rtp_stats_age_us(&s->stats, now_us, info->ntp, info->rtp_timestamp);
  int64_t before_us = rtp_stats_age_us(&s->stats, now_us, s->report_ntp, s->report_timestamp);
  int64_t moved_us = s->report_ntp != 0 ? age_us - before_us : 0;
  weakness_report(&s->delay, (int64_t)now_us - rtcp_ntp_us(info->ntp), moved_us, now_us);
}

static void take_sender_report(struct peer *p, const struct rtcp_packet *packet)
{
  struct rtcp_sender_info info;
  struct span blocks;
  uint32_t ssrc;
  if (rtcp_read_sr(packet, &ssrc, &info, &blocks) != 0)
    return;
  for (int i = 0; i < PEER_STREAMS; i++) {
    struct source *s = peer_stream(p, i);
    if (s == NULL || s->media_stream.ssrc != ssrc)
      continue;
    rtp_stats_sender_report(&s->stats, p->media->now_us, info.ntp);
    note_delay(s, &info);
    s->report_ntp = info.ntp;
    s->report_timestamp = info.rtp_timestamp;
  }
  take_blocks(p, blocks);
}

static void take_receiver_report(struct peer *p, const struct rtcp_packet *packet)
{
  struct span blocks;
  uint32_t ssrc;
  if (rtcp_read_rr(packet, &ssrc, &blocks) == 0)
    take_blocks(p, blocks);
}

static void take_compound(struct peer *p, struct span compound)
{
  struct rtcp_packet packet;
  while (compound.n > 0 && rtcp_next(&compound, &packet) == 0)
    switch (packet.type) {
    case RTCP_SR: take_sender_report(p, &packet); break;
    case RTCP_RR: take_receiver_report(p, &packet); break;
    case RTCP_RTPFB:
    case RTCP_PSFB: take_feedback(p, &packet); break;
    }
}

/* The replay window of the sender's SSRC. A new one is written to `fresh` first and kept once its packet proved
 * authentic. */
static struct srtcp_rx *window_of(struct peer *p, const uint8_t *data, size_t n, struct srtcp_rx *fresh)
{
  struct span s = span_of(data, n);
  uint32_t ssrc;
  if (span_skip(&s, 4) != 0 || span_u32(&s, &ssrc) != 0)
    return NULL;
  for (uint8_t i = 0; i < p->rtcp_rx_count; i++)
    if (p->rtcp_rx[i].ssrc == ssrc)
      return &p->rtcp_rx[i];
  *fresh = (struct srtcp_rx){0};
  return p->rtcp_rx_count < p->rtcp_rx_capacity ? fresh : NULL;
}

void feedback_receive(struct peer *p, uint8_t *data, size_t n)
{
  struct media_counters *c = &p->media->counters;
  struct srtcp_rx fresh;
  struct srtcp_rx *rx = window_of(p, data, n, &fresh);
  if (rx == NULL) {
    c->srtcp_malformed++;
    return;
  }
  int err = srtcp_unprotect(&p->rx, rx, data, n, &n);
  if (err == ERR_REPLAY)
    c->srtp_replayed++;
  else if (err == ERR_AUTH)
    c->srtcp_auth_failed++;
  if (err == 0)
    ingress_control(&p->ingress);
  if (err == 0 && rx == &fresh)
    p->rtcp_rx[p->rtcp_rx_count++] = fresh;
  if (err == 0 && rtcp_check(span_of(data, n)) == 0)
    take_compound(p, span_of(data, n));
  else if (err != ERR_REPLAY && err != ERR_AUTH)
    c->srtcp_malformed++;
}

/* ---- our reports ---- */

static void write_sender_report(struct writer *w, const struct peer *p, uint8_t index)
{
  const struct slot *slot = &p->slots[index];
  const struct slot_more *more = &p->more[index];
  uint32_t clock_rate = slot->is_video ? VIDEO_CLOCK_RATE : OPUS_CLOCK_RATE;
  const struct rtcp_sender_info info = {
      .ntp = rtcp_ntp(media_unix_us(p->media)),
      .rtp_timestamp = forward_timestamp_at(&slot->forward, p->media->now_us, clock_rate),
      .packets = more->packets,
      .octets = more->octets,
  };
  rtcp_write_sr(w, slot->ssrc, &info, NULL, 0);
}

static uint32_t octets_sent(const struct peer *p)
{
  uint32_t octets = 0;
  for (uint8_t i = 0; i < p->n_slots; i++)
    octets += p->more[i].octets;
  return octets;
}

/* ---- whether others notice ---- */

/* Of 256, of what it has sent since the last report; all where its microphone is on and nothing came. */
static uint32_t lost_up(const struct peer *p)
{
  const struct source *mic = p->sources[SOURCE_MIC];
  uint64_t expected = 0, received = 0;
  for (int i = 0; i < PEER_STREAMS; i++) {
    const struct source *s = peer_stream(p, i);
    if (s != NULL)
      rtp_stats_since_report(&s->stats, &expected, &received);
  }
  if (received == 0 && mic != NULL && mic->published && mic->highest != 0)
    return WEAKNESS_ALL;
  return received < expected ? (uint32_t)((expected - received) * 256u / expected) : 0;
}

/* As much as of 256 lost: how late the stream comes that waits least, so that a pacer, which lets sound pass, is not
 * taken for the path. A queue on the way shows before anything is lost. */
static uint32_t late_up(struct peer *p)
{
  uint32_t least_us = UINT32_MAX;
  for (int i = 0; i < PEER_STREAMS; i++) {
    struct source *s = peer_stream(p, i);
    uint64_t expected = 0, received = 0;
    if (s == NULL || !weakness_is_known(&s->delay))
      continue;
    rtp_stats_since_report(&s->stats, &expected, &received);
    if (received == 0)
      continue;
    int64_t age_us = rtp_stats_age_us(&s->stats, p->media->now_us, s->report_ntp, s->report_timestamp);
    uint32_t wait_us = weakness_wait_us(&s->delay, age_us, p->media->now_us);
    least_us = wait_us < least_us ? wait_us : least_us;
  }
  return least_us == UINT32_MAX ? 0 : weakness_of_wait(least_us);
}

static uint32_t lost_down(const struct peer *p)
{
  bool is_tight = downstream_is_below(&p->down, WEAKNESS_LITTLE_ROOM_BPS);
  bool is_old = p->media->now_us - p->lost_down_us > LOSS_KEPT_US;
  return is_tight ? WEAKNESS_ALL : is_old ? 0 : p->lost_down;
}

static bool may_send(const struct peer *p)
{
  for (int i = 0; i < SOURCE_COUNT; i++)
    if (p->sources[i] != NULL)
      return true;
  return false;
}

/* Before the reports, which begin another interval. Of who only receives nobody else notices anything. */
static void judge_connection(struct peer *p)
{
  struct media *m = p->media;
  if (!may_send(p))
    return;
  const uint32_t signs[] = {lost_up(p), late_up(p), lost_down(p)};
  uint32_t worst = 0;
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
    worst = signs[i] > worst ? signs[i] : worst;
  if (!weakness_look(&p->weakness, worst))
    return;
  struct writer w = media_message_begin(m);
  ipc_encode_weakness(&w, &(struct ipc_weakness){.peer = p->key, .connection = p->connection,
                                                .weak = p->weakness.verdict == WEAKNESS_WEAK});
  media_message_end(m, &w);
}

void feedback_report(struct peer *p)
{
  judge_connection(p);
  uint8_t buffer[REPORT_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  struct rtcp_report_block blocks[PEER_STREAMS];
  size_t n = 0;
  for (int i = 0; i < PEER_STREAMS; i++) {
    struct source *s = peer_stream(p, i);
    if (s != NULL && s->highest != 0 &&
        rtp_stats_report(&s->stats, p->media->now_us, s->media_stream.ssrc, &blocks[n]) == 0)
      n++;
  }
  rtcp_write_rr(&w, peer_ssrc(p), blocks, n);
  demand_refill(&p->demand, octets_sent(p));
  for (uint8_t i = 0; i < p->n_slots; i++)
    if (p->more[i].packets > 0 && p->more[i].assigned != 0)
      write_sender_report(&w, p, i);
  rtcp_write_sdes(&w, peer_ssrc(p), span_of(p->cname, sizeof p->cname));
  peer_send_rtcp(p, &w);
}

void feedback_bye(struct peer *p)
{
  uint8_t buffer[REPORT_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  uint32_t ssrcs[LIMIT_AUDIO_SLOTS + LIMIT_VIDEO_SLOTS];
  for (uint8_t i = 0; i < p->n_slots; i++)
    ssrcs[i] = p->slots[i].ssrc;
  rtcp_write_rr(&w, peer_ssrc(p), NULL, 0);
  rtcp_write_bye(&w, ssrcs, p->n_slots);
  peer_send_rtcp(p, &w);
}
