/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a crowd's way in came to: counts, times and reasons, and the verdict. */
#ifndef TESTUDO_LOAD_TALLY_H
#define TESTUDO_LOAD_TALLY_H

#include <stdbool.h>
#include <stdio.h>

#include "load/entrant.h"
#include "load/watch.h"

#define TALLY_REASONS 64

struct tally_reason {
  enum wrong_kind wrong; /* what was tried; WRONG_NOTHING: honest */
  enum entrant_outcome outcome;
  enum step step;
  unsigned status;
  char code[ENTRANT_CODE];
  bool right; /* it had to be so */
  unsigned n;
};

struct tally_times {
  double median_ms, p95_ms, p99_ms, most_ms;
};

struct tally {
  unsigned honest, in, wrongdoers, rightly_refused;
  unsigned wrongly_refused, wrongly_admitted, broken;
  unsigned refused_otherwise; /* wrongdoers whose refusal had another reason: what was to be tried was not */
  unsigned waits, lost;       /* how often honest people were told to wait, or lost a connection */
  unsigned sheds;             /* of these waits those before a full server */
  unsigned shed, shed_in;     /* people who met a full server; those of them who are in */
  uint64_t frames;
  double last_in_s;        /* from the beginning of the wave to the last welcome */
  struct tally_times join; /* of honest people, from when they wanted to come to their welcome */
  struct tally_times step[STEPS];
  struct tally_reason reason[TALLY_REASONS];
  size_t reasons;
  unsigned other_reasons;     /* beyond TALLY_REASONS */
  struct watch before, after; /* the server */
};

/* Of n people, of whom person(ctx, i) is one; `wanted_us` tells when each wanted to come. ERR_NOMEM. */
struct tally_people {
  const struct entrant *(*person)(const void *ctx, size_t i);
  uint64_t (*wanted_us)(const void *ctx, size_t i);
  const void *ctx;
  size_t n;
  uint64_t begun_us;
};
int tally_make(struct tally *t, const struct tally_people *people);

/* The value that `share` (0 to 1) of the sorted values do not exceed; 0 of none. */
double tally_percentile(const double *sorted, size_t n, double share);

/* Nobody was wrongly refused or admitted, nothing broke, and what was tried was really tried. */
bool tally_is_good(const struct tally *t);

void tally_print(const struct tally *t, FILE *out);

struct json_t *tally_json(const struct tally *t);

#endif
