/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an event came to: whether the server holds it, or what broke first, in plain words and as JSON. */
#ifndef TESTUDO_LOAD_VERDICT_H
#define TESTUDO_LOAD_VERDICT_H

#include <stdio.h>

#include "load/floor.h"
#include "load/tally.h"

/* What people would notice: more than so much of it, and the event is not held. */
#define VERDICT_LOST 0.001    /* share of the packets that never came */
#define VERDICT_P99_US 150000 /* one packet of a hundred later than this */

/* The people are played by one thread, which sends and answers in time only if it has a processor. */
#define VERDICT_PEOPLE_BUSY 0.9 /* share of a core */
#define VERDICT_TURN_US 50000   /* one turn of a hundred longer than this */

struct verdict {
  bool holds;
  const char *first; /* what is wrong, the worst first; NULL: nothing */
};

struct verdict verdict_of(const struct tally *t, const struct floor_report *r);

/* What people noticed first, and in which second of the media, from 1; 0: nothing in any. */
size_t verdict_began(const struct floor_report *r, const char **what);

/* Whether what was late may be the people's own. */
bool verdict_people_were_slow(const struct floor_report *r);

void verdict_print(const struct tally *t, const struct floor_report *r, FILE *out);

/* The media's part; and the whole report. */
struct json_t *verdict_json(const struct floor_report *r);
struct json_t *verdict_report(const struct tally *t, const struct floor_report *r);

#endif
