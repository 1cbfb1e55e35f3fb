/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Viewers of an event who are invited onto the stage: nobody gets there without having said yes (A9). Who accepts comes
 * into the green room, or on the stage of a broadcast that has not begun. */
#include "web/rooms_internal.h"

#define INVITED_FOR_US (120 * 1000000ull)

bool is_invited(const struct person *p)
{
  return p->invited_us != 0;
}

/* Who has invited, while that person is in and a moderator; NULL: the invitation is worth nothing any more. */
static const struct person *inviter_of(const struct rooms *r, const struct person *p)
{
  const struct person *by = is_invited(p) ? person_get(r, p->invited_by) : NULL;
  bool holds = by != NULL && by->room == p->room && by->state == STAY_IN && is_moderator(by);
  return holds ? by : NULL;
}

/* `answer` NULL: it was taken back. */
static void end_invitation(struct rooms *r, const struct room *room, struct person *p, const char *answer)
{
  invite_forget(r, p);
  say_to_moderators_about(r, room, p);
  if (answer != NULL)
    say_to_moderators(r, room, reply_invitation(p->id, answer));
}

void invite_forget(struct rooms *r, struct person *p)
{
  if (is_invited(p))
    say(r, p, reply_invited(NULL));
  p->invited_by = p->invited_us = 0;
}

/* NULL, or why nobody can be invited as things are. */
static const char *objection(const struct rooms *r, const struct room *room, const struct person *target,
                             const char **code)
{
  *code = "not_event";
  if (room->kind != ROOM_EVENT)
    return "Only an event has a stage.";
  *code = "not_allowed";
  if (target->role != AS_VIEWER)
    return "This person is on the stage or in the green room already.";
  if (!role_publishes(&room->policy, AS_SPEAKER))
    return "By the rules of this room speakers may show nothing.";
  return moderate_objection(r, room, target, AS_SPEAKER, code);
}

void invite_ask(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  const struct room *room = room_of(r, by);
  struct person *target = moderate_find(r, room, by, m, STAY_IN);
  const char *code;
  if (target == NULL)
    return;
  if (!m->target.on) {
    if (is_invited(target))
      end_invitation(r, room, target, NULL);
    return;
  }
  const char *why = objection(r, room, target, &code);
  if (why != NULL) {
    say_error(r, by, code, why);
    return;
  }
  target->invited_by = by->self;
  target->invited_us = time.now_us;
  invite_tell_again(r, target);
  say_to_moderators_about(r, room, target);
}

void invite_answer(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, p);
  const char *code;
  if (inviter_of(r, p) == NULL) {
    say_error(r, p, "no_invitation", "You are not invited onto the stage any more.");
    return;
  }
  if (!m->invitation.accept) {
    end_invitation(r, room, p, "declined");
    return;
  }
  const char *why = objection(r, room, p, &code);
  if (why != NULL) {
    say_error(r, p, code, why);
    end_invitation(r, room, p, "failed");
    return;
  }
  role_change(r, room, p, AS_SPEAKER, NULL);
  say_to_moderators(r, room, reply_invitation(p->id, "accepted"));
}

void invite_step_down(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  (void)m;
  struct room *room = room_of(r, p);
  if (room->kind != ROOM_EVENT || is_moderator(p))
    say_error(r, p, "not_allowed", "Only a speaker of an event can go back into the audience.");
  else if (p->role != AS_VIEWER)
    role_change(r, room, p, AS_VIEWER, NULL);
}

void invite_tick(struct rooms *r, struct rooms_time time, struct person *p)
{
  if (!is_invited(p) || p->state != STAY_IN)
    return;
  if (inviter_of(r, p) == NULL || time.now_us - p->invited_us >= INVITED_FOR_US)
    end_invitation(r, room_of(r, p), p, "expired");
}

void invite_tell_again(struct rooms *r, const struct person *p)
{
  const struct person *by = inviter_of(r, p);
  if (by != NULL) {
    const struct span name = name_of(by);
    say(r, p, reply_invited(&name));
  } else if (is_hidden(room_of(r, p), p)) { /* what the page believes may be of before it was away */
    say(r, p, reply_invited(NULL));
  }
}
