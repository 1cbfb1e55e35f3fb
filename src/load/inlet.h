/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream that one person of the load tool receives: what came, what is missing and was asked for again, how late it
 * was, whether it stood still, and whether it is what a publisher of this run had sent. Sans-I/O. */
#ifndef TESTUDO_LOAD_INLET_H
#define TESTUDO_LOAD_INLET_H

#include "load/delay.h"
#include "load/mark.h"
#include "media/nack.h"
#include "proto/rtp.h"
#include "proto/rtp_stats.h"
#include "proto/srtp.h"

#define INLET_CHANGE_US 5000000u /* within which another size of a picture has to come */
#define INLET_STILL_US 1000000u /* a picture that has not moved for so long stands still */

/* What all inlets of a run count together. */
struct inlet_sum {
  uint64_t packets, bytes; /* without retransmissions */
  uint64_t verified;       /* opened, and compared byte by byte */
  uint64_t wrong_key;      /* did not open */
  uint64_t replayed;
  uint64_t foreign;          /* opened, and not what a publisher of this run has sent */
  uint64_t asked, again;     /* packets asked for again; that came again */
  uint64_t lost;             /* given up */
  struct delay larger, smaller; /* from the wish for another size of a picture to its first packet */
  uint64_t unchanged;           /* wishes that did not come true in INLET_CHANGE_US */
  uint64_t stills, still_us; /* pictures that stood still, and for how long */
  struct delay audio, video; /* from the making of a packet to its arrival */
};

struct inlet_rules {
  uint32_t run;
  unsigned verify_every; /* one packet of so many is opened; 1: all */
};

struct inlet {
  bool is_video;
  bool filled; /* the server says that somebody's stream is in it */
  uint32_t ssrc, rtx_ssrc;
  struct srtp_rx_stream rx, rtx_rx;
  struct rtp_receive_stats stats;
  uint64_t highest;          /* extended sequence number; 0: nothing came yet */
  struct nack_list *missing; /* NULL while nothing is */
  uint64_t unique;           /* packets, each once, with those that came again */
  uint64_t first;            /* extended number of the first packet */
  uint64_t last_us;          /* when the last packet came; 0: not since it was filled */
  uint64_t picture_us;       /* when the first whole key frame had come; 0: not yet */
  uint32_t key_frame;        /* the one that is being counted */
  uint16_t key_parts;        /* of it */
  uint8_t wanted;            /* the size that the person wants to see from now on, */
  uint64_t wanted_us;        /* since then; 0: it has it */
};

void inlet_fini(struct inlet *in);

/* One SRTP packet with this inlet's SSRC or that of its retransmissions, in place, whose header was read. `now_us` and
 * `arrived_us`: Unix time. */
void inlet_take(struct inlet *in, const struct inlet_rules *rules, const struct srtp_keys *keys,
                const struct rtp_packet *header, uint8_t *data, size_t n, uint64_t now_us, uint64_t arrived_us,
                struct inlet_sum *sum);

/* Which packets are to be asked for again now; their count. */
size_t inlet_missing(struct inlet *in, uint64_t now_us, uint32_t rtt_us, uint16_t sequences[LIMIT_NACK_PENDING],
                     struct inlet_sum *sum);

/* The server has put a stream into it, or taken it out. */
void inlet_fill(struct inlet *in, bool filled, uint64_t now_us, struct inlet_sum *sum);

/* The person wants to see it in this size. */
void inlet_want(struct inlet *in, uint8_t layer, uint64_t now_us, struct inlet_sum *sum);

/* At the end: what stands still until now is counted, too, and so is what never came. */
void inlet_close(struct inlet *in, uint64_t now_us, struct inlet_sum *sum);

#endif
