/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/rooms.h"

#include <assert.h>
#include <stdlib.h>

#include "web/rooms_internal.h"

#define PLACE_KEPT_US (45 * 1000000ull)
#define HELLO_WITHIN_US (10 * 1000000ull)

static const struct rate message_rate = {.burst = 200, .per_second = 50};

int rooms_new(struct rooms **rooms, struct rooms_size size, const struct rooms_io *io, const struct random *random)
{
  struct rooms *r = calloc(1, sizeof *r);
  if (r == NULL)
    return ERR_NOMEM;
  r->io = *io;
  r->random = *random;
  if (slab_init(&r->rooms, sizeof(struct room), size.rooms) != 0 ||
      slab_init(&r->people, sizeof(struct person), size.people) != 0 ||
      map_init(&r->by_address, TOKEN_BYTES, size.rooms, random) != 0 || index_init(r, size.people) != 0) {
    rooms_free(r);
    return ERR_NOMEM;
  }
  *rooms = r;
  return 0;
}

void rooms_free(struct rooms *r)
{
  slab_id id;
  for (uint32_t i = 0; i < r->people.capacity; i++) {
    struct person *p = slab_at(&r->people, i, &id);
    if (p == NULL)
      continue;
    json_decref(p->last_slots);
    json_decref(p->last_security);
    slab_release(&r->people, id);
  }
  for (uint32_t i = 0; i < r->rooms.capacity; i++) {
    struct room *room = slab_at(&r->rooms, i, &id);
    if (room != NULL)
      room_release(r, room);
  }
  slab_fini(&r->people);
  slab_fini(&r->rooms);
  map_fini(&r->by_address);
  map_fini(&r->index);
  free(r);
}

const struct rooms_counters *rooms_counters(const struct rooms *r)
{
  return &r->counters;
}

const struct capacity *rooms_capacity(const struct rooms *r)
{
  return &r->capacity;
}

void rooms_set_mark(struct rooms *r, uint32_t mark)
{
  r->capacity.mark = mark;
}

struct person *person_get(const struct rooms *r, uint64_t id)
{
  return slab_get(&r->people, id);
}

struct room *room_get(const struct rooms *r, uint64_t id)
{
  return slab_get(&r->rooms, id);
}

struct room *room_of(const struct rooms *r, const struct person *p)
{
  struct room *room = room_get(r, p->room);
  assert(room != NULL);
  return room;
}

static struct person *listed(const struct rooms *r, uint64_t id)
{
  struct person *p = person_get(r, id);
  assert(p != NULL);
  return p;
}

struct person *member_at(const struct rooms *r, const struct room *room, uint32_t i)
{
  return listed(r, room->members.id[i]);
}

struct person *active_at(const struct rooms *r, const struct room *room, uint32_t i)
{
  return listed(r, room->active.id[i]);
}

struct person *member_named(const struct rooms *r, const struct room *room, struct span id)
{
  return index_first(r, room, INDEX_ID, id);
}

struct person *member_of_browser(const struct rooms *r, const struct room *room, const struct browser *browser)
{
  return index_first(r, room, INDEX_BROWSER, span_of(browser->hash, sizeof browser->hash));
}

bool rooms_is_host(const struct rooms *r, uint64_t id, const struct browser *browser)
{
  const struct room *room = room_get(r, id);
  return room != NULL && hosts_by_link(room, browser);
}

bool rooms_is_banned(const struct rooms *r, const struct entry_grant *grant)
{
  const struct room *room = room_get(r, grant->room);
  return room != NULL && ban_holds(room, &grant->browser, &grant->who);
}

int rooms_may_enter(const struct rooms *r, uint64_t now_us, const struct entry_grant *grant)
{
  const struct room *room = room_get(r, grant->room);
  return room == NULL ? ERR_NOT_FOUND : entry_check(r, now_us, room, grant);
}

static void replace_socket(struct rooms *r, struct person *p)
{
  if (p->socket != 0)
    r->io.close(r->io.ctx, p->socket, CLOSE_REPLACED, "replaced by a newer socket");
  p->socket = 0;
}

/* The stay that the entry is for: an earlier one of this browser, or a new one in its place. */
static int find_stay(struct rooms *r, struct rooms_time time, struct room *room, const struct entry_grant *grant,
                     struct person **person)
{
  struct person *earlier = member_of_browser(r, room, &grant->browser);
  bool had_place = earlier != NULL;
  if (earlier != NULL)
    replace_socket(r, earlier);
  if (grant->resume && earlier == NULL)
    return ERR_STATE;
  if (grant->resume) {
    earlier->who.session = grant->who.session; /* whose end is the stay's */
    *person = earlier;
    return 0;
  }
  if (earlier != NULL)
    door_end_stay(r, time, earlier, "left");
  return entry_begin_stay(r, time.now_us, room, grant, had_place, person);
}

int rooms_socket_opened(struct rooms *r, struct rooms_time time, uint64_t socket, const struct entry_grant *grant,
                        uint64_t *person)
{
  struct room *room = room_get(r, grant->room);
  struct person *p;
  int err = room == NULL ? ERR_NOT_FOUND : find_stay(r, time, room, grant, &p);
  if (err != 0)
    return err;
  p->socket = socket;
  p->since_us = time.now_us;
  p->greeted = false;
  say_hello(r, time, p);
  *person = p->self;
  return 0;
}

/* The stay is without a socket from now on; one that never began to be anything ends. */
static void go_away(struct rooms *r, struct rooms_time time, struct person *p)
{
  p->socket = 0;
  p->greeted = false;
  p->since_us = time.now_us;
  if (p->state == STAY_NEW) {
    door_end_stay(r, time, p, "lost");
    return;
  }
  if (p->here && p->state == STAY_IN) {
    p->here = false;
    say_changed(r, room_of(r, p), p);
  }
  p->here = false;
}

void protocol_error(struct rooms *r, struct rooms_time time, struct person *p, const char *why)
{
  r->counters.protocol_errors++;
  r->io.close(r->io.ctx, p->socket, CLOSE_PROTOCOL, why);
  go_away(r, time, p);
}

typedef void handle(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m);

static handle *const handlers[MESSAGE_TYPES] = {
  [MESSAGE_HELLO] = door_hello,
  [MESSAGE_OFFER] = media_offer,
  [MESSAGE_STATE] = media_state,
  [MESSAGE_LEVEL] = media_level,
  [MESSAGE_BEAT] = quiet_beat,
  [MESSAGE_VIEW] = view_take,
  [MESSAGE_ADMIT] = door_admit,
  [MESSAGE_REFUSE] = door_refuse,
  [MESSAGE_LEAVE] = door_leave,
  [MESSAGE_CHAT] = chat_write,
  [MESSAGE_HAND] = gestures_hand,
  [MESSAGE_REACTION] = gestures_react,
  [MESSAGE_INVITATION] = invite_answer,
  [MESSAGE_STEP_DOWN] = invite_step_down,
  [MESSAGE_ASK] = questions_ask,
  [MESSAGE_VOTE] = questions_vote,
  [MESSAGE_MUTE] = moderate_sources,
  [MESSAGE_STOP_VIDEO] = moderate_sources,
  [MESSAGE_STOP_SHARE] = moderate_sources,
  [MESSAGE_ASK_SHARE] = share_ask,
  [MESSAGE_DECLINE_SHARE] = share_decline,
  [MESSAGE_RELAY] = relay_ask,
  [MESSAGE_REMOVE] = moderate_remove,
  [MESSAGE_SEND_BACK] = moderate_send_back,
  [MESSAGE_BAN] = moderate_ban,
  [MESSAGE_UNBAN] = ban_lift,
  [MESSAGE_LOCK] = rules_lock,
  [MESSAGE_STOP_EVERYTHING] = rules_stop_everything,
  [MESSAGE_ROLE] = moderate_role,
  [MESSAGE_POLICY] = rules_policy,
  [MESSAGE_ATTENDANCE] = attendance_tell,
  [MESSAGE_LOWER_HAND] = gestures_lower,
  [MESSAGE_RECORDING] = recording_switch,
  [MESSAGE_BROADCAST] = stage_broadcast,
  [MESSAGE_STAGE] = stage_move,
  [MESSAGE_INVITE] = invite_ask,
  [MESSAGE_QUESTION] = questions_act,
};

/* As whom the page may believe to be speaking: what it says may have crossed the news that it was sent back. */
static enum stay_state believed_state(const struct person *p)
{
  return p->state == STAY_WAITING && p->was_in ? (enum stay_state)(STAY_WAITING | STAY_IN) : p->state;
}

/* NULL, or why this message can never have been right. */
static const char *objection(struct person *p, const struct message *m, uint64_t now_us)
{
  if (!rate_take(&p->messages, message_rate, now_us))
    return "too many messages";
  if (m->n != p->handled + 1)
    return "n is not the next number";
  if ((m->type == MESSAGE_HELLO) == p->greeted)
    return p->greeted ? "hello twice" : "hello must come first";
  if (!message_allowed(m->type, believed_state(p), p->highest >= AS_COHOST))
    return "not allowed in this state or role";
  return NULL;
}

static void carry_out(struct rooms *r, struct rooms_time time, struct person *p, const struct message *m)
{
  p->handled = m->n;
  if (message_allowed(m->type, p->state, is_moderator(p)))
    handlers[m->type](r, time, p, m);
  else if (p->state == STAY_IN)
    say_error(r, p, "not_allowed", "You are no longer a co-host.");
}

void rooms_socket_said(struct rooms *r, struct rooms_time time, uint64_t person, uint64_t socket, struct span json)
{
  struct person *p = person_get(r, person);
  struct message m;
  const char *why;
  if (p == NULL || p->socket != socket)
    return;
  if (message_parse(json, &m, &why) != 0) {
    protocol_error(r, time, p, why);
    return;
  }
  why = objection(p, &m, time.now_us);
  if (why != NULL)
    protocol_error(r, time, p, why);
  else
    carry_out(r, time, p, &m);
  message_fini(&m);
}

void rooms_socket_lost(struct rooms *r, struct rooms_time time, uint64_t person, uint64_t socket)
{
  struct person *p = person_get(r, person);
  if (p != NULL && p->socket == socket)
    go_away(r, time, p);
}

static void tick_person(struct rooms *r, struct rooms_time time, struct person *p)
{
  uint64_t age_us = time.now_us - p->since_us;
  moves_tick(r, time.now_us, p);
  if (p->socket != 0 && !p->greeted && age_us >= HELLO_WITHIN_US) {
    protocol_error(r, time, p, "no hello");
  } else if (p->socket == 0 && age_us >= PLACE_KEPT_US) {
    r->counters.lost++;
    door_end_stay(r, time, p, "lost");
  } else if (p->roster_from < p->roster_until && p->greeted) {
    say_more_people(r, room_of(r, p), p);
  } else {
    invite_tick(r, time, p);
  }
}

void rooms_tick(struct rooms *r, struct rooms_time time)
{
  slab_id id;
  for (uint32_t i = 0; i < r->people.capacity && r->people.used > 0; i++) {
    struct person *p = slab_at(&r->people, i, &id);
    if (p != NULL)
      tick_person(r, time, p);
  }
  for (uint32_t i = 0; i < r->rooms.capacity && r->rooms.used > 0; i++) {
    struct room *room = slab_at(&r->rooms, i, &id);
    if (room != NULL)
      room_tick(r, time, room);
  }
  moves_step(r, time.now_us);
}

void rooms_stop(struct rooms *r, struct rooms_time time)
{
  slab_id id;
  for (uint32_t i = 0; i < r->people.capacity; i++) {
    struct person *p = slab_at(&r->people, i, &id);
    if (p != NULL && p->state == STAY_IN)
      attendance_end(r, room_of(r, p), p, time.unix_s);
    if (p == NULL || p->socket == 0)
      continue;
    say(r, p, reply_coded("ended", "server_stopping", "The server is stopping."));
    r->io.close(r->io.ctx, p->socket, CLOSE_STOPPING, "the server stops");
    p->socket = 0;
  }
}
