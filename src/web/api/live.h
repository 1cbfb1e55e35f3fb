/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is going on in meetings follows what the store says, also when the command line or a restore has changed it: a
 * revoked ticket, an ended session or a closed room is over within a second. */
#ifndef TESTUDO_WEB_API_LIVE_H
#define TESTUDO_WEB_API_LIVE_H

#include "store/store_rooms.h"
#include "web/api/api.h"

/* Compares all that is live with the store if another process has changed that since. */
void live_follow(struct api *a, struct api_time time);

/* The same at the next tick in any case: after a change of our own that takes many things along. */
void live_look_again(struct api *a);

/* Ends the stays of sessions that have become too old: all are looked at within a minute, some of them with each call. */
void live_end_expired(struct api *a, struct api_time time);

/* The members or the kind of this room were changed: who is in it by a right that is none any more is out. Whoever may still
 * come in, as less than before, comes again. */
void live_end_lost(struct api *a, struct api_time time, const struct store_room *room);

/* Whoever is in by this ticket is out: it was revoked. */
void live_end_ticket(struct api *a, struct api_time time, const struct uid *ticket);

/* What rooms_io calls for stored rooms: `ctx` is the API. */
void live_keep_stay(void *ctx, const struct uid *room, const struct attendance *stay);
void live_keep_ban(void *ctx, const struct uid *room, struct ban *ban);
void live_lift_ban(void *ctx, const struct uid *room, const struct uid *ban);
void live_keep_policy(void *ctx, const struct uid *room, const struct room_policy *policy);

#endif
