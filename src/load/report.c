/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tally in plain words, and as JSON. */
#include <jansson.h>

#include "load/tally.h"

static const char *const outcomes[] = {"undecided", "in", "refused", "admitted", "broken"};

/* --- in words --- */

static void print_times(FILE *out, const char *what, const struct tally_times *t)
{
  fprintf(out, "  %-28s median %7.0f ms   95 %% %7.0f ms   99 %% %7.0f ms   longest %7.0f ms\n", what, t->median_ms,
          t->p95_ms, t->p99_ms, t->most_ms);
}

static void print_all_times(const struct tally *t, FILE *out)
{
  static const char *const steps[STEPS] = {[STEP_SESSION] = "  TLS and session",  [STEP_SIGN_IN] = "  sign-in",
                                           [STEP_ROOM] = "  looking at the room", [STEP_ENTRY] = "  entry",
                                           [STEP_SOCKET] = "  TLS and socket",    [STEP_HELLO] = "  the server's hello",
                                           [STEP_WELCOME] = "  welcome"};
  print_times(out, "from the wish to the welcome", &t->join);
  for (int i = STEP_SESSION; i < STEP_IN; i++)
    if (i != STEP_SIGN_IN) /* few sign in */
      print_times(out, steps[i], &t->step[i]);
}

static void print_reasons(const struct tally *t, FILE *out)
{
  for (size_t i = 0; i < t->reasons; i++) {
    const struct tally_reason *r = &t->reason[i];
    const struct wrong *wrong = wrong_of(r->wrong);
    fprintf(out, "  %s %6u  %s: %s at \"%s\"", r->right ? "right" : "WRONG", r->n,
            wrong == NULL ? "honest" : wrong->what, outcomes[r->outcome], step_name(r->step));
    if (r->status != 0)
      fprintf(out, ", %u", r->status);
    fprintf(out, "%s%s\n", r->code[0] == '\0' ? "" : " ", r->code);
  }
  if (t->other_reasons > 0)
    fprintf(out, "        %6u  for other reasons\n", t->other_reasons);
}

static void print_server(const struct tally *t, FILE *out)
{
  double cpu_s = watch_cpu(&t->after) - watch_cpu(&t->before);
  if (t->after.n == 0)
    return;
  for (size_t i = 0; i < t->after.n; i++)
    fprintf(out, "  memory of %-16s %8.1f MiB\n", t->after.process[i].name,
            (double)t->after.process[i].resident_bytes / 1048576);
  fprintf(out, "  memory of the server, before %.1f MiB, after %.1f MiB: %.1f KiB for each who is in\n",
          (double)watch_resident(&t->before) / 1048576, (double)watch_resident(&t->after) / 1048576,
          t->in == 0 ? 0 : ((double)watch_resident(&t->after) - (double)watch_resident(&t->before)) / 1024 / t->in);
  fprintf(out, "  CPU of the server %.2f s: %.2f ms for each who came\n", cpu_s,
          t->honest + t->wrongdoers == 0 ? 0 : 1000 * cpu_s / (t->honest + t->wrongdoers));
}

void tally_print(const struct tally *t, FILE *out)
{
  fprintf(out, "%u honest people, %u of them in; the last one %.1f s after the beginning\n", t->honest, t->in,
          t->last_in_s);
  fprintf(out, "  wrongly refused %u, failed or not in in time %u; told to wait %u times, lost a connection %u times\n",
          t->wrongly_refused, t->broken, t->waits, t->lost);
  if (t->shed > 0)
    fprintf(out, "  found the server full %u, who asked again by themselves; of them came in %u\n", t->shed,
            t->shed_in);
  print_all_times(t, out);
  fprintf(out,
          "%u people who must not come in: %u refused as they had to be, %u refused for another reason, %u ADMITTED\n",
          t->wrongdoers, t->rightly_refused, t->refused_otherwise, t->wrongly_admitted);
  print_reasons(t, out);
  print_server(t, out);
}

/* --- as JSON --- */

static json_t *times_json(const struct tally_times *t)
{
  return json_pack("{sf sf sf sf}", "median_ms", t->median_ms, "p95_ms", t->p95_ms, "p99_ms", t->p99_ms, "longest_ms",
                   t->most_ms);
}

static json_t *steps_json(const struct tally *t)
{
  json_t *steps = json_object();
  for (int i = STEP_SESSION; i < STEP_IN; i++)
    (void)json_object_set_new(steps, step_name((enum step)i), times_json(&t->step[i]));
  return steps;
}

static json_t *reasons_json(const struct tally *t)
{
  json_t *list = json_array();
  for (size_t i = 0; i < t->reasons; i++) {
    const struct tally_reason *r = &t->reason[i];
    const struct wrong *wrong = wrong_of(r->wrong);
    (void)json_array_append_new(list,
                                json_pack("{ss? ss ss si ss sb si}", "tried", wrong == NULL ? NULL : wrong->name,
                                          "outcome", outcomes[r->outcome], "step", step_name(r->step), "status",
                                          (int)r->status, "code", r->code, "right", r->right, "people", (int)r->n));
  }
  return list;
}

static json_t *watch_json(const struct watch *w)
{
  json_t *list = json_array();
  for (size_t i = 0; i < w->n; i++)
    (void)json_array_append_new(list,
                                json_pack("{ss sI sf}", "name", w->process[i].name, "resident_bytes",
                                          (json_int_t)w->process[i].resident_bytes, "cpu_s", w->process[i].cpu_s));
  return list;
}

json_t *tally_json(const struct tally *t)
{
  return json_pack("{si si si si si si si si si si si si si sI sf so so so so so sb}", "honest", (int)t->honest, "in",
                   (int)t->in, "wrongdoers", (int)t->wrongdoers, "rightly_refused", (int)t->rightly_refused,
                   "wrongly_refused", (int)t->wrongly_refused, "wrongly_admitted", (int)t->wrongly_admitted,
                   "refused_otherwise", (int)t->refused_otherwise, "broken", (int)t->broken, "told_to_wait",
                   (int)t->waits, "connections_lost", (int)t->lost, "found_it_full", (int)t->sheds, "people_put_off",
                   (int)t->shed, "put_off_in", (int)t->shed_in, "frames", (json_int_t)t->frames, "last_in_s",
                   t->last_in_s, "join", times_json(&t->join), "steps", steps_json(t), "reasons", reasons_json(t),
                   "server_before", watch_json(&t->before), "server_after", watch_json(&t->after), "good",
                   tally_is_good(t));
}
