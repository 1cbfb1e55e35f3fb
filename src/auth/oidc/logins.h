/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign-ins that have gone to a provider and are to come back: each belongs to one browser and one provider, is good for ten
 * minutes, and once. When the table is full the oldest gives way, so that nobody can close it for all others. */
#ifndef TESTUDO_AUTH_OIDC_LOGINS_H
#define TESTUDO_AUTH_OIDC_LOGINS_H

#include "base/bytes.h"
#include "base/map.h"

#define OIDC_RANDOM_BYTES 32 /* of state, nonce and PKCE verifier: 256 bits each */
#define OIDC_RANDOM_TEXT 43
#define OIDC_BROWSER_BYTES 32
#define OIDC_LOGIN_S 600

struct oidc_login {
  uint8_t state_hash[32];   /* SHA-256: the state itself is known to the browser alone */
  uint8_t browser[OIDC_BROWSER_BYTES];
  uint8_t nonce[OIDC_RANDOM_BYTES];
  uint8_t verifier[OIDC_RANDOM_BYTES];
  uint64_t begun_s;
  uint8_t provider;
  bool open;
};

struct oidc_logins {
  struct oidc_login *at;    /* a ring: the next one takes the place of the oldest */
  size_t n, next;
  struct map by_state;
};

int oidc_logins_init(struct oidc_logins *l, size_t n, const struct random *random); /* ERR_NOMEM */
void oidc_logins_fini(struct oidc_logins *l);

/* Makes state, nonce and verifier; `state` is for the browser. The login stays the table's until the next call. */
int oidc_logins_add(struct oidc_logins *l, const struct random *random, uint8_t provider,
                    const uint8_t browser[OIDC_BROWSER_BYTES], uint64_t now_s, uint8_t state[OIDC_RANDOM_BYTES],
                    const struct oidc_login **login);

/* Takes the login out of the table, whatever becomes of it then. ERR_NOT_FOUND: unknown, used or too old. Wipe it. */
int oidc_logins_take(struct oidc_logins *l, struct span state_text, uint64_t now_s, struct oidc_login *login);

#endif
