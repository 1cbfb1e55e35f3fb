/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a provider says of itself (OpenID Connect Discovery 1.0, sections 3 and 4), as far as we need it. */
#ifndef TESTUDO_AUTH_OIDC_METADATA_H
#define TESTUDO_AUTH_OIDC_METADATA_H

#include <stdbool.h>

#include "auth/oidc/jws.h"
#include "base/bytes.h"

#define OIDC_URL_BYTES 1024 /* with the zero */

struct oidc_metadata {
  char authorization_endpoint[OIDC_URL_BYTES];
  char token_endpoint[OIDC_URL_BYTES];
  char jwks_uri[OIDC_URL_BYTES];
  uint32_t algorithms;   /* of id_tokens: bits 1 << enum jws_algorithm, those of our allow-list that it uses */
  bool basic, post;      /* how a client may show its secret at the token endpoint */
  bool says_issuer;      /* every authorization response names the issuer (RFC 9207) */
};

/* "ISSUER/.well-known/openid-configuration"; ERR_LIMIT. */
int oidc_metadata_url(const char *issuer, char url[OIDC_URL_BYTES]);

/* ERR_REFUSED: the document is of another issuer, byte for byte. ERR_UNSUPPORTED: an endpoint that is not https, no code
 * flow, PKCE without S256, no signature of our list, no way to show a secret. ERR_MALFORMED, ERR_LIMIT. */
int oidc_metadata_parse(struct span text, const char *issuer, struct oidc_metadata *m);

#endif
