/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who hosts a meeting, as whoever may enter it is told before the camera is asked for (B9). */
#ifndef TESTUDO_WEB_API_ROOM_HOST_H
#define TESTUDO_WEB_API_ROOM_HOST_H

#include <jansson.h>

#include "store/store_rooms.h"
#include "web/api/context.h"

/* The owner of a stored room (NULL: there is none), else the first host who is in the live one (0: it is not live). JSON
 * null: nobody is there yet. The caller owns it; NULL: no memory. */
json_t *room_host_json(struct context *c, const struct store_room *stored, uint64_t live);

#endif
