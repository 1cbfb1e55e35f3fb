/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A meeting as this process sees it: the connections, what they send, who speaks, and who gets whose stream into which
 * slot. What is sent from the green room goes to those in the green room alone (A4). */
#ifndef TESTUDO_MEDIA_ROOM_H
#define TESTUDO_MEDIA_ROOM_H

#include "media/core.h"
#include "media/crowd.h"
#include "media/peer.h"
#include "media/source.h"
#include "media/speakers.h"

#define ROOM_PAIR 2   /* so many or fewer: each sends to one other alone */
#define ROOM_RECENT 4 /* speakers who are preferred when there are more cameras than slots */

/* Who speaks where: on the stage, which everybody sees and hears, and in the green room. */
enum room_part { ROOM_STAGE, ROOM_BACKSTAGE, ROOM_PARTS };

struct room_voices {
  struct speakers speakers;     /* by peer.key; those whose microphones are on */
  uint64_t recent[ROOM_RECENT]; /* peer.key of the latest speakers, newest first */
};

struct room {
  struct media *media;
  slab_id id;
  uint64_t key; /* web's id */
  struct peer **peers; /* those who send first */
  uint32_t peer_count, peer_capacity;
  uint32_t senders; /* of them; is_mixed: who sends has changed since */
  struct source *sources[LIMIT_ROOM_SOURCES]; /* by place; NULL: free */
  uint8_t video_order[LIMIT_ROOM_SOURCES];    /* places of cameras and screens (their bases) in the order in which they came */
  uint8_t video_count;
  struct room_voices voices[ROOM_PARTS];
  struct wheel_timer speaker_timer, layers_timer;

  uint8_t home;         /* the process of those who send (far.h) */
  uint64_t members;     /* at home: bits of the other processes that it spans */
  uint32_t far_version; /* of the list of what is on its stage, and how much of it has come */
  uint16_t far_listed;
  uint64_t far_heard_us[LIMIT_MEDIA_PROCESSES]; /* when a process last spoke of the room; 0: not yet */
  uint8_t far_lacking[LIMIT_MEDIA_PROCESSES]; /* codecs that somebody there cannot decode; of our own as told to home */
  struct wheel_timer far_timer;

  uint64_t ready[PEER_WATCH_WORDS];  /* places of the sources whose packets are to be sent with the next flush */
  struct crowd crowd;                /* those who do not send */
  bool is_due, is_unsettled; /* stands in that list of struct media */
  bool is_mixed;
};

/* The room with this id, made if there is none. ERR_LIMIT. */
int room_get(struct media *m, uint64_t key, struct room **r);

/* ERR_LIMIT, ERR_NOMEM. */
int room_join(struct room *r, struct peer *p);

/* The room ends with its last peer. Its sources must be gone. */
void room_leave(struct room *r, struct peer *p);

/* Gives the source its place. ERR_LIMIT. */
int room_add_source(struct room *r, struct source *s);
void room_remove_source(struct room *r, struct source *s);

/* A source was switched on or off. */
void room_source_changed(struct room *r, struct source *s);

/* A level of its microphone, in -dBov. */
void room_level(const struct peer *p, uint8_t level);

/* Whether what `from` sends may go to `to`, both of one room. */
static inline bool room_reaches(const struct peer *from, const struct peer *to)
{
  return !from->backstage || to->backstage;
}

/* Into the green room or out of it. Nothing of what the peer has sent before is sent to those who get it now. */
void room_move_peer(struct peer *p, bool backstage);

/* Assigns this peer's slots anew, at once; tells web if that changed anything or if `tell`. */
void room_assign_peer(struct room *r, struct peer *p, bool tell);

/* All peers' slots are to be assigned anew at the end of this entry. */
void room_unsettle(struct room *r);
void room_settle_all(struct media *m);

/* The source's pending packets go out with the next flush. */
void room_ready(struct room *r, struct source *s);

/* It is flushed next time, whether anything has come or not. */
void room_due(struct room *r);

/* Whether those who send stand before all others. */
bool room_is_sorted(const struct room *r);

/* Puts them there. */
void room_sort(struct room *r);

/* The peers at two places change them. */
void room_swap(struct room *r, uint32_t i, uint32_t k);

#endif
