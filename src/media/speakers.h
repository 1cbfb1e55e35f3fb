/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is heard and who is shown as speaking in one room, from audio levels (RFC 6464) alone: never from sound.
 *
 * After Volfin and Cohen, "Dominant speaker identification for multipoint videoconferencing" (2012): speech is told
 * from other sounds by how it fills time. Each microphone is scored over three times, the last tenth of a second, a third of
 * one and a whole one, by how much likelier its activity there is speech than noise; another takes over only who is
 * ahead in all three. So a click is loud but short, a cough longer but alone, a noise steady. What is activity is
 * judged against the microphone's own noise, the least that it has been for some seconds: rooms differ. What is much
 * less loud than another microphone at the same moment is that one's echo (this is not in the paper).
 *
 * The first LIMIT_HEARD_VOICES places are the speakers whom everyone hears. They change hands sooner than the part of
 * the active speaker, so that beginnings are heard, and only when somebody in them has been silent or says less; one
 * more place is kept so that each of them, who doesn't hear himself, has as many others. Microphones that are off are
 * not in here at all. */
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
  uint64_t id;         /* never 0 */
  uint64_t heard_us;   /* the last level */
  uint64_t spoke_us;   /* the last moment of speech; 0: never */
  uint32_t frames;     /* of 20 ms, the last in the lowest bit: active or not */
  uint16_t blocks;     /* of 100 ms, alike: speech or not */
  uint16_t bands;      /* smoothed: how far above the noise, in steps, 256ths */
  uint16_t loudness;   /* smoothed, 256ths of a dB above -127 dBov */
  uint16_t least, least_before; /* of it, in this and in the last time span */
  uint64_t least_us;   /* when this one began */
};

struct speakers {
  struct speaker all[LIMIT_ROOM_SOURCES]; /* in the order in which the microphones came on */
  size_t count;
  uint64_t place[SPEAKERS_PLACES]; /* ids; 0: empty */
  uint64_t active;                 /* the active speaker, 0: silence */
  uint64_t block_us;               /* when the present blocks began */
  uint32_t loudest;                /* of all at this moment, like their loudness; it fades ... */
  uint64_t loudest_us;             /* ... since then */
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
