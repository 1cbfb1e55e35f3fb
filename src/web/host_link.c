/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/host_link.h"

#include <sodium.h>

void host_link_renew(struct host_link *link, const struct random *random, char text[TOKEN_TEXT + 1])
{
  uint8_t token[TOKEN_BYTES];
  random_fill(random, token, sizeof token);
  token_to_text(token, sizeof token, text);
  crypto_hash_sha256(link->hash, token, sizeof token);
  link->open = true;
  sodium_memzero(token, sizeof token);
}

int host_link_use(struct host_link *link, struct span text)
{
  uint8_t token[TOKEN_BYTES], hash[32];
  if (token_from_text(text, token, sizeof token) != 0)
    return ERR_NOT_FOUND;
  crypto_hash_sha256(hash, token, sizeof token);
  sodium_memzero(token, sizeof token);
  if (!link->open || sodium_memcmp(hash, link->hash, sizeof hash) != 0)
    return ERR_NOT_FOUND;
  link->open = false;
  return 0;
}
