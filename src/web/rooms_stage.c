/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The broadcast of an event (A4). Who speaks there is on the stage, where everybody sees and hears him once a moderator
 * has begun the broadcast, or in the green room: seen and heard by those alone who are more than viewers. The media
 * process holds to it by what media_publish and each offer say. */
#include "web/rooms_internal.h"

bool is_backstage(const struct room *room, const struct person *p)
{
  bool live = room->broadcast == BROADCAST_LIVE && p->on_stage;
  return room->kind == ROOM_EVENT && p->role != AS_VIEWER && !live;
}

const char *stage_name(const struct room *room, const struct person *p)
{
  if (room->kind != ROOM_EVENT || p->role == AS_VIEWER)
    return NULL;
  if (!is_backstage(room, p))
    return "live";
  return p->on_stage ? "ready" : "green";
}

const char *broadcast_name(const struct room *room)
{
  static const char *const names[] = {"before", "live", "over"};
  return names[room->broadcast];
}

/* Nobody gets into a running broadcast but by a moderator's hand. */
void stage_arrive(const struct room *room, struct person *p)
{
  p->on_stage = room->broadcast != BROADCAST_LIVE;
}

static bool is_event(struct rooms *r, const struct room *room, const struct person *by)
{
  if (room->kind == ROOM_EVENT)
    return true;
  say_error(r, by, "not_event", "Only an event has a stage.");
  return false;
}

/* The few who are more than viewers hear the whole state, each of thousands of viewers one and the same message. */
static void tell_broadcast(struct rooms *r, const struct room *room)
{
  for (uint32_t i = 0; i < room->active.n; i++) {
    struct person *p = active_at(r, room, i);
    media_publish(r, room, p);
    say_welcome(r, room, p);
  }
  say_broadcast(r, room);
}

void stage_broadcast(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  struct room *room = room_of(r, by);
  if (!is_event(r, room, by) || (room->broadcast == BROADCAST_LIVE) == m->lock.on)
    return;
  room->broadcast = m->lock.on ? BROADCAST_LIVE : BROADCAST_OVER;
  room->broadcast_unix_s = time.unix_s;
  room->speaker = 0;
  tell_broadcast(r, room);
}

void stage_move(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, by);
  struct person *named = member_named(r, room, m->target.who);
  struct person *target = named == by ? by : moderate_find(r, room, by, m, STAY_IN);
  if (target == NULL || !is_event(r, room, by))
    return;
  if (target->role == AS_VIEWER) {
    say_error(r, by, "not_invited", "This person is in the audience. Invite them onto the stage first.");
    return;
  }
  if (target->on_stage == m->target.on)
    return;
  enum sight before = sight_of(room, target);
  target->on_stage = m->target.on;
  media_publish(r, room, target);
  say_role(r, room, target, before);
}
