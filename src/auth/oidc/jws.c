/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/jws.h"

#include <strings.h>

#include "auth/oidc/json.h"
#include "auth/oidc/openssl.h"
#include "auth/oidc/text.h"
#include "base/limits.h"

#define HEADER_BYTES 2048    /* decoded */
#define SIGNATURE_BYTES 512  /* RSA with 4096 bits */
#define DER_BYTES 128        /* an ECDSA signature over P-384 has at most 104 */

static const char *const names[JWS_ALGORITHMS] = {
  [JWS_RS256] = "RS256", [JWS_PS256] = "PS256", [JWS_ES256] = "ES256", [JWS_ES384] = "ES384"};

const char *jws_algorithm_name(enum jws_algorithm algorithm)
{
  return names[algorithm];
}

enum jws_key_type jws_key_type_of(enum jws_algorithm algorithm)
{
  if (algorithm == JWS_ES256)
    return JWS_KEY_P256;
  return algorithm == JWS_ES384 ? JWS_KEY_P384 : JWS_KEY_RSA;
}

static int algorithm_from_text(struct span text, enum jws_algorithm *algorithm)
{
  for (int a = 0; a < JWS_ALGORITHMS; a++)
    if (span_equal(text, span_str(names[a]))) {
      *algorithm = (enum jws_algorithm)a;
      return 0;
    }
  return ERR_UNSUPPORTED;
}

static int read_header(const json_t *json, struct jws *jws)
{
  const json_t *type = json_object_get(json, "typ");
  if (json_object_get(json, "crit") != NULL)
    return ERR_UNSUPPORTED;
  if (type != NULL && (!json_is_string(type) || strcasecmp(json_string_value(type), "JWT") != 0))
    return ERR_UNSUPPORTED;
  if (algorithm_from_text(oidc_json_text(json, "alg"), &jws->algorithm) != 0)
    return ERR_UNSUPPORTED;
  jws->kid[0] = '\0';
  if (json_object_get(json, "kid") == NULL)
    return 0;
  return oidc_json_copy(json, "kid", jws->kid, sizeof jws->kid) == 0 ? 0 : ERR_MALFORMED;
}

static int parse_header(struct span text, struct jws *jws)
{
  uint8_t bytes[HEADER_BYTES];
  size_t n;
  json_t *json;
  int err = oidc_base64url_decode(text, bytes, sizeof bytes, &n);
  if (err == 0)
    err = json_parse_strict(span_of(bytes, n), sizeof bytes, &json);
  if (err != 0)
    return err;
  err = read_header(json, jws);
  json_decref(json);
  return err;
}

/* The bytes before the next dot; `rest` goes on after it. */
static int take_part(struct span *rest, struct span *part)
{
  const uint8_t *dot = rest->n == 0 ? NULL : memchr(rest->p, '.', rest->n);
  if (dot == NULL)
    return ERR_MALFORMED;
  (void)span_take(rest, (size_t)(dot - rest->p), part);
  return span_skip(rest, 1);
}

int jws_parse(struct span token, struct jws *jws)
{
  struct span rest = token, header;
  if (token.n > LIMIT_OIDC_TOKEN)
    return ERR_LIMIT;
  if (take_part(&rest, &header) != 0 || take_part(&rest, &jws->payload) != 0)
    return ERR_MALFORMED;
  if (rest.n != 0 && memchr(rest.p, '.', rest.n) != NULL)
    return ERR_MALFORMED;
  jws->signature = rest;
  jws->signed_part = span_of(token.p, header.n + 1 + jws->payload.n);
  return parse_header(header, jws);
}

/* r and s side by side (RFC 7518, section 3.4) as the DER that OpenSSL checks. */
static int ecdsa_to_der(const uint8_t *raw, size_t half, uint8_t der[DER_BYTES], size_t *n)
{
  ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(raw, (int)half, NULL), *s = BN_bin2bn(raw + half, (int)half, NULL);
  unsigned char *at = der;
  int written = -1;
  if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
    r = s = NULL; /* the pair owns them now */
    if (i2d_ECDSA_SIG(pair, NULL) <= DER_BYTES)
      written = i2d_ECDSA_SIG(pair, &at);
  }
  ECDSA_SIG_free(pair);
  BN_free(r);
  BN_free(s);
  if (written <= 0)
    return ERR_CRYPTO;
  *n = (size_t)written;
  return 0;
}

static bool use_pss(EVP_PKEY_CTX *pkey)
{
  return EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(pkey, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, RSA_PSS_SALTLEN_DIGEST) == 1;
}

static int check(const struct jws *jws, EVP_PKEY *key, const uint8_t *signature, size_t n)
{
  const EVP_MD *hash = jws->algorithm == JWS_ES384 ? EVP_sha384() : EVP_sha256();
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  EVP_PKEY_CTX *pkey = NULL;
  int err = ERR_CRYPTO;
  if (ctx == NULL || EVP_DigestVerifyInit(ctx, &pkey, hash, NULL, key) != 1)
    goto out;
  if (jws->algorithm == JWS_PS256 && !use_pss(pkey))
    goto out;
  err = EVP_DigestVerify(ctx, signature, n, jws->signed_part.p, jws->signed_part.n) == 1 ? 0 : ERR_AUTH;
out:
  EVP_MD_CTX_free(ctx);
  return err;
}

static int verify(const struct jws *jws, EVP_PKEY *key)
{
  uint8_t raw[SIGNATURE_BYTES], der[DER_BYTES];
  size_t n, der_n;
  if (oidc_base64url_decode(jws->signature, raw, sizeof raw, &n) != 0)
    return ERR_AUTH;
  if (jws_key_type_of(jws->algorithm) == JWS_KEY_RSA)
    return n == (size_t)EVP_PKEY_get_size(key) ? check(jws, key, raw, n) : ERR_AUTH;
  size_t half = jws->algorithm == JWS_ES256 ? 32 : 48;
  if (n != 2 * half)
    return ERR_AUTH;
  int err = ecdsa_to_der(raw, half, der, &der_n);
  return err != 0 ? err : check(jws, key, der, der_n);
}

int jws_verify(const struct jws *jws, EVP_PKEY *key)
{
  int err = verify(jws, key);
  ERR_clear_error();
  return err;
}

static int sign_raw(struct span data, EVP_PKEY *key, uint8_t raw[64])
{
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  ECDSA_SIG *pair = NULL;
  uint8_t der[DER_BYTES];
  const unsigned char *at = der;
  size_t n = sizeof der;
  int err = ERR_CRYPTO;
  if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
      EVP_DigestSign(ctx, der, &n, data.p, data.n) != 1)
    goto out;
  pair = d2i_ECDSA_SIG(NULL, &at, (long)n);
  if (pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 32) == 32 &&
      BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 32, 32) == 32)
    err = 0;
out:
  ECDSA_SIG_free(pair);
  EVP_MD_CTX_free(ctx);
  ERR_clear_error();
  return err;
}

int jws_sign_es256(struct writer *w, struct span header, struct span payload, EVP_PKEY *key)
{
  uint8_t raw[64];
  size_t begin = w->n;
  oidc_put_base64url(w, header);
  put_u8(w, '.');
  oidc_put_base64url(w, payload);
  if (w->overflow)
    return ERR_LIMIT;
  struct span data = writer_span(w);
  (void)span_skip(&data, begin);
  int err = sign_raw(data, key, raw);
  if (err != 0)
    return err;
  put_u8(w, '.');
  oidc_put_base64url(w, span_of(raw, sizeof raw));
  return w->overflow ? ERR_LIMIT : 0;
}
