/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the numbered packets of one sender have come, until it was told (transport-wide feedback, proto/twcc.h): one
 * window for all streams of its connection, of fixed size. Pure: packets and time go in, feedback comes out. */
#ifndef TESTUDO_MEDIA_ARRIVALS_H
#define TESTUDO_MEDIA_ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define ARRIVALS_WINDOW 1024u     /* packets: a power of two; who sends more between two feedbacks hears of the last */
#define ARRIVALS_LEAST_US 50000u  /* between two feedbacks ... */
#define ARRIVALS_MOST_US 250000u  /* ... as in libwebrtc; between these, feedback takes its share of the rate: */
#define ARRIVALS_SHARE 20u        /* one twentieth */
#define ARRIVALS_GATHER_US 10000u /* after a pause: how long the first packet waits for those behind it */
#define ARRIVALS_NEVER UINT64_MAX

/* All zero is empty. */
struct arrivals {
  uint64_t next;   /* extended number, one above the highest that came; 0: nothing came yet */
  uint64_t untold; /* the first that the sender is to hear of */
  uint64_t due_us; /* of the next feedback; 0: there is nothing to tell */
  uint64_t told_us;
  uint32_t interval_us;
  uint32_t bytes; /* that came since */
  uint32_t ssrc;  /* of the packet that came last: browsers ask that feedback names one of theirs */
  uint8_t number; /* of the next message */
  uint32_t ticks[ARRIVALS_WINDOW]; /* low bits of the arrival in twcc ticks; 0: did not come */
};

/* A packet of the stream `ssrc` has come with this number. */
void arrivals_add(struct arrivals *a, uint16_t sequence, uint32_t ssrc, size_t bytes, uint64_t arrival_us);

/* When arrivals_write is due, or ARRIVALS_NEVER. */
uint64_t arrivals_due_us(const struct arrivals *a);

/* Writes one message about what the sender has not heard of, of at most `room` bytes. False: there is nothing (more)
 * to tell. */
bool arrivals_write(struct arrivals *a, uint32_t sender_ssrc, struct writer *w, size_t room, uint64_t now_us);

#endif
