/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Open challenges: one for each session, for one purpose, for 5 minutes, taken out by the first answer. */
#ifndef TESTUDO_AUTH_PASSKEY_CHALLENGE_H
#define TESTUDO_AUTH_PASSKEY_CHALLENGE_H

#include <stdint.h>

#include "auth/passkey/client_data.h"
#include "base/map.h"
#include "base/random.h"
#include "base/slab.h"

#define CHALLENGE_LIFETIME_US (300 * 1000000ull)
#define CHALLENGE_SESSION 32

enum challenge_purpose { CHALLENGE_REGISTER, CHALLENGE_SIGN_IN };

struct challenges {
  struct slab slab;
  struct map by_session;
  struct random random;
};

/* ERR_NOMEM. */
int challenges_init(struct challenges *c, const struct random *random);
void challenges_fini(struct challenges *c);

/* A new challenge in place of an earlier one of the session. When LIMIT_PASSKEY_CHALLENGES are open the oldest one
 * makes room. `session` is any 32 bytes that name it, such as a hash of its secret. ERR_LIMIT never with memory intact. */
int challenges_open(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                    enum challenge_purpose purpose, uint8_t challenge[CHALLENGE_BYTES]);

/* Takes it out for good, whatever comes of it. ERR_NOT_FOUND: none, too old, or for another purpose. */
int challenges_take(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                    enum challenge_purpose purpose, uint8_t challenge[CHALLENGE_BYTES]);

#endif
