/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the members of a JSON object by a table: all of them known, of the right type, none missing. */
#ifndef TESTUDO_WEB_API_FIELDS_H
#define TESTUDO_WEB_API_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum field_type {
  FIELD_TEXT,   /* struct span, in the object's memory; `most` bytes */
  FIELD_BOOL,   /* bool */
  FIELD_NUMBER, /* uint64_t, from 0 to `most` */
  FIELD_OBJECT, /* json_t *, borrowed */
  FIELD_LIST,   /* json_t *, borrowed; `most` members */
};

struct field {
  const char *name;
  enum field_type type;
  void *out;
  size_t most;
  bool optional;
  bool *given; /* of optional ones, or NULL */
};

#define FIELD_PROBLEM 160

/* 0, or ERR_MALFORMED with one sentence that names the field. `object` NULL is an empty one. */
int fields_read(const json_t *object, const struct field *fields, size_t n, char problem[FIELD_PROBLEM]);

struct context;

/* The same with the request's body; gives the refusal itself. */
bool fields_take(struct context *c, const struct field *fields, size_t n);

#define FIELDS_TAKE(c, list) fields_take(c, list, sizeof(list) / sizeof(list)[0])

#endif
