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
/* What comes later than a second and five round trips is not waited for: browsers give up after three seconds. */
#define NACK_LATE_US 1000000u
#define NACK_LATE_TRIPS 5u
#define NACK_NEVER UINT64_MAX

struct nack_entry {
  uint64_t index; /* extended sequence number */
  uint64_t since_us; /* when it was missed first ... */
  uint64_t asked_us; /* ... and asked for last; 0: not yet */
  uint64_t due_us;
  uint8_t tries;
};

/* All zero is the empty list. Entries are sorted by index. */
struct nack_list {
  struct nack_entry entry[LIMIT_NACK_PENDING];
  size_t count;
  uint64_t lost; /* the highest index that was given up, 0: none; the reader sets it back */
};

/* The indices from `first` to below `end`, all above those in the list, are missing. False if they are too many to be
 * asked for: the list is then empty, and only a key frame helps. */
bool nack_missing(struct nack_list *l, uint64_t first, uint64_t end, uint64_t now_us);

/* One came. True if it was missed. `rtt_us`: after how long, if it was asked for exactly once; else 0. */
bool nack_arrived(struct nack_list *l, uint64_t index, uint64_t now_us, uint32_t *rtt_us);

/* Writes the sequence numbers that are to be asked for now, from old to new, and returns their number. Gives up those
 * below `oldest` and those that are late: what depends on them can be mended by a key frame alone. */
size_t nack_collect(struct nack_list *l, uint64_t now_us, uint32_t rtt_us, uint64_t oldest,
                    uint16_t sequences[LIMIT_NACK_PENDING]);

/* When nack_collect is due, or NACK_NEVER. */
uint64_t nack_next_us(const struct nack_list *l);

#endif
