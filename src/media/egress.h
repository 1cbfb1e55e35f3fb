/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way out of media, receiver by receiver: what goes to whom now (batch.h), what a path does not carry yet
 * (backlog.h), and what a crowd gets a little later (crowd.h). */
#ifndef TESTUDO_MEDIA_EGRESS_H
#define TESTUDO_MEDIA_EGRESS_H

#include "media/batch.h"
#include "media/peer.h"
#include "media/room.h"

/* A source with what it has for everybody. */
struct egress_ready {
  struct source *source;
  struct ring_packet *packets[SOURCE_PENDING];
  size_t count;
};

/* Sends what is ready in all due rooms. */
void egress_flush(struct media *m);

/* Sends this to those in room.peers from one index up to another. */
void egress_serve(struct room *r, const struct egress_ready *ready, size_t n, uint32_t from, uint32_t end);

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
