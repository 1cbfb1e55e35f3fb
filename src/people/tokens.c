/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/tokens.h"

#include <sodium.h>

#include "base/random.h"

#define PREFIX_BYTES (sizeof API_KEY_PREFIX - 1)

static void make(size_t n, char *text, uint8_t hash[32])
{
  uint8_t bytes[SECRET_BYTES];
  random_fill(&random_system, bytes, n);
  token_to_text(bytes, n, text);
  crypto_hash_sha256(hash, bytes, n);
  sodium_memzero(bytes, sizeof bytes);
}

static int hash_of(struct span text, size_t n, uint8_t hash[32])
{
  uint8_t bytes[SECRET_BYTES];
  int err = token_from_text(text, bytes, n);
  if (err == 0)
    crypto_hash_sha256(hash, bytes, n);
  sodium_memzero(bytes, sizeof bytes);
  return err;
}

void link_token_make(char text[TOKEN_TEXT + 1], uint8_t hash[32])
{
  make(TOKEN_BYTES, text, hash);
}

int link_token_hash(struct span text, uint8_t hash[32])
{
  return hash_of(text, TOKEN_BYTES, hash);
}

void api_key_make(char text[API_KEY_TEXT + 1], uint8_t hash[32])
{
  memcpy(text, API_KEY_PREFIX, PREFIX_BYTES);
  make(SECRET_BYTES, text + PREFIX_BYTES, hash);
}

int api_key_hash(struct span text, uint8_t hash[32])
{
  struct span prefix;
  if (span_take(&text, PREFIX_BYTES, &prefix) != 0 || !span_equal(prefix, span_str(API_KEY_PREFIX)))
    return ERR_MALFORMED;
  return hash_of(text, SECRET_BYTES, hash);
}

void webhook_secret_write(const uint8_t secret[SECRET_BYTES], char text[WEBHOOK_SECRET_TEXT + 1])
{
  token_to_text(secret, SECRET_BYTES, text);
}
