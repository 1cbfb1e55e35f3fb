/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moderators should look at (A7): one person who is in twice, and more people than were invited. */
#include <stdio.h>

#include "web/rooms_internal.h"

#define TOLD_AT_ONCE 20 /* to a moderator who comes in */

/* Somebody else who has come in before and has the same of this kind; NULL: nobody. */
static const struct person *same_person(const struct rooms *r, const struct room *room, const struct person *p,
                                        enum index_kind kind)
{
  const struct person *other = index_same(r, room, p, kind);
  for (; other != NULL; other = index_next(r, other, kind))
    if (other->state == STAY_IN && other->joined_number < p->joined_number)
      return other;
  return NULL;
}

/* NULL: this person was not in already when he came. */
static json_t *twice_json(const struct rooms *r, const struct room *room, const struct person *p)
{
  static const struct {
    enum index_kind kind;
    const char *code, *text;
  } signs[] = {{INDEX_ACCOUNT, "same_account", "The same account is in the meeting twice."},
               {INDEX_TICKET, "same_ticket", "The same ticket is in the meeting twice."},
               {INDEX_EMAIL, "same_email", "The same e-mail address is in the meeting twice."}};
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    const struct person *other = same_person(r, room, p, signs[i].kind);
    if (other != NULL)
      return reply_alert(signs[i].code, p->id, other->id, signs[i].text);
  }
  return NULL;
}

static json_t *too_many_json(const struct room *room)
{
  char text[96];
  (void)snprintf(text, sizeof text, "%u people are in, and %u were invited.", room->in, room->policy.invited);
  return reply_alert("more_than_invited", NULL, NULL, text);
}

static bool are_too_many(const struct room *room)
{
  return room->policy.invited != 0 && room->in > room->policy.invited;
}

void alerts_count(struct rooms *r, struct room *room)
{
  bool before = room->too_many;
  room->too_many = are_too_many(room);
  if (room->too_many && !before)
    say_to_moderators(r, room, too_many_json(room));
}

void alerts_entered(struct rooms *r, struct room *room, const struct person *p)
{
  json_t *twice = twice_json(r, room, p);
  if (twice != NULL)
    say_to_moderators(r, room, twice);
  alerts_count(r, room);
}

void alerts_tell(struct rooms *r, const struct room *room, const struct person *to)
{
  unsigned told = 0;
  if (room->too_many)
    say(r, to, too_many_json(room));
  for (uint32_t i = 0; i < room->members.n && told < TOLD_AT_ONCE; i++) {
    const struct person *p = member_at(r, room, i);
    json_t *twice = p->state == STAY_IN ? twice_json(r, room, p) : NULL;
    if (twice == NULL)
      continue;
    say(r, to, twice);
    told++;
  }
}
