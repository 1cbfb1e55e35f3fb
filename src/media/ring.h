/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The latest packets of one source, decrypted: what is forwarded to all receivers and what retransmission reads. One
 * block of memory, made when the source is; a packet is found by its extended sequence number (see rtp_seq_first) in
 * constant time, and the one a ring's length later takes its place. */
#ifndef TESTUDO_MEDIA_RING_H
#define TESTUDO_MEDIA_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "proto/dependency.h"
#include "proto/vp8.h"

#define RING_HEAD_ROOM 2  /* in front of a payload: where RFC 4588 puts the original sequence number */
#define RING_TAIL_ROOM 16 /* behind a payload: RTP padding that makes packets of one GSO send equal */

struct ring_packet {
  uint64_t index; /* extended sequence number at the source; 0: the place is empty */
  uint64_t arrival_us;
  uint32_t timestamp;
  uint16_t payload_n;
  uint16_t red_n; /* audio: the bytes before the payload that make redundant audio of it (RFC 2198); 0: none */
  bool marker;
  bool key_start; /* a decoder that knows nothing can begin here; always true for audio */
  uint8_t level;  /* audio: -dBov as RFC 6464, 127 when unknown */
  bool is_video;
  bool is_vp8;
  struct vp8_descriptor vp8; /* the original's; the bytes in the payload are those of the receiver stamped last */
  bool is_scalable;
  uint16_t dependency_n;        /* bytes of its descriptor, which stands at the end of `space` ... */
  struct dependency dependency; /* ... and what that says */
  uint8_t space[RING_HEAD_ROOM + LIMIT_DATAGRAM + RING_TAIL_ROOM];
};

struct ring {
  struct ring_packet *packets;
  uint64_t mask; /* capacity - 1 */
};

/* `capacity` is a power of two. ERR_NOMEM. */
int ring_init(struct ring *r, uint32_t capacity);

/* Wipes what was received: it is people's media in clear. */
void ring_fini(struct ring *r);

/* The packet with this index, or NULL when it never came or is too old. */
struct ring_packet *ring_get(const struct ring *r, uint64_t index);

/* The place for a new packet, whose index is set and whose other fields are left to the caller; what stood there is
 * gone. NULL if the packet is there already or the place holds a newer one. */
struct ring_packet *ring_place(struct ring *r, uint64_t index);

/* Of the picture, or of scalable video the frame, as the source counts it. */
static inline uint16_t ring_picture_id(const struct ring_packet *p)
{
  return p->is_scalable ? p->dependency.frame : p->vp8.picture_id;
}

/* The dependency descriptor as it came. */
static inline struct span ring_dependency(const struct ring_packet *p)
{
  return span_of(p->space + sizeof p->space - p->dependency_n, p->dependency_n);
}

static inline uint8_t *ring_payload(struct ring_packet *p)
{
  return p->space + RING_HEAD_ROOM + p->red_n;
}

#endif
