/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two people alone: each sends to one other only, so that he can send just what the other's path has room for, as in a
 * direct call, instead of one of a few layers. Which layer it is goes by the size at which it is shown; how much, web
 * tells the sender (struct ipc_layers). Senders that don't listen are treated like those of larger meetings. */
#ifndef TESTUDO_MEDIA_PAIR_H
#define TESTUDO_MEDIA_PAIR_H

#include "media/allocate.h"
#include "media/far.h"
#include "media/peer.h"
#include "media/room.h"

static inline bool pair_is(const struct room *r)
{
  return r->peer_count <= ROOM_PAIR && r->members == 0 && !far_is_guest(r);
}

/* Makes what was described of this source's layers an elastic one, which takes `rate_bps` now, if it can be. */
void pair_stretch(const struct peer *p, struct source *base, uint32_t rate_bps, struct allocate_slot *s);

/* What the sender should be told, after the allocation: bits a second of payload; 0: no limit. */
uint32_t pair_most_bps(const struct peer *p, const struct allocate_slot *s);

/* Whether that is worth a message. */
bool pair_is_news(const struct source *base, uint32_t most_bps);

#endif
