/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which layer of a source each slot gets. What the page shows, how large, and the receiver's budget decide which one is
 * wanted (allocate.h); until its next key frame the slot goes on with the one that it has; while the sender does not
 * send the wanted one, the nearest of those that come takes its place. What nobody wants is told to web, so that the
 * sender can leave it out. */
#ifndef TESTUDO_MEDIA_LAYERS_H
#define TESTUDO_MEDIA_LAYERS_H

#include "media/peer.h"
#include "media/room.h"

#define LAYERS_SHRINK_US 2000000u /* how long what is not watched any more is sent on: people look back and forth */

/* The peer takes other codecs than before: who sends what it cannot decode is told to use one that everybody can. */
void layers_see_codecs(const struct peer *p);

/* Somebody in another process cannot decode these codecs, bits: likewise. */
void layers_see_lacking(const struct room *r, uint8_t lacking);

/* What the page shows. Sections that it doesn't list are hidden, and nothing is sent for them. */
void layers_view(struct peer *p, const struct ipc_view *view);

/* The receiver's rate for all its slots, audio included; ALLOCATE_UNLIMITED. Cheap when little has changed: may be
 * called as often as the estimate changes, and should be about once a second while there is one. */
void layers_set_budget(struct peer *p, uint32_t budget_bps);

/* Chooses anew what the peer gets, after its slots or who speaks have changed. */
void layers_assign(struct peer *p);

/* A layer of this source has begun or stopped to come. */
void layers_refresh(struct source *base);

/* The first packet of a key frame of the layer that the slot has been waiting for is about to be forwarded. */
void layers_begin(struct peer *p, uint8_t slot, const struct source *layer, const struct ring_packet *packet);

/* Nothing more of the source that the slot has before its next key frame. */
void layers_restart(struct peer *p, uint8_t slot);

/* Whether the slot goes over to this layer at its next key frame. */
bool layers_awaits(const struct peer *p, uint8_t slot, const struct source *layer);

/* The source whose key frame would help the slot; NULL: none. */
struct source *layers_key_source(const struct peer *p, uint8_t slot);

/* Some receivers may want less than before: in a while web is told what is left. */
void layers_note_less(struct room *r);

/* The layers of it that are watched in other processes have changed, one process wanting these now. */
void layers_follow_far(struct source *base, uint8_t mask);
void layers_fire(struct wheel_timer *timer, uint64_t now_us);

#endif
