/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moderators do to the whole room: lock, rules, and the one button against zoombombing (A4). */
#include "web/rooms_internal.h"

#define LAST_JOINED 5

static void say_rules(struct rooms *r, const struct room *room)
{
  say_to_people(r, room, NULL, reply_room(room->rules));
}

void rules_lock(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  room->rules.locked = m->lock.on;
  say_rules(r, room);
}

/* For all whose rights `stopped` has changed: participants. */
static void say_rights(struct rooms *r, const struct room *room)
{
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *p = member_at(r, room, i);
    if (p->state != STAY_IN || p->role != AS_PARTICIPANT)
      continue;
    struct person_view view = view_of(room, p);
    say_to_people(r, room, NULL, reply_changed(&view));
  }
}

void rules_policy(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  bool goes_on = room->stopped && m->policy.unmute_self;
  room->rules.unmute_self = m->policy.unmute_self;
  room->rules.waiting = m->policy.waiting;
  say_rules(r, room);
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
  room->rules.locked = true;
  room->rules.unmute_self = false;
  say_to_people(r, room, NULL, reply_moderated("stop_everything", NULL, by->id));
  for (uint32_t i = 0; i < room->members; i++) {
    struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN && p != by && !is_host(p))
      (void)switch_off(r, room, p, (1u << SOURCE_COUNT) - 1, by);
  }
  say_rules(r, room);
  say_rights(r, room);
  say_last_joined(r, room, by);
}
