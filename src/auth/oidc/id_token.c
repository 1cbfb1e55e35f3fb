/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/id_token.h"

#include "auth/oidc/json.h"
#include "auth/oidc/text.h"

#define AUDIENCES 8

static bool is_audience(const json_t *aud, const char *client_id)
{
  const json_t *entry;
  size_t i;
  bool found = false;
  if (json_is_string(aud))
    return strcmp(json_string_value(aud), client_id) == 0;
  if (!json_is_array(aud) || json_array_size(aud) > AUDIENCES)
    return false;
  json_array_foreach(aud, i, entry) {
    if (!json_is_string(entry))
      return false;
    found |= strcmp(json_string_value(entry), client_id) == 0;
  }
  return found;
}

/* A token for several must say that it was made for us (azp). */
static bool is_for_us(const json_t *json, const char *client_id)
{
  const json_t *aud = json_object_get(json, "aud"), *azp = json_object_get(json, "azp");
  if (!is_audience(aud, client_id))
    return false;
  if (azp == NULL)
    return !json_is_array(aud) || json_array_size(aud) == 1;
  return json_is_string(azp) && strcmp(json_string_value(azp), client_id) == 0;
}

static bool take_time(const json_t *json, const char *key, uint64_t *time_s)
{
  const json_t *value = json_object_get(json, key);
  if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > INT64_C(1) << 40)
    return false;
  *time_s = (uint64_t)json_integer_value(value);
  return true;
}

static enum oidc_error check_times(const json_t *json, const struct oidc_expected *e)
{
  uint64_t exp, iat, nbf = 0;
  if (!take_time(json, "exp", &exp) || !take_time(json, "iat", &iat))
    return OIDC_BAD_CLAIMS;
  if (json_object_get(json, "nbf") != NULL && !take_time(json, "nbf", &nbf))
    return OIDC_BAD_CLAIMS;
  bool expired = e->now_s >= exp + OIDC_LEEWAY_S;
  bool early = iat > e->now_s + OIDC_LEEWAY_S || nbf > e->now_s + OIDC_LEEWAY_S;
  bool old = iat + OIDC_LEEWAY_S < e->begun_s;
  return expired || early || old ? OIDC_WRONG_TIME : OIDC_OK;
}

static void take_email(const json_t *json, struct oidc_identity *identity)
{
  const json_t *verified = json_object_get(json, "email_verified");
  struct span text = oidc_json_text(json, "email");
  const char *at;
  identity->email[0] = '\0';
  identity->email_verified = false;
  if (!oidc_is_plain(text, OIDC_EMAIL_BYTES - 1) || oidc_json_copy(json, "email", identity->email, OIDC_EMAIL_BYTES) != 0)
    return;
  at = strchr(identity->email, '@');
  if (at == NULL || at == identity->email || at[1] == '\0' || strchr(at + 1, '@') != NULL) {
    identity->email[0] = '\0';
    return;
  }
  /* Apple says "true" as a text. */
  identity->email_verified = json_is_true(verified) || span_equal(oidc_json_text(json, "email_verified"), span_str("true"));
}

static void take_name(const json_t *json, struct oidc_identity *identity)
{
  if (oidc_json_copy(json, "name", identity->name, OIDC_NAME_BYTES) != 0)
    identity->name[0] = '\0';
  for (const char *c = identity->name; *c != '\0'; c++)
    if ((uint8_t)*c < 0x20 || *c == 0x7F) {
      identity->name[0] = '\0';
      return;
    }
}

static enum oidc_error check_claims(const json_t *json, const struct oidc_expected *e, struct oidc_identity *identity)
{
  if (!span_equal(oidc_json_text(json, "iss"), span_str(e->issuer)))
    return OIDC_WRONG_ISSUER;
  if (!is_for_us(json, e->client_id))
    return OIDC_WRONG_AUDIENCE;
  enum oidc_error error = check_times(json, e);
  if (error != OIDC_OK)
    return error;
  if (!oidc_secret_equal(oidc_json_text(json, "nonce"), e->nonce))
    return OIDC_WRONG_NONCE;
  if (!oidc_is_plain(oidc_json_text(json, "sub"), OIDC_SUBJECT_BYTES - 1) ||
      oidc_json_copy(json, "sub", identity->subject, OIDC_SUBJECT_BYTES) != 0 ||
      oidc_json_copy(json, "iss", identity->issuer, OIDC_ISSUER_BYTES) != 0)
    return OIDC_BAD_CLAIMS;
  take_email(json, identity);
  take_name(json, identity);
  return OIDC_OK;
}

static enum oidc_error check_payload(const struct jws *jws, const struct oidc_expected *expected,
                                     struct oidc_identity *identity)
{
  uint8_t bytes[LIMIT_OIDC_TOKEN];
  size_t n;
  json_t *json;
  if (oidc_base64url_decode(jws->payload, bytes, sizeof bytes, &n) != 0 ||
      json_parse_strict(span_of(bytes, n), sizeof bytes, &json) != 0)
    return OIDC_BAD_TOKEN;
  enum oidc_error error = check_claims(json, expected, identity);
  json_decref(json);
  return error;
}

enum oidc_error id_token_check(struct span token, const struct jwks *keys, const struct oidc_expected *expected,
                               struct oidc_identity *identity)
{
  struct jws jws;
  struct evp_pkey_st *key;
  int err = jws_parse(token, &jws);
  if (err != 0)
    return err == ERR_UNSUPPORTED ? OIDC_BAD_ALGORITHM : OIDC_BAD_TOKEN;
  if ((expected->algorithms & 1u << jws.algorithm) == 0)
    return OIDC_BAD_ALGORITHM;
  if (jwks_find(keys, &jws, &key) != 0)
    return OIDC_UNKNOWN_KEY;
  if (jws_verify(&jws, key) != 0)
    return OIDC_BAD_SIGNATURE;
  return check_payload(&jws, expected, identity);
}
