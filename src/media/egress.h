/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way out of media: receiver by receiver, each packet's header written and its shared payload sealed straight into
 * the sink's space, as many packets in one send (UDP GSO) as their sizes allow. */
#ifndef TESTUDO_MEDIA_EGRESS_H
#define TESTUDO_MEDIA_EGRESS_H

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

/* Sends one packet that this receiver missed over the slot's RTX stream (RFC 4588). `shift`: how the packet was
 * numbered when it went out first. */
void egress_retransmit(struct peer *p, uint8_t slot, struct source *s, struct ring_packet *packet,
                       const struct forward_shift *shift);

#endif
