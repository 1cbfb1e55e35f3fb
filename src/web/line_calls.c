/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ringing, and the four ways in which it ends (T10, T11). */
#include "web/line_internal.h"

/* Rings: so many at once, and one more each time that this has passed. What one person may do is told to that person;
 * what one person hears is not told to those who call. */
#define RINGS_BY_BURST 8u
#define RINGS_BY_EVERY_US 20000000u
#define RINGS_TO_BURST 12u
#define RINGS_TO_EVERY_US 15000000u

static bool take_slow(struct rate_bucket *places, const struct uid *account, uint32_t burst, uint64_t every_us,
                      uint64_t now_us)
{
  uint16_t at; /* ids are random */
  memcpy(&at, account->b, sizeof at);
  struct rate_bucket *b = &places[at & (SLOW_PLACES - 1)];
  uint64_t full_at = b->full_at_us > now_us ? b->full_at_us : now_us;
  if (full_at + every_us - now_us > burst * every_us)
    return false;
  b->full_at_us = full_at + every_us;
  return true;
}

static json_t *about(const char *type, const struct line_call *call)
{
  return json_pack("{ss so}", "type", type, "call", line_id_json(&call->id));
}

static void say_error(struct line *l, const struct line_socket *s, const char *code)
{
  line_say(l, s, json_pack("{ss ss}", "type", "error", "code", code));
}

/* --- the called side --- */

static json_t *ring_json(struct line *l, const struct line_call *call)
{
  struct line_card card = {0};
  if (l->io.card(l->io.ctx, &call->caller, &card) != 0)
    return NULL;
  return json_pack("{ss so s{so ss ss sb}}", "type", "ring", "call", line_id_json(&call->id), "from", "id",
                   line_id_json(&call->caller), "name", card.name, "email", card.email, "email_verified",
                   card.email_verified);
}

/* One at a time: whoever is called twice hears the first. */
static void let_hear(struct line *l, uint64_t now_us, struct line_call *call)
{
  struct line_person *p = line_person_of(l, &call->called);
  call->fresh = false;
  if (call->quiet || p == NULL || p->sockets_n == 0 || p->in_meeting || p->called != 0 ||
      !take_slow(l->rings_to, &p->account, RINGS_TO_BURST, RINGS_TO_EVERY_US, now_us))
    return;
  p->called = call->self;
  line_say_to_all(l, p, NULL, ring_json(l, call));
}

/* The call that an account hears; NULL: none, or another one. */
static struct line_call *heard_call(const struct line *l, const struct line_person *p, const struct uid *id)
{
  struct line_call *call = slab_get(&l->calls, p->called);
  return call != NULL && uid_equal(&call->id, id) ? call : NULL;
}

/* Its pages stop ringing. */
static void hush(struct line *l, struct line_call *call, const struct line_socket *but, const char *why)
{
  struct line_person *p = line_person_of(l, &call->called);
  if (p == NULL || p->called != call->self)
    return;
  p->called = 0;
  json_t *message = about("ring_over", call);
  (void)json_object_set_new(message, "why", json_string(why));
  line_say_to_all(l, p, but, message);
  line_person_release(l, p);
}

/* --- the calling side --- */

static void end_call(struct line *l, struct line_call *call)
{
  struct line_person *p = line_person_of(l, &call->caller);
  slab_release(&l->calls, call->self);
  if (p == NULL)
    return;
  p->calling = 0;
  line_person_release(l, p);
}

static void note_missed(struct line *l, struct rooms_time time, const struct line_call *call)
{
  if (call->quiet || call->declined)
    return;
  l->io.missed(l->io.ctx, time.unix_s, &call->called, &call->caller);
  line_tell(l, &call->called, "missed");
}

/* The caller hangs up, or has gone. */
static void take_back(struct line *l, struct rooms_time time, struct line_call *call)
{
  l->counters.cancelled++;
  hush(l, call, NULL, "missed");
  note_missed(l, time, call);
  end_call(l, call);
}

static struct line_call *make_call(struct line *l, struct rooms_time time, const struct line_socket *s,
                                   const struct uid *who)
{
  struct line_person *me = line_owner(l, s);
  struct line_call *call;
  uint64_t id;
  if (slab_take(&l->calls, &id, (void **)&call) != 0)
    return NULL;
  random_fill(&l->random, call->id.b, sizeof call->id.b);
  call->self = me->calling = id;
  call->caller = me->account;
  call->called = *who;
  call->from = s->self;
  call->until_us = time.now_us + LINE_RING_US;
  call->fresh = true;
  l->counters.rings++;
  return call;
}

/* Who is called is rung by the next tick: what is done here, and how long that takes, depends on nothing of theirs. */
void line_on_ring(struct line *l, struct rooms_time time, struct line_socket *s, const struct uid *who)
{
  struct line_person *me = line_owner(l, s);
  if (me->calling != 0) {
    say_error(l, s, "already_calling");
    return;
  }
  if (!take_slow(l->rings_by, &me->account, RINGS_BY_BURST, RINGS_BY_EVERY_US, time.now_us)) {
    say_error(l, s, "too_many_calls");
    return;
  }
  enum line_relation relation = l->io.relation(l->io.ctx, &me->account, who);
  struct line_call *call = relation == LINE_STRANGER ? NULL : make_call(l, time, s, who);
  if (call == NULL) {
    say_error(l, s, relation == LINE_STRANGER ? "not_a_contact" : "server_full");
    return;
  }
  call->quiet = relation == LINE_QUIET;
  line_say(l, s, json_pack("{ss so so si}", "type", "ringing", "call", line_id_json(&call->id), "who",
                           line_id_json(who), "seconds", (int)(LINE_RING_US / 1000000)));
}

void line_on_cancel(struct line *l, struct rooms_time time, struct line_socket *s, const struct uid *id)
{
  struct line_call *call = slab_get(&l->calls, line_owner(l, s)->calling);
  if (call != NULL && call->from == s->self && uid_equal(&call->id, id))
    take_back(l, time, call);
}

/* Both go to a meeting of their own. Whatever else the accepting person was calling is taken back. */
void line_on_accept(struct line *l, struct rooms_time time, struct line_socket *s, const struct uid *id)
{
  struct line_person *me = line_owner(l, s);
  struct line_call *call = heard_call(l, me, id), *own;
  struct uid room;
  if (call == NULL) {
    say_error(l, s, "call_over");
    return;
  }
  if (l->io.meet(l->io.ctx, time, &call->caller, &call->called, room.b) != 0) {
    say_error(l, s, "server_full");
    return;
  }
  l->counters.accepted++;
  json_t *go = about("go", call);
  (void)json_object_set_new(go, "room", line_id_json(&room));
  const struct line_socket *caller = slab_get(&l->sockets, call->from);
  if (caller != NULL)
    line_say(l, caller, json_incref(go));
  line_say(l, s, go);
  own = slab_get(&l->calls, me->calling);
  if (own != NULL)
    take_back(l, time, own);
  hush(l, call, s, "answered");
  end_call(l, call);
}

/* The caller hears nothing of it: there it rings on. */
void line_on_reject(struct line *l, struct rooms_time time, struct line_socket *s, const struct uid *id)
{
  struct line_call *call = heard_call(l, line_owner(l, s), id);
  (void)time;
  if (call == NULL)
    return;
  l->counters.declined++;
  call->declined = true;
  hush(l, call, NULL, "declined");
}

void line_calls_arrived(struct line *l, struct rooms_time time, struct line_socket *s)
{
  const struct line_person *p = line_owner(l, s);
  slab_id id;
  if (p->called != 0) {
    line_say(l, s, ring_json(l, slab_get(&l->calls, p->called)));
    return;
  }
  for (uint32_t i = 0; i < l->calls.capacity && l->calls.used > 0 && p->called == 0; i++) {
    struct line_call *call = slab_at(&l->calls, i, &id);
    if (call != NULL && !call->declined && uid_equal(&call->called, &p->account))
      let_hear(l, time.now_us, call);
  }
}

void line_calls_gone(struct line *l, struct rooms_time time, const struct line_socket *s)
{
  struct line_call *call = slab_get(&l->calls, line_owner(l, s)->calling);
  if (call != NULL && call->from == s->self)
    take_back(l, time, call);
}

static void run_out(struct line *l, struct rooms_time time, struct line_call *call)
{
  const struct line_socket *caller = slab_get(&l->sockets, call->from);
  l->counters.not_answered++;
  if (caller != NULL)
    line_say(l, caller, about("not_answered", call));
  hush(l, call, NULL, "missed");
  note_missed(l, time, call);
  end_call(l, call);
}

void line_calls_tick(struct line *l, struct rooms_time time)
{
  slab_id id;
  for (uint32_t i = 0; i < l->calls.capacity && l->calls.used > 0; i++) {
    struct line_call *call = slab_at(&l->calls, i, &id);
    if (call != NULL && call->fresh)
      let_hear(l, time.now_us, call);
    if (call != NULL && time.now_us >= call->until_us)
      run_out(l, time, call);
  }
}
