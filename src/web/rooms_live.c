/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rooms that become live, are changed from outside, and end. */
#include <stdlib.h>

#include "people/care.h"
#include "web/rooms_internal.h"

_Static_assert(TOKEN_BYTES == UID_BYTES, "a stored room's id is the address of its meeting");

#define EMPTY_MEETING_KEPT_US (12 * 3600 * 1000000ull)
#define COUNT_EVERY_US 2000000ull
#define EMPTY_CALL_KEPT_US (120 * 1000000ull)
#define EMPTY_STORED_KEPT_US (600 * 1000000ull) /* what is to last of it is in the store */

/* Of a meeting by the host link: everybody who has its address may knock. */
static const struct room_policy meeting_policy = {
  .present = ROLE_PARTICIPANT, .share = ROLE_PARTICIPANT, .chat = ROLE_PARTICIPANT, .unmute_self = true,
  .guests = true, .waiting_room = true, .most = LIMIT_ROOM_PEOPLE + LIMIT_ROOM_VIEWERS,
};

void room_release(struct rooms *r, struct room *room)
{
  (void)map_remove(&r->by_address, room->address.b);
  attendance_free(r, room);
  questions_free(room);
  free(room->bans);
  people_fini(&room->members);
  people_fini(&room->active);
  slab_release(&r->rooms, room->self);
}

/* Of a call: both may do all that is done to each other's devices, which is nothing. */
static const struct room_policy call_policy = {
  .present = ROLE_PARTICIPANT, .share = ROLE_PARTICIPANT, .chat = ROLE_PARTICIPANT, .unmute_self = true, .most = 2,
};

void rooms_take_care(struct rooms *r)
{
  r->high_care = true;
}

void room_set_policy(const struct rooms *r, struct room *room, const struct room_policy *policy)
{
  room->policy = *policy;
  if (r->high_care)
    care_raise(&room->policy);
}

static int make_room(struct rooms *r, uint64_t now_us, const struct room_plan *plan, struct room **made)
{
  struct room *room;
  uint64_t id;
  int err = slab_take(&r->rooms, &id, (void **)&room);
  if (err != 0)
    return err;
  room->self = id;
  room->address = plan->id;
  room->stored = plan->stored;
  room->kind = plan->kind;
  memcpy(room->title, plan->title, sizeof room->title);
  room_set_policy(r, room, &plan->policy);
  room->empty_since_us = now_us;
  err = map_put(&r->by_address, room->address.b, id);
  if (err == 0)
    err = bans_take(room, plan->bans, plan->bans_n);
  if (err == 0)
    r->counters.rooms_created++;
  else
    room_release(r, room);
  *made = room;
  return err;
}

int rooms_create(struct rooms *r, uint64_t now_us, const struct browser *host, uint8_t address[TOKEN_BYTES])
{
  struct room_plan plan = {.kind = ROOM_OPEN, .policy = meeting_policy};
  struct room *room;
  random_fill(&r->random, plan.id.b, sizeof plan.id.b);
  int err = make_room(r, now_us, &plan, &room);
  if (err != 0)
    return err;
  room->host = *host;
  memcpy(address, plan.id.b, TOKEN_BYTES);
  return 0;
}

int rooms_create_call(struct rooms *r, uint64_t now_us, const struct uid *a, const struct uid *b,
                      uint8_t address[TOKEN_BYTES])
{
  struct room_plan plan = {.kind = ROOM_OPEN, .policy = call_policy};
  struct room *room;
  random_fill(&r->random, plan.id.b, sizeof plan.id.b);
  int err = make_room(r, now_us, &plan, &room);
  if (err != 0)
    return err;
  room->policy.waiting_room = false; /* with high care, too: both have accepted, and nobody else gets in */
  room->call[0] = *a;
  room->call[1] = *b;
  memcpy(address, plan.id.b, TOKEN_BYTES);
  return 0;
}

bool room_is_call_of_others(const struct room *room, const struct uid *account)
{
  return room_is_call(room) && (uid_is_none(account) || (!uid_equal(account, &room->call[0]) &&
                                                         !uid_equal(account, &room->call[1])));
}

bool rooms_is_call_of_others(const struct rooms *r, uint64_t id, const struct uid *account)
{
  const struct room *room = room_get(r, id);
  return room != NULL && room_is_call_of_others(room, account);
}

int rooms_open(struct rooms *r, uint64_t now_us, const struct room_plan *plan, uint64_t *id)
{
  struct room *room;
  if (rooms_find(r, plan->id.b, id) == 0)
    return 0;
  int err = make_room(r, now_us, plan, &room);
  if (err == 0)
    *id = room->self;
  return err;
}

int rooms_find(const struct rooms *r, const uint8_t address[TOKEN_BYTES], uint64_t *room)
{
  return map_get(&r->by_address, address, room);
}

int rooms_address(const struct rooms *r, uint64_t room, struct uid *address)
{
  const struct room *found = room_get(r, room);
  if (found == NULL)
    return ERR_NOT_FOUND;
  *address = found->address;
  return 0;
}

struct room *room_at(const struct rooms *r, const struct uid *address)
{
  uint64_t id;
  return rooms_find(r, address->b, &id) == 0 ? room_get(r, id) : NULL;
}

bool rooms_is_live(const struct rooms *r, const struct uid *address)
{
  return room_at(r, address) != NULL;
}

uint32_t rooms_people_in(const struct rooms *r, const struct uid *address)
{
  const struct room *room = room_at(r, address);
  return room == NULL ? 0 : room->in;
}

bool rooms_is_recorded(const struct rooms *r, const struct uid *address)
{
  const struct room *room = room_at(r, address);
  return room != NULL && room->recorders > 0;
}

struct rooms_count rooms_count(const struct rooms *r)
{
  struct rooms_count count = {.rooms = r->rooms.used};
  slab_id id;
  for (uint32_t i = 0; i < r->rooms.capacity && r->rooms.used > 0; i++) {
    const struct room *room = slab_at(&r->rooms, i, &id);
    count.people += room == NULL ? 0 : room->in;
  }
  return count;
}

int rooms_set_policy(struct rooms *r, struct rooms_time time, const struct uid *address, enum room_kind kind,
                     const char *title, const struct room_policy *policy)
{
  struct room *room = room_at(r, address);
  if (room == NULL)
    return ERR_NOT_FOUND;
  room->title[0] = '\0';
  strncat(room->title, title, sizeof room->title - 1);
  rules_apply(r, time, room, kind, policy);
  return 0;
}

/* The stay ends from outside, whatever it is. */
static void end_stay(struct rooms *r, struct rooms_time time, struct person *p, const char *code, const char *text)
{
  bool refused = strcmp(code, "banned") == 0;
  say(r, p, reply_coded(refused ? "refused" : "ended", code, text));
  if (p->socket != 0)
    r->io.close(r->io.ctx, p->socket, refused ? CLOSE_REFUSED : CLOSE_ENDED, "ended from outside");
  door_end_stay(r, time, p, refused ? "removed" : "left");
}

void rooms_close_room(struct rooms *r, struct rooms_time time, const struct uid *address, const char *code,
                      const char *text)
{
  struct room *room = room_at(r, address);
  if (room == NULL)
    return;
  room->closing = true;
  while (room->members.n > 0)
    end_stay(r, time, member_at(r, room, room->members.n - 1), code, text);
  room_release(r, room);
}

/* What a stay is looked for by: one of the ids in its identity, at this place in it. */
static unsigned end_all_with(struct rooms *r, struct rooms_time time, size_t place, const struct uid *wanted,
                             const char *code, const char *text)
{
  slab_id id;
  unsigned ended = 0;
  for (uint32_t i = 0; i < r->people.capacity && r->people.used > 0 && !uid_is_none(wanted); i++) {
    struct person *p = slab_at(&r->people, i, &id);
    if (p == NULL || memcmp((const uint8_t *)&p->who + place, wanted, sizeof *wanted) != 0)
      continue;
    end_stay(r, time, p, code, text);
    ended++;
  }
  return ended;
}

unsigned rooms_end_session(struct rooms *r, struct rooms_time time, const struct uid *session, const char *code,
                           const char *text)
{
  return end_all_with(r, time, offsetof(struct identity, session), session, code, text);
}

unsigned rooms_end_account(struct rooms *r, struct rooms_time time, const struct uid *account, const char *code,
                           const char *text)
{
  return end_all_with(r, time, offsetof(struct identity, account), account, code, text);
}

unsigned rooms_end_ticket(struct rooms *r, struct rooms_time time, const struct uid *ticket, const char *code,
                          const char *text)
{
  return end_all_with(r, time, offsetof(struct identity, ticket), ticket, code, text);
}

unsigned rooms_end_some(struct rooms *r, struct rooms_time time, const struct uid *address,
                        bool (*is_over)(void *ctx, const struct identity *who), void *ctx, const char *code,
                        const char *text)
{
  struct room *room = room_at(r, address);
  unsigned ended = 0;
  for (uint32_t i = room == NULL ? 0 : room->members.n; i > 0 && i <= room->members.n; i--) {
    struct person *p = member_at(r, room, i - 1);
    if (!is_over(ctx, &p->who))
      continue;
    end_stay(r, time, p, code, text);
    ended++;
  }
  return ended;
}

bool rooms_ticket_is_in(const struct rooms *r, const struct uid *ticket)
{
  slab_id id;
  for (uint32_t i = 0; i < r->people.capacity && r->people.used > 0; i++) {
    const struct person *p = slab_at(&r->people, i, &id);
    if (p != NULL && uid_equal(&p->who.ticket, ticket))
      return true;
  }
  return false;
}

static void visit_place(struct rooms *r, uint32_t i,
                        void (*visit)(void *ctx, const struct uid *room, const struct identity *who), void *ctx)
{
  slab_id id;
  const struct person *p = slab_at(&r->people, i, &id);
  if (p == NULL)
    return;
  struct identity who = p->who; /* the visit may end the stay */
  struct uid address = room_of(r, p)->address;
  visit(ctx, &address, &who);
}

void rooms_visit(struct rooms *r, void (*visit)(void *ctx, const struct uid *room, const struct identity *who),
                 void *ctx)
{
  for (uint32_t i = 0; i < r->people.capacity && r->people.used > 0; i++)
    visit_place(r, i, visit, ctx);
}

void rooms_visit_part(struct rooms *r, uint64_t part, uint64_t whole, uint32_t *next,
                      void (*visit)(void *ctx, const struct uid *room, const struct identity *who), void *ctx)
{
  uint64_t n = part < whole ? r->people.capacity * part / whole + 1 : r->people.capacity;
  for (; n > 0 && r->people.used > 0; n--) {
    *next = *next < r->people.capacity ? *next : 0;
    visit_place(r, (*next)++, visit, ctx);
  }
}

void rooms_visit_stored(struct rooms *r, void (*visit)(void *ctx, const struct uid *room), void *ctx)
{
  slab_id id;
  for (uint32_t i = 0; i < r->rooms.capacity && r->rooms.used > 0; i++) {
    const struct room *room = slab_at(&r->rooms, i, &id);
    if (room == NULL || !room->stored)
      continue;
    struct uid address = room->address;
    visit(ctx, &address);
  }
}

/* Of thousands who come within seconds each of the audience hears by a few numbers. */
static void tell_count(struct rooms *r, struct rooms_time time, struct room *room)
{
  if (room->kind != ROOM_EVENT || room->in == room->told_people || time.now_us - room->told_us < COUNT_EVERY_US)
    return;
  room->told_people = room->in;
  room->told_us = time.now_us;
  say_to_audience(r, room, reply_count(room->in));
}

void room_tick(struct rooms *r, struct rooms_time time, struct room *room)
{
  tell_count(r, time, room);
  gestures_tell(r, room);
  quiet_tell(r, time, room);
  questions_tick(r, time, room);
  uint64_t kept_us = room->stored ? EMPTY_STORED_KEPT_US : EMPTY_MEETING_KEPT_US;
  if (room_is_call(room))
    kept_us = EMPTY_CALL_KEPT_US;
  if (room->call_is_over) {
    rooms_close_room(r, time, &room->address, "call_over", "The call is over.");
    return;
  }
  if (room->members.n == 0 && time.now_us - room->empty_since_us >= kept_us)
    room_release(r, room);
}
