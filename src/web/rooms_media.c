/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media connections: which process a room's media lives in, offers to it, and what it says back. */
#include "web/rooms_internal.h"

static const struct rate offer_rate = {.burst = 20, .per_second = 2};

static unsigned least_loaded(const struct rooms *r)
{
  unsigned best = 0;
  for (unsigned i = 0; i < r->processes; i++)
    if (r->up[i] && (!r->up[best] || r->load[i] < r->load[best]))
      best = i;
  return best;
}

void media_enter(struct rooms *r, struct room *room)
{
  if (room->in == 1)
    room->process = least_loaded(r);
  r->load[room->process]++;
}

void media_leave(struct rooms *r, struct room *room, struct person *p)
{
  r->load[room->process]--;
  if (room->speaker == p->self)
    room->speaker = 0;
  if (p->connection != 0 && r->up[room->process])
    r->io.hang_up(r->io.ctx, room->process, &(struct ipc_peer){.peer = p->self});
}

static void keep(json_t **kept, json_t *json)
{
  json_decref(*kept);
  *kept = json_incref(json);
}

/* A new connection comes in place of the old one: what was known of that is of the past. */
static void begin_connection(struct person *p)
{
  p->connection++;
  p->outdated = p->unanswered;
  p->renew = false;
  p->renew_why = NULL;
  p->media_state = IPC_MEDIA_CONNECTING;
  keep(&p->last_slots, NULL);
  keep(&p->last_security, NULL);
}

static void ask_to_renew(struct rooms *r, struct person *p, const char *why)
{
  r->counters.renewals++;
  p->renew = true;
  p->renew_why = why;
  say(r, p, reply_renew(why));
}

static uint8_t publish_bits(const struct person *p)
{
  unsigned bits = 0;
  for (unsigned i = 0; i < SOURCE_COUNT; i++)
    bits |= p->on[i] ? 1u << i : 0;
  return (uint8_t)bits;
}

static void send_offer(struct rooms *r, const struct room *room, struct person *p, const struct message_offer *offer)
{
  struct ipc_offer out = {.room = room->self, .peer = p->self, .connection = p->connection, .id = offer->id,
                          .publish = publish_bits(p), .sdp = offer->sdp};
  memcpy(out.source_mid, offer->source_mid, sizeof out.source_mid);
  p->unanswered++;
  r->io.offer(r->io.ctx, room->process, &out);
}

void media_offer(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  const struct room *room = room_of(r, p);
  const struct message_offer *offer = &m->offer;
  if (offer->id != 1 && offer->id <= p->offer_id) {
    protocol_error(r, time, p, "the id of an offer must grow");
    return;
  }
  p->offer_id = offer->id;
  if (!rate_take(&p->offers, offer_rate, time.now_us)) {
    say(r, p, reply_offer_refused(offer->id, span_str("too_many_offers"),
                                  span_str("Too many changes of the connection in a short time.")));
    return;
  }
  if (offer->id == 1 || p->renew || p->connection == 0)
    begin_connection(p);
  if (r->up[room->process])
    send_offer(r, room, p, offer);
  else
    p->renew = true; /* the page is asked as soon as the process is back */
}

void media_state(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, p);
  if (memcmp(p->on, m->state.on, sizeof p->on) == 0)
    return;
  memcpy(p->on, m->state.on, sizeof p->on);
  if (p->connection != 0 && r->up[room->process])
    r->io.publish(r->io.ctx, room->process, &(struct ipc_publish){.peer = p->self, .publish = publish_bits(p)});
  say_changed(r, room, p);
}

void media_level(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  (void)time;
  const struct room *room = room_of(r, p);
  if (p->on[SOURCE_MIC] && p->connection != 0 && r->up[room->process])
    r->io.level(r->io.ctx, room->process, &(struct ipc_level){.peer = p->self, .level = m->level.db});
}

void media_tell_again(struct rooms *r, struct person *p)
{
  if (p->last_slots != NULL)
    say(r, p, json_incref(p->last_slots));
  if (p->last_security != NULL)
    say(r, p, json_incref(p->last_security));
  if (p->renew_why != NULL)
    say(r, p, reply_renew(p->renew_why));
}

/* --- what media processes say --- */

/* Someone who is in a room of this process: a process may not speak of others. */
static struct person *person_in(const struct rooms *r, unsigned process, uint64_t peer)
{
  struct person *p = person_get(r, peer);
  return p != NULL && p->state == STAY_IN && room_of(r, p)->process == process ? p : NULL;
}

/* One offer is answered, in the order of the offers. False if it belonged to a connection that was replaced meanwhile. */
static bool take_answer(struct person *p)
{
  if (p->unanswered == 0)
    return false;
  p->unanswered--;
  if (p->outdated == 0)
    return true;
  p->outdated--;
  return false;
}

int rooms_media_answered(struct rooms *r, unsigned process, const struct ipc_answer *m)
{
  struct person *p = person_in(r, process, m->peer);
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
  struct person *p = person_in(r, process, m->peer);
  if (p == NULL)
    return ERR_NOT_FOUND;
  if (!take_answer(p))
    return 0;
  if (p->answered_connection != p->connection)
    p->renew = true; /* it never came to be: the next offer begins anew */
  say(r, p, reply_offer_refused(m->id, m->code, m->text));
  return 0;
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
  keep(&p->last_security, json);
  say(r, p, json);
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
  keep(&p->last_slots, json);
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
  room->speaker = m->peer;
  say_to_people(r, room, NULL, reply_speaker(speaker == NULL ? NULL : speaker->id));
  return 0;
}

int rooms_media_gone(struct rooms *r, unsigned process, const struct ipc_gone *m)
{
  struct person *p = person_in(r, process, m->peer);
  if (p == NULL || m->connection != p->connection)
    return ERR_NOT_FOUND;
  ask_to_renew(r, p, "connection_lost");
  return 0;
}

/* --- processes that come and go --- */

typedef void visit(struct rooms *r, struct person *p);

static void visit_people_in(struct rooms *r, unsigned process, visit *visitor)
{
  slab_id id;
  for (uint32_t i = 0; i < r->people.capacity; i++) {
    struct person *p = slab_at(&r->people, i, &id);
    if (p != NULL && p->connection != 0 && person_in(r, process, id) != NULL)
      visitor(r, p);
  }
}

static void lose_connection(struct rooms *r, struct person *p)
{
  (void)r;
  p->unanswered = p->outdated = 0;
  p->renew = true;
  keep(&p->last_slots, NULL);
}

static void restore_connection(struct rooms *r, struct person *p)
{
  ask_to_renew(r, p, "media_restarted");
}

void rooms_media_down(struct rooms *r, unsigned process)
{
  if (process >= LIMIT_MEDIA_PROCESSES || !r->up[process])
    return;
  r->up[process] = false;
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
