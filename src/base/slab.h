/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fixed-size table of objects that are found by ids, not by pointers. An id holds the index and the generation of the
 * place: once an object is released, its id finds nothing, also after the place was given to another object. */
#ifndef TESTUDO_BASE_SLAB_H
#define TESTUDO_BASE_SLAB_H

#include <stddef.h>
#include <stdint.h>

/* generation in the upper half (never 0), index in the lower; 0 is no object. */
typedef uint64_t slab_id;

struct slab {
  uint8_t *items;
  uint32_t *generation;  /* odd: in use */
  uint32_t *next_free;
  size_t item_size;
  uint32_t capacity;
  uint32_t used;
  uint32_t first_free;
};

/* Allocates room for `capacity` items of `item_size` bytes, each aligned to 64 bytes (a cache line). ERR_NOMEM. */
int slab_init(struct slab *s, size_t item_size, uint32_t capacity);
void slab_fini(struct slab *s);

/* A zeroed item. ERR_LIMIT when full. */
int slab_take(struct slab *s, slab_id *id, void **item);

/* The item wiped to zero and its place given back. An unknown id does nothing. */
void slab_release(struct slab *s, slab_id id);

/* NULL for 0, an id of the past or one that never was. */
void *slab_get(const struct slab *s, slab_id id);

/* For walks over all items: the item at an index below capacity, or NULL if that place is free. */
void *slab_at(const struct slab *s, uint32_t index, slab_id *id);

static inline uint32_t slab_index(slab_id id)
{
  return (uint32_t)id;
}

#endif
