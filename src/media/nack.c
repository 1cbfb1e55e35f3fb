/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/nack.h"

#include <string.h>

bool nack_missing(struct nack_list *l, uint64_t first, uint64_t end, uint64_t now_us)
{
  if (end - first > LIMIT_NACK_PENDING - l->count) {
    l->count = 0;
    return false;
  }
  for (uint64_t i = first; i < end; i++)
    l->entry[l->count++] = (struct nack_entry){.index = i, .since_us = now_us, .due_us = now_us + NACK_REORDER_US};
  return true;
}

bool nack_arrived(struct nack_list *l, uint64_t index, uint64_t now_us, uint32_t *rtt_us)
{
  *rtt_us = 0;
  for (size_t i = 0; i < l->count; i++) {
    if (l->entry[i].index != index)
      continue;
    if (l->entry[i].tries == 1)
      *rtt_us = (uint32_t)(now_us - l->entry[i].asked_us);
    l->count--;
    memmove(&l->entry[i], &l->entry[i + 1], (l->count - i) * sizeof l->entry[0]);
    return true;
  }
  return false;
}

size_t nack_collect(struct nack_list *l, uint64_t now_us, uint32_t rtt_us, uint64_t oldest,
                    uint16_t sequences[LIMIT_NACK_PENDING])
{
  uint64_t wait_us = rtt_us + rtt_us / 4u, late_us = NACK_LATE_US + NACK_LATE_TRIPS * (uint64_t)rtt_us;
  size_t due = 0, kept = 0;
  if (wait_us < NACK_RETRY_LEAST_US)
    wait_us = NACK_RETRY_LEAST_US;
  for (size_t i = 0; i < l->count; i++) {
    struct nack_entry e = l->entry[i];
    bool ask = e.due_us <= now_us;
    if (e.index < oldest || (ask && now_us - e.since_us >= late_us)) {
      l->lost = e.index;
      continue;
    }
    if (ask) {
      sequences[due++] = (uint16_t)e.index;
      e.tries++;
      e.asked_us = now_us;
      e.due_us = now_us + wait_us;
    }
    l->entry[kept++] = e;
  }
  l->count = kept;
  return due;
}

uint64_t nack_next_us(const struct nack_list *l)
{
  uint64_t next = NACK_NEVER;
  for (size_t i = 0; i < l->count; i++)
    if (l->entry[i].due_us < next)
      next = l->entry[i].due_us;
  return next;
}
