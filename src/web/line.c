/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "web/line_internal.h"

#define HELLO_WITHIN_US (10 * 1000000ull)
#define CHECKED_WITHIN_TICKS 16u /* every socket's session is asked for once in so many */

static const struct rate message_rate = {.burst = 30, .per_second = 2};

int line_new(struct line **made, struct line_size size, const struct line_io *io, const struct random *random)
{
  struct line *l = calloc(1, sizeof *l);
  if (l == NULL)
    return ERR_NOMEM;
  l->io = *io;
  l->random = *random;
  if (slab_init(&l->sockets, sizeof(struct line_socket), size.lines) != 0 ||
      slab_init(&l->people, sizeof(struct line_person), size.people) != 0 ||
      slab_init(&l->calls, sizeof(struct line_call), size.calls) != 0 ||
      map_init(&l->by_account, UID_BYTES, size.people, random) != 0) {
    line_free(l);
    return ERR_NOMEM;
  }
  *made = l;
  return 0;
}

void line_free(struct line *l)
{
  if (l == NULL)
    return;
  slab_fini(&l->sockets);
  slab_fini(&l->people);
  slab_fini(&l->calls);
  map_fini(&l->by_account);
  free(l);
}

const struct line_counters *line_counters(const struct line *l)
{
  return &l->counters;
}

/* --- people --- */

struct line_person *line_person_of(const struct line *l, const struct uid *account)
{
  uint64_t id;
  return map_get(&l->by_account, account->b, &id) == 0 ? slab_get(&l->people, id) : NULL;
}

struct line_person *line_owner(const struct line *l, const struct line_socket *s)
{
  return slab_get(&l->people, s->owner);
}

struct line_person *line_person_take(struct line *l, const struct uid *account)
{
  struct line_person *p = line_person_of(l, account);
  uint64_t id;
  if (p != NULL || slab_take(&l->people, &id, (void **)&p) != 0)
    return p;
  p->self = id;
  p->account = *account;
  if (map_put(&l->by_account, account->b, id) == 0)
    return p;
  slab_release(&l->people, id);
  return NULL;
}

void line_person_release(struct line *l, struct line_person *p)
{
  if (p->sockets_n > 0 || p->in_meeting || p->calling != 0 || p->called != 0 || p->told != PRESENCE_AWAY)
    return;
  (void)map_remove(&l->by_account, p->account.b);
  slab_release(&l->people, p->self);
}

/* --- out --- */

json_t *line_id_json(const struct uid *id)
{
  char text[TOKEN_TEXT + 1];
  token_to_text(id->b, sizeof id->b, text);
  return json_string(text);
}

void line_say(struct line *l, const struct line_socket *s, json_t *message)
{
  char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT);
  if (text != NULL)
    l->io.send(l->io.ctx, s->socket, span_str(text));
  free(text);
  json_decref(message);
}

void line_say_to_all(struct line *l, const struct line_person *p, const struct line_socket *but, json_t *message)
{
  for (uint32_t i = 0; i < p->sockets_n; i++) {
    const struct line_socket *s = slab_get(&l->sockets, p->sockets[i]);
    if (s != NULL && s != but && s->greeted)
      line_say(l, s, json_incref(message));
  }
  json_decref(message);
}

/* --- sockets --- */

static void forget(struct line *l, struct rooms_time time, struct line_socket *s)
{
  struct line_person *p = line_owner(l, s);
  uint32_t kept = 0;
  line_calls_gone(l, time, s);
  for (uint32_t i = 0; i < p->sockets_n; i++)
    if (p->sockets[i] != s->self)
      p->sockets[kept++] = p->sockets[i];
  p->sockets_n = kept;
  p->alone_us = time.now_us;
  l->counters.open--;
  slab_release(&l->sockets, s->self);
  line_person_release(l, p);
}

static void end(struct line *l, struct rooms_time time, struct line_socket *s, enum close_code code, const char *why)
{
  l->io.close(l->io.ctx, s->socket, code, why);
  forget(l, time, s);
}

int line_opened(struct line *l, struct rooms_time time, uint64_t socket, const struct uid *session,
                const struct uid *account, uint64_t *id)
{
  struct line_person *p = line_person_take(l, account);
  struct line_socket *s;
  if (p == NULL)
    return ERR_LIMIT;
  if (p->sockets_n == LIMIT_ACCOUNT_LINES)
    end(l, time, slab_get(&l->sockets, p->sockets[0]), CLOSE_REPLACED, "replaced by a newer page");
  if (slab_take(&l->sockets, id, (void **)&s) != 0) {
    line_person_release(l, p);
    return ERR_LIMIT;
  }
  s->self = *id;
  s->socket = socket;
  s->owner = p->self;
  s->session = *session;
  s->since_us = time.now_us;
  p->sockets[p->sockets_n++] = *id;
  l->counters.open++;
  line_say(l, s, json_pack("{ss sI}", "type", "hello", "time", (json_int_t)time.unix_s));
  return 0;
}

static void on_hello(struct line *l, struct rooms_time time, struct line_socket *s)
{
  s->greeted = true;
  line_presence_arrived(l, s);
  line_calls_arrived(l, time, s);
}

static const char *objection(struct line_socket *s, const struct line_message *m, uint64_t now_us)
{
  if (!rate_take(&s->messages, message_rate, now_us))
    return "too many messages";
  if ((m->type == LINE_HELLO) == s->greeted)
    return s->greeted ? "hello twice" : "hello must come first";
  return NULL;
}

void line_said(struct line *l, struct rooms_time time, uint64_t id, struct span json)
{
  struct line_socket *s = slab_get(&l->sockets, id);
  struct line_message m;
  const char *why;
  if (s == NULL)
    return;
  if (line_message_parse(json, &m, &why) == 0)
    why = objection(s, &m, time.now_us);
  if (why != NULL) {
    l->counters.protocol_errors++;
    end(l, time, s, CLOSE_PROTOCOL, why);
    return;
  }
  switch (m.type) {
  case LINE_HELLO: on_hello(l, time, s); break;
  case LINE_RING: line_on_ring(l, time, s, &m.id); break;
  case LINE_CANCEL: line_on_cancel(l, time, s, &m.id); break;
  case LINE_ACCEPT: line_on_accept(l, time, s, &m.id); break;
  case LINE_REJECT: line_on_reject(l, time, s, &m.id); break;
  case LINE_TYPES: break;
  }
}

void line_lost(struct line *l, struct rooms_time time, uint64_t id)
{
  struct line_socket *s = slab_get(&l->sockets, id);
  if (s != NULL)
    forget(l, time, s);
}

/* --- the end from outside --- */

static void end_told(struct line *l, struct rooms_time time, struct line_socket *s)
{
  line_say(l, s, json_pack("{ss}", "type", "ended"));
  end(l, time, s, CLOSE_ENDED, "the session is over or locked");
}

void line_end_session(struct line *l, struct rooms_time time, const struct uid *session)
{
  slab_id id;
  for (uint32_t i = 0; i < l->sockets.capacity && l->sockets.used > 0; i++) {
    struct line_socket *s = slab_at(&l->sockets, i, &id);
    if (s != NULL && uid_equal(&s->session, session))
      end_told(l, time, s);
  }
}

void line_end_account(struct line *l, struct rooms_time time, const struct uid *account)
{
  for (const struct line_person *p = line_person_of(l, account); p != NULL && p->sockets_n > 0;
       p = line_person_of(l, account))
    end_told(l, time, slab_get(&l->sockets, p->sockets[0]));
}

static void check(struct line *l, struct rooms_time time, uint32_t i)
{
  slab_id id;
  struct line_socket *s = slab_at(&l->sockets, i, &id);
  if (s == NULL)
    return;
  if (!s->greeted && time.now_us - s->since_us >= HELLO_WITHIN_US)
    end(l, time, s, CLOSE_PROTOCOL, "no hello");
  else if (!l->io.holds(l->io.ctx, &s->session))
    end_told(l, time, s);
}

void line_look_again(struct line *l, struct rooms_time time)
{
  for (uint32_t i = 0; i < l->sockets.capacity && l->sockets.used > 0; i++)
    check(l, time, i);
}

/* A sixteenth of the places each time. */
static void check_some(struct line *l, struct rooms_time time)
{
  uint32_t n = l->sockets.capacity / CHECKED_WITHIN_TICKS + 1;
  for (; n > 0 && l->sockets.used > 0; n--) {
    l->next_checked = l->next_checked < l->sockets.capacity ? l->next_checked : 0;
    check(l, time, l->next_checked++);
  }
}

void line_tick(struct line *l, struct rooms_time time)
{
  check_some(l, time);
  line_presence_tick(l, time); /* first: it says who is busy */
  line_calls_tick(l, time);
}

void line_stop(struct line *l)
{
  slab_id id;
  for (uint32_t i = 0; i < l->sockets.capacity && l->sockets.used > 0; i++) {
    const struct line_socket *s = slab_at(&l->sockets, i, &id);
    if (s != NULL)
      l->io.close(l->io.ctx, s->socket, CLOSE_STOPPING, "the server stops");
  }
}
