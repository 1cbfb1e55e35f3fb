/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The id_token (OpenID Connect Core 1.0, section 3.1.3.7): who signed in, in the provider's words. */
#ifndef TESTUDO_AUTH_OIDC_ID_TOKEN_H
#define TESTUDO_AUTH_OIDC_ID_TOKEN_H

#include <stdbool.h>

#include "auth/oidc/error.h"
#include "auth/oidc/jwks.h"
#include "base/bytes.h"
#include "base/limits.h"

#define OIDC_ISSUER_BYTES 256  /* with the zero, as all below */
#define OIDC_SUBJECT_BYTES 256
#define OIDC_EMAIL_BYTES 255
#define OIDC_NAME_BYTES (LIMIT_NAME_BYTES + 1)
#define OIDC_LEEWAY_S 120      /* by which clocks may differ */

/* A person is known by issuer and subject together, never by the address: that may change hands. */
struct oidc_identity {
  char issuer[OIDC_ISSUER_BYTES];
  char subject[OIDC_SUBJECT_BYTES];
  char email[OIDC_EMAIL_BYTES]; /* "": none, or no address that we take */
  bool email_verified;
  char name[OIDC_NAME_BYTES];   /* "": none, too long or with control characters; not checked for look-alikes */
};

struct oidc_expected {
  const char *issuer;
  const char *client_id;
  struct span nonce;   /* as text */
  uint32_t algorithms; /* bits 1 << enum jws_algorithm */
  uint64_t begun_s;    /* when this sign-in began: no token of it is older */
  uint64_t now_s;
};

/* All that an id_token must pass, in this order: form, algorithm, key, signature, claims. OIDC_UNKNOWN_KEY: new keys may
 * help. `identity` is valid only after OIDC_OK. */
enum oidc_error id_token_check(struct span token, const struct jwks *keys, const struct oidc_expected *expected,
                               struct oidc_identity *identity);

#endif
