/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The test cases of RFC 8867 and the parameters of RFC 8868 (tests/sim), many seeds each, as tables; with --write FOLDER
 * also into the README.md of that folder, between their marks, and a plot of each case's first seed beside it. Virtual
 * time: the figures are the same on every machine. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rfc8868.h"
#include "svg.h"

#define MARK_BYTES 80
#define PLOT_STEP 5u /* bins of 100 ms */

struct set {
  const char *name;
  const struct rfc8867_case *cases;
  size_t count;
};

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
  s->mean.late += r->late / seeds;
  s->mean.waited_ms += r->waited_ms / seeds;
  s->mean.falls_minute += r->falls_minute / seeds;
  if (first)
    s->worst = *r;
  s->worst.utilisation = least(s->worst.utilisation, r->utilisation);
  s->worst.p95_ms = most(s->worst.p95_ms, r->p95_ms);
  s->worst.loss = most(s->worst.loss, r->loss);
  s->worst.converge_s = most(s->worst.converge_s, r->converge_s);
  s->worst.jain = least(s->worst.jain, r->jain);
  s->worst.media_share = least(s->worst.media_share, r->media_share);
}

/* Of a plot: the sections of RFC 8868 have many cases each. */
static void name_of(const struct set *set, const struct rfc8867_case *c, char *name, size_t n)
{
  if (set->cases == rfc8868_cases)
    (void)snprintf(name, n, "8868-%s-%u", c->section, (unsigned)(c - set->cases) + 1);
  else
    (void)snprintf(name, n, "%s-%u", c->section, c->queue_ms);
  for (char *p = name; *p != 0; p++)
    *p = *p == '.' ? '_' : *p;
}

enum wish { AT_LEAST, AT_MOST };

/* "mean (worst; wanted)", or a dash where it is not asked. A mean that misses what is wanted is in bold. */
static void cell(FILE *out, bool asked, enum wish wish, double mean, double worst, double wanted, int digits)
{
  const char *mark = (wish == AT_LEAST ? mean < wanted : mean > wanted) ? "**" : "";
  if (asked)
    fprintf(out, " %s%.*f%s (%.*f; %s %.*f) |", mark, digits, mean, mark, digits, worst, wish == AT_LEAST ? "≥" : "≤",
            digits, wanted);
  else
    fprintf(out, " – |");
}

static void row(FILE *out, const struct set *set, const struct rfc8867_case *c, const struct summary *s, bool linked)
{
  const struct rfc8867_targets *t = &c->targets;
  char name[32];
  name_of(set, c, name, sizeof name);
  if (linked)
    fprintf(out, "| [%s](%s.svg) | %s |", c->section, name, c->name);
  else
    fprintf(out, "| %s | %s |", c->section, c->name);
  cell(out, true, AT_LEAST, 100 * s->mean.utilisation, 100 * s->worst.utilisation, 100 * t->utilisation_least, 0);
  fprintf(out, " %.0f |", s->mean.median_ms);
  cell(out, true, AT_MOST, s->mean.p95_ms, s->worst.p95_ms, t->p95_ms_most, 0);
  cell(out, true, AT_MOST, 100 * s->mean.loss, 100 * s->worst.loss, 100 * t->loss_most, 1);
  cell(out, t->converge_s_most > 0, AT_MOST, s->mean.converge_s, s->worst.converge_s, t->converge_s_most, 1);
  cell(out, t->jain_least > 0, AT_LEAST, s->mean.jain, s->worst.jain, t->jain_least, 2);
  cell(out, t->media_share_least > 0, AT_LEAST, s->mean.media_share, s->worst.media_share, t->media_share_least, 2);
  fprintf(out, " %.1f | %.1f | %.0f | %.1f |\n", 100 * s->mean.padding, 100 * s->mean.late, s->mean.waited_ms,
          s->mean.falls_minute);
}

static void head(FILE *out)
{
  fputs("| section | case | used, % | queue, median ms | queue, 95th ms | lost, % | converged, s | Jain | share beside "
        "TCP | padding, % | late, % | pacer, 95th ms | falls a minute |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n", out);
}

static void plot(const struct rfc8867_run *r, const struct set *set, const struct rfc8867_case *c, const char *folder)
{
  char path[512], name[32];
  name_of(set, c, name, sizeof name);
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
  (void)snprintf(title, sizeof title, "%s%s: %s", isdigit((unsigned char)c->section[0]) ? set->name : "",
                 c->section, c->name);
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
static void write_table(const char *folder, const struct set *set, const char *table, size_t n)
{
  char path[512], mark[MARK_BYTES];
  (void)snprintf(mark, sizeof mark, "<!-- written by " PROGRAM ": %.8s -->\n", set->name);
  static char text[1 << 17];
  (void)snprintf(path, sizeof path, "%s/README.md", folder);
  FILE *f = fopen(path, "r");
  size_t length = f != NULL ? fread(text, 1, sizeof text - 1, f) : 0;
  if (f != NULL)
    (void)fclose(f);
  text[length] = 0;
  char *begin = strstr(text, mark), *end = begin != NULL ? strstr(begin + 1, mark) : NULL;
  if (end == NULL || (f = fopen(path, "w")) == NULL) {
    fprintf(stderr, "%s: no two marks, or not writable\n", path);
    exit(1);
  }
  (void)fwrite(text, 1, (size_t)(begin - text) + strlen(mark), f);
  (void)fwrite(table, 1, n, f);
  (void)fputs(end, f);
  if (fclose(f) != 0)
    exit(1);
}

static void run_set(const struct set *set, unsigned seeds, const char *folder)
{
  static struct rfc8867_run run;
  char *table = NULL;
  size_t n = 0;
  FILE *out = open_memstream(&table, &n);
  if (out == NULL)
    abort();
  head(out);
  for (size_t i = 0; i < set->count; i++) {
    const struct rfc8867_case *c = &set->cases[i];
    struct summary s = {0};
    for (unsigned seed = 1; seed <= seeds; seed++) {
      struct rfc8867_result r;
      rfc8867_run(&run, c, seed, &r);
      add(&s, &r, seeds, seed == 1);
      if (folder != NULL && PLOTS && seed == 1)
        plot(&run, set, c, folder);
      rfc8867_fini(&run, c);
    }
    row(out, set, c, &s, folder != NULL && PLOTS);
  }
  if (fclose(out) != 0)
    abort();
  (void)fwrite(table, 1, n, stdout);
  if (folder != NULL)
    write_table(folder, set, table, n);
  free(table);
}

int main(int argc, char **argv)
{
  const struct set sets[] = {{"RFC 8867, ", rfc8867_cases, rfc8867_case_count},
                             {"RFC 8868, ", rfc8868_cases, rfc8868_case_count}};
  const char *folder = argc == 3 && strcmp(argv[1], "--write") == 0 ? argv[2] : NULL;
  unsigned seeds = argc == 2 && strcmp(argv[1], "--smoke") == 0 ? 1 : 20;
  for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
    run_set(&sets[i], seeds, folder);
  return 0;
}
