/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/origins.h"

#define SCHEME "https://"
#define SCHEME_N (sizeof SCHEME - 1)

const char *origin_host(const char *origin)
{
  return origin + SCHEME_N;
}

int origins_add(struct origins *o, const char *origin)
{
  size_t n = strlen(origin);
  uint8_t index;
  if (n <= SCHEME_N || memcmp(origin, SCHEME, SCHEME_N) != 0)
    return ERR_MALFORMED;
  if (origins_find(o, span_of(origin, n), &index) == 0)
    return 0;
  if (o->n == LIMIT_ORIGINS || n >= ORIGIN_TEXT)
    return ERR_LIMIT;
  memcpy(o->text[o->n++], origin, n + 1);
  return 0;
}

int origins_find(const struct origins *o, struct span origin, uint8_t *index)
{
  for (size_t i = 0; i < o->n; i++)
    if (span_equal(origin, span_str(o->text[i]))) {
      *index = (uint8_t)i;
      return 0;
    }
  return ERR_NOT_FOUND;
}

int origins_find_host(const struct origins *o, struct span host, uint8_t *index)
{
  for (size_t i = 0; i < o->n; i++)
    if (span_equal(host, span_str(origin_host(o->text[i])))) {
      *index = (uint8_t)i;
      return 0;
    }
  return ERR_NOT_FOUND;
}
