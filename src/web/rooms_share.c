/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Please share your screen" (A11): only a moderator who is in the meeting asks, the server names him, and the answer is
 * the other's alone. It starts nothing. */
#include "web/rooms_internal.h"

#define ASK_AGAIN_US 10000000u /* somebody is asked at most once in this time, by whomever */

static const struct rate ask_rate = {.burst = 5, .per_second = 1};

/* NULL, or why this person is not asked. */
static const char *objection(const struct room *room, const struct person *by, const struct person *target,
                             const char **code)
{
  *code = "not_allowed";
  if (target == by)
    return "You cannot ask yourself.";
  if (!may_publish(room, target, SOURCE_SCREEN))
    return "This person may not share a screen in this meeting.";
  *code = "shares_already";
  return target->on[SOURCE_SCREEN] ? "This person shares a screen already." : NULL;
}

static bool may_ask_now(struct rooms_time time, struct person *by, const struct person *target)
{
  bool rested = target->share_asked_us == 0 || time.now_us - target->share_asked_us >= ASK_AGAIN_US;
  return rested && rate_take(&by->asks, ask_rate, time.now_us);
}

void share_ask(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  const struct room *room = room_of(r, by);
  struct person *target = member_named(r, room, m->target.who);
  const char *code, *why;
  if (target == NULL || target->state != STAY_IN || !target->here) {
    say_error(r, by, "not_there", "This person is no longer here.");
    return;
  }
  why = objection(room, by, target, &code);
  if (why == NULL && !may_ask_now(time, by, target)) {
    code = "asked_already";
    why = "This was asked a moment ago. Wait a little before you ask again.";
  }
  if (why != NULL) {
    say_error(r, by, code, why);
    return;
  }
  target->share_asked_us = time.now_us;
  memcpy(target->share_asked_by, by->id, sizeof by->id);
  say(r, target, reply_share_asked(by->id));
}

/* Told to who asked, if he is still one who may. A decline that nobody asked for is nothing. */
void share_decline(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  (void)m;
  const struct room *room = room_of(r, p);
  struct person *by = member_named(r, room, span_str(p->share_asked_by));
  p->share_asked_by[0] = '\0';
  if (by != NULL && by->state == STAY_IN && is_moderator(by))
    say(r, by, reply_share_declined(p->id));
}
