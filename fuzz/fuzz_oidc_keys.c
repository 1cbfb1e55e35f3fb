/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a provider's set of keys: each key that was taken is of a kind that we know and of a size that we allow. */
#include <assert.h>
#include <sodium.h>

#include "auth/oidc/jwks.h"
#include "auth/oidc/openssl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct jwks keys = {0};
  if (jwks_parse(span_of(data, size), &keys) != 0) {
    assert(keys.n == 0);
    return 0;
  }
  assert(keys.n >= 1 && keys.n <= LIMIT_OIDC_KEYS);
  for (size_t i = 0; i < keys.n; i++) {
    int bits = EVP_PKEY_get_bits(keys.at[i].key);
    assert(keys.at[i].algorithms != 0 && keys.at[i].algorithms < 1u << JWS_ALGORITHMS);
    assert(keys.at[i].type != JWS_KEY_RSA || (bits >= 2048 && bits <= 4096));
    assert(keys.at[i].type != JWS_KEY_P256 || bits == 256);
    assert(keys.at[i].type != JWS_KEY_P384 || bits == 384);
  }
  jwks_fini(&keys);
  return 0;
}
