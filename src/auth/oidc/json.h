/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a provider's JSON (base/json.h) holds. */
#ifndef TESTUDO_AUTH_OIDC_JSON_H
#define TESTUDO_AUTH_OIDC_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/json.h"

/* Overwrites the object's own texts (not those of objects within), then gives it back: for answers that hold tokens. */
void oidc_json_wipe(json_t *object);

/* The member as text; empty (n = 0) when it is missing or no string. */
struct span oidc_json_text(const json_t *object, const char *key);

/* Copies the member with a terminating zero. ERR_NOT_FOUND: missing or no string; ERR_RANGE: empty or too long. */
int oidc_json_copy(const json_t *object, const char *key, char *out, size_t cap);

/* The member is an array that holds this string. */
bool oidc_json_lists(const json_t *object, const char *key, const char *value);

#endif
