/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/log.h"
#include "web/rooms_internal.h"

struct span name_of(const struct person *p)
{
  return span_of(p->name, p->name_n);
}

struct person_view view_of(const struct person *p)
{
  struct person_view view = {.id = p->id, .name = name_of(p), .host = p->host, .here = p->here};
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

static void say_to(struct rooms *r, const struct room *room, const struct person *but, bool hosts_only, json_t *json)
{
  char *text = text_of(json);
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN && p != but && p->greeted && (p->host || !hosts_only))
      send_text(r, p, text);
  }
  free(text);
}

void say_to_people(struct rooms *r, const struct room *room, const struct person *but, json_t *json)
{
  say_to(r, room, but, false, json);
}

void say_to_hosts(struct rooms *r, const struct room *room, json_t *json)
{
  say_to(r, room, NULL, true, json);
}

void say_hello(struct rooms *r, struct rooms_time time, const struct person *p)
{
  struct person_view view = view_of(p);
  say_unasked(r, p, reply_hello(&view, p->handled, p->state, time.unix_s));
}

void say_welcome(struct rooms *r, const struct room *room, const struct person *p)
{
  json_t *people = json_array(), *knocking = json_array();
  char address[TOKEN_TEXT + 1];
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *member = member_at(r, room, i);
    struct person_view view = view_of(member);
    if (member->state == STAY_IN)
      json_array_append_new(people, reply_person(&view));
    else if (member->state == STAY_WAITING && p->host)
      json_array_append_new(knocking, reply_knock_entry(member->id, name_of(member)));
  }
  const struct person *speaker = person_get(r, room->speaker);
  token_to_text(room->address, sizeof room->address, address);
  say(r, p, reply_welcome(address, people, knocking, speaker == NULL ? NULL : speaker->id));
}

void say_changed(struct rooms *r, const struct room *room, const struct person *p)
{
  struct person_view view = view_of(p);
  say_to_people(r, room, p, reply_changed(&view));
}
