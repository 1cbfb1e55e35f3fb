/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What crowd.c (people in one loop) and crowd_event.c (an event of them) share. */
#ifndef TESTUDO_LOAD_CROWD_INTERNAL_H
#define TESTUDO_LOAD_CROWD_INTERNAL_H

#include "load/connection.h"
#include "load/crowd.h"
#include "load/speakers.h"

/* One person with two connections. */
struct seat {
  struct entrant entrant;
  struct connection connection[ENTRANT_LINES];
  unsigned dialled[ENTRANT_LINES]; /* which of the entrant's dials the connection is */
  size_t sent[ENTRANT_LINES];      /* of what waits to be sent */
  bool writing[ENTRANT_LINES];     /* the loop looks for space to write */
  uint64_t wanted_us;
  bool begun;
  struct net_addr from;
};

struct crowd {
  const struct load_options *options;
  struct entrant_target target;
  struct load_speakers speakers; /* of an event: they have the first seats */
  struct floor *floor;           /* of an event; else NULL */
  struct net_addr to;
  struct ssl_ctx_st *tls;
  int epoll;
  struct seat *seats;
  unsigned people; /* seats */
  unsigned begun;
  bool distrusted; /* the server's certificate is none that anybody could come in by */
  uint64_t wave_us, looked_us, told_us;
};

uint64_t crowd_now_us(void);

/* Makes the connections of a seat what its entrant wants. */
void crowd_settle(struct crowd *c, struct seat *s);

/* Brings in all seats below `end`, each when it wants to, and gives those up who are not in when `patience_s` is over
 * after the last of them wanted to. */
int crowd_come(struct crowd *c, unsigned wave, unsigned end);

int crowd_serve_until(struct crowd *c, uint64_t end_us);
int crowd_leave(struct crowd *c);
void crowd_clear(struct crowd *c);
void crowd_measure(const struct crowd *c, struct watch *w);
int crowd_count(struct crowd *c, struct tally *t);

#endif
