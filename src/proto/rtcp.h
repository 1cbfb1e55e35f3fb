/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCP (RFC 3550, section 6) with feedback (RFC 4585, RFC 5104), in compound or reduced-size packets (RFC 5506): a
 * bounded walk, decoders for what the server acts on, writers for what it sends.
 *
 *   if (rtcp_check(datagram) == 0)
 *     while (datagram.n > 0 && rtcp_next(&datagram, &packet) == 0)
 *       switch (packet.type) ...
 *
 * An unknown type is skipped by not handling it. */
#ifndef TESTUDO_PROTO_RTCP_H
#define TESTUDO_PROTO_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum rtcp_type {
  RTCP_SR = 200,
  RTCP_RR = 201,
  RTCP_SDES = 202,
  RTCP_BYE = 203,
  RTCP_APP = 204,
  RTCP_RTPFB = 205, /* transport layer feedback: struct rtcp_feedback */
  RTCP_PSFB = 206,  /* payload-specific feedback: struct rtcp_feedback */
  RTCP_XR = 207,
};

/* Kinds of feedback: struct rtcp_packet.count, whose meaning depends on the type. */
enum rtcp_rtpfb { RTCP_RTPFB_NACK = 1, RTCP_RTPFB_TRANSPORT_CC = 15 };
enum rtcp_psfb { RTCP_PSFB_PLI = 1, RTCP_PSFB_FIR = 4, RTCP_PSFB_APPLICATION = 15 };

#define RTCP_COUNT_MAX 31 /* report blocks, chunks or SSRCs of one packet */

struct rtcp_packet {
  uint8_t type;     /* enum rtcp_type, or one that we don't know */
  uint8_t count;    /* 0..31: report count, chunk count or feedback kind */
  struct span body; /* behind the four bytes of header, without padding */
};

/* Takes the next packet of a compound one. ERR_TRUNCATED, ERR_MALFORMED (version; padding that is not in the last
 * packet, is longer than the body or no multiple of 4: the first and the last of these are allowed to transport-wide
 * feedback, which browsers write so). */
int rtcp_next(struct span *compound, struct rtcp_packet *p);

/* 0 if the whole datagram is a row of at least one packet, so that nothing of a broken one is acted on. Errors as
 * above. */
int rtcp_check(struct span compound);

/* --- reports --- */

struct rtcp_sender_info {
  uint64_t ntp;          /* seconds since 1900 in the upper half, fractions in the lower */
  uint32_t rtp_timestamp;
  uint32_t packets;
  uint32_t octets;
};

struct rtcp_report_block {
  uint32_t ssrc;         /* the source that is reported on */
  uint8_t fraction_lost; /* since the last report, in 256ths */
  int32_t total_lost;    /* 24 bits; negative with duplicates */
  uint32_t highest_sequence; /* extended by cycles in the upper 16 bits */
  uint32_t jitter;       /* in timestamp units */
  uint32_t last_sr;      /* middle 32 bits of the NTP time of the last SR; 0: none */
  uint32_t delay_since_last_sr; /* in 1/65536 s */
};

/* An SR's sender and info, and its report blocks. The packet must be of that type: ERR_STATE; ERR_TRUNCATED. */
int rtcp_read_sr(const struct rtcp_packet *p, uint32_t *ssrc, struct rtcp_sender_info *info, struct span *blocks);
int rtcp_read_rr(const struct rtcp_packet *p, uint32_t *ssrc, struct span *blocks);

/* Takes the next block. ERR_TRUNCATED at the end. */
int rtcp_next_block(struct span *blocks, struct rtcp_report_block *block);

/* --- sources --- */

/* Takes the next chunk of an SDES packet's body. `cname.p` is NULL if it has none. ERR_TRUNCATED, ERR_MALFORMED. */
int rtcp_next_chunk(struct span *chunks, uint32_t *ssrc, struct span *cname);

/* The sources that leave, 4 bytes each (span_u32). The reason text is ignored. ERR_STATE, ERR_TRUNCATED. */
int rtcp_read_bye(const struct rtcp_packet *p, struct span *ssrcs);

/* --- feedback --- */

struct rtcp_feedback {
  uint32_t sender_ssrc;
  uint32_t media_ssrc; /* the source that it is about; not used by FIR */
  struct span fci;     /* feedback control information */
};

/* Any packet of type RTPFB or PSFB. ERR_STATE, ERR_TRUNCATED. */
int rtcp_read_feedback(const struct rtcp_packet *p, struct rtcp_feedback *f);

/* A walk over the sequence numbers that a generic NACK asks for (RFC 4585, section 6.2.1). */
struct rtcp_nack_walk {
  struct span fci;
  uint16_t pid;
  uint16_t blp;   /* what is left of the bit mask */
  uint8_t offset; /* of the lowest bit of blp from pid */
};

void rtcp_nack_begin(const struct rtcp_feedback *f, struct rtcp_nack_walk *walk);

/* False at the end; an incomplete pair is left out. */
bool rtcp_nack_next(struct rtcp_nack_walk *walk, uint16_t *sequence);

/* Takes the next entry of a FIR (RFC 5104, section 4.3.1). ERR_TRUNCATED at the end. */
int rtcp_next_fir(struct span *fci, uint32_t *ssrc, uint8_t *command_sequence);

/* --- writing: each appends one packet, check the writer at the end; counts up to RTCP_COUNT_MAX (asserted) --- */

void rtcp_write_sr(struct writer *w, uint32_t ssrc, const struct rtcp_sender_info *info,
                   const struct rtcp_report_block *blocks, size_t count);
void rtcp_write_rr(struct writer *w, uint32_t ssrc, const struct rtcp_report_block *blocks, size_t count);

/* One chunk with a CNAME of at most 255 bytes (asserted). */
void rtcp_write_sdes(struct writer *w, uint32_t ssrc, struct span cname);
void rtcp_write_bye(struct writer *w, const uint32_t *ssrcs, size_t count);

/* Asks for `count` >= 1 packets, sorted from old to new (sequence order, wrap included), each once. 12 bytes and 4 for
 * every pair. */
void rtcp_write_nack(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc, const uint16_t *sequences,
                     size_t count);
void rtcp_write_pli(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc);
void rtcp_write_fir(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc, uint8_t command_sequence);

/* --- time --- */

/* 64-bit NTP time (RFC 3550, section 4) of a Unix time in microseconds. */
uint64_t rtcp_ntp(uint64_t unix_us);

/* Microseconds of it. */
static inline int64_t rtcp_ntp_us(uint64_t ntp)
{
  return (int64_t)((ntp >> 32) * 1000000u + ((ntp & UINT32_MAX) * 1000000u >> 32));
}

static inline uint32_t rtcp_ntp_middle(uint64_t ntp)
{
  return (uint32_t)(ntp >> 16);
}

/* The round-trip time that a report block about our own source tells, in microseconds; now_ntp is when it arrived.
 * ERR_NOT_FOUND if the peer had no SR yet. ERR_RANGE if it is over a minute, or negative by over a millisecond: a
 * report that cannot be true. */
int rtcp_round_trip(const struct rtcp_report_block *block, uint64_t now_ntp, uint32_t *rtt_us);

#endif
