/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/crowd_internal.h"

#include <netdb.h>
#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load/descriptors.h"
#include "load/floor.h"
#include "web/openssl.h"

#define EVENTS 256
#define READ_BYTES 16384
#define LOOK_EVERY_US 20000 /* at all who wait for something */
#define LEAVE_WITHIN_US 5000000
#define TELL_EVERY_US 1000000
#define CONTAINER_OF(pointer, type, member) ((type *)(void *)((uint8_t *)(pointer)-offsetof(type, member)))

uint64_t crowd_now_us(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

/* --- connections in the loop --- */

/* Which connection an event is of, and which of its dials: one of an earlier connection is out of date. */
static uint64_t tag_of(const struct crowd *c, const struct seat *s, int line)
{
  return (uint64_t)s->dialled[line] << 32 | (uint64_t)(s - c->seats) << 1 | (unsigned)line;
}

static void watch(struct crowd *c, struct seat *s, int line, int operation)
{
  const struct connection *connection = &s->connection[line];
  bool writing = s->writing[line] || !connection->up || connection->wants_to_write;
  struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data = {.u64 = tag_of(c, s, line)}};
  (void)epoll_ctl(c->epoll, operation, connection->fd, &event);
}

static void hang_up(struct seat *s, int line)
{
  connection_close(&s->connection[line]);
  s->sent[line] = 0;
  s->writing[line] = false;
}

static void lose(struct seat *s, int line)
{
  hang_up(s, line);
  entrant_disconnected(&s->entrant, (enum entrant_line)line, crowd_now_us());
}

static void dial(struct crowd *c, struct seat *s, int line)
{
  s->dialled[line] = s->entrant.wire[line].dial;
  if (connection_open(&s->connection[line], c->tls, &s->from, &c->to, c->options->name) != 0)
    lose(s, line);
  else
    watch(c, s, line, EPOLL_CTL_ADD);
}

/* Sends what waits. False: the connection is lost. */
static bool flush(struct crowd *c, struct seat *s, int line)
{
  struct entrant_wire *wire = &s->entrant.wire[line];
  bool was_writing = s->writing[line];
  int err = 0;
  while (err == 0 && s->sent[line] < wire->out_n) {
    size_t n = 0;
    err = connection_write(&s->connection[line], span_of(wire->out + s->sent[line], wire->out_n - s->sent[line]), &n);
    s->sent[line] += n;
  }
  if (err != 0 && err != ERR_AGAIN) {
    lose(s, line);
    return false;
  }
  if (err == 0)
    wire->out_n = s->sent[line] = 0;
  s->writing[line] = err == ERR_AGAIN;
  if (s->writing[line] != was_writing)
    watch(c, s, line, EPOLL_CTL_MOD);
  return true;
}

/* Makes the connection what the entrant wants. True if that made the entrant want something else. */
static bool settle_line(struct crowd *c, struct seat *s, int line)
{
  const struct entrant_wire *wire = &s->entrant.wire[line];
  if (connection_is_open(&s->connection[line]) && (!wire->wanted || s->dialled[line] != wire->dial))
    hang_up(s, line);
  if (!wire->wanted)
    return false;
  if (!connection_is_open(&s->connection[line])) {
    dial(c, s, line);
    return !connection_is_open(&s->connection[line]);
  }
  return s->connection[line].up && wire->out_n > s->sent[line] && !s->writing[line] && !flush(c, s, line);
}

void crowd_settle(struct crowd *c, struct seat *s)
{
  while (settle_line(c, s, LINE_HTTPS) || settle_line(c, s, LINE_SOCKET))
    ;
}

/* --- events --- */

/* Still the connection that the event was of, and still wanted. */
static bool is_current(const struct seat *s, int line)
{
  const struct entrant_wire *wire = &s->entrant.wire[line];
  return connection_is_open(&s->connection[line]) && wire->wanted && wire->dial == s->dialled[line];
}

static void read_all(struct seat *s, int line)
{
  static uint8_t bytes[READ_BYTES];
  int err = 0;
  while (err == 0 && is_current(s, line)) {
    size_t n = 0;
    err = connection_read(&s->connection[line], bytes, sizeof bytes, &n);
    if (err == 0)
      entrant_received(&s->entrant, (enum entrant_line)line, span_of(bytes, n), crowd_now_us());
    else if (err != ERR_AGAIN)
      lose(s, line);
  }
}

/* It would be the same for all, and with every try. */
static void distrust(struct crowd *c, const struct connection *connection)
{
  if (!c->distrusted)
    (void)fprintf(
        stderr,
        "The server's certificate is not trusted for %s: %s. Mend: --trust FILE, the certificate itself, if no "
        "public authority has signed it (data/certificate.pem at the server).\n",
        c->options->name, connection_distrust(connection));
  c->distrusted = true;
}

static void shake(struct crowd *c, struct seat *s, int line)
{
  int err = connection_shake(&s->connection[line]);
  if (err == 0) {
    entrant_connected(&s->entrant, (enum entrant_line)line, crowd_now_us());
    watch(c, s, line, EPOLL_CTL_MOD);
  } else if (err != ERR_AGAIN) {
    if (err == ERR_AUTH)
      distrust(c, &s->connection[line]);
    lose(s, line);
  }
}

static void on_event(struct crowd *c, const struct epoll_event *event)
{
  struct seat *s = &c->seats[(uint32_t)event->data.u64 >> 1];
  int line = (int)(event->data.u64 & 1);
  if (!is_current(s, line) || s->dialled[line] != (uint32_t)(event->data.u64 >> 32))
    return;
  if (!s->connection[line].up)
    shake(c, s, line);
  else if ((event->events & EPOLLOUT) != 0)
    (void)flush(c, s, line); /* what is lost is settled below */
  if (is_current(s, line) && s->connection[line].up)
    read_all(s, line);
  crowd_settle(c, s);
}

static int turn(struct crowd *c, int wait_ms)
{
  struct epoll_event events[EVENTS];
  int n = epoll_wait(c->epoll, events, EVENTS, wait_ms);
  for (int i = 0; i < n; i++)
    on_event(c, &events[i]);
  return c->distrusted ? ERR_AUTH : n < 0 && errno != EINTR ? ERR_IO : 0;
}

/* --- a wave --- */

static bool is_on_the_way(const struct seat *s)
{
  return s->begun && s->entrant.outcome == OUTCOME_OPEN;
}

static unsigned count_on_the_way(const struct crowd *c)
{
  unsigned n = 0;
  for (unsigned i = 0; i < c->begun; i++)
    n += is_on_the_way(&c->seats[i]);
  return n;
}

static int begin(struct crowd *c, unsigned wave, unsigned i)
{
  struct seat *s = &c->seats[i];
  s->begun = true;
  const struct entrant_account *account = i < c->speakers.n ? &c->speakers.account[i] : NULL;
  if (c->floor != NULL)
    floor_wish(c->floor, i, &s->from, crowd_now_us() - s->wanted_us);
  int err = entrant_begin(&s->entrant, &c->target, account, load_options_wrong(c->options, i), wave * c->people + i,
                          crowd_now_us());
  crowd_settle(c, s);
  return err;
}

/* Those whose time has come, as far as there may be so many on the way at once. */
static int begin_due(struct crowd *c, unsigned wave, unsigned end)
{
  int err = 0;
  unsigned on_the_way = c->options->at_once < c->people ? count_on_the_way(c) : 0;
  while (err == 0 && c->begun < end && c->seats[c->begun].wanted_us <= crowd_now_us() &&
         on_the_way++ < c->options->at_once)
    err = begin(c, wave, c->begun++);
  return err;
}

static void look_at_all(struct crowd *c)
{
  uint64_t now = crowd_now_us();
  if (now - c->looked_us < LOOK_EVERY_US)
    return;
  c->looked_us = now;
  for (unsigned i = 0; i < c->begun; i++) {
    struct entrant *e = &c->seats[i].entrant;
    if (e->wake_us == 0 || e->wake_us > now)
      continue;
    entrant_time(e, now);
    crowd_settle(c, &c->seats[i]);
  }
}

static void tell(struct crowd *c)
{
  uint64_t now = crowd_now_us();
  unsigned in = 0;
  char media[200] = "";
  if (now - c->told_us < TELL_EVERY_US)
    return;
  c->told_us = now;
  for (unsigned i = 0; i < c->begun; i++)
    in += c->seats[i].entrant.outcome == OUTCOME_IN;
  if (c->floor != NULL)
    floor_tell(c->floor, media, sizeof media);
  (void)fprintf(stderr, "%5.0f s: %u have come, %u are in, %u on their way%s%s\n", (double)(now - c->wave_us) / 1e6,
                c->begun, in, count_on_the_way(c), media[0] == '\0' ? "" : "; ", media);
}

static int serve(struct crowd *c)
{
  int err = turn(c, 1);
  look_at_all(c);
  if (c->floor != NULL)
    floor_serve(c->floor);
  tell(c);
  return err;
}

int crowd_come(struct crowd *c, unsigned wave, unsigned end)
{
  const uint64_t give_up_us = c->seats[end - 1].wanted_us + (uint64_t)(c->options->patience_s * 1e6);
  int err = 0;
  while (err == 0 && crowd_now_us() < give_up_us && (c->begun < end || count_on_the_way(c) > 0)) {
    err = begin_due(c, wave, end);
    if (err == 0)
      err = serve(c);
  }
  for (unsigned i = 0; i < c->begun; i++)
    if (is_on_the_way(&c->seats[i])) {
      entrant_give_up(&c->seats[i].entrant);
      crowd_settle(c, &c->seats[i]);
    }
  return err;
}

int crowd_serve_until(struct crowd *c, uint64_t end_us)
{
  int err = 0;
  while (err == 0 && crowd_now_us() < end_us)
    err = serve(c);
  return err;
}

static bool has_left(const struct seat *s)
{
  return !connection_is_open(&s->connection[LINE_SOCKET]);
}

/* All say good-bye; who is not let go by the server hangs up. */
int crowd_leave(struct crowd *c)
{
  const uint64_t end = crowd_now_us() + LEAVE_WITHIN_US;
  int err = 0;
  unsigned left = 0;
  for (unsigned i = 0; i < c->begun; i++) {
    entrant_leave(&c->seats[i].entrant);
    crowd_settle(c, &c->seats[i]);
    if (i % 64 == 63)
      (void)turn(c, 0);
  }
  while (err == 0 && left < c->begun && crowd_now_us() < end) {
    err = turn(c, 1);
    for (left = 0; left < c->begun && has_left(&c->seats[left]); left++)
      ;
  }
  return err;
}

void crowd_clear(struct crowd *c)
{
  for (unsigned i = 0; i < c->people; i++) {
    for (int line = 0; line < ENTRANT_LINES; line++)
      hang_up(&c->seats[i], line);
    entrant_fini(&c->seats[i].entrant);
    c->seats[i] = (struct seat){.from = load_options_from(c->options, i)};
  }
  c->begun = 0;
}

static const struct entrant *person_at(const void *crowd, size_t i)
{
  return &((const struct crowd *)crowd)->seats[i].entrant;
}

static uint64_t wanted_at(const void *crowd, size_t i)
{
  return ((const struct crowd *)crowd)->seats[i].wanted_us;
}

void crowd_measure(const struct crowd *c, struct watch *w)
{
  *w = (struct watch){0};
  if (c->options->server != 0 && watch_take(w, c->options->server) != 0)
    (void)fprintf(stderr, "The server's process is gone.\n");
}

int crowd_count(struct crowd *c, struct tally *t)
{
  const struct tally_people people = {
      .person = person_at, .wanted_us = wanted_at, .ctx = c, .n = c->people, .begun_us = c->wave_us};
  return tally_make(t, &people);
}

int crowd_wave(struct crowd *c, unsigned wave, struct tally *t)
{
  struct watch before, after;
  crowd_clear(c);
  crowd_measure(c, &before);
  c->wave_us = c->told_us = crowd_now_us();
  for (unsigned i = 0; i < c->people; i++)
    c->seats[i].wanted_us = c->wave_us + (uint64_t)(c->options->over_s * 1e6 * i / c->people);
  int err = crowd_come(c, wave, c->people);
  crowd_measure(c, &after);
  if (err == 0)
    err = crowd_serve_until(c, crowd_now_us() + (uint64_t)(c->options->stay_s * 1e6));
  if (err == 0)
    err = crowd_count(c, t);
  t->before = before;
  t->after = after;
  if (err == 0)
    err = crowd_leave(c);
  return err;
}

/* --- set-up --- */

static int find_server(const struct load_options *o, struct net_addr *to)
{
  const struct addrinfo hints = {.ai_family = o->from.family == 4 ? AF_INET : AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  if (getaddrinfo(o->name, NULL, &hints, &found) != 0)
    return ERR_NOT_FOUND;
  int err = net_addr_from_sockaddr(to, found->ai_addr);
  freeaddrinfo(found);
  to->port = o->port;
  return err;
}

/* For whom the entrant is: its seat's number. */
static void heard(void *ctx, struct entrant *e, const char *type, const struct json_t *message, uint64_t now_us)
{
  struct crowd *c = ctx;
  struct seat *s = CONTAINER_OF(e, struct seat, entrant);
  (void)now_us;
  floor_heard(c->floor, (unsigned)(s - c->seats), e, type, message);
}

static int make_floor(struct crowd *c, const struct load_speakers *speakers)
{
  c->speakers = *speakers;
  for (size_t i = 0; i < speakers->n; i++) /* into the copy of the text */
    c->speakers.account[i] =
        (struct entrant_account){.email = c->speakers.text + (speakers->account[i].email - speakers->text),
                                 .password = c->speakers.text + (speakers->account[i].password - speakers->text)};
  c->target.heard = heard;
  c->target.ctx = c;
  return floor_new(&c->floor, c->options, c->people, (unsigned)speakers->n);
}

static int make(struct crowd *c, const struct load_options *o, const struct load_speakers *speakers)
{
  c->options = o;
  c->target = o->target;
  c->target.random = random_system;
  c->target.crowd = o->run == 0 ? 0 : 1 + random_u32(&random_system) % 1000000;
  c->people = o->people + (speakers == NULL ? 0 : (unsigned)speakers->n);
  c->seats = calloc(c->people, sizeof *c->seats);
  int err = c->seats == NULL ? ERR_NOMEM : find_server(o, &c->to);
  if (err == 0 && speakers != NULL)
    err = make_floor(c, speakers);
  if (err == 0)
    err = connection_context(&c->tls, o->trust);
  if (err == 0)
    err = descriptors_allow((size_t)c->people * (ENTRANT_LINES + 1)); /* two connections and a UDP socket each */
  if (err == 0 && (c->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
    err = ERR_IO;
  return err;
}

int crowd_new(struct crowd **out, const struct load_options *o, const struct load_speakers *speakers)
{
  struct crowd *c = calloc(1, sizeof *c);
  if (c == NULL)
    return ERR_NOMEM;
  c->epoll = -1;
  int err = make(c, o, speakers);
  if (err == 0)
    *out = c;
  else
    crowd_free(c);
  return err;
}

void crowd_free(struct crowd *c)
{
  if (c->seats != NULL)
    crowd_clear(c);
  free(c->seats);
  floor_free(c->floor);
  sodium_memzero(&c->speakers, sizeof c->speakers);
  SSL_CTX_free(c->tls);
  if (c->epoll >= 0)
    (void)close(c->epoll);
  free(c);
}
