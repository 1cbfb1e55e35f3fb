/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/session_rules.h"

#include <sodium.h>

#include "web/browser.h"

#define MINUTE_S 60u
#define HOUR_S (60u * MINUTE_S)
#define DAY_S (24u * HOUR_S)

struct session_times session_times_default(void)
{
  return (struct session_times){
    .idle_s = 12 * HOUR_S,
    .lock_s = 30 * MINUTE_S,
    .absolute_s = 14 * DAY_S,
    .guest_s = 24 * HOUR_S,
    .step_up_s = 5 * MINUTE_S,
  };
}

const struct session_outcome *session_outcome(enum session_decision decision)
{
  static const struct session_outcome outcomes[SESSION_DECISIONS] = {
    [SESSION_GOOD] = {.nonce = true, .proven = true, .touch = true},
    /* The cookie stays: it may be the one before a sign-in, on its way while the browser already has the new one. */
    [SESSION_UNKNOWN] = {.status = 401, .code = "no_session",
                         .detail = "This browser is not known here, or its session has ended. Please sign in again."},
    [SESSION_EXPIRED] = {.status = 401, .code = "session_expired", .clear_cookie = true, .remove = true,
                         .detail = "This session has ended because it was too old or not used. Please sign in again."},
    [SESSION_NO_NONCE] = {.status = 401, .code = "use_nonce", .nonce = true,
                          .detail = "Sign the request with the nonce of this answer and send it once more."},
    [SESSION_BAD_PROOF] = {.status = 400, .code = "bad_proof", .nonce = true,
                           .detail = "The header Testudo-Proof or what it signs is not well formed."},
    [SESSION_COPIED] = {.status = 401, .code = "cookie_copied", .clear_cookie = true, .remove = true,
                        .notice = "cookie_copied",
                        .detail = "The session was used with another key than its own, so it has ended. Please sign in "
                                  "again."},
    [SESSION_LOCKED] = {.status = 403, .code = "session_locked", .nonce = true, .proven = true,
                        .detail = "The session was not used for a while. Please show that it is still you."},
    [SESSION_TROUBLE] = {.status = 503, .code = "try_again", .nonce = true,
                         .detail = "The server could not check the request. Please try again later."},
  };
  return &outcomes[decision];
}

/* --- time --- */

static bool is_guest(const struct session *s)
{
  return uid_is_none(&s->account);
}

static uint64_t age_s(uint64_t since_s, uint64_t now_s)
{
  return now_s > since_s ? now_s - since_s : 0;
}

bool session_is_expired(const struct session_times *times, const struct session *s, uint64_t now_s)
{
  if (is_guest(s))
    return age_s(s->created_s, now_s) >= times->guest_s;
  return age_s(s->used_s, now_s) >= times->idle_s || age_s(s->signed_in_s, now_s) >= times->absolute_s;
}

bool session_is_locked(const struct session_times *times, const struct session *s, uint64_t now_s)
{
  return !is_guest(s) && times->lock_s != 0 && age_s(s->used_s, now_s) >= times->lock_s;
}

/* A time in the future is none that a factor was shown at. */
bool session_is_confirmed(const struct session_times *times, const struct session *s, uint64_t now_s)
{
  return s->confirmed_s != 0 && s->confirmed_s <= now_s && now_s - s->confirmed_s < times->step_up_s;
}

bool session_factors_are_two(uint32_t factors)
{
  const uint32_t seconds = FACTOR_TOTP | FACTOR_RECOVERY;
  return (factors & FACTOR_PASSKEY) != 0 || ((factors & seconds) != 0 && (factors & ~seconds) != 0);
}

/* --- one request --- */

static enum session_decision decision_of_error(int err)
{
  switch (err) {
  case ERR_AUTH: return SESSION_COPIED;
  case ERR_MALFORMED:
  case ERR_LIMIT: return SESSION_BAD_PROOF;
  default: return SESSION_TROUBLE;
  }
}

/* The signature comes before the nonce: a wrong one tells of a copied cookie with whatever nonce, and must not be able
 * to use up one of the owner's. */
static enum session_decision check_proof(struct nonces *nonces, const struct session *s,
                                         const struct session_question *q)
{
  struct proof proof;
  if (q->proof.n == 0)
    return SESSION_NO_NONCE;
  int err = proof_parse(q->proof, &proof);
  if (err == 0)
    err = proof_verify(&proof, s->key, &q->request);
  if (err != 0)
    return decision_of_error(err);
  return nonces_take(nonces, q->now_us, &s->id, proof.nonce) == 0 ? SESSION_GOOD : SESSION_NO_NONCE;
}

enum session_decision session_check(const struct session_times *times, struct nonces *nonces,
                                    const struct session *session, const struct session_question *question)
{
  if (session == NULL)
    return SESSION_UNKNOWN;
  if (session_is_expired(times, session, question->now_s))
    return SESSION_EXPIRED;
  enum session_decision decision = check_proof(nonces, session, question);
  if (decision == SESSION_GOOD && session_is_locked(times, session, question->now_s))
    return SESSION_LOCKED;
  return decision;
}

/* --- beginnings --- */

static void give_cookie(struct session *s, const struct random *random, char secret[SECRET_TEXT + 1])
{
  struct browser browser;
  browser_new(random, secret, &browser);
  _Static_assert(sizeof browser.hash == sizeof s->cookie_hash, "a cookie's hash");
  memcpy(s->cookie_hash, browser.hash, sizeof s->cookie_hash);
}

void session_begin(struct session *s, const struct random *random, const uint8_t key[SESSION_KEY_BYTES],
                   uint64_t now_s, char secret[SECRET_TEXT + 1])
{
  *s = (struct session){.created_s = now_s, .used_s = now_s};
  memcpy(s->key, key, sizeof s->key);
  give_cookie(s, random, secret);
}

void session_sign_in(struct session *s, const struct random *random, const struct uid *account, uint32_t factors,
                     uint64_t now_s, char secret[SECRET_TEXT + 1])
{
  s->account = *account;
  memset(s->email, 0, sizeof s->email);
  s->factors = factors;
  s->used_s = s->signed_in_s = s->confirmed_s = now_s;
  give_cookie(s, random, secret);
}

void session_verify(struct session *s, const struct random *random, const char *email, uint32_t factor, uint64_t now_s,
                    char secret[SECRET_TEXT + 1])
{
  memset(s->email, 0, sizeof s->email);
  memcpy(s->email, email, strnlen(email, sizeof s->email - 1));
  s->factors = factor;
  s->used_s = now_s;
  give_cookie(s, random, secret);
}

void session_confirm(struct session *s, uint32_t factors, uint64_t now_s)
{
  s->factors |= factors;
  s->used_s = s->confirmed_s = now_s;
}
