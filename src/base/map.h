/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash map of fixed capacity from keys of a fixed size to 64-bit values: open addressing, linear probing, deletion by
 * shifting back, so that it never needs a rebuild. The hash is SipHash with a random key: an attacker who chooses the keys
 * (addresses, names) cannot make them collide. Nothing is allocated after map_init. */
#ifndef TESTUDO_BASE_MAP_H
#define TESTUDO_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

struct map {
  uint8_t *keys;
  uint64_t *values;
  uint8_t *taken;
  size_t key_size;
  size_t mask;       /* places - 1; places are a power of two, at least twice the capacity */
  size_t capacity;
  size_t used;
  uint8_t hash_key[16];
};

/* ERR_NOMEM. Keys are compared as bytes: structs used as keys must have no padding. */
int map_init(struct map *m, size_t key_size, size_t capacity, const struct random *random);
void map_fini(struct map *m);

/* Inserts or replaces. ERR_LIMIT when full. */
int map_put(struct map *m, const void *key, uint64_t value);

/* ERR_NOT_FOUND. */
int map_get(const struct map *m, const void *key, uint64_t *value);
int map_remove(struct map *m, const void *key);

#endif
