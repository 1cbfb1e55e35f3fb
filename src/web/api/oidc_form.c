/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/oidc_form.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"

static bool is_form_byte(uint8_t b)
{
  return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') ||
         (b != 0 && strchr("-._~*+%", b) != NULL);
}

static bool is_wanted(struct span name)
{
  static const char *const wanted[] = {"code", "state", "iss", "error"};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
    if (span_equal(name, span_str(wanted[i])))
      return true;
  return false;
}

/* The bytes before the first `end`, or all. */
static struct span before(struct span s, char end)
{
  const uint8_t *at = s.n == 0 ? NULL : memchr(s.p, end, s.n);
  return at == NULL ? s : span_of(s.p, (size_t)(at - s.p));
}

static int put_field(struct writer *w, struct span field, size_t equals)
{
  for (size_t i = 0; i < field.n; i++) {
    if (!is_form_byte(field.p[i]) && i != equals)
      return ERR_MALFORMED;
    put_u8(w, field.p[i]);
  }
  return 0;
}

int oidc_form_put(struct writer *w, struct span form)
{
  size_t start = w->n;
  while (form.n > 0) {
    struct span field = before(form, '&'), name = before(field, '=');
    (void)span_skip(&form, field.n < form.n ? field.n + 1 : field.n);
    if (!is_wanted(name))
      continue;
    if (w->n > start)
      put_u8(w, '&');
    if (put_field(w, field, name.n) != 0)
      return ERR_MALFORMED;
  }
  return w->n > start ? 0 : ERR_MALFORMED;
}
