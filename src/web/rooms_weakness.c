/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose connection is weak, as the media process judges it: one word, for those who are in a meeting with the person.
 * The viewers of an event hear nothing of it, and nobody of theirs. */
#include "web/rooms_internal.h"

static bool may_know(const struct room *room, const struct person *p, const struct person *other)
{
  return !is_hidden(room, p) && sees(room, p, other);
}

int rooms_media_weakness(struct rooms *r, unsigned process, const struct ipc_weakness *m)
{
  struct person *p = person_get(r, m->peer);
  if (p == NULL || p->state != STAY_IN || p->process != process || m->connection != p->connection)
    return ERR_NOT_FOUND;
  const struct room *room = room_of(r, p);
  bool is_news = p->weak != m->weak;
  p->weak = m->weak;
  if (!is_news || is_hidden(room, p))
    return 0;
  if (room->kind == ROOM_EVENT)
    say_to_active(r, room, reply_weakness(p->id, p->weak));
  else
    say_to_people(r, room, reply_weakness(p->id, p->weak));
  return 0;
}

void weakness_tell(struct rooms *r, const struct room *room, const struct person *p)
{
  for (uint32_t i = 0; i < room->active.n; i++) {
    const struct person *other = active_at(r, room, i);
    if (other->state == STAY_IN && other->weak && may_know(room, p, other))
      say(r, p, reply_weakness(other->id, true));
  }
}
