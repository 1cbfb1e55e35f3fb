/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a room and what follows from them at once: from outside, and what moderators do to the whole room: lock,
 * rules, and the one button against zoombombing (A4). */
#include <stdlib.h>

#include "web/rooms_internal.h"

#define LAST_JOINED 5

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

/* For all whose rights `stopped` has changed. */
static void say_rights(struct rooms *r, const struct room *room)
{
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN && !is_moderator(p) && role_publishes(&room->policy, p->role))
      say_role(r, room, p, p->role);
  }
}

void rules_policy(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  bool goes_on = room->stopped && m->policy.unmute_self;
  room->policy.unmute_self = m->policy.unmute_self;
  room->policy.waiting_room = m->policy.waiting;
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
  for (uint32_t i = 0; i < room->members; i++) {
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
    struct person_view view = view_of(room, p);
    json_array_append_new(people, reply_person(&view));
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
  say_to_people(r, room, NULL, reply_moderated("stop_everything", NULL, by->id));
  for (uint32_t i = 0; i < room->members; i++) {
    struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN && p != by && !is_host(p))
      (void)switch_off(r, room, p, (1u << SOURCE_COUNT) - 1, by);
  }
  keep_rules(r, room);
  say_rights(r, room);
  say_last_joined(r, room, by);
}

/* The role that the new rules leave; those who have been there longest keep their places on the stage. */
static void fit_roles(struct rooms *r, struct room *room)
{
  room->publishers = room->in = room->hosts = 0;
  for (uint32_t i = 0; i < room->members; i++) {
    struct person *p = member_at(r, room, i);
    if (p->state != STAY_IN)
      continue;
    enum stay_role role = role_fitting(room, p->role);
    bool changed = role != p->role;
    p->role = role;
    role_count(room, p);
    if (changed)
      attendance_note_role(r, room, p);
  }
}

/* Who has sources on that are allowed no longer, or had none and may have some now, and the other way round. */
static void follow_rights(struct rooms *r, struct room *room, const bool *published)
{
  for (uint32_t i = 0; i < room->members; i++) {
    struct person *p = member_at(r, room, i);
    if (p->state != STAY_IN)
      continue;
    if (!switch_off(r, room, p, forbidden_sources(room, p), NULL))
      media_publish(r, room, p);
    if (published[i] != role_publishes(&room->policy, p->role))
      media_renew(r, p, "role_changed");
  }
}

void rules_apply(struct rooms *r, struct rooms_time time, struct room *room, enum room_kind kind,
                 const struct room_policy *policy)
{
  bool *published = calloc(room->members + 1, sizeof *published);
  (void)time;
  for (uint32_t i = 0; published != NULL && i < room->members; i++)
    published[i] = role_publishes(&room->policy, member_at(r, room, i)->role);
  room->kind = kind;
  room->policy = *policy;
  fit_roles(r, room);
  if (published != NULL)
    follow_rights(r, room, published);
  free(published);
  say_rules(r, room);
  for (uint32_t i = 0; i < room->members; i++)
    if (member_at(r, room, i)->state == STAY_IN)
      say_welcome(r, room, member_at(r, room, i));
}
