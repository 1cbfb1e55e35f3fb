/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session is in the middle of, in memory alone and for ten minutes: a sign-in that waits for its second factor, a
 * TOTP secret that was shown and not yet confirmed. Lost at a restart, then the person begins again. */
#ifndef TESTUDO_WEB_API_SIGNINS_H
#define TESTUDO_WEB_API_SIGNINS_H

#include "base/random.h"
#include "store/store_people.h"

#define SIGNIN_LIFETIME_US UINT64_C(600000000)

struct signin {
  struct uid account; /* that has shown `factors`; none: no sign-in is under way */
  uint32_t factors;
  bool has_totp;      /* `totp` was shown to be set up */
  uint8_t totp[TOTP_SECRET_BYTES];
};

struct signins;

/* ERR_NOMEM. */
int signins_new(struct signins **signins, const struct random *random);
void signins_free(struct signins *s); /* NULL is fine */

/* The session's, or NULL: there is none, or it is too old. Until the next call of any function. */
struct signin *signins_get(struct signins *s, uint64_t now_us, const struct uid *session);

/* The session's, an empty one if need be; its ten minutes begin anew. When LIMIT_SIGNINS are under way the oldest gives
 * way. */
struct signin *signins_take(struct signins *s, uint64_t now_us, const struct uid *session);

/* Wipes it. */
void signins_forget(struct signins *s, const struct uid *session);

void signins_tick(struct signins *s, uint64_t now_us);

#endif
