/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rooms, tickets, people and sessions as the API shows them (docs/API.md, sections 4 to 7), and what a room's policy looks
 * like when it comes in. Each view is a new object, or NULL when memory ran out. */
#ifndef TESTUDO_WEB_API_VIEWS_H
#define TESTUDO_WEB_API_VIEWS_H

#include "web/api/context.h"

json_t *room_json(struct context *c, const struct store_room *room);

/* Puts the parts of a policy that are in `object` into `policy`; gives the refusal itself. */
bool take_policy(struct context *c, const json_t *object, struct room_policy *policy);

json_t *series_json(const struct series *series);

json_t *ticket_json(struct context *c, const struct ticket *ticket);
json_t *ticket_row_json(struct context *c, const void *ticket); /* the same, for a list (lists.h) */

/* Of a room or a series; "" for one that is gone. */
void title_of_ticket(struct api *a, const struct ticket *ticket, char title[TITLE_BYTES]);

json_t *account_row_json(struct context *c, const struct account *account);

/* A session in a list: whether it is the one that asks, and its network the asker's. */
json_t *session_row_json(const struct context *c, const struct session *session);

json_t *scopes_json(uint32_t scopes);

/* Issuers of tickets that were issued in the product's pages begin so; the account behind it is not told. */
#define TICKET_BY_PAGE "console"

#endif
