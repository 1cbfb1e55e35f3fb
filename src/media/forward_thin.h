/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fewer pictures a second in a slot: frames of VP8's higher temporal layers are left out (RFC 7741, section 4.2), and the
 * numbers of those that stay go on without a gap. Pure, like forward.h, which it belongs to; only slots that are
 * thinned pass through here. */
#ifndef TESTUDO_MEDIA_FORWARD_THIN_H
#define TESTUDO_MEDIA_FORWARD_THIN_H

#include "media/forward.h"

#define THIN_WINDOW 64u /* packets of the source; what comes later than that, or is asked for again, is not found */
#define THIN_ALL 3u     /* VP8 has temporal layers 0 to 3 */
#define THIN_OFF 0x3fu  /* nothing is left out, and nothing has been lately: forward_map serves the slot */

/* Bit i is about the packet i before the highest that has come: whether it was left out, and whether it was the first of
 * its frame then. What came before the source's beginning in the slot counts as left out. */
struct forward_thin {
  uint64_t left_out, starts;
};

/* The slot is going to begin with another source; or it goes on with its own, of which nothing was left out so far. */
void forward_thin_begin(struct forward_thin *t);
void forward_thin_go_on(struct forward_thin *t, const struct forward *f);

/* Like forward_map. `*top` is the highest temporal layer that goes out now. Down to `wanted` it goes with the next
 * frame, up by one with each frame of the layer above that depends on the lowest one alone, and at once at a key frame.
 * `*top` becomes THIN_OFF when all is wanted and nothing was left out lately. */
bool forward_thin_map(struct forward *f, struct forward_window *window, struct forward_thin *t, uint8_t *top,
                      uint8_t wanted, const struct ring_packet *p, uint32_t clock_rate, struct forward_out *out);

/* For choosers of their own (forward_layers.h): whether the packet came behind one that came later, so that there is
 * nothing to choose; and what forward_thin_map does once it is chosen whether the packet goes. */
bool forward_thin_is_late(const struct forward *f, const struct ring_packet *p);
bool forward_thin_pass(struct forward *f, struct forward_window *window, struct forward_thin *t, bool goes,
                       const struct ring_packet *p, uint32_t clock_rate, struct forward_out *out);

/* Like forward_find, while thinned. Other sources are not found any more (the slot's history must be emptied when thinning
 * begins), and nothing older than THIN_WINDOW. */
int forward_thin_find(const struct forward *f, const struct forward_thin *t, uint16_t sequence,
                      struct forward_shift *shift, uint64_t *source_index);

#endif
