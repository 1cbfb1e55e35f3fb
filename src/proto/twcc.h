/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): RTCP of type RTPFB
 * and kind 15, by which a receiver tells when each numbered packet of a connection has arrived. The numbers are in a
 * header extension of RTP, and count all packets of the connection that carry it.
 *
 * Times are counted in ticks of 250 us; a message has a reference time in steps of 64 ms modulo 2^24 (12 days), and for
 * each received packet the ticks since the one before. Strict: a message is taken as a whole or not at all. */
#ifndef TESTUDO_PROTO_TWCC_H
#define TESTUDO_PROTO_TWCC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define TWCC_TICK_US 250
#define TWCC_REFERENCE_US 64000
#define TWCC_EXTENSION_BYTES 2 /* of the header extension's element: the sequence number */
#define TWCC_NOT_RECEIVED INT64_MIN

/* A checked message. The spans point into what was parsed. */
struct twcc_feedback {
  uint16_t base;      /* the first packet's sequence number */
  uint16_t count;     /* packets that it tells of: 1 at least */
  uint32_t reference; /* 24 bits, in steps of TWCC_REFERENCE_US */
  uint8_t number;     /* of the message, modulo 256 */
  struct span chunks, deltas;
};

/* `fci` is struct rtcp_feedback's. ERR_TRUNCATED; ERR_MALFORMED: no packets, a run that goes on behind the last packet,
 * a symbol without a meaning, more than 3 bytes behind the last delta. */
int twcc_parse(struct span fci, struct twcc_feedback *f);

/* A walk over the packets of a checked message. */
struct twcc_walk {
  struct span chunks, deltas;
  int64_t time_us;   /* of the last one received */
  uint32_t left;     /* packets */
  uint16_t sequence; /* of the next */
  uint16_t bits;     /* a vector's symbols, the next at the top; of a run none is used up */
  uint8_t symbols;   /* left in a vector */
  uint16_t run;      /* packets left in a run */
  bool two_bits;
};

/* `reference` is the message's in full (twcc_reference). */
void twcc_begin(const struct twcc_feedback *f, int64_t reference, struct twcc_walk *walk);

/* The next packet, and when it arrived in us since an unknown moment, or TWCC_NOT_RECEIVED. False at the end. */
bool twcc_next(struct twcc_walk *walk, uint16_t *sequence, int64_t *arrival_us);

/* The reference time nearest to `known`, a recent one, that ends in these 24 bits: it goes on over their wrap. */
int64_t twcc_reference(int64_t known, uint32_t reference);

/* Appends one RTCP packet about the packets from `base` on, `n` of them, by their arrivals in us (not negative) or
 * TWCC_NOT_RECEIVED; one at least must be received (asserted). Returns how many it tells of: all, or those before one
 * whose time doesn't fit behind the one before it, or before `room` bytes are full (64 at least); what is left goes
 * into another packet. Check the writer at the end. */
size_t twcc_write(struct writer *w, uint32_t sender_ssrc, uint32_t media_ssrc, uint8_t number, uint16_t base,
                  const int64_t *arrival_us, size_t n, size_t room);

#endif
