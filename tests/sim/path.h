/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets over bottlenecks in virtual time, for congestion control alone: an event loop, links with a queue, and flows
 * that send over them. Sizes and times, no bytes. The same seed gives the same run. */
#ifndef TESTUDO_SIM_PATH_H
#define TESTUDO_SIM_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_QUEUE 4096 /* packets in a link's queue; a power of two */
#define PATH_CHANGES 64
#define PATH_LINKS 2
#define PATH_FLOWS 16

struct path_packet {
  uint32_t flow;     /* who gets it */
  uint32_t bytes;
  uint64_t number;   /* the flow's own */
  uint64_t sent_us;  /* entered the link */
  uint64_t queued_us; /* time in the queue, without its own transmission */
  void *more;        /* the flow's own: feedback; owned by the packet */
  bool is_back;      /* on its way back to the flow's sender */
};

struct path_change {
  uint64_t at_us;
  uint32_t rate_bps;
};

/* A bottleneck with a drop-tail queue that holds `queue_us` of its rate, and a random delay behind it (RFC 8868, 4.5:
 * truncated Gaussian) that reorders only where it says so. */
struct path_link {
  struct path_change change[PATH_CHANGES];
  size_t changes;
  uint32_t queue_us, jitter_us; /* jitter_us: the whole range; its deviation is a sixth of it */
  bool reorders;                /* RBPDV; else NR-BPDV */
  double loss;                  /* random, before the queue */
  double burst_begins, burst_ends; /* Gilbert and Elliott: chances, per packet, that all are lost from here, and not */
  bool in_burst;
  uint64_t held_until_us;       /* nothing leaves before: a radio that is busy elsewhere */

  struct path_packet queue[PATH_QUEUE];
  uint64_t head, tail;
  uint64_t bytes; /* in the queue */
  bool busy;
  uint64_t last_out_us[PATH_FLOWS]; /* per flow: what left stays in order */
  uint64_t dropped[PATH_FLOWS], offered[PATH_FLOWS];
};

struct path;

/* What sends and receives. `context` is the flow's. */
struct path_flow {
  void *context;
  uint32_t delay_us;             /* one way */
  struct path_link *there, *back; /* NULL: no bottleneck in this direction */
  void (*on_time)(struct path *p, uint32_t flow, uint64_t token);
  void (*on_packet)(struct path *p, uint32_t flow, struct path_packet *packet); /* at either end */
};

enum path_event_kind { PATH_TIME, PATH_SERVED, PATH_ARRIVES };

struct path_event {
  uint64_t at_us, order;
  enum path_event_kind kind;
  uint32_t flow; /* or the link's index */
  uint64_t token;
  struct path_packet packet;
};

struct path {
  uint64_t now_us, order, random;
  struct path_event *heap;
  size_t events, room;
  struct path_link link[PATH_LINKS];
  struct path_flow flow[PATH_FLOWS];
};

void path_init(struct path *p, uint64_t seed);
void path_fini(struct path *p);
void path_run(struct path *p, uint64_t until_us);

/* flow->on_time(token) at that time. */
void path_at(struct path *p, uint32_t flow, uint64_t at_us, uint64_t token);

/* From the sender, or with is_back from the receiver. */
void path_send(struct path *p, const struct path_packet *packet);

uint32_t path_rate_bps(const struct path_link *l, uint64_t at_us);

double path_random(struct path *p);   /* 0 <= x < 1 */
double path_gaussian(struct path *p); /* mean 0, deviation 1, within 3 */

#endif
