/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void expect(bool good, const struct rfc8867_case *c, uint64_t seed, const char *what, double got, double wanted)
{
  if (!good)
    fail_msg("%s %s, seed %u: %s is %.3f, wanted %.3f", c->section, c->name, (unsigned)seed, what, got, wanted);
}

void check_case(struct rfc8867_run *run, const struct rfc8867_case *c, uint64_t seed)
{
  const struct rfc8867_targets *t = &c->targets;
  double p95_ms_most = t->p95_ms_today > 0 ? t->p95_ms_today : t->p95_ms_most;
  struct rfc8867_result r;
  rfc8867_run(run, c, seed, &r);
  rfc8867_fini(run, c);
  expect(r.utilisation >= t->utilisation_least, c, seed, "utilisation", r.utilisation, t->utilisation_least);
  expect(r.p95_ms <= p95_ms_most, c, seed, "queueing delay (95th)", r.p95_ms, p95_ms_most);
  expect(r.loss <= t->loss_most, c, seed, "loss", r.loss, t->loss_most);
  if (t->converge_s_most > 0)
    expect(r.converge_s <= t->converge_s_most, c, seed, "time to converge", r.converge_s, t->converge_s_most);
  if (t->jain_least > 0)
    expect(r.jain >= t->jain_least, c, seed, "fairness", r.jain, t->jain_least);
  if (t->media_share_least > 0)
    expect(r.media_share >= t->media_share_least, c, seed, "share beside TCP", r.media_share, t->media_share_least);
  expect(r.padding <= 0.03, c, seed, "padding", r.padding, 0.03);
  for (uint32_t i = 0; i < c->n_media; i++)
    expect(run->media[i].bandwidth.counters.absurd + run->media[i].bandwidth.counters.unsent == 0, c, seed, "wrongly absurd",
           run->media[i].bandwidth.counters.absurd, 0);
}
