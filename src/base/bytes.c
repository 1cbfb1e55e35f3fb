/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>

void put_fmt(struct writer *w, const char *fmt, ...)
{
  char text[512];
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  if (n < 0 || (size_t)n >= sizeof text) {
    w->overflow = true;
    return;
  }
  put_bytes(w, text, (size_t)n);
}
