/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a receiver is still to get because its path did not carry it at once. No packet is copied or kept for it: a slot
 * remembers from which place of the source's ring on it has not been served. Audio never waits. Of pictures, screens go
 * first, then slots in their order. What has waited too long, or was overwritten in the ring, is given up up to a later
 * key frame, or the slot pauses until there is one; it asks for one itself only so often that others' pictures do not
 * suffer from it. */
#ifndef TESTUDO_MEDIA_BACKLOG_H
#define TESTUDO_MEDIA_BACKLOG_H

#include "media/egress.h"

#define BACKLOG_MOST_US 1500000u       /* how long a frame may have waited when its turn comes */
#define BACKLOG_PAUSE_US 1000000u      /* the first pause, doubled each time up to ... */
#define BACKLOG_PAUSE_MOST_US 8000000u
#define BACKLOG_PAUSE_PAIR_US 300000u  /* each, where nobody else gets the sender's pictures */
#define BACKLOG_CALM_US 20000000u      /* after so long without a pause the next is a first one again */

/* Takes over what is ready for a receiver that is not free (downstream.h): audio goes, pictures wait. */
void backlog_hold(struct batch *b, const struct egress_ready *ready, size_t n);

/* Nothing of what has come of a source goes out any more. A slot that has not got all of it begins anew with a key
 * frame, which is asked for when the room is settled; it does not pause. */
void backlog_give_up(struct source *s);

/* Sends what the pacer allows now. */
void backlog_drain(struct peer *p);

/* If a slot pauses, and the receiver's path is free again: its key frame is asked for. */
void backlog_resume(struct peer *p);

#endif
