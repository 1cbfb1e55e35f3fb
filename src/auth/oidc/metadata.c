/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/metadata.h"

#include "auth/oidc/json.h"
#include "auth/oidc/text.h"
#include "base/limits.h"

int oidc_metadata_url(const char *issuer, char url[OIDC_URL_BYTES])
{
  struct writer w = writer_of(url, OIDC_URL_BYTES);
  size_t n = strlen(issuer);
  put_bytes(&w, issuer, n > 0 && issuer[n - 1] == '/' ? n - 1 : n);
  put_str(&w, "/.well-known/openid-configuration");
  put_u8(&w, '\0');
  return w.overflow ? ERR_LIMIT : 0;
}

static int take_endpoint(const json_t *json, const char *key, char url[OIDC_URL_BYTES])
{
  if (oidc_json_copy(json, key, url, OIDC_URL_BYTES) != 0)
    return ERR_MALFORMED;
  return oidc_is_https(url) ? 0 : ERR_UNSUPPORTED;
}

static int take_endpoints(const json_t *json, struct oidc_metadata *m)
{
  int err = take_endpoint(json, "authorization_endpoint", m->authorization_endpoint);
  if (err == 0)
    err = take_endpoint(json, "token_endpoint", m->token_endpoint);
  return err != 0 ? err : take_endpoint(json, "jwks_uri", m->jwks_uri);
}

static int take_abilities(const json_t *json, struct oidc_metadata *m)
{
  static const char methods[] = "token_endpoint_auth_methods_supported", pkce[] = "code_challenge_methods_supported";
  m->algorithms = 0;
  for (int a = 0; a < JWS_ALGORITHMS; a++)
    if (oidc_json_lists(json, "id_token_signing_alg_values_supported", jws_algorithm_name((enum jws_algorithm)a)))
      m->algorithms |= 1u << a;
  /* A provider that names no method takes Basic; one that names no PKCE may have it nevertheless (Apple). */
  m->basic = json_object_get(json, methods) == NULL || oidc_json_lists(json, methods, "client_secret_basic");
  m->post = oidc_json_lists(json, methods, "client_secret_post");
  m->says_issuer = json_is_true(json_object_get(json, "authorization_response_iss_parameter_supported"));
  bool s256 = json_object_get(json, pkce) == NULL || oidc_json_lists(json, pkce, "S256");
  bool code = oidc_json_lists(json, "response_types_supported", "code");
  return m->algorithms != 0 && (m->basic || m->post) && s256 && code ? 0 : ERR_UNSUPPORTED;
}

int oidc_metadata_parse(struct span text, const char *issuer, struct oidc_metadata *m)
{
  json_t *json;
  int err = json_parse_strict(text, LIMIT_OIDC_RESPONSE, &json);
  if (err != 0)
    return err;
  if (!span_equal(oidc_json_text(json, "issuer"), span_str(issuer)))
    err = ERR_REFUSED;
  if (err == 0)
    err = take_endpoints(json, m);
  if (err == 0)
    err = take_abilities(json, m);
  json_decref(json);
  return err;
}
