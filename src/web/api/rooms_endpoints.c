/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rooms that outlive a meeting: made, changed, closed and removed, with effect on who is in. */
#include <sodium.h>

#include "people/care.h"
#include "people/rules.h"
#include "people/words.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/rights.h"
#include "web/api/views.h"

static const char *log_name(const struct store_room *room, char id[UID_TEXT + 1])
{
  return room->title[0] != '\0' ? room->title : uid_text(&room->id, id);
}

static void note_room(struct context *c, const char *kind, const struct store_room *room, const char *detail)
{
  char id[UID_TEXT + 1];
  note_event(c, kind, log_name(room, id), detail);
}

/* --- reading --- */

static json_t *room_row_json(struct context *c, const void *row)
{
  return room_json(c, row);
}

void endpoint_get_rooms(struct context *c)
{
  struct list list;
  if (!list_begin(c, &list, sizeof(struct store_room)))
    return;
  int err = store_room_list(c->api->store, owner_of_list(c), list.page, list.rows, &list.n);
  list_answer(c, &list, err, "rooms", room_row_json);
}

void endpoint_get_room_settings(struct context *c)
{
  struct store_room room;
  if (take_room(c, &room))
    answer_json(c->response, 200, room_json(c, &room));
}

/* --- what a body says of a room --- */

struct room_wish {
  struct span title, kind, series, owner;
  json_t *policy;
  bool has_title, has_kind, has_series, has_owner, no_series, closed, has_closed;
};

/* "series": null takes a room out of its series. */
static bool take_null(struct context *c, const char *name)
{
  if (!json_is_null(json_object_get(c->body, name)))
    return false;
  (void)json_object_del(c->body, name);
  return true;
}

static bool wish_title(struct context *c, const struct room_wish *w, struct store_room *room)
{
  const char *problem = w->has_title ? title_problem(w->title) : NULL;
  if (problem != NULL) {
    refuse_bad_request(c, "%s", problem);
    return false;
  }
  if (w->has_title) {
    memset(room->title, 0, sizeof room->title);
    memcpy(room->title, w->title.p, w->title.n);
  }
  return true;
}

/* Another kind brings its own defaults; what was made stricter on purpose stays. */
static void set_kind(struct store_room *room, enum room_kind kind)
{
  struct room_policy before = room->policy;
  if (kind == room->kind)
    return;
  room->kind = kind;
  room->policy = room_policy_default(kind);
  room->policy.two_factors = before.two_factors;
  room->policy.post_quantum = before.post_quantum;
  room->policy.locked = before.locked;
  room->policy.invited = before.invited;
}

static bool wish_kind(struct context *c, const struct room_wish *w, struct store_room *room)
{
  enum room_kind kind;
  if (!w->has_kind)
    return true;
  if (kind_of_word(w->kind, &kind) != 0) {
    refuse_bad_request(c, "The field \"kind\" is open, members, ticket or event.");
    return false;
  }
  set_kind(room, kind);
  return true;
}

static bool wish_policy(struct context *c, const struct room_wish *w, struct store_room *room)
{
  bool high_care = c->api->site.high_care;
  if (high_care)
    care_raise(&room->policy);
  if (w->policy != NULL && !take_policy(c, w->policy, &room->policy))
    return false;
  const char *problem = policy_problem(room->kind, &room->policy);
  if (problem == NULL && high_care)
    problem = care_problem(&room->policy);
  if (problem != NULL)
    refuse_bad_request(c, "%s", problem);
  return problem == NULL;
}

static bool wish_series(struct context *c, const struct room_wish *w, struct store_room *room)
{
  struct series series;
  if (w->no_series)
    room->series = (struct uid){0};
  if (!w->has_series)
    return true;
  if (!take_named_series(c, w->series, &series))
    return false;
  room->series = series.id;
  return true;
}

static bool apply_wish(struct context *c, const struct room_wish *w, struct store_room *room)
{
  return wish_title(c, w, room) && wish_kind(c, w, room) && wish_policy(c, w, room) && wish_series(c, w, room);
}

/* --- making --- */

/* The account that a new room is given to, by its e-mail address. */
static bool take_owner(struct context *c, struct span typed, struct uid *owner)
{
  struct account account;
  char email[EMAIL_BYTES];
  if (!is_administrator(c)) {
    refuse_not_allowed(c);
    return false;
  }
  if (!take_email(c, typed, email))
    return false;
  int err = store_account_by_email(c->api->store, email, &account);
  if (err == ERR_NOT_FOUND)
    refuse_bad_request(c, "Nobody has an account with this address: the room would have no host.");
  else if (store_did(c, err))
    *owner = account.id;
  sodium_memzero(&account, sizeof account);
  return err == 0;
}

/* No single account can fill the table for all. */
static bool may_have_another(struct context *c, const struct uid *owner)
{
  struct store_room last;
  size_t n = 0;
  if (is_administrator(c))
    return true;
  int err = store_room_list(c->api->store, owner, (struct page){.offset = LIMIT_ACCOUNT_ROOMS - 1, .most = 1}, &last, &n);
  if (err == 0 && n > 0)
    answer_refusal(c->response, 503, "server_full", "You have as many rooms as one account can. Delete old ones first.");
  else if (err != 0)
    refuse_store_error(c, err);
  return err == 0 && n == 0;
}

void endpoint_post_rooms(struct context *c)
{
  struct room_wish w = {.has_title = true};
  const struct field fields[] = {
    {"title", FIELD_TEXT, &w.title, LIMIT_HTTP_BODY, false, NULL},
    {"kind", FIELD_TEXT, &w.kind, 16, true, &w.has_kind},
    {"policy", FIELD_OBJECT, &w.policy, 0, true, NULL},
    {"series", FIELD_TEXT, &w.series, UID_TEXT, true, &w.has_series},
    {"owner", FIELD_TEXT, &w.owner, EMAIL_BYTES, true, &w.has_owner},
  };
  (void)take_null(c, "series");
  struct store_room room = {.kind = ROOM_OPEN, .policy = room_policy_default(ROOM_OPEN), .created_s = c->time.now_s,
                            .owner = *asker_account(c)};
  if (!FIELDS_TAKE(c, fields) || !apply_wish(c, &w, &room) || (w.has_owner && !take_owner(c, w.owner, &room.owner)) ||
      !may_have_another(c, &room.owner))
    return;
  if (!store_did(c, store_room_add(c->api->store, &room)))
    return;
  note_room(c, "room_made", &room, kind_word(room.kind));
  answer_json(c->response, 201, room_json(c, &room));
}

/* --- changing --- */

/* Who is in feels it now. */
static void apply_live(struct context *c, const struct store_room *room)
{
  if (room->closed_s != 0)
    rooms_close_room(c->api->rooms, rooms_time_of(c), &room->id, "room_closed", "This meeting was closed.");
  else
    (void)rooms_set_policy(c->api->rooms, rooms_time_of(c), &room->id, room->kind, room->title, &room->policy);
  if (room->closed_s == 0)
    live_end_lost(c->api, c->time, room);
}

void endpoint_patch_room(struct context *c)
{
  struct room_wish w = {0};
  const struct field fields[] = {
    {"title", FIELD_TEXT, &w.title, LIMIT_HTTP_BODY, true, &w.has_title},
    {"kind", FIELD_TEXT, &w.kind, 16, true, &w.has_kind},
    {"policy", FIELD_OBJECT, &w.policy, 0, true, NULL},
    {"series", FIELD_TEXT, &w.series, UID_TEXT, true, &w.has_series},
    {"closed", FIELD_BOOL, &w.closed, 0, true, &w.has_closed},
  };
  struct store_room room;
  w.no_series = take_null(c, "series");
  if (!take_room(c, &room) || !FIELDS_TAKE(c, fields) || !apply_wish(c, &w, &room))
    return;
  if (w.has_closed && w.closed != (room.closed_s != 0))
    room.closed_s = w.closed ? c->time.now_s : 0;
  if (!store_did(c, store_room_set(c->api->store, &room)))
    return;
  apply_live(c, &room);
  note_room(c, w.has_closed && w.closed ? "room_closed" : "room_changed", &room, "");
  answer_json(c->response, 200, room_json(c, &room));
}

/* The meeting ends first, so that its last stays are still written down where the room is. */
void endpoint_delete_room(struct context *c)
{
  struct store_room room;
  if (!take_room(c, &room))
    return;
  rooms_close_room(c->api->rooms, rooms_time_of(c), &room.id, "room_closed", "This meeting was closed.");
  if (!store_did(c, store_room_remove(c->api->store, &room.id)))
    return;
  note_room(c, "room_removed", &room, "With its tickets, members, bans and attendance.");
  answer_nothing(c->response);
}
