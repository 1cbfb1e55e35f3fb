/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The question box of an event. Who asks is told what became of it, moderators see all, and the audience only the one
 * that a moderator shows, and the few that a moderator has put on the list, which all vote on: however many ask, what is
 * sent grows with the questions and not with those who watch. Votes are told by the clock. Nothing of it outlives the
 * meeting (B8). */
#include <stdlib.h>

#include "web/chat_text.h"
#include "web/rooms_internal.h"
#include "web/votes.h"

#define ASKED_AGAIN_US (5 * 1000000ull) /* from one question of a browser to its next */
#define TELL_VOTES_EVERY_US (2 * 1000000ull)

static const struct rate room_rate = {.burst = 30, .per_second = 5};

struct question {
  uint32_t id;     /* 0: a free place */
  uint64_t asker;  /* a person, who may have left */
  struct browser browser;
  bool answered;
  bool listed; /* all see it and vote on it; only while open */
  struct votes votes;
  uint64_t asked_us, asked_unix_s;
  uint8_t name_n;
  uint8_t name[LIMIT_NAME_BYTES];
  uint16_t text_n;
  uint8_t text[LIMIT_QUESTION_BYTES];
};

struct question_box {
  struct rate_bucket asked;
  uint32_t last_id, shown; /* 0: none */
  uint32_t n;
  bool voted; /* since votes were told */
  uint64_t votes_told_us;
  struct question *question[LIMIT_ROOM_QUESTIONS]; /* in the order in which they came */
};

static uint32_t place_of(const struct question_box *box, uint32_t id)
{
  uint32_t i = 0;
  while (box != NULL && i < box->n && box->question[i]->id != id)
    i++;
  return i;
}

static struct question *find(const struct question_box *box, uint32_t id)
{
  uint32_t i = place_of(box, id);
  return box != NULL && i < box->n ? box->question[i] : NULL;
}

static void drop(struct question_box *box, uint32_t place)
{
  votes_fini(&box->question[place]->votes);
  free(box->question[place]);
  box->n--;
  memmove(&box->question[place], &box->question[place + 1], (box->n - place) * sizeof box->question[0]);
}

void questions_free(struct room *room)
{
  struct question_box *box = room->questions;
  while (box != NULL && box->n > 0)
    drop(box, box->n - 1);
  free(box);
  room->questions = NULL;
}

static json_t *entry_of(const struct question *q, const char *who, const char *state)
{
  const struct question_view view = {.id = q->id, .who = who, .name = span_of(q->name, q->name_n),
                                     .text = span_of(q->text, q->text_n), .state = state,
                                     .asked_unix_s = q->asked_unix_s, .listed = q->listed,
                                     .votes = q->votes.n};
  return reply_question_entry(&view);
}

static const char *state_of(const struct question *q)
{
  return q->answered ? "answered" : "open";
}

/* The asker, while in this room. */
static const struct person *asker_of(const struct rooms *r, const struct room *room, const struct question *q)
{
  const struct person *p = person_get(r, q->asker);
  return p != NULL && p->room == room->self && p->state == STAY_IN ? p : NULL;
}

static json_t *for_moderators(const struct rooms *r, const struct room *room, const struct question *q)
{
  const struct person *asker = asker_of(r, room, q);
  return entry_of(q, asker == NULL ? NULL : asker->id, state_of(q));
}

static void tell_asker(struct rooms *r, const struct room *room, const struct question *q, const char *state)
{
  const struct person *asker = asker_of(r, room, q);
  if (asker != NULL)
    say(r, asker, reply_about_question("asked", entry_of(q, NULL, state)));
}

json_t *questions_shown(const struct room *room)
{
  const struct question *q = room->questions == NULL ? NULL : find(room->questions, room->questions->shown);
  return q == NULL || room->kind != ROOM_EVENT ? NULL : entry_of(q, NULL, state_of(q));
}

json_t *questions_listed(const struct room *room)
{
  const struct question_box *box = room->questions;
  if (room->kind != ROOM_EVENT)
    return NULL;
  json_t *listed = json_array();
  for (uint32_t i = 0; box != NULL && i < box->n; i++)
    if (box->question[i]->listed)
      json_array_append_new(listed, entry_of(box->question[i], NULL, state_of(box->question[i])));
  return listed;
}

void questions_tell(struct rooms *r, const struct room *room, const struct person *to)
{
  const struct question_box *box = room->questions;
  if (box == NULL || room->kind != ROOM_EVENT)
    return;
  json_t *questions = json_array();
  for (uint32_t i = 0; i < box->n; i++)
    json_array_append_new(questions, for_moderators(r, room, box->question[i]));
  say(r, to, reply_questions(questions));
}

void questions_tell_own(struct rooms *r, const struct room *room, const struct person *p)
{
  const struct question_box *box = room->questions;
  for (uint32_t i = 0; box != NULL && i < box->n; i++)
    if (box->question[i]->asker == p->self)
      tell_asker(r, room, box->question[i], state_of(box->question[i]));
}

/* --- asking --- */

/* NULL, or why this browser cannot ask now. */
static const char *too_soon(const struct question_box *box, const struct person *p, uint64_t now_us, const char **code)
{
  unsigned open = 0;
  bool soon = false;
  for (uint32_t i = 0; i < box->n; i++) {
    const struct question *q = box->question[i];
    bool own = browser_equal(&q->browser, &p->browser);
    open += own && !q->answered ? 1 : 0;
    soon |= own && now_us - q->asked_us < ASKED_AGAIN_US;
  }
  *code = "asked_too_soon";
  if (soon)
    return "You have just asked something. Wait a few seconds.";
  *code = "asked_too_much";
  return open >= LIMIT_OWN_QUESTIONS ? "Several of your questions wait already. Wait until they are answered." : NULL;
}

/* One more fits in, if need be in place of the oldest that was answered. */
static bool make_place(struct rooms *r, const struct room *room, struct question_box *box)
{
  uint32_t i = 0;
  if (box->n < LIMIT_ROOM_QUESTIONS)
    return true;
  while (i < box->n && (!box->question[i]->answered || box->question[i]->id == box->shown))
    i++;
  if (i == box->n)
    return false;
  say_to_moderators(r, room, reply_question_gone(box->question[i]->id));
  drop(box, i);
  return true;
}

/* NULL, or why it cannot be taken. Makes the room's box. */
static const char *objection(struct rooms *r, struct rooms_time time, struct room *room, const struct person *p,
                             const struct message *m, struct chat_text *text, const char **code)
{
  *code = "not_event";
  if (room->kind != ROOM_EVENT)
    return "Only an event has a question box.";
  *code = "bad_question";
  if (chat_text_take(m->ask.text, text) != 0 || text->n > LIMIT_QUESTION_BYTES ||
      memchr(text->at, '\n', text->n) != NULL)
    return "A question is one line of visible text, and not too long.";
  if (room->questions == NULL)
    room->questions = calloc(1, sizeof *room->questions);
  *code = "questions_full";
  if (room->questions == NULL)
    return "No more questions can be taken now.";
  const char *why = too_soon(room->questions, p, time.now_us, code);
  if (why != NULL)
    return why;
  *code = "questions_full";
  if (!rate_take(&room->questions->asked, room_rate, time.now_us) || !make_place(r, room, room->questions))
    return "Too many questions come at once. Try again in a moment.";
  return NULL;
}

void questions_ask(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  struct room *room = room_of(r, p);
  struct chat_text text;
  const char *code, *why = objection(r, time, room, p, m, &text, &code);
  struct question *q = why == NULL ? calloc(1, sizeof *q) : NULL;
  if (q == NULL) {
    say_error(r, p, code, why == NULL ? "No more questions can be taken now." : why);
    return;
  }
  struct question_box *box = room->questions;
  q->id = ++box->last_id;
  q->asker = p->self;
  q->browser = p->browser;
  q->asked_us = time.now_us;
  q->asked_unix_s = time.unix_s;
  q->name_n = p->name_n;
  memcpy(q->name, p->name, sizeof q->name);
  q->text_n = (uint16_t)text.n;
  memcpy(q->text, text.at, q->text_n);
  box->question[box->n++] = q;
  say_to_moderators(r, room, reply_about_question("question", for_moderators(r, room, q)));
  tell_asker(r, room, q, "open");
}

/* --- voting --- */

void questions_vote(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, p);
  struct question *q = room->kind == ROOM_EVENT ? find(room->questions, m->question.id) : NULL;
  if (q == NULL || !q->listed) {
    say_error(r, p, "no_question", "This question is no longer there.");
    return;
  }
  if (votes_put(&q->votes, &p->browser, m->question.on))
    room->questions->voted = true;
}

void questions_tick(struct rooms *r, struct rooms_time time, struct room *room)
{
  struct question_box *box = room->questions;
  if (box == NULL || !box->voted || time.now_us - box->votes_told_us < TELL_VOTES_EVERY_US)
    return;
  box->voted = false;
  box->votes_told_us = time.now_us;
  json_t *votes = json_array();
  for (uint32_t i = 0; i < box->n; i++)
    if (box->question[i]->listed)
      json_array_append_new(votes, json_pack("{sI sI}", "id", (json_int_t)box->question[i]->id, "votes",
                                             (json_int_t)box->question[i]->votes.n));
  say_to_people(r, room, reply_votes(votes));
}

/* --- what moderators do --- */

static void show(struct rooms *r, const struct room *room, uint32_t id)
{
  if (room->questions->shown == id)
    return;
  room->questions->shown = id;
  say_to_people(r, room, reply_shown(questions_shown(room)));
}

static void hide(struct rooms *r, const struct room *room, uint32_t id)
{
  if (room->questions->shown == id)
    show(r, room, 0);
}

/* On the list, or off it again: what was voted for it is forgotten then. */
static void list(struct rooms *r, const struct room *room, struct question *q, bool on)
{
  if (q->listed == on)
    return;
  q->listed = on;
  votes_fini(&q->votes);
  say_to_moderators(r, room, reply_about_question("question", for_moderators(r, room, q)));
  say_to_people(r, room, reply_listed(questions_listed(room)));
}

static void put_on_list(struct rooms *r, const struct room *room, struct person *by, struct question *q)
{
  uint32_t listed = 0;
  for (uint32_t i = 0; i < room->questions->n; i++)
    listed += room->questions->question[i]->listed ? 1 : 0;
  if (q->answered || (listed >= LIMIT_LISTED_QUESTIONS && !q->listed))
    say_error(r, by, "list_full", "No more questions can be voted on now. Take one off the list first.");
  else
    list(r, room, q, true);
}

static void dismiss(struct rooms *r, const struct room *room, struct question *q)
{
  uint32_t id = q->id;
  hide(r, room, id);
  list(r, room, q, false);
  tell_asker(r, room, q, "dismissed");
  drop(room->questions, place_of(room->questions, id));
  say_to_moderators(r, room, reply_question_gone(id));
}

static void mark(struct rooms *r, const struct room *room, struct question *q, bool answered)
{
  if (q->answered == answered)
    return;
  q->answered = answered;
  say_to_moderators(r, room, reply_about_question("question", for_moderators(r, room, q)));
  tell_asker(r, room, q, state_of(q));
  if (answered) {
    hide(r, room, q->id);
    list(r, room, q, false);
  }
}

void questions_act(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, by);
  struct question *q = find(room->questions, m->question.id);
  if (q == NULL || room->kind != ROOM_EVENT) {
    say_error(r, by, "no_question", "This question is no longer there.");
    return;
  }
  switch ((enum question_act)m->question.act) {
  case QUESTION_ANSWERED:
  case QUESTION_OPEN:
    mark(r, room, q, m->question.act == QUESTION_ANSWERED);
    break;
  case QUESTION_DISMISS:
    dismiss(r, room, q);
    break;
  case QUESTION_SHOW:
    show(r, room, q->id);
    break;
  case QUESTION_HIDE:
    hide(r, room, q->id);
    break;
  case QUESTION_LIST:
    put_on_list(r, room, by, q);
    break;
  case QUESTION_UNLIST:
    list(r, room, q, false);
    break;
  case QUESTION_ACTS:
    break;
  }
}
