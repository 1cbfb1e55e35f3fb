/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/base/csv: RFC 4180 as spreadsheets write it, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"

static struct csv csv;
static struct csv_row row;

static void begin(const char *text)
{
  assert_int_equal(csv_init(&csv, span_str(text)), 0);
}

/* The next row has exactly these fields, which are given parted by '|', and begins in this line. */
static void assert_row(const char *fields, unsigned line)
{
  assert_int_equal(csv_next(&csv, &row), 0);
  assert_int_equal(csv.line, line);
  for (size_t i = 0; i < row.n; i++) {
    size_t n = strcspn(fields, "|");
    assert_true(span_equal(row.field[i], span_of(fields, n)));
    fields += n;
    if (*fields == '|')
      fields++;
    else
      assert_int_equal(i + 1, row.n);
  }
  assert_string_equal(fields, "");
}

static void assert_end(int err, unsigned line)
{
  assert_int_equal(csv_next(&csv, &row), err);
  assert_int_equal(csv.line, line);
}

static void test_rows(void **state)
{
  (void)state;
  begin("a,b,c\r\n1,,3\n,,\n\"x\"");
  assert_row("a|b|c", 1);
  assert_row("1||3", 2);
  assert_row("||", 3);
  assert_row("x", 4);
  assert_end(ERR_NOT_FOUND, 4);
  begin("a");
  assert_row("a", 1);
  begin("a\n");
  assert_row("a", 1);
  assert_end(ERR_NOT_FOUND, 1);
}

static void test_quotes(void **state)
{
  (void)state;
  begin("\"a,b\",\"c \"\"d\"\"\",\"\"\n\"two\r\nlines\",x,y\nlast,,\n");
  assert_row("a,b|c \"d\"|", 1);
  assert_row("two\r\nlines|x|y", 2);
  assert_row("last||", 4);
}

static void test_blank_lines(void **state)
{
  (void)state;
  begin("\n\r\na,b\n\n\r\n\nc,d\n\n");
  assert_row("a|b", 3);
  assert_row("c|d", 7);
  assert_end(ERR_NOT_FOUND, 7);
  begin("");
  assert_end(ERR_NOT_FOUND, 0);
}

static void test_separator(void **state)
{
  (void)state;
  begin("\xef\xbb\xbf" "a;b\nc,d;e\n"); /* with a byte order mark */
  assert_row("a|b", 1);
  assert_row("c,d|e", 2);
  begin("\"a;b\",c\nd;e,f\n");
  assert_row("a;b|c", 1);
  assert_row("d;e|f", 2);
  begin("one\na;b\n"); /* the first row does not tell: a comma */
  assert_row("one", 1);
  assert_row("a;b", 2);
}

static void test_refused(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    size_t n;
    unsigned line;
  } cases[] = {
    {"a\n\"b", 4, 2}, {"a\n\"b\"c", 6, 2}, {"a\nb\"c\"", 6, 2}, {"a\nb\rc", 5, 2}, {"a\nb\r", 4, 2}, {"a\n\r", 3, 2},
    {"a\n\0b", 4, 2}, {"a\n\"\0\"", 5, 2}, {"a\n\"b\n\n", 6, 2}, {"a\n\"b\" ,c", 8, 2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *copy = malloc(cases[i].n); /* nothing behind it */
    memcpy(copy, cases[i].text, cases[i].n);
    assert_int_equal(csv_init(&csv, span_of(copy, cases[i].n)), 0);
    assert_row("a", 1);
    assert_end(ERR_MALFORMED, cases[i].line);
    free(copy);
  }
}

static void test_limits(void **state)
{
  (void)state;
  char *text = calloc(1, LIMIT_CSV_BYTES + 1);
  memset(text, ',', LIMIT_CSV_FIELDS - 1);
  begin(text);
  assert_int_equal(csv_next(&csv, &row), 0);
  assert_int_equal(row.n, LIMIT_CSV_FIELDS);
  memset(text, ',', LIMIT_CSV_FIELDS);
  begin(text);
  assert_end(ERR_LIMIT, 1);
  memset(text, 'a', LIMIT_CSV_ROW);
  text[LIMIT_CSV_ROW / 2] = ',';
  begin(text);
  assert_int_equal(csv_next(&csv, &row), 0);
  memset(text, 'a', LIMIT_CSV_ROW + 2);
  text[LIMIT_CSV_ROW / 2] = ',';
  begin(text);
  assert_end(ERR_LIMIT, 1);
  assert_int_equal(csv_init(&csv, span_of(text, LIMIT_CSV_BYTES)), 0);
  assert_int_equal(csv_init(&csv, span_of(text, LIMIT_CSV_BYTES + 1)), ERR_LIMIT);
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_rows),      cmocka_unit_test(test_quotes),  cmocka_unit_test(test_blank_lines),
    cmocka_unit_test(test_separator), cmocka_unit_test(test_refused), cmocka_unit_test(test_limits),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
