/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose is it? Rooms, series and tickets are their owner's; administrators and programs with a key act on everybody's. Who
 * may not hears what he would hear if there were no such thing. */
#ifndef TESTUDO_WEB_API_RIGHTS_H
#define TESTUDO_WEB_API_RIGHTS_H

#include "web/api/context.h"

/* What the path names first, if who asks may change it; else the refusal is given. */
bool take_room(struct context *c, struct store_room *room);
bool take_series(struct context *c, struct series *series);

/* The same by its id as text, for what a body names: the refusal is `bad_request`. */
bool take_named_room(struct context *c, struct span id, struct store_room *room);
bool take_named_series(struct context *c, struct span id, struct series *series);

/* Whether who asks may change what belongs to this account (none: nobody's). */
bool is_owner_or_above(const struct context *c, const struct uid *owner);

/* Whose is what is made now: the account's, or that of the administrator who made the key. */
const struct uid *asker_account(const struct context *c);

/* Whose rooms or series a list shows: the asker's own, or everybody's (none) for keys, and for administrators who ask
 * for it by ?all=true. */
const struct uid *owner_of_list(const struct context *c);

/* The moment of this request, as the meetings need it. */
struct rooms_time rooms_time_of(const struct context *c);

#endif
