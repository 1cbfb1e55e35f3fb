/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a sign-in failed. */
#ifndef TESTUDO_AUTH_OIDC_ERROR_H
#define TESTUDO_AUTH_OIDC_ERROR_H

enum oidc_error {
  OIDC_OK,
  OIDC_BUSY,             /* too many requests are under way, or too many were made of this provider */
  OIDC_UNREACHABLE,      /* the provider gave no answer, or one that is no 200 */
  OIDC_BAD_METADATA,     /* the provider's description is not acceptable, or of another issuer */
  OIDC_BAD_KEYS,
  OIDC_BAD_CALLBACK,     /* what the browser brought back cannot be read */
  OIDC_UNKNOWN_STATE,    /* made up, too old, or used before */
  OIDC_OTHER_BROWSER,    /* begun in another browser */
  OIDC_MIX_UP,           /* begun with another provider, or answered by another issuer */
  OIDC_DENIED,           /* the person said no */
  OIDC_PROVIDER_ERROR,   /* the provider ended the sign-in with an error of its own */
  OIDC_TOKEN_REFUSED,    /* the provider gave no token for the code */
  OIDC_BAD_ANSWER,       /* the answer with the token cannot be read */
  OIDC_BAD_TOKEN,        /* the id_token cannot be read */
  OIDC_BAD_ALGORITHM,    /* unsigned, or signed in a way that we or the provider do not allow */
  OIDC_UNKNOWN_KEY,      /* signed by a key that the provider does not publish, or that is not for this algorithm */
  OIDC_BAD_SIGNATURE,
  OIDC_WRONG_ISSUER,
  OIDC_WRONG_AUDIENCE,
  OIDC_WRONG_TIME,       /* expired, not yet valid, or older than this sign-in */
  OIDC_WRONG_NONCE,
  OIDC_BAD_CLAIMS,       /* a claim is missing, of a wrong type or too long */
  OIDC_INTERNAL,         /* our own: no memory, the cryptographic library */
  OIDC_ERRORS
};

/* A stable code for pages and logs: "oidc_unknown_state". */
const char *oidc_error_code(enum oidc_error error);

#endif
