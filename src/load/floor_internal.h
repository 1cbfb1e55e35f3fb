/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the floor share: floor.c (sockets, the loop, the counts), floor_signal.c (what its people hear and
 * say about media), floor_foreign.c (servers whose signalling a script does). */
#ifndef TESTUDO_LOAD_FLOOR_INTERNAL_H
#define TESTUDO_LOAD_FLOOR_INTERNAL_H

#include <sys/socket.h>
#include <time.h>

#include "load/floor.h"

#define FLOOR_BATCH 16

struct floor_seat {
  struct endpoint *e;
  int fd; /* of one with an endpoint that has an answer; else -1 */
  bool wished;
  uint64_t wish_us, next_us; /* when its socket is looked at next */
  unsigned offers;           /* made so far: one for each connection */
  uint64_t renewed_us;       /* when it was told to make a new one that does not flow yet; 0: it was not */
  unsigned changes;          /* of what it shows: grid and speaker by turns */
  bool filled;               /* somebody's picture was ever put before it */
  struct net_addr from;
};

/* Who sends plain RTP. */
struct floor_plain {
  struct outlet outlets[2];
  int fd[2];
};

union floor_control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct timespec))];
};

struct floor {
  const struct load_options *options;
  struct endpoint_world world;
  struct aead_backend *aead;
  struct dtls_context *dtls;
  struct floor_seat *seats;
  unsigned people, publishers;
  struct floor_plain *plain; /* NULL: nobody */
  char *fields;              /* 2 * ENDPOINT_OFFER_BYTES: of a message */
  uint8_t *offer;            /* ENDPOINT_OFFER_BYTES */
  struct floor_renewals renewals;
  struct inlet_sum told;     /* at the last full second */
  uint64_t second_us, served_us;
  uint64_t publish_us; /* when one of those who publish is to be looked at next */
  uint64_t groups;    /* of datagrams that arrived as one: on the server's own machine, its sends */
  struct delay turns; /* from one call of floor_serve to the next */
  size_t seconds;
  struct floor_second *second;
  uint8_t *inbox;
  struct mmsghdr in[FLOOR_BATCH];
  struct iovec iov[FLOOR_BATCH];
  union floor_control control[FLOOR_BATCH];
};

/* Kernel timestamps of arrival are of this clock. */
uint64_t floor_unix_us(void);

/* Bound to an address (none: the system's choice), and connected: nothing comes in but the other end's. ERR_IO. */
int floor_connect_socket(const struct net_addr *from, const struct net_addr *to, int *out);

/* The socket of a seat whose endpoint has its answer. ERR_IO. */
int floor_open_socket(struct floor_seat *s);

/* Sends of plain RTP what is due. */
void floor_play_plain(struct floor *f, uint64_t now_us);

/* Sends a datagram of an endpoint; `ctx` is its seat. */
void floor_send(void *ctx, const uint8_t *data, size_t n);

#endif
