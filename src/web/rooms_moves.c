/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Viewers of events who move to another media process, a few at a time (web/balance.h says from where to where). The
 * page is asked to make a new connection; the one that it has goes on until that works. A page that does not makes no
 * difference: its place stays what it was. Who sends, or is about to, or would notice most, is not asked. */
#include "web/rooms_internal.h"

#define EVERY_US 1000000ull
#define ANSWER_WITHIN_US 10000000ull /* the page makes the new connection, or keeps the old one */
#define CONNECT_WITHIN_US 30000000ull
#define OVERLAP_US 8000000ull        /* the new one works: until its first pictures are there */
#define NOT_AGAIN_US 300000000ull    /* nobody is asked twice in this time */

static void shift_load(struct rooms *r, unsigned from, unsigned to)
{
  r->load[from]--;
  r->load[to]++;
}

static void ask(struct rooms *r, uint64_t now_us, struct person *p, unsigned to)
{
  shift_load(r, p->process, to);
  p->move_to = (uint8_t)(to + 1);
  p->asked_to_move_us = now_us;
  capacity_give(&r->capacity, to);
  balance_moved(&r->balance, now_us);
  r->counters.moves_asked++;
  say(r, p, reply_renew("moved"));
}

void moves_forget(struct rooms *r, struct person *p)
{
  if (p->move_to == 0)
    return;
  shift_load(r, p->move_to - 1u, p->process);
  p->move_to = 0;
}

unsigned moves_process(const struct rooms *r, uint64_t now_us, const struct person *p)
{
  if (p->moved_from != 0 && p->media_state != IPC_MEDIA_CONNECTED)
    return p->moved_from - 1u; /* it has not come about: back to where it worked */
  if (p->move_to != 0 && r->up[p->move_to - 1u] && capacity_has_room(&r->capacity, p->move_to - 1u, now_us))
    return p->move_to - 1u;
  return p->process;
}

void moves_begin(struct rooms *r, uint64_t now_us, struct person *p)
{
  moves_forget(r, p);
  r->load[p->process]--; /* it has no more of this one than the rest of the old connection */
  p->moved_from = (uint8_t)(p->process + 1);
  p->let_go_us = now_us + CONNECT_WITHIN_US;
  p->moving = true;
}

/* Said again when the address changes; somebody moves once. */
void moves_connected(struct rooms *r, uint64_t now_us, struct person *p)
{
  if (p->moving) {
    p->moving = false;
    r->counters.moves++;
    balance_arrived(&r->balance, p->process);
  }
  if (p->moved_from != 0 && p->let_go_us > now_us + OVERLAP_US)
    p->let_go_us = now_us + OVERLAP_US;
}

void moves_failed(struct rooms *r, uint64_t now_us, struct person *p)
{
  p->move_failed = true;
  balance_failed(&r->balance, p->process, now_us);
}

void moves_tick(struct rooms *r, uint64_t now_us, struct person *p)
{
  if (p->move_to != 0 && now_us - p->asked_to_move_us >= ANSWER_WITHIN_US)
    moves_forget(r, p);
  if (p->moved_from != 0 && now_us >= p->let_go_us)
    spread_let_go(r, room_of(r, p), p);
}

static bool has_steady_media(const struct person *p)
{
  return p->connection != 0 && p->media_state == IPC_MEDIA_CONNECTED && p->unanswered == 0 && !p->renew &&
         p->moved_from == 0;
}

/* Who can be asked, and does nothing that a moment without sound or picture would spoil. */
static bool may_move(uint64_t now_us, const struct person *p, unsigned from)
{
  bool lately = p->asked_to_move_us != 0 && now_us - p->asked_to_move_us < NOT_AGAIN_US;
  bool takes_part = p->had_sources || p->hand != 0 || p->recording || is_invited(p);
  return p->state == STAY_IN && p->role == AS_VIEWER && p->placed && p->process == from && p->socket != 0 &&
         p->greeted && has_steady_media(p) && !takes_part && !lately && !p->move_failed;
}

/* The newest first; up to `n`. How many. */
static unsigned move_some(struct rooms *r, uint64_t now_us, const struct room *room, unsigned n)
{
  unsigned from = r->balance.from, to = r->balance.to, moved = 0;
  if (room->kind != ROOM_EVENT || (to != room->process && !spread_is_worth_it(room)))
    return 0;
  for (uint32_t i = room->members.n; i-- > 0 && moved < n;) {
    struct person *p = member_at(r, room, i);
    if (!may_move(now_us, p, from))
      continue;
    ask(r, now_us, p, to);
    moved++;
  }
  return moved;
}

void moves_step(struct rooms *r, uint64_t now_us)
{
  if (now_us - r->moves_stepped_us < EVERY_US)
    return;
  r->moves_stepped_us = now_us;
  const struct balance_view view = {.processes = r->processes, .up = r->up, .people = r->load,
                                    .capacity = &r->capacity};
  unsigned n = balance_step(&r->balance, &view, now_us), moved = 0;
  slab_id id;
  if (n == 0)
    return;
  for (uint32_t i = 0; i < r->rooms.capacity && moved < n; i++) {
    const struct room *room = slab_at(&r->rooms, i, &id);
    if (room != NULL)
      moved += move_some(r, now_us, room, n - moved);
  }
  if (moved == 0)
    balance_stuck(&r->balance, now_us);
}
