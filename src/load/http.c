/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/http.h"

#include <strings.h>

void http_answer_init(struct http_answer *a)
{
  a->in_body = a->whole = false;
  a->status = 0;
  a->rest = 0;
  a->head_n = a->body_n = 0;
}

/* Takes a line that ends with CR LF; the line without them. ERR_TRUNCATED. */
static int take_line(struct span *s, struct span *line)
{
  for (size_t i = 0; i + 1 < s->n; i++)
    if (s->p[i] == '\r' && s->p[i + 1] == '\n') {
      (void)span_take(s, i, line);
      return span_skip(s, 2);
    }
  return ERR_TRUNCATED;
}

static struct span trim(struct span s)
{
  while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
    (void)span_skip(&s, 1);
  while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
    s.n--;
  return s;
}

static bool is_name(struct span s, const char *name)
{
  return s.n == strlen(name) && strncasecmp((const char *)s.p, name, s.n) == 0;
}

/* "name: value". ERR_MALFORMED. */
static int split_field(struct span line, struct span *name, struct span *value)
{
  const uint8_t *colon = line.n == 0 ? NULL : memchr(line.p, ':', line.n);
  if (colon == NULL || colon == line.p)
    return ERR_MALFORMED;
  (void)span_take(&line, (size_t)(colon - line.p), name);
  (void)span_skip(&line, 1);
  *value = trim(line);
  return 0;
}

/* The next field after `rest` began behind the status line. ERR_NOT_FOUND at the end. */
static int next_field(struct span *rest, struct span *name, struct span *value)
{
  struct span line;
  return take_line(rest, &line) != 0 || split_field(line, name, value) != 0 ? ERR_NOT_FOUND : 0;
}

static struct span fields_of(const struct http_answer *a)
{
  struct span rest = span_of(a->head, a->head_n), line;
  (void)take_line(&rest, &line);
  return rest;
}

struct span http_answer_field(const struct http_answer *a, const char *name)
{
  struct span rest = fields_of(a), field, value;
  while (next_field(&rest, &field, &value) == 0)
    if (is_name(field, name))
      return value;
  return (struct span){0};
}

struct span http_answer_cookie(const struct http_answer *a, const char *name)
{
  struct span rest = fields_of(a), field, value, found;
  size_t n = strlen(name);
  while (next_field(&rest, &field, &value) == 0) {
    if (!is_name(field, "set-cookie") || span_take(&value, n, &found) != 0 || !span_equal(found, span_str(name)) ||
        value.n == 0 || value.p[0] != '=')
      continue;
    (void)span_skip(&value, 1);
    const uint8_t *end = value.n == 0 ? NULL : memchr(value.p, ';', value.n);
    return span_of(value.p, end == NULL ? value.n : (size_t)(end - value.p));
  }
  return (struct span){0};
}

/* "HTTP/1.1 200 OK", or 1.0: so libwebsockets refuses an upgrade. */
static int take_status(struct span line, unsigned *status)
{
  struct span version, digits;
  if (span_take(&line, 9, &version) != 0 || span_take(&line, 3, &digits) != 0 ||
      (!span_equal(version, span_str("HTTP/1.1 ")) && !span_equal(version, span_str("HTTP/1.0 "))))
    return ERR_MALFORMED;
  *status = 0;
  for (size_t i = 0; i < digits.n; i++) {
    if (digits.p[i] < '0' || digits.p[i] > '9')
      return ERR_MALFORMED;
    *status = 10 * *status + (unsigned)(digits.p[i] - '0');
  }
  return *status >= 100 ? 0 : ERR_MALFORMED;
}

#define LENGTH_DIGITS 12

static int parse_length(struct span text, uint64_t *length)
{
  if (text.n == 0 || text.n > LENGTH_DIGITS)
    return ERR_UNSUPPORTED;
  *length = 0;
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] < '0' || text.p[i] > '9')
      return ERR_MALFORMED;
    *length = 10 * *length + (uint64_t)(text.p[i] - '0');
  }
  return 0;
}

static int read_head(struct http_answer *a)
{
  struct span rest = span_of(a->head, a->head_n), line, name, value;
  if (take_line(&rest, &line) != 0 || take_status(line, &a->status) != 0)
    return ERR_MALFORMED;
  while (take_line(&rest, &line) == 0 && line.n > 0)
    if (split_field(line, &name, &value) != 0)
      return ERR_MALFORMED;
  a->in_body = true;
  if (a->status < 200 || a->status == 204 || a->status == 304)
    return 0;
  return parse_length(http_answer_field(a, "content-length"), &a->rest);
}

static bool head_ends(const struct http_answer *a)
{
  return a->head_n >= 4 && memcmp(a->head + a->head_n - 4, "\r\n\r\n", 4) == 0;
}

static int take_head(struct http_answer *a, struct span *in)
{
  uint8_t byte;
  while (span_u8(in, &byte) == 0) {
    if (a->head_n == sizeof a->head)
      return ERR_LIMIT;
    a->head[a->head_n++] = byte;
    if (head_ends(a))
      return read_head(a);
  }
  return ERR_AGAIN;
}

static void take_body(struct http_answer *a, struct span *in)
{
  struct span piece;
  size_t kept;
  (void)span_take(in, a->rest < in->n ? (size_t)a->rest : in->n, &piece);
  a->rest -= piece.n;
  kept = piece.n < sizeof a->body - a->body_n ? piece.n : sizeof a->body - a->body_n;
  if (kept > 0)
    memcpy(a->body + a->body_n, piece.p, kept);
  a->body_n += kept;
}

int http_answer_take(struct http_answer *a, struct span *in)
{
  int err = a->in_body ? 0 : take_head(a, in);
  if (err != 0)
    return err;
  take_body(a, in);
  a->whole = a->rest == 0;
  return a->whole ? 0 : ERR_AGAIN;
}
