/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/cert.h"

#include <sodium.h>
#include <stdlib.h>

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>

#define DER_MAX 512 /* ours have about 300 bytes */
#define KEY_MAX 160 /* 121 */
#define P256_BYTES 32
#define DAYS_VALID 30
#define SUBJECT "testudo"

struct cert {
  size_t der_n, key_n;
  uint8_t fingerprint[CERT_FINGERPRINT];
  uint8_t der[DER_MAX];
  uint8_t key[KEY_MAX];
};

static int export_key(struct cert *c, ecc_key *key)
{
  int n = wc_EccKeyToDer(key, c->key, sizeof c->key);
  if (n <= 0)
    return ERR_CRYPTO;
  c->key_n = (size_t)n;
  return 0;
}

/* Writes and signs the certificate; wolfSSL fills in a random serial number and the dates. */
static int sign(struct cert *c, ecc_key *key, WC_RNG *rng)
{
  Cert x509;
  if (wc_InitCert(&x509) != 0)
    return ERR_CRYPTO;
  x509.sigType = CTC_SHA256wECDSA;
  x509.daysValid = DAYS_VALID;
  memcpy(x509.subject.commonName, SUBJECT, sizeof SUBJECT);
  int n = wc_MakeCert(&x509, c->der, sizeof c->der, NULL, key, rng);
  if (n > 0)
    n = wc_SignCert(x509.bodySz, x509.sigType, c->der, sizeof c->der, NULL, key, rng);
  if (n <= 0)
    return ERR_CRYPTO;
  c->der_n = (size_t)n;
  return 0;
}

static int make(struct cert *c, WC_RNG *rng)
{
  ecc_key key;
  if (wc_ecc_init(&key) != 0)
    return ERR_CRYPTO;
  int err = wc_ecc_make_key_ex(rng, P256_BYTES, &key, ECC_SECP256R1) == 0 ? 0 : ERR_CRYPTO;
  if (err == 0)
    err = export_key(c, &key);
  if (err == 0)
    err = sign(c, &key, rng);
  wc_ecc_free(&key); /* wipes it */
  return err;
}

int cert_new(struct cert **out)
{
  WC_RNG rng;
  struct cert *c = calloc(1, sizeof *c);
  if (c == NULL)
    return ERR_NOMEM;
  int err = wc_InitRng(&rng) == 0 ? 0 : ERR_CRYPTO;
  if (err == 0) {
    err = make(c, &rng);
    wc_FreeRng(&rng);
  }
  if (err != 0) {
    cert_free(c);
    return err;
  }
  (void)crypto_hash_sha256(c->fingerprint, c->der, c->der_n);
  *out = c;
  return 0;
}

void cert_free(struct cert *c)
{
  if (c == NULL)
    return;
  sodium_memzero(c, sizeof *c);
  free(c);
}

const uint8_t *cert_fingerprint(const struct cert *c)
{
  return c->fingerprint;
}

struct span cert_der(const struct cert *c)
{
  return span_of(c->der, c->der_n);
}

struct span cert_key_der(const struct cert *c)
{
  return span_of(c->key, c->key_n);
}

void cert_fingerprint_text(const uint8_t fingerprint[CERT_FINGERPRINT], char text[CERT_FINGERPRINT_TEXT])
{
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < CERT_FINGERPRINT; i++) {
    text[3 * i] = digits[fingerprint[i] >> 4];
    text[3 * i + 1] = digits[fingerprint[i] & 15];
    text[3 * i + 2] = ':';
  }
  text[CERT_FINGERPRINT_TEXT - 1] = '\0';
}
