/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The test cases of RFC 8867 (tests/sim/rfc8867.c), many seeds each, as a table; with --write FOLDER also into the
 * README.md of that folder, between its marks, and a plot of each case's first seed beside it. Virtual time: the figures
 * are the same on every machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rfc8867.h"
#include "svg.h"

#define MARK "<!-- written by " PROGRAM " -->\n"
#define PLOT_STEP 5u /* bins of 100 ms */

struct summary {
  struct rfc8867_result mean, worst;
};

static double least(double a, double b)
{
  return a < b ? a : b;
}

static double most(double a, double b)
{
  return a > b ? a : b;
}

static void add(struct summary *s, const struct rfc8867_result *r, unsigned seeds, bool first)
{
  s->mean.utilisation += r->utilisation / seeds;
  s->mean.median_ms += r->median_ms / seeds;
  s->mean.p95_ms += r->p95_ms / seeds;
  s->mean.loss += r->loss / seeds;
  s->mean.converge_s += r->converge_s / seeds;
  s->mean.jain += r->jain / seeds;
  s->mean.media_share += r->media_share / seeds;
  s->mean.padding += r->padding / seeds;
  if (first)
    s->worst = *r;
  s->worst.utilisation = least(s->worst.utilisation, r->utilisation);
  s->worst.p95_ms = most(s->worst.p95_ms, r->p95_ms);
  s->worst.loss = most(s->worst.loss, r->loss);
  s->worst.converge_s = most(s->worst.converge_s, r->converge_s);
  s->worst.jain = least(s->worst.jain, r->jain);
  s->worst.media_share = least(s->worst.media_share, r->media_share);
}

static void name_of(const struct rfc8867_case *c, char *name, size_t n)
{
  (void)snprintf(name, n, "%s-%u", c->section, c->queue_ms);
  for (char *p = name; *p != 0; p++)
    *p = *p == '.' ? '_' : *p;
}

/* "got / worst / wanted", or a dash where it is not asked. */
static void cell(FILE *out, bool asked, const char *sign, double mean, double worst, double wanted, int digits)
{
  if (asked)
    fprintf(out, " %.*f (%.*f; %s %.*f) |", digits, mean, digits, worst, sign, digits, wanted);
  else
    fprintf(out, " – |");
}

static void row(FILE *out, const struct rfc8867_case *c, const struct summary *s, bool linked)
{
  const struct rfc8867_targets *t = &c->targets;
  char name[32];
  name_of(c, name, sizeof name);
  if (linked)
    fprintf(out, "| [%s](%s.svg) | %s |", c->section, name, c->name);
  else
    fprintf(out, "| %s | %s |", c->section, c->name);
  cell(out, true, "≥", 100 * s->mean.utilisation, 100 * s->worst.utilisation, 100 * t->utilisation_least, 0);
  fprintf(out, " %.0f |", s->mean.median_ms);
  cell(out, true, "≤", s->mean.p95_ms, s->worst.p95_ms, t->p95_ms_most, 0);
  cell(out, true, "≤", 100 * s->mean.loss, 100 * s->worst.loss, 100 * t->loss_most, 1);
  cell(out, t->converge_s_most > 0, "≤", s->mean.converge_s, s->worst.converge_s, t->converge_s_most, 1);
  cell(out, t->jain_least > 0, "≥", s->mean.jain, s->worst.jain, t->jain_least, 2);
  cell(out, t->media_share_least > 0, "≥", s->mean.media_share, s->worst.media_share, t->media_share_least, 2);
  fprintf(out, " %.1f |\n", 100 * s->mean.padding);
}

static void head(FILE *out)
{
  fputs("| section | case | used, % | queue, median ms | queue, 95th ms | lost, % | converged, s | Jain | share beside "
        "TCP | padding, % |\n|---|---|---|---|---|---|---|---|---|---|\n", out);
}

static void plot(const struct rfc8867_run *r, const struct rfc8867_case *c, const char *folder)
{
  char path[512], name[32];
  name_of(c, name, sizeof name);
  (void)snprintf(path, sizeof path, "%s/%s.svg", folder, name);
  FILE *out = fopen(path, "w");
  if (out == NULL) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(1);
  }
  size_t n = (size_t)c->duration_s * 10u / PLOT_STEP;
  double top = 0, *line = malloc(n * sizeof *line);
  if (line == NULL)
    abort();
  for (size_t i = 0; i < n; i++)
    top = most(top, path_rate_bps(&r->path.link[0], i * PLOT_STEP * MEDIA_BIN_US) / 1e6);
  struct svg s = {.out = out, .seconds = c->duration_s, .n = n};
  char title[160];
  (void)snprintf(title, sizeof title, "%s%s: %s", c->section[0] == '5' ? "RFC 8867, " : "", c->section, c->name);
  svg_begin(&s, title);
  svg_panel(&s, 0, top * 1.15, "Mbit/s");
  for (size_t i = 0; i < n; i++)
    line[i] = path_rate_bps(&r->path.link[0], i * PLOT_STEP * MEDIA_BIN_US) / 1e6;
  svg_line(&s, line, 0, "capacity");
  for (uint32_t f = 0; f < c->n_media; f++) {
    for (size_t i = 0; i < n; i++) {
      size_t begin = i >= 1 ? (i - 1) * PLOT_STEP : 0, end = (i + 1) * PLOT_STEP;
      double bytes = 0;
      for (size_t k = begin; k < end; k++)
        bytes += r->media[f].received[k];
      line[i] = bytes * 8 / ((double)(end - begin) * MEDIA_BIN_US);
    }
    char label[32];
    (void)snprintf(label, sizeof label, "flow %u", f + 1);
    svg_line(&s, line, f + 1, label);
  }
  svg_panel(&s, 1, most(120, c->n_tcp > 0 || c->is_radio ? c->queue_ms : 320), "queue, ms");
  for (size_t i = 0; i < n; i++) {
    line[i] = 0;
    for (size_t k = i * PLOT_STEP; k < (i + 1) * PLOT_STEP; k++)
      for (uint32_t f = 0; f < c->n_media - c->n_back; f++)
        line[i] = most(line[i], (double)r->media[f].queued_ms[k]);
  }
  svg_line(&s, line, 1, NULL);
  svg_end(&s);
  free(line);
  if (fclose(out) != 0)
    exit(1);
}

/* README.md with what stands between its two marks replaced. */
static void write_table(const char *folder, const char *table, size_t n)
{
  char path[512];
  static char text[1 << 16];
  (void)snprintf(path, sizeof path, "%s/README.md", folder);
  FILE *f = fopen(path, "r");
  size_t length = f != NULL ? fread(text, 1, sizeof text - 1, f) : 0;
  if (f != NULL)
    (void)fclose(f);
  text[length] = 0;
  char *begin = strstr(text, MARK), *end = begin != NULL ? strstr(begin + 1, MARK) : NULL;
  if (end == NULL || (f = fopen(path, "w")) == NULL) {
    fprintf(stderr, "%s: no two marks, or not writable\n", path);
    exit(1);
  }
  (void)fwrite(text, 1, (size_t)(begin - text) + strlen(MARK), f);
  (void)fwrite(table, 1, n, f);
  (void)fputs(end, f);
  if (fclose(f) != 0)
    exit(1);
}

int main(int argc, char **argv)
{
  static struct rfc8867_run run;
  const char *folder = argc == 3 && strcmp(argv[1], "--write") == 0 ? argv[2] : NULL;
  unsigned seeds = argc == 2 && strcmp(argv[1], "--smoke") == 0 ? 1 : 20;
  char *table = NULL;
  size_t n = 0;
  FILE *out = open_memstream(&table, &n);
  if (out == NULL)
    return 1;
  head(out);
  for (size_t i = 0; i < rfc8867_case_count; i++) {
    const struct rfc8867_case *c = &rfc8867_cases[i];
    struct summary s = {0};
    for (unsigned seed = 1; seed <= seeds; seed++) {
      struct rfc8867_result r;
      rfc8867_run(&run, c, seed, &r);
      add(&s, &r, seeds, seed == 1);
      if (folder != NULL && PLOTS && seed == 1)
        plot(&run, c, folder);
      rfc8867_fini(&run, c);
    }
    row(out, c, &s, folder != NULL && PLOTS);
  }
  if (fclose(out) != 0)
    return 1;
  (void)fwrite(table, 1, n, stdout);
  if (folder != NULL)
    write_table(folder, table, n);
  free(table);
  return 0;
}
