/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The UDP sockets of a media process, in batches: receiving by recvmmsg with GRO (the kernel joins datagrams of one
 * sender, they are cut apart here), sending by sendmmsg with GSO (one kernel send per receiver and frame). The
 * kernel's send path is nearly all of the cost of forwarding, and it is paid per send, not per byte.
 *
 * One unconnected socket per local address; its index is net_addr.socket. Nothing blocks, nothing is allocated after
 * udp_init. What cannot be sent is dropped and counted, as the network would do. */
#ifndef TESTUDO_WORKER_UDP_H
#define TESTUDO_WORKER_UDP_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/net.h"

struct udp;

struct udp_counters {
  uint64_t received;         /* datagrams, after cutting */
  uint64_t receive_calls;    /* recvmmsg that brought something */
  uint64_t dropped_long;     /* datagrams longer than LIMIT_DATAGRAM */
  uint64_t sent;             /* kernel sends; one may be many datagrams */
  uint64_t send_calls;       /* sendmmsg */
  uint64_t dropped_full;     /* sends given up because the socket stayed full */
  uint64_t dropped_refused;  /* sends that the kernel refused: no route, host unreachable and the like */
  uint64_t split;            /* GSO sends that went out as single datagrams */
};

/* `fds` stay the caller's: bound, IPv4 or IPv6, at most LIMIT_LISTEN_ADDRESSES. ERR_NOMEM, ERR_LIMIT. */
int udp_new(struct udp **u, const int *fds, size_t n);
void udp_free(struct udp *u);

/* One datagram; `data` may be changed and is valid until the function returns. It came `waited_us` before it was read,
 * at most UDP_WAITED_MOST_US: the kernel notes when, however busy we are. */
#define UDP_WAITED_MOST_US 1000000u
typedef void udp_deliver(void *ctx, const struct net_addr *from, uint8_t *data, size_t n, uint64_t waited_us);

#define UDP_RECEIVE_BATCH 32

/* Reads one batch of a socket. Returns the number of packets that the kernel gave: less than UDP_RECEIVE_BATCH were all. */
size_t udp_receive(struct udp *u, size_t socket, udp_deliver *deliver, void *ctx);

/* reserve and commit as struct media_sink wants them (media/media.h). */
uint8_t *udp_reserve(struct udp *u, size_t n);
void udp_commit(struct udp *u, const struct net_addr *to, size_t n, size_t segment);

/* Sends all that was committed. */
void udp_flush(struct udp *u);

const struct udp_counters *udp_counters(const struct udp *u);

#endif
