/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagrams in a TCP stream (RFC 4571), wherever it is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/framing.h"

/* Two datagrams with an empty one between them, and the beginning of a third. */
static const uint8_t stream[] = {0, 3, 'a', 'b', 'c', 0, 0, 0, 1, 'd', 0, 4, 'e', 'f'};

/* The datagrams of all that is fed, with a bar after each; the input is a copy of exactly its size. */
struct reading {
  struct framing framing;
  char text[64];
};

static int feed(struct reading *r, const uint8_t *p, size_t n)
{
  uint8_t *copy = malloc(n > 0 ? n : 1), *datagram;
  assert_non_null(copy);
  memcpy(copy, p, n);
  struct framing_input input = {.p = copy, .n = n};
  size_t length;
  int err;
  while ((err = framing_next(&r->framing, &input, &datagram, &length)) == 0) {
    datagram[0] ^= 0x20; /* it may be changed in place */
    strncat(r->text, (const char *)datagram, length);
    strcat(r->text, "|");
  }
  assert_true(err != ERR_TRUNCATED || input.n == 0);
  free(copy);
  return err;
}

static void test_whole(void **state)
{
  (void)state;
  struct reading r = {0};
  assert_int_equal(feed(&r, stream, sizeof stream), ERR_TRUNCATED);
  assert_string_equal(r.text, "Abc|D|");
  assert_int_equal(feed(&r, (const uint8_t *)"gh", 2), ERR_TRUNCATED);
  assert_string_equal(r.text, "Abc|D|Efgh|");
}

static void test_cut_anywhere(void **state)
{
  (void)state;
  for (size_t first = 0; first <= sizeof stream; first++)
    for (size_t second = first; second <= sizeof stream; second++) {
      struct reading r = {0};
      assert_int_equal(feed(&r, stream, first), ERR_TRUNCATED);
      assert_int_equal(feed(&r, stream + first, second - first), ERR_TRUNCATED);
      assert_int_equal(feed(&r, stream + second, sizeof stream - second), ERR_TRUNCATED);
      assert_string_equal(r.text, "Abc|D|");
    }
}

static void test_byte_by_byte(void **state)
{
  (void)state;
  struct reading r = {0};
  for (size_t i = 0; i < sizeof stream; i++)
    assert_int_equal(feed(&r, stream + i, 1), ERR_TRUNCATED);
  assert_string_equal(r.text, "Abc|D|");
}

static void test_the_longest(void **state)
{
  (void)state;
  uint8_t all[FRAMING_PREFIX + LIMIT_DATAGRAM] = {LIMIT_DATAGRAM >> 8, LIMIT_DATAGRAM & 0xff};
  struct framing f = {0};
  uint8_t *datagram;
  size_t n;
  for (size_t cut = 0; cut < sizeof all; cut += 100) {
    struct framing_input input = {.p = all, .n = cut};
    assert_int_equal(framing_next(&f, &input, &datagram, &n), ERR_TRUNCATED);
    input = (struct framing_input){.p = all + cut, .n = sizeof all - cut};
    assert_int_equal(framing_next(&f, &input, &datagram, &n), 0);
    assert_int_equal(n, LIMIT_DATAGRAM);
  }
}

/* Among them what a browser or a scanner would say first to a web server. */
static void test_too_long(void **state)
{
  (void)state;
  static const uint8_t longer[] = {(LIMIT_DATAGRAM + 1) >> 8, (LIMIT_DATAGRAM + 1) & 0xff, 'x'};
  struct reading r = {0};
  assert_int_equal(feed(&r, (const uint8_t *)"GET / HTTP/1.1\r\n", 16), ERR_LIMIT);
  memset(&r, 0, sizeof r);
  assert_int_equal(feed(&r, longer, sizeof longer), ERR_LIMIT);
  memset(&r, 0, sizeof r);
  assert_int_equal(feed(&r, longer, 1), ERR_TRUNCATED);
  assert_int_equal(feed(&r, longer + 1, 1), ERR_LIMIT);
}

static void test_prefix(void **state)
{
  (void)state;
  uint8_t prefix[FRAMING_PREFIX];
  assert_int_equal(framing_prefix(0, prefix), ERR_RANGE);
  assert_int_equal(framing_prefix(LIMIT_DATAGRAM + 1, prefix), ERR_RANGE);
  assert_int_equal(framing_prefix(0x123, prefix), 0);
  assert_true(prefix[0] == 1 && prefix[1] == 0x23);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_whole),       cmocka_unit_test(test_cut_anywhere), cmocka_unit_test(test_byte_by_byte),
    cmocka_unit_test(test_the_longest), cmocka_unit_test(test_too_long),     cmocka_unit_test(test_prefix),
  };
  return cmocka_run_group_tests_name("framing", tests, NULL, NULL);
}
