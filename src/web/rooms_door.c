/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In and out: entering, knocking, being admitted or refused, leaving (A4, A6). */
#include "web/rooms_internal.h"

/* Who was in is so no longer; the stay itself may go on before the door. */
static void step_out(struct rooms *r, struct rooms_time time, struct room *room, struct person *p, const char *reason)
{
  role_discount(room, p);
  p->hand = 0;
  recording_end(r, room, p);
  media_leave(r, room, p);
  attendance_end(r, room, p, time.unix_s);
  if (room->closing)
    return;
  say_left(r, room, p, reason);
  alerts_count(r, room);
}

void door_end_stay(struct rooms *r, struct rooms_time time, struct person *p, const char *reason)
{
  struct room *room = room_of(r, p);
  people_remove(&room->members, p->self);
  if (p->state == STAY_IN && room_is_call(room) && room->joins > 1)
    room->call_is_over = true; /* for the other at the next tick */
  if (p->state == STAY_IN)
    step_out(r, time, room, p, reason);
  else if (p->state == STAY_WAITING && !room->closing)
    say_to_moderators(r, room, reply_knock_gone(p->id));
  if (room->members.n == 0)
    room->empty_since_us = time.now_us;
  index_remove(r, room, p);
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
  p->role = role_fitting(room, p->who.role);
  stage_arrive(room, p);
  role_count(room, p);
  index_name(r, room, p);
  spread_enter(r, time.now_us, room, p);
  attendance_begin(r, room, p);
}

static void announce_one(struct rooms *r, struct room *room, struct person *p)
{
  say_joined(r, room, p);
  say_welcome(r, room, p);
  p->newly_in = false;
  alerts_entered(r, room, p);
}

/* Tells the others of those who have stepped in, and these of all: of hundreds who come at once each gets one
 * message. */
static void announce(struct rooms *r, struct room *room)
{
  for (uint32_t i = 0; i < room->members.n; i++)
    if (member_at(r, room, i)->newly_in)
      say_joined(r, room, member_at(r, room, i));
  say_welcome_to_all(r, room, true);
  for (uint32_t i = 0; i < room->members.n; i++) {
    struct person *p = member_at(r, room, i);
    if (!p->newly_in)
      continue;
    p->newly_in = false;
    alerts_entered(r, room, p);
  }
}

static void knock(struct rooms *r, struct room *room, struct person *p)
{
  p->state = STAY_WAITING;
  r->counters.knocks++;
  say_knock(r, room, p);
  say(r, p, reply_waiting());
  recording_tell(r, room, p);
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
  if (entry_is_locked_out(room, &p->who, p->had_place)) { /* since the entry was given out */
    door_put_out(r, time, p, "locked", "The meeting is locked: nobody new comes in.");
  } else if (!room_has_place(room, p->role)) { /* it has filled up since the socket came */
    send_away_full(r, time, p);
  } else if (!entry_waits(room, time.now_us, &p->browser, &p->who)) {
    step_in(r, time, room, p);
    announce_one(r, room, p);
  } else {
    knock(r, room, p);
  }
}

static void come_back(struct rooms *r, struct room *room, struct person *p)
{
  r->counters.resumes++;
  if (p->state == STAY_WAITING) {
    say(r, p, reply_waiting());
    recording_tell(r, room, p);
    return;
  }
  say_changed(r, room, p);
  say_welcome(r, room, p);
  for (int i = 0; i < SOURCE_SWITCHES; i++)
    if (p->held[i])
      say(r, p, reply_muted((enum media_source)i, p->held_by[0] == '\0' ? NULL : p->held_by));
  invite_tell_again(r, p);
  questions_tell_own(r, room, p);
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
  refusal_remember_put_out(room, time.now_us, &p->browser);
  step_out(r, time, room, p, "removed");
  p->state = STAY_WAITING;
  p->role = role_fitting(room, p->who.role);
  index_name(r, room, p);
  p->outdated = p->unanswered;
  p->renew_why = NULL;
  media_keep(&p->last_slots, NULL);
  media_keep(&p->last_security, NULL);
  memset(p->on, 0, sizeof p->on);
  p->screen_paused = false;
  p->share_asked_by[0] = '\0';
  memset(p->held, 0, sizeof p->held);
  p->invited_by = p->invited_us = 0;
  say(r, p, reply_waiting());
  recording_tell(r, room, p);
  say_knock(r, room, p);
}

static void say_not_waiting(struct rooms *r, const struct person *by)
{
  say_error(r, by, "not_waiting", "This guest is no longer waiting.");
}

static void say_room_full(struct rooms *r, const struct person *by)
{
  say_error(r, by, "room_full", "The meeting is full: nobody else can be let in.");
}

/* NULL: nobody who waits has this id. */
static struct person *find_guest(const struct rooms *r, const struct room *room, struct span id)
{
  struct person *guest = member_named(r, room, id);
  return guest != NULL && guest->state == STAY_WAITING ? guest : NULL;
}

static void admit_one(struct rooms *r, struct rooms_time time, struct room *room, struct person *by, struct span id)
{
  struct person *guest = find_guest(r, room, id);
  if (guest == NULL) {
    say_not_waiting(r, by);
  } else if (!room_has_place(room, guest->role)) {
    say_room_full(r, by);
  } else {
    refusal_forget_put_out(room, &guest->browser);
    step_in(r, time, room, guest);
    announce_one(r, room, guest);
  }
}

/* In the order in which they came, until the room is full. */
static void admit_all(struct rooms *r, struct rooms_time time, struct room *room, struct person *by)
{
  bool full = false;
  for (uint32_t i = 0; i < room->members.n && !full; i++) {
    struct person *guest = member_at(r, room, i);
    if (guest->state != STAY_WAITING)
      continue;
    full = !room_has_place(room, guest->role);
    if (full)
      continue;
    refusal_forget_put_out(room, &guest->browser);
    step_in(r, time, room, guest);
  }
  announce(r, room);
  if (full)
    say_room_full(r, by);
}

void door_admit(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  struct room *room = room_of(r, by);
  if (m->target.all)
    admit_all(r, time, room, by);
  else
    admit_one(r, time, room, by, m->target.who);
}

static void refuse_one(struct rooms *r, struct rooms_time time, struct room *room, struct person *guest)
{
  r->counters.refusals++;
  refusal_remember(room, time.now_us, &guest->browser);
  door_put_out(r, time, guest, "refused_by_host", "The host did not let you in.");
}

/* Refusing takes members out of the list, so it is walked from its end. */
void door_refuse(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  struct room *room = room_of(r, by);
  struct person *guest = m->target.all ? NULL : find_guest(r, room, m->target.who);
  if (guest != NULL)
    refuse_one(r, time, room, guest);
  else if (!m->target.all)
    say_not_waiting(r, by);
  for (uint32_t i = room->members.n; m->target.all && i-- > 0;)
    if (member_at(r, room, i)->state == STAY_WAITING)
      refuse_one(r, time, room, member_at(r, room, i));
}

void door_leave(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)m;
  r->io.close(r->io.ctx, p->socket, CLOSE_LEFT, "left");
  door_end_stay(r, time, p, "left");
}
