/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/udp.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/err.h"

#define RECEIVE_BYTES 65536       /* what GRO may join to one packet */
#define SEND_BATCH 64
#define ARENA_BYTES (1024 * 1024)
#define FULL_RETRIES 16           /* of a full socket, in one flush */
#define GSO_STRIKES 16            /* refused GSO sends in a row after which a socket goes without */

/* struct sockaddr_storage is 128 bytes, of which we need 28: they are walked once per send. */
union address {
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
};

union segment_control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(uint16_t))];
};

/* The size of what GRO has joined, and when it came. */
union in_control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct timespec))];
};

/* Sends that wait for the flush, of one socket. */
struct outbox {
  int fd;
  unsigned n;
  bool gso;
  unsigned strikes;
  struct mmsghdr message[SEND_BATCH];
  struct iovec iov[SEND_BATCH];
  union address to[SEND_BATCH];
  union segment_control control[SEND_BATCH];
};

struct udp {
  size_t sockets;
  struct outbox *outbox; /* one a socket */
  uint8_t *arena;
  size_t used;           /* bytes of the arena that wait or are gone; back to 0 when no outbox holds any */
  struct udp_counters count;
  uint8_t *inbox;        /* UDP_RECEIVE_BATCH places */
  struct mmsghdr in[UDP_RECEIVE_BATCH];
  struct iovec in_iov[UDP_RECEIVE_BATCH];
  union address in_from[UDP_RECEIVE_BATCH];
  union in_control in_control[UDP_RECEIVE_BATCH];
};

static void outbox_init(struct outbox *o, int fd)
{
  int none = 0;
  o->fd = fd;
  o->gso = setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &none, sizeof none) == 0;
  for (size_t i = 0; i < SEND_BATCH; i++)
    o->message[i].msg_hdr = (struct msghdr){.msg_name = &o->to[i], .msg_iov = &o->iov[i], .msg_iovlen = 1};
}

static void inbox_init(struct udp *u)
{
  for (size_t i = 0; i < UDP_RECEIVE_BATCH; i++) {
    u->in_iov[i] = (struct iovec){.iov_base = u->inbox + i * RECEIVE_BYTES, .iov_len = RECEIVE_BYTES};
    u->in[i].msg_hdr = (struct msghdr){
      .msg_name = &u->in_from[i], .msg_iov = &u->in_iov[i], .msg_iovlen = 1, .msg_control = &u->in_control[i]};
  }
}

int udp_new(struct udp **out, const int *fds, size_t n)
{
  const int on = 1;
  if (n > LIMIT_LISTEN_ADDRESSES)
    return ERR_LIMIT;
  struct udp *u = calloc(1, sizeof *u);
  if (u == NULL)
    return ERR_NOMEM;
  u->outbox = calloc(n > 0 ? n : 1, sizeof *u->outbox);
  u->arena = malloc(ARENA_BYTES);
  u->inbox = malloc((size_t)UDP_RECEIVE_BATCH * RECEIVE_BYTES);
  if (u->outbox == NULL || u->arena == NULL || u->inbox == NULL) {
    udp_free(u);
    return ERR_NOMEM;
  }
  u->sockets = n;
  for (size_t i = 0; i < n; i++) {
    outbox_init(&u->outbox[i], fds[i]);
    (void)setsockopt(fds[i], IPPROTO_UDP, UDP_GRO, &on, sizeof on); /* without it packets come one by one */
    (void)setsockopt(fds[i], SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  }
  inbox_init(u);
  *out = u;
  return 0;
}

void udp_free(struct udp *u)
{
  if (u == NULL)
    return;
  free(u->outbox);
  free(u->arena);
  free(u->inbox);
  free(u);
}

const struct udp_counters *udp_counters(const struct udp *u)
{
  return &u->count;
}

/* The size of the datagrams in a packet that GRO has joined, or the whole packet. */
static size_t segment_size(struct msghdr *m, size_t n)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c))
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
      int size;
      memcpy(&size, CMSG_DATA(c), sizeof size);
      if (size > 0)
        return (size_t)size;
    }
  return n;
}

static int64_t us_of(const struct timespec *t)
{
  return (int64_t)t->tv_sec * 1000000 + t->tv_nsec / 1000;
}

/* None if the kernel does not say, or if its clock was set meanwhile. */
static uint64_t waited_us(struct msghdr *m, int64_t now_us)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec came;
      memcpy(&came, CMSG_DATA(c), sizeof came);
      int64_t us = now_us - us_of(&came);
      return us >= 0 && us <= UDP_WAITED_MOST_US ? (uint64_t)us : 0;
    }
  return 0;
}

static void cut(struct udp *u, struct mmsghdr *m, const struct net_addr *from, int64_t now_us, udp_deliver *deliver,
                void *ctx)
{
  uint64_t waited = waited_us(&m->msg_hdr, now_us);
  uint8_t *p = m->msg_hdr.msg_iov->iov_base;
  size_t left = m->msg_len, segment = segment_size(&m->msg_hdr, left);
  while (left > 0) {
    size_t n = left < segment ? left : segment;
    u->count.received++;
    if (n <= LIMIT_DATAGRAM)
      deliver(ctx, from, p, n, waited);
    else
      u->count.dropped_long++;
    p += n;
    left -= n;
  }
}

size_t udp_receive(struct udp *u, size_t socket, udp_deliver *deliver, void *ctx)
{
  for (size_t i = 0; i < UDP_RECEIVE_BATCH; i++) { /* recvmmsg has overwritten these with what it used */
    u->in[i].msg_hdr.msg_namelen = sizeof u->in_from[i];
    u->in[i].msg_hdr.msg_controllen = sizeof u->in_control[i];
  }
  int n = recvmmsg(u->outbox[socket].fd, u->in, UDP_RECEIVE_BATCH, MSG_DONTWAIT, NULL);
  if (n <= 0)
    return 0; /* nothing there, or the error of an earlier send, which means nothing to an unconnected socket */
  u->count.receive_calls++;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  for (int i = 0; i < n; i++) {
    struct net_addr from;
    if (net_addr_from_sockaddr(&from, u->in[i].msg_hdr.msg_name) != 0)
      continue;
    from.socket = (uint8_t)socket;
    cut(u, &u->in[i], &from, us_of(&now), deliver, ctx);
  }
  return (size_t)n;
}

static bool is_gso(const struct mmsghdr *m)
{
  return m->msg_hdr.msg_controllen > 0;
}

/* Sends one refused GSO message as single datagrams. */
static void send_split(struct udp *u, struct outbox *o, const struct mmsghdr *m)
{
  uint16_t segment;
  memcpy(&segment, CMSG_DATA(CMSG_FIRSTHDR(&m->msg_hdr)), sizeof segment);
  struct iovec iov = {.iov_base = m->msg_hdr.msg_iov->iov_base};
  struct msghdr one = {
    .msg_name = m->msg_hdr.msg_name, .msg_namelen = m->msg_hdr.msg_namelen, .msg_iov = &iov, .msg_iovlen = 1};
  u->count.split++;
  for (size_t left = m->msg_hdr.msg_iov->iov_len; left > 0; left -= iov.iov_len) {
    iov.iov_len = left < segment ? left : segment;
    u->count.send_calls++;
    if (sendmsg(o->fd, &one, MSG_DONTWAIT) < 0)
      u->count.dropped_refused++;
    else
      u->count.sent++;
    iov.iov_base = (uint8_t *)iov.iov_base + iov.iov_len;
  }
}

static bool refuses_gso(int error)
{
  return error == EINVAL || error == EIO || error == EMSGSIZE || error == EOPNOTSUPP;
}

/* The kernel took nothing and said why. Returns how many messages are done with: one, or none for another try. */
static unsigned handle_refusal(struct udp *u, struct outbox *o, const struct mmsghdr *m, int error, unsigned *retries)
{
  if (error == EINTR)
    return 0;
  if (error == EAGAIN || error == ENOBUFS || error == ENOMEM) {
    if (++*retries <= FULL_RETRIES)
      return 0;
    u->count.dropped_full++;
    return 1;
  }
  if (is_gso(m) && refuses_gso(error)) {
    /* One path with a small MTU is its own affair; a device without checksums refuses all and is remembered. */
    if (++o->strikes >= GSO_STRIKES)
      o->gso = false;
    send_split(u, o, m);
    return 1;
  }
  u->count.dropped_refused++;
  return 1;
}

static void note_sent(struct udp *u, struct outbox *o, unsigned from, unsigned n)
{
  u->count.sent += n;
  for (unsigned i = from; i < from + n && o->strikes > 0; i++)
    if (is_gso(&o->message[i]))
      o->strikes = 0;
}

static void outbox_send(struct udp *u, struct outbox *o)
{
  unsigned done = 0, retries = 0;
  while (done < o->n) {
    int sent = sendmmsg(o->fd, o->message + done, o->n - done, MSG_DONTWAIT);
    u->count.send_calls++;
    if (sent > 0) {
      note_sent(u, o, done, (unsigned)sent);
      done += (unsigned)sent;
    } else {
      done += handle_refusal(u, o, &o->message[done], errno, &retries);
    }
  }
  o->n = 0;
}

void udp_flush(struct udp *u)
{
  for (size_t i = 0; i < u->sockets; i++)
    outbox_send(u, &u->outbox[i]);
  u->used = 0;
}

uint8_t *udp_reserve(struct udp *u, size_t n)
{
  assert(n <= LIMIT_GSO_BYTES);
  if (n > ARENA_BYTES - u->used)
    udp_flush(u);
  return u->arena + u->used;
}

static void set_segment(struct msghdr *m, union segment_control *control, uint16_t segment)
{
  m->msg_control = control;
  m->msg_controllen = sizeof control->bytes;
  struct cmsghdr *c = CMSG_FIRSTHDR(m);
  c->cmsg_level = IPPROTO_UDP;
  c->cmsg_type = UDP_SEGMENT;
  c->cmsg_len = CMSG_LEN(sizeof segment);
  memcpy(CMSG_DATA(c), &segment, sizeof segment);
}

static socklen_t set_address(union address *a, const struct net_addr *to)
{
  if (to->family == 4) {
    a->in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(to->port)};
    memcpy(&a->in.sin_addr, to->ip, 4);
    return sizeof a->in;
  }
  a->in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(to->port)};
  memcpy(&a->in6.sin6_addr, to->ip, 16);
  return sizeof a->in6;
}

/* One kernel send; segment == 0: a single datagram. */
static void add(struct udp *u, struct outbox *o, const struct net_addr *to, uint8_t *p, size_t n, size_t segment)
{
  struct msghdr *m = &o->message[o->n].msg_hdr;
  o->iov[o->n] = (struct iovec){.iov_base = p, .iov_len = n};
  m->msg_namelen = set_address(&o->to[o->n], to);
  m->msg_control = NULL;
  m->msg_controllen = 0;
  if (segment > 0)
    set_segment(m, &o->control[o->n], (uint16_t)segment);
  if (++o->n == SEND_BATCH)
    outbox_send(u, o);
}

void udp_commit(struct udp *u, const struct net_addr *to, size_t n, size_t segment)
{
  if (n == 0)
    return;
  assert(to->socket < u->sockets && segment > 0 && segment <= n);
  struct outbox *o = &u->outbox[to->socket];
  uint8_t *p = u->arena + u->used;
  u->used += n;
  if (segment == n) {
    add(u, o, to, p, n, 0);
  } else if (o->gso) {
    add(u, o, to, p, n, segment);
  } else {
    for (size_t at = 0; at < n; at += segment)
      add(u, o, to, p + at, n - at < segment ? n - at : segment, 0);
  }
}
