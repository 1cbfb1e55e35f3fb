/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In and out: entering, knocking, being admitted or refused, leaving (A4, A6). */
#include <stdlib.h>

#include "web/rooms_internal.h"

#define FIRST_MEMBERS 8 /* places in room.member at first; doubled when full */
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

bool hosts_by_link(const struct room *room, const struct browser *browser)
{
  return !room->stored && browser_equal(&room->host, browser);
}

/* As whom admission and the host link let somebody come. */
static struct identity identity_of(const struct room *room, const struct entry_grant *grant)
{
  struct identity who = grant->who;
  if (!hosts_by_link(room, &grant->browser))
    return who;
  who.role = AS_HOST;
  if (who.verified == VERIFIED_NONE)
    who.verified = VERIFIED_HOST_LINK;
  return who;
}

/* Who looks like somebody who was banned and has no right of his own to come in waits even where nobody else does. */
static bool waits(const struct room *room, const struct identity *who)
{
  if (who->role >= AS_COHOST || who->door_open)
    return false;
  return room->policy.waiting_room || ban_resembles(room, who);
}

/* Whoever is not in stands before the door, also without having knocked yet. However many do, those get through who need
 * not wait, and a host always. */
static bool is_full(const struct rooms *r, const struct room *room, const struct identity *who)
{
  uint32_t standing = room->members - room->in;
  uint32_t most = waits(room, who) ? LIMIT_ROOM_KNOCKING : LIMIT_EVENT_PEOPLE;
  if (r->people.used >= r->people.capacity)
    return true;
  return who->role != AS_HOST && (!room_has_place(room, who->role) || standing >= most);
}

/* Who has a place is nobody new; whom admission has made a moderator is never locked out. */
static bool is_locked_out(const struct room *room, const struct identity *who, bool had_place)
{
  return room->policy.locked && !had_place && who->role < AS_COHOST;
}

int door_may_enter(const struct rooms *r, uint64_t now_us, const struct room *room, const struct entry_grant *grant)
{
  const struct identity who = identity_of(room, grant);
  bool has_place = member_of_browser(r, room, &grant->browser) != NULL;
  if (ban_holds(room, &grant->browser, &who))
    return ERR_REFUSED;
  if (grant->resume)
    return has_place ? 0 : ERR_STATE;
  if (is_shut_out(room, now_us, &grant->browser))
    return ERR_REFUSED;
  if (is_locked_out(room, &who, has_place))
    return ERR_AGAIN;
  return is_full(r, room, &who) ? ERR_LIMIT : 0;
}

/* ERR_NOMEM. */
static int make_member_place(struct room *room)
{
  if (room->members < room->member_capacity)
    return 0;
  uint32_t capacity = room->member_capacity == 0 ? FIRST_MEMBERS : 2 * room->member_capacity;
  uint64_t *grown = realloc(room->member, capacity * sizeof *grown);
  if (grown == NULL)
    return ERR_NOMEM;
  room->member = grown;
  room->member_capacity = capacity;
  return 0;
}

static void take_grant(struct person *p, const struct identity *who, const struct entry_grant *grant)
{
  p->browser = grant->browser;
  p->who = *who;
  p->role = p->highest = who->role;
  p->name_n = grant->name_n;
  memcpy(p->name, grant->name, sizeof p->name);
  memcpy(p->likeness, grant->likeness, sizeof p->likeness);
}

int door_begin_stay(struct rooms *r, struct room *room, const struct entry_grant *grant, bool had_place,
                    struct person **person)
{
  const struct identity who = identity_of(room, grant);
  uint8_t id[PERSON_ID_TEXT * 3 / 4];
  struct person *p;
  uint64_t self;
  if (ban_holds(room, &grant->browser, &who) || name_is_taken(r, room, &grant->browser, grant->likeness))
    return ERR_REFUSED; /* since the entry was given out */
  int err = is_full(r, room, &who) ? ERR_LIMIT : make_member_place(room);
  if (err == 0)
    err = slab_take(&r->people, &self, (void **)&p);
  if (err != 0)
    return err;
  random_fill(&r->random, id, sizeof id);
  token_to_text(id, sizeof id, p->id);
  p->self = self;
  p->room = room->self;
  p->state = STAY_NEW;
  p->had_place = had_place;
  take_grant(p, &who, grant);
  room->member[room->members++] = self;
  r->counters.stays++;
  *person = p;
  return 0;
}

/* From the end: a whole room is emptied from there. */
static void forget_member(struct room *room, uint64_t self)
{
  for (uint32_t i = room->members; i-- > 0;)
    if (room->member[i] == self) {
      room->members--;
      memmove(&room->member[i], &room->member[i + 1], (room->members - i) * sizeof room->member[0]);
      return;
    }
}

/* Who was in is so no longer; the stay itself may go on before the door. */
static void step_out(struct rooms *r, struct rooms_time time, struct room *room, struct person *p, const char *reason)
{
  role_discount(room, p);
  media_leave(r, room, p);
  attendance_end(r, room, p, time.unix_s);
  if (!room->closing)
    say_to_people(r, room, p, reply_left(p->id, reason));
}

void door_end_stay(struct rooms *r, struct rooms_time time, struct person *p, const char *reason)
{
  struct room *room = room_of(r, p);
  forget_member(room, p->self);
  if (p->state == STAY_IN)
    step_out(r, time, room, p, reason);
  else if (p->state == STAY_WAITING)
    say_to_moderators(r, room, reply_knock_gone(p->id));
  if (room->members == 0)
    room->empty_since_us = time.now_us;
  json_decref(p->last_slots);
  json_decref(p->last_security);
  slab_release(&r->people, p->self);
}

static void step_in(struct rooms *r, struct rooms_time time, struct room *room, struct person *p)
{
  if (p->state == STAY_WAITING)
    say_to_moderators(r, room, reply_knock_gone(p->id));
  p->state = STAY_IN;
  p->was_in = p->newly_in = true;
  p->joined_unix_s = time.unix_s;
  p->joined_number = ++room->joins;
  p->role = role_fitting(room, p->role);
  role_count(room, p);
  media_enter(r, room);
  attendance_begin(r, room, p);
}

/* Tells the others of those who have stepped in, and these of all: of hundreds who come at once each gets one message. */
static void announce(struct rooms *r, struct room *room)
{
  bool guests = false;
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *p = member_at(r, room, i);
    if (!p->newly_in)
      continue;
    struct person_view view = view_of(room, p);
    say_to_people(r, room, p, reply_joined(&view));
    guests |= !is_moderator(p);
    if (is_moderator(p))
      say_welcome(r, room, p);
  }
  if (guests)
    say_welcome_to_new(r, room);
  for (uint32_t i = 0; i < room->members; i++)
    member_at(r, room, i)->newly_in = false;
}

static void knock(struct rooms *r, struct room *room, struct person *p)
{
  p->state = STAY_WAITING;
  r->counters.knocks++;
  say_knock(r, room, p);
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
  if (is_locked_out(room, &p->who, p->had_place)) { /* since the entry was given out */
    door_put_out(r, time, p, "locked", "The meeting is locked: nobody new comes in.");
  } else if (!room_has_place(room, p->role)) { /* it has filled up since the socket came */
    send_away_full(r, time, p);
  } else if (!waits(room, &p->who)) {
    step_in(r, time, room, p);
    announce(r, room);
  } else {
    knock(r, room, p);
  }
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
  for (int i = 0; i < SOURCE_COUNT; i++)
    if (p->held[i])
      say(r, p, reply_muted((enum media_source)i, p->held_by[0] == '\0' ? NULL : p->held_by));
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

void door_put_out(struct rooms *r, struct rooms_time time, struct person *p, const char *code, const char *text)
{
  say(r, p, reply_coded("refused", code, text));
  if (p->socket != 0)
    r->io.close(r->io.ctx, p->socket, CLOSE_REFUSED, "refused or removed");
  door_end_stay(r, time, p, "removed");
}

void door_send_back(struct rooms *r, struct rooms_time time, struct room *room, struct person *p)
{
  step_out(r, time, room, p, "removed");
  p->state = STAY_WAITING;
  p->role = p->who.role;
  p->outdated = p->unanswered;
  p->renew_why = NULL;
  media_keep(&p->last_slots, NULL);
  media_keep(&p->last_security, NULL);
  memset(p->on, 0, sizeof p->on);
  memset(p->held, 0, sizeof p->held);
  say(r, p, reply_waiting());
  say_knock(r, room, p);
}

static bool is_named(const struct person *guest, const struct message *m)
{
  return guest->state == STAY_WAITING && (m->target.all || span_equal(span_str(guest->id), m->target.who));
}

static void say_not_waiting(struct rooms *r, const struct person *by)
{
  say_error(r, by, "not_waiting", "This guest is no longer waiting.");
}

/* In the order in which they came, until the room is full. */
void door_admit(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  struct room *room = room_of(r, by);
  bool found = m->target.all, full = false;
  for (uint32_t i = 0; i < room->members && !full; i++) {
    struct person *guest = member_at(r, room, i);
    if (!is_named(guest, m))
      continue;
    found = true;
    full = !room_has_place(room, guest->role);
    if (!full)
      step_in(r, time, room, guest);
  }
  announce(r, room);
  if (full)
    say_error(r, by, "room_full", "The meeting is full: nobody else can be let in.");
  else if (!found)
    say_not_waiting(r, by);
}

static void refuse_one(struct rooms *r, struct rooms_time time, struct room *room, struct person *guest)
{
  r->counters.refusals++;
  remember_refusal(room, time.now_us, &guest->browser);
  door_put_out(r, time, guest, "refused_by_host", "The host did not let you in.");
}

/* Refusing takes members out of the list, so it is walked from its end. */
void door_refuse(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  struct room *room = room_of(r, by);
  bool found = m->target.all;
  for (uint32_t i = room->members; i-- > 0;) {
    struct person *guest = member_at(r, room, i);
    if (!is_named(guest, m))
      continue;
    found = true;
    refuse_one(r, time, room, guest);
  }
  if (!found)
    say_not_waiting(r, by);
}

void door_leave(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)m;
  r->io.close(r->io.ctx, p->socket, CLOSE_LEFT, "left");
  door_end_stay(r, time, p, "left");
}
