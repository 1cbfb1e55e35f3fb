/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sdp_text.h"

#include <strings.h>

const char *const sdp_direction_names[4] = {
    [SDP_INACTIVE] = "inactive",
    [SDP_SENDONLY] = "sendonly",
    [SDP_RECVONLY] = "recvonly",
    [SDP_SENDRECV] = "sendrecv",
};

/* How many bytes the UTF-8 character at the start of `s` has (RFC 3629, section 4), or 0 for none: no overlong forms,
 * no surrogates, nothing above U+10FFFF. */
static size_t utf8_length(struct span s)
{
  uint8_t lead = s.p[0];
  if (lead < 0x80)
    return 1;
  size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || s.n < n)
    return 0;
  uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (s.p[1] < low || s.p[1] > high)
    return 0;
  for (size_t i = 2; i < n; i++)
    if ((s.p[i] & 0xC0) != 0x80)
      return 0;
  return n;
}

static bool is_printable(struct span s)
{
  while (s.n > 0) {
    size_t n = utf8_length(s);
    if (n == 0 || s.p[0] < 0x20 || s.p[0] == 0x7F)
      return false;
    (void)span_skip(&s, n);
  }
  return true;
}

enum sdp_refusal sdp_text_line(struct span *text, struct span *line)
{
  /* A line that is too long is found without looking at all of it. */
  size_t reach = text->n < LIMIT_SDP_LINE + 2 ? text->n : LIMIT_SDP_LINE + 2;
  const uint8_t *end = reach > 0 ? memchr(text->p, '\n', reach) : NULL;
  if (end == NULL)
    return reach < text->n ? SDP_LINE_TOO_LONG : SDP_UNFINISHED;
  (void)span_take(text, (size_t)(end - text->p), line);
  (void)span_skip(text, 1);
  if (line->n > 0 && line->p[line->n - 1] == '\r')
    line->n--;
  if (line->n > LIMIT_SDP_LINE)
    return SDP_LINE_TOO_LONG;
  return is_printable(*line) ? SDP_ACCEPTED : SDP_BAD_CHARACTER;
}

struct span sdp_text_split(struct span *s, char separator)
{
  struct span part;
  const uint8_t *at = s->n > 0 ? memchr(s->p, separator, s->n) : NULL;
  (void)span_take(s, at != NULL ? (size_t)(at - s->p) : s->n, &part);
  (void)span_skip(s, at != NULL ? 1 : 0);
  return part;
}

struct span sdp_text_trim(struct span s)
{
  while (s.n > 0 && s.p[0] == ' ')
    (void)span_skip(&s, 1);
  return s;
}

bool sdp_text_is(struct span s, const char *word)
{
  return span_equal(s, span_str(word));
}

bool sdp_text_is_nocase(struct span s, const char *word)
{
  return s.n == strlen(word) && strncasecmp((const char *)s.p, word, s.n) == 0;
}

static int digit_value(uint8_t c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return 16;
}

static int parse_number(struct span s, uint32_t base, uint32_t max, uint32_t *value)
{
  uint64_t v = 0;
  if (s.n == 0)
    return ERR_MALFORMED;
  for (size_t i = 0; i < s.n; i++) {
    uint32_t digit = (uint32_t)digit_value(s.p[i]);
    v = v * base + digit;
    if (digit >= base || v > max)
      return ERR_MALFORMED;
  }
  *value = (uint32_t)v;
  return 0;
}

int sdp_text_number(struct span s, uint32_t max, uint32_t *value)
{
  return parse_number(s, 10, max, value);
}

int sdp_text_hex(struct span s, uint32_t max, uint32_t *value)
{
  return parse_number(s, 16, max, value);
}

static bool is_alphanumeric(uint8_t c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_made_of(struct span s, const char *others)
{
  for (size_t i = 0; i < s.n; i++)
    if (!is_alphanumeric(s.p[i]) && (s.p[i] == 0 || strchr(others, s.p[i]) == NULL))
      return false;
  return s.n > 0;
}

bool sdp_text_is_token(struct span s)
{
  return is_made_of(s, "!#$%&'*+-.^_`{|}~");
}

bool sdp_text_is_ice(struct span s)
{
  return is_made_of(s, "+/");
}

int sdp_text_copy(struct span s, char *out, size_t size)
{
  if (s.n >= size)
    return ERR_LIMIT;
  if (s.n > 0)
    memcpy(out, s.p, s.n);
  out[s.n] = 0;
  return 0;
}
