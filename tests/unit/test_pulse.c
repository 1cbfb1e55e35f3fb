/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/pulse: who answers stays, who does not is given up in time, and not because the loop was late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/pulse.h"

#define SECOND UINT64_C(1000000)
#define TICK (SECOND / 4)

static struct wheel wheel;
static struct pulse pulse;
static unsigned asked, gone;
static bool answers;

static void on_pulse(struct wheel_timer *timer, uint64_t now_us)
{
  (void)timer;
  switch (pulse_turn(&pulse, &wheel, now_us)) {
  case PULSE_ASK:
    asked++;
    if (answers)
      pulse_heard(&pulse);
    break;
  case PULSE_GONE: gone++; break;
  case PULSE_REST: break;
  }
}

static int begin(void **state)
{
  (void)state;
  asked = gone = 0;
  answers = false;
  pulse = (struct pulse){0};
  wheel_init(&wheel, SECOND);
  pulse_begin(&pulse, &wheel, on_pulse, SECOND);
  return 0;
}

/* The loop's turns from one time to another, without the second. */
static void run(uint64_t from_us, uint64_t until_us)
{
  for (uint64_t now = from_us; now < until_us; now += TICK)
    wheel_advance(&wheel, now);
}

static void test_who_answers_stays(void **state)
{
  (void)state;
  answers = true;
  run(SECOND, 101 * SECOND);
  assert_int_equal(gone, 0);
  assert_in_range(asked, 9, 11); /* every ten seconds, or a little later */
}

static void test_who_does_not_is_given_up(void **state)
{
  (void)state;
  run(SECOND, 10 * SECOND);
  assert_int_equal(gone, 0);
  run(10 * SECOND, 12 * SECOND);
  assert_int_equal(gone, 1);
  assert_int_equal(asked, 1);
  run(12 * SECOND, 60 * SECOND); /* nothing is timed any more */
  assert_int_equal(gone, 1);
  assert_int_equal(asked, 1);
}

static void test_words_before_the_question_are_no_answer(void **state)
{
  (void)state;
  pulse_heard(&pulse);
  run(SECOND, 12 * SECOND);
  assert_int_equal(gone, 1);
}

static void test_who_answers_a_late_loop_stays(void **state)
{
  (void)state;
  run(SECOND, 7 * SECOND);
  assert_int_equal(asked, 1);
  wheel_advance(&wheel, 20 * SECOND); /* it stood still, and what has come was not read */
  assert_int_equal(gone, 0);
  assert_int_equal(asked, 2);
  pulse_heard(&pulse);
  run(20 * SECOND, 26 * SECOND);
  assert_int_equal(gone, 0);
}

static void test_a_late_loop_does_not_keep_who_is_gone(void **state)
{
  (void)state;
  run(SECOND, 7 * SECOND);
  wheel_advance(&wheel, 20 * SECOND);
  run(20 * SECOND, 26 * SECOND);
  assert_int_equal(gone, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_who_answers_stays, begin),
    cmocka_unit_test_setup(test_who_does_not_is_given_up, begin),
    cmocka_unit_test_setup(test_words_before_the_question_are_no_answer, begin),
    cmocka_unit_test_setup(test_who_answers_a_late_loop_stays, begin),
    cmocka_unit_test_setup(test_a_late_loop_does_not_keep_who_is_gone, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
