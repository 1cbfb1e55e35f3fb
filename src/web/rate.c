/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/rate.h"

#include <sodium.h>
#include <string.h>

#define SECOND_US 1000000u

bool rate_take(struct rate_bucket *b, struct rate rate, uint64_t now_us)
{
  uint64_t token_us = SECOND_US / rate.per_second;
  uint64_t full_at = b->full_at_us > now_us ? b->full_at_us : now_us;
  if (full_at + token_us - now_us > rate.burst * token_us)
    return false;
  b->full_at_us = full_at + token_us;
  return true;
}

void rate_table_init(struct rate_table *t, const struct random *random)
{
  memset(t, 0, sizeof *t);
  random_fill(random, t->key, sizeof t->key);
}

static size_t place_of(const struct rate_table *t, const struct net_addr *who)
{
  uint8_t network[9] = {who->family};
  uint64_t h;
  memcpy(network + 1, who->ip, 8);
  crypto_shorthash((unsigned char *)&h, network, sizeof network, t->key);
  return (size_t)(h & (RATE_PLACES - 1));
}

bool rate_table_take(struct rate_table *t, const struct net_addr *who, struct rate rate, uint64_t now_us)
{
  return rate_take(&t->bucket[place_of(t, who)], rate, now_us);
}

bool rate_table_hold(struct rate_table *t, const struct net_addr *who, uint16_t most)
{
  uint16_t *held = &t->held[place_of(t, who)];
  if (*held >= most)
    return false;
  (*held)++;
  return true;
}

void rate_table_release(struct rate_table *t, const struct net_addr *who)
{
  uint16_t *held = &t->held[place_of(t, who)];
  if (*held > 0)
    (*held)--;
}
