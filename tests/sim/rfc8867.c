/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rfc8867.h"

#include <stdlib.h>
#include <string.h>

#define S 1000000u
#define BINS_PER_S (S / MEDIA_BIN_US)
#define MEDIA_START_BPS 300000u
#define MEDIA_MIN_BPS 150000u
#define MEDIA_MAX_BPS 1500000u
#define CONVERGED 0.9 /* of what is available, over a second */
#define HIGH 0.8       /* watermarks of a rate, of the mean of its last ten seconds: from one to the other ... */
#define LOW 0.5
#define FALL_BINS 20u /* ... so fast is a fall */
#define MEAN_BINS 100u

const struct rfc8867_case rfc8867_cases[] = {
  {.section = "5.1", .name = "Variable available capacity, single flow",
    .duration_s = 100, .queue_ms = 300, .jitter_ms = 30, .n_media = 1,
    .capacity = {{0, 1000000}, {40 * S, 2500000}, {60 * S, 600000}, {80 * S, 1000000}},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .converge_s_most = 10}},
  {.section = "5.2", .name = "Variable available capacity, two flows",
    .duration_s = 125, .queue_ms = 300, .jitter_ms = 30, .n_media = 2,
    .capacity = {{0, 4000000}, {25 * S, 2000000}, {50 * S, 3500000}, {75 * S, 1000000}, {100 * S, 2000000}},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .jain_least = 0.9}},
  {.section = "5.3", .name = "Congested feedback link, media both ways",
    .duration_s = 100, .queue_ms = 300, .jitter_ms = 30, .n_media = 2, .n_back = 1,
    .capacity = {{0, 2000000}, {20 * S, 1000000}, {40 * S, 500000}, {60 * S, 2000000}},
    .back = {{0, 2000000}, {35 * S, 800000}, {70 * S, 2000000}},
    .targets = {.utilisation_least = 0.80, .p95_ms_most = 100, .loss_most = 0.01}},
  {.section = "5.4", .name = "Three flows of the same kind",
    .duration_s = 120, .queue_ms = 300, .jitter_ms = 30, .n_media = 3, .start_s = {0, 20, 40},
    .capacity = {{0, 3500000}},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .jain_least = 0.9}},
  {.section = "5.5", .name = "Round-trip time fairness, five flows",
    .duration_s = 300, .queue_ms = 300, .jitter_ms = 30, .n_media = 5, .start_s = {0, 1, 2, 3, 4},
    .delay_ms = {10, 25, 50, 100, 150}, .capacity = {{0, 4000000}},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .jain_least = 0.85}},
  {.section = "5.6", .name = "Beside a long TCP flow, queue of 300 ms",
    .duration_s = 120, .queue_ms = 300, .jitter_ms = 30, .n_media = 1, .n_tcp = 1, .tcp_on = 1,
    .capacity = {{0, 2000000}}, .tcp = {.stop_us = 120u * S},
    .targets = {.utilisation_least = 0.9, .p95_ms_most = 320, .loss_most = 0.05, .media_share_least = 0.3}},
  {.section = "5.6", .name = "Beside a long TCP flow, queue of 1 s",
    .duration_s = 120, .queue_ms = 1000, .jitter_ms = 30, .n_media = 1, .n_tcp = 1, .tcp_on = 1,
    .capacity = {{0, 2000000}}, .tcp = {.stop_us = 120u * S},
    .targets = {.utilisation_least = 0.9, .p95_ms_most = 1050, .loss_most = 0.05, .media_share_least = 0.3}},
  {.section = "5.7", .name = "Two flows beside ten short TCP flows",
    .duration_s = 300, .queue_ms = 300, .jitter_ms = 30, .n_media = 2, .n_tcp = 10, .tcp_on = 2,
    .capacity = {{0, 2000000}},
    .tcp = {.stop_us = 300u * S, .file_least = 30000, .file_most = 50000, .off_mean_us = 10 * S},
    .targets = {.utilisation_least = 0.65, .p95_ms_most = 220, .loss_most = 0.02, .jain_least = 0.8}},
  {.section = "5.8", .name = "Pause and resume, three flows",
    .duration_s = 120, .queue_ms = 300, .jitter_ms = 30, .n_media = 3, .pause_s = 40, .resume_s = 60,
    .capacity = {{0, 3500000}},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .jain_least = 0.9}},
  {.section = "radio", .name = "A radio link: rate walks from 0.5 to 3 Mbit/s, stalls of 100 ms",
    .duration_s = 120, .queue_ms = 500, .n_media = 1, .is_radio = true,
    .capacity = {{0, 1500000}},
    .targets = {.utilisation_least = 0.65, .p95_ms_most = 250, .loss_most = 0.02}},
  {.section = "loss", .name = "10 % of packets lost at random",
    .duration_s = 100, .queue_ms = 300, .jitter_ms = 30, .n_media = 1, .loss = 0.1,
    .capacity = {{0, 1000000}},
    .targets = {.utilisation_least = 0.70, .p95_ms_most = 100, .loss_most = 0.15}},
};
const size_t rfc8867_case_count = sizeof rfc8867_cases / sizeof rfc8867_cases[0];

static void set_link(struct path_link *l, const struct path_change *changes, const struct rfc8867_case *c)
{
  for (; l->changes < PATH_CHANGES && changes[l->changes].rate_bps > 0; l->changes++)
    l->change[l->changes] = changes[l->changes];
  l->queue_us = c->queue_ms * 1000u;
  l->jitter_us = c->jitter_ms * 1000u;
  l->loss = c->loss;
  l->burst_begins = c->burst_begins;
  l->burst_ends = c->burst_ends;
  l->reorders = c->reorders;
}

/* A walk through rates, a step every other second. */
static void walk(struct path *p, struct path_link *l)
{
  double bps = l->change[0].rate_bps;
  for (l->changes = 1; l->changes < PATH_CHANGES; l->changes++) {
    bps *= 1 + 0.3 * path_gaussian(p);
    bps = bps < 500000 ? 500000 : bps > 3000000 ? 3000000 : bps;
    l->change[l->changes] = (struct path_change){l->changes * 2u * S, (uint32_t)bps};
  }
}

static void add_media(struct rfc8867_run *r, const struct rfc8867_case *c, uint32_t i)
{
  bool back = i >= c->n_media - c->n_back;
  struct path_media_config m = {.start_us = (uint64_t)c->start_s[i] * S, .stop_us = (uint64_t)c->duration_s * S,
    .start_bps = MEDIA_START_BPS, .min_bps = MEDIA_MIN_BPS, .max_bps = MEDIA_MAX_BPS, .feedback_us = 100000,
    .video = c->video};
  if (i == 0) {
    m.pause_us = (uint64_t)c->pause_s * S;
    m.resume_us = (uint64_t)c->resume_s * S;
  }
  struct path_flow *f = &r->path.flow[i];
  struct path_link *other = c->n_back > 0 ? &r->path.link[1] : NULL;
  f->there = back ? other : &r->path.link[0];
  f->back = back ? &r->path.link[0] : other;
  f->delay_us = (c->delay_ms[i] > 0 ? c->delay_ms[i] : 50u) * 1000u;
  path_media_add(&r->path, i, &r->media[i], &m);
}

static void set_up(struct rfc8867_run *r, const struct rfc8867_case *c, uint64_t seed)
{
  path_init(&r->path, seed);
  set_link(&r->path.link[0], c->capacity, c);
  if (c->n_back > 0)
    set_link(&r->path.link[1], c->back, c);
  if (c->is_radio)
    walk(&r->path, &r->path.link[0]);
  for (uint32_t i = 0; i < c->n_media; i++)
    add_media(r, c, i);
  for (uint32_t i = 0; i < c->n_tcp; i++) {
    struct path_tcp_config t = c->tcp;
    t.starts_off = i >= c->tcp_on;
    r->path.flow[c->n_media + i].there = &r->path.link[0];
    r->path.flow[c->n_media + i].delay_us = 50000;
    path_tcp_add(&r->path, c->n_media + i, &r->tcp[i], &t);
  }
  if (c->cbr.rate_bps > 0) {
    r->cbr = c->cbr;
    r->path.flow[c->n_media + c->n_tcp].there = &r->path.link[0];
    r->path.flow[c->n_media + c->n_tcp].delay_us = 50000;
    path_cbr_add(&r->path, c->n_media + c->n_tcp, &r->cbr);
  }
}

static bool runs(const struct path_media *m, uint64_t at_us)
{
  const struct path_media_config *c = &m->config;
  return at_us >= c->start_us && at_us < c->stop_us &&
         !(c->pause_us > 0 && at_us >= c->pause_us && at_us < c->resume_us);
}

/* What the media flows of one direction could get together at that time. */
static double available_bps(const struct rfc8867_run *r, const struct rfc8867_case *c, bool back, uint64_t at_us)
{
  double wanted = 0, capacity = path_rate_bps(&r->path.link[back], at_us);
  if (!back && path_cbr_is_on(&c->cbr, at_us))
    capacity -= c->cbr.rate_bps;
  for (uint32_t i = back ? c->n_media - c->n_back : 0; i < (back ? c->n_media : c->n_media - c->n_back); i++)
    wanted += runs(&r->media[i], at_us) ? MEDIA_MAX_BPS : 0;
  return wanted < capacity ? wanted : capacity;
}

static double received_bps(const struct rfc8867_run *r, const struct rfc8867_case *c, bool back, size_t bin)
{
  double bytes = 0;
  for (uint32_t i = back ? c->n_media - c->n_back : 0; i < (back ? c->n_media : c->n_media - c->n_back); i++)
    bytes += r->media[i].received[bin];
  return bytes * 8 * BINS_PER_S;
}

static double utilisation(const struct rfc8867_run *r, const struct rfc8867_case *c)
{
  double received = 0, available = 0;
  for (size_t bin = 0; bin < (size_t)c->duration_s * BINS_PER_S; bin++)
    for (int back = 0; back <= (c->n_back > 0); back++) {
      double most = available_bps(r, c, back, bin * MEDIA_BIN_US), got = received_bps(r, c, back, bin);
      for (uint32_t i = 0; c->n_tcp > 0 && i < c->n_tcp; i++)
        got += (double)r->tcp[i].received[bin] * 8 * BINS_PER_S;
      received += got;
      available += c->tcp.file_most == 0 && c->n_tcp > 0 ? path_rate_bps(&r->path.link[0], bin * MEDIA_BIN_US) : most;
    }
  return received / available;
}

/* The longest time from the start or a rise of capacity until a second's mean is CONVERGED; after a fall, until no
 * packet waits longer than 100 ms for a second. */
static double converge_s(const struct rfc8867_run *r, const struct rfc8867_case *c)
{
  const struct path_link *l = &r->path.link[0];
  double worst = 0;
  for (size_t i = 0; i < l->changes; i++) {
    size_t begin = (size_t)(l->change[i].at_us / MEDIA_BIN_US);
    size_t end = i + 1 < l->changes ? (size_t)(l->change[i + 1].at_us / MEDIA_BIN_US) : c->duration_s * BINS_PER_S;
    bool fell = i > 0 && l->change[i].rate_bps < l->change[i - 1].rate_bps;
    size_t bin = begin;
    for (; bin + BINS_PER_S <= end; bin++) {
      double got = 0, most = 0, queued = 0;
      for (size_t k = bin; k < bin + BINS_PER_S; k++) {
        got += received_bps(r, c, false, k);
        most += available_bps(r, c, false, k * MEDIA_BIN_US);
        queued = r->media[0].queued_ms[k] > queued ? r->media[0].queued_ms[k] : queued;
      }
      if (fell ? queued < 100 : got >= CONVERGED * most)
        break;
    }
    double took = (double)(bin - begin) / BINS_PER_S;
    worst = took > worst ? took : worst;
  }
  return worst;
}

static double mean_bps(const uint32_t *received, size_t from, size_t to)
{
  double bytes = 0;
  for (size_t bin = from; bin < to; bin++)
    bytes += received[bin];
  return to > from ? bytes * 8 * BINS_PER_S / (double)(to - from) : 0;
}

/* Of the last minute, when all run. */
static double jain(const struct rfc8867_run *r, const struct rfc8867_case *c)
{
  double sum = 0, squares = 0;
  size_t end = (size_t)c->duration_s * BINS_PER_S;
  for (uint32_t i = 0; i < c->n_media; i++) {
    double bps = mean_bps(r->media[i].received, end - 60 * BINS_PER_S, end);
    sum += bps;
    squares += bps * bps;
  }
  return sum * sum / (c->n_media * squares);
}

static int compare_floats(const void *a, const void *b)
{
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* Of the media flows' samples together, sorted: the median and the 95th percentile. */
static void percentiles(const struct rfc8867_run *r, const struct rfc8867_case *c, size_t sample, double *median,
                        double *p95)
{
  size_t n = 0, at = 0;
  const struct path_sample *of[RFC8867_MEDIA];
  for (uint32_t i = 0; i < c->n_media; i++) {
    of[i] = (const struct path_sample *)((const char *)&r->media[i] + sample);
    n += of[i]->n;
  }
  float *all = malloc(n * sizeof *all + 1);
  for (uint32_t i = 0; all != NULL && i < c->n_media; at += of[i++]->n)
    memcpy(all + at, of[i]->at, of[i]->n * sizeof *all);
  if (all == NULL || n == 0)
    abort();
  qsort(all, n, sizeof *all, compare_floats);
  *median = all[n / 2];
  *p95 = all[n * 95 / 100];
  free(all);
}

static double mean_target_bps(const struct path_media *m, size_t from, size_t to)
{
  double sum = 0;
  for (size_t bin = from; bin < to; bin++)
    sum += m->target_bps[bin];
  return sum / (double)(to - from);
}

static size_t falls_of(const struct rfc8867_run *r, const struct path_media *m, size_t end)
{
  size_t n = 0, high_bin = 0;
  for (size_t bin = MEAN_BINS; bin < end; bin++) {
    const struct path_link *l = &r->path.link[0];
    double mean_bps = mean_target_bps(m, bin - MEAN_BINS, bin);
    bool link_fell = path_rate_bps(l, bin * MEDIA_BIN_US) < path_rate_bps(l, (bin - MEAN_BINS) * MEDIA_BIN_US);
    if (!runs(m, bin * MEDIA_BIN_US) || link_fell || m->target_bps[bin] >= HIGH * mean_bps) {
      high_bin = bin;
    } else if (m->target_bps[bin] < LOW * mean_bps && bin - high_bin <= FALL_BINS) {
      n++;
      high_bin = 0;
    }
  }
  return n;
}

/* How often a rate fell from one watermark below the other by itself: not with its link. */
static double falls(const struct rfc8867_run *r, const struct rfc8867_case *c)
{
  size_t n = 0;
  for (uint32_t i = 0; i < c->n_media; i++)
    n += falls_of(r, &r->media[i], (size_t)c->duration_s * BINS_PER_S);
  return (double)n * 60 / (c->duration_s * c->n_media);
}

static void measure(const struct rfc8867_run *r, const struct rfc8867_case *c, struct rfc8867_result *result)
{
  double dropped = 0, offered = 0, padding = 0, sent = 0, late = 0, arrived = 0, median_ms;
  size_t end = (size_t)c->duration_s * BINS_PER_S;
  *result = (struct rfc8867_result){.utilisation = utilisation(r, c), .converge_s = converge_s(r, c), .jain = jain(r, c),
    .falls_minute = falls(r, c)};
  percentiles(r, c, offsetof(struct path_media, queue_ms), &result->median_ms, &result->p95_ms);
  percentiles(r, c, offsetof(struct path_media, pacer_ms), &median_ms, &result->waited_ms);
  for (uint32_t i = 0; i < c->n_media; i++) {
    for (size_t l = 0; l < PATH_LINKS; l++) {
      dropped += (double)r->path.link[l].dropped[i];
      offered += (double)r->path.link[l].offered[i];
    }
    padding += (double)r->media[i].padding_bytes;
    sent += (double)r->media[i].sent_bytes;
    late += (double)r->media[i].late;
    arrived += (double)r->media[i].arrived;
    result->rate_bps[i] = mean_bps(r->media[i].received, (size_t)c->start_s[i] * BINS_PER_S, end);
  }
  result->loss = dropped / offered;
  result->padding = padding / sent;
  result->late = late / arrived;
  if (c->n_tcp > 0)
    result->media_share = mean_bps(r->media[0].received, end - 60 * BINS_PER_S, end) /
                          (path_rate_bps(&r->path.link[0], 0) / (double)(c->n_media + c->n_tcp));
}

void rfc8867_run(struct rfc8867_run *r, const struct rfc8867_case *c, uint64_t seed, struct rfc8867_result *result)
{
  set_up(r, c, seed);
  for (uint64_t s = 0; s < (uint64_t)c->duration_s * 10; s++) {
    if (c->is_radio && path_random(&r->path) < 0.05)
      r->path.link[0].held_until_us = r->path.now_us + 100000;
    path_run(&r->path, (s + 1) * MEDIA_BIN_US);
  }
  measure(r, c, result);
}

void rfc8867_fini(struct rfc8867_run *r, const struct rfc8867_case *c)
{
  path_fini(&r->path);
  for (uint32_t i = 0; i < c->n_media; i++)
    path_media_fini(&r->media[i]);
}
