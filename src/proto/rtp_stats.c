/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/rtp_stats.h"

#include "proto/rtp.h"

#define JUMP_FORWARD_MAX 3000 /* MAX_DROPOUT and MAX_MISORDER of RFC 3550, A.1 */
#define JUMP_BACK_MAX 100

void rtp_stats_init(struct rtp_receive_stats *s, uint32_t clock_rate)
{
  *s = (struct rtp_receive_stats){.clock_rate = clock_rate};
}

static void restart(struct rtp_receive_stats *s, uint16_t sequence)
{
  s->base_sequence = s->max_sequence = rtp_seq_first(sequence);
  s->received = s->received_before = s->expected_before = 0;
  s->jump_pending = false;
}

/* False if the number is so far off that the packet does not count: until a second one follows it, which says that the
 * source has begun anew. */
static bool count_sequence(struct rtp_receive_stats *s, uint16_t sequence)
{
  uint64_t extended = rtp_seq_extend(s->max_sequence, sequence);
  int64_t step = (int64_t)(extended - s->max_sequence);
  if (step >= JUMP_FORWARD_MAX || step < -JUMP_BACK_MAX) {
    bool follows = s->jump_pending && sequence == s->jump_next;
    s->jump_pending = true;
    s->jump_next = (uint16_t)(sequence + 1);
    if (follows)
      restart(s, sequence);
    return follows;
  }
  s->jump_pending = false;
  if (step > 0)
    s->max_sequence = extended;
  return true;
}

/* Microseconds in timestamp units; exact also after weeks, where a plain product would overflow. */
static uint32_t arrival_of(const struct rtp_receive_stats *s, uint64_t now_us)
{
  uint64_t whole = now_us / 1000000u * s->clock_rate;
  return (uint32_t)(whole + now_us % 1000000u * s->clock_rate / 1000000u);
}

static void count_jitter(struct rtp_receive_stats *s, uint32_t transit)
{
  int32_t d = (int32_t)(transit - s->last_transit);
  uint32_t distance = d < 0 ? 0u - (uint32_t)d : (uint32_t)d;
  s->jitter_16 += distance - ((s->jitter_16 + 8) >> 4);
}

void rtp_stats_receive(struct rtp_receive_stats *s, uint64_t now_us, uint16_t sequence, uint32_t timestamp)
{
  uint32_t transit = arrival_of(s, now_us) - timestamp;
  bool first = !s->started;
  if (first)
    restart(s, sequence);
  s->started = true;
  if (!count_sequence(s, sequence))
    return;
  if (!first && s->received > 0)
    count_jitter(s, transit);
  s->last_transit = transit;
  s->received++;
}

void rtp_stats_sender_report(struct rtp_receive_stats *s, uint64_t now_us, uint64_t ntp)
{
  s->last_sr = rtcp_ntp_middle(ntp);
  s->last_sr_us = now_us;
}

int64_t rtp_stats_age_us(const struct rtp_receive_stats *s, uint64_t now_us, uint64_t ntp, uint32_t timestamp)
{
  int32_t ahead = (int32_t)(arrival_of(s, now_us) - s->last_transit - timestamp); /* had it come now */
  return (int64_t)now_us - rtcp_ntp_us(ntp) - (s->clock_rate > 0 ? (int64_t)ahead * 1000000 / s->clock_rate : 0);
}

/* Loss within the interval, in 256ths; none when duplicates outweigh it. */
static uint8_t fraction_of(uint64_t expected, uint64_t received)
{
  if (expected == 0 || received >= expected)
    return 0;
  uint64_t fraction = (expected - received) * 256 / expected;
  return fraction > 255 ? 255 : (uint8_t)fraction;
}

/* Clamped to 24 bits with a sign: the field saturates, it does not wrap (A.3). */
static int32_t total_of(uint64_t expected, uint64_t received)
{
  int64_t lost = (int64_t)(expected - received);
  if (lost > 0x7FFFFF)
    return 0x7FFFFF;
  return lost < -0x800000 ? -0x800000 : (int32_t)lost;
}

static uint32_t delay_since_sr(const struct rtp_receive_stats *s, uint64_t now_us)
{
  if (s->last_sr == 0)
    return 0;
  uint64_t delay_us = now_us - s->last_sr_us;
  return (uint32_t)(delay_us / 1000000u << 16 | (delay_us % 1000000u << 16) / 1000000u);
}

void rtp_stats_since_report(const struct rtp_receive_stats *s, uint64_t *expected, uint64_t *received)
{
  if (!s->started)
    return;
  *expected += s->max_sequence - s->base_sequence + 1 - s->expected_before;
  *received += s->received - s->received_before;
}

int rtp_stats_report(struct rtp_receive_stats *s, uint64_t now_us, uint32_t ssrc, struct rtcp_report_block *block)
{
  if (!s->started)
    return ERR_NOT_FOUND;
  uint64_t expected = s->max_sequence - s->base_sequence + 1;
  *block = (struct rtcp_report_block){
    .ssrc = ssrc,
    .fraction_lost = fraction_of(expected - s->expected_before, s->received - s->received_before),
    .total_lost = total_of(expected, s->received),
    .highest_sequence = (uint32_t)(s->max_sequence - 0x10000u),
    .jitter = s->jitter_16 >> 4,
    .last_sr = s->last_sr,
    .delay_since_last_sr = delay_since_sr(s, now_us),
  };
  s->expected_before = expected;
  s->received_before = s->received;
  return 0;
}
