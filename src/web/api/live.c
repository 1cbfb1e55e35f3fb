/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/live.h"

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

static struct rooms_time rooms_time_of(const struct walk *w)
{
  return (struct rooms_time){.now_us = w->time.now_us, .unix_s = w->time.now_s};
}

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
  return !uid_is_none(&session.account) && store_account_get(w->api->store, &session.account, &account) == 0 &&
         account.disabled;
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
  const struct walk w = {.api = a, .time = time};
  entries_withdraw(&a->entries, ticket);
  (void)rooms_end_ticket(a->rooms, rooms_time_of(&w), ticket, "ticket_revoked", "Your ticket was taken back.");
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

static void check_room(void *ctx, const struct uid *id)
{
  struct walk *w = ctx;
  struct store_room room;
  int err = store_room_get(w->api->store, id, &room);
  if (err == ERR_NOT_FOUND || (err == 0 && room.closed_s != 0))
    rooms_close_room(w->api->rooms, rooms_time_of(w), id, "room_closed", "This meeting was closed.");
  else if (err == 0)
    (void)rooms_set_policy(w->api->rooms, rooms_time_of(w), id, room.kind, room.title, &room.policy);
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
}

void live_look_again(struct api *a)
{
  a->foreign_changes = UINT64_MAX; /* no count of changes is that */
}

void live_end_expired(struct api *a, struct api_time time)
{
  struct walk w = {.api = a, .time = time};
  rooms_visit(a->rooms, check_session, &w);
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
