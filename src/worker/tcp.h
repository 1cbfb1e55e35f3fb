/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media over TCP, for networks that let no UDP through (RFC 6544): browsers connect to the media port, and datagrams
 * travel in the stream, each behind its length (proto/framing.h). To the media core a connection is one more address
 * (NET_TCP in base/net.h).
 *
 * A connection is proven once something is sent to it, because the media core answers nobody without a valid STUN check.
 * One that is not proves itself within seconds or is closed, and so is one to which nothing has been sent for longer than
 * consent lasts. Nothing blocks: what a slow reader does not take waits in a queue of his own, of LIMIT_TCP_QUEUE bytes;
 * when that is full his packets are dropped, large ones (video) first, and nobody else's. All limits: base/limits.h. */
#ifndef TESTUDO_WORKER_TCP_H
#define TESTUDO_WORKER_TCP_H

#include <stddef.h>
#include <stdint.h>

#include "base/net.h"
#include "base/random.h"

struct tcp;

struct tcp_counters {
  uint64_t accepted, refused;  /* refused: beyond a limit of connections */
  uint64_t closed_unproven;    /* no valid check in time, or something else than a check first */
  uint64_t closed_idle, closed_bad; /* bad: no datagrams of ours in the stream */
  uint64_t received, sent;     /* datagrams */
  uint64_t dropped_full, dropped_gone; /* no room in the queue; no such connection any more */
};

/* `fds` stay the caller's: listening, non-blocking, at most LIMIT_LISTEN_ADDRESSES. ERR_NOMEM, ERR_LIMIT, ERR_IO. */
int tcp_new(struct tcp **t, const int *fds, size_t n, const struct random *random, uint64_t now_us);

/* Closes all connections. */
void tcp_free(struct tcp *t);

/* Readable when tcp_serve has something to do: to be waited for with others, never read. */
int tcp_fd(const struct tcp *t);

/* Told by tcp_serve and tcp_sweep. `data` may be changed and is valid until the function returns. */
struct tcp_events {
  void (*datagram)(void *ctx, const struct net_addr *from, uint8_t *data, size_t n);
  void (*closed)(void *ctx, const struct net_addr *who);
  void *ctx;
};

/* Takes new connections, reads what has come and writes what waited: a bounded part of each. */
void tcp_serve(struct tcp *t, uint64_t now_us, const struct tcp_events *events);

/* Closes what has outlived its time. Cheap: to be called at every turn. */
void tcp_sweep(struct tcp *t, uint64_t now_us, const struct tcp_events *events);

/* Queues `n` bytes that are datagrams of `segment` bytes, the last perhaps shorter, and copies them. Allowed within the
 * events. */
void tcp_send(struct tcp *t, const struct net_addr *to, const uint8_t *data, size_t n, size_t segment);

/* Writes what was queued, as far as the kernel takes it. */
void tcp_flush(struct tcp *t);

const struct tcp_counters *tcp_counters(const struct tcp *t);

#endif
