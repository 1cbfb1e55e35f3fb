/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/password.h"

#include <errno.h>
#include <sodium.h>

_Static_assert(PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "the store keeps libsodium's strings");

const struct password_cost password_cost_default = {.passes = 3, .memory_bytes = 64u << 20};

int passwords_init(struct passwords *p, const struct password_cost *cost, const struct random *random)
{
  uint8_t nobody_knows[32];
  *p = (struct passwords){.cost = *cost};
  random_fill(random, nobody_knows, sizeof nobody_knows);
  int err = password_hash(p, span_of(nobody_knows, sizeof nobody_knows), p->decoy);
  sodium_memzero(nobody_knows, sizeof nobody_knows);
  return err;
}

int password_hash(const struct passwords *p, struct span password, char hash[PASSWORD_HASH_BYTES])
{
  if (password.n > LIMIT_PASSWORD_BYTES)
    return ERR_RANGE;
  memset(hash, 0, PASSWORD_HASH_BYTES);
  const char *bytes = password.n > 0 ? (const char *)password.p : "";
  return crypto_pwhash_str_alg(hash, bytes, password.n, p->cost.passes, p->cost.memory_bytes,
                               crypto_pwhash_ALG_ARGON2ID13) == 0 ? 0 : ERR_CRYPTO;
}

/* The library says "wrong" and "no memory" with one value; only errno tells. */
static int verify(const char *hash, struct span password)
{
  const char *bytes = password.n > 0 ? (const char *)password.p : "";
  errno = 0;
  if (crypto_pwhash_str_verify(hash, bytes, password.n) == 0)
    return 0;
  return errno == ENOMEM ? ERR_CRYPTO : ERR_AUTH;
}

int password_verify(const struct passwords *p, const char *hash, struct span password)
{
  if (password.n > LIMIT_PASSWORD_BYTES)
    return ERR_RANGE;
  bool known = hash != NULL && hash[0] != '\0';
  int err = verify(known ? hash : p->decoy, password);
  return err == 0 && !known ? ERR_AUTH : err;
}

bool password_is_stale(const struct passwords *p, const char *hash)
{
  return crypto_pwhash_str_needs_rehash(hash, p->cost.passes, p->cost.memory_bytes) != 0;
}
