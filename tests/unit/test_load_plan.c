/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an event needs (src/load/plan.c), the options for it, and that the tool says so when it was too slow itself. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "web_testing.h"

#include "load/plan.h"
#include "load/verdict.h"

static int parse(struct load_options *o, enum load_kind kind, const char *line)
{
  static char text[512]; /* options point into it */
  char error[OPTIONS_ERROR], *argv[32], *rest = text;
  int argc = 0;
  (void)snprintf(text, sizeof text, "%s", line);
  for (char *word; argc < 32 && (word = strsep(&rest, " ")) != NULL;)
    argv[argc++] = word;
  return load_options_parse(o, kind, argc, argv, error);
}

static struct plan plan_with(const char *line)
{
  struct load_options o;
  struct plan p;
  assert_int_equal(parse(&o, LOAD_PLAN, line), 0);
  plan_make(&o, &plan_costs_measured, &p);
  return p;
}

static bool is_near(double value, double wanted)
{
  return value > 0.98 * wanted && value < 1.02 * wanted;
}

/* One voice of 50 packets; a small picture is one packet 30 times a second, a tenth more for key frames. */
static void test_what_a_viewer_gets(void **state)
{
  (void)state;
  assert_true(is_near(plan_with("--viewers 9 --pictures 0 --voices 1").packets, 50));
  assert_true(is_near(plan_with("--viewers 9 --pictures 0").packets, 150)); /* three at once, of all who speak */
  assert_true(is_near(plan_with("--viewers 9 --pictures 0 --speakers 2").packets, 100));
  assert_true(is_near(plan_with("--viewers 9 --pictures 1 --voices 1 --sizes 3").packets, 50 + 33));
  assert_true(is_near(plan_with("--viewers 9 --pictures 9 --sizes 3 --view speaker").packets, 150 + 66 + 8 * 33));
  assert_true(is_near(plan_with("--viewers 9 --pictures 9 --speakers 2 --sizes 3").packets, 100 + 2 * 33));
  const struct plan p = plan_with("--viewers 9 --pictures 1 --voices 1 --speakers 1");
  assert_true(is_near(p.packets, 50 + 66) && is_near(p.sends, 80 / 1.28));
  assert_true(is_near(p.bits, 8 * (50 * 154 + 66 * 1164)));
}

static void test_it_grows_with_the_viewers(void **state)
{
  (void)state;
  const struct plan few = plan_with("--viewers 500 --pictures 9"), many = plan_with("--viewers 5000 --pictures 9");
  assert_true(is_near(many.media_cores, 5025.0 / 525 * few.media_cores));
  assert_true(is_near(many.network_bits, 5025.0 / 525 * few.network_bits));
  assert_true(many.media_processes * 0.8 >= many.media_cores && (many.media_processes - 1) * 0.8 < many.media_cores);
  assert_int_equal(many.cores, many.media_processes + 1);
  assert_true(many.memory_bytes > few.memory_bytes);
  assert_true(plan_with("--viewers 5000 --over 5").least_over_s > 5);
  assert_true(plan_with("--viewers 100 --over 5").least_over_s < 5);
}

/* A server on which it cost twice as much. */
static void test_a_rehearsal_counts(void **state)
{
  (void)state;
  const struct plan_costs *m = &plan_costs_measured;
  struct plan_costs costs;
  struct plan_rehearsal r = {.people = 200,
                             .packets = 40000,
                             .sends = 30000,
                             .web_cores = 0.02,
                             .media_bytes = 200 * 20000,
                             .web_bytes = 200 * 50000};
  r.media_cores = 2 * (200 * m->viewer_us + 30000 * m->send_us + 10000 * m->packet_us) / 1e6;
  assert_int_equal(plan_costs_of(&r, &costs), 0);
  assert_true(is_near(costs.viewer_us, 2 * m->viewer_us) && is_near(costs.send_us, 2 * m->send_us));
  assert_true(is_near(costs.web_us, 100) && is_near(costs.media_bytes, 20000) && is_near(costs.web_bytes, 50000));
  r.people = 3;
  assert_int_equal(plan_costs_of(&r, &costs), ERR_RANGE);
}

static int read_text(const char *text, struct plan_rehearsal *r)
{
  char path[] = "/tmp/test-load-plan-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  (void)close(fd);
  int err = plan_read_rehearsal(path, r);
  (void)unlink(path);
  return err;
}

#define STEADY(packets)                                                                                                \
  "\"steady\":{\"seconds\":10.0,\"packets\":" packets ",\"groups\":800,\"media_cpu_s\":5,\"web_cpu_s\":0.5,"           \
  "\"media_grown\":-4096,\"web_grown\":8192}"

static void test_a_report_is_read(void **state)
{
  (void)state;
  struct plan_rehearsal r;
  assert_int_equal(read_text("{\"media\":{\"flowing\":105," STEADY("1000") "}}", &r), 0);
  assert_true(is_near(r.people, 105) && is_near(r.packets, 100) && is_near(r.sends, 80) && is_near(r.media_cores, 0.5));
  assert_int_equal(read_text("{\"media\":{\"flowing\":-1," STEADY("1000") "}}", &r), ERR_MALFORMED);
  assert_int_equal(read_text("{\"media\":{\"flowing\":105," STEADY("-1") "}}", &r), ERR_MALFORMED);
  assert_int_equal(read_text("{\"media\":{}}", &r), ERR_MALFORMED);
  assert_int_equal(read_text("{\"media\":{\"flowing\":4294967401," STEADY("1000") "}}", &r), ERR_MALFORMED);
  assert_int_equal(read_text("{\"media\":{\"flowing\":105," STEADY("1e18") "}}", &r), ERR_MALFORMED);
  assert_int_equal(read_text("{\"media\":{\"flowing\":\"105\"," STEADY("1000") "}}", &r), ERR_MALFORMED);
  assert_int_equal(read_text("no JSON", &r), ERR_MALFORMED);
  assert_int_equal(read_text("", &r), ERR_MALFORMED);
  assert_int_equal(plan_read_rehearsal("/", &r), ERR_IO);
  assert_int_equal(plan_read_rehearsal("/nonexistent", &r), ERR_IO);
}

/* The report that the tool writes is one that it can read. */
static void test_an_own_report_is_read(void **state)
{
  (void)state;
  static struct floor_report report;
  struct plan_rehearsal r;
  report = (struct floor_report){.flowing = 101};
  report.steady = (struct floor_steady){.seconds = 2,
                                        .packets = 4000,
                                        .groups = 3000,
                                        .media_cpu_s = 1,
                                        .web_cpu_s = 0.1,
                                        .media_grown = 100,
                                        .web_grown = 200};
  json_t *media = verdict_json(&report);
  assert_non_null(media);
  json_t *all = json_pack("{so}", "media", media);
  char *text = json_dumps(all, 0);
  assert_int_equal(read_text(text, &r), 0);
  assert_true(is_near(r.packets, 2000) && is_near(r.sends, 1500) && is_near(r.web_bytes, 200));
  free(text);
  json_decref(all);
}

static void test_words(void **state)
{
  (void)state;
  struct load_options o;
  char *text = NULL;
  size_t n = 0;
  assert_int_equal(parse(&o, LOAD_PLAN, "--viewers 5000 --speakers 25 --pictures 25 --sizes 3 --over 5"), 0);
  struct plan p;
  plan_make(&o, &plan_costs_measured, &p);
  FILE *out = open_memstream(&text, &n);
  plan_print(&o, &p, out);
  (void)fclose(out);
  assert_non_null(strstr(text, "5000 viewers and 25 speakers"));
  assert_non_null(strstr(text, "This event needs "));
  assert_non_null(strstr(text, "cannot come in within 5 s"));
  free(text);
}

static void test_options(void **state)
{
  (void)state;
  struct load_options o;
  assert_int_equal(parse(&o, LOAD_PLAN, "--speakers 26"), ERR_MALFORMED);
  assert_int_equal(parse(&o, LOAD_PLAN, "--viewers 0"), ERR_MALFORMED);
  assert_int_equal(parse(&o, LOAD_PLAN, "--server 1"), ERR_MALFORMED);
  const char *event = "https://a/m/AAAAAAAAAAAAAAAAAAAAAA --speakers file --view speaker --voices 3";
  assert_int_equal(parse(&o, LOAD_EVENT, event), 0);
  assert_true(o.large && o.voices == 3);
  assert_string_equal(o.speakers, "file");
  assert_int_equal(parse(&o, LOAD_EVENT, "https://a/m/AAAAAAAAAAAAAAAAAAAAAA --speakers file --view wall"),
                   ERR_MALFORMED);
}

/* Its own lateness is not the server's. */
static void test_the_people_were_slow(void **state)
{
  (void)state;
  static struct floor_report r;
  r = (struct floor_report){.steady = {.seconds = 10, .people_cpu_s = 5}};
  for (int i = 0; i < 1000; i++)
    delay_add(&r.turns, 1000);
  assert_false(verdict_people_were_slow(&r));
  for (int i = 0; i < 20; i++)
    delay_add(&r.turns, 200000);
  assert_true(verdict_people_were_slow(&r));
  r = (struct floor_report){.steady = {.seconds = 10, .people_cpu_s = 9.5}};
  assert_true(verdict_people_were_slow(&r));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_a_viewer_gets),
      cmocka_unit_test(test_it_grows_with_the_viewers),
      cmocka_unit_test(test_a_rehearsal_counts),
      cmocka_unit_test(test_a_report_is_read),
      cmocka_unit_test(test_an_own_report_is_read),
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_the_people_were_slow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
