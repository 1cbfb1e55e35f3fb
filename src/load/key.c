/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/key.h"

#include <sodium.h>

#include "web/openssl.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#define POINT_BYTES (1 + SESSION_KEY_BYTES) /* SEC 1, section 2.3.3, not compressed */
#define DER_BYTES 80                        /* a signature of P-256 has at most 72 */
#define HALF (PROOF_SIGNATURE_BYTES / 2)

int load_key_new(struct load_key *k)
{
  uint8_t point[POINT_BYTES];
  size_t n = 0;
  k->pair = EVP_EC_gen("P-256");
  if (k->pair == NULL || EVP_PKEY_get_octet_string_param(k->pair, "pub", point, sizeof point, &n) != 1 ||
      n != sizeof point) {
    load_key_free(k);
    return ERR_CRYPTO;
  }
  memcpy(k->point, point + 1, sizeof k->point);
  return 0;
}

void load_key_free(struct load_key *k)
{
  EVP_PKEY_free(k->pair);
  *k = (struct load_key){0};
}

/* token_to_text ends at SECRET_BYTES, which is all that the server gives out. */
static void to_text(const uint8_t *bytes, size_t n, char *text)
{
  (void)sodium_bin2base64(text, sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING), bytes, n,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void load_key_text(const struct load_key *k, char text[PROOF_KEY_TEXT + 1])
{
  to_text(k->point, sizeof k->point, text);
}

/* r and s as 32 bytes each, from what OpenSSL makes. */
static int signature_from_der(const uint8_t *der, size_t n, uint8_t signature[PROOF_SIGNATURE_BYTES])
{
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)n);
  bool good = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, HALF) == HALF &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + HALF, HALF) == HALF;
  ECDSA_SIG_free(pair);
  return good ? 0 : ERR_CRYPTO;
}

static int sign_text(const struct load_key *k, struct span text, uint8_t signature[PROOF_SIGNATURE_BYTES])
{
  uint8_t der[DER_BYTES];
  size_t n = sizeof der;
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  int err = ERR_CRYPTO;
  if (ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, k->pair) == 1 &&
      EVP_DigestSign(ctx, der, &n, text.p, text.n) == 1)
    err = signature_from_der(der, n, signature);
  EVP_MD_CTX_free(ctx);
  return err;
}

int load_key_prove(const struct load_key *k, const struct proof_request *request, const uint8_t nonce[TOKEN_BYTES],
                   struct writer *w)
{
  uint8_t text[PROOF_TEXT_BYTES], signature[PROOF_SIGNATURE_BYTES];
  char nonce_text[TOKEN_TEXT + 1], signature_text[PROOF_SIGNATURE_TEXT + 1];
  struct writer signed_text = writer_of(text, sizeof text);
  int err = proof_put_text(&signed_text, request, nonce);
  if (err == 0)
    err = sign_text(k, writer_span(&signed_text), signature);
  if (err != 0)
    return err;
  token_to_text(nonce, TOKEN_BYTES, nonce_text);
  to_text(signature, sizeof signature, signature_text);
  put_fmt(w, "v1 %s %s", nonce_text, signature_text);
  return 0;
}
