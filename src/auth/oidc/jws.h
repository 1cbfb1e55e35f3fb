/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed tokens in compact form (RFC 7515, section 7.1). What is not in the list of algorithms does not exist here: no
 * "none", no HMAC. Keys that a token brings itself (jwk, jku, x5c, x5u) are never looked at. */
#ifndef TESTUDO_AUTH_OIDC_JWS_H
#define TESTUDO_AUTH_OIDC_JWS_H

#include <stdbool.h>

#include "base/bytes.h"

struct evp_pkey_st;

enum jws_algorithm { JWS_RS256, JWS_PS256, JWS_ES256, JWS_ES384, JWS_ALGORITHMS };
enum jws_key_type { JWS_KEY_RSA, JWS_KEY_P256, JWS_KEY_P384 };

#define JWS_KID_BYTES 256 /* with the zero */

struct jws {
  enum jws_algorithm algorithm;
  char kid[JWS_KID_BYTES]; /* "": the token names no key */
  struct span payload;     /* base64url, not yet verified */
  struct span signature;   /* base64url */
  struct span signed_part; /* header and payload with the dot between */
};

const char *jws_algorithm_name(enum jws_algorithm algorithm); /* "RS256" */
enum jws_key_type jws_key_type_of(enum jws_algorithm algorithm);

/* Spans point into `token`. ERR_UNSUPPORTED: an algorithm outside the list, a critical extension, a type that is no JWT.
 * ERR_MALFORMED, ERR_LIMIT (more than LIMIT_OIDC_TOKEN bytes). */
int jws_parse(struct span token, struct jws *jws);

/* ERR_AUTH: the signature is wrong or of a wrong length. The key must be of jws_key_type_of(jws->algorithm). */
int jws_verify(const struct jws *jws, struct evp_pkey_st *key);

/* Appends the compact form, signed by a P-256 key with ES256. ERR_CRYPTO, ERR_LIMIT. */
int jws_sign_es256(struct writer *w, struct span header, struct span payload, struct evp_pkey_st *key);

#endif
