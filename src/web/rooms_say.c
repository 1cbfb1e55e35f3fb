/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages to pages, and who may see whom: verified addresses are for moderators alone, and of the viewers of an event
 * nobody else knows but by their number. */
#include "web/rooms_internal.h"

#include <stdlib.h>

#include "base/log.h"

struct span name_of(const struct person *p)
{
  return span_of(p->name, p->name_n);
}

bool is_hidden(const struct room *room, const struct person *p)
{
  return room->kind == ROOM_EVENT && p->role == AS_VIEWER;
}

enum sight sight_of(const struct room *room, const struct person *p)
{
  if (is_hidden(room, p))
    return SIGHT_SELF;
  return is_backstage(room, p) ? SIGHT_BACKSTAGE : SIGHT_ALL;
}

bool sees(const struct room *room, const struct person *p, const struct person *other)
{
  enum sight sight = sight_of(room, other);
  if (is_moderator(p) || p == other)
    return true;
  return sight == SIGHT_ALL || (sight == SIGHT_BACKSTAGE && p->role != AS_VIEWER);
}

struct person_view person_view_of(const struct room *room, const struct person *p, bool to_moderator)
{
  struct person_view view = {.id = p->id, .name = name_of(p), .role = p->role, .verified = p->who.verified,
                             .account_name = p->who.has_account_name,
                             .email = to_moderator && p->who.email[0] != '\0' ? p->who.email : NULL, .here = p->here,
                             .may_present = may_publish(room, p, SOURCE_MIC),
                             .may_share = may_publish(room, p, SOURCE_SCREEN), .may_chat = may_chat(room, p),
                             .screen_paused = p->screen_paused, .hand = p->hand, .recording = p->recording,
                             .since_unix_s = p->joined_unix_s, .stage = stage_name(room, p),
                             .invited = to_moderator && is_invited(p)};
  memcpy(view.on, p->on, sizeof view.on);
  return view;
}

json_t *person_json(const struct room *room, const struct person *p, bool to_moderator)
{
  const struct person_view view = person_view_of(room, p, to_moderator);
  return reply_person(&view);
}

/* NULL when memory ran out: the page then misses a message, notices by the counter of the next one and resumes. */
char *text_of(json_t *json)
{
  char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
  json_decref(json);
  if (text == NULL)
    log_error("no memory for a message");
  return text;
}

void send_text(struct rooms *r, const struct person *p, const char *text)
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

/* Whether somebody is there to be told of what happens in the room: who has just come in gets the whole of it. */
static bool listens(const struct person *p)
{
  return p->state == STAY_IN && p->greeted && !p->newly_in;
}

/* Moderators are active, too, and these are few where viewers are many. */
static void send_to_moderators(struct rooms *r, const struct room *room, const struct person *but, const char *text)
{
  for (uint32_t i = 0; i < room->active.n; i++) {
    const struct person *p = active_at(r, room, i);
    if (p != but && listens(p) && is_moderator(p))
      send_text(r, p, text);
  }
}

/* Who speaks or may speak on the stage, and is no moderator. */
static void send_to_speakers(struct rooms *r, const struct room *room, const struct person *but, const char *text)
{
  for (uint32_t i = 0; i < room->active.n; i++) {
    const struct person *p = active_at(r, room, i);
    if (p != but && listens(p) && !is_moderator(p))
      send_text(r, p, text);
  }
}

static void send_to_viewers(struct rooms *r, const struct room *room, const struct person *but, const char *text)
{
  for (uint32_t i = 0; i < room->members.n; i++) {
    const struct person *p = member_at(r, room, i);
    if (p != but && listens(p) && p->role == AS_VIEWER)
      send_text(r, p, text);
  }
}

static void send_to_audience(struct rooms *r, const struct room *room, const struct person *but, const char *text)
{
  for (uint32_t i = 0; i < room->members.n; i++) {
    const struct person *p = member_at(r, room, i);
    if (p != but && listens(p) && !is_moderator(p))
      send_text(r, p, text);
  }
}

void send_to_people(struct rooms *r, const struct room *room, const struct person *but, const char *text)
{
  send_to_moderators(r, room, but, text);
  send_to_audience(r, room, but, text);
}

void send_to_active(struct rooms *r, const struct room *room, const struct person *but, const char *text)
{
  for (uint32_t i = 0; i < room->active.n; i++) {
    const struct person *p = active_at(r, room, i);
    if (p != but && listens(p))
      send_text(r, p, text);
  }
}

/* To those but moderators who see whoever is to be seen so. */
static void send_to_seeing(struct rooms *r, const struct room *room, enum sight sight, const struct person *who,
                           const struct person *but, const char *text)
{
  if (sight == SIGHT_ALL)
    send_to_audience(r, room, but, text);
  else if (sight == SIGHT_BACKSTAGE)
    send_to_speakers(r, room, but, text);
  else if (who != but && listens(who))
    send_text(r, who, text);
}

void say_to_active(struct rooms *r, const struct room *room, json_t *json)
{
  char *text = text_of(json);
  send_to_active(r, room, NULL, text);
  free(text);
}

void say_to_moderators(struct rooms *r, const struct room *room, json_t *json)
{
  char *text = text_of(json);
  send_to_moderators(r, room, NULL, text);
  free(text);
}

void say_to_audience(struct rooms *r, const struct room *room, json_t *json)
{
  char *text = text_of(json);
  send_to_audience(r, room, NULL, text);
  free(text);
}

void say_to_people(struct rooms *r, const struct room *room, json_t *json)
{
  char *text = text_of(json);
  send_to_moderators(r, room, NULL, text);
  send_to_audience(r, room, NULL, text);
  free(text);
}

void say_about(struct rooms *r, const struct room *room, const struct person *who, json_t *json)
{
  char *text = text_of(json);
  send_to_moderators(r, room, NULL, text);
  send_to_seeing(r, room, sight_of(room, who), who, NULL, text);
  free(text);
}

void say_hello(struct rooms *r, struct rooms_time time, const struct person *p)
{
  say_unasked(r, p, reply_hello(p->id, p->role, p->handled, p->state, time.unix_s));
}

void say_error(struct rooms *r, const struct person *p, const char *code, const char *text)
{
  say(r, p, reply_coded("error", code, text));
}

/* What there is to know of a person now, to moderators and to the others who see it, but not to `but`. */
static void say_person(struct rooms *r, const struct room *room, const char *type, const struct person *p,
                       const struct person *but)
{
  char *text = text_of(reply_about_person(type, person_json(room, p, true)));
  send_to_moderators(r, room, but, text);
  free(text);
  if (is_hidden(room, p) && p == but)
    return;
  text = text_of(reply_about_person(type, person_json(room, p, false)));
  send_to_seeing(r, room, sight_of(room, p), p, but, text);
  free(text);
}

void say_joined(struct rooms *r, const struct room *room, const struct person *p)
{
  say_person(r, room, "joined", p, p);
}

void say_changed(struct rooms *r, const struct room *room, const struct person *p)
{
  say_person(r, room, "changed", p, p);
}

void say_changed_to_all(struct rooms *r, const struct room *room, const struct person *p)
{
  say_person(r, room, "changed", p, NULL);
}

void say_to_moderators_about(struct rooms *r, const struct room *room, const struct person *p)
{
  say_to_moderators(r, room, reply_about_person("changed", person_json(room, p, true)));
}

/* Who becomes a viewer of an event, or goes into its green room, leaves the eyes of those who see him no more. */
void say_role(struct rooms *r, const struct room *room, const struct person *p, enum sight before)
{
  enum sight now = sight_of(room, p);
  if (now < before) {
    char *text = text_of(reply_left(p->id, now == SIGHT_SELF ? "viewer" : "backstage"));
    if (before == SIGHT_ALL)
      send_to_viewers(r, room, p, text);
    if (now == SIGHT_SELF)
      send_to_speakers(r, room, p, text);
    free(text);
  }
  say_person(r, room, "changed", p, NULL);
}

void say_broadcast(struct rooms *r, const struct room *room)
{
  const struct broadcast_view view = {.state = broadcast_name(room), .since_unix_s = room->broadcast_unix_s};
  json_t *people = json_array();
  for (uint32_t i = 0; i < room->active.n; i++)
    if (sight_of(room, active_at(r, room, i)) == SIGHT_ALL)
      json_array_append_new(people, person_json(room, active_at(r, room, i), false));
  char *text = text_of(reply_broadcast(&view, people));
  send_to_viewers(r, room, NULL, text);
  free(text);
}

void say_left(struct rooms *r, const struct room *room, const struct person *p, const char *reason)
{
  char *text = text_of(reply_left(p->id, reason));
  send_to_moderators(r, room, p, text);
  send_to_seeing(r, room, sight_of(room, p), p, p, text);
  free(text);
}

static struct knock_view knock_of(const struct room *room, const struct person *guest)
{
  return (struct knock_view){.id = guest->id, .name = name_of(guest), .verified = guest->who.verified,
                             .account_name = guest->who.has_account_name,
                             .email = guest->who.email[0] == '\0' ? NULL : guest->who.email,
                             .looks_banned = ban_resembles(room, &guest->who)};
}

void say_knock(struct rooms *r, const struct room *room, const struct person *guest)
{
  const struct knock_view knock = knock_of(room, guest);
  say_to_moderators(r, room, reply_knock(&knock));
}

void say_knock_to(struct rooms *r, const struct room *room, const struct person *guest, const struct person *to)
{
  const struct knock_view knock = knock_of(room, guest);
  say(r, to, reply_knock(&knock));
}

json_t *knock_json(const struct room *room, const struct person *guest)
{
  const struct knock_view knock = knock_of(room, guest);
  return reply_knock_entry(&knock);
}
