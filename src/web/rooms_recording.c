/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who records in the own browser (B8). The server gets nothing of a recording; it sees to it that everybody knows: the
 * page begins only after all were told by whom, the mark stays with the person, and who comes later sees it at the
 * door. Who does not see the person, as viewers don't see an event's green room, is told of it without a name. */
#include "web/rooms_internal.h"

/* Who waits knows nobody of those who are in: only that there is a recording. */
static void tell_all(struct rooms *r, const struct room *room)
{
  say_to_people(r, room, reply_recorded(room->recorders > 0));
  for (uint32_t i = 0; i < room->members.n; i++) {
    const struct person *guest = member_at(r, room, i);
    if (guest->state == STAY_WAITING)
      say(r, guest, reply_recorded(room->recorders > 0));
  }
}

void recording_tell(struct rooms *r, const struct room *room, const struct person *guest)
{
  if (room->recorders > 0)
    say(r, guest, reply_recorded(true));
}

static void put_recording(struct rooms *r, struct room *room, struct person *p, bool on)
{
  uint32_t before = room->recorders;
  p->recording = on;
  room->recorders += on ? 1u : -1u;
  if ((before > 0) != (room->recorders > 0) && !room->closing)
    tell_all(r, room);
}

void recording_end(struct rooms *r, struct room *room, struct person *p)
{
  if (p->recording)
    put_recording(r, room, p, false);
}

void recording_switch(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  struct room *room = room_of(r, p);
  if (p->recording == m->lock.on)
    return;
  put_recording(r, room, p, m->lock.on);
  say_changed_to_all(r, room, p);
}
