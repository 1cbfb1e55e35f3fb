/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict JSON of a provider: one object, UTF-8, no duplicate keys, no NUL in texts, nothing after it. */
#ifndef TESTUDO_AUTH_OIDC_JSON_H
#define TESTUDO_AUTH_OIDC_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/bytes.h"

/* The caller owns the object. At most `most` bytes and LIMIT_OIDC_JSON_DEPTH deep (ERR_LIMIT); ERR_MALFORMED. */
int oidc_json_parse(struct span text, size_t most, json_t **object);

/* Overwrites the object's own texts (not those of objects within), then gives it back: for answers that hold tokens. */
void oidc_json_wipe(json_t *object);

/* The member as text; empty (n = 0) when it is missing or no string. */
struct span oidc_json_text(const json_t *object, const char *key);

/* Copies the member with a terminating zero. ERR_NOT_FOUND: missing or no string; ERR_RANGE: empty or too long. */
int oidc_json_copy(const json_t *object, const char *key, char *out, size_t cap);

/* The member is an array that holds this string. */
bool oidc_json_lists(const json_t *object, const char *key, const char *value);

#endif
