/* SPDX-License-Identifier: GPL-3.0-or-later */
/* testudo-load: `testudo load entry ...`, `... event ...`, `... media ...`, `... plan ...`. A program of its own, so
 * that the supervisor links no TLS and no JSON. */
#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>

#include "load/crowd.h"
#include "load/lines.h"
#include "load/plan.h"
#include "load/verdict.h"

#define EXIT_USAGE 2

static int write_json(const char *path, json_t *waves, bool good)
{
  json_t *report = json_pack("{so sb}", "waves", waves, "good", good);
  int err = report != NULL && json_dump_file(report, path, JSON_INDENT(2)) == 0 ? 0 : ERR_IO;
  json_decref(report);
  if (err != 0)
    (void)fprintf(stderr, "%s could not be written.\n", path);
  return err;
}

static int run(struct crowd *c, const struct load_options *o)
{
  json_t *waves = json_array();
  bool good = true;
  int err = 0;
  for (unsigned i = 0; i < o->waves && err == 0; i++) {
    static struct tally t;
    err = crowd_wave(c, i, &t);
    if (err != 0)
      break;
    printf("%sWave %u of %u: %u people over %.0f s\n", i == 0 ? "" : "\n", i + 1, o->waves, o->people, o->over_s);
    tally_print(&t, stdout);
    (void)fflush(stdout);
    (void)json_array_append_new(waves, tally_json(&t));
    good = good && tally_is_good(&t);
  }
  if (err != 0) {
    json_decref(waves);
    (void)fprintf(stderr, "It could not be carried out: %s.\n", err_text(err));
    return EXIT_FAILURE;
  }
  puts(good ? "\nEverybody who may come in was let in, and nobody else was."
            : "\nNOT as it must be: see the lines with \"WRONG\".");
  if (o->json != NULL)
    err = write_json(o->json, waves, good);
  else
    json_decref(waves);
  return good && err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int write_event(const char *path, const struct tally *t, const struct floor_report *r)
{
  json_t *report = verdict_report(t, r);
  int err = report != NULL && json_dump_file(report, path, JSON_INDENT(2)) == 0 ? 0 : ERR_IO;
  json_decref(report);
  if (err != 0)
    (void)fprintf(stderr, "%s could not be written.\n", path);
  return err;
}

static int run_event(struct crowd *c, const struct load_options *o)
{
  static struct tally t;
  static struct floor_report r;
  int err = crowd_event(c, &t, &r);
  if (err != 0) {
    (void)fprintf(stderr, "It could not be carried out: %s.\n", err_text(err));
    return EXIT_FAILURE;
  }
  verdict_print(&t, &r, stdout);
  if (o->json != NULL)
    err = write_event(o->json, &t, &r);
  return verdict_of(&t, &r).holds && err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int read_speakers(const struct load_options *o, struct load_speakers *s)
{
  unsigned line;
  int err = load_speakers_read(s, o->speakers, &line);
  if (err == ERR_MALFORMED)
    (void)fprintf(stderr, "%s, line %u: this is not \"EMAIL PASSWORD\".\n", o->speakers, line);
  else if (err == ERR_LIMIT)
    (void)fprintf(stderr, "%s: at most %d people can speak.\n", o->speakers, LIMIT_ROOM_PEOPLE);
  else if (err != 0)
    (void)fprintf(stderr, "%s cannot be read.\n", o->speakers);
  else if (s->n == 0)
    (void)fprintf(stderr, "%s names nobody.\n", o->speakers);
  return err == 0 && s->n > 0 ? 0 : ERR_MALFORMED;
}

static int media(const struct load_options *o)
{
  int err = lines_run(o);
  if (err != 0)
    (void)fprintf(stderr, "It could not be carried out: %s.\n", err_text(err));
  return err == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int plan(const struct load_options *o)
{
  struct plan_costs costs = plan_costs_measured;
  struct plan_rehearsal rehearsal;
  struct plan p;
  int err = o->rehearsal == NULL ? 0 : plan_read_rehearsal(o->rehearsal, &rehearsal);
  if (err != 0) {
    (void)fprintf(stderr,
                  err == ERR_IO ? "%s cannot be read.\n" : "%s is no report of testudo load event --server --json.\n",
                  o->rehearsal);
    return EXIT_USAGE;
  }
  if (o->rehearsal != NULL && plan_costs_of(&rehearsal, &costs) != 0) {
    (void)fprintf(stderr,
                  "The rehearsal was too small to tell. Mend: more viewers, and --server, on the server's machine.\n");
    return EXIT_USAGE;
  }
  plan_make(o, &costs, &p);
  plan_print(o, &p, stdout);
  return EXIT_SUCCESS;
}

static int load(enum load_kind kind, int argc, char **argv)
{
  static struct load_options options;
  static struct load_speakers speakers;
  char error[OPTIONS_ERROR];
  struct crowd *crowd;
  int err = load_options_parse(&options, kind, argc, argv, error);
  if (err == ERR_CLOSED) {
    load_options_print_help(kind);
    return EXIT_SUCCESS;
  }
  if (err != 0) {
    (void)fprintf(stderr, "%s\n", error);
    return EXIT_USAGE;
  }
  if (kind == LOAD_MEDIA)
    return media(&options);
  if (kind == LOAD_PLAN)
    return plan(&options);
  if (options.speakers != NULL && read_speakers(&options, &speakers) != 0)
    return EXIT_USAGE;
  err = crowd_new(&crowd, &options, kind == LOAD_EVENT ? &speakers : NULL);
  sodium_memzero(&speakers, sizeof speakers); /* the crowd has its copy */
  if (err != 0) {
    (void)fprintf(stderr,
                  "It cannot begin: %s. Look at the server's name, at --trust, and at the limit of open files.\n",
                  err_text(err));
    return EXIT_FAILURE;
  }
  int result = kind == LOAD_EVENT ? run_event(crowd, &options) : run(crowd, &options);
  crowd_free(crowd);
  return result;
}

int main(int argc, char **argv)
{
  (void)signal(SIGPIPE, SIG_IGN);
  if (sodium_init() < 0)
    return EXIT_FAILURE;
  if (argc > 1 && strcmp(argv[1], "entry") == 0)
    return load(LOAD_ENTRY, argc - 2, argv + 2);
  if (argc > 1 && strcmp(argv[1], "event") == 0)
    return load(LOAD_EVENT, argc - 2, argv + 2);
  if (argc > 1 && strcmp(argv[1], "media") == 0)
    return load(LOAD_MEDIA, argc - 2, argv + 2);
  if (argc > 1 && strcmp(argv[1], "plan") == 0)
    return load(LOAD_PLAN, argc - 2, argv + 2);
  FILE *out = argc > 1 && strcmp(argv[1], "--help") == 0 ? stdout : stderr;
  (void)fputs("Usage: testudo load entry|event|media|plan [--help]\n\n"
              "  entry    many people come into a meeting: in time, all of them, and nobody else\n"
              "  event    speakers and viewers with sound and picture: whether this server holds such an event\n"
              "  media    the media alone, for other servers, with a script for their signalling\n"
              "  plan     what an event needs: processor cores, memory, network\n",
              out);
  return out == stdout ? EXIT_SUCCESS : EXIT_USAGE;
}
