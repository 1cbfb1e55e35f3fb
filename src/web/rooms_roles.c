/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may publish what, and what follows from it at once, in the media process too (A4). */
#include "web/rooms_internal.h"

bool is_host(const struct person *p)
{
  return p->role == AS_HOST;
}

bool is_moderator(const struct person *p)
{
  return p->role >= AS_COHOST;
}

/* The same for all sources today; a room's policy may tell them apart. */
bool may_publish(const struct room *room, const struct person *p, enum media_source source)
{
  (void)source;
  return p->role != AS_VIEWER && (!room->stopped || is_moderator(p));
}

bool may_switch_on(const struct room *room, const struct person *p, enum media_source source)
{
  if (!may_publish(room, p, source))
    return false;
  return source != SOURCE_MIC || p->on[SOURCE_MIC] || room->rules.unmute_self || is_moderator(p);
}

bool role_has_place(const struct room *room, enum stay_role role)
{
  if (role == AS_HOST)
    return true;
  return room->guests < ROOM_GUESTS && (role == AS_VIEWER || room->publishers < ROOM_PUBLISHERS);
}

static uint32_t publishers_in(enum stay_role role)
{
  return role == AS_PARTICIPANT || role == AS_COHOST ? 1 : 0;
}

void role_enter(struct room *room, struct person *p)
{
  if (!role_has_place(room, p->role))
    p->role = AS_VIEWER;
  room->in++;
  room->guests += is_host(p) ? 0 : 1;
  room->publishers += publishers_in(p->role);
}

void role_leave(struct room *room, struct person *p)
{
  room->in--;
  room->guests -= is_host(p) ? 0 : 1;
  room->publishers -= publishers_in(p->role);
}

bool switch_off(struct rooms *r, const struct room *room, struct person *p, unsigned sources, const struct person *by)
{
  bool changed = false;
  for (int i = 0; i < SOURCE_COUNT; i++) {
    if ((sources & 1u << i) == 0 || !p->on[i])
      continue;
    p->on[i] = false;
    p->held[i] = true;
    memcpy(p->held_by, by->id, sizeof p->held_by);
    say(r, p, reply_muted((enum media_source)i, by->id));
    changed = true;
  }
  if (!changed)
    return false;
  media_publish(r, room, p);
  say_changed(r, room, p);
  return true;
}

/* What a moderator needs to know and others do not. */
static void tell_new_moderator(struct rooms *r, const struct room *room, const struct person *p)
{
  for (uint32_t i = 0; i < room->members; i++) {
    const struct person *guest = member_at(r, room, i);
    if (guest->state == STAY_WAITING)
      say(r, p, reply_knock(guest->id, name_of(guest)));
  }
  bans_say(r, room, p);
}

void role_change(struct rooms *r, struct room *room, struct person *p, enum stay_role role, const struct person *by)
{
  enum stay_role before = p->role;
  unsigned forbidden = 0;
  room->publishers = room->publishers - publishers_in(before) + publishers_in(role);
  p->role = role;
  p->highest = role > p->highest ? role : p->highest;
  attendance_note_role(room, p);
  for (unsigned i = 0; i < SOURCE_COUNT; i++)
    forbidden |= may_publish(room, p, (enum media_source)i) ? 0 : 1u << i;
  (void)switch_off(r, room, p, forbidden, by);
  struct person_view view = view_of(room, p);
  say_to_people(r, room, NULL, reply_changed(&view));
  if (is_moderator(p) && before < AS_COHOST)
    tell_new_moderator(r, room, p);
  if ((before == AS_VIEWER) != (role == AS_VIEWER))
    media_renew(r, p, "role_changed");
}
