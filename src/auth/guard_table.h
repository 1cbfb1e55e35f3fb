/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fixed memory for guard.h: cells in sets of eight, found by a tag. Inside src/auth only. */
#ifndef TESTUDO_AUTH_GUARD_TABLE_H
#define TESTUDO_AUTH_GUARD_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define GUARD_SET 8u

/* A budget that refills evenly uses `until_us`: when it will be full. A growing wait uses all. */
struct guard_cell {
  uint64_t tag;
  uint64_t until_us; /* full again, or the next try */
  uint64_t keep_us;  /* until then the cell matters; the past: it is as good as new */
  uint32_t failures;
};

struct guard_table {
  struct guard_cell *cells;
  size_t mask; /* sets - 1 */
};

/* `places` is a power of two, GUARD_SET or more. ERR_NOMEM. */
int guard_table_init(struct guard_table *t, size_t places);
void guard_table_fini(struct guard_table *t);

/* The key's cell, or NULL if it has none: then it is as good as new. */
struct guard_cell *guard_table_find(const struct guard_table *t, uint64_t tag, uint64_t now_us);

/* The key's cell, a fresh one if need be, in place of the one of its set that matters for the shortest time. */
struct guard_cell *guard_table_take(const struct guard_table *t, uint64_t tag, uint64_t now_us);

#endif
