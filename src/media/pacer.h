/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spreads what goes to one receiver over time, as a leaky bucket that may run into debt: a group of packets (a frame,
 * one GSO send) goes as a whole when the bucket has no debt, and is paid for afterwards. Who sends little never waits.
 * It keeps no packets: the caller does, and only for a receiver that must wait. Audio goes past it and is charged. */
#ifndef TESTUDO_MEDIA_PACER_H
#define TESTUDO_MEDIA_PACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: no limit. */
struct pacer {
  uint64_t paid_us; /* when all that was sent is paid for */
  uint32_t rate_bps;
};

/* 0: no limit. What is owed stays owed, at the new rate. */
void pacer_set_rate(struct pacer *p, uint32_t rate_bps, uint64_t now_us);

/* May a group go now? Its size does not matter: see pacer_room for the size that it should have. */
bool pacer_may_send(const struct pacer *p, uint64_t now_us);

/* How many bytes a group that goes now should have at most: what the rate carries in PACER_GROUP_US, and no less than
 * one packet; SIZE_MAX without a limit. */
#define PACER_GROUP_US 10000u
size_t pacer_room(const struct pacer *p);

/* Bytes have gone, of whatever kind. */
void pacer_sent(struct pacer *p, size_t bytes, uint64_t now_us);

/* When the next group may go: now or earlier if it may already. */
static inline uint64_t pacer_next_us(const struct pacer *p)
{
  return p->paid_us;
}

#endif
