/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of any bytes is read or refused within its limits; what is read, written anew with all fields in quotes,
 * reads the same. */
#include <assert.h>
#include <stdlib.h>

#include "base/csv.h"

#define WRITTEN (4 * LIMIT_CSV_ROW)

static size_t write_row(const struct csv_row *row, uint8_t separator, uint8_t *out)
{
  struct writer w = writer_of(out, WRITTEN);
  for (size_t i = 0; i < row->n; i++) {
    if (i > 0)
      put_u8(&w, separator);
    put_u8(&w, '"');
    for (size_t k = 0; k < row->field[i].n; k++) {
      put_u8(&w, row->field[i].p[k]);
      if (row->field[i].p[k] == '"')
        put_u8(&w, '"');
    }
    put_u8(&w, '"');
  }
  put_str(&w, "\r\n");
  assert(!w.overflow);
  return w.n;
}

static void check_again(const struct csv_row *row, uint8_t separator)
{
  static uint8_t text[WRITTEN];
  static struct csv_row again;
  struct csv c;
  assert(csv_init(&c, span_of(text, write_row(row, separator, text))) == 0);
  c.separator = separator; /* a row of one field does not tell */
  assert(csv_next(&c, &again) == 0 && again.n == row->n);
  for (size_t i = 0; i < row->n; i++)
    assert(span_equal(again.field[i], row->field[i]));
  assert(csv_next(&c, &again) == ERR_NOT_FOUND);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct csv_row row;
  struct csv c;
  unsigned line = 0;
  int err;
  if (csv_init(&c, span_of(data, size)) != 0)
    return 0;
  while ((err = csv_next(&c, &row)) == 0) {
    assert(row.n >= 1 && c.line > line && c.next_line >= c.line);
    line = c.line;
    check_again(&row, c.separator);
  }
  assert(err == ERR_NOT_FOUND || err == ERR_MALFORMED || err == ERR_LIMIT);
  return 0;
}
