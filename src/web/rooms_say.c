/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/log.h"
#include "web/rooms_internal.h"

struct span name_of(const struct person *p)
{
  return span_of(p->name, p->name_n);
}

struct person_view view_of(const struct room *room, const struct person *p)
{
  struct person_view view = {.id = p->id, .name = name_of(p), .role = p->role, .verified = p->who.verified,
                             .here = p->here, .may_present = may_publish(room, p, SOURCE_MIC),
                             .may_share = may_publish(room, p, SOURCE_SCREEN), .since_unix_s = p->joined_unix_s};
  memcpy(view.on, p->on, sizeof view.on);
  return view;
}

/* NULL when memory ran out: the page then misses a message, notices by the counter of the next one and resumes. */
static char *text_of(json_t *json)
{
  char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  json_decref(json);
  if (text == NULL)
    log_error("no memory for a message");
  return text;
}

static void send_text(struct rooms *r, const struct person *p, const char *text)
{
  if (text != NULL && p->socket != 0)
    r->io.send(r->io.ctx, p->socket, span_str(text));
}

void say_unasked(struct rooms *r, const struct person *p, json_t *json)
{
  char *text = text_of(json);
  send_text(r, p, text);
  free(text);
}

void say(struct rooms *r, const struct person *p, json_t *json)
{
  if (p->greeted)
    say_unasked(r, p, json);
  else
    json_decref(json);
}

static void say_to(struct rooms *r, const struct room *room, const struct person *but, bool moderators_only,
                   json_t *json)
{
  char *text = text_of(json);
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN && p != but && p->greeted && !p->newly_in && (is_moderator(p) || !moderators_only))
      send_text(r, p, text);
  }
  free(text);
}

void say_to_people(struct rooms *r, const struct room *room, const struct person *but, json_t *json)
{
  say_to(r, room, but, false, json);
}

void say_to_moderators(struct rooms *r, const struct room *room, json_t *json)
{
  say_to(r, room, NULL, true, json);
}

void say_hello(struct rooms *r, struct rooms_time time, const struct person *p)
{
  struct person_view view = view_of(room_of(r, p), p);
  say_unasked(r, p, reply_hello(&view, p->handled, p->state, time.unix_s));
}

static struct rules_view rules_of(const struct room *room)
{
  return (struct rules_view){.locked = room->policy.locked, .unmute_self = room->policy.unmute_self,
                             .waiting = room->policy.waiting_room};
}

void say_rules(struct rooms *r, const struct room *room)
{
  say_to_people(r, room, NULL, reply_room(rules_of(room)));
}

void say_role(struct rooms *r, const struct room *room, const struct person *p, enum stay_role before)
{
  (void)before;
  struct person_view view = view_of(room, p);
  say_to_people(r, room, NULL, reply_changed(&view));
}

void say_knock(struct rooms *r, const struct room *room, const struct person *guest)
{
  say_to_moderators(r, room, reply_knock(guest->id, name_of(guest)));
}

void say_knock_to(struct rooms *r, const struct room *room, const struct person *guest, const struct person *to)
{
  (void)room;
  say(r, to, reply_knock(guest->id, name_of(guest)));
}

static json_t *welcome(const struct rooms *r, const struct room *room, bool to_moderator)
{
  json_t *people = json_array(), *knocking = json_array();
  char address[TOKEN_TEXT + 1];
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *member = member_at(r, room, i);
    struct person_view view = view_of(room, member);
    if (member->state == STAY_IN)
      json_array_append_new(people, reply_person(&view));
    else if (member->state == STAY_WAITING && to_moderator)
      json_array_append_new(knocking, reply_knock_entry(member->id, name_of(member)));
  }
  const struct person *speaker = person_get(r, room->speaker);
  token_to_text(room->address.b, sizeof room->address.b, address);
  return reply_welcome(address, people, knocking, speaker == NULL ? NULL : speaker->id, rules_of(room));
}

void say_welcome(struct rooms *r, const struct room *room, const struct person *p)
{
  say(r, p, welcome(r, room, is_moderator(p)));
  if (is_moderator(p))
    bans_say(r, room, p);
}

/* One text for all: hundreds may come in at once. */
void say_welcome_to_new(struct rooms *r, const struct room *room)
{
  char *text = text_of(welcome(r, room, false));
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *p = member_at(r, room, i);
    if (p->newly_in && p->greeted && !is_moderator(p))
      send_text(r, p, text);
  }
  free(text);
}

void say_error(struct rooms *r, const struct person *p, const char *code, const char *text)
{
  say(r, p, reply_coded("error", code, text));
}

void say_changed(struct rooms *r, const struct room *room, const struct person *p)
{
  struct person_view view = view_of(room, p);
  say_to_people(r, room, p, reply_changed(&view));
}
