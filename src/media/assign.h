/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which source goes into which of a receiver's slots. Sticky: who is shown stays where he is as long as he is shown.
 * Pure. */
#ifndef TESTUDO_MEDIA_ASSIGN_H
#define TESTUDO_MEDIA_ASSIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/slab.h"

struct assign_slot {
  slab_id source; /* in and out; 0: empty */
  uint8_t codecs; /* bits 1 << enum sdp_codec_id that the receiver can decode in this slot */
};

struct assign_source {
  slab_id source;
  uint8_t codec; /* one such bit */
};

/* `sources`, each once, in order of preference. The first `first` of them come before all others; of the rest, those
 * come first that are in a slot already. At most LIMIT_ROOM_SOURCES. True if any slot changed. */
bool assign_slots(struct assign_slot *slots, size_t n_slots, const struct assign_source *sources, size_t n_sources,
                  size_t first);

#endif
