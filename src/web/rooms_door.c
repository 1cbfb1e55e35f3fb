/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In and out: entering, knocking, being admitted or refused, leaving (A4, A6). */
#include "web/rooms_internal.h"

#define REFUSALS_ALLOWED 3u             /* then the door stays closed for a while */
#define REFUSED_FOR_US (600 * 1000000ull)

static const struct refusal *refusal_of(const struct room *room, const struct browser *browser)
{
  for (uint32_t i = 0; i < LIMIT_ROOM_REFUSED; i++)
    if (room->refused[i].count > 0 && browser_equal(&room->refused[i].browser, browser))
      return &room->refused[i];
  return NULL;
}

static bool is_shut_out(const struct room *room, uint64_t now_us, const struct browser *browser)
{
  const struct refusal *refusal = refusal_of(room, browser);
  return refusal != NULL && refusal->count >= REFUSALS_ALLOWED && now_us - refusal->last_us < REFUSED_FOR_US;
}

/* The browser's place in the memory of refusals, or else the free or oldest one. */
static struct refusal *refusal_place(struct room *room, const struct browser *browser)
{
  struct refusal *place = &room->refused[0];
  for (uint32_t i = 0; i < LIMIT_ROOM_REFUSED; i++) {
    struct refusal *at = &room->refused[i];
    if (at->count > 0 && browser_equal(&at->browser, browser))
      return at;
    if (at->last_us < place->last_us)
      place = at;
  }
  *place = (struct refusal){.browser = *browser};
  return place;
}

static void remember_refusal(struct room *room, uint64_t now_us, const struct browser *browser)
{
  struct refusal *refusal = refusal_place(room, browser);
  if (now_us - refusal->last_us >= REFUSED_FOR_US)
    refusal->count = 0;
  refusal->count++;
  refusal->last_us = now_us;
}

/* Whoever is not in stands before the door, also without having knocked yet. However many do, the host gets through. */
static bool is_full(const struct rooms *r, const struct room *room, const struct browser *browser)
{
  bool host = browser_equal(&room->host, browser);
  return room->in >= LIMIT_ROOM_PEOPLE || (!host && room->members - room->in >= LIMIT_ROOM_KNOCKING) ||
         room->members >= ROOM_MEMBERS || r->people.used >= r->people.capacity;
}

int door_may_enter(const struct rooms *r, uint64_t now_us, const struct room *room, const struct browser *browser,
                   bool resume)
{
  if (resume)
    return member_of_browser(r, room, browser) != NULL ? 0 : ERR_STATE;
  if (is_shut_out(room, now_us, browser))
    return ERR_REFUSED;
  return is_full(r, room, browser) ? ERR_LIMIT : 0;
}

int door_begin_stay(struct rooms *r, struct room *room, const struct entry_grant *grant, struct person **person)
{
  uint8_t id[PERSON_ID_TEXT * 3 / 4];
  struct person *p;
  uint64_t self;
  int err = is_full(r, room, &grant->browser) ? ERR_LIMIT : slab_take(&r->people, &self, (void **)&p);
  if (err != 0)
    return err;
  random_fill(&r->random, id, sizeof id);
  token_to_text(id, sizeof id, p->id);
  p->self = self;
  p->room = room->self;
  p->browser = grant->browser;
  p->state = STAY_NEW;
  p->host = browser_equal(&room->host, &grant->browser);
  p->name_n = grant->name_n;
  memcpy(p->name, grant->name, sizeof p->name);
  room->member[room->members++] = self;
  r->counters.stays++;
  *person = p;
  return 0;
}

static void forget_member(struct room *room, uint64_t self)
{
  for (uint32_t i = 0; i < room->members; i++)
    if (room->member[i] == self) {
      room->members--;
      memmove(&room->member[i], &room->member[i + 1], (room->members - i) * sizeof room->member[0]);
      return;
    }
}

void door_end_stay(struct rooms *r, struct rooms_time time, struct person *p, const char *reason)
{
  struct room *room = room_of(r, p);
  forget_member(room, p->self);
  if (p->state == STAY_IN) {
    room->in--;
    media_leave(r, room, p);
    say_to_people(r, room, p, reply_left(p->id, reason));
  } else if (p->state == STAY_WAITING) {
    say_to_hosts(r, room, reply_knock_gone(p->id));
  }
  if (room->members == 0)
    room->empty_since_us = time.now_us;
  json_decref(p->last_slots);
  json_decref(p->last_security);
  slab_release(&r->people, p->self);
}

static void let_in(struct rooms *r, struct room *room, struct person *p)
{
  if (p->state == STAY_WAITING)
    say_to_hosts(r, room, reply_knock_gone(p->id));
  p->state = STAY_IN;
  room->in++;
  media_enter(r, room);
  struct person_view view = view_of(p);
  say_to_people(r, room, p, reply_joined(&view));
  say_welcome(r, room, p);
}

static void knock(struct rooms *r, struct room *room, struct person *p)
{
  p->state = STAY_WAITING;
  r->counters.knocks++;
  say_to_hosts(r, room, reply_knock(p->id, name_of(p)));
  say(r, p, reply_waiting());
}

static void send_away_full(struct rooms *r, struct rooms_time time, struct person *p)
{
  r->counters.rooms_full++;
  say(r, p, reply_coded("ended", "room_full", "The meeting is full."));
  r->io.close(r->io.ctx, p->socket, CLOSE_ENDED, "room full");
  door_end_stay(r, time, p, "left");
}

static void arrive(struct rooms *r, struct rooms_time time, struct room *room, struct person *p)
{
  if (room->in >= LIMIT_ROOM_PEOPLE) /* it has filled up since the socket came */
    send_away_full(r, time, p);
  else if (p->host)
    let_in(r, room, p);
  else
    knock(r, room, p);
}

static void come_back(struct rooms *r, struct room *room, struct person *p)
{
  r->counters.resumes++;
  if (p->state == STAY_WAITING) {
    say(r, p, reply_waiting());
    return;
  }
  say_changed(r, room, p);
  say_welcome(r, room, p);
  media_tell_again(r, p);
}

void door_hello(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)m;
  struct room *room = room_of(r, p);
  p->greeted = true;
  p->here = true;
  if (p->state == STAY_NEW)
    arrive(r, time, room, p);
  else
    come_back(r, room, p);
}

static void admit_one(struct rooms *r, struct room *room, const struct person *host, struct person *guest)
{
  if (room->in < LIMIT_ROOM_PEOPLE)
    let_in(r, room, guest);
  else
    say(r, host, reply_coded("error", "room_full", "The meeting is full: nobody else can be let in."));
}

static void refuse_one(struct rooms *r, struct rooms_time time, struct room *room, struct person *guest)
{
  r->counters.refusals++;
  remember_refusal(room, time.now_us, &guest->browser);
  say(r, guest, reply_coded("refused", "refused_by_host", "The host did not let you in."));
  if (guest->socket != 0)
    r->io.close(r->io.ctx, guest->socket, CLOSE_REFUSED, "refused by the host");
  door_end_stay(r, time, guest, "left");
}

static bool is_named(const struct person *guest, const struct message *m)
{
  return m->knock.all || span_equal(span_str(guest->id), m->knock.who);
}

/* Answers the knocks that the message names. Refusing takes members out of the list, so it is walked from its end. */
void door_answer_knocks(struct rooms *r, struct rooms_time time, struct person *host, const struct message *m)
{
  struct room *room = room_of(r, host);
  bool found = m->knock.all;
  for (uint32_t i = room->members; i-- > 0;) {
    struct person *guest = member_at(r, room, i);
    if (guest->state != STAY_WAITING || !is_named(guest, m))
      continue;
    found = true;
    if (m->type == MESSAGE_ADMIT)
      admit_one(r, room, host, guest);
    else
      refuse_one(r, time, room, guest);
  }
  if (!found)
    say(r, host, reply_coded("error", "not_waiting", "This guest is no longer waiting."));
}

void door_leave(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)m;
  r->io.close(r->io.ctx, p->socket, CLOSE_LEFT, "left");
  door_end_stay(r, time, p, "left");
}
