/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/live.h"

#include <sodium.h>

#include "base/log.h"
#include "store/store_people.h"
#include "store/store_rooms.h"
#include "store/store_sessions.h"
#include "store/store_tickets.h"
#include "web/api/sessions.h"

struct walk {
  struct api *api;
  struct api_time time;
};

/* --- stays --- */

static bool session_is_over(const struct walk *w, const struct identity *who)
{
  struct session session;
  struct account account;
  int err = store_session_get(w->api->store, &who->session, &session);
  if (err != 0)
    return err == ERR_NOT_FOUND;
  if (session_is_expired(&w->api->times, &session, w->time.now_s))
    return true;
  if (uid_is_none(&session.account))
    return false;
  bool disabled = store_account_get(w->api->store, &session.account, &account) == 0 && account.disabled;
  sodium_memzero(&account, sizeof account); /* the TOTP secret is in it */
  return disabled;
}

static bool ticket_is_revoked(const struct walk *w, const struct identity *who)
{
  struct ticket ticket;
  if (uid_is_none(&who->ticket))
    return false;
  int err = store_ticket_get(w->api->store, &who->ticket, &ticket);
  return err == ERR_NOT_FOUND || (err == 0 && ticket.revoked_s != 0);
}

void live_end_ticket(struct api *a, struct api_time time, const struct uid *ticket)
{
  entries_withdraw(&a->entries, ticket);
  (void)rooms_end_ticket(a->rooms, rooms_time_at(time), ticket, "ticket_revoked", "Your ticket was taken back.");
}

static void check_session(void *ctx, const struct uid *room, const struct identity *who)
{
  struct walk *w = ctx;
  (void)room;
  if (session_is_over(w, who))
    (void)session_end(w->api, w->time, &who->session, "session_ended");
}

static void check_stay(void *ctx, const struct uid *room, const struct identity *who)
{
  struct walk *w = ctx;
  check_session(ctx, room, who);
  if (ticket_is_revoked(w, who))
    live_end_ticket(w->api, w->time, &who->ticket);
}

/* --- rooms --- */

struct lost {
  struct api *api;
  const struct store_room *room;
};

/* What a ticket gives is looked at with the ticket; its roles are below those of moderators. Moderators are so by the list of
 * members, or own the room. What cannot be read now is not lost. */
static bool has_lost_right(void *ctx, const struct identity *who)
{
  const struct lost *l = ctx;
  const struct store_room *room = l->room;
  bool by_list = room->kind == ROOM_MEMBERS || room->kind == ROOM_TICKET || who->role >= AS_COHOST;
  enum room_role role;
  if (!by_list || !uid_is_none(&who->ticket) || (!uid_is_none(&room->owner) && uid_equal(&room->owner, &who->account)))
    return false;
  int err = who->email[0] == '\0' ? ERR_NOT_FOUND : store_member_find(l->api->store, &room->id, who->email, &role);
  return err == ERR_NOT_FOUND || (err == 0 && who->role >= AS_COHOST && (enum stay_role)role < who->role);
}

void live_end_lost(struct api *a, struct api_time time, const struct store_room *room)
{
  struct lost l = {.api = a, .room = room};
  (void)rooms_end_some(a->rooms, rooms_time_at(time), &room->id, has_lost_right, &l, "not_a_member",
                       "You are no member of this meeting any more, or have another role in it.");
}

static void check_room(void *ctx, const struct uid *id)
{
  struct walk *w = ctx;
  struct store_room room;
  int err = store_room_get(w->api->store, id, &room);
  if (err == ERR_NOT_FOUND || (err == 0 && room.closed_s != 0))
    rooms_close_room(w->api->rooms, rooms_time_at(w->time), id, "room_closed", "This meeting was closed.");
  else if (err == 0)
    (void)rooms_set_policy(w->api->rooms, rooms_time_at(w->time), id, room.kind, room.title, &room.policy);
  if (err == 0 && room.closed_s == 0)
    live_end_lost(w->api, w->time, &room);
}

void live_follow(struct api *a, struct api_time time)
{
  struct walk w = {.api = a, .time = time};
  uint64_t changes = store_foreign_changes(a->store);
  if (changes == a->foreign_changes)
    return;
  a->foreign_changes = changes;
  rooms_visit(a->rooms, check_stay, &w);
  rooms_visit_stored(a->rooms, check_room, &w);
  line_look_again(a->line, rooms_time_at(time));
}

void live_look_again(struct api *a)
{
  a->foreign_changes = UINT64_MAX; /* no count of changes is that */
}

#define EXPIRED_WITHIN_US 60000000u

void live_end_expired(struct api *a, struct api_time time)
{
  struct walk w = {.api = a, .time = time};
  uint64_t passed_us = time.now_us - a->expired_looked_us;
  a->expired_looked_us = time.now_us;
  rooms_visit_part(a->rooms, passed_us, EXPIRED_WITHIN_US, &a->expired_next, check_session, &w);
}

/* --- what meetings leave behind --- */

void live_keep_stay(void *ctx, const struct uid *room, const struct attendance *stay)
{
  struct api *a = ctx;
  struct attendance kept = *stay;
  kept.room = *room;
  if (store_attendance_put(a->store, &kept) != 0)
    log_warning("a stay could not be written to the attendance of its room");
}

void live_keep_ban(void *ctx, const struct uid *room, struct ban *ban)
{
  struct api *a = ctx;
  ban->room = *room;
  if (store_ban_add(a->store, ban) != 0)
    log_warning("a ban could not be kept: it holds until the meeting is over");
}

void live_lift_ban(void *ctx, const struct uid *room, const struct uid *ban)
{
  struct api *a = ctx;
  if (store_ban_remove(a->store, room, ban) != 0)
    log_warning("a ban could not be lifted for good");
}

void live_keep_policy(void *ctx, const struct uid *id, const struct room_policy *policy)
{
  struct api *a = ctx;
  struct store_room room;
  if (store_room_get(a->store, id, &room) != 0)
    return;
  room.policy = *policy;
  if (store_room_set(a->store, &room) != 0)
    log_warning("the rules of a room could not be kept: they hold until the meeting is over");
}
