/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/names.c: what a person may be called. */
#include "web_testing.h"

#include "base/limits.h"
#include "web/names.h"

static void test_names_of_the_world(void **state)
{
  (void)state;
  static const char *const names[] = {
    "A", "Anna", "Anna-Lena O'Neil", "Żaneta", "Nguyễn Văn Đức", "김민준", "山田　太郎", "نور", "שרה", "Συμεών", "अनिल",
    "สมชาย", "🐢", "<b>Bob</b>", "{\"a\":1}", "Robert'); DROP TABLE", "a\xcc\x81\xcc\x82",
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (name_check(span_str(names[i])) != 0)
      fail_msg("%s was refused", names[i]);
}

static void test_hidden_characters(void **state)
{
  (void)state;
  static const char *const names[] = {
    "a\tb", "a\nb", "a\x7f", "a\xc2\x85z", "a\xc2\xa0z",       /* control, no-break space */
    "a\xc2\xad" "b", "a\xe2\x80\x8b" "b", "a\xe2\x80\x8d" "b", /* soft hyphen, zero width space and joiner */
    "a\xe2\x80\x8f" "b", "a\xe2\x80\xae" "b", "a\xe2\x81\xa6" "b", "a\xd8\x9c" "b", /* direction */
    "a\xef\xbb\xbf" "b", "a\xe3\x85\xa4" "b", "a\xe1\x85\x9f" "b", "a\xe2\xa0\x80" "b", /* byte order mark, fillers, blank */
    "a\xef\xb8\x8f", "a\xf3\xa0\x84\x80", "a\xf3\xa0\x81\x81", "a\xee\x80\x80", /* selectors, tags, private use */
    "a\xe2\x80\xa8" "b", "a\xef\xbf\xbf", "a\xef\xbf\xbd", " ", " a", "a ", "a  b", "\xe3\x80\x80", "a \xe3\x80\x80" "b",
    "\xcc\x81" "a", "a\xcc\x81\xcc\x81\xcc\x81", "a \xcc\x81",
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (name_check(span_str(names[i])) != ERR_REFUSED)
      fail_msg("name %zu was not refused", i);
}

static void test_broken_utf8(void **state)
{
  (void)state;
  static const char *const names[] = {
    "\x80", "\xc0\xaf", "\xc1\x81", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
    "a\xc3", "a\xe2\x82", "a\xf0\x9f\x90", "\xc3(", "\xe2(\xa1",
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (name_check(span_str(names[i])) != ERR_MALFORMED)
      fail_msg("name %zu was not found broken", i);
  assert_int_equal(name_check(span_str("\xed\xa0\x80")), ERR_REFUSED); /* half a surrogate pair */
}

static void test_length(void **state)
{
  (void)state;
  char name[LIMIT_NAME_BYTES + 1];
  memset(name, 'n', sizeof name);
  assert_int_equal(name_check(span_of(name, 0)), ERR_RANGE);
  assert_int_equal(name_check(span_of(name, LIMIT_NAME_BYTES)), 0);
  assert_int_equal(name_check(span_of(name, LIMIT_NAME_BYTES + 1)), ERR_RANGE);
  assert_int_equal(name_check(span_of("a\0b", 3)), ERR_REFUSED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_names_of_the_world),
    cmocka_unit_test(test_hidden_characters),
    cmocka_unit_test(test_broken_utf8),
    cmocka_unit_test(test_length),
  };
  return RUN_TESTS("names", tests);
}
