/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/tcp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/slab.h"
#include "proto/demux.h"
#include "proto/framing.h"

#define EVENTS 64             /* looked at in one turn */
#define ACCEPT_BATCH 32       /* of one listening socket in one turn */
#define READ_BYTES 65536      /* of one connection in one turn */
#define LARGE_PACKET 500      /* bytes: speech is smaller, most of video larger */
#define SWEEP_US 1000000
#define OTHER_DESCRIPTORS 64  /* that this process may have open beside connections */

/* Who shares a limit: an IPv4 address, or the network that an IPv6 customer has. */
struct origin {
  uint8_t family;
  uint8_t ip[8];
};

/* How many connections one of them has. */
struct share {
  uint32_t all, unproven;
};

struct connection {
  struct net_addr addr;
  int fd;
  bool proven;
  bool dirty;         /* in tcp.dirty */
  bool full;          /* the kernel takes no more until it says so */
  bool writing;       /* and epoll is asked for that */
  uint64_t deadline_us;
  uint8_t *queue;     /* a ring of LIMIT_TCP_QUEUE bytes, made with the first send */
  uint32_t head, n;   /* its first byte in use, and how many are */
  struct framing in;
};

struct tcp {
  int epoll;
  size_t listeners;
  int listener[LIMIT_LISTEN_ADDRESSES];
  struct slab connections;
  struct map by_addr;   /* struct net_addr -> slab_id */
  struct map shares;    /* struct origin -> struct share in 64 bits */
  slab_id dirty[LIMIT_TCP_CONNECTIONS];
  size_t dirty_n;
  uint64_t now_us, next_sweep_us;
  struct tcp_counters count;
  uint8_t *inbox;       /* READ_BYTES */
};

/* ---- shares ---- */

static struct origin origin_of(const struct net_addr *a)
{
  struct origin o = {.family = a->family};
  memcpy(o.ip, a->ip, sizeof o.ip); /* of IPv4 these are the address and zeroes */
  return o;
}

static struct share share_get(const struct tcp *t, const struct origin *o)
{
  uint64_t v = 0;
  (void)map_get(&t->shares, o, &v);
  return (struct share){.all = (uint32_t)(v >> 32), .unproven = (uint32_t)v};
}

static void share_put(struct tcp *t, const struct origin *o, struct share s)
{
  if (s.all == 0)
    (void)map_remove(&t->shares, o);
  else
    (void)map_put(&t->shares, o, (uint64_t)s.all << 32 | s.unproven); /* at most as many as connections */
}

/* ---- beginning and end ---- */

static int ask_epoll(struct tcp *t, int operation, int fd, uint32_t events, uint64_t what)
{
  struct epoll_event e = {.events = events, .data.u64 = what};
  return epoll_ctl(t->epoll, operation, fd, &e) == 0 ? 0 : ERR_IO;
}

/* Listening sockets are known by their index: the upper half of a slab_id is never 0. */
static int watch_listeners(struct tcp *t, const int *fds)
{
  t->epoll = epoll_create1(EPOLL_CLOEXEC);
  int err = t->epoll >= 0 ? 0 : ERR_IO;
  for (size_t i = 0; err == 0 && i < t->listeners; i++) {
    t->listener[i] = fds[i];
    err = ask_epoll(t, EPOLL_CTL_ADD, fds[i], EPOLLIN, i);
  }
  return err;
}

/* Never so many that one could not be taken for want of a descriptor: it would have us run in circles. */
static uint32_t places(void)
{
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > LIMIT_TCP_CONNECTIONS + OTHER_DESCRIPTORS)
    return LIMIT_TCP_CONNECTIONS;
  return limit.rlim_cur > 2 * OTHER_DESCRIPTORS ? (uint32_t)limit.rlim_cur - OTHER_DESCRIPTORS : OTHER_DESCRIPTORS;
}

int tcp_new(struct tcp **out, const int *fds, size_t n, const struct random *random, uint64_t now_us)
{
  if (n > LIMIT_LISTEN_ADDRESSES)
    return ERR_LIMIT;
  struct tcp *t = calloc(1, sizeof *t);
  if (t == NULL)
    return ERR_NOMEM;
  t->epoll = -1;
  t->listeners = n;
  t->now_us = now_us;
  t->inbox = malloc(READ_BYTES);
  int err = t->inbox != NULL ? 0 : ERR_NOMEM;
  if (err == 0)
    err = slab_init(&t->connections, sizeof(struct connection), places());
  if (err == 0)
    err = map_init(&t->by_addr, sizeof(struct net_addr), LIMIT_TCP_CONNECTIONS, random);
  if (err == 0)
    err = map_init(&t->shares, sizeof(struct origin), LIMIT_TCP_CONNECTIONS, random);
  if (err == 0)
    err = watch_listeners(t, fds);
  if (err != 0) {
    tcp_free(t);
    return err;
  }
  *out = t;
  return 0;
}

void tcp_free(struct tcp *t)
{
  slab_id id;
  if (t == NULL)
    return;
  for (uint32_t i = 0; i < t->connections.capacity; i++) {
    struct connection *c = slab_at(&t->connections, i, &id);
    if (c == NULL)
      continue;
    close(c->fd);
    free(c->queue);
  }
  slab_fini(&t->connections);
  map_fini(&t->by_addr);
  map_fini(&t->shares);
  if (t->epoll >= 0)
    close(t->epoll);
  free(t->inbox);
  free(t);
}

int tcp_fd(const struct tcp *t)
{
  return t->epoll;
}

const struct tcp_counters *tcp_counters(const struct tcp *t)
{
  return &t->count;
}

/* ---- one connection's beginning and end ---- */

static int open_connection(struct tcp *t, int fd, const struct net_addr *addr)
{
  const struct origin origin = origin_of(addr);
  struct share share = share_get(t, &origin);
  slab_id id;
  void *item;
  if (share.all >= LIMIT_TCP_ADDRESS || share.unproven >= LIMIT_TCP_UNPROVEN ||
      slab_take(&t->connections, &id, &item) != 0)
    return ERR_LIMIT;
  struct connection *c = item;
  c->fd = fd;
  c->addr = *addr;
  c->deadline_us = t->now_us + LIMIT_TCP_UNPROVEN_US;
  if (map_put(&t->by_addr, addr, id) != 0 || ask_epoll(t, EPOLL_CTL_ADD, fd, EPOLLIN, id) != 0) {
    (void)map_remove(&t->by_addr, addr);
    slab_release(&t->connections, id);
    return ERR_LIMIT;
  }
  share.all++;
  share.unproven++;
  share_put(t, &origin, share);
  t->count.accepted++;
  return 0;
}

static void prove(struct tcp *t, struct connection *c)
{
  const struct origin origin = origin_of(&c->addr);
  struct share share = share_get(t, &origin);
  if (c->proven)
    return;
  c->proven = true;
  share.unproven--;
  share_put(t, &origin, share);
}

static void close_connection(struct tcp *t, slab_id id, const struct tcp_events *events)
{
  struct connection *c = slab_get(&t->connections, id);
  const struct net_addr addr = c->addr;
  const struct origin origin = origin_of(&addr);
  bool proven = c->proven;
  struct share share = share_get(t, &origin);
  share.all--;
  share.unproven -= !proven;
  share_put(t, &origin, share);
  close(c->fd); /* and with it out of the epoll set: nobody else has this descriptor */
  free(c->queue);
  (void)map_remove(&t->by_addr, &addr);
  slab_release(&t->connections, id);
  if (proven)
    events->closed(events->ctx, &addr);
}

/* ---- out ---- */

static void forget_written(struct connection *c, size_t n)
{
  c->head = (uint32_t)((c->head + n) % LIMIT_TCP_QUEUE);
  c->n -= (uint32_t)n;
}

/* What the kernel refuses for good shows as an event of the connection, which then is closed. */
static void write_queue(struct connection *c)
{
  while (c->n > 0) {
    size_t first = LIMIT_TCP_QUEUE - c->head < c->n ? LIMIT_TCP_QUEUE - c->head : c->n;
    struct iovec iov[2] = {{.iov_base = c->queue + c->head, .iov_len = first},
                           {.iov_base = c->queue, .iov_len = c->n - first}};
    const struct msghdr m = {.msg_iov = iov, .msg_iovlen = first < c->n ? 2 : 1};
    ssize_t n = sendmsg(c->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      c->full = true;
      return;
    }
    forget_written(c, (size_t)n);
  }
}

/* Asks for room exactly while something waits for it. */
static void follow_queue(struct tcp *t, slab_id id, struct connection *c)
{
  bool writing = c->n > 0;
  if (writing == c->writing)
    return;
  c->writing = writing;
  (void)ask_epoll(t, EPOLL_CTL_MOD, c->fd, writing ? EPOLLIN | EPOLLOUT : EPOLLIN, id);
}

static void put(struct connection *c, const uint8_t *data, size_t n)
{
  size_t at = (c->head + c->n) % LIMIT_TCP_QUEUE;
  size_t first = LIMIT_TCP_QUEUE - at < n ? LIMIT_TCP_QUEUE - at : n;
  memcpy(c->queue + at, data, first);
  memcpy(c->queue, data + first, n - first);
  c->n += (uint32_t)n;
}

static bool has_room(struct connection *c, size_t n)
{
  size_t most = n > LARGE_PACKET ? LIMIT_TCP_QUEUE_VIDEO : LIMIT_TCP_QUEUE;
  if (c->n + FRAMING_PREFIX + n > most && !c->full)
    write_queue(c);
  return c->n + FRAMING_PREFIX + n <= most;
}

/* Whole or not at all: the stream must stay in step. */
static void put_datagram(struct tcp *t, struct connection *c, const uint8_t *data, size_t n)
{
  uint8_t prefix[FRAMING_PREFIX];
  if (framing_prefix(n, prefix) != 0 || !has_room(c, n)) {
    t->count.dropped_full++;
    return;
  }
  put(c, prefix, sizeof prefix);
  put(c, data, n);
  t->count.sent++;
}

void tcp_send(struct tcp *t, const struct net_addr *to, const uint8_t *data, size_t n, size_t segment)
{
  slab_id id;
  struct connection *c = map_get(&t->by_addr, to, &id) == 0 ? slab_get(&t->connections, id) : NULL;
  if (c != NULL && c->queue == NULL)
    c->queue = malloc(LIMIT_TCP_QUEUE);
  if (c == NULL || c->queue == NULL) {
    t->count.dropped_gone++;
    return;
  }
  prove(t, c);
  c->deadline_us = t->now_us + LIMIT_TCP_IDLE_US;
  for (size_t at = 0; at < n; at += segment)
    put_datagram(t, c, data + at, n - at < segment ? n - at : segment);
  if (c->dirty)
    return;
  if (t->dirty_n == LIMIT_TCP_CONNECTIONS) /* some of them perhaps closed and their places taken */
    tcp_flush(t);
  c->dirty = true;
  t->dirty[t->dirty_n++] = id;
}

void tcp_flush(struct tcp *t)
{
  for (size_t i = 0; i < t->dirty_n; i++) {
    struct connection *c = slab_get(&t->connections, t->dirty[i]);
    if (c == NULL)
      continue;
    c->dirty = false;
    if (!c->full)
      write_queue(c);
    follow_queue(t, t->dirty[i], c);
  }
  t->dirty_n = 0;
}

/* ---- in ---- */

static void accept_batch(struct tcp *t, size_t listener)
{
  for (int i = 0; i < ACCEPT_BATCH; i++) {
    struct sockaddr_storage from;
    struct net_addr addr;
    socklen_t n = sizeof from;
    int fd = accept4(t->listener[listener], (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
      return;
    int err = net_addr_from_sockaddr(&addr, (const struct sockaddr *)&from);
    addr.socket = (uint8_t)(NET_TCP | listener);
    if (err != 0 || open_connection(t, fd, &addr) != 0) {
      t->count.refused++;
      close(fd);
    }
  }
}

/* False: this stream is not, or no longer, one of ours. */
static bool deliver_all(struct tcp *t, struct connection *c, size_t n, const struct tcp_events *events)
{
  struct framing_input input = {.p = t->inbox, .n = n};
  uint8_t *datagram;
  size_t length;
  int err;
  while ((err = framing_next(&c->in, &input, &datagram, &length)) == 0) {
    if (!c->proven && demux_datagram(span_of(datagram, length)) != DEMUX_STUN)
      return false;
    t->count.received++;
    events->datagram(events->ctx, &c->addr, datagram, length);
  }
  return err == ERR_TRUNCATED;
}

static void read_connection(struct tcp *t, slab_id id, struct connection *c, const struct tcp_events *events)
{
  ssize_t n = read(c->fd, t->inbox, READ_BYTES);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n > 0 && deliver_all(t, c, (size_t)n, events))
    return;
  t->count.closed_bad += n > 0;
  close_connection(t, id, events);
}

static void serve_connection(struct tcp *t, slab_id id, uint32_t what, const struct tcp_events *events)
{
  struct connection *c = slab_get(&t->connections, id);
  if (c == NULL)
    return; /* closed in this very turn */
  if ((what & EPOLLOUT) != 0) {
    c->full = false;
    write_queue(c);
    follow_queue(t, id, c);
  }
  if ((what & ~(uint32_t)EPOLLOUT) != 0)
    read_connection(t, id, c, events);
}

void tcp_serve(struct tcp *t, uint64_t now_us, const struct tcp_events *events)
{
  struct epoll_event ready[EVENTS];
  t->now_us = now_us;
  int n = epoll_wait(t->epoll, ready, EVENTS, 0);
  for (int i = 0; i < n; i++) {
    if (ready[i].data.u64 < LIMIT_LISTEN_ADDRESSES)
      accept_batch(t, (size_t)ready[i].data.u64);
    else
      serve_connection(t, ready[i].data.u64, ready[i].events, events);
  }
}

void tcp_sweep(struct tcp *t, uint64_t now_us, const struct tcp_events *events)
{
  slab_id id;
  t->now_us = now_us;
  if (now_us < t->next_sweep_us)
    return;
  t->next_sweep_us = now_us + SWEEP_US;
  for (uint32_t i = 0; i < t->connections.capacity; i++) {
    struct connection *c = slab_at(&t->connections, i, &id);
    if (c == NULL || now_us < c->deadline_us)
      continue;
    *(c->proven ? &t->count.closed_idle : &t->count.closed_unproven) += 1;
    close_connection(t, id, events);
  }
}
