/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a room and what follows from them at once: from outside, and what moderators do to the whole room: lock,
 * rules, and the one button against zoombombing (A4). */
#include "web/rooms_internal.h"

#define LAST_JOINED 5
#define FEW_PEOPLE 64 /* changes of more at once are told as the whole state: less to send than each to everybody */

/* What is to last of a moderator's change. */
static void keep_rules(struct rooms *r, const struct room *room)
{
  if (room->stored && r->io.policy != NULL)
    r->io.policy(r->io.ctx, &room->address, &room->policy);
  say_rules(r, room);
}

void rules_lock(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  room->policy.locked = m->lock.on;
  keep_rules(r, room);
}

/* For all whose rights `stopped` has changed; where viewers may chat, these are everybody. */
static void say_rights(struct rooms *r, const struct room *room)
{
  if (room->active.n > FEW_PEOPLE || room->policy.chat == ROLE_VIEWER) {
    say_welcome_to_all(r, room, false);
    return;
  }
  for (uint32_t i = 0; i < room->active.n; i++)
    if (!is_moderator(active_at(r, room, i)))
      say_role(r, room, active_at(r, room, i), SIGHT_SELF);
}

void rules_policy(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  bool goes_on = room->stopped && m->policy.unmute_self;
  struct room_policy policy = room->policy;
  policy.unmute_self = m->policy.unmute_self;
  policy.waiting_room = m->policy.waiting;
  room_set_policy(r, room, &policy);
  keep_rules(r, room);
  if (!goes_on)
    return;
  room->stopped = false;
  say_rights(r, room);
}

/* Who came last of those who came before `before`; NULL: nobody. */
static const struct person *last_before(const struct rooms *r, const struct room *room, const struct person *by,
                                        uint64_t before)
{
  const struct person *last = NULL;
  for (uint32_t i = 0; i < room->members.n; i++) {
    const struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN && p != by && !is_host(p) && p->joined_number < before &&
        (last == NULL || p->joined_number > last->joined_number))
      last = p;
  }
  return last;
}

static void say_last_joined(struct rooms *r, const struct room *room, const struct person *to)
{
  json_t *people = json_array();
  const struct person *p = last_before(r, room, to, UINT64_MAX);
  for (int i = 0; i < LAST_JOINED && p != NULL; i++) {
    json_array_append_new(people, person_json(room, p, true));
    p = last_before(r, room, to, p->joined_number);
  }
  say(r, to, reply_last_joined(people));
}

void rules_stop_everything(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  (void)m;
  struct room *room = room_of(r, by);
  room->stopped = true;
  room->policy.locked = true;
  room->policy.unmute_self = false;
  say_to_people(r, room, reply_moderated("stop_everything", NULL, by->id));
  for (uint32_t i = 0; i < room->active.n; i++) {
    struct person *p = active_at(r, room, i);
    if (p != by && !is_host(p))
      (void)switch_off(r, room, p, (1u << SOURCE_SWITCHES) - 1, by);
  }
  keep_rules(r, room);
  say_rights(r, room);
  say_last_joined(r, room, by);
}

/* --- from outside --- */

/* The roles that the new rules leave; those who have been there longest keep their places on the stage. */
static void fit_roles(struct rooms *r, struct room *room)
{
  room->in = room->hosts = room->publishers = room->active.n = 0;
  for (uint32_t i = 0; i < room->members.n; i++) {
    struct person *p = member_at(r, room, i);
    enum stay_role before = p->role;
    p->role = role_fitting(room, before);
    index_name(r, room, p);
    if (p->state != STAY_IN)
      continue;
    role_count(room, p);
    if (p->role != before)
      attendance_note_role(r, room, p);
  }
}

static void note_places(const struct rooms *r, const struct room *room)
{
  for (uint32_t i = 0; i < room->members.n; i++) {
    struct person *p = member_at(r, room, i);
    p->was_backstage = is_backstage(room, p);
  }
}

/* What was on and may be on no longer goes off; who may send something for the first time, or nothing any more, makes a
 * new connection. */
static void follow_rights(struct rooms *r, struct room *room)
{
  for (uint32_t i = 0; i < room->members.n; i++) {
    struct person *p = member_at(r, room, i);
    if (p->state != STAY_IN)
      continue;
    (void)switch_off(r, room, p, forbidden_sources(room, p), NULL);
    if (is_backstage(room, p) != p->was_backstage) /* only an event has a green room, and viewers are not in it */
      media_publish(r, room, p);
    media_follow_role(r, room, p);
  }
}

/* Who has no post-quantum connection where it is demanded now is put out; from the end: that takes him off the list.
 * What a move has left behind is not asked how safe it is: it ends. */
static void follow_exchange(struct rooms *r, struct rooms_time time, struct room *room)
{
  for (uint32_t i = room->members.n; i-- > 0;) {
    struct person *p = member_at(r, room, i);
    if (p->state != STAY_IN)
      continue;
    if (room->policy.post_quantum)
      spread_let_go(r, room, p);
    if (!media_check_exchange(r, time, p))
      media_publish(r, room, p);
  }
}

/* Whether somebody sees other people or may do other things by the new rules. */
static bool are_rights_other(const struct room *room, enum room_kind kind, const struct room_policy *policy)
{
  return (room->kind == ROOM_EVENT) != (kind == ROOM_EVENT) || room->policy.present != policy->present ||
         room->policy.share != policy->share || room->policy.chat != policy->chat ||
         (room->stopped && policy->unmute_self);
}

void rules_apply(struct rooms *r, struct rooms_time time, struct room *room, enum room_kind kind,
                 const struct room_policy *policy)
{
  bool rights = are_rights_other(room, kind, policy), demanded = room->policy.post_quantum;
  note_places(r, room);
  room->kind = kind;
  room_set_policy(r, room, policy);
  room->stopped = room->stopped && !policy->unmute_self;
  if (rights) {
    fit_roles(r, room);
    follow_rights(r, room);
  }
  if (room->policy.post_quantum != demanded)
    follow_exchange(r, time, room);
  say_rules(r, room);
  if (rights)
    say_welcome_to_all(r, room, false);
  alerts_count(r, room);
}
