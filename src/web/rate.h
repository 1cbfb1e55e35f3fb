/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often one may ask: token buckets, single or one for each network address. */
#ifndef TESTUDO_WEB_RATE_H
#define TESTUDO_WEB_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/net.h"
#include "base/random.h"

#define RATE_PLACES 4096u /* a power of two */

struct rate {
  uint32_t burst;      /* asked at once at most */
  uint32_t per_second; /* and then this many a second */
};

struct rate_bucket {
  uint64_t full_at_us; /* when the bucket will be full again; the past: it is full */
};

/* True and takes one token, or false. A zeroed bucket is full. */
bool rate_take(struct rate_bucket *b, struct rate rate, uint64_t now_us);

/* Buckets by address, in fixed memory: an address has the place that a keyed hash gives it. Two addresses may share a
 * place, but no one can choose to share a certain other's. An IPv6 client owns a /64, so that is what counts as one. */
struct rate_table {
  struct rate_bucket bucket[RATE_PLACES];
  uint16_t held[RATE_PLACES]; /* connections that are open */
  uint8_t key[16];
};

void rate_table_init(struct rate_table *t, const struct random *random);
bool rate_table_take(struct rate_table *t, const struct net_addr *who, struct rate rate, uint64_t now_us);

/* Counts what is held at the same time: false if `who` holds `most` already. Each hold needs one release. */
bool rate_table_hold(struct rate_table *t, const struct net_addr *who, uint16_t most);
void rate_table_release(struct rate_table *t, const struct net_addr *who);

#endif
