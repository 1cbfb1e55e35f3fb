/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a peer that sends is told of its packets' arrival, so that its own congestion control knows the path to us.
 * Nobody else's path has a part in it. */
#ifndef TESTUDO_MEDIA_UPSTREAM_H
#define TESTUDO_MEDIA_UPSTREAM_H

#include "media/arrivals.h"
#include "media/peer.h"

struct upstream {
  struct peer *peer;
  struct arrivals arrivals;
  struct wheel_timer timer;
};

/* Makes it once the accepted offer has a source with transport-wide numbers. ERR_NOMEM. */
int upstream_follow_offer(struct peer *p);

/* NULL is allowed. */
void upstream_free(struct upstream *u);

/* An authentic packet of `n` bytes has come. */
void upstream_received(struct peer *p, const struct rtp_packet *packet, size_t n);

#endif
