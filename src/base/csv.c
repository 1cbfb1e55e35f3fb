/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"

static bool next_is(const struct csv *c, uint8_t byte)
{
  return c->rest.n > 0 && c->rest.p[0] == byte;
}

static uint8_t separator_of(struct span text)
{
  bool quoted = false;
  for (size_t i = 0; i < text.n; i++) {
    uint8_t b = text.p[i];
    if (b == '"')
      quoted = !quoted;
    else if (!quoted && (b == ',' || b == ';'))
      return b;
    else if (!quoted && b == '\n' && i > 0)
      break;
  }
  return ',';
}

int csv_init(struct csv *c, struct span text)
{
  static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
  if (text.n > LIMIT_CSV_BYTES)
    return ERR_LIMIT;
  if (text.n >= sizeof mark && memcmp(text.p, mark, sizeof mark) == 0)
    (void)span_skip(&text, sizeof mark);
  *c = (struct csv){.rest = text, .separator = separator_of(text), .next_line = 1};
  return 0;
}

/* The end of a line or of the text: 0 and past it, else ERR_NOT_FOUND. */
static int take_line_end(struct csv *c)
{
  struct span ahead = c->rest;
  uint8_t b;
  if (ahead.n == 0)
    return 0;
  (void)span_u8(&ahead, &b);
  if (b == '\r' && span_u8(&ahead, &b) != 0)
    return ERR_MALFORMED;
  if (b != '\n')
    return c->rest.p[0] == '\r' ? ERR_MALFORMED : ERR_NOT_FOUND;
  c->rest = ahead;
  c->next_line++;
  return 0;
}

/* Up to the quote that closes; two quotes stand for one. */
static int take_quoted(struct csv *c, struct writer *w)
{
  uint8_t b;
  (void)span_skip(&c->rest, 1);
  while (span_u8(&c->rest, &b) == 0) {
    if (b == '\0')
      return ERR_MALFORMED;
    if (b == '"' && !next_is(c, '"'))
      return 0;
    if (b == '"')
      (void)span_skip(&c->rest, 1);
    c->next_line += b == '\n';
    put_u8(w, b);
  }
  return ERR_MALFORMED;
}

static int take_plain(struct csv *c, struct writer *w)
{
  while (c->rest.n > 0 && !next_is(c, c->separator) && !next_is(c, '\n') && !next_is(c, '\r')) {
    uint8_t b;
    (void)span_u8(&c->rest, &b);
    if (b == '\0' || b == '"')
      return ERR_MALFORMED;
    put_u8(w, b);
  }
  return 0;
}

static int take_field(struct csv *c, struct csv_row *row, struct writer *w)
{
  size_t begin = w->n;
  if (row->n == LIMIT_CSV_FIELDS)
    return ERR_LIMIT;
  int err = next_is(c, '"') ? take_quoted(c, w) : take_plain(c, w);
  if (err == 0 && w->overflow)
    err = ERR_LIMIT;
  row->field[row->n++] = span_of(row->bytes + begin, w->n - begin);
  return err;
}

static int skip_blank_lines(struct csv *c)
{
  int err = 0;
  while (err == 0 && c->rest.n > 0)
    err = take_line_end(c);
  if (err == ERR_MALFORMED) {
    c->line = c->next_line;
    return err;
  }
  return c->rest.n == 0 ? ERR_NOT_FOUND : 0;
}

int csv_next(struct csv *c, struct csv_row *row)
{
  struct writer w = writer_of(row->bytes, sizeof row->bytes);
  row->n = 0;
  int err = skip_blank_lines(c);
  if (err != 0)
    return err;
  c->line = c->next_line;
  for (;;) {
    err = take_field(c, row, &w);
    if (err == 0)
      err = take_line_end(c);
    if (err != ERR_NOT_FOUND)
      return err;
    if (!next_is(c, c->separator))
      return ERR_MALFORMED; /* something after a closing quote */
    (void)span_skip(&c->rest, 1);
  }
}
