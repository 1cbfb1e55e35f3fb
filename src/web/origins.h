/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The origins that this server is: an exact list, made at start. No patterns, no "null", nothing from the request
 * (B2, B4). */
#ifndef TESTUDO_WEB_ORIGINS_H
#define TESTUDO_WEB_ORIGINS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

#define ORIGIN_TEXT 256

struct origins {
  char text[LIMIT_ORIGINS][ORIGIN_TEXT]; /* "https://localhost:8443"; the first is the one that is printed in links */
  size_t n;
};

/* ERR_MALFORMED unless it begins with "https://" and something follows, ERR_LIMIT. One that is there already is no
 * error. */
int origins_add(struct origins *o, const char *origin);

/* The index of an Origin header's value. ERR_NOT_FOUND. */
int origins_find(const struct origins *o, struct span origin, uint8_t *index);

/* The same for a Host header: what stands behind the "https://" of an origin. */
int origins_find_host(const struct origins *o, struct span host, uint8_t *index);

/* "localhost:8443" of "https://localhost:8443". */
const char *origin_host(const char *origin);

#endif
