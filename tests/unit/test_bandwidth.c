/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/err.h"
#include "media/bandwidth.h"

static const struct bandwidth_setup usual = {.start_bps = 300000, .min_bps = 50000, .max_bps = 5000000};

static void test_rates_that_make_no_sense_are_refused(void **state)
{
  (void)state;
  struct bandwidth b;
  assert_int_equal(bandwidth_init(&b, &(struct bandwidth_setup){0, 0, 100}, 0), ERR_RANGE);
  assert_int_equal(bandwidth_init(&b, &(struct bandwidth_setup){90, 100, 200}, 0), ERR_RANGE);
  assert_int_equal(bandwidth_init(&b, &(struct bandwidth_setup){300, 100, 200}, 0), ERR_RANGE);
}

static void test_reports_about_what_was_not_sent_are_counted(void **state)
{
  (void)state;
  struct bandwidth b;
  assert_int_equal(bandwidth_init(&b, &usual, 0), 0);
  for (uint16_t i = 0; i < 10; i++)
    assert_int_equal(bandwidth_sent(&b, 1000, 0, i * 1000u), i);
  const struct bandwidth_arrival a[] = {{100000, 3, true}, {100000, 3, true}, {100000, 10, true}, {0, 60000, false}};
  bandwidth_feedback(&b, a, 4, 110000);
  assert_int_equal(b.counters.acknowledged, 1);
  assert_int_equal(b.counters.repeated, 1);
  assert_int_equal(b.counters.unsent, 2);
  bandwidth_fini(&b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_rates_that_make_no_sense_are_refused),
    cmocka_unit_test(test_reports_about_what_was_not_sent_are_counted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
