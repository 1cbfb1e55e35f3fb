/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/text.h"

/* Bytes that a character takes by its first one, with the bits that this one carries. */
static size_t size_by_first(uint8_t first, uint32_t *code)
{
  static const struct {
    uint8_t mask, value, bits;
  } forms[] = {{0x80, 0x00, 0x7f}, {0xe0, 0xc0, 0x1f}, {0xf0, 0xe0, 0x0f}, {0xf8, 0xf0, 0x07}};
  for (size_t i = 0; i < 4; i++)
    if ((first & forms[i].mask) == forms[i].value) {
      *code = first & forms[i].bits;
      return i + 1;
    }
  return 0;
}

size_t text_character(struct span s, uint32_t *code)
{
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t n = s.n > 0 ? size_by_first(s.p[0], code) : 0;
  if (n == 0 || n > s.n)
    return 0;
  for (size_t i = 1; i < n; i++) {
    if ((s.p[i] & 0xc0) != 0x80)
      return 0;
    *code = *code << 6 | (s.p[i] & 0x3f);
  }
  return *code >= least[n] && *code <= 0x10ffff && (*code < 0xd800 || *code > 0xdfff) ? n : 0;
}

static bool is_control(uint32_t code)
{
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

static bool is_text(struct span s, bool with_lines)
{
  while (s.n > 0) {
    uint32_t code = 0;
    size_t n = text_character(s, &code);
    bool allowed = with_lines && (code == '\n' || code == '\r' || code == '\t');
    if (n == 0 || (is_control(code) && !allowed))
      return false;
    (void)span_skip(&s, n);
  }
  return true;
}

bool text_is_line(struct span s)
{
  return is_text(s, false);
}

bool text_is_lines(struct span s)
{
  return is_text(s, true);
}
