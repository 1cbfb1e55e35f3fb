/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rooms, tickets and names must be like, for all ways by which they come: each function returns NULL, or the
 * sentence that says what is wrong and what to write instead (a constant text). */
#ifndef TESTUDO_PEOPLE_RULES_H
#define TESTUDO_PEOPLE_RULES_H

#include "base/bytes.h"
#include "store/store_rooms.h"
#include "store/store_tickets.h"

/* A title of a room, a series or a passkey: 1 to TITLE_BYTES - 1 bytes. */
const char *title_problem(struct span title);

/* A person's name; whether it imitates another is not looked at. */
const char *name_problem(struct span name);

/* The name of a key or a webhook: as a title, of 1 to 48 bytes, for it stands in the log and as the issuer of
 * tickets. */
const char *label_problem(struct span label);

/* A shop's number of an order: empty, or as a title. */
const char *reference_problem(struct span reference);

/* The policy of a room of this kind. */
const char *policy_problem(enum room_kind kind, const struct room_policy *policy);

/* Role and window of a ticket that is issued now. */
const char *ticket_problem(const struct ticket *t, uint64_t now_s);

#endif
