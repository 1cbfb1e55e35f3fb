/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <string.h>
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

#include "proto/aead_backend.h"

static_assert(sizeof(Aes) <= AEAD_SCHEDULE_BYTES, "wolfSSL's Aes must fit into a key: raise AEAD_SCHEDULE_BYTES");

/* wolfSSL asks for a changeable Aes also where it only reads it; a backend and its keys are for one thread anyway. */
static Aes *aes_of(const struct aead_key *key)
{
  return (Aes *)(void *)key->schedule;
}

static int key_init(struct aead_key *key, const uint8_t bytes[AEAD_KEY_BYTES])
{
  Aes *aes = aes_of(key);
  if (wc_AesInit(aes, NULL, INVALID_DEVID) != 0)
    return ERR_CRYPTO;
  if (wc_AesGcmSetKey(aes, bytes, AEAD_KEY_BYTES) != 0) {
    wc_AesFree(aes);
    return ERR_CRYPTO;
  }
  return 0;
}

static void key_release(struct aead_key *key)
{
  wc_AesFree(aes_of(key));
}

/* wolfSSL's AVX2 code reads 16 bytes where a nonce of 12 lies. */
struct nonce {
  uint8_t bytes[16];
};

static struct nonce nonce_of(const uint8_t *iv)
{
  struct nonce n = {0};
  memcpy(n.bytes, iv, AEAD_IV_BYTES);
  return n;
}

static int seal_message(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n,
                        const uint8_t *in, size_t n, uint8_t *out, uint8_t *tag)
{
  struct nonce nonce = nonce_of(iv);
  int r = wc_AesGcmEncrypt(aes_of(key), out, in, (word32)n, nonce.bytes, AEAD_IV_BYTES, tag, AEAD_TAG_BYTES, aad,
                           (word32)aad_n);
  return r == 0 ? 0 : ERR_CRYPTO;
}

static int open_message(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n,
                        const uint8_t *in, size_t n, uint8_t *out, const uint8_t *tag)
{
  struct nonce nonce = nonce_of(iv);
  int r = wc_AesGcmDecrypt(aes_of(key), out, in, (word32)n, nonce.bytes, AEAD_IV_BYTES, tag, AEAD_TAG_BYTES, aad,
                           (word32)aad_n);
  if (r == WC_NO_ERR_TRACE(AES_GCM_AUTH_E))
    return ERR_AUTH;
  return r == 0 ? 0 : ERR_CRYPTO;
}

static void stop(struct aead_backend *b)
{
  (void)b; /* nothing but the keys, and they are their owners' */
}

int aead_wolfssl_start(struct aead_backend *b)
{
  *b = (struct aead_backend){.name = "wolfssl",
                             .stop = stop,
                             .key_init = key_init,
                             .key_release = key_release,
                             .seal = seal_message,
                             .open = open_message};
  return 0;
}
