/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Up to the door: who may have an entry, as whom, who has to wait, and how a stay begins (A4, A6). */
#include "web/rooms_internal.h"

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

/* Whom a moderator has put out does not walk in again, whatever his right; and who looks like somebody who was banned
 * and has no right of his own to come in waits even where nobody else does. */
bool entry_waits(const struct room *room, uint64_t now_us, const struct browser *browser, const struct identity *who)
{
  if (who->role >= AS_COHOST)
    return false;
  if (refusal_was_put_out(room, now_us, browser))
    return true;
  return !who->door_open && (room->policy.waiting_room || ban_resembles(room, who));
}

/* Whoever is not in stands before the door, also without having knocked yet. However many do, those get through who
 * need not wait, and a host always. */
static bool is_full(const struct rooms *r, uint64_t now_us, const struct room *room, const struct browser *browser,
                    const struct identity *who)
{
  uint32_t standing = room->members.n - room->in;
  uint32_t most = entry_waits(room, now_us, browser, who) ? LIMIT_ROOM_KNOCKING : LIMIT_EVENT_PEOPLE;
  if (r->people.used >= r->people.capacity)
    return true;
  return who->role != AS_HOST && (!room_has_place(room, who->role) || standing >= most);
}

/* Who has a place is nobody new; whom admission has made a moderator is never locked out. */
bool entry_is_locked_out(const struct room *room, const struct identity *who, bool had_place)
{
  return room->policy.locked && !had_place && who->role < AS_COHOST;
}

int entry_check(const struct rooms *r, uint64_t now_us, const struct room *room, const struct entry_grant *grant)
{
  const struct identity who = identity_of(room, grant);
  bool has_place = member_of_browser(r, room, &grant->browser) != NULL;
  if (room_is_call_of_others(room, &who.account))
    return ERR_NOT_FOUND;
  if (ban_holds(room, &grant->browser, &who))
    return ERR_REFUSED;
  if (grant->resume)
    return has_place ? 0 : ERR_STATE;
  if (refusal_shuts_out(room, now_us, &grant->browser))
    return ERR_REFUSED;
  if (entry_is_locked_out(room, &who, has_place))
    return ERR_AGAIN;
  return !has_place && is_full(r, now_us, room, &grant->browser, &who) ? ERR_LIMIT : 0; /* a page that was reloaded */
}

unsigned rooms_must_wait(struct rooms *r, uint64_t now_us, const struct entry_grant *grant)
{
  const struct room *room = room_get(r, grant->room);
  if (room == NULL || grant->resume || member_of_browser(r, room, &grant->browser) != NULL)
    return 0;
  const struct identity who = identity_of(room, grant);
  unsigned process = spread_process(r, now_us, room, who.role);
  bool has_room = capacity_has_room(&r->capacity, process, now_us) &&
                  capacity_web_has_room(&r->capacity, r->people.used);
  if (who.role < AS_COHOST && !has_room)
    return capacity_shed(&r->capacity, now_us);
  capacity_give(&r->capacity, process);
  return 0;
}

bool rooms_waits(const struct rooms *r, uint64_t now_us, const struct entry_grant *grant)
{
  const struct room *room = room_get(r, grant->room);
  if (room == NULL)
    return true;
  const struct identity who = identity_of(room, grant);
  return entry_waits(room, now_us, &grant->browser, &who);
}

/* For one more member, who may come in later. ERR_NOMEM. */
static int make_place(struct room *room)
{
  int err = people_reserve(&room->members, room->members.n + 1);
  return err == 0 ? people_reserve(&room->active, room->members.n + 1) : err;
}

static void take_grant(const struct room *room, struct person *p, const struct identity *who,
                       const struct entry_grant *grant)
{
  p->browser = grant->browser;
  p->who = *who;
  p->role = role_fitting(room, who->role);
  p->highest = who->role;
  p->name_n = grant->name_n;
  memcpy(p->name, grant->name, sizeof p->name);
  memcpy(p->likeness, grant->likeness, sizeof p->likeness);
}

int entry_begin_stay(struct rooms *r, uint64_t now_us, struct room *room, const struct entry_grant *grant,
                    bool had_place, struct person **person)
{
  const struct identity who = identity_of(room, grant);
  uint8_t id[PERSON_ID_TEXT * 3 / 4];
  struct person *p;
  uint64_t self;
  if (room_is_call_of_others(room, &who.account))
    return ERR_NOT_FOUND;
  if (ban_holds(room, &grant->browser, &who) || name_is_taken(r, room, &grant->browser, grant->likeness))
    return ERR_REFUSED; /* since the entry was given out */
  int err = is_full(r, now_us, room, &grant->browser, &who) ? ERR_LIMIT : make_place(room);
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
  take_grant(room, p, &who, grant);
  people_add(&room->members, self);
  index_add(r, room, p);
  r->counters.stays++;
  *person = p;
  return 0;
}
