/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/response.h"

#include <strings.h>

#include "auth/oidc/json.h"
#include "auth/oidc/text.h"

static int keep(struct oidc_parameters *p, struct span name, struct span value)
{
  const struct {
    const char *name;
    struct span *value;
  } known[] = {{"code", &p->code}, {"state", &p->state}, {"iss", &p->iss}, {"error", &p->error}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (!span_equal(name, span_str(known[i].name)))
      continue;
    if (known[i].value->n != 0 || value.n == 0)
      return ERR_MALFORMED;
    *known[i].value = value;
  }
  return 0;
}

int oidc_parameters_parse(struct span query, struct oidc_parameters *p)
{
  struct writer buffer = writer_of(p->bytes, sizeof p->bytes);
  struct span name, value;
  int err;
  if (query.n > LIMIT_OIDC_QUERY)
    return ERR_LIMIT;
  p->code = p->state = p->iss = p->error = span_of(NULL, 0);
  while ((err = oidc_take_field(&query, &buffer, &name, &value)) == 0)
    if (keep(p, name, value) != 0)
      return ERR_MALFORMED;
  if (err != ERR_NOT_FOUND)
    return err;
  if (p->state.n == 0 || (p->code.n == 0) == (p->error.n == 0))
    return ERR_MALFORMED;
  return p->code.n == 0 || oidc_is_plain(p->code, LIMIT_OIDC_CODE) ? 0 : ERR_MALFORMED;
}

int oidc_token_response_parse(struct span body, uint8_t token[LIMIT_OIDC_TOKEN], size_t *n)
{
  json_t *json;
  int err = json_parse_strict(body, LIMIT_OIDC_RESPONSE, &json);
  if (err != 0)
    return err;
  const json_t *type = json_object_get(json, "token_type");
  struct span text = oidc_json_text(json, "id_token");
  if (!json_is_string(type) || strcasecmp(json_string_value(type), "Bearer") != 0 || text.n == 0)
    err = ERR_MALFORMED;
  else if (text.n > LIMIT_OIDC_TOKEN)
    err = ERR_LIMIT;
  if (err == 0) {
    memcpy(token, text.p, text.n);
    *n = text.n;
  }
  oidc_json_wipe(json);
  return err;
}
