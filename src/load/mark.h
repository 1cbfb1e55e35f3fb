/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in every packet that the load tool publishes, so that whoever receives it can say whose it is, when it
 * was made, and whether a single byte has changed on the way. It stands at the end of the payload, where neither the
 * headers of a codec nor those who rewrite them come. */
#ifndef TESTUDO_LOAD_MARK_H
#define TESTUDO_LOAD_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

#define MARK_BYTES 28
#define MARK_FILLER_FROM 16 /* bytes of a payload that belong to the codec's headers and are not compared */

struct mark {
  uint32_t run;   /* of this run of the tool: media of another run is somebody else's */
  uint16_t who;   /* the publisher's number */
  uint8_t source; /* enum media_source */
  bool key;       /* part of a key frame */
  uint8_t layer;  /* which size of the picture, the smallest first: below LIMIT_LAYERS */
  uint32_t frame; /* of this source, from 1 */
  uint16_t part, parts;
  uint64_t made_us; /* Unix time */
};

/* Fills the payload that `w` holds up to `size` bytes: filler that depends on the mark, then the mark. What does not
 * fit sets the writer's overflow. */
void mark_put(struct writer *w, const struct mark *m, size_t size);

/* The mark of a payload. ERR_MALFORMED: there is none. */
int mark_read(struct span payload, struct mark *m);

/* Whether all that stands before the mark is as mark_put made it. */
bool mark_is_whole(struct span payload, const struct mark *m);

#endif
