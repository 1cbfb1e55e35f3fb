/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/aead.h"

#include <stdlib.h>
#include <string.h>
#include <sodium.h>

#include "proto/aead_backend.h"

/* In order of speed. */
static aead_starter *const all_starters[] = {
#ifdef TESTUDO_IPSEC_MB
  aead_ipsec_mb_start,
#endif
  aead_wolfssl_start,
};

int aead_backend_start(struct aead_backend *b, aead_starter *const *starters, size_t n)
{
  int err = ERR_UNSUPPORTED;
  for (size_t i = 0; i < n; i++) {
    *b = (struct aead_backend){0};
    err = starters[i](b);
    if (err != 0)
      continue;
    err = aead_self_test(b);
    if (err == 0)
      return 0;
    b->stop(b);
  }
  return err;
}

static int start_chosen(struct aead_backend *b, enum aead_choice choice)
{
  switch (choice) {
  case AEAD_FASTEST: return aead_backend_start(b, all_starters, sizeof all_starters / sizeof all_starters[0]);
  case AEAD_WOLFSSL: return aead_backend_start(b, (aead_starter *const[]){aead_wolfssl_start}, 1);
  case AEAD_IPSEC_MB:
#ifdef TESTUDO_IPSEC_MB
    return aead_backend_start(b, (aead_starter *const[]){aead_ipsec_mb_start}, 1);
#else
    break;
#endif
  }
  return ERR_UNSUPPORTED;
}

int aead_backend_new(struct aead_backend **out, enum aead_choice choice)
{
  struct aead_backend *b = calloc(1, sizeof *b);
  if (b == NULL)
    return ERR_NOMEM;
  int err = start_chosen(b, choice);
  if (err != 0) {
    free(b);
    return err;
  }
  *out = b;
  return 0;
}

void aead_backend_free(struct aead_backend *b)
{
  if (b == NULL)
    return;
  b->stop(b);
  free(b);
}

const char *aead_backend_name(const struct aead_backend *b)
{
  return b->name;
}

int aead_key_init(struct aead_key *key, const struct aead_backend *b, const uint8_t bytes[AEAD_KEY_BYTES])
{
  *key = (struct aead_key){.backend = b};
  int err = b->key_init(key, bytes);
  if (err != 0)
    sodium_memzero(key, sizeof *key);
  return err;
}

void aead_key_wipe(struct aead_key *key)
{
  if (key->backend != NULL)
    key->backend->key_release(key);
  sodium_memzero(key, sizeof *key);
}

/* What every use of a key must meet, whatever the backend. */
static int check_use(const struct aead_key *key, size_t aad_n, size_t n)
{
  if (key->backend == NULL)
    return ERR_STATE;
  return aad_n > AEAD_MESSAGE_BYTES || n > AEAD_MESSAGE_BYTES ? ERR_RANGE : 0;
}

int aead_seal(const struct aead_key *key, const uint8_t iv[AEAD_IV_BYTES], const uint8_t *aad, size_t aad_n,
              const uint8_t *in, size_t n, uint8_t *out, uint8_t tag[AEAD_TAG_BYTES])
{
  int err = check_use(key, aad_n, n);
  if (err != 0)
    return err;
  return key->backend->seal(key, iv, aad, aad_n, in, n, out, tag);
}

int aead_open(const struct aead_key *key, const uint8_t iv[AEAD_IV_BYTES], const uint8_t *aad, size_t aad_n,
              const uint8_t *in, size_t n, uint8_t *out, const uint8_t tag[AEAD_TAG_BYTES])
{
  int err = check_use(key, aad_n, n);
  if (err != 0)
    return err;
  err = key->backend->open(key, iv, aad, aad_n, in, n, out, tag);
  if (err != 0)
    memset(out, 0, n);
  return err;
}
