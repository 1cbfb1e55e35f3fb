/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packets of one source that we miss and ask its sender for again (RFC 4585, generic NACK): when to ask, how often,
 * and when to give up. */
#ifndef TESTUDO_MEDIA_NACK_H
#define TESTUDO_MEDIA_NACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define NACK_REORDER_US 5000u /* how long a gap may be mere reordering */
#define NACK_RETRY_LEAST_US 20000u
#define NACK_TRIES 8
#define NACK_NEVER UINT64_MAX

struct nack_entry {
  uint64_t index; /* extended sequence number */
  uint64_t due_us;
  uint8_t tries;
};

/* All zero is the empty list. Entries are sorted by index. */
struct nack_list {
  struct nack_entry entry[LIMIT_NACK_PENDING];
  size_t count;
};

/* The indices from `first` to below `end`, all above those in the list, are missing. False if they are too many to be
 * asked for: the list is then empty, and only a key frame helps. */
bool nack_missing(struct nack_list *l, uint64_t first, uint64_t end, uint64_t now_us);

/* One came. True if it was missed. */
bool nack_arrived(struct nack_list *l, uint64_t index);

/* Writes the sequence numbers that are to be asked for now, from old to new, and returns their number. Forgets those
 * below `oldest` and those asked for NACK_TRIES times. */
size_t nack_collect(struct nack_list *l, uint64_t now_us, uint32_t rtt_us, uint64_t oldest,
                    uint16_t sequences[LIMIT_NACK_PENDING]);

/* When nack_collect is due, or NACK_NEVER. */
uint64_t nack_next_us(const struct nack_list *l);

#endif
