/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raised hands, in the order in which they were raised, and reactions. Of a viewer's hand in an event moderators hear;
 * the reactions of those who are not seen are told as a number, once a second. */
#include "web/rooms_internal.h"

static const struct rate by_one = {.burst = 6, .per_second = 1};

static void refuse_fast(struct rooms *r, const struct person *p)
{
  say_error(r, p, "too_fast", "Too fast. Try again in a few seconds.");
}

static void put_hand(struct rooms *r, struct room *room, struct person *p, bool up)
{
  p->hand = up ? ++room->hands : 0;
  say_changed_to_all(r, room, p);
}

/* Of a hidden person few are told: it costs the room nothing. */
static bool may_move(struct room *room, struct rooms_time time, struct person *p)
{
  return rate_take(&p->gestures, by_one, time.now_us) &&
         (is_hidden(room, p) || rate_take_of_room(room, &room->gestures, time.now_us));
}

void gestures_hand(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  struct room *room = room_of(r, p);
  if ((p->hand != 0) == m->lock.on)
    return;
  if (may_move(room, time, p))
    put_hand(r, room, p, m->lock.on);
  else
    refuse_fast(r, p);
}

static void lower_all(struct rooms *r, struct room *room)
{
  for (uint32_t i = 0; i < room->members.n; i++) {
    struct person *p = member_at(r, room, i);
    if (p->state == STAY_IN && p->hand != 0)
      put_hand(r, room, p, false);
  }
}

void gestures_lower(struct rooms *r, struct rooms_time time, struct person *by, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, by);
  struct person *p = m->target.all ? NULL : member_named(r, room, m->target.who);
  if (m->target.all)
    lower_all(r, room);
  else if (p == NULL || p->state != STAY_IN)
    say_error(r, by, "not_there", "This person is no longer here.");
  else if (p->hand != 0)
    put_hand(r, room, p, false);
}

/* Reactions are for who may write: they say something to all. */
void gestures_react(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  struct room *room = room_of(r, p);
  enum reaction reaction = (enum reaction)m->reaction.what;
  if (!may_chat(room, p))
    say_error(r, p, "not_allowed", "You cannot do this in this meeting at the moment.");
  else if (!rate_take(&p->gestures, by_one, time.now_us))
    refuse_fast(r, p);
  else if (is_hidden(room, p) || !rate_take_of_room(room, &room->gestures, time.now_us))
    room->reactions[reaction]++;
  else
    say_to_people(r, room, reply_reaction(p->id, reaction));
}

void gestures_tell(struct rooms *r, struct room *room)
{
  uint32_t all = 0;
  for (unsigned i = 0; i < REACTIONS; i++)
    all += room->reactions[i];
  if (all == 0)
    return;
  say_to_people(r, room, reply_reactions(room->reactions));
  memset(room->reactions, 0, sizeof room->reactions);
}
