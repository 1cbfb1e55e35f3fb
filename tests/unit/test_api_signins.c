/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api/signins.c: what sessions are in the middle of. */
#include "web_testing.h"

#include "web/api/signins.h"

static struct uid uid_number(uint32_t number)
{
  struct uid id = {0};
  memcpy(id.b, &number, sizeof number);
  return id;
}

static int set_up(void **state)
{
  static uint64_t count;
  const struct random random = counting_random(&count);
  struct signins *s;
  if (signins_new(&s, &random) != 0)
    return -1;
  *state = s;
  return 0;
}

static int tear_down(void **state)
{
  signins_free(*state);
  return 0;
}

static void test_ten_minutes(void **state)
{
  struct signins *s = *state;
  struct uid id = uid_number(1), other = uid_number(2);
  assert_null(signins_get(s, 0, &id));
  signins_take(s, 5, &id)->factors = 3;
  assert_int_equal(signins_get(s, 5 + SIGNIN_LIFETIME_US - 1, &id)->factors, 3);
  assert_null(signins_get(s, 5, &other));
  assert_null(signins_get(s, 5 + SIGNIN_LIFETIME_US, &id));
  assert_int_equal(signins_take(s, 5 + SIGNIN_LIFETIME_US, &id)->factors, 0); /* nothing of the old one */
}

static void test_forgotten(void **state)
{
  struct signins *s = *state;
  struct uid id = uid_number(1);
  signins_take(s, 5, &id)->factors = 3;
  signins_forget(s, &id);
  signins_forget(s, &id);
  assert_null(signins_get(s, 5, &id));
  signins_take(s, 5, &id)->has_totp = true;
  signins_tick(s, 5 + SIGNIN_LIFETIME_US);
  assert_false(signins_take(s, 6, &id)->has_totp);
}

static void test_the_oldest_gives_way(void **state)
{
  struct signins *s = *state;
  for (uint32_t i = 0; i <= LIMIT_SIGNINS; i++) {
    struct uid id = uid_number(i);
    signins_take(s, 100 + i, &id)->factors = 1;
  }
  struct uid first = uid_number(0), second = uid_number(1), last = uid_number(LIMIT_SIGNINS);
  assert_null(signins_get(s, 10000, &first));
  assert_non_null(signins_get(s, 10000, &second));
  assert_non_null(signins_get(s, 10000, &last));
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {WITH_TABLE(test_ten_minutes), WITH_TABLE(test_forgotten),
                                     WITH_TABLE(test_the_oldest_gives_way)};
  return RUN_TESTS("api_signins", tests);
}
