/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/lines.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "load/descriptors.h"
#include "load/floor.h"
#include "load/verdict.h"

#define LINE_BYTES (256 * 1024)
#define ANSWER_BYTES (64 * 1024)
#define CANDIDATE_BYTES 128

struct lines {
  const struct load_options *options;
  struct floor *floor;
  uint8_t *in; /* LINE_BYTES */
  size_t in_n;
  bool ended;
  bool measuring;
  double begin_s, end_s, cpu_s, people_cpu_s;
  uint64_t packets;
};

static double now_s(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void say(json_t *message)
{
  char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT);
  if (text != NULL)
    puts(text);
  (void)fflush(stdout);
  free(text);
  json_decref(message);
}

/* 0: nobody is watched. */
static double cpu_s_of(pid_t process)
{
  static struct watch w;
  return process != 0 && watch_take(&w, process) == 0 ? watch_cpu(&w) : 0;
}

static unsigned everybody(const struct lines *l)
{
  return l->options->publishers + l->options->people;
}

/* --- commands --- */

/* Whose number a line gives, if it is from `first` on and before `end`. */
static int take_who(const json_t *line, unsigned first, unsigned end, unsigned *who)
{
  const json_t *number = json_object_get(line, "who");
  const json_int_t n = json_integer_value(number);
  if (!json_is_integer(number) || n < (json_int_t)first || n >= (json_int_t)end)
    return ERR_RANGE;
  *who = (unsigned)n;
  return 0;
}

static int do_answer(struct lines *l, const json_t *line)
{
  static uint8_t answer[ANSWER_BYTES];
  struct writer w = writer_of(answer, sizeof answer);
  const char *offer = json_string_value(json_object_get(line, "offer"));
  unsigned who;
  if (offer == NULL || take_who(line, l->options->publishers, everybody(l), &who) != 0)
    return ERR_RANGE;
  int err = floor_offered(l->floor, who, span_str(offer), &w);
  if (err == 0)
    say(json_pack("{si ss%}", "who", (int)who, "answer", (const char *)answer, w.n));
  return err;
}

static int do_publish(struct lines *l, const json_t *line)
{
  static uint8_t offer[ENDPOINT_OFFER_BYTES];
  struct writer w = writer_of(offer, sizeof offer);
  unsigned who;
  if (take_who(line, 0, l->options->publishers, &who) != 0)
    return ERR_RANGE;
  int err = floor_publish(l->floor, who, &w);
  if (err == 0)
    say(json_pack("{si ss%}", "who", (int)who, "offer", (const char *)offer, w.n));
  return err;
}

static int do_answered(struct lines *l, const json_t *line)
{
  uint8_t candidate[CANDIDATE_BYTES];
  struct writer w = writer_of(candidate, sizeof candidate);
  const char *answer = json_string_value(json_object_get(line, "answer"));
  struct net_addr own;
  unsigned who;
  if (answer == NULL || take_who(line, 0, l->options->publishers, &who) != 0)
    return ERR_RANGE;
  int err = floor_answered(l->floor, who, span_str(answer), &own);
  if (err != 0)
    return err;
  endpoint_put_candidate(&own, &w);
  say(json_pack("{si ss%}", "who", (int)who, "candidate", (const char *)candidate, w.n));
  return 0;
}

static int do_send(struct lines *l, const json_t *line)
{
  struct net_addr to;
  const char *ip = json_string_value(json_object_get(line, "to"));
  json_int_t audio = json_integer_value(json_object_get(line, "audio"));
  json_int_t video = json_integer_value(json_object_get(line, "video"));
  if (ip == NULL || audio < 1 || audio > 65535 || video < 1 || video > 65535 || net_addr_parse(ip, 1, &to) != 0)
    return ERR_RANGE;
  return floor_plain(l->floor, &to, (uint16_t)audio, (uint16_t)video);
}

static int do_measure(struct lines *l, const json_t *line)
{
  double seconds = json_number_value(json_object_get(line, "seconds"));
  if (l->measuring || seconds <= 0)
    return ERR_RANGE;
  l->measuring = true;
  l->begin_s = now_s();
  l->end_s = l->begin_s + seconds;
  l->cpu_s = cpu_s_of(l->options->server);
  l->people_cpu_s = cpu_s_of(getpid());
  l->packets = floor_packets(l->floor);
  return 0;
}

static void end_measure(struct lines *l)
{
  l->measuring = false;
  say(json_pack("{s{sf sI sf sf si}}", "steady", "seconds", now_s() - l->begin_s, "packets",
                (json_int_t)(floor_packets(l->floor) - l->packets), "cpu_s", cpu_s_of(l->options->server) - l->cpu_s,
                "people_cpu_s", cpu_s_of(getpid()) - l->people_cpu_s, "flowing",
                (int)floor_flowing(l->floor, l->options->publishers, everybody(l))));
}

static const struct {
  const char *name;
  int (*run)(struct lines *l, const json_t *line);
} commands[] = {
    {"answer", do_answer}, {"publish", do_publish}, {"answered", do_answered},
    {"send", do_send},     {"measure", do_measure},
};

static int carry_out(struct lines *l, const json_t *line)
{
  const char *what = json_string_value(json_object_get(line, "do"));
  for (size_t i = 0; what != NULL && i < sizeof commands / sizeof commands[0]; i++)
    if (strcmp(what, commands[i].name) == 0)
      return commands[i].run(l, line);
  return ERR_UNSUPPORTED;
}

static void take_line(struct lines *l, struct span text)
{
  json_t *line;
  int err = json_parse_strict(text, LINE_BYTES, &line);
  if (err == 0) {
    err = carry_out(l, line);
    if (err != 0)
      say(json_pack("{ss sO?}", "error", err_text(err), "who", json_object_get(line, "who")));
    json_decref(line);
  } else if (text.n > 0) {
    say(json_pack("{ss}", "error", "this line is not JSON"));
  }
}

/* --- input --- */

static void take_lines(struct lines *l)
{
  struct span rest = span_of(l->in, l->in_n), line;
  const uint8_t *end;
  while (rest.n > 0 && (end = memchr(rest.p, '\n', rest.n)) != NULL) {
    (void)span_take(&rest, (size_t)(end - rest.p), &line);
    (void)span_skip(&rest, 1);
    take_line(l, line);
  }
  if (rest.n > 0)
    memmove(l->in, rest.p, rest.n);
  l->in_n = rest.n;
}

static int read_input(struct lines *l)
{
  struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
  if (poll(&p, 1, 1) <= 0)
    return 0;
  if (l->in_n == LINE_BYTES)
    return ERR_LIMIT;
  ssize_t n = read(STDIN_FILENO, l->in + l->in_n, LINE_BYTES - l->in_n);
  if (n < 0)
    return errno == EINTR || errno == EAGAIN ? 0 : ERR_IO;
  l->ended = n == 0;
  l->in_n += (size_t)n;
  take_lines(l);
  return 0;
}

/* --- all --- */

static int serve(struct lines *l)
{
  int err = 0;
  while (err == 0 && !l->ended) {
    err = read_input(l);
    floor_serve(l->floor);
    if (l->measuring && now_s() >= l->end_s)
      end_measure(l);
  }
  return err;
}

int lines_run(const struct load_options *o)
{
  static struct floor_report report;
  struct lines l = {.options = o, .in = malloc(LINE_BYTES)};
  int err = l.in == NULL ? ERR_NOMEM : descriptors_allow(everybody(&l));
  if (err == 0)
    err = floor_new(&l.floor, o, everybody(&l), o->publishers);
  if (err == 0)
    err = serve(&l);
  if (err == 0) {
    floor_close(l.floor, &report);
    say(json_pack("{so}", "media", verdict_json(&report)));
  }
  floor_free(l.floor);
  free(l.in);
  return err;
}
