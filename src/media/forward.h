/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one receiver sees of the sources that are put into one of its slots, one after another: a single RTP stream with
 * one SSRC, sequence numbers and picture ids without a gap of our making, and timestamps that follow the clock. Pure
 * arithmetic: neither packets nor keys nor time are kept here.
 *
 * Indices are RTP sequence numbers extended by the rollover counter (48 bits): `index >> 16` is SRTP's ROC. The nonce
 * of AES-GCM is made of SSRC and index, so no index may carry two different packets: forward_map gives out each index
 * once at most, whatever comes in, and remembers the last FORWARD_WINDOW of them to be able to say so. Retransmissions
 * have an SSRC and a counter of their own. */
#ifndef TESTUDO_MEDIA_FORWARD_H
#define TESTUDO_MEDIA_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "base/slab.h"
#include "media/ring.h"

#define FORWARD_WINDOW 256u /* a late packet older than this is not sent any more, but for retransmission */
#define FORWARD_HISTORY 3   /* earlier sources of a slot that can still be retransmitted */
#define FORWARD_INDEX_END (1ull << 48)

/* How a source's numbers become the slot's: added, each modulo the width of its field. */
struct forward_shift {
  slab_id source; /* 0: none */
  uint64_t first; /* the slot's index at which this source began */
  uint64_t index;
  uint32_t timestamp;
  uint16_t picture_id;
  uint8_t tl0picidx;
};

/* The part that every packet needs. All zero but for what forward_init sets is an empty slot. */
struct forward {
  struct forward_shift now;
  uint64_t next;       /* one above the highest index sent */
  uint64_t clock_us;   /* when the packet with the highest index had arrived ... */
  uint32_t timestamp;  /* ... and what the slot's timestamp was then */
  uint16_t picture_id; /* the last ones sent; of scalable video the frame number */
  uint8_t tl0picidx;
  bool waiting; /* the source has not begun here yet: for its next key frame */
};

/* Which of the indices below `next` were sent: index i at bit i modulo FORWARD_WINDOW. */
struct forward_window {
  uint64_t sent[FORWARD_WINDOW / 64];
};

/* Needed for retransmission only. */
struct forward_history {
  struct forward_shift before[FORWARD_HISTORY]; /* from new to old */
};

/* A packet's fields as this receiver gets them. */
struct forward_out {
  uint64_t index;
  uint32_t timestamp;
  uint16_t picture_id;
  uint8_t tl0picidx;
  bool marker;
  uint16_t active; /* scalable video: the decode targets that are left */
};

/* A random first sequence number below 2^15 (see srtp_tx_stream) and a random first timestamp. */
void forward_init(struct forward *f, const struct random *random);

/* Puts another source into the slot, or none (0). It begins with its next packet that has key_start. */
void forward_switch(struct forward *f, struct forward_history *history, slab_id source);

/* The source that was switched to begins with this packet, which must have key_start. `shift`: what its timestamps are
 * known to need to go on from the ones before, or NULL; what would not follow soon after those is not believed. */
void forward_begin(struct forward *f, const struct ring_packet *p, uint32_t clock_rate, const uint32_t *shift);

/* Whether and how a packet of the present source goes out. False: not at all (before the source's beginning here, sent
 * already, too old, or the indices are used up). `clock_rate` in Hz. A true answer counts the index as sent. */
bool forward_map(struct forward *f, struct forward_window *window, const struct ring_packet *p, uint32_t clock_rate,
                 struct forward_out *out);

/* For forward_thin.c: true the first time that an index in the window, or above it, is claimed. And the next index to be
 * sent becomes `next`: those passed over can still be claimed. */
bool forward_claim(struct forward *f, struct forward_window *window, uint64_t index);
void forward_skip(struct forward *f, struct forward_window *window, uint64_t next);

/* Whether the packet of the present source is newer than all of it that was sent, or left out (forward_thin.h); while
 * the source has not begun, only one with key_start is. */
bool forward_is_next(const struct forward *f, const struct ring_packet *p);

/* What a receiver means by a sequence number that it misses: the shift that was in force and the source's index.
 * ERR_NOT_FOUND: that was never sent, or too long ago. */
int forward_find(const struct forward *f, const struct forward_history *history, uint16_t sequence,
                 const struct forward_shift **shift, uint64_t *source_index);

/* The fields of a packet under a shift, without any check: for retransmission. */
struct forward_out forward_apply(const struct forward_shift *shift, const struct ring_packet *p);

/* The slot's timestamp at this moment, for sender reports. */
uint32_t forward_timestamp_at(const struct forward *f, uint64_t now_us, uint32_t clock_rate);

#endif
