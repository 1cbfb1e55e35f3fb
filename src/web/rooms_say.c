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

struct person_view person_view_of(const struct room *room, const struct person *p, bool to_moderator)
{
  struct person_view view = {.id = p->id, .name = name_of(p), .role = p->role, .verified = p->who.verified,
                             .account_name = p->who.has_account_name,
                             .email = to_moderator && p->who.email[0] != '\0' ? p->who.email : NULL, .here = p->here,
                             .may_present = may_publish(room, p, SOURCE_MIC),
                             .may_share = may_publish(room, p, SOURCE_SCREEN), .may_chat = may_chat(room, p),
                             .screen_paused = p->screen_paused,
                             .hand = p->hand, .recording = p->recording, .since_unix_s = p->joined_unix_s};
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
  if (!is_hidden(room, who))
    send_to_audience(r, room, NULL, text);
  else if (listens(who))
    send_text(r, who, text);
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
  if (!is_hidden(room, p))
    send_to_audience(r, room, but, text);
  else if (listens(p))
    send_text(r, p, text);
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

/* Who becomes a viewer of an event leaves the eyes of the audience. */
void say_role(struct rooms *r, const struct room *room, const struct person *p, enum stay_role before)
{
  if (is_hidden(room, p) && before != AS_VIEWER) {
    char *text = text_of(reply_left(p->id, "viewer"));
    send_to_audience(r, room, p, text);
    free(text);
  }
  say_person(r, room, "changed", p, NULL);
}

void say_left(struct rooms *r, const struct room *room, const struct person *p, const char *reason)
{
  char *text = text_of(reply_left(p->id, reason));
  send_to_moderators(r, room, p, text);
  if (!is_hidden(room, p))
    send_to_audience(r, room, p, text);
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
