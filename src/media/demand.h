/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one receiver may ask of us: packets once more (RFC 4585) and key frames. Three bounds, filled once a second:
 * what is sent again is at most a share of what it was sent new, so that repairs never starve what they repair; so many
 * sequence numbers are looked up at all; so many key frames cost the other viewers their picture's quality. What was
 * sent again less than a round trip ago is still on its way, and is not sent a third time. */
#ifndef TESTUDO_MEDIA_DEMAND_H
#define TESTUDO_MEDIA_DEMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define DEMAND_NOTES 64 /* a power of two: consecutive packets have places of their own */

struct demand_note {
  uint32_t at_ms; /* when it was sent again; 0: no note */
  uint16_t sequence;
  uint8_t slot;
};

struct demand {
  uint32_t bytes, numbers, keys; /* that are left */
  uint32_t octets;               /* of media, sent by the last refill */
  struct demand_note note[DEMAND_NOTES];
};

/* What a receiver has from the beginning: nothing was sent to it yet. */
void demand_begin(struct demand *d);

/* A second later. `octets`: of media, sent to it in all; modulo 2^32. */
void demand_refill(struct demand *d, uint32_t octets);

/* It asks for one sequence number. False: it has asked for too many. */
bool demand_number(struct demand *d);

/* It asks for a key frame. */
bool demand_key(struct demand *d);

enum demand_answer { DEMAND_SEND, DEMAND_ON_ITS_WAY, DEMAND_TOO_MUCH };

/* Whether these `n` bytes are to be sent again now. DEMAND_SEND counts them as sent. */
enum demand_answer demand_packet(struct demand *d, uint8_t slot, uint16_t sequence, size_t n, uint64_t now_us,
                                 uint32_t rtt_us);

#endif
