/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/base: what every other module stands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/bytes.h"
#include "base/err.h"

static void test_span_reads_big_endian(void **state)
{
  (void)state;
  static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
  struct span s = span_of(bytes, sizeof bytes);
  uint8_t v8;
  uint16_t v16;
  uint32_t v24, v32;
  uint64_t v64;
  assert_int_equal(span_u8(&s, &v8), 0);
  assert_int_equal(v8, 1);
  assert_int_equal(span_u16(&s, &v16), 0);
  assert_int_equal(v16, 0x0203);
  assert_int_equal(span_u24(&s, &v24), 0);
  assert_int_equal(v24, 0x040506);
  assert_int_equal(span_u32(&s, &v32), 0);
  assert_int_equal(v32, 0x0708090a);
  assert_int_equal(span_u64(&s, &v64), 0);
  assert_true(v64 == 0x0b0c0d0e0f101112u);
  assert_int_equal(s.n, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_span_reads_big_endian),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
