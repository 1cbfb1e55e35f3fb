/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/assign.h"

static struct assign_slot *slot_of(struct assign_slot *slots, size_t n_slots, slab_id source)
{
  for (size_t i = 0; i < n_slots; i++)
    if (slots[i].source == source)
      return &slots[i];
  return NULL;
}

static bool fits_anywhere(const struct assign_slot *slots, size_t n_slots, uint8_t codec)
{
  for (size_t i = 0; i < n_slots; i++)
    if ((slots[i].codecs & codec) != 0)
      return true;
  return false;
}

/* Marks which sources are to be shown: the preferred ones, then those in slots, then the others, until the slots are
 * full. */
static void choose(struct assign_slot *slots, size_t n_slots, const struct assign_source *sources, size_t n_sources,
                   size_t first, bool *chosen)
{
  size_t left = n_slots;
  for (int pass = 0; pass < 3; pass++)
    for (size_t i = pass == 0 ? 0 : first; i < (pass == 0 ? first : n_sources) && left > 0; i++) {
      bool shown = slot_of(slots, n_slots, sources[i].source) != NULL;
      if (chosen[i] || (pass == 1 && !shown) || !fits_anywhere(slots, n_slots, sources[i].codec))
        continue;
      chosen[i] = true;
      left--;
    }
}

static bool is_chosen(slab_id source, uint8_t codecs, const struct assign_source *sources, size_t n_sources,
                      const bool *chosen)
{
  for (size_t i = 0; i < n_sources; i++)
    if (sources[i].source == source)
      return chosen[i] && (sources[i].codec & codecs) != 0;
  return false;
}

static bool place(struct assign_slot *slots, size_t n_slots, const struct assign_source *s)
{
  for (size_t i = 0; i < n_slots; i++)
    if (slots[i].source == 0 && (slots[i].codecs & s->codec) != 0) {
      slots[i].source = s->source;
      return true;
    }
  return false;
}

bool assign_slots(struct assign_slot *slots, size_t n_slots, const struct assign_source *sources, size_t n_sources,
                  size_t first)
{
  bool chosen[LIMIT_ROOM_SOURCES] = {false};
  bool changed = false;
  choose(slots, n_slots, sources, n_sources, first < n_sources ? first : n_sources, chosen);
  for (size_t i = 0; i < n_slots; i++)
    if (slots[i].source != 0 && !is_chosen(slots[i].source, slots[i].codecs, sources, n_sources, chosen)) {
      slots[i].source = 0;
      changed = true;
    }
  for (size_t i = 0; i < n_sources; i++)
    if (chosen[i] && slot_of(slots, n_slots, sources[i].source) == NULL)
      changed |= place(slots, n_slots, &sources[i]);
  return changed;
}
