/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One stream with several sizes and frame rates in it (VP9, AV1): what of it goes out in a slot, chosen by the dependency
 * descriptor alone. Up at a frame that says "switch" for the wanted decode target, if all that it needs has gone out
 * here before; so too down, which is soon where each size is predicted from the one below, and else at a key frame.
 * Sequence numbers of what goes on without a gap (forward_thin.h); frame numbers stay as the source has them, because
 * frames name each other by them. */
#ifndef TESTUDO_MEDIA_FORWARD_LAYERS_H
#define TESTUDO_MEDIA_FORWARD_LAYERS_H

#include "media/forward_thin.h"

struct forward_layers {
  struct forward_thin thin;
  uint64_t sent;  /* whether the frame i before the newest one went out */
  uint16_t frame; /* the newest one, as the source numbers it */
  uint8_t cell;   /* of the decode targets (proto/dependency.h) that goes out now */
  bool goes;      /* the newest frame does */
};

/* The slot is going to begin with a scalable source. */
void forward_layers_begin(struct forward_layers *l);

/* Like forward_map, for a packet with a dependency descriptor. */
bool forward_layers_map(struct forward *f, struct forward_window *window, struct forward_layers *l, uint8_t wanted,
                        const struct ring_packet *p, uint32_t clock_rate, struct forward_out *out);

/* What forward_apply leaves open: the marker, which ends a picture at the highest size of it that goes, and the decode
 * targets that are left. */
void forward_layers_finish(const struct forward_layers *l, const struct ring_packet *p, struct forward_out *out);

#endif
