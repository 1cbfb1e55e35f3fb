/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/demand.h"

#define SLOT_STRIDE 37u /* so that two slots with near numbers seldom share a place */

void demand_begin(struct demand *d)
{
  *d = (struct demand){.bytes = LIMIT_RTX_FIRST, .numbers = LIMIT_NACK_NUMBERS, .keys = LIMIT_KEY_BURST};
}

void demand_refill(struct demand *d, uint32_t octets)
{
  d->bytes = LIMIT_RTX_LEAST + (octets - d->octets) / LIMIT_RTX_SHARE;
  d->octets = octets;
  d->numbers = LIMIT_NACK_NUMBERS;
  if (d->keys < LIMIT_KEY_BURST)
    d->keys++;
}

static bool take(uint32_t *left)
{
  if (*left == 0)
    return false;
  (*left)--;
  return true;
}

bool demand_number(struct demand *d)
{
  return take(&d->numbers);
}

bool demand_key(struct demand *d)
{
  return take(&d->keys);
}

/* Less than a round trip, because the second request may have come quicker than the first. */
static bool is_on_its_way(const struct demand_note *note, uint8_t slot, uint16_t sequence, uint32_t now_ms,
                          uint32_t rtt_us)
{
  uint32_t wait_ms = (rtt_us - rtt_us / 4) / 1000;
  return note->at_ms != 0 && note->slot == slot && note->sequence == sequence && now_ms - note->at_ms < wait_ms;
}

enum demand_answer demand_packet(struct demand *d, uint8_t slot, uint16_t sequence, size_t n, uint64_t now_us,
                                 uint32_t rtt_us)
{
  struct demand_note *note = &d->note[(sequence + SLOT_STRIDE * slot) % DEMAND_NOTES];
  uint32_t now_ms = (uint32_t)(now_us / 1000);
  if (is_on_its_way(note, slot, sequence, now_ms, rtt_us))
    return DEMAND_ON_ITS_WAY;
  if (d->bytes < n)
    return DEMAND_TOO_MUCH;
  d->bytes -= (uint32_t)n;
  *note = (struct demand_note){.at_ms = now_ms != 0 ? now_ms : 1, .sequence = sequence, .slot = slot};
  return DEMAND_SEND;
}
