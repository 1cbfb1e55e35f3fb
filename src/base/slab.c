/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/slab.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>

#include "base/err.h"

#define LINE 64u

int slab_init(struct slab *s, size_t item_size, uint32_t capacity)
{
  *s = (struct slab){.item_size = (item_size + LINE - 1) / LINE * LINE, .capacity = capacity};
  s->items = aligned_alloc(LINE, s->item_size * capacity);
  s->generation = calloc(capacity, sizeof *s->generation);
  s->next_free = calloc(capacity, sizeof *s->next_free);
  if (s->items == NULL || s->generation == NULL || s->next_free == NULL) {
    slab_fini(s);
    return ERR_NOMEM;
  }
  for (uint32_t i = 0; i < capacity; i++)
    s->next_free[i] = i + 1;
  return 0;
}

void slab_fini(struct slab *s)
{
  free(s->items);
  free(s->generation);
  free(s->next_free);
  *s = (struct slab){0};
}

static bool in_use(const struct slab *s, uint32_t index)
{
  return (s->generation[index] & 1) != 0;
}

static void *item_at(const struct slab *s, uint32_t index)
{
  return s->items + (size_t)index * s->item_size;
}

static slab_id id_at(const struct slab *s, uint32_t index)
{
  return (uint64_t)s->generation[index] << 32 | index;
}

int slab_take(struct slab *s, slab_id *id, void **item)
{
  if (s->first_free >= s->capacity)
    return ERR_LIMIT;
  uint32_t index = s->first_free;
  s->first_free = s->next_free[index];
  s->generation[index]++;
  s->used++;
  *id = id_at(s, index);
  *item = item_at(s, index);
  memset(*item, 0, s->item_size);
  return 0;
}

void slab_release(struct slab *s, slab_id id)
{
  void *item = slab_get(s, id);
  if (item == NULL)
    return;
  uint32_t index = slab_index(id);
  sodium_memzero(item, s->item_size);
  s->generation[index]++;
  s->next_free[index] = s->first_free;
  s->first_free = index;
  s->used--;
}

void *slab_get(const struct slab *s, slab_id id)
{
  uint32_t index = slab_index(id);
  if (index >= s->capacity || !in_use(s, index) || id_at(s, index) != id)
    return NULL;
  return item_at(s, index);
}

void *slab_at(const struct slab *s, uint32_t index, slab_id *id)
{
  if (index >= s->capacity || !in_use(s, index))
    return NULL;
  *id = id_at(s, index);
  return item_at(s, index);
}
