/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people write to each other. It is passed on and kept nowhere (B8): who is not there to hear it never will. Who
 * may write is decided here (A4), whatever the page shows. Thousands who write at once reach the stage, and all others
 * only as fast as everybody can be told. */
#include <stdlib.h>

#include "web/chat_text.h"
#include "web/rooms_internal.h"

#define TOLD_PER_SECOND 10000u /* messages to pages, for one room */
#define MOST_PER_SECOND 20u

static const struct rate writing = {.burst = 10, .per_second = 1};       /* one person */
static const struct rate receiving = {.burst = 20, .per_second = 5};     /* to one person alone */
static const struct rate audience_to_all = {.burst = 5, .per_second = 1}; /* all viewers of an event together */
static const struct rate audience_to_stage = {.burst = 50, .per_second = 20};

/* What one says to all of a room costs as many messages as there are people. */
bool rate_take_of_room(const struct room *room, struct rate_bucket *bucket, uint64_t now_us)
{
  uint32_t per_second = TOLD_PER_SECOND / (room->in > 0 ? room->in : 1);
  per_second = per_second > MOST_PER_SECOND ? MOST_PER_SECOND : per_second > 0 ? per_second : 1;
  return rate_take(bucket, (struct rate){.burst = 2 * per_second, .per_second = per_second}, now_us);
}

static void refuse(struct rooms *r, const struct person *p, const struct message *m, const char *code, const char *text)
{
  r->counters.chat_refused++;
  say(r, p, reply_chat_refused(m->chat.id, code, text));
}

static void refuse_fast(struct rooms *r, const struct person *p, const struct message *m)
{
  refuse(r, p, m, "too_fast", "Too much is being written at the moment. Try again in a few seconds.");
}

/* The echo tells the writer that it was passed on, and to whom. */
static void pass_on(struct rooms *r, const struct room *room, const struct person *p, struct chat_view *chat,
                    const struct person *to)
{
  r->counters.chat++;
  char *text = text_of(reply_chat(chat));
  if (chat->reach == REACH_ONE)
    send_text(r, to, text);
  else if (chat->reach == REACH_STAGE)
    send_to_active(r, room, p, text);
  else
    send_to_people(r, room, p, text);
  free(text);
}

static void echo(struct rooms *r, const struct person *p, const struct chat_view *chat, uint32_t id)
{
  struct chat_view own = *chat;
  own.id = id;
  say(r, p, reply_chat(&own));
}

/* Whom `p` may write to: somebody whom the page of `p` knows. */
static struct person *find_reader(const struct rooms *r, const struct room *room, const struct person *p,
                                  struct span id)
{
  struct person *to = member_named(r, room, id);
  bool known = to != NULL && to != p && to->state == STAY_IN && sees(room, p, to);
  return known ? to : NULL;
}

static void write_to_one(struct rooms *r, struct rooms_time time, const struct room *room, const struct person *p,
                         const struct message *m, struct chat_view *chat)
{
  struct person *to = find_reader(r, room, p, m->chat.to);
  if (to == NULL) {
    refuse(r, p, m, "not_there", "This person is no longer here.");
  } else if (to->socket == 0 || !to->greeted || to->newly_in) {
    refuse(r, p, m, "away", "This person's connection is interrupted. Nothing is kept: try again in a moment.");
  } else if (!is_moderator(p) && !rate_take(&to->received, receiving, time.now_us)) {
    refuse_fast(r, p, m);
  } else {
    chat->to = to->id;
    chat->to_name = name_of(to);
    chat->reach = REACH_ONE;
    pass_on(r, room, p, chat, to);
    echo(r, p, chat, m->chat.id);
  }
}

/* False: there is no room for more now. What viewers of an event write reaches all while few write, else the stage.
 * What a speaker writes in the green room stays there. */
static bool find_reach(struct room *room, struct rooms_time time, const struct person *p, enum chat_reach *reach)
{
  *reach = REACH_ALL;
  if (is_moderator(p))
    return true;
  if (is_backstage(room, p)) {
    *reach = REACH_STAGE;
    return true;
  }
  if (!is_hidden(room, p))
    return rate_take_of_room(room, &room->to_all, time.now_us);
  if (rate_take(&room->from_audience, audience_to_all, time.now_us))
    return true;
  *reach = REACH_STAGE;
  return rate_take(&room->to_stage, audience_to_stage, time.now_us);
}

static void write_to_all(struct rooms *r, struct rooms_time time, struct room *room, const struct person *p,
                         const struct message *m, struct chat_view *chat)
{
  if (!find_reach(room, time, p, &chat->reach)) {
    refuse_fast(r, p, m);
    return;
  }
  pass_on(r, room, p, chat, NULL);
  echo(r, p, chat, m->chat.id);
}

void chat_write(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  struct room *room = room_of(r, p);
  struct chat_text text;
  if (!may_chat(room, p)) {
    refuse(r, p, m, "not_allowed", "You cannot write in this meeting at the moment.");
    return;
  }
  if (!rate_take(&p->written, writing, time.now_us)) {
    refuse_fast(r, p, m);
    return;
  }
  if (chat_text_take(m->chat.text, &text) != 0) {
    refuse(r, p, m, "bad_text",
           "A message has 1 to 2000 bytes of visible text, without hidden or direction characters.");
    return;
  }
  const struct person_view from = person_view_of(room, p, false);
  struct chat_view chat = {.from = &from, .text = span_of(text.at, text.n), .unix_s = time.unix_s};
  if (m->chat.to.n > 0)
    write_to_one(r, time, room, p, m, &chat);
  else
    write_to_all(r, time, room, p, m, &chat);
}
