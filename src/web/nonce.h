/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nonces for proofs (proof.h): random, each good for one request of one session within five minutes (A2).
 *
 * Fixed memory. A session has a shelf with two rings of LIMIT_SESSION_NONCES nonces; a new one takes the place of the
 * oldest of its ring. So no session can push out the nonces of another, and who has only the cookie of a session, and
 * asks again and again without a proof, cannot push out those that its owner got with a proof. Shelves are found by a
 * keyed hash of the session's id. When all are in use, one of those that were unused for longest goes: its owner asks
 * once more. */
#ifndef TESTUDO_WEB_NONCE_H
#define TESTUDO_WEB_NONCE_H

#include <stdint.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/random.h"
#include "base/slab.h"
#include "store/store.h"
#include "web/token.h"

#define NONCE_LIFETIME_US UINT64_C(300000000)

/* What the request had shown whose answer carries the nonce. */
enum nonce_kind { NONCE_UNPROVEN, NONCE_PROVEN };
#define NONCE_KINDS 2

struct nonces {
  struct slab shelves;
  struct map by_session; /* to the shelf's id, which has a generation */
  struct random random;
  uint32_t hand;         /* where nonces_tick goes on */
  uint64_t pushed_out;   /* shelves given up while all were in use: a counter for operators */
};

/* `sessions`: LIMIT_NONCE_SESSIONS, or fewer in tests. ERR_NOMEM. */
int nonces_init(struct nonces *t, uint32_t sessions, const struct random *random);
void nonces_fini(struct nonces *t);

void nonces_issue(struct nonces *t, uint64_t now_us, const struct uid *session, enum nonce_kind kind,
                  uint8_t nonce[TOKEN_BYTES]);

/* Takes the nonce for good. ERR_NOT_FOUND: unknown, used, too old, or of another session. */
int nonces_take(struct nonces *t, uint64_t now_us, const struct uid *session, const uint8_t nonce[TOKEN_BYTES]);

/* All of a session that has ended or got a new cookie. */
void nonces_forget(struct nonces *t, const struct uid *session);

/* Gives up shelves whose nonces are all too old: a part of the table each time. Call it about once a second. */
void nonces_tick(struct nonces *t, uint64_t now_us);

#endif
