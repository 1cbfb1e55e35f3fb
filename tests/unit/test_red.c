/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "packet_testing.h"

#include "base/err.h"
#include "proto/red.h"

#define OPUS 111

static int parse(const char *bytes, size_t n, struct red_packet *r)
{
  return red_parse(span_of(bytes, n), OPUS, r);
}

/* As Chromium writes it: 960 units earlier, 3 bytes. */
#define OLDER "\xef\x0f\x00\x03"
#define PRIMARY "\x6f"

static void test_parse(void **state)
{
  struct red_packet r;
  (void)state;
  assert_int_equal(parse(OLDER PRIMARY "oldnewer", 13, &r), 0);
  assert_int_equal(r.n_older, 1);
  assert_int_equal(r.older[0].age, 960);
  assert_true(span_equal(r.older[0].data, span_str("old")));
  assert_true(span_equal(r.primary, span_str("newer")));
  assert_int_equal(parse(PRIMARY "newer", 6, &r), 0);
  assert_int_equal(r.n_older, 0);
  assert_int_equal(parse("\xef\x0f\x00\x00" PRIMARY "x", 6, &r), 0);
  assert_int_equal(r.n_older, 0); /* an empty block is none */
}

static void test_broken(void **state)
{
  struct red_packet r;
  (void)state;
  static const char whole[] = OLDER PRIMARY "old";
  for (size_t n = 0; n < sizeof whole; n++) /* all of it, too: without a primary block */
    assert_int_equal(parse(whole, n < 8 ? n : 8, &r), ERR_TRUNCATED);
  assert_int_equal(parse("\xee\x0f\x00\x03" PRIMARY "oldx", 9, &r), ERR_MALFORMED);
  assert_int_equal(parse(OLDER "\x6e" "oldx", 9, &r), ERR_MALFORMED);
  assert_int_equal(parse(OLDER OLDER OLDER OLDER OLDER PRIMARY "oldoldoldoldoldx", 37, &r), ERR_LIMIT);
  assert_int_equal(parse(OLDER OLDER OLDER OLDER PRIMARY "oldoldoldoldx", 30, &r), 0);
}

static void test_write(void **state)
{
  uint8_t space[64];
  struct red_packet r;
  struct writer w = writer_of(space, sizeof space);
  (void)state;
  red_write_one(&w, 96, 960, span_str("old"));
  put_span(&w, span_str("new"));
  red_stamp_one(space, OPUS);
  assert_int_equal(red_parse(writer_span(&w), OPUS, &r), 0);
  assert_int_equal(r.older[0].age, 960);
  assert_true(span_equal(r.older[0].data, span_str("old")) && span_equal(r.primary, span_str("new")));
  assert_true(red_fits(RED_AGE_MAX, RED_BLOCK_MAX));
  assert_false(red_fits(RED_AGE_MAX + 1, 1) || red_fits(1, RED_BLOCK_MAX + 1) || red_fits(0, 1) || red_fits(1, 0));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parse),
      cmocka_unit_test(test_broken),
      cmocka_unit_test(test_write),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
