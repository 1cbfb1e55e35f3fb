/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/random.h"
#include "ipc/ipc.h"
#include "media/media.h"
#include "worker/meter.h"
#include "worker/neighbours.h"
#include "worker/tcp.h"
#include "worker/udp.h"

#define EVENTS (LIMIT_LISTEN_ADDRESSES + 4)
#define BATCHES_PER_TURN 8  /* of one socket, before the others and the timers get their turn */
#define LONGEST_WAIT_MS 1000
#define CROWD 50            /* viewers in one room: less of them are no work */
#define CROWD_STEP 128      /* about a millisecond */
#define COMMANDS_US 1000    /* of a turn are for what web says (an offer costs 250), or, if that is more, ... */
#define COMMANDS_SHARE 4    /* ... a fourth of what the turn before took */
#define MANY_PEERS 200      /* where there are so many, a turn begins ... */
#define TURN_US 1000        /* ... so long after the one before it, or later, ... */
#define PAUSE_MS 1          /* ... by this pause */
#define HANDSHAKES_US 400   /* of a turn, or, if that is more, ... */
#define HANDSHAKES_SHARE 4  /* ... a fourth of what the rest of it took */

/* What an epoll event is about: a UDP socket's index, or one of these. */
enum { EVENT_WEB = LIMIT_LISTEN_ADDRESSES, EVENT_SUPERVISOR, EVENT_TCP, EVENT_BELL };

struct worker {
  struct media *media;
  struct udp *udp;
  struct tcp *tcp;
  struct neighbours *neighbours; /* NULL: this is the only media process */
  uint8_t process;
  uint8_t *reserved; /* what the media core writes to at the moment */
  struct meter meter;
  struct ipc_channel web, supervisor;
  bool web_writing; /* epoll is asked for room in the web channel */
  bool handshakes_wait;
  bool stop;
  uint64_t turn_us; /* how long the last turn took */
  int epoll;
  int quiet; /* an epoll of nothing: what the sandbox has for a pause */
  uint64_t began_us; /* the last turn */
  size_t sockets, udp_sockets; /* those of UDP come first */
  int fd[LIMIT_PROCESS_SOCKETS];
};

static uint64_t clock_us(clockid_t clock)
{
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t now_us(void)
{
  return clock_us(CLOCK_MONOTONIC);
}

static uint8_t *reserve(void *ctx, size_t n)
{
  struct worker *w = ctx;
  w->reserved = udp_reserve(w->udp, n);
  return w->reserved;
}

static void commit(void *ctx, const struct net_addr *to, size_t n, size_t segment)
{
  struct worker *w = ctx;
  if (n > 0 && net_addr_is_tcp(to))
    tcp_send(w->tcp, to, w->reserved, n, segment);
  else
    udp_commit(w->udp, to, n, segment);
}

static void send_message(void *ctx, struct span message)
{
  struct worker *w = ctx;
  if (ipc_send(&w->web, message, -1) != 0)
    w->stop = true; /* the channel has ended, and been logged where it matters */
}

static int on_command(void *ctx, struct span message, int fd)
{
  struct worker *w = ctx;
  (void)fd;
  return media_command(w->media, now_us(), message);
}

static void share(void *ctx, uint64_t room, uint64_t to, struct span head, struct span body)
{
  struct worker *w = ctx;
  if (w->neighbours != NULL)
    neighbours_write(w->neighbours, room, to, head, body);
}

static void share_ring(void *ctx)
{
  struct worker *w = ctx;
  if (w->neighbours != NULL)
    neighbours_ring(w->neighbours);
}

static void share_wipe(void *ctx, uint64_t room)
{
  struct worker *w = ctx;
  if (w->neighbours != NULL)
    neighbours_wipe(w->neighbours, room);
}

/* Of another process than this one. */
static int neighbour_of(const struct worker *w, struct span message, uint8_t *process)
{
  struct ipc_share m;
  (void)span_skip(&message, 1);
  int err = ipc_decode_share(message, &m);
  *process = m.process;
  return err != 0 || (w->neighbours != NULL && m.process != w->process) ? err : ERR_RANGE;
}

static int on_share(void *ctx, struct span message, int fd)
{
  struct worker *w = ctx;
  uint8_t process;
  int err = neighbour_of(w, message, &process);
  if (err != 0) {
    close(fd);
    return err;
  }
  media_share_gone(w->media, now_us(), process); /* the one before it */
  return neighbours_take_memory(w->neighbours, process, fd);
}

static int on_bell(void *ctx, struct span message, int fd)
{
  struct worker *w = ctx;
  uint8_t process;
  int err = neighbour_of(w, message, &process);
  if (err == 0)
    neighbours_take_bell(w->neighbours, process, fd);
  else
    close(fd);
  return err;
}

static int on_share_gone(void *ctx, struct span message, int fd)
{
  struct worker *w = ctx;
  uint8_t process;
  int err = neighbour_of(w, message, &process);
  (void)fd;
  if (err != 0)
    return err;
  neighbours_forget(w->neighbours, process);
  media_share_gone(w->media, now_us(), process);
  return 0;
}

static int on_stop(void *ctx, struct span message, int fd)
{
  struct worker *w = ctx;
  (void)message;
  (void)fd;
  w->stop = true;
  return 0;
}

static const struct ipc_handler web_handlers[] = {
  {IPC_OFFER, on_command},
  {IPC_PUBLISH, on_command},
  {IPC_LEVEL, on_command},
  {IPC_CLOSE, on_command},
  {IPC_VIEW, on_command},
  {IPC_SPREAD, on_command},
};

static const struct ipc_handler supervisor_handlers[] = {
  {IPC_STOP, on_stop},
  {IPC_SHARE, on_share},
  {IPC_BELL, on_bell},
  {IPC_SHARE_GONE, on_share_gone},
};

static size_t count_of(const struct config_addresses *list)
{
  return list->n < LIMIT_LISTEN_ADDRESSES ? list->n : LIMIT_LISTEN_ADDRESSES;
}

/* An announced address stands for the first UDP socket of its family, and for the first TCP socket. */
static void announce(struct media_config *m, const struct boot *boot, const struct net_addr *address, bool tcp)
{
  for (size_t i = 0; i < boot->sockets; i++)
    if (boot->socket[i].family == address->family && net_addr_is_tcp(&boot->socket[i]) == tcp) {
      struct net_addr *c = &m->candidate[m->candidates++];
      *c = *address;
      c->port = boot->socket[i].port;
      c->socket = boot->socket[i].socket;
      return;
    }
}

static struct media_config media_config_of(const struct boot *boot)
{
  struct media_config m = {.process = (uint8_t)boot->process,
                           .max_peers = LIMIT_PEERS,
                           .unix_us_at_zero = clock_us(CLOCK_REALTIME) - now_us(),
                           .controls_receivers = true,
                           .crowd = CROWD,
                           .crowd_step = CROWD_STEP};
  const struct config_addresses *announced = &boot->config.media_announce;
  for (size_t i = 0; i < 2 * count_of(announced); i++)
    announce(&m, boot, &announced->at[i / 2], i % 2 == 1);
  for (size_t i = 0; announced->n == 0 && i < boot->sockets; i++)
    m.candidate[m.candidates++] = boot->socket[i];
  return m;
}

static int watch(struct worker *w, int fd, uint32_t what)
{
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = what};
  return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e) == 0 ? 0 : ERR_IO;
}

static int watch_all(struct worker *w)
{
  int err = 0;
  w->epoll = epoll_create1(EPOLL_CLOEXEC);
  w->quiet = epoll_create1(EPOLL_CLOEXEC);
  if (w->epoll < 0 || w->quiet < 0)
    return ERR_IO;
  for (size_t i = 0; err == 0 && i < w->udp_sockets; i++)
    err = watch(w, w->fd[i], (uint32_t)i);
  if (err == 0)
    err = watch(w, tcp_fd(w->tcp), EVENT_TCP);
  if (err == 0 && w->neighbours != NULL)
    err = watch(w, neighbours_bell(w->neighbours), EVENT_BELL);
  if (err == 0)
    err = watch(w, w->web.fd, EVENT_WEB);
  if (err == 0)
    err = watch(w, w->supervisor.fd, EVENT_SUPERVISOR);
  return err;
}

static int make_media(struct worker *w, const struct boot *boot)
{
  const struct media_config config = media_config_of(boot);
  int err = udp_new(&w->udp, w->fd, w->udp_sockets);
  if (err == 0)
    err = tcp_new(&w->tcp, w->fd + w->udp_sockets, w->sockets - w->udp_sockets, &random_system, now_us());
  if (err == 0 && boot->config.media_processes > 1)
    err = neighbours_new(&w->neighbours);
  if (err != 0)
    return err;
  const struct media_sink sink = {.reserve = reserve, .commit = commit, .message = send_message, .share = share,
                                  .share_ring = share_ring, .share_wipe = share_wipe, .ctx = w};
  return media_new(&w->media, &config, &sink, &random_system, now_us());
}

int worker_new(struct worker **out, const struct boot *boot)
{
  struct worker *w = calloc(1, sizeof *w);
  if (w == NULL)
    return ERR_NOMEM;
  w->epoll = w->quiet = -1;
  w->sockets = boot->sockets;
  w->process = (uint8_t)boot->process;
  for (size_t i = 0; i < w->sockets; i++) {
    w->fd[i] = BOOT_FD_SOCKETS + (int)i;
    w->udp_sockets += !net_addr_is_tcp(&boot->socket[i]);
  }
  w->web.fd = -1;
  int err = ipc_open(&w->supervisor, BOOT_FD_SUPERVISOR, IPC_MEDIA, IPC_SUPERVISOR);
  if (err == 0)
    err = ipc_open(&w->web, BOOT_FD_WEB, IPC_MEDIA, IPC_WEB);
  if (err == 0)
    err = make_media(w, boot);
  if (err == 0)
    err = watch_all(w);
  if (err == 0 && w->neighbours != NULL)
    err = neighbours_hand_over(w->neighbours, &w->supervisor, w->process);
  if (err != 0) {
    worker_free(w);
    return err;
  }
  *out = w;
  return 0;
}

static void log_counters(const struct worker *w)
{
  const struct media_counters *m = media_counters(w->media);
  const struct udp_counters *u = udp_counters(w->udp);
  const struct tcp_counters *t = tcp_counters(w->tcp);
  if (m->datagrams_in == 0 && m->offers == 0)
    return;
  log_notice("datagrams in=%" PRIu64 " out=%" PRIu64 " forwarded=%" PRIu64 " retransmitted=%" PRIu64
             " kernel sends=%" PRIu64 " in calls=%" PRIu64 " offers=%" PRIu64 " refused=%" PRIu64 " handshakes=%" PRIu64
             " failed=%" PRIu64 " limit reached=%" PRIu64,
             m->datagrams_in, m->datagrams_out, m->rtp_forwarded, m->rtp_retransmitted, u->sent, u->send_calls,
             m->offers, m->offers_refused, m->handshakes, m->handshakes_failed, m->limit_reached);
  log_notice("dropped stun=%" PRIu64 " unknown=%" PRIu64 " srtp=%" PRIu64 " replayed=%" PRIu64 " srtcp=%" PRIu64
             " other=%" PRIu64 " flood=%" PRIu64 " long=%" PRIu64 " candidates=%" PRIu64 " send full=%" PRIu64
             " send refused=%" PRIu64,
             m->stun_bad + m->stun_unknown_user, m->dtls_unknown_tuple + m->rtp_unknown_tuple,
             m->srtp_auth_failed + m->srtp_malformed + m->srtp_unknown_ssrc, m->srtp_replayed,
             m->srtcp_auth_failed + m->srtcp_malformed, m->other_dropped, m->flood_dropped, u->dropped_long,
             m->candidates_ignored, u->dropped_full, u->dropped_refused);
  if (m->far_out + m->far_in > 0) {
    uint64_t lost, bad;
    neighbours_count(w->neighbours, &lost, &bad);
    log_notice("shared process=%u out=%" PRIu64 " packets in=%" PRIu64 " lost=%" PRIu64 " bad=%" PRIu64
               " keys wanted=%" PRIu64 " keys asked=%" PRIu64 " forwarded=%" PRIu64 " people=%" PRIu64,
               w->process, m->far_out, m->far_in, lost, bad + m->far_bad, m->far_keys_in, m->far_keys_out,
               m->rtp_forwarded, m->handshakes);
  }
  if (t->accepted + t->refused > 0)
    log_notice("tcp accepted=%" PRIu64 " tcp refused=%" PRIu64 " unproven=%" PRIu64 " idle=%" PRIu64 " bad=%" PRIu64
               " tcp in=%" PRIu64 " tcp out=%" PRIu64 " tcp full=%" PRIu64 " tcp gone=%" PRIu64,
               t->accepted, t->refused, t->closed_unproven, t->closed_idle, t->closed_bad, t->received, t->sent,
               t->dropped_full, t->dropped_gone);
}

void worker_free(struct worker *w)
{
  if (w->media != NULL) {
    log_counters(w);
    media_free(w->media);
  }
  udp_free(w->udp);
  tcp_free(w->tcp);
  neighbours_free(w->neighbours);
  ipc_close(&w->web);
  ipc_close(&w->supervisor);
  if (w->epoll >= 0)
    close(w->epoll);
  if (w->quiet >= 0)
    close(w->quiet);
  for (size_t i = 0; i < w->sockets; i++)
    close(w->fd[i]);
  free(w);
}

struct arrival {
  struct worker *worker;
  uint64_t now_us;
};

static void on_datagram(void *ctx, const struct net_addr *from, uint8_t *data, size_t n)
{
  const struct arrival *a = ctx;
  media_receive(a->worker->media, a->now_us, from, data, n);
}

static void on_udp_datagram(void *ctx, const struct net_addr *from, uint8_t *data, size_t n, uint64_t waited_us)
{
  struct arrival *a = ctx;
  if (a->now_us == 0)
    a->now_us = now_us(); /* of the whole batch, right behind the time to which it waited */
  media_receive_late(a->worker->media, a->now_us, a->now_us - waited_us, from, data, n);
}

static void flush(struct worker *w, uint64_t now)
{
  media_flush(w->media, now);
  udp_flush(w->udp);
  tcp_flush(w->tcp);
  if (w->neighbours != NULL)
    neighbours_ring(w->neighbours);
}

/* What a batch makes due leaves before the next one is read: all packets of a frame, receiver by receiver. */
static void serve_socket(struct worker *w, size_t socket)
{
  for (int i = 0; i < BATCHES_PER_TURN; i++) {
    struct arrival a = {.worker = w};
    size_t n = udp_receive(w->udp, socket, on_udp_datagram, &a);
    if (n > 0)
      flush(w, a.now_us);
    if (n < UDP_RECEIVE_BATCH)
      return; /* what has come since is the next turn's */
  }
}

static void on_tcp_closed(void *ctx, const struct net_addr *who)
{
  const struct arrival *a = ctx;
  media_address_gone(a->worker->media, a->now_us, who);
}

static void serve_tcp(struct worker *w)
{
  struct arrival a = {.worker = w, .now_us = now_us()};
  const struct tcp_events events = {.datagram = on_datagram, .closed = on_tcp_closed, .ctx = &a};
  tcp_serve(w->tcp, a.now_us, &events);
  flush(w, a.now_us);
}

static void on_record(void *ctx, uint8_t from, struct span record)
{
  const struct arrival *a = ctx;
  media_share(a->worker->media, a->now_us, from, record);
}

static void on_lost(void *ctx, uint8_t from)
{
  const struct arrival *a = ctx;
  media_share_lost(a->worker->media, a->now_us, from);
}

/* Each turn, whether a bell has rung or not. */
static void serve_neighbours(struct worker *w)
{
  struct arrival a = {.worker = w, .now_us = now_us()};
  if (w->neighbours != NULL)
    neighbours_read(w->neighbours, &(struct neighbours_events){.record = on_record, .lost = on_lost, .ctx = &a});
}

/* How long something may take of a turn. While a crowd is being served (media/crowd.h) a turn is a part of that, and
 * no part is to become much longer. */
static uint64_t share_of(const struct worker *w, uint64_t share_us, uint64_t least_us)
{
  return share_us > least_us || media_is_busy(w->media) ? share_us : least_us;
}

/* A crowd may come at once. What is left of its commands comes in the next turn, when those who are in were served. */
static void serve_web(struct worker *w, uint32_t events)
{
  const uint64_t end = now_us() + share_of(w, w->turn_us / COMMANDS_SHARE, COMMANDS_US);
  if ((events & EPOLLOUT) != 0)
    (void)ipc_flush(&w->web); /* an ended channel shows below */
  if (ipc_dispatch_until(&w->web, web_handlers, sizeof web_handlers / sizeof web_handlers[0], w, now_us, end) != 0) {
    log_debug("the web process has gone: this media process ends");
    w->stop = true;
  }
}

static void serve_supervisor(struct worker *w)
{
  if (ipc_dispatch(&w->supervisor, supervisor_handlers, sizeof supervisor_handlers / sizeof supervisor_handlers[0], w) != 0)
    w->stop = true;
}

static void serve(struct worker *w, const struct epoll_event *e)
{
  if (e->data.u32 == EVENT_SUPERVISOR)
    serve_supervisor(w);
  else if (e->data.u32 == EVENT_WEB)
    serve_web(w, e->events);
  else if (e->data.u32 == EVENT_TCP)
    serve_tcp(w);
  else if (e->data.u32 != EVENT_BELL)
    serve_socket(w, e->data.u32);
}

/* Asks epoll for room in the web channel exactly while something waits for it. */
static int follow_web_queue(struct worker *w)
{
  bool writing = ipc_wants_write(&w->web);
  if (writing == w->web_writing || !ipc_is_open(&w->web))
    return 0;
  struct epoll_event e = {.events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.u32 = EVENT_WEB};
  w->web_writing = writing;
  return epoll_ctl(w->epoll, EPOLL_CTL_MOD, w->web.fd, &e) == 0 ? 0 : ERR_IO;
}

static void report(struct worker *w, uint64_t now)
{
  uint8_t buffer[sizeof(struct ipc_load) + 1];
  struct writer message = writer_of(buffer, sizeof buffer);
  struct ipc_load load;
  meter_read(&w->meter, now, w->media, udp_counters(w->udp), tcp_counters(w->tcp), &load);
  ipc_encode_load(&message, &load);
  send_message(w, writer_span(&message));
}

static void advance(struct worker *w)
{
  uint64_t now = now_us(), next = media_next_us(w->media);
  if (next <= now) {
    meter_note(&w->meter, now - next);
    media_tick(w->media, now);
  }
  if (meter_is_due(&w->meter, now))
    report(w, now);
  struct arrival a = {.worker = w, .now_us = now};
  tcp_sweep(w->tcp, now, &(struct tcp_events){.datagram = on_datagram, .closed = on_tcp_closed, .ctx = &a});
  flush(w, now);
}

/* Who is in has been served in this turn: now who comes, for a while that is short, and that keeps a share for them
 * however busy the process is. */
static void serve_handshakes(struct worker *w, uint64_t turn_us)
{
  uint64_t now = now_us();
  const uint64_t end = now + share_of(w, (now - turn_us) / HANDSHAKES_SHARE, HANDSHAKES_US);
  do
    w->handshakes_wait = media_work(w->media, now);
  while (w->handshakes_wait && (now = now_us()) < end);
  flush(w, now);
}

static int wait_ms(const struct worker *w)
{
  uint64_t now = now_us(), next = media_next_us(w->media);
  if (next <= now || w->handshakes_wait)
    return 0;
  uint64_t ms = (next - now + 999) / 1000;
  return ms < LONGEST_WAIT_MS ? (int)ms : LONGEST_WAIT_MS;
}

/* Of a crowd something comes all the time, mostly reports. One turn for each would cost more than what is done in it. */
static void let_more_come(const struct worker *w)
{
  struct epoll_event none;
  bool has_work = w->handshakes_wait || media_is_busy(w->media);
  if (media_peers(w->media) >= MANY_PEERS && !has_work && now_us() < w->began_us + TURN_US)
    (void)epoll_wait(w->quiet, &none, 1, PAUSE_MS);
}

static int turn(struct worker *w)
{
  struct epoll_event events[EVENTS];
  int n = epoll_wait(w->epoll, events, EVENTS, wait_ms(w));
  if (n < 0 && errno != EINTR)
    return ERR_IO;
  if (n > 0)
    let_more_come(w);
  const uint64_t begin_us = w->began_us = now_us();
  for (int i = 0; i < n && !w->stop; i++)
    serve(w, &events[i]);
  serve_neighbours(w);
  advance(w);
  serve_handshakes(w, begin_us);
  w->turn_us = now_us() - begin_us;
  media_turn_took(w->media, w->turn_us);
  return follow_web_queue(w);
}

int worker_run(struct worker *w)
{
  int err = ipc_send_type(&w->web, IPC_READY);
  if (err == 0)
    err = ipc_send_type(&w->supervisor, IPC_READY);
  meter_begin(&w->meter, now_us());
  while (err == 0 && !w->stop)
    err = turn(w);
  return err == ERR_CLOSED ? 0 : err; /* a channel that ended before we were ready */
}
