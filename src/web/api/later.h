/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers that come later: when a password was hashed, or another server has answered. The endpoint puts the answer off
 * and returns; the rest is done in a function that gets the request's context again, with the session read anew, since it
 * may have ended meanwhile. When the browser has gone, or its session, that function is not called: nobody is signed in
 * who does not wait for it. */
#ifndef TESTUDO_WEB_API_LATER_H
#define TESTUDO_WEB_API_LATER_H

#include "web/api/context.h"

struct later;

struct later_news {
  const struct pool_result *hashed;      /* or NULL */
  int err;                               /* of the other server: 0, or ERR_CLOSED with answer NULL */
  const struct outbound_answer *answer;  /* or NULL */
};

/* What an endpoint keeps for the second half, wiped at its end. */
struct later_state {
  struct uid account;
  uint64_t number;       /* a task, a provider, ... */
  struct guard_try attempt;
  char email[EMAIL_BYTES];
  char name[NAME_BYTES];
  uint8_t password[32];  /* a hash of the stored one that is compared with */
};

/* Gives the answer, or puts it off once more with the same `l`. */
typedef void (*later_continue)(struct context *c, struct later *l, const struct later_news *news);

int laters_init(struct api *a);
void laters_fini(struct api *a);

/* Puts the answer off. `state` is copied. NULL when LIMIT_LATERS wait: the refusal was given. */
struct later *later_begin(struct context *c, later_continue next, const struct later_state *state);

struct later_state *later_state_of(struct later *l);

/* What is waited for, one at a time. When it cannot begin (ERR_LIMIT, ERR_CLOSED, ...) nothing is put off any more: the
 * caller gives a refusal. */
int later_hash(struct context *c, struct later *l, struct span password);
int later_verify(struct context *c, struct later *l, const char *hash, struct span password);
int later_fetch(struct context *c, struct later *l, const struct ipc_fetch *fetch, later_continue next);

/* A password was hashed. */
void later_hashed(struct api *a, struct api_time time, const struct pool_result *result);

#endif
