/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/fields.h"

#include <stdio.h>

#include "base/err.h"

static bool take_text(const json_t *v, const struct field *f)
{
  if (!json_is_string(v) || json_string_length(v) > f->most)
    return false;
  *(struct span *)f->out = span_of(json_string_value(v), json_string_length(v));
  return true;
}

static bool take_number(const json_t *v, const struct field *f)
{
  if (!json_is_integer(v) || json_integer_value(v) < 0 || (uint64_t)json_integer_value(v) > f->most)
    return false;
  *(uint64_t *)f->out = (uint64_t)json_integer_value(v);
  return true;
}

static bool take_value(json_t *v, const struct field *f)
{
  switch (f->type) {
  case FIELD_TEXT: return take_text(v, f);
  case FIELD_NUMBER: return take_number(v, f);
  case FIELD_BOOL: *(bool *)f->out = json_is_true(v); return json_is_boolean(v);
  case FIELD_OBJECT: *(json_t **)f->out = v; return json_is_object(v);
  case FIELD_LIST: *(json_t **)f->out = v; return json_is_array(v) && json_array_size(v) <= f->most;
  }
  return false;
}

static int complain(char problem[FIELD_PROBLEM], const char *name, const char *what)
{
  (void)snprintf(problem, FIELD_PROBLEM, "The field \"%.60s\" %s", name, what);
  return ERR_MALFORMED;
}

static const char *wrong_type(enum field_type type)
{
  switch (type) {
  case FIELD_TEXT: return "must be a text, and not a longer one than allowed.";
  case FIELD_NUMBER: return "must be a whole number within its range.";
  case FIELD_BOOL: return "must be true or false.";
  case FIELD_OBJECT: return "must be an object.";
  case FIELD_LIST: return "must be a list, and not a longer one than allowed.";
  }
  return "is wrong.";
}

static bool is_known(const char *name, const struct field *fields, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(name, fields[i].name) == 0)
      return true;
  return false;
}

static int read_one(const json_t *object, const struct field *f, char problem[FIELD_PROBLEM])
{
  json_t *v = json_object_get(object, f->name);
  if (f->given != NULL)
    *f->given = v != NULL;
  if (v == NULL)
    return f->optional ? 0 : complain(problem, f->name, "is missing.");
  return take_value(v, f) ? 0 : complain(problem, f->name, wrong_type(f->type));
}

int fields_read(const json_t *object, const struct field *fields, size_t n, char problem[FIELD_PROBLEM])
{
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)object, name, value)
    if (!is_known(name, fields, n))
      return complain(problem, name, "is not known here.");
  for (size_t i = 0; i < n; i++) {
    int err = read_one(object, &fields[i], problem);
    if (err != 0)
      return err;
  }
  return 0;
}
