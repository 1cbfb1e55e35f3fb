/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thousands of entrants in one process and thread: their connections in one epoll, their times, waves of them. */
#ifndef TESTUDO_LOAD_CROWD_H
#define TESTUDO_LOAD_CROWD_H

#include "load/floor.h"
#include "load/options.h"
#include "load/speakers.h"
#include "load/tally.h"

struct crowd;

/* `speakers`: of an event, copied; else NULL. ERR_NOT_FOUND: the server's name has no address; ERR_IO: --trust cannot
 * be read, or no descriptors; ERR_NOMEM. */
int crowd_new(struct crowd **c, const struct load_options *o, const struct load_speakers *speakers);
void crowd_free(struct crowd *c);

/* One wave: all come, stay, and leave. `t` is made when the last one is in, or the time is over, and again looked at
 * before they leave: who was put out meanwhile is in it as broken. ERR_NOMEM, ERR_IO. */
int crowd_wave(struct crowd *c, unsigned wave, struct tally *t);

/* An event: the speakers come, the first of them begins the broadcast, the viewers come and stay, all leave. The same
 * errors. */
int crowd_event(struct crowd *c, struct tally *t, struct floor_report *r);

#endif
