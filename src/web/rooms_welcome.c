/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole state of a room, as those see it who come in or come back. */
#include <stdlib.h>

#include "web/rooms_internal.h"

/* Of a great event a moderator hears bit by bit: all at once is more than may wait for a reader. */
#define TOLD_AT_ONCE 500u

static bool is_great(const struct room *room)
{
  return room->kind == ROOM_EVENT && room->in > TOLD_AT_ONCE;
}

static struct rules_view rules_of(const struct room *room)
{
  return (struct rules_view){.locked = room->policy.locked, .unmute_self = room->policy.unmute_self,
                             .waiting = room->policy.waiting_room, .post_quantum = room->policy.post_quantum,
                             .present = (enum stay_role)room->policy.present,
                             .share = (enum stay_role)room->policy.share, .chat = (enum stay_role)room->policy.chat};
}

static const char *kind_name(const struct room *room)
{
  static const char *const names[ROOM_KINDS] = {"open", "members", "ticket", "event"};
  return room_is_call(room) ? "call" : names[room->kind];
}

void say_rules(struct rooms *r, const struct room *room)
{
  const struct rules_view rules = rules_of(room);
  say_to_people(r, room, reply_room(kind_name(room), room->title, &rules));
}

static json_t *all_people(const struct rooms *r, const struct room *room, bool to_moderator)
{
  json_t *people = json_array();
  for (uint32_t i = 0; i < room->members.n; i++) {
    const struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN)
      json_array_append_new(people, person_json(room, p, to_moderator));
  }
  return people;
}

/* Those who are more than viewers; for viewers without those in the green room. */
static json_t *active_people(const struct rooms *r, const struct room *room, bool to_moderator, bool to_viewer)
{
  json_t *people = json_array();
  for (uint32_t i = 0; i < room->active.n; i++)
    if (!to_viewer || !is_backstage(room, active_at(r, room, i)))
      json_array_append_new(people, person_json(room, active_at(r, room, i), to_moderator));
  return people;
}

static json_t *all_knocking(const struct rooms *r, const struct room *room)
{
  json_t *knocking = json_array();
  for (uint32_t i = 0; i < room->members.n; i++)
    if (member_at(r, room, i)->state == STAY_WAITING)
      json_array_append_new(knocking, knock_json(room, member_at(r, room, i)));
  return knocking;
}

/* Of an event's audience everybody hears of those on the stage and, as the last one, of himself. */
static json_t *welcome(const struct rooms *r, const struct room *room, bool to_moderator, bool to_viewer)
{
  const struct person *speaker = person_get(r, room->speaker);
  const struct broadcast_view broadcast = {.state = broadcast_name(room), .since_unix_s = room->broadcast_unix_s};
  bool tells_speaker = speaker != NULL && !(to_viewer && is_backstage(room, speaker));
  const struct rules_view rules = rules_of(room);
  char address[TOKEN_TEXT + 1];
  token_to_text(room->address.b, sizeof room->address.b, address);
  const struct welcome_view view = {.room = address, .kind = kind_name(room), .title = room->title,
                                    .speaker = tells_speaker ? speaker->id : NULL, .count = room->in,
                                    .rules = &rules,
                                    .broadcast = room->kind == ROOM_EVENT ? &broadcast : NULL,
                                    .shown = questions_shown(room), .listed = questions_listed(room),
                                    .recorded = room->recorders > 0};
  bool all = room->kind != ROOM_EVENT || (to_moderator && !is_great(room));
  return reply_welcome(&view,
                       all ? all_people(r, room, to_moderator) : active_people(r, room, to_moderator, to_viewer),
                       to_moderator ? all_knocking(r, room) : json_array());
}

/* The same for all of the audience but for what is about the one who is told. */
static void send_to_hidden(struct rooms *r, const struct room *room, const struct person *p, json_t *common)
{
  json_t *people = json_object_get(common, "people");
  size_t n = json_array_size(people);
  json_array_append_new(people, person_json(room, p, false));
  char *text = json_dumps(common, JSON_COMPACT);
  send_text(r, p, text);
  free(text);
  json_array_remove(people, n);
}

void say_welcome(struct rooms *r, const struct room *room, struct person *p)
{
  p->roster_from = 0;
  p->roster_until = is_moderator(p) && is_great(room) ? room->joins : 0;
  if (!p->greeted)
    return;
  json_t *json = welcome(r, room, is_moderator(p), is_hidden(room, p));
  if (is_hidden(room, p)) {
    send_to_hidden(r, room, p, json);
    json_decref(json);
    return;
  }
  say(r, p, json);
  weakness_tell(r, room, p);
  if (!is_moderator(p))
    return;
  bans_say(r, room, p);
  alerts_tell(r, room, p);
  questions_tell(r, room, p);
}

/* Those viewers who came as the numbers after `from` up to `until`, and are here. */
static json_t *viewers_between(const struct rooms *r, const struct room *room, uint64_t from, uint64_t until)
{
  json_t *people = json_array();
  for (uint32_t i = 0; i < room->members.n; i++) {
    const struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN && p->role == AS_VIEWER && p->joined_number > from && p->joined_number <= until)
      json_array_append_new(people, person_json(room, p, true));
  }
  return people;
}

void say_more_people(struct rooms *r, const struct room *room, struct person *p)
{
  json_t *people = NULL;
  while (p->roster_from < p->roster_until && json_array_size(people) == 0) {
    uint64_t left = p->roster_until - p->roster_from;
    uint64_t until = p->roster_from + (left < TOLD_AT_ONCE ? left : TOLD_AT_ONCE);
    json_decref(people);
    people = viewers_between(r, room, p->roster_from, until);
    p->roster_from = until;
  }
  if (json_array_size(people) > 0)
    say(r, p, reply_people(people));
  else
    json_decref(people);
}

void say_welcome_to_all(struct rooms *r, const struct room *room, bool newly_in)
{
  json_t *json = welcome(r, room, false, false), *to_viewers = welcome(r, room, false, true);
  char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  for (uint32_t i = 0; i < room->members.n; i++) {
    struct person *p = member_at(r, room, i);
    if (p->state != STAY_IN || !p->greeted || (newly_in && !p->newly_in))
      continue;
    if (is_moderator(p))
      say_welcome(r, room, p);
    else if (is_hidden(room, p))
      send_to_hidden(r, room, p, to_viewers);
    else {
      send_text(r, p, text);
      weakness_tell(r, room, p);
    }
  }
  free(text);
  json_decref(json);
  json_decref(to_viewers);
}
