/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a rehearsal: one that is taken makes a plan that a machine could have, whatever the event. */
#include <assert.h>
#include <math.h>

#include "load/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_PROCESSES 1e9 /* far below what does not fit an unsigned */

static void check_plan(const struct load_options *o, const struct plan_costs *costs)
{
  struct plan p;
  plan_make(o, costs, &p);
  assert(isfinite(p.media_cores) && p.media_cores >= 0 && p.media_cores < MOST_PROCESSES);
  assert(p.media_processes >= 1 && p.cores == p.media_processes + 1);
  assert(isfinite(p.web_cores) && isfinite(p.join_cores) && isfinite(p.least_over_s) && p.least_over_s >= 0);
  assert(isfinite(p.memory_bytes) && p.memory_bytes > 0 && isfinite(p.network_bits));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct load_options small = {.people = 1, .people_speak = 1, .sizes = 1, .frames = 1, .parts = 1};
  static const struct load_options large = {.people = OPTIONS_PEOPLE,
                                            .people_speak = LIMIT_ROOM_PEOPLE,
                                            .voices = LIMIT_ROOM_PEOPLE,
                                            .pictures = LIMIT_VIDEO_SLOTS,
                                            .sizes = 1,
                                            .frames = 60,
                                            .parts = 16,
                                            .over_s = 1};
  struct plan_rehearsal r;
  struct plan_costs costs;
  if (plan_parse_rehearsal(span_of(data, size), &r) != 0 || plan_costs_of(&r, &costs) != 0)
    return 0;
  check_plan(&small, &costs);
  check_plan(&large, &costs);
  return 0;
}
