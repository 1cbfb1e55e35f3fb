/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets of the rings that go to one receiver now: each header written, each shared payload sealed straight into the
 * sink's space, as many packets in one send (UDP GSO) as their sizes allow. */
#ifndef TESTUDO_MEDIA_BATCH_H
#define TESTUDO_MEDIA_BATCH_H

#include "media/peer.h"

#define BATCH_ITEMS LIMIT_GSO_SEGMENTS

/* A packet on its way to one receiver. */
struct batch_item {
  struct ring_packet *packet;
  struct slot *slot;
  struct slot_more *more;
  struct forward_out out;
  size_t red_n; /* bytes of redundancy before the payload */
  size_t header_n;
  size_t size; /* of the datagram, without padding */
};

struct batch {
  struct peer *peer;
  struct batch_item items[BATCH_ITEMS];
  size_t count;
  size_t bytes; /* of the items, and of those that have left since the caller set it to 0 */
};

/* Adds a packet of the source in this slot, if forward_map, or forward_thin_map, lets it through: a full batch is sent
 * first. */
bool batch_add(struct batch *b, uint8_t slot, const struct source *s, struct ring_packet *packet);

/* Sends what is in it. */
void batch_send(struct batch *b);

/* Sends one packet over the slot's RTX stream (RFC 4588): one that this receiver missed, or, with `flags` of
 * enum bandwidth_flags, one that only fills the path. `shift`: how the packet was numbered when it went out first.
 * Returns its size; 0: it could not be sent. */
size_t batch_repeat(struct peer *p, uint8_t slot, struct source *s, struct ring_packet *packet,
                    const struct forward_shift *shift, uint8_t flags);

/* Sends nothing but padding there. Returns its size; 0: it could not be sent. */
size_t batch_pad(struct peer *p, uint8_t slot, uint8_t flags);

#endif
