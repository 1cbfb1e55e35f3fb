/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sizes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define LATELY_US 300000u

static const struct client_slot *slot_of(const struct world *w, size_t client, size_t who)
{
  return &w->clients[client].client.slot[world_slot_of(w, client, who, SOURCE_CAMERA)];
}

/* The frame is whole, and all that it needs was decoded. Returns the packet behind it. */
static size_t check_frame(const struct client_slot *s, size_t i, struct sizes_seen *seen)
{
  const struct client_packet *first = &s->packets[i];
  assert_true(first->dependency.frame_start);
  for (uint8_t k = 0; k < first->dependency.n_diffs; k++)
    assert_true(seen->has[(uint16_t)(first->dependency.frame - first->dependency.diffs[k])]);
  for (uint16_t part = 0; part < first->mark.parts; part++, i++) {
    const struct client_packet *p = &s->packets[i];
    if (i == s->count)
      return i; /* still on its way */
    assert_int_equal(p->mark.part, part);
    assert_int_equal(p->dependency.frame, first->dependency.frame);
    assert_int_equal(p->timestamp, first->timestamp);
    assert_int_equal(p->dependency.frame_end, part == p->mark.parts - 1);
  }
  seen->has[first->dependency.frame] = true;
  return i;
}

const struct sizes_seen *sizes_watch(const struct world *w, size_t client, size_t who)
{
  static struct sizes_seen seen;
  const struct client_slot *s = slot_of(w, client, who);
  uint64_t last_us = 0;
  memset(&seen, 0, sizeof seen);
  for (size_t i = 0; i < s->count;) {
    assert_true(s->packets[i].scalable);
    assert_true(i == 0 || s->packets[i].index == s->packets[i - 1].index + 1);
    assert_true(i == 0 || (s->packets[i].timestamp != s->packets[i - 1].timestamp) == s->packets[i - 1].marker);
    uint8_t size = s->packets[i].mark.layer;
    seen.keys += s->packets[i].dependency.key;
    i = check_frame(s, i, &seen);
    if (i == s->count || !s->packets[i - 1].marker)
      continue;
    seen.pictures++;
    seen.sizes[size]++;
    if (last_us != 0 && s->packets[i - 1].at_us - last_us > seen.longest_us)
      seen.longest_us = s->packets[i - 1].at_us - last_us;
    last_us = s->packets[i - 1].at_us;
  }
  assert_int_equal(w->clients[client].client.broken, 0);
  return &seen;
}

uint8_t sizes_lately(const struct world *w, size_t client, size_t who, uint64_t us, uint8_t *rate)
{
  const struct client_slot *s = slot_of(w, client, who);
  uint8_t size = SIZE_NONE;
  *rate = 0;
  for (size_t i = s->count; i > 0 && s->packets[i - 1].at_us + us > w->now_us; i--) {
    const struct media_mark *m = &s->packets[i - 1].mark;
    size = size == SIZE_NONE || m->layer > size ? m->layer : size;
    *rate = m->tid > *rate ? m->tid : *rate;
  }
  return size;
}

void sizes_expect(const struct world *w, size_t client, size_t who, uint8_t size, uint8_t rate)
{
  uint8_t lately;
  assert_int_equal(sizes_lately(w, client, who, LATELY_US, &lately), size);
  if (size != SIZE_NONE)
    assert_int_equal(lately, rate);
}
