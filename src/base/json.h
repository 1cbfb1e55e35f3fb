/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict JSON for everything that comes from outside: one object, UTF-8, no duplicate keys, no NUL in texts, nothing
 * after it. A library of its own (json_dep): processes that read no JSON don't link jansson. */
#ifndef TESTUDO_BASE_JSON_H
#define TESTUDO_BASE_JSON_H

#include "base/bytes.h"
#include "base/limits.h"

struct json_t;

/* At most LIMIT_JSON_DEPTH deep and `most` bytes (ERR_LIMIT); ERR_MALFORMED. The caller owns the object. */
int json_parse_strict(struct span text, size_t most, struct json_t **object);

#endif
