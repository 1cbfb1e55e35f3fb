/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/proof.h"

#include <sodium.h>
#include <stdbool.h>

#include "web/openssl.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#define COORDINATE_BYTES 32
#define POINT_BYTES (1 + SESSION_KEY_BYTES) /* SEC 1, section 2.3.3, not compressed */
#define DER_BYTES 80                        /* a signature of P-256 has at most 72 */

/* --- the header --- */

int proof_parse(struct span header, struct proof *proof)
{
  struct span start, nonce, blank, signature;
  if (header.n != PROOF_HEADER_TEXT)
    return ERR_MALFORMED;
  (void)span_take(&header, 3, &start);
  (void)span_take(&header, TOKEN_TEXT, &nonce);
  (void)span_take(&header, 1, &blank);
  (void)span_take(&header, PROOF_SIGNATURE_TEXT, &signature);
  if (!span_equal(start, span_str("v1 ")) || blank.p[0] != ' ' ||
      token_from_text(nonce, proof->nonce, sizeof proof->nonce) != 0 ||
      token_from_text(signature, proof->signature, sizeof proof->signature) != 0)
    return ERR_MALFORMED;
  return 0;
}

/* --- the text --- */

static bool is_unreserved(uint8_t c)
{
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

static void put_encoded(struct writer *w, struct span s, uint8_t also)
{
  static const char digits[] = "0123456789ABCDEF";
  uint8_t c;
  while (span_u8(&s, &c) == 0) {
    if (is_unreserved(c) || c == also) {
      put_u8(w, c);
    } else {
      put_u8(w, '%');
      put_u8(w, (uint8_t)digits[c >> 4]);
      put_u8(w, (uint8_t)digits[c & 15]);
    }
  }
}

static void put_argument(struct writer *w, struct span argument)
{
  const uint8_t *equals = argument.n == 0 ? NULL : memchr(argument.p, '=', argument.n);
  struct span name;
  (void)span_take(&argument, equals == NULL ? argument.n : (size_t)(equals - argument.p), &name);
  put_encoded(w, name, '\0');
  if (equals == NULL)
    return;
  (void)span_skip(&argument, 1);
  put_u8(w, '=');
  put_encoded(w, argument, '\0');
}

void proof_put_target(struct writer *w, struct span path, const struct span *arguments, size_t n)
{
  put_encoded(w, path, '/');
  for (size_t i = 0; i < n; i++) {
    put_u8(w, i == 0 ? '?' : '&');
    put_argument(w, arguments[i]);
  }
}

/* Visible ASCII: above all no line feed, which parts the lines of the text. */
static bool is_one_line(struct span s)
{
  uint8_t c;
  if (s.n == 0)
    return false;
  while (span_u8(&s, &c) == 0)
    if (c <= ' ' || c > '~')
      return false;
  return true;
}

static void put_body_hash(struct writer *w, struct span body)
{
  uint8_t hash[crypto_hash_sha256_BYTES];
  char text[SECRET_TEXT + 1];
  _Static_assert(sizeof hash == SECRET_BYTES, "base64url of a hash");
  crypto_hash_sha256(hash, body.p, body.n);
  token_to_text(hash, sizeof hash, text);
  put_bytes(w, text, SECRET_TEXT);
}

int proof_put_text(struct writer *w, const struct proof_request *request, const uint8_t nonce[TOKEN_BYTES])
{
  char nonce_text[TOKEN_TEXT + 1];
  if (request->target.n > LIMIT_PROOF_TARGET)
    return ERR_LIMIT;
  if (!is_one_line(request->method) || !is_one_line(request->target) || !is_one_line(request->origin) ||
      request->target.p[0] != '/')
    return ERR_MALFORMED;
  token_to_text(nonce, TOKEN_BYTES, nonce_text);
  put_str(w, "testudo proof v1\n");
  put_span(w, request->method);
  put_u8(w, '\n');
  put_span(w, request->target);
  put_u8(w, '\n');
  put_body_hash(w, request->body);
  put_u8(w, '\n');
  put_bytes(w, nonce_text, TOKEN_TEXT);
  put_u8(w, '\n');
  put_span(w, request->origin);
  return w->overflow ? ERR_LIMIT : 0;
}

/* --- the key and the signature --- */

/* NULL for what is no point of the curve: OpenSSL looks while it reads the point. */
static EVP_PKEY *import_key(const uint8_t key[SESSION_KEY_BYTES])
{
  char group[] = "prime256v1";
  uint8_t point[POINT_BYTES] = {4};
  EVP_PKEY *imported = NULL;
  memcpy(point + 1, key, SESSION_KEY_BYTES);
  OSSL_PARAM parameters[] = {
    OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
    OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
    OSSL_PARAM_construct_end(),
  };
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
  if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
      EVP_PKEY_fromdata(ctx, &imported, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
    imported = NULL;
  EVP_PKEY_CTX_free(ctx);
  return imported;
}

/* OpenSSL's errors stay in a queue of the thread, where the next TLS connection would take them for its own. */
static int forget_errors(int err)
{
  ERR_clear_error();
  return err;
}

int proof_key_from_text(struct span text, uint8_t key[SESSION_KEY_BYTES])
{
  if (token_from_text(text, key, SESSION_KEY_BYTES) != 0)
    return ERR_MALFORMED;
  EVP_PKEY *imported = import_key(key);
  EVP_PKEY_free(imported);
  return imported != NULL ? 0 : forget_errors(ERR_MALFORMED);
}

/* r and s as OpenSSL wants them (RFC 3279, section 2.2.3): the length, or 0. */
static size_t signature_to_der(const uint8_t signature[PROOF_SIGNATURE_BYTES], uint8_t der[DER_BYTES])
{
  ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(signature, COORDINATE_BYTES, NULL);
  BIGNUM *s = BN_bin2bn(signature + COORDINATE_BYTES, COORDINATE_BYTES, NULL);
  int n = 0;
  if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
    BN_free(r);
    BN_free(s);
  } else if (i2d_ECDSA_SIG(pair, NULL) <= DER_BYTES) {
    n = i2d_ECDSA_SIG(pair, &der);
  }
  ECDSA_SIG_free(pair);
  return n > 0 ? (size_t)n : 0;
}

static int verify_text(EVP_PKEY *key, const uint8_t signature[PROOF_SIGNATURE_BYTES], struct span text)
{
  uint8_t der[DER_BYTES];
  size_t n = signature_to_der(signature, der);
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  int err = ERR_CRYPTO;
  if (n > 0 && ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1) {
    int verified = EVP_DigestVerify(ctx, der, n, text.p, text.n);
    err = verified == 1 ? 0 : verified == 0 ? ERR_AUTH : ERR_CRYPTO;
  }
  EVP_MD_CTX_free(ctx);
  return err;
}

int proof_verify(const struct proof *proof, const uint8_t key[SESSION_KEY_BYTES], const struct proof_request *request)
{
  uint8_t text[PROOF_TEXT_BYTES];
  struct writer w = writer_of(text, sizeof text);
  int err = proof_put_text(&w, request, proof->nonce);
  if (err != 0)
    return err;
  EVP_PKEY *imported = import_key(key);
  err = imported == NULL ? ERR_CRYPTO : verify_text(imported, proof->signature, writer_span(&w));
  EVP_PKEY_free(imported);
  return err == 0 ? 0 : forget_errors(err);
}
