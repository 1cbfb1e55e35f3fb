/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/map.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

int map_init(struct map *m, size_t key_size, size_t capacity, const struct random *random)
{
  size_t places = 16;
  while (places < 2 * capacity)
    places *= 2;
  *m = (struct map){.key_size = key_size, .mask = places - 1, .capacity = capacity};
  m->keys = calloc(places, key_size);
  m->values = calloc(places, sizeof *m->values);
  m->taken = calloc(places, 1);
  if (m->keys == NULL || m->values == NULL || m->taken == NULL) {
    map_fini(m);
    return ERR_NOMEM;
  }
  random_fill(random, m->hash_key, sizeof m->hash_key);
  return 0;
}

void map_fini(struct map *m)
{
  free(m->keys);
  free(m->values);
  free(m->taken);
  *m = (struct map){0};
}

static size_t home_of(const struct map *m, const void *key)
{
  uint64_t h;
  crypto_shorthash((unsigned char *)&h, key, m->key_size, m->hash_key);
  return (size_t)h & m->mask;
}

static uint8_t *key_at(const struct map *m, size_t place)
{
  return m->keys + place * m->key_size;
}

/* The key's place, or the free place where it belongs. */
static bool find(const struct map *m, const void *key, size_t *place)
{
  size_t i = home_of(m, key);
  while (m->taken[i]) {
    if (memcmp(key_at(m, i), key, m->key_size) == 0) {
      *place = i;
      return true;
    }
    i = (i + 1) & m->mask;
  }
  *place = i;
  return false;
}

int map_put(struct map *m, const void *key, uint64_t value)
{
  size_t i;
  if (!find(m, key, &i)) {
    if (m->used >= m->capacity)
      return ERR_LIMIT;
    m->taken[i] = 1;
    m->used++;
    memcpy(key_at(m, i), key, m->key_size);
  }
  m->values[i] = value;
  return 0;
}

int map_get(const struct map *m, const void *key, uint64_t *value)
{
  size_t i;
  if (!find(m, key, &i))
    return ERR_NOT_FOUND;
  *value = m->values[i];
  return 0;
}

int map_remove(struct map *m, const void *key)
{
  size_t hole;
  if (!find(m, key, &hole))
    return ERR_NOT_FOUND;
  m->used--;
  /* Pull back every later entry of the run whose home does not lie behind the hole. */
  for (size_t i = (hole + 1) & m->mask; m->taken[i]; i = (i + 1) & m->mask) {
    size_t home = home_of(m, key_at(m, i));
    if (((i - home) & m->mask) < ((i - hole) & m->mask))
      continue;
    memcpy(key_at(m, hole), key_at(m, i), m->key_size);
    m->values[hole] = m->values[i];
    hole = i;
  }
  m->taken[hole] = 0;
  return 0;
}
