/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables as text (RFC 4180), as spreadsheets write them: with or without a byte order mark, lines that end with LF
 * or CRLF, fields parted by commas or semicolons, quoted where they need it. Blank lines are passed over. Anything
 * else that is not exactly in that form is refused, never guessed. What is in the fields is the caller's to check. */
#ifndef TESTUDO_BASE_CSV_H
#define TESTUDO_BASE_CSV_H

#include "base/bytes.h"
#include "base/limits.h"

struct csv {
  struct span rest;
  uint8_t separator;
  unsigned line; /* where the row begins that was read last, from 1: also of one that is refused */
  unsigned next_line;
};

struct csv_row {
  size_t n;
  struct span field[LIMIT_CSV_FIELDS]; /* within `bytes` */
  uint8_t bytes[LIMIT_CSV_ROW];
};

/* Whether commas or semicolons part the fields is told by the first row: by which of them comes first outside quotes.
 * `text` must live as long. ERR_LIMIT: more than LIMIT_CSV_BYTES. */
int csv_init(struct csv *c, struct span text);

/* The next row. ERR_NOT_FOUND: there is none; ERR_MALFORMED: a quote that is not closed or not alone, a zero byte,
 * or a CR within a line; ERR_LIMIT: more than LIMIT_CSV_FIELDS, or more than LIMIT_CSV_ROW bytes in all of them.
 * After an error nothing more is to be read. */
int csv_next(struct csv *c, struct csv_row *row);

#endif
