/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define MARKS_IN_A_ROW 2

struct range {
  uint32_t first, last;
};

/* General categories Cc, Cf, Co, Cs, Zl and Zp, blanks other than the two that we allow, fillers that are drawn as
 * nothing, and variation selectors: two names that differ only in these look the same. */
static const struct range hidden[] = {
  {0x0000, 0x001f},   {0x007f, 0x00a0},   {0x00ad, 0x00ad},   {0x034f, 0x034f},   {0x0600, 0x0605},
  {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},   {0x08e2, 0x08e2},
  {0x115f, 0x1160},   {0x1680, 0x1680},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x2000, 0x200f},
  {0x2028, 0x202f},   {0x205f, 0x206f},   {0x2800, 0x2800},   {0x3164, 0x3164},   {0xd800, 0xf8ff},
  {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xffff},
  {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1345f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
  {0x1fffe, 0x1ffff}, {0x2fffe, 0x2ffff}, {0x3fffe, 0x10ffff},
};

static const struct range marks[] = {
  {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x1ab0, 0x1aff},
  {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0x3099, 0x309a}, {0xfe20, 0xfe2f},
};

static bool among(uint32_t c, const struct range *ranges, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return true;
  return false;
}

#define AMONG(c, table) among(c, table, sizeof(table) / sizeof(table)[0])

static bool is_blank(uint32_t c)
{
  return c == 0x20 || c == 0x3000;
}

/* The bytes that follow a lead byte and the smallest code point that needs so many; -1 for what leads nothing. */
static int lead_byte(uint8_t b, uint32_t *c, uint32_t *least)
{
  if (b < 0x80) {
    *c = b;
    *least = 0;
    return 0;
  }
  if (b >= 0xc2 && b <= 0xdf) {
    *c = b & 0x1fu;
    *least = 0x80;
    return 1;
  }
  if (b >= 0xe0 && b <= 0xef) {
    *c = b & 0x0fu;
    *least = 0x800;
    return 2;
  }
  if (b >= 0xf0 && b <= 0xf4) {
    *c = b & 0x07u;
    *least = 0x10000;
    return 3;
  }
  return -1;
}

static int take_character(struct span *s, uint32_t *c)
{
  uint32_t least;
  uint8_t b;
  if (span_u8(s, &b) != 0)
    return ERR_TRUNCATED;
  int more = lead_byte(b, c, &least);
  if (more < 0)
    return ERR_MALFORMED;
  for (; more > 0; more--) {
    if (span_u8(s, &b) != 0 || (b & 0xc0) != 0x80)
      return ERR_MALFORMED;
    *c = *c << 6 | (b & 0x3fu);
  }
  return *c < least || *c > 0x10ffff ? ERR_MALFORMED : 0;
}

int text_check(struct span text, size_t most)
{
  bool after_blank = true; /* so that no text begins with a blank or a mark */
  unsigned marks_in_a_row = MARKS_IN_A_ROW;
  if (text.n == 0 || text.n > most)
    return ERR_RANGE;
  while (text.n > 0) {
    uint32_t c;
    int err = take_character(&text, &c);
    if (err != 0)
      return err;
    bool blank = is_blank(c), mark = AMONG(c, marks);
    if (AMONG(c, hidden) || (blank && after_blank) || (mark && marks_in_a_row == MARKS_IN_A_ROW))
      return ERR_REFUSED;
    marks_in_a_row = mark ? marks_in_a_row + 1 : blank ? MARKS_IN_A_ROW : 0;
    after_blank = blank;
  }
  return after_blank ? ERR_REFUSED : 0;
}

/* ZERO WIDTH NON-JOINER and JOINER, and the variation selectors of text and emoji. */
static bool is_joiner(uint32_t c)
{
  return c == 0x200c || c == 0x200d || c == 0xfe0e || c == 0xfe0f;
}

/* Of prose, by the characters before: joiners in a row are such as nobody sees. A selector and a joiner may meet, as in
 * the pictures of families. */
static int check_in_prose(uint32_t c, uint32_t before, unsigned *marks_in_a_row)
{
  if (is_joiner(c))
    return before == 0 || is_blank(before) || before == '\n' || (is_joiner(before) && before < 0xfe00) ? ERR_REFUSED : 0;
  if (c != '\n' && AMONG(c, hidden))
    return ERR_REFUSED;
  bool mark = AMONG(c, marks);
  if (mark && (*marks_in_a_row == MARKS_IN_A_ROW || before == 0))
    return ERR_REFUSED;
  *marks_in_a_row = mark ? *marks_in_a_row + 1 : 0;
  return 0;
}

int prose_check(struct span text, size_t most)
{
  bool visible = false;
  unsigned marks_in_a_row = 0;
  uint32_t before = 0;
  if (text.n == 0 || text.n > most)
    return ERR_RANGE;
  while (text.n > 0) {
    uint32_t c;
    int err = take_character(&text, &c);
    if (err == 0)
      err = check_in_prose(c, before, &marks_in_a_row);
    if (err != 0)
      return err;
    visible = visible || (!is_blank(c) && c != '\n');
    before = c;
  }
  return visible ? 0 : ERR_REFUSED;
}

int name_check(struct span name)
{
  return text_check(name, LIMIT_NAME_BYTES);
}
