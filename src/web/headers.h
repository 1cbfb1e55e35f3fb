/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The headers of every answer, whatever it is (B1, A1). */
#ifndef TESTUDO_WEB_HEADERS_H
#define TESTUDO_WEB_HEADERS_H

#include "web/origins.h"

#define SECURITY_HEADERS 9

struct header {
  const char *name; /* lower case, with the colon: as libwebsockets wants it */
  const char *value;
};

struct security_headers {
  struct header header[SECURITY_HEADERS];
  char csp[768 + LIMIT_ORIGINS * ORIGIN_TEXT];
};

/* Points into itself: not to be copied. */
void security_headers_init(struct security_headers *h, const struct origins *origins);

#endif
