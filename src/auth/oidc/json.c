/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/json.h"

#include <sodium.h>

void oidc_json_wipe(json_t *object)
{
  const char *key;
  json_t *value;
  json_object_foreach(object, key, value)
    if (json_is_string(value)) /* jansson owns these bytes for us alone: the object is about to go */
      sodium_memzero((void *)(uintptr_t)json_string_value(value), json_string_length(value));
  json_decref(object);
}

struct span oidc_json_text(const json_t *object, const char *key)
{
  const json_t *value = json_object_get(object, key);
  if (!json_is_string(value))
    return span_of(NULL, 0);
  return span_of(json_string_value(value), json_string_length(value));
}

int oidc_json_copy(const json_t *object, const char *key, char *out, size_t cap)
{
  if (!json_is_string(json_object_get(object, key)))
    return ERR_NOT_FOUND;
  struct span text = oidc_json_text(object, key);
  if (text.n == 0 || text.n >= cap)
    return ERR_RANGE;
  memcpy(out, text.p, text.n);
  out[text.n] = '\0';
  return 0;
}

bool oidc_json_lists(const json_t *object, const char *key, const char *value)
{
  const json_t *list = json_object_get(object, key), *entry;
  size_t i;
  json_array_foreach(list, i, entry)
    if (json_is_string(entry) && strcmp(json_string_value(entry), value) == 0)
      return true;
  return false;
}
