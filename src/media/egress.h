/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way out of media, receiver by receiver: what goes to whom now (batch.h), and what waits (backlog.h).
 *
 * A kernel's send costs ten times what sealing a packet does, whatever its size. So a crowd gets what comes within a
 * few milliseconds in one send: sound rides at the end of a picture's packets, pictures of several cameras go together.
 * It waits only while a source's rhythm says that more is about to come, and the less the longer turns are: who is last
 * in a turn has waited for that, too. Who sends himself, and so may be in a conversation, waits for nothing, and nor does
 * a small room; what goes to other processes (far.h) does not wait here but there. A packet's time of sending is noted when it leaves: a receiver's estimate sees no queue in this. */
#ifndef TESTUDO_MEDIA_EGRESS_H
#define TESTUDO_MEDIA_EGRESS_H

#include "media/batch.h"
#include "media/peer.h"
#include "media/room.h"

#define EGRESS_CROWD_US 8000u /* and how long at most, a turn included; with the clock's milliseconds it stays below ten */
#define EGRESS_LEAST_US 1000u /* what is left of that and worth a timer */
#define EGRESS_TURNS 64u      /* a long turn counts for about so many after it */

/* A source with what it has for everybody. */
struct egress_ready {
  struct source *source;
  struct ring_packet *packets[SOURCE_PENDING];
  size_t count;
};

/* Sends what is ready in all due rooms. */
void egress_flush(struct media *m);

/* Adds to the batch what its peer gets of a source that it watches. */
void egress_gather(struct batch *b, const struct egress_ready *r);

/* With which of the packets the slot goes on: the first of all, or where it goes over to this layer; r->count: none. */
size_t egress_first(struct peer *p, uint8_t slot, const struct egress_ready *r);
bool egress_watches(const struct peer *p, const struct source *s);

/* Sends one packet that this receiver missed over the slot's RTX stream (RFC 4588). `shift`: how the packet was
 * numbered when it went out first. */
void egress_retransmit(struct peer *p, uint8_t slot, struct source *s, struct ring_packet *packet,
                       const struct forward_shift *shift);

#endif
