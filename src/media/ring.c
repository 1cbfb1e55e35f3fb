/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ring.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/err.h"

int ring_init(struct ring *r, uint32_t capacity)
{
  r->mask = capacity - 1;
  r->packets = calloc(capacity, sizeof *r->packets); /* untouched pages cost nothing until packets come */
  return r->packets == NULL ? ERR_NOMEM : 0;
}

void ring_fini(struct ring *r)
{
  if (r->packets == NULL)
    return;
  for (uint64_t i = 0; i <= r->mask; i++) /* not the pages that were never used */
    if (r->packets[i].index != 0)
      sodium_memzero(&r->packets[i], sizeof r->packets[i]);
  free(r->packets);
  *r = (struct ring){0};
}

struct ring_packet *ring_get(const struct ring *r, uint64_t index)
{
  struct ring_packet *p = &r->packets[index & r->mask];
  return p->index == index && index != 0 ? p : NULL;
}

struct ring_packet *ring_place(struct ring *r, uint64_t index)
{
  struct ring_packet *p = &r->packets[index & r->mask];
  if (p->index >= index)
    return NULL;
  p->index = index;
  return p;
}
