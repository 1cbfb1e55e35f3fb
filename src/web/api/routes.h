/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of what the API answers: address, method, who may ask, and the endpoint. Nothing is reached that does not
 * stand in it. */
#ifndef TESTUDO_WEB_API_ROUTES_H
#define TESTUDO_WEB_API_ROUTES_H

#include <stdbool.h>
#include <stdint.h>

#include "web/answer.h"

#define ROUTE_PARAMETERS 3

struct context;

/* The least that who asks must be. */
enum route_who {
  FOR_ANYBODY,
  FOR_SESSION,       /* a browser with cookie and proof, also a guest's */
  FOR_ACCOUNT,       /* signed in */
  FOR_ADMINISTRATOR,
};

enum route_flag { /* bits */
  ROUTE_CONFIRMED = 1, /* a factor was shown within the last minutes */
  ROUTE_LOCKED = 2,    /* also while the session is locked */
  ROUTE_MUST = 4,      /* also while the account has to do something first */
  ROUTE_CSV = 8,       /* the body is text/csv */
  ROUTE_ANY_ORIGIN = 16, /* not by a page: the request proves itself in another way */
  ROUTE_RAW = 32,      /* the endpoint reads the body's bytes itself */
};

struct route {
  enum http_method method;
  const char *pattern; /* "/api/v1/rooms/{}/entry" */
  enum route_who who;
  unsigned flags;
  uint32_t scope;      /* enum key_scope that lets a program ask, too; 0: none */
  void (*answer)(struct context *c);
};

/* Whether a path has the form of a pattern, in which each {} stands for one segment that is not empty. */
bool path_fits(const char *pattern, struct span path, struct span parameter[ROUTE_PARAMETERS]);

/* The route of an address and method with what stands for its {}. NULL: none; then `known` says whether the address
 * has one with another method. A HEAD is a GET. */
const struct route *route_find(enum http_method method, struct span path, struct span parameter[ROUTE_PARAMETERS],
                               bool *known);

/* For the test that compares the table with docs/openapi.json. */
extern const struct route routes[];
extern const size_t routes_n;

#endif
