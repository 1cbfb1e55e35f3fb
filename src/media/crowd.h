/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Those who only watch and listen, where they are many: what they have not got yet, and the passes that take it to
 * them.
 *
 * A kernel's send costs ten times what sealing a packet does, whatever its size. So a crowd gets what comes within a
 * few milliseconds in one send: sound rides at the end of a picture's packets, pictures of several cameras go together.
 * It waits only while a source's rhythm says that more is about to come. Who sends himself, and so may be in a
 * conversation, waits for nothing, and nor does a small room; what goes to other processes (far.h) does not wait here,
 * but there. A packet's time of sending is noted when it leaves: a receiver's estimate sees no queue in this.
 *
 * A pass goes round the crowd in steps of about a millisecond, between which datagrams are received and senders are
 * served. Each viewer gets all that is there when his turn comes: what comes during a pass is late only for those who
 * had their turn before. All that is for a crowd is in one list, in which each viewer has his place (peer.got). */
#ifndef TESTUDO_MEDIA_CROWD_H
#define TESTUDO_MEDIA_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slab.h"
#include "base/wheel.h"

#define CROWD_WAIT_US 8000u /* how long at most, the pass included if it is not longer itself */

struct egress_ready;
struct media;
struct room;

struct crowd_packet {
  slab_id source;
  uint64_t index; /* in its ring */
  uint64_t since_us;
};

struct crowd {
  struct crowd_packet *packets; /* LIMIT_CROWD_PACKETS places, by number; NULL: it never was one */
  uint64_t begin, end;          /* numbers: everybody has got what is below the first */
  uint64_t mark;                /* in a pass: of the first that came since it began */
  uint32_t next;                /* in a pass: index in room.peers of who is served next */
  bool in_pass, listed;         /* listed: stands in media.passes */
  bool is_due;                  /* has waited as long as it may */
  uint64_t pass_begin_us;
  uint32_t pass_us;  /* how long passes take of late, but for their last step */
  uint32_t ahead_us; /* how much of CROWD_WAIT_US the next pass is kept, from the first packet for it */
  struct wheel_timer timer;
};

void crowd_init(struct room *r);
void crowd_fini(struct room *r);

/* Whether there are so many that they are one. */
bool crowd_is(const struct room *r);

/* What its senders have just got is for them as well. False without memory: it is to be sent at once. */
bool crowd_add(struct room *r, const struct egress_ready *ready, size_t n);

/* Begins a pass if it is time for one. */
void crowd_follow(struct room *r);

/* All get at once what they have not got yet. */
void crowd_drain(struct room *r);

/* The place of somebody who leaves becomes that of the last one of all: nobody is left out, or served twice. Returns
 * where it is then. */
uint32_t crowd_gap(struct room *r, uint32_t index);

/* The next step of a pass; of several rooms in turns. False: there is none. */
bool crowd_step(struct media *m);

#endif
