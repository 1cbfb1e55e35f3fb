/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which media process is to give viewers to which other one, so that a full one is relieved and one that came back
 * empty carries its share again. A state machine: people and reports of the processes and the time go in, at most one
 * pair and a number come out, once a second.
 *
 * Nobody swings back and forth: it begins when the difference has been clear for some seconds, which newcomers may have
 * mended, and goes on until there is none; who has the fewer people must not be the busier one; and a process that took
 * does not give for a while, nor the other way round. */
#ifndef TESTUDO_WEB_BALANCE_H
#define TESTUDO_WEB_BALANCE_H

#include "web/capacity.h"

#define BALANCE_AT_ONCE 4               /* viewers a second: a storm of joins would cost more than it spares */
#define BALANCE_LEAST 8                 /* people more, from which on it is worth it; and a quarter more */
#define BALANCE_REST_US 60000000        /* until a process that took may give, or one that gave may take */
#define BALANCE_NEW_US 5000000          /* a process that has just begun is to show that it lives */
#define BALANCE_FAILURES 3              /* in a row: it may be the process, and not who was to go there */
#define BALANCE_CLEAR_US 5000000        /* so long it was worth it, before it begins */

/* Zeroed: nothing goes on. */
struct balance {
  bool goes_on;
  unsigned from, to;
  uint64_t clear_us; /* since when it has been worth it; 0: it is not */
  uint64_t gives_from_us[LIMIT_MEDIA_PROCESSES]; /* before, it does not give */
  uint64_t takes_from_us[LIMIT_MEDIA_PROCESSES]; /* before, it does not take */
  uint32_t failures[LIMIT_MEDIA_PROCESSES];      /* in a row, of people who were to go there */
};

/* What there is. */
struct balance_view {
  unsigned processes;
  const bool *up;
  const uint32_t *people; /* those included who are on their way */
  const struct capacity *capacity;
};

/* How many viewers `b->from` is to give to `b->to` in this second; 0: none. */
unsigned balance_step(struct balance *b, const struct balance_view *v, uint64_t now_us);

/* One of them was asked to go. */
void balance_moved(struct balance *b, uint64_t now_us);

/* None of those in `b->from` can go: for a while others are looked at. */
void balance_stuck(struct balance *b, uint64_t now_us);

/* This process has just begun; or somebody who was to go there has got there; or could not, which may be his own
 * network: it rests from the third in a row on. */
void balance_began(struct balance *b, unsigned process, uint64_t now_us);
void balance_arrived(struct balance *b, unsigned process);
void balance_failed(struct balance *b, unsigned process, uint64_t now_us);

#endif
