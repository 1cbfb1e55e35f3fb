/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room in several media processes. One is its home: all who send are there, and who speaks is chosen there. The
 * others have viewers alone; what is on the stage comes to them once, decrypted, as records (far_records.h), and is put
 * into sources of their own, whose owners stand for people who are elsewhere. From there on all is as at home:
 * forwarding, layers, and retransmission, which reads the ring that is here. Back go the layers that anybody here
 * watches and wishes for key frames: the home adds them up with its own, so that a sender hears of one wish, whatever
 * the number of processes.
 *
 * Web alone says which processes a room spans (struct ipc_offer, struct ipc_spread): a home shows nothing of a room
 * that does not span any, and takes no wishes from others; the others believe nobody but the home that web has named.
 * The green room (A4) is at home as a whole: what is said there never leaves it.
 *
 * Records can be lost, by a reader that is too slow. So all that lasts is said again twice a second; what was not heard
 * of for FAR_SILENT_US is over. */
#ifndef TESTUDO_MEDIA_FAR_H
#define TESTUDO_MEDIA_FAR_H

#include "media/egress.h"
#include "media/far_records.h"
#include "media/room.h"

#define FAR_AGAIN_US 500000u
#define FAR_SILENT_US 3000000u

/* A source whose home is another process: its base, and the peer that owns it here. */
struct far_source {
  struct peer peer; /* far, never connected, in no list of the room's peers */
  slab_id home_id;
  uint64_t since_us; /* at home */
  uint32_t version;  /* of the list in which it stood last */
};

/* What web says of the room, with each offer and when it changes. */
void far_follow(struct room *r, uint8_t home, uint64_t members);

/* The room ends here. */
void far_end(struct room *r);

static inline bool far_is_guest(const struct room *r)
{
  return r->home != r->media->config.process;
}

/* At home: what stands on the stage has changed. */
void far_tell(struct room *r);

/* At home: these packets are on their way to receivers. Before anything is stamped into them. */
void far_show(struct room *r, const struct egress_ready *ready, size_t n);

/* At home: the layers of this base that are watched elsewhere, and the codecs that somebody there cannot decode. */
uint8_t far_watched(const struct source *base);
uint8_t far_lacking(const struct room *r);

/* Elsewhere: layers of it that are watched here; somebody here needs a key frame. */
void far_want(struct source *base, uint8_t mask);
void far_ask_key(struct source *s);

/* Elsewhere: what the peer takes has changed. */
void far_see_codecs(const struct peer *p);

/* far_home.c and far_guest.c to each other. */
void far_write(struct room *r, const struct writer *w, struct span payload);
void far_home_timer(struct room *r);
void far_guest_timer(struct room *r);
void far_guest_end(struct room *r);
int far_take_source(struct media *m, uint8_t from, struct span fields);
int far_take_room(struct media *m, uint8_t from, struct span fields);
int far_take_packet(struct media *m, uint8_t from, struct span fields);
int far_take_here(struct media *m, uint8_t from, struct span fields);
int far_take_want(struct media *m, uint8_t from, struct span fields);
int far_take_key(struct media *m, uint8_t from, struct span fields);

/* media.c: one record; all that came from a process is over; some of its records were lost. */
int far_receive(struct media *m, uint8_t from, struct span record);
void far_gone(struct media *m, uint8_t from);
void far_lost(struct media *m, uint8_t from);

#endif
