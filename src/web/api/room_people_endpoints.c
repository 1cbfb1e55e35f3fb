/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is what in a room, who is banned from it, and who came (A4, A7). */
#include "people/words.h"
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/rights.h"

/* --- members --- */

static json_t *member_json(struct context *c, const void *row)
{
  const struct room_member *m = row;
  (void)c;
  return json_pack("{ss ss}", "email", m->email, "role", role_word(m->role));
}

void endpoint_get_members(struct context *c)
{
  struct store_room room;
  struct list list;
  if (!take_room(c, &room) || !list_begin(c, &list, sizeof(struct room_member)))
    return;
  int err = store_member_list(c->api->store, &room.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "members", member_json);
}

/* No single account can fill the table for all. */
static bool may_have_more(struct context *c)
{
  size_t n = 0;
  if (is_administrator(c))
    return true;
  if (!store_did(c, store_member_count_of_owner(c->api->store, &c->account.id, &n)))
    return false;
  if (n >= LIMIT_ACCOUNT_MEMBERS)
    answer_refusal(c->response, 503, "server_full", "You have given as many roles as one account can. Take some back first.");
  return n < LIMIT_ACCOUNT_MEMBERS;
}

void endpoint_put_member(struct context *c)
{
  struct store_room room;
  struct room_member member = {0};
  struct span role;
  const struct field fields[] = {{"role", FIELD_TEXT, &role, 16, false, NULL}};
  if (!take_room(c, &room) || !take_email(c, c->parameter[1], member.email) || !FIELDS_TAKE(c, fields))
    return;
  if (role_of_word(role, &member.role) != 0) {
    refuse_bad_request(c, "The field \"role\" is viewer, participant, speaker, cohost or host.");
    return;
  }
  if (!may_have_more(c) || !store_did(c, store_member_set(c->api->store, &room.id, &member)))
    return;
  live_end_lost(c->api, c->time, &room);
  note_event(c, "member_set", member.email, role_word(member.role));
  answer_nothing(c->response);
}

void endpoint_delete_member(struct context *c)
{
  struct store_room room;
  char email[EMAIL_BYTES];
  if (!take_room(c, &room) || !take_email(c, c->parameter[1], email) ||
      !store_did(c, store_member_remove(c->api->store, &room.id, email)))
    return;
  live_end_lost(c->api, c->time, &room);
  note_event(c, "member_removed", email, room.title);
  answer_nothing(c->response);
}

/* --- bans --- */

static json_t *ban_json(struct context *c, const void *row)
{
  const struct ban *b = row;
  (void)c;
  return json_pack("{so ss ss sI}", "id", uid_json(&b->id), "name", b->name, "email", b->email, "time",
                   (json_int_t)b->time_s);
}

void endpoint_get_bans(struct context *c)
{
  struct store_room room;
  struct list list;
  if (!take_room(c, &room) || !list_begin(c, &list, sizeof(struct ban)))
    return;
  int err = store_ban_list(c->api->store, &room.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "bans", ban_json);
}

void endpoint_delete_ban(struct context *c)
{
  struct store_room room;
  struct uid ban;
  if (!take_room(c, &room) || !take_uid_parameter(c, 1, &ban) ||
      !store_did(c, store_ban_remove(c->api->store, &room.id, &ban)))
    return;
  rooms_forget_ban(c->api->rooms, &room.id, &ban);
  note_event(c, "ban_lifted", room.title, "");
  answer_nothing(c->response);
}

/* --- who came --- */

static json_t *stay_json(struct context *c, const void *row)
{
  const struct attendance *a = row;
  (void)c;
  return json_pack("{ss ss ss ss sI sI}", "name", a->name, "email", a->email, "verified", a->verified, "role",
                   role_word(a->role), "joined", (json_int_t)a->joined_s, "left", (json_int_t)a->left_s);
}

void endpoint_get_attendance(struct context *c)
{
  struct store_room room;
  struct list list;
  if (!take_room(c, &room) || !list_begin(c, &list, sizeof(struct attendance)))
    return;
  int err = store_attendance_list(c->api->store, &room.id, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "stays", stay_json);
}
