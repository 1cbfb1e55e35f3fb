/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what, and what follows from it at once, in the media process too (A4). */
#include "web/rooms_internal.h"

_Static_assert((int)AS_VIEWER == ROLE_VIEWER && (int)AS_PARTICIPANT == ROLE_PARTICIPANT &&
                 (int)AS_SPEAKER == ROLE_SPEAKER && (int)AS_COHOST == ROLE_COHOST && (int)AS_HOST == ROLE_HOST,
               "a policy's roles are those of stays");

bool is_host(const struct person *p)
{
  return p->role == AS_HOST;
}

bool is_moderator(const struct person *p)
{
  return p->role >= AS_COHOST;
}

static bool reaches(enum stay_role role, enum room_role from)
{
  return (unsigned)role >= (unsigned)from;
}

bool role_publishes(const struct room_policy *policy, enum stay_role role)
{
  return role != AS_VIEWER && (reaches(role, policy->present) || reaches(role, policy->share));
}

bool may_publish(const struct room *room, const struct person *p, enum media_source source)
{
  bool is_screen = source == SOURCE_SCREEN || source == SOURCE_SCREEN_SOUND;
  enum room_role from = is_screen ? room->policy.share : room->policy.present;
  return p->role != AS_VIEWER && reaches(p->role, from) && (!room->stopped || is_moderator(p));
}

bool may_switch_on(const struct room *room, const struct person *p, enum media_source source)
{
  if (!may_publish(room, p, source))
    return false;
  return source != SOURCE_MIC || p->on[SOURCE_MIC] || room->policy.unmute_self || is_moderator(p);
}

bool may_chat(const struct room *room, const struct person *p)
{
  return reaches(p->role, room->policy.chat) && (!room->stopped || is_moderator(p));
}

/* A place is kept for the first host who comes; all further ones find one, too. A call has none. */
static uint32_t places_of_hosts(const struct room *room)
{
  return room_is_call(room) ? 0 : room->hosts > 0 ? room->hosts : 1;
}

static uint32_t most_people(const struct room *room)
{
  uint32_t most = room->kind == ROOM_EVENT ? LIMIT_EVENT_PEOPLE : LIMIT_ROOM_PEOPLE + LIMIT_ROOM_VIEWERS;
  return room->policy.most < most ? room->policy.most : most;
}

bool room_has_place(const struct room *room, enum stay_role role)
{
  return role == AS_HOST || room->in - room->hosts + places_of_hosts(room) < most_people(room);
}

bool room_has_stage_place(const struct room *room)
{
  return room->publishers + places_of_hosts(room) < LIMIT_ROOM_PEOPLE;
}

enum stay_role role_fitting(const struct room *room, enum stay_role role)
{
  bool publishes = role_publishes(&room->policy, role);
  if (role >= AS_COHOST)
    return role;
  if (room->kind == ROOM_EVENT && role == AS_PARTICIPANT && !publishes)
    return AS_VIEWER;
  return publishes && !room_has_stage_place(room) ? AS_VIEWER : role;
}

static uint32_t publishers_in(const struct room *room, enum stay_role role)
{
  return role != AS_HOST && role_publishes(&room->policy, role) ? 1 : 0;
}

void role_count(struct room *room, const struct person *p)
{
  room->in++;
  room->hosts += is_host(p) ? 1 : 0;
  room->publishers += publishers_in(room, p->role);
  if (p->role != AS_VIEWER)
    people_add(&room->active, p->self);
}

void role_discount(struct room *room, const struct person *p)
{
  room->in--;
  room->hosts -= is_host(p) ? 1 : 0;
  room->publishers -= publishers_in(room, p->role);
  if (p->role != AS_VIEWER)
    people_remove(&room->active, p->self);
}

bool switch_off(struct rooms *r, const struct room *room, struct person *p, unsigned sources, const struct person *by)
{
  bool changed = false;
  for (int i = 0; i < SOURCE_SWITCHES; i++) {
    if ((sources & 1u << i) == 0 || !p->on[i])
      continue;
    p->on[i] = false;
    if (i == SOURCE_SCREEN)
      p->on[SOURCE_SCREEN_SOUND] = p->screen_paused = false;
    p->held[i] = true;
    memcpy(p->held_by, by == NULL ? "" : by->id, by == NULL ? 1 : sizeof p->held_by);
    say(r, p, reply_muted((enum media_source)i, by == NULL ? NULL : by->id));
    changed = true;
  }
  if (!changed)
    return false;
  media_publish(r, room, p);
  say_changed(r, room, p);
  return true;
}

unsigned forbidden_sources(const struct room *room, const struct person *p)
{
  unsigned forbidden = 0;
  for (unsigned i = 0; i < SOURCE_SWITCHES; i++)
    forbidden |= may_publish(room, p, (enum media_source)i) ? 0 : 1u << i;
  return forbidden;
}

/* What a moderator needs to know and others do not. In an event these are the people themselves, and who is no
 * moderator any more no longer hears of them. */
static void tell_other_view(struct rooms *r, const struct room *room, struct person *p)
{
  if (room->kind == ROOM_EVENT)
    say_welcome(r, room, p);
  if (room->kind == ROOM_EVENT || !is_moderator(p))
    return;
  for (uint32_t i = 0; i < room->members.n; i++) {
    const struct person *guest = member_at(r, room, i);
    if (guest->state == STAY_WAITING)
      say_knock_to(r, room, guest, p);
  }
  bans_say(r, room, p);
  alerts_tell(r, room, p);
}

void role_change(struct rooms *r, struct room *room, struct person *p, enum stay_role role, const struct person *by)
{
  enum stay_role before = p->role;
  enum sight sight = sight_of(room, p);
  bool backstage = is_backstage(room, p);
  role_discount(room, p);
  p->role = role;
  invite_forget(r, p);
  if (before == AS_VIEWER)
    stage_arrive(room, p);
  role_count(room, p);
  index_name(r, room, p);
  p->highest = role > p->highest ? role : p->highest;
  attendance_note_role(r, room, p);
  (void)switch_off(r, room, p, forbidden_sources(room, p), by);
  if (!is_moderator(p))
    recording_end(r, room, p);
  if (is_backstage(room, p) != backstage) /* at once, whatever becomes of the connection */
    media_publish(r, room, p);
  say_role(r, room, p, sight);
  if (is_moderator(p) != (before >= AS_COHOST) ||
      (room->kind == ROOM_EVENT && (role == AS_VIEWER) != (before == AS_VIEWER)))
    tell_other_view(r, room, p);
  media_follow_role(r, room, p);
}
