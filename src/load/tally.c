/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double tally_percentile(const double *sorted, size_t n, double share)
{
  if (n == 0)
    return 0;
  size_t rank = (size_t)ceil(share * (double)n); /* the nearest rank */
  return sorted[rank == 0 ? 0 : rank > n ? n - 1 : rank - 1];
}

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static struct tally_times times_of(double *ms, size_t n)
{
  qsort(ms, n, sizeof *ms, by_value);
  return (struct tally_times){tally_percentile(ms, n, 0.5), tally_percentile(ms, n, 0.95),
                              tally_percentile(ms, n, 0.99), tally_percentile(ms, n, 1)};
}

/* --- counting --- */

static void count_reason(struct tally *t, const struct entrant *e, bool right)
{
  for (size_t i = 0; i < t->reasons; i++) {
    struct tally_reason *r = &t->reason[i];
    if (r->wrong == e->wrong && r->outcome == e->outcome && r->step == e->step && r->status == e->status &&
        strcmp(r->code, e->code) == 0) {
      r->n++;
      return;
    }
  }
  if (t->reasons == TALLY_REASONS) {
    t->other_reasons++;
    return;
  }
  struct tally_reason *r = &t->reason[t->reasons++];
  *r = (struct tally_reason){
      .wrong = e->wrong, .outcome = e->outcome, .step = e->step, .status = e->status, .right = right, .n = 1};
  memcpy(r->code, e->code, sizeof r->code);
}

static void count_honest(struct tally *t, const struct entrant *e)
{
  t->honest++;
  t->waits += e->waits;
  t->lost += e->lost;
  t->sheds += e->sheds;
  t->shed += e->sheds > 0;
  t->shed_in += e->sheds > 0 && e->outcome == OUTCOME_IN;
  if (e->outcome == OUTCOME_IN)
    t->in++;
  else if (e->outcome == OUTCOME_REFUSED)
    t->wrongly_refused++;
  else
    t->broken++;
}

static void count_wrongdoer(struct tally *t, const struct entrant *e, bool right)
{
  t->wrongdoers++;
  if (right)
    t->rightly_refused++;
  else if (e->outcome == OUTCOME_ADMITTED)
    t->wrongly_admitted++;
  else if (e->outcome == OUTCOME_REFUSED)
    t->refused_otherwise++;
  else
    t->broken++;
}

static void count(struct tally *t, const struct entrant *e)
{
  bool right = entrant_went_right(e);
  t->frames += e->frames;
  if (e->wrong == WRONG_NOTHING)
    count_honest(t, e);
  else
    count_wrongdoer(t, e, right);
  if (!right || e->wrong != WRONG_NOTHING)
    count_reason(t, e, right);
}

/* The way of honest people who are in, in `ms`: how long this step took, or (STEP_ABSENT) all of it. */
static size_t collect(const struct tally_people *people, enum step step, double *ms)
{
  size_t n = 0;
  for (size_t i = 0; i < people->n; i++) {
    const struct entrant *e = people->person(people->ctx, i);
    if (e->wrong != WRONG_NOTHING || e->in_us == 0)
      continue;
    uint64_t took_us = step == STEP_ABSENT ? e->in_us - people->wanted_us(people->ctx, i) : e->took_us[step];
    ms[n++] = (double)took_us / 1000;
  }
  return n;
}

int tally_make(struct tally *t, const struct tally_people *people)
{
  double *ms = calloc(people->n == 0 ? 1 : people->n, sizeof *ms);
  *t = (struct tally){0};
  if (ms == NULL)
    return ERR_NOMEM;
  for (size_t i = 0; i < people->n; i++) {
    const struct entrant *e = people->person(people->ctx, i);
    count(t, e);
    double in_s = e->in_us == 0 ? 0 : (double)(e->in_us - people->begun_us) / 1e6;
    if (e->wrong == WRONG_NOTHING && in_s > t->last_in_s)
      t->last_in_s = in_s;
  }
  t->join = times_of(ms, collect(people, STEP_ABSENT, ms));
  for (int step = STEP_SESSION; step < STEP_IN; step++)
    t->step[step] = times_of(ms, collect(people, (enum step)step, ms));
  free(ms);
  return 0;
}

bool tally_is_good(const struct tally *t)
{
  return t->in == t->honest && t->rightly_refused == t->wrongdoers && t->broken == 0;
}
