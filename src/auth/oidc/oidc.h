/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign-in by OpenID Connect (Core 1.0): the relying party as a state machine without sockets. The code flow with PKCE
 * (RFC 7636), state and nonce, each 256 bits, bound to the browser, for ten minutes and once; no other flow exists.
 *
 * Each call fills a step that says what comes next: fetch this and feed the answer, send the browser there, this is the
 * person, or it failed. What a step holds is its own (secrets, too: oidc_step_wipe).
 *
 *   oidc_begin    -> OIDC_FETCH (its description, at first and once a day) or OIDC_REDIRECT
 *   oidc_callback -> OIDC_FETCH (the token)
 *   oidc_feed     -> OIDC_FETCH (its keys, at first, once an hour, and at an unknown key), OIDC_REDIRECT or OIDC_IDENTITY
 *
 * The callback must be called from a request that carries the browser's own proof. A SameSite=Strict cookie does not come
 * along when the provider leads the browser back (and Apple does it by a POST from its own site), so the redirect address
 * should be a page that brings the parameters here by a same-origin request.
 *
 * Against mix-up (RFC 9700, section 4.4): every provider has a redirect address of its own, the login remembers its provider,
 * and the issuer in the response (RFC 9207) and in the token must be that provider's. */
#ifndef TESTUDO_AUTH_OIDC_OIDC_H
#define TESTUDO_AUTH_OIDC_OIDC_H

#include "auth/oidc/error.h"
#include "auth/oidc/id_token.h"
#include "auth/oidc/logins.h"
#include "auth/oidc/metadata.h"
#include "base/random.h"

#define OIDC_BODY_BYTES 8192
#define OIDC_AUTHORIZATION_BYTES 2048
#define OIDC_REDIRECT_BYTES 4096

/* All texts are copied by oidc_new; ASCII without spaces. */
struct oidc_provider_config {
  const char *issuer;        /* "https://accounts.google.com", exactly as the provider writes it */
  const char *client_id;
  const char *client_secret; /* or NULL with apple_key */
  const char *redirect_uri;  /* exactly as it is registered with the provider; no two providers share one */
  bool form_post;            /* the provider answers by a POST from its site (response_mode=form_post) */
  struct span apple_key;     /* PEM of a P-256 private key: the client's secret is a token signed with it (ES256) */
  const char *apple_team;    /* with apple_key: "iss" of that token, */
  const char *apple_key_id;  /* and the key's name */
};

/* Sets issuer and form_post of the presets "google" and "apple"; ERR_NOT_FOUND for any other name. */
int oidc_preset(const char *name, struct oidc_provider_config *provider);

/* As struct ipc_fetch has it: a POST's body is application/x-www-form-urlencoded. Redirects must not be followed. */
struct oidc_request {
  bool post;
  char url[OIDC_URL_BYTES];
  char authorization[OIDC_AUTHORIZATION_BYTES]; /* the header's value; "": none */
  char body[OIDC_BODY_BYTES];
};

struct oidc_response {
  unsigned status;  /* of HTTP; 0: there was no answer */
  struct span body; /* up to LIMIT_OIDC_RESPONSE bytes */
};

enum oidc_step_kind { OIDC_FETCH, OIDC_REDIRECT, OIDC_IDENTITY, OIDC_FAILED };

struct oidc_step {
  enum oidc_step_kind kind;
  uint64_t task; /* of OIDC_FETCH: for oidc_feed */
  union {
    struct oidc_request request;
    char redirect[OIDC_REDIRECT_BYTES];
    struct oidc_identity identity;
    enum oidc_error error;
  };
};

struct oidc_stats {
  uint64_t begun, signed_in, failed[OIDC_ERRORS];
};

struct oidc;

/* A provider's number is its place in the list. ERR_RANGE: a text is missing, too long, or no https address; ERR_STATE: two
 * providers share an issuer or a redirect address; ERR_CRYPTO: the Apple key is no P-256 private key; ERR_LIMIT: more than
 * LIMIT_OIDC_PROVIDERS; ERR_NOMEM. `random` is copied. */
int oidc_new(struct oidc **oidc, const struct oidc_provider_config *providers, size_t n, const struct random *random);
void oidc_free(struct oidc *oidc); /* NULL is fine */

/* `browser` is the hash by which the browser is known; the same must come with the callback. A provider's number that does
 * not exist fails with OIDC_MIX_UP. */
void oidc_begin(struct oidc *oidc, size_t provider, const uint8_t browser[OIDC_BROWSER_BYTES], uint64_t now_s,
                struct oidc_step *step);

/* `parameters`: the query of the redirect address (without '?'), or the body of the POST. `provider` is told by the
 * address at which the browser came back. What can be read uses up the state in it, whatever the result. */
void oidc_callback(struct oidc *oidc, size_t provider, struct span parameters, const uint8_t browser[OIDC_BROWSER_BYTES],
                   uint64_t now_s, struct oidc_step *step);

/* The answer to a fetch. A task that is unknown or was fed already fails with OIDC_UNKNOWN_STATE; one that is not fed
 * within a minute is forgotten. */
void oidc_feed(struct oidc *oidc, uint64_t task, const struct oidc_response *response, uint64_t now_s,
               struct oidc_step *step);

void oidc_step_wipe(struct oidc_step *step);

const struct oidc_stats *oidc_stats(const struct oidc *oidc);

#endif
