/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page may say on its line: strict JSON against one table. */
#include "base/json.h"
#include "web/line_internal.h"

static const struct {
  const char *name, *field; /* the one field beside "type": an id; NULL: none */
} rules[LINE_TYPES] = {
  [LINE_HELLO] = {"hello", NULL},    [LINE_RING] = {"ring", "who"},     [LINE_CANCEL] = {"cancel", "call"},
  [LINE_ACCEPT] = {"accept", "call"}, [LINE_REJECT] = {"reject", "call"},
};

static int take_id(const json_t *value, struct uid *id)
{
  if (!json_is_string(value))
    return ERR_MALFORMED;
  return token_from_text(span_of(json_string_value(value), json_string_length(value)), id->b, sizeof id->b);
}

static int take_message(const json_t *json, struct line_message *m, const char **why)
{
  const char *type = json_string_value(json_object_get(json, "type"));
  int i = 0;
  while (i < LINE_TYPES && (type == NULL || strcmp(type, rules[i].name) != 0))
    i++;
  if (i == LINE_TYPES) {
    *why = "unknown type";
    return ERR_UNSUPPORTED;
  }
  m->type = (enum line_type)i;
  if (json_object_size(json) != (rules[i].field == NULL ? 1 : 2)) {
    *why = "a field is missing or unknown";
    return ERR_UNSUPPORTED;
  }
  *why = "no id";
  return rules[i].field == NULL ? 0 : take_id(json_object_get(json, rules[i].field), &m->id);
}

int line_message_parse(struct span text, struct line_message *m, const char **why)
{
  json_t *json;
  *m = (struct line_message){0};
  int err = json_parse_strict(text, LIMIT_LINE_MESSAGE, &json);
  if (err != 0) {
    *why = err == ERR_LIMIT ? "too deep or too large" : "not a JSON object, or a key twice";
    return err;
  }
  err = take_message(json, m, why);
  json_decref(json);
  return err;
}
