/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a receiver reports about one source: losses (RFC 3550, A.3), jitter (A.8) and the last sender report. */
#ifndef TESTUDO_PROTO_RTP_STATS_H
#define TESTUDO_PROTO_RTP_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/rtcp.h"

struct rtp_receive_stats {
  uint32_t clock_rate;       /* Hz of the RTP timestamps */
  bool started;
  bool jump_pending;         /* the last packet was far off; one that follows it makes a restart of it */
  uint16_t jump_next;
  uint64_t base_sequence;    /* extended numbers, see rtp_seq_first */
  uint64_t max_sequence;
  uint64_t received;
  uint64_t expected_before;  /* at the last report */
  uint64_t received_before;
  uint32_t last_transit;     /* in timestamp units */
  uint32_t jitter_16;        /* 16 times the jitter, in timestamp units */
  uint32_t last_sr;          /* middle 32 bits of the last sender report's NTP time; 0: none yet */
  uint64_t last_sr_us;       /* when it arrived */
};

void rtp_stats_init(struct rtp_receive_stats *s, uint32_t clock_rate);

/* One authenticated packet of the source. Duplicates count as received, as RFC 3550 has it. Leave retransmissions out
 * of this: they arrive late by design and would count as jitter. */
void rtp_stats_receive(struct rtp_receive_stats *s, uint64_t now_us, uint16_t sequence, uint32_t timestamp);

void rtp_stats_sender_report(struct rtp_receive_stats *s, uint64_t now_us, uint64_t ntp);

/* How old the last packet was when it came, by a sender report that says which NTP time a timestamp stands for: two clocks
 * differ by anything, so only differences of it mean something. Counts within some hours of that report. */
int64_t rtp_stats_age_us(const struct rtp_receive_stats *s, uint64_t now_us, uint64_t ntp, uint32_t timestamp);

/* Adds what was expected and what came since the last report. */
void rtp_stats_since_report(const struct rtp_receive_stats *s, uint64_t *expected, uint64_t *received);

/* Fills a report block about `ssrc` and begins the next interval of "fraction lost". ERR_NOT_FOUND before the first
 * packet. */
int rtp_stats_report(struct rtp_receive_stats *s, uint64_t now_us, uint32_t ssrc, struct rtcp_report_block *block);

#endif
