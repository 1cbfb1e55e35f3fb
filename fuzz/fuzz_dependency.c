/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is a row of descriptors, each behind its length, of one source with one structure. What is parsed, written
 * anew and parsed again must differ in the frame number and the active decode targets alone. */
#include <assert.h>

#include "proto/dependency.h"

static void check(struct span original, const struct dependency *d, const struct dependency_structure *s, uint8_t cell)
{
  struct dependency_structure copy = *s;
  struct dependency again;
  uint8_t out[300];
  struct writer w = writer_of(out, sizeof out);
  uint16_t active = d->active[cell], frame = (uint16_t)(d->frame + 0x1234u);
  assert(active >> d->n_targets == 0);
  assert(dependency_write(&w, original, d, frame, active) == 0);
  assert(w.n == dependency_size(original, d, active));
  assert(w.n <= original.n + DEPENDENCY_MORE && w.n <= 255);
  if (w.n > DEPENDENCY_LONGEST)
    return;
  assert(dependency_parse(writer_span(&w), &copy, &again) == 0);
  assert(again.frame == frame && again.all_active == active && again.indications == d->indications);
  assert(again.spatial == d->spatial && again.temporal == d->temporal && again.n_diffs == d->n_diffs);
  assert(again.frame_start == d->frame_start && again.frame_end == d->frame_end && again.key == d->key);
  assert(again.n_targets == d->n_targets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct dependency_structure s = {0};
  struct span all = span_of(data, size), original;
  uint8_t n;
  while (span_u8(&all, &n) == 0 && span_take(&all, n, &original) == 0) {
    struct dependency d;
    if (dependency_parse(original, &s, &d) != 0)
      continue;
    assert(d.spatial < DEPENDENCY_SPATIAL && d.temporal < DEPENDENCY_TEMPORAL && d.n_diffs <= LIMIT_DEPENDENCY_DIFFS);
    assert(s.n_templates > 0 && s.n_templates <= LIMIT_DEPENDENCY_TEMPLATES && d.n_targets == s.n_targets);
    for (uint8_t cell = 0; cell < DEPENDENCY_CELLS; cell++)
      check(original, &d, &s, cell);
  }
  return 0;
}
