/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The payload descriptor of VP8 in RTP (RFC 7741, section 4.2): what forwarding decides by, and the two fields that
 * it rewrites.
 *
 * Coded video is never looked into (T7), with one exception: the lowest bit of the first byte behind the descriptor
 * tells key frames from others. End-to-end encryption of frames leaves that byte in clear. */
#ifndef TESTUDO_PROTO_VP8_H
#define TESTUDO_PROTO_VP8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define VP8_DESCRIPTOR_MAX 6 /* bytes */

struct vp8_descriptor {
  uint8_t bytes;           /* length of the descriptor */
  uint8_t partition;       /* PID, 0..7 */
  bool partition_start;    /* S */
  bool non_reference;      /* N: may be dropped without harm */
  uint8_t picture_id_bits; /* 0 (absent), 7 or 15 */
  uint16_t picture_id;
  bool has_tl0picidx;
  uint8_t tl0picidx;
  bool has_tid;
  bool layer_sync;         /* Y: depends on the base layer only; valid with has_tid */
  uint8_t tid;             /* temporal layer, 0..3; 0 when absent */
  bool has_keyidx;
  uint8_t keyidx;
  bool frame_start;        /* the first packet of a frame */
  bool key_frame;          /* and that frame is a key frame; false on its later packets */
};

/* ERR_TRUNCATED: the payload ends within the descriptor, or right behind it: a packet without video. ERR_MALFORMED:
 * TL0PICIDX without temporal layers (section 4.2: L needs T). */
int vp8_parse(struct span payload, struct vp8_descriptor *d);

/* Replaces picture id and TL0PICIDX, where the descriptor has them, in a copy of the payload that `d` was parsed
 * from. The size stays; so does the width of the picture id (its lowest 7 or 15 bits are used). ERR_TRUNCATED if n <
 * d->bytes, with nothing changed. */
int vp8_rewrite(uint8_t *payload, size_t n, const struct vp8_descriptor *d, uint16_t picture_id, uint8_t tl0picidx);

#endif
