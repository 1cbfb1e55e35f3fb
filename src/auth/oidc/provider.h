/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One provider: what it was configured with, what it said of itself, and how often it may be asked. */
#ifndef TESTUDO_AUTH_OIDC_PROVIDER_H
#define TESTUDO_AUTH_OIDC_PROVIDER_H

#include "auth/oidc/oidc.h"

#define OIDC_TEXT_BYTES 512  /* of a configured text, with the zero */
#define OIDC_METADATA_S 86400
#define OIDC_KEYS_S 3600     /* a key that the provider takes back is trusted no longer than that */

/* A bucket: `most` at once, then one every `every_s`. */
struct oidc_pace {
  uint64_t filled_s;
  uint32_t left;
};

struct oidc_provider {
  char issuer[OIDC_ISSUER_BYTES];
  char client_id[OIDC_TEXT_BYTES];
  char client_secret[OIDC_TEXT_BYTES];
  char redirect_uri[OIDC_URL_BYTES];
  char apple_team[OIDC_TEXT_BYTES];
  char apple_key_id[OIDC_TEXT_BYTES];
  bool form_post;
  struct evp_pkey_st *apple_key; /* or NULL */
  struct oidc_metadata metadata;
  uint64_t metadata_s;           /* when it was fetched; 0: never */
  struct jwks keys;
  uint64_t keys_s;
  struct oidc_pace metadata_pace; /* fetches of the description, */
  struct oidc_pace keys_pace;     /* and of keys because a token names an unknown one */
};

/* ERR_RANGE, ERR_CRYPTO as oidc_new. */
int oidc_provider_init(struct oidc_provider *p, const struct oidc_provider_config *config);
void oidc_provider_fini(struct oidc_provider *p);

bool oidc_metadata_is_fresh(const struct oidc_provider *p, uint64_t now_s);
bool oidc_keys_are_fresh(const struct oidc_provider *p, uint64_t now_s);

/* False: not now. */
bool oidc_may_fetch_metadata(struct oidc_provider *p, uint64_t now_s);
bool oidc_may_refetch_keys(struct oidc_provider *p, uint64_t now_s);

/* The authorization request (Core, section 3.1.2.1). ERR_LIMIT. */
int oidc_authorization_url(const struct oidc_provider *p, const struct oidc_login *login,
                           const uint8_t state[OIDC_RANDOM_BYTES], char url[OIDC_REDIRECT_BYTES]);

/* The token request (Core, section 3.1.3.1). ERR_LIMIT, ERR_CRYPTO. */
int oidc_token_request(const struct oidc_provider *p, const struct oidc_login *login, struct span code, uint64_t now_s,
                       struct oidc_request *request);

#endif
