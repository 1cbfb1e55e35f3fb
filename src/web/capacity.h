/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether there is room for one more, as far as the media processes can carry it: who is in is kept whole by keeping
 * the newest out for a while (A12). Each process reports once a second what it does (struct ipc_load). It is full while
 * its processor time is above the mark; while its timers are late, or its sends are given up, second after second;
 * and while it says nothing. Since what people cost shows seconds after they were let in, those are reckoned with what
 * each costs who is there. A process with few people is never full: who comes is not what makes it slow.
 *
 * The web process itself is full when its loop comes round late, time after time: whoever comes costs it handshakes of
 * TLS, and those who are in wait for their words meanwhile. That many sign in at once is not looked at: their hashes have
 * threads and a queue of their own, and who guesses passwords must not keep others out by it. */
#ifndef TESTUDO_WEB_CAPACITY_H
#define TESTUDO_WEB_CAPACITY_H

#include "ipc/messages.h"

#define CAPACITY_MARK 800      /* thousandths, unless configured: what a process may use of a processor */
#define CAPACITY_FEW 16        /* connections below which a process is never full */
#define CAPACITY_LATE_US 250000 /* what counts as late */
#define CAPACITY_IN_A_ROW 3    /* bad reports, until it is full; and good ones, until it is not */
#define CAPACITY_SILENT_US 5000000
#define CAPACITY_WEB_LATE_US 2000000 /* what counts as late in the web process */

struct capacity_process {
  struct ipc_load last;
  uint64_t reported_us; /* 0: never */
  uint32_t busy;        /* thousandths, smoothed */
  uint32_t given;       /* entries whose cost may not be in the reports yet */
  uint8_t bad;          /* reports in a row, up to CAPACITY_IN_A_ROW, and down again */
  bool busy_full, bad_full;
};

/* Zeroed: nothing is known, everybody may come. */
struct capacity {
  uint32_t mark;     /* 0: CAPACITY_MARK */
  uint64_t shed;     /* all who were told to come later; one who tries again counts again */
  uint64_t window_us; /* of `shed_lately` */
  uint32_t shed_lately;
  uint64_t web_late_us; /* the last that was measured */
  uint8_t web_bad;      /* as in a process */
  bool web_full;
  struct capacity_process process[LIMIT_MEDIA_PROCESSES];
};

void capacity_report(struct capacity *c, unsigned process, const struct ipc_load *m, uint64_t now_us);
void capacity_forget(struct capacity *c, unsigned process); /* it has ended */

bool capacity_has_room(const struct capacity *c, unsigned process, uint64_t now_us);

/* The web process: its timer was late by so much. And whether it has room for one more than these people. */
void capacity_web_late(struct capacity *c, uint64_t late_us);
bool capacity_web_has_room(const struct capacity *c, uint32_t people);

/* An entry was given out for a room in this process. */
void capacity_give(struct capacity *c, unsigned process);

/* Somebody was turned away: in how many seconds to come again. The more there are, the later, so that all of them
 * together ask no more than some hundred times a second. */
unsigned capacity_shed(struct capacity *c, uint64_t now_us);

#endif
