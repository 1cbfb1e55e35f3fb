/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A provider's public keys (RFC 7517): RSA of 2048 to 4096 bits and EC on P-256 and P-384. Keys of other kinds, other
 * uses, or that are broken are passed over, as sets may hold any: they just verify nothing. */
#ifndef TESTUDO_AUTH_OIDC_JWKS_H
#define TESTUDO_AUTH_OIDC_JWKS_H

#include "auth/oidc/jws.h"
#include "base/limits.h"

struct jwk {
  char kid[JWS_KID_BYTES];
  enum jws_key_type type;
  uint32_t algorithms;      /* bits: what it may verify */
  struct evp_pkey_st *key;
};

struct jwks {
  size_t n;
  struct jwk at[LIMIT_OIDC_KEYS];
};

/* Makes a new set in `set` (which must be empty). ERR_UNSUPPORTED: no key that we can use. ERR_MALFORMED, ERR_LIMIT. */
int jwks_parse(struct span text, struct jwks *set);
void jwks_fini(struct jwks *set); /* empties it; again is fine */

/* The one key that may verify the token: by its name, or, when the token names none, the only one that fits.
 * ERR_NOT_FOUND: unknown, or of another kind than the algorithm's; ERR_REFUSED: more than one. */
int jwks_find(const struct jwks *set, const struct jws *jws, struct evp_pkey_st **key);

#endif
