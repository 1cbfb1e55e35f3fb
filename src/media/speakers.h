/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is heard and who is shown as speaking in one room, from audio levels (RFC 6464) alone: never from sound.
 *
 * Levels are smoothed (quick to rise, slow to fall) and a place changes hands only for someone clearly louder, so that
 * the choice does not flicker. The first LIMIT_HEARD_VOICES places are the speakers whom everyone hears; one more place
 * is kept so that each of them, who doesn't hear himself, has as many others. Microphones that are off are not in here
 * at all. */
#ifndef TESTUDO_MEDIA_SPEAKERS_H
#define TESTUDO_MEDIA_SPEAKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define SPEAKERS_PLACES (LIMIT_HEARD_VOICES + 1)
#define SPEAKERS_UPDATE_US 100000u /* how often speakers_update is worth its call */
#define SPEAKERS_SILENT 127        /* -dBov */

struct speaker {
  uint64_t id;       /* never 0 */
  uint64_t heard_us; /* the last level */
  uint32_t loudness; /* smoothed, 256ths of a dB above -127 dBov */
};

struct speakers {
  struct speaker all[LIMIT_ROOM_SOURCES]; /* in the order in which the microphones came on */
  size_t count;
  uint64_t place[SPEAKERS_PLACES]; /* ids; 0: empty */
  uint64_t active;                 /* the active speaker, 0: silence */
  uint64_t rival;                  /* who has been clearly louder than the active speaker ... */
  uint64_t rival_since_us;         /* ... since then */
};

/* ERR_LIMIT. Adding an id twice changes nothing. */
int speakers_add(struct speakers *s, uint64_t id, uint64_t now_us);

/* At once out of all places. Unknown ids are ignored here and below. */
void speakers_remove(struct speakers *s, uint64_t id);

/* A level in -dBov, 0 (loudest) to 127. */
void speakers_level(struct speakers *s, uint64_t id, uint8_t level, uint64_t now_us);

struct speakers_change {
  bool places, active;
};

/* Decides anew. To be called after adding and removing, and every SPEAKERS_UPDATE_US. */
struct speakers_change speakers_update(struct speakers *s, uint64_t now_us);

#endif
