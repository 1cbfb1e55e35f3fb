/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people notice of the media of each other in a stretch of time: figures to compare, before an attack and during it. */
#ifndef TESTUDO_SIM_NOTICE_H
#define TESTUDO_SIM_NOTICE_H

#include "world.h"

struct notice {
  uint64_t begun_us;
  size_t first[WORLD_CLIENTS][CLIENT_SLOTS]; /* packets of each slot before it */
};

struct noticed {
  double frames_s;           /* pictures and packets of sound that came, of each stream */
  size_t lost;               /* packets of all streams */
  double mean_ms, most_ms;   /* from being made to having come */
};

/* From now on; until now, among the clients below `n`. */
void notice_begin(struct notice *from, const struct world *w);
struct noticed notice_end(const struct notice *from, const struct world *w, size_t n);

/* A line of the test's output: "# what: before -> during". */
void notice_print(const char *what, const struct noticed *before, const struct noticed *during);

#endif
