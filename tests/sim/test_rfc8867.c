/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each case of RFC 8867, section 5, with several seeds: the figures must reach what rfc8867.c demands of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#include "check_case.h"

#define SEEDS 3

static struct rfc8867_run run;

static void test_case(void **state)
{
  const struct rfc8867_case *c = *state;
  for (uint64_t seed = 1; seed <= SEEDS; seed++)
    check_case(&run, c, seed);
}

/* A camera's layers of 150, 500 and 1700 kbit/s: what the link has to spare is tried with probes, and neither they nor
 * what is not used of the target make the picture change. */
static void test_a_layer_that_fits_is_kept(void **state)
{
  (void)state;
  static struct path path;
  static struct path_media media;
  const struct path_media_config config = {.stop_us = 60000000, .start_bps = 2000000, .min_bps = 60000,
    .max_bps = 2250000, .feedback_us = 100000, .audio = true, .layered = true};
  for (uint64_t seed = 1; seed <= 6; seed++) {
    uint64_t bytes = 0;
    path_init(&path, seed);
    path.link[0].change[0].rate_bps = 800000;
    path.link[0].changes = 1;
    path.link[0].queue_us = 300000;
    path.link[0].loss = seed % 2 ? 0 : 0.02;
    path.flow[0].there = &path.link[0];
    path.flow[0].delay_us = 40000;
    path_media_add(&path, 0, &media, &config);
    path_run(&path, config.stop_us);
    for (size_t bin = 100; bin < 600; bin++)
      bytes += media.received[bin];
    assert_in_range(media.switches, 1, 4);
    assert_in_range(bytes * 8 / 50, 480000, 600000);
    assert_true(media.padding_bytes * 100 < media.sent_bytes * 3);
    path_media_fini(&media);
    path_fini(&path);
  }
}

static void test_the_same_seed_gives_the_same_run(void **state)
{
  (void)state;
  struct rfc8867_result a, b;
  rfc8867_run(&run, &rfc8867_cases[0], 1, &a);
  rfc8867_fini(&run, &rfc8867_cases[0]);
  rfc8867_run(&run, &rfc8867_cases[0], 1, &b);
  rfc8867_fini(&run, &rfc8867_cases[0]);
  assert_memory_equal(&a, &b, sizeof a);
}

int main(void)
{
  struct CMUnitTest tests[32];
  char names[32][120];
  size_t n = 0;
  for (; n < rfc8867_case_count; n++) {
    (void)snprintf(names[n], sizeof names[n], "%s %s", rfc8867_cases[n].section, rfc8867_cases[n].name);
    tests[n] = (struct CMUnitTest){.name = names[n], .test_func = test_case,
      .initial_state = (void *)(uintptr_t)&rfc8867_cases[n]};
  }
  tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_a_layer_that_fits_is_kept);
  tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_the_same_seed_gives_the_same_run);
  return _cmocka_run_group_tests("rfc8867", tests, n, NULL, NULL);
}
