/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Dependency Descriptor (RTP payload format for AV1, appendix A): a header extension that says of a packet which
 * layer its frame belongs to, which frames that one needs, and for which decode targets it is needed. So layers are
 * chosen without a look into the payload, of any codec (T7).
 *
 * A key frame's first packet carries the structure: templates that later packets refer to. It is kept per source, flat,
 * and within limits of our own that hold all modes of W3C's webrtc-svc up to L3T3, and what libwebrtc
 * says of VP9, which always has four frame rates. Decode targets are given out as a
 * grid of spatial and temporal layers: cell (s, t) is what who wants at most spatial layer s and temporal layer t should
 * get. Where a stream has fewer layers, cells of higher ones mean the highest that there is. */
#ifndef TESTUDO_PROTO_DEPENDENCY_H
#define TESTUDO_PROTO_DEPENDENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

#define DEPENDENCY_SPATIAL 3
#define DEPENDENCY_TEMPORAL 4
#define DEPENDENCY_CELLS (DEPENDENCY_SPATIAL * DEPENDENCY_TEMPORAL)
#define DEPENDENCY_BYTES 3 /* of what each packet has */
#define DEPENDENCY_MORE 3  /* by which what is written can be longer: five flags and sixteen targets */
#define DEPENDENCY_LONGEST (255 - DEPENDENCY_MORE) /* that is read: written anew it still fits into an element */

/* Decode target indications (table A.2). */
enum dependency_indication {
  DEPENDENCY_NOT_PRESENT,
  DEPENDENCY_DISCARDABLE, /* nothing of the target needs it */
  DEPENDENCY_SWITCH,      /* who can decode it can decode all of the target from here on */
  DEPENDENCY_REQUIRED,
};

struct dependency_template {
  uint8_t spatial, temporal;
  uint8_t n_diffs;
  uint8_t diffs[LIMIT_DEPENDENCY_DIFFS];
  uint32_t indications; /* of decode target i at bits 2i and 2i + 1 */
};

/* All zero: none has come yet. */
struct dependency_structure {
  uint8_t n_templates, n_targets, n_chains;
  uint8_t first_template; /* the id of templates[0] */
  uint8_t max_spatial, max_temporal;
  uint8_t target_of[DEPENDENCY_CELLS];
  uint16_t targets_within[DEPENDENCY_CELLS]; /* that of the cell and those of all lower ones, bits */
  bool key_only; /* sizes build upon smaller ones in key frames alone: later a larger one goes without those */
  uint16_t active; /* decode targets that are sent at present, bits */
  uint16_t width[DEPENDENCY_SPATIAL], height[DEPENDENCY_SPATIAL]; /* 0: not told */
  struct dependency_template templates[LIMIT_DEPENDENCY_TEMPLATES];
};

/* Of one packet. It stands for itself: the structure may have changed when it is used. */
struct dependency {
  bool frame_start, frame_end; /* of a frame, that is, of one spatial layer of a picture */
  bool key;                    /* the first packet of a picture that needs nothing before it, with the structure */
  uint16_t frame;
  uint8_t spatial, temporal;
  uint8_t n_diffs;
  uint16_t diffs[LIMIT_DEPENDENCY_DIFFS]; /* the frame needs the ones so many before it */
  uint32_t indications;                   /* of cell i at bits 2i and 2i + 1 */
  uint8_t n_targets;
  uint16_t all_active;               /* as in the structure */
  uint16_t active[DEPENDENCY_CELLS]; /* the decode targets of it that are left for who gets a cell, bits */
  bool has_extended, has_structure, has_active;
  uint16_t active_bit; /* where in the original the mask stands, or would */
};

static inline uint8_t dependency_cell(uint8_t spatial, uint8_t temporal)
{
  return (uint8_t)(spatial * DEPENDENCY_TEMPORAL + temporal);
}

static inline enum dependency_indication dependency_of(const struct dependency *d, uint8_t cell)
{
  return (enum dependency_indication)(d->indications >> 2 * cell & 3);
}

/* `s` is the source's structure; one that the packet carries takes its place, if all of the packet is sound.
 * ERR_TRUNCATED, ERR_MALFORMED; ERR_RANGE: longer than DEPENDENCY_LONGEST; ERR_LIMIT: sound perhaps, but more of
 * something than we keep; ERR_NOT_FOUND: of a structure that has not come. */
int dependency_parse(struct span data, struct dependency_structure *s, struct dependency *d);

/* The descriptor `original`, which `d` was parsed from, with another frame number and with this mask of active decode
 * targets, which is left out if it has all, and the original has none. At most DEPENDENCY_MORE bytes longer.
 * ERR_LIMIT. */
int dependency_write(struct writer *w, struct span original, const struct dependency *d, uint16_t frame,
                     uint16_t active);

/* How long that is. */
size_t dependency_size(struct span original, const struct dependency *d, uint16_t active);

#endif
