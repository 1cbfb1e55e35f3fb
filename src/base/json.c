/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <jansson.h>

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
    else if (!in_string && (c == '{' || c == '[') && ++depth > LIMIT_JSON_DEPTH)
      return true;
    else if (!in_string && (c == '}' || c == ']') && depth > 0)
      depth--;
  }
  return false;
}

int json_parse_strict(struct span text, size_t most, json_t **object)
{
  if (text.n > most || too_deep(text))
    return ERR_LIMIT;
  json_t *json = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
  if (!json_is_object(json)) {
    json_decref(json);
    return ERR_MALFORMED;
  }
  *object = json;
  return 0;
}
