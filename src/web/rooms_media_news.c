/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media connections: what the media processes say of them, and processes that come and go. */
#include "web/rooms_internal.h"

void media_keep(json_t **kept, json_t *json)
{
  json_decref(*kept);
  *kept = json_incref(json);
}

static void ask_to_renew(struct rooms *r, struct person *p, const char *why)
{
  r->counters.renewals++;
  p->renew = true;
  p->renew_why = why;
  say(r, p, reply_renew(why));
}

void media_follow_role(struct rooms *r, const struct room *room, struct person *p)
{
  if (p->connection == 0 || role_publishes(&room->policy, p->role) == p->had_sources)
    return;
  if (r->up[p->process])
    ask_to_renew(r, p, "role_changed");
  else
    p->renew = true; /* the page is asked when the process is back */
}

/* Someone who is in, and has the media in this process: a process may not speak of others. */
static struct person *person_in(const struct rooms *r, unsigned process, uint64_t peer)
{
  struct person *p = person_get(r, peer);
  return p != NULL && p->state == STAY_IN && p->process == process ? p : NULL;
}

/* The same, or someone who was sent back while offers were under way. */
static struct person *person_with_offers(const struct rooms *r, unsigned process, uint64_t peer)
{
  struct person *p = person_get(r, peer);
  return p != NULL && p->connection != 0 && p->process == process ? p : NULL;
}

/* One offer is answered, in the order of the offers. False if it belonged to a connection that was replaced
 * meanwhile. */
static bool take_answer(struct person *p)
{
  if (p->unanswered == 0)
    return false;
  p->unanswered--;
  if (p->outdated == 0)
    return p->state == STAY_IN;
  p->outdated--;
  return false;
}

int rooms_media_answered(struct rooms *r, unsigned process, const struct ipc_answer *m)
{
  struct person *p = person_with_offers(r, process, m->peer);
  if (p == NULL)
    return ERR_NOT_FOUND;
  if (!take_answer(p))
    return 0;
  p->answered_connection = p->connection;
  say(r, p, reply_answer(m->id, m->sdp));
  return 0;
}

int rooms_media_refused(struct rooms *r, unsigned process, const struct ipc_refused *m)
{
  struct person *p = person_with_offers(r, process, m->peer);
  if (p == NULL)
    return ERR_NOT_FOUND;
  if (!take_answer(p))
    return 0;
  if (p->answered_connection != p->connection)
    p->renew = true; /* it never came to be: the next offer begins anew */
  say(r, p, reply_offer_refused(m->id, m->code, m->text));
  return 0;
}

static void put_out_unsafe(struct rooms *r, struct rooms_time time, struct person *p)
{
  door_put_out(r, time, p, "post_quantum_needed",
               "This meeting demands encryption that quantum computers cannot break, and your browser does not offer "
               "it. Update your browser, or use another one.");
}

bool media_check_exchange(struct rooms *r, struct rooms_time time, struct person *p)
{
  const struct room *room = room_of(r, p);
  bool unsafe = p->state == STAY_IN && room->policy.post_quantum && p->exchange == EXCHANGE_CLASSIC;
  if (unsafe)
    put_out_unsafe(r, time, p);
  return unsafe;
}

/* What the finished handshake has agreed on; what is on may be forwarded as soon as that is good enough. */
static void note_exchange(struct rooms *r, struct person *p, const struct ipc_security *m)
{
  enum key_exchange before = p->exchange;
  if (m->state != IPC_MEDIA_CONNECTED)
    return;
  p->exchange = span_equal(m->group, span_str("X25519MLKEM768")) ? EXCHANGE_QUANTUM_SAFE : EXCHANGE_CLASSIC;
  if (p->exchange != before && room_of(r, p)->policy.post_quantum)
    media_publish(r, room_of(r, p), p);
}

int rooms_media_security(struct rooms *r, struct rooms_time time, unsigned process, const struct ipc_security *m)
{
  struct person *p = person_in(r, process, m->peer);
  if (p == NULL || m->connection != p->connection)
    return ERR_NOT_FOUND;
  if (p->last_security == NULL || p->media_state != m->state)
    p->media_since_unix_s = time.unix_s;
  p->media_state = m->state;
  json_t *json = reply_security(m, p->media_since_unix_s);
  media_keep(&p->last_security, json);
  say(r, p, json);
  if (m->state == IPC_MEDIA_CONNECTED)
    moves_connected(r, time.now_us, p);
  note_exchange(r, p, m);
  (void)media_check_exchange(r, time, p);
  return 0;
}

static json_t *slot_of(const struct rooms *r, const struct room *room, const struct ipc_slot *slot)
{
  const struct person *who = person_get(r, slot->who);
  bool known = who != NULL && who->room == room->self && who->state == STAY_IN;
  return reply_slot(span_of(slot->mid, slot->mid_n), known ? who->id : NULL, slot->source);
}

int rooms_media_slots(struct rooms *r, unsigned process, const struct ipc_slots *m)
{
  struct person *p = person_in(r, process, m->peer);
  if (p == NULL || m->connection != p->connection)
    return ERR_NOT_FOUND;
  json_t *slots = json_array();
  for (unsigned i = 0; i < m->count; i++)
    json_array_append_new(slots, slot_of(r, room_of(r, p), &m->slot[i]));
  json_t *json = reply_slots(slots);
  media_keep(&p->last_slots, json);
  say(r, p, json);
  return 0;
}

int rooms_media_speaker(struct rooms *r, unsigned process, const struct ipc_speaker *m)
{
  struct room *room = room_get(r, m->room);
  if (room == NULL || room->process != process)
    return ERR_NOT_FOUND;
  const struct person *speaker = m->peer == 0 ? NULL : person_in(r, process, m->peer);
  if (m->peer != 0 && (speaker == NULL || speaker->room != room->self))
    return ERR_NOT_FOUND;
  json_t *json = reply_speaker(speaker == NULL ? NULL : speaker->id);
  if (m->backstage || (speaker != NULL && is_backstage(room, speaker))) {
    say_to_active(r, room, json);
    return 0;
  }
  room->speaker = m->peer;
  if (quiet_holds_back(r, room))
    json_decref(json); /* told by the clock */
  else
    say_to_people(r, room, json);
  return 0;
}

int rooms_media_load(struct rooms *r, uint64_t now_us, unsigned process, const struct ipc_load *m)
{
  if (process >= LIMIT_MEDIA_PROCESSES)
    return ERR_RANGE;
  if (r->capacity.process[process].reported_us == 0)
    balance_began(&r->balance, process, now_us);
  capacity_report(&r->capacity, process, m, now_us);
  return 0;
}

void rooms_web_late(struct rooms *r, uint64_t late_us)
{
  capacity_web_late(&r->capacity, late_us);
}

int rooms_media_gone(struct rooms *r, struct rooms_time time, unsigned process, const struct ipc_gone *m)
{
  struct person *p = person_in(r, process, m->peer);
  if (p == NULL || m->connection != p->connection)
    return ERR_NOT_FOUND;
  if (m->reason == IPC_GONE_POST_QUANTUM && room_of(r, p)->policy.post_quantum)
    put_out_unsafe(r, time, p);
  else
    ask_to_renew(r, p, "connection_lost");
  return 0;
}

typedef void visit(struct rooms *r, struct person *p);

static void visit_people_in(struct rooms *r, unsigned process, visit *visitor)
{
  slab_id id;
  for (uint32_t i = 0; i < r->people.capacity; i++) {
    struct person *p = slab_at(&r->people, i, &id);
    if (p != NULL && person_with_offers(r, process, id) != NULL)
      visitor(r, p);
  }
}

static void lose_connection(struct rooms *r, struct person *p)
{
  (void)r;
  p->unanswered = p->outdated = 0;
  p->renew = true;
  media_keep(&p->last_slots, NULL);
}

static void restore_connection(struct rooms *r, struct person *p)
{
  if (p->state == STAY_IN)
    ask_to_renew(r, p, "media_restarted");
}

/* Connections that were left behind there by a move are gone with it. */
static void let_go_all(struct rooms *r, unsigned process)
{
  slab_id id;
  for (uint32_t i = 0; i < r->people.capacity; i++) {
    struct person *p = slab_at(&r->people, i, &id);
    if (p != NULL && p->moved_from == process + 1u)
      spread_let_go(r, room_of(r, p), p);
  }
}

void rooms_media_down(struct rooms *r, unsigned process)
{
  if (process >= LIMIT_MEDIA_PROCESSES || !r->up[process])
    return;
  r->up[process] = false;
  capacity_forget(&r->capacity, process);
  let_go_all(r, process);
  visit_people_in(r, process, lose_connection);
}

void rooms_media_up(struct rooms *r, unsigned process)
{
  if (process >= LIMIT_MEDIA_PROCESSES)
    return;
  r->up[process] = true;
  if (process >= r->processes)
    r->processes = process + 1;
  visit_people_in(r, process, restore_connection);
}
