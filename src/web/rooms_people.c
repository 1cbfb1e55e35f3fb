/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of persons that grow with a room: most rooms are small, and a few hold thousands. */
#include <assert.h>
#include <stdlib.h>

#include "web/rooms_internal.h"

#define FIRST_PLACES 8

int people_reserve(struct people_list *l, uint32_t n)
{
  uint32_t capacity = l->capacity == 0 ? FIRST_PLACES : l->capacity;
  while (capacity < n)
    capacity *= 2;
  if (capacity == l->capacity)
    return 0;
  uint64_t *grown = realloc(l->id, capacity * sizeof *grown);
  if (grown == NULL)
    return ERR_NOMEM;
  l->id = grown;
  l->capacity = capacity;
  return 0;
}

void people_add(struct people_list *l, uint64_t person)
{
  assert(l->n < l->capacity);
  l->id[l->n++] = person;
}

/* From the end: a whole room is emptied from there. */
void people_remove(struct people_list *l, uint64_t person)
{
  for (uint32_t i = l->n; i-- > 0;)
    if (l->id[i] == person) {
      l->n--;
      memmove(&l->id[i], &l->id[i + 1], (l->n - i) * sizeof l->id[0]);
      return;
    }
}

void people_fini(struct people_list *l)
{
  free(l->id);
  *l = (struct people_list){0};
}
