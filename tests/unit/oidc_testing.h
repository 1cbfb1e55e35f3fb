/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A provider's keys and pen: signs what a test wants to have signed, rightly or wrongly. */
#ifndef TESTUDO_TESTS_OIDC_TESTING_H
#define TESTUDO_TESTS_OIDC_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "auth/oidc/oidc.h"
#include "auth/oidc/openssl.h"
#include "auth/oidc/text.h"
#include <openssl/hmac.h>

#define NOW UINT64_C(1795420800)
#define ISSUER "https://id.example.org"
#define CLIENT "testudo-client"
#define TOKEN_BYTES 8192

static EVP_PKEY *rsa, *rsa_other, *p256, *p256_other, *p384;

static inline int make_keys(void **state)
{
  (void)state;
  if (sodium_init() < 0)
    return 1;
  rsa = EVP_RSA_gen(2048);
  rsa_other = EVP_RSA_gen(2048);
  p256 = EVP_EC_gen("P-256");
  p256_other = EVP_EC_gen("P-256");
  p384 = EVP_EC_gen("P-384");
  return rsa == NULL || rsa_other == NULL || p256 == NULL || p256_other == NULL || p384 == NULL;
}

static inline int free_keys(void **state)
{
  (void)state;
  EVP_PKEY_free(rsa);
  EVP_PKEY_free(rsa_other);
  EVP_PKEY_free(p256);
  EVP_PKEY_free(p256_other);
  EVP_PKEY_free(p384);
  return 0;
}

static inline void put_number(struct writer *w, EVP_PKEY *key, const char *param, int bytes)
{
  BIGNUM *n = NULL;
  uint8_t raw[1024];
  assert_int_equal(EVP_PKEY_get_bn_param(key, param, &n), 1);
  int size = bytes > 0 ? bytes : BN_num_bytes(n);
  assert_int_equal(BN_bn2binpad(n, raw, size), size);
  oidc_put_base64url(w, span_of(raw, (size_t)size));
  BN_free(n);
}

/* {"kid":KID,...EXTRA}: `extra` as ,"use":"sig" */
static inline void put_jwk(struct writer *w, EVP_PKEY *key, const char *kid, const char *extra)
{
  put_fmt(w, "{\"kid\":\"%s\"%s,", kid, extra);
  if (EVP_PKEY_is_a(key, "RSA")) {
    put_str(w, "\"kty\":\"RSA\",\"n\":\"");
    put_number(w, key, OSSL_PKEY_PARAM_RSA_N, 0);
    put_str(w, "\",\"e\":\"");
    put_number(w, key, OSSL_PKEY_PARAM_RSA_E, 0);
  } else {
    int bits = EVP_PKEY_get_bits(key), half = (bits + 7) / 8;
    put_fmt(w, "\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"", bits);
    put_number(w, key, OSSL_PKEY_PARAM_EC_PUB_X, half);
    put_str(w, "\",\"y\":\"");
    put_number(w, key, OSSL_PKEY_PARAM_EC_PUB_Y, half);
  }
  put_str(w, "\"}");
}

/* A signature as the algorithm's name says; with "HS256" the key's public PEM is the secret. */
static inline size_t sign(const char *algorithm, EVP_PKEY *key, struct span data, uint8_t raw[1024])
{
  uint8_t der[1024];
  const unsigned char *at = der;
  size_t n = sizeof der;
  if (strcmp(algorithm, "none") == 0)
    return 0;
  if (strcmp(algorithm, "HS256") == 0) {
    BIO *bio = BIO_new(BIO_s_mem());
    unsigned int mac_n = 0;
    char *pem;
    assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
    int pem_n = (int)BIO_get_mem_data(bio, &pem);
    assert_non_null(HMAC(EVP_sha256(), pem, pem_n, data.p, data.n, raw, &mac_n));
    BIO_free(bio);
    return mac_n;
  }
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  EVP_PKEY_CTX *pkey;
  const EVP_MD *hash = strcmp(algorithm, "ES384") == 0 ? EVP_sha384() : EVP_sha256();
  assert_int_equal(EVP_DigestSignInit(ctx, &pkey, hash, NULL, key), 1);
  if (strcmp(algorithm, "PS256") == 0) {
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, RSA_PSS_SALTLEN_DIGEST), 1);
  }
  assert_int_equal(EVP_DigestSign(ctx, der, &n, data.p, data.n), 1);
  EVP_MD_CTX_free(ctx);
  if (EVP_PKEY_is_a(key, "RSA")) {
    memcpy(raw, der, n);
    return n;
  }
  int half = EVP_PKEY_get_bits(key) / 8;
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)n);
  assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, half), half);
  assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + half, half), half);
  ECDSA_SIG_free(pair);
  return (size_t)half * 2;
}

/* The compact form of any header and payload, signed as `algorithm` says, whatever the header says. */
static inline void make_token(char token[TOKEN_BYTES], const char *header, const char *payload, const char *algorithm,
                              EVP_PKEY *key)
{
  struct writer w = writer_of(token, TOKEN_BYTES);
  uint8_t raw[1024];
  oidc_put_base64url(&w, span_str(header));
  put_u8(&w, '.');
  oidc_put_base64url(&w, span_str(payload));
  size_t n = sign(algorithm, key, writer_span(&w), raw);
  put_u8(&w, '.');
  oidc_put_base64url(&w, span_of(raw, n));
  put_u8(&w, '\0');
  assert_false(w.overflow);
}

static inline void assert_error(enum oidc_error got, enum oidc_error expected)
{
  assert_string_equal(oidc_error_code(got), oidc_error_code(expected));
}

#endif
