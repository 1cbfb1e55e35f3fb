/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one receiver gets of each picture that its page shows, within one budget for all of them. Pure.
 *
 * A picture comes in steps of quality, from low to high. First everybody who is shown gets his lowest step, the most
 * important first: better all of them small than one alone. What is left goes to shared screens up to the height at
 * which they are shown, then to who is pinned or speaks, then to the others, step by step in turn.
 *
 * Who sends to this receiver alone can send just what there is room for: such a picture is elastic. It has one step,
 * which costs what it must have at least, and takes its part of what is left in the end.
 *
 * Down at once, up with care: more than a slot has now is given only if a fifth of the budget stays free, and not at
 * all until the caller says that things have been calm for a while (`may_rise`). */
#ifndef TESTUDO_MEDIA_ALLOCATE_H
#define TESTUDO_MEDIA_ALLOCATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define ALLOCATE_STEPS (2 * LIMIT_LAYERS)
#define ALLOCATE_NONE 0xffu /* no step: nothing of it is sent */
#define ALLOCATE_NEW 0xfeu  /* it has come into view just now */
#define ALLOCATE_UNLIMITED UINT32_MAX
#define ALLOCATE_CALM_US 3000000u /* without a step down before one goes up */

/* In order of importance. */
enum allocate_rank { ALLOCATE_SCREEN, ALLOCATE_SPEAKER, ALLOCATE_OTHER };

struct allocate_slot {
  enum allocate_rank rank;
  uint16_t height;  /* as shown; 0: hidden */
  uint8_t n_steps;  /* 0: empty */
  uint8_t best;     /* the step that is as good as can be seen: no higher one is given */
  uint8_t now;      /* the step that it has; ALLOCATE_NONE: there was no room for it; or ALLOCATE_NEW */
  uint8_t step;     /* out */
  uint32_t rate_bps[ALLOCATE_STEPS]; /* of each step alone, rising */
  bool elastic;
  uint32_t wish_bps; /* of an elastic one: what it is good for */
  uint32_t most_bps; /* out: what it may take; ALLOCATE_UNLIMITED without a budget */
};

/* Sets each slot's `step`. `reserved_bps` is what audio takes before all others. Returns what all would take at their
 * best. At most LIMIT_VIDEO_SLOTS. */
uint32_t allocate(struct allocate_slot *slots, size_t n, uint32_t budget_bps, uint32_t reserved_bps, bool may_rise);

#endif
