/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/jwks.h"

#include "auth/oidc/json.h"
#include "auth/oidc/openssl.h"
#include "auth/oidc/text.h"

#define RSA_BYTES 512
#define EXPONENT_LEAST 65537

struct number {
  uint8_t at[RSA_BYTES];
  size_t n;
};

static int take_number(const json_t *json, const char *key, struct number *number)
{
  int err = oidc_base64url_decode(oidc_json_text(json, key), number->at, sizeof number->at, &number->n);
  return err == 0 && number->n == 0 ? ERR_MALFORMED : err;
}

static EVP_PKEY *key_from_params(const char *type, OSSL_PARAM_BLD *builder)
{
  OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
  EVP_PKEY *key = NULL;
  if (params != NULL && ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
      EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
    key = NULL;
  EVP_PKEY_CTX_free(ctx);
  OSSL_PARAM_free(params);
  return key;
}

static EVP_PKEY *rsa_key(const struct number *modulus, const struct number *exponent)
{
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  BIGNUM *n = BN_bin2bn(modulus->at, (int)modulus->n, NULL), *e = BN_bin2bn(exponent->at, (int)exponent->n, NULL);
  EVP_PKEY *key = NULL;
  if (builder != NULL && n != NULL && e != NULL && BN_is_odd(n) && BN_is_odd(e) && BN_num_bits(n) >= 2048 &&
      BN_num_bits(n) <= 4096 && BN_num_bits(e) <= 32 && BN_get_word(e) >= EXPONENT_LEAST &&
      OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
      OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
    key = key_from_params("RSA", builder);
  BN_free(n);
  BN_free(e);
  OSSL_PARAM_BLD_free(builder);
  return key;
}

/* OpenSSL itself refuses a point that is not on the curve. */
static EVP_PKEY *ec_key(const char *group, size_t half, const struct number *x, const struct number *y)
{
  uint8_t bytes[1 + 2 * 48];
  struct writer point = writer_of(bytes, sizeof bytes);
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  EVP_PKEY *key = NULL;
  put_u8(&point, POINT_CONVERSION_UNCOMPRESSED);
  put_bytes(&point, x->at, x->n);
  put_bytes(&point, y->at, y->n);
  if (builder != NULL && x->n == half && y->n == half &&
      OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, bytes, point.n) == 1)
    key = key_from_params("EC", builder);
  OSSL_PARAM_BLD_free(builder);
  return key;
}

static bool is(const json_t *json, const char *key, const char *value)
{
  return span_equal(oidc_json_text(json, key), span_str(value));
}

static void make_key(const json_t *json, struct jwk *jwk)
{
  struct number a, b;
  if (is(json, "kty", "RSA") && take_number(json, "n", &a) == 0 && take_number(json, "e", &b) == 0) {
    jwk->type = JWS_KEY_RSA;
    jwk->key = rsa_key(&a, &b);
  } else if (is(json, "kty", "EC") && take_number(json, "x", &a) == 0 && take_number(json, "y", &b) == 0) {
    bool p256 = is(json, "crv", "P-256");
    jwk->type = p256 ? JWS_KEY_P256 : JWS_KEY_P384;
    if (p256 || is(json, "crv", "P-384"))
      jwk->key = p256 ? ec_key("P-256", 32, &a, &b) : ec_key("P-384", 48, &a, &b);
  }
}

/* What a key of this type may verify, narrowed by its own "alg". */
static uint32_t algorithms_of(const json_t *json, enum jws_key_type type)
{
  uint32_t bits = 0;
  bool any = json_object_get(json, "alg") == NULL;
  for (int a = 0; a < JWS_ALGORITHMS; a++)
    if (jws_key_type_of((enum jws_algorithm)a) == type &&
        (any || is(json, "alg", jws_algorithm_name((enum jws_algorithm)a))))
      bits |= 1u << a;
  return bits;
}

static bool is_for_verifying(const json_t *json)
{
  return (json_object_get(json, "use") == NULL || is(json, "use", "sig")) &&
         (json_object_get(json, "key_ops") == NULL || oidc_json_lists(json, "key_ops", "verify"));
}

static void add_key(struct jwks *set, const json_t *json)
{
  struct jwk *jwk = &set->at[set->n];
  *jwk = (struct jwk){0};
  if (!json_is_object(json) || !is_for_verifying(json))
    return;
  if (json_object_get(json, "kid") != NULL && oidc_json_copy(json, "kid", jwk->kid, sizeof jwk->kid) != 0)
    return;
  make_key(json, jwk);
  jwk->algorithms = algorithms_of(json, jwk->type);
  if (jwk->key != NULL && jwk->algorithms != 0)
    set->n++;
  else
    EVP_PKEY_free(jwk->key);
}

int jwks_parse(struct span text, struct jwks *set)
{
  json_t *json;
  const json_t *key;
  size_t i;
  int err = json_parse_strict(text, LIMIT_OIDC_RESPONSE, &json);
  if (err != 0)
    return err;
  const json_t *keys = json_object_get(json, "keys");
  set->n = 0;
  if (!json_is_array(keys))
    err = ERR_MALFORMED;
  else if (json_array_size(keys) > LIMIT_OIDC_KEYS)
    err = ERR_LIMIT;
  else
    json_array_foreach(keys, i, key)
      add_key(set, key);
  json_decref(json);
  ERR_clear_error();
  return err == 0 && set->n == 0 ? ERR_UNSUPPORTED : err;
}

void jwks_fini(struct jwks *set)
{
  for (size_t i = 0; i < set->n; i++)
    EVP_PKEY_free(set->at[i].key);
  set->n = 0;
}

int jwks_find(const struct jwks *set, const struct jws *jws, EVP_PKEY **key)
{
  size_t found = 0;
  for (size_t i = 0; i < set->n; i++) {
    const struct jwk *jwk = &set->at[i];
    if ((jwk->algorithms & 1u << jws->algorithm) == 0)
      continue;
    if (jws->kid[0] != '\0' && strcmp(jws->kid, jwk->kid) != 0)
      continue;
    *key = jwk->key;
    found++;
  }
  if (found == 0)
    return ERR_NOT_FOUND;
  return found == 1 ? 0 : ERR_REFUSED;
}
