/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/limits.h"
#include "media/pacer.h"

static void test_without_a_limit_all_goes(void **state)
{
  (void)state;
  struct pacer p = {0};
  for (size_t i = 0; i < 1000; i++) {
    assert_true(pacer_may_send(&p, 5));
    pacer_sent(&p, 60000, 5);
  }
  assert_int_equal(pacer_room(&p), SIZE_MAX);
  assert_in_range(pacer_next_us(&p), 0, 5);
}

static void test_what_goes_in_a_second_is_the_rate(void **state)
{
  (void)state;
  struct pacer p = {0};
  size_t sent = 0;
  pacer_set_rate(&p, 1000000, 0);
  for (uint64_t now = 0; now < 1000000; now += 1000)
    while (pacer_may_send(&p, now)) {
      pacer_sent(&p, 1200, now);
      sent += 1200;
    }
  assert_in_range(sent, 124000, 127500);
}

static void test_a_group_goes_as_a_whole_and_is_paid_for(void **state)
{
  (void)state;
  struct pacer p = {0};
  pacer_set_rate(&p, 800000, 1000);
  pacer_sent(&p, 0, 1000);
  assert_true(pacer_may_send(&p, 1000));
  pacer_sent(&p, 5000, 1000);
  assert_false(pacer_may_send(&p, 50999));
  assert_int_equal(pacer_next_us(&p), 51000);
  assert_true(pacer_may_send(&p, 51000));
  assert_int_equal(pacer_room(&p), LIMIT_DATAGRAM);
  pacer_set_rate(&p, 8000000, 51000);
  assert_int_equal(pacer_room(&p), 10000);
}

static void test_a_debt_lasts_at_the_new_rate_but_not_for_ever(void **state)
{
  (void)state;
  struct pacer p = {0};
  pacer_set_rate(&p, 1000000, 0);
  pacer_sent(&p, 12500, 0); /* 100 ms */
  pacer_set_rate(&p, 500000, 50000);
  assert_int_equal(pacer_next_us(&p), 150000);
  pacer_sent(&p, 10000000, 150000); /* no more than 2 s */
  assert_int_equal(pacer_next_us(&p), 2150000);
  pacer_set_rate(&p, 0, 150000);
  assert_true(pacer_may_send(&p, 150000));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_without_a_limit_all_goes),
    cmocka_unit_test(test_what_goes_in_a_second_is_the_rate),
    cmocka_unit_test(test_a_group_goes_as_a_whole_and_is_paid_for),
    cmocka_unit_test(test_a_debt_lasts_at_the_new_rate_but_not_for_ever),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
