/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/guard_table.h"

#include <stdlib.h>

#include "base/err.h"

int guard_table_init(struct guard_table *t, size_t places)
{
  t->cells = calloc(places, sizeof *t->cells);
  t->mask = places / GUARD_SET - 1;
  return t->cells != NULL ? 0 : ERR_NOMEM;
}

void guard_table_fini(struct guard_table *t)
{
  free(t->cells);
  *t = (struct guard_table){0};
}

static struct guard_cell *set_of(const struct guard_table *t, uint64_t tag)
{
  return t->cells + ((size_t)tag & t->mask) * GUARD_SET;
}

struct guard_cell *guard_table_find(const struct guard_table *t, uint64_t tag, uint64_t now_us)
{
  struct guard_cell *set = set_of(t, tag);
  for (unsigned i = 0; i < GUARD_SET; i++)
    if (set[i].tag == tag && set[i].keep_us > now_us)
      return &set[i];
  return NULL;
}

struct guard_cell *guard_table_take(const struct guard_table *t, uint64_t tag, uint64_t now_us)
{
  struct guard_cell *set = set_of(t, tag), *least = set, *own = guard_table_find(t, tag, now_us);
  if (own != NULL)
    return own;
  for (unsigned i = 1; i < GUARD_SET; i++)
    if (set[i].keep_us < least->keep_us)
      least = &set[i];
  *least = (struct guard_cell){.tag = tag};
  return least;
}
