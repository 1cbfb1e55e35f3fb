/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/json.h"

#include <sodium.h>

#include "base/limits.h"

/* jansson's own limit of depth is 2048 and fixed when it is built; brackets within strings do not count. */
static bool too_deep(struct span text)
{
  unsigned depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.n; i++) {
    uint8_t c = text.p[i];
    if (in_string && c == '\\')
      i++;
    else if (c == '"')
      in_string = !in_string;
    else if (!in_string && (c == '{' || c == '[') && ++depth > LIMIT_OIDC_JSON_DEPTH)
      return true;
    else if (!in_string && (c == '}' || c == ']') && depth > 0)
      depth--;
  }
  return false;
}

int oidc_json_parse(struct span text, size_t most, json_t **object)
{
  if (text.n > most || too_deep(text))
    return ERR_LIMIT;
  if (text.n == 0)
    return ERR_MALFORMED;
  json_t *json = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
  if (!json_is_object(json)) {
    json_decref(json);
    return ERR_MALFORMED;
  }
  *object = json;
  return 0;
}

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
