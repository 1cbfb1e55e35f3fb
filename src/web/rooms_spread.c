/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which media process serves whom. A room has a home: all who may send are there, and in a meeting everybody. An event's
 * viewers, who only receive, go where the load is least; their processes get what is on the stage from the home
 * (media/far.h), which is told here which ones these are. */
#include "web/rooms_internal.h"

#define SPREAD_FROM 16 /* people; below, to serve them elsewhere would cost more than it spares */

/* Those that are up before those that are not, then those that have room for more, then by people. */
static bool is_better(const struct rooms *r, uint64_t now_us, unsigned a, unsigned b)
{
  if (r->up[a] != r->up[b])
    return r->up[a];
  bool room_in_a = capacity_has_room(&r->capacity, a, now_us), room_in_b = capacity_has_room(&r->capacity, b, now_us);
  return room_in_a != room_in_b ? room_in_a : r->load[a] < r->load[b];
}

static unsigned least_loaded(const struct rooms *r, uint64_t now_us)
{
  unsigned best = 0;
  for (unsigned i = 1; i < r->processes; i++)
    if (is_better(r, now_us, i, best))
      best = i;
  return best;
}

bool spread_is_worth_it(const struct room *room)
{
  return room->in > SPREAD_FROM;
}

unsigned spread_process(const struct rooms *r, uint64_t now_us, const struct room *room, enum stay_role role)
{
  bool may_be_away = room->kind == ROOM_EVENT && role == AS_VIEWER && spread_is_worth_it(room);
  return room->in == 0 || may_be_away ? least_loaded(r, now_us) : room->process;
}

/* Who has a place keeps it while that can be, or moves to the one that was found for him. */
static unsigned process_for(const struct rooms *r, uint64_t now_us, const struct room *room, const struct person *p)
{
  if (room->kind == ROOM_EVENT && p->role == AS_VIEWER && p->placed) {
    unsigned process = moves_process(r, now_us, p);
    if (r->up[process])
      return process;
  }
  return spread_process(r, now_us, room, p->role);
}

static void tell_home(struct rooms *r, const struct room *room)
{
  const struct ipc_spread spread = {.room = room->self, .home = (uint8_t)room->process, .members = room->spans};
  if (r->io.spread != NULL && r->up[room->process])
    r->io.spread(r->io.ctx, room->process, &spread);
}

static void count_away(struct rooms *r, struct room *room, unsigned process, int change)
{
  uint64_t bit = 1ull << process, before = room->spans;
  if (process == room->process)
    return;
  room->away[process] += (uint32_t)change;
  room->spans = room->away[process] > 0 ? before | bit : before & ~bit;
  if (room->spans != before)
    tell_home(r, room);
}

static void take_place(struct rooms *r, struct room *room, struct person *p, unsigned process)
{
  if (p->process != process) /* the other one owes no answers here */
    p->unanswered = p->outdated = 0;
  p->process = process;
  p->placed = true;
  r->load[process]++;
  count_away(r, room, process, 1);
}

static void give_up_place(struct rooms *r, struct room *room, struct person *p)
{
  r->load[p->process]--;
  p->placed = p->moving = false;
  count_away(r, room, p->process, -1);
}

static void hang_up(struct rooms *r, const struct person *p, unsigned process)
{
  if (p->connection != 0 && r->up[process])
    r->io.hang_up(r->io.ctx, process, &(struct ipc_peer){.peer = p->self});
}

void spread_let_go(struct rooms *r, struct room *room, struct person *p)
{
  if (p->moved_from == 0)
    return;
  unsigned process = p->moved_from - 1u;
  p->moved_from = 0;
  hang_up(r, p, process);
  count_away(r, room, process, -1);
}

void spread_enter(struct rooms *r, uint64_t now_us, struct room *room, struct person *p)
{
  if (room->in == 1)
    room->process = least_loaded(r, now_us);
  take_place(r, room, p, process_for(r, now_us, room, p));
}

void spread_leave(struct rooms *r, struct room *room, struct person *p)
{
  moves_forget(r, p);
  spread_let_go(r, room, p);
  hang_up(r, p, p->process);
  give_up_place(r, room, p);
}

void spread_renew(struct rooms *r, uint64_t now_us, struct room *room, struct person *p)
{
  unsigned process = process_for(r, now_us, room, p);
  bool moves = p->move_to == process + 1u, goes_back = p->moved_from == process + 1u;
  if (goes_back && p->role == AS_VIEWER && p->media_state != IPC_MEDIA_CONNECTED)
    moves_failed(r, now_us, p);
  spread_let_go(r, room, p); /* of the move before this one */
  if (!moves)
    moves_forget(r, p);
  if (process == p->process)
    return;
  if (moves) {
    moves_begin(r, now_us, p); /* and the old connection goes on */
  } else {
    hang_up(r, p, p->process);
    give_up_place(r, room, p);
  }
  take_place(r, room, p, process);
}
