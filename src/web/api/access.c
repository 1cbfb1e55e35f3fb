/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/access.h"

#include <sodium.h>

#include "web/api/sessions.h"

/* A lecture hall behind one address joins within seconds, with half a dozen requests each; guessing 128 bits takes no
 * notice of it. */
static const struct rate address_rate = {.burst = 1200, .per_second = 100};
static const struct rate key_rate = {.burst = 60, .per_second = 10};

#define TOUCH_AFTER_S 60 /* a session's use is written down no more often */

static const char *method_text(enum http_method method)
{
  static const char *const texts[] = {
    [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = ""};
  return texts[method];
}

static bool changes_something(const struct context *c)
{
  return c->request->method != HTTP_GET && c->request->method != HTTP_HEAD;
}

static bool refuse_too_many(struct context *c)
{
  c->response->retry_after_s = 1;
  answer_refusal(c->response, 429, "too_many", "Too many requests. Please wait a moment.");
  return false;
}

static bool refuse_origin(struct context *c)
{
  answer_refusal(c->response, 403, "bad_origin", "This request did not come from a page of this server.");
  return false;
}

static bool admit_address(struct context *c)
{
  return rate_table_take(&c->api->rates, &c->request->from, address_rate, c->time.now_us) || refuse_too_many(c);
}

/* What changes something comes from a page of ours; what reads has no Origin in most browsers, but never a foreign one. */
static bool admit_own_origin(struct context *c)
{
  uint8_t index;
  if (!changes_something(c) && c->request->origin.n == 0)
    return true;
  return origins_find(&c->api->origins, c->request->origin, &index) == 0 || refuse_origin(c);
}

/* --- programs --- */

#define BEARER "Bearer "
#define KEY_PREFIX "tk_"

int access_key_of(const struct api *a, struct span authorization, struct api_key *key)
{
  struct span text = authorization, part;
  uint8_t secret[SECRET_BYTES], hash[32];
  if (span_take(&text, strlen(BEARER KEY_PREFIX), &part) != 0 || !span_equal(part, span_str(BEARER KEY_PREFIX)) ||
      token_from_text(text, secret, sizeof secret) != 0)
    return ERR_NOT_FOUND;
  crypto_hash_sha256(hash, secret, sizeof secret);
  sodium_memzero(secret, sizeof secret);
  return store_key_find(a->store, hash, key);
}

static bool take_key_rate(struct context *c)
{
  return rate_take(&c->api->key_rates[rate_place(&c->key.id)], key_rate, c->time.now_us) || refuse_too_many(c);
}

void access_tell_origin(struct context *c)
{
  const struct origins *cors = &c->api->site.cors;
  uint8_t index;
  if (origins_find(cors, c->request->origin, &index) == 0)
    c->response->allow_origin = cors->text[index];
}

/* A page of another origin may use a key only where it is listed; programs that are no browsers send no Origin. */
static bool admit_key_origin(struct context *c)
{
  uint8_t index;
  if (c->request->origin.n == 0 || c->response->allow_origin != NULL)
    return true;
  return origins_find(&c->api->origins, c->request->origin, &index) == 0 || refuse_origin(c);
}

/* A key is worth what its administrator is: nothing, when that account is none any more. One that was made on the command
 * line is nobody's. */
static int check_key_owner(struct context *c)
{
  struct account owner;
  if (uid_is_none(&c->key.owner))
    return 0;
  int err = store_account_get(c->api->store, &c->key.owner, &owner);
  if (err == 0 && (owner.disabled || owner.role != ACCOUNT_ADMIN))
    err = ERR_NOT_FOUND;
  sodium_memzero(&owner, sizeof owner);
  return err;
}

static bool admit_key(struct context *c)
{
  access_tell_origin(c);
  if (!admit_key_origin(c))
    return false;
  int err = access_key_of(c->api, c->request->authorization, &c->key);
  if (err == 0)
    err = check_key_owner(c);
  if (err != 0 && err != ERR_NOT_FOUND) {
    refuse_trouble(c);
    return false;
  }
  if (err != 0) {
    answer_refusal(c->response, 401, "bad_key", "This key is unknown or was revoked.");
    return false;
  }
  c->by = ASKED_BY_KEY;
  if (!take_key_rate(c))
    return false;
  if ((c->key.scopes & c->route->scope) == 0) {
    answer_refusal(c->response, 403, "scope_missing", "This key is not for requests of this kind.");
    return false;
  }
  if (c->time.now_s - c->key.used_s >= TOUCH_AFTER_S)
    (void)store_key_touch(c->api->store, &c->key.id, c->time.now_s);
  return true;
}

/* --- sessions --- */

int access_session_of_cookie(const struct api *a, struct span cookies, struct session *session)
{
  struct browser browser;
  if (browser_from_cookies(cookies, &browser) != 0)
    return ERR_NOT_FOUND;
  return store_session_by_cookie(a->store, browser.hash, session);
}

static enum session_decision decide(struct context *c)
{
  const struct http_request *q = c->request;
  uint8_t target[PROOF_TEXT_BYTES];
  struct writer w = writer_of(target, sizeof target);
  int err = access_session_of_cookie(c->api, q->cookie, &c->session);
  if (err != 0)
    return err == ERR_NOT_FOUND ? SESSION_UNKNOWN : SESSION_TROUBLE;
  proof_put_target(&w, q->path, q->argument, q->arguments);
  const struct session_question question = {
    .proof = q->proof,
    .request = {.method = span_str(method_text(q->method)), .target = writer_span(&w), .body = q->body,
                .origin = span_str(c->api->origins.text[c->origin])},
    .now_us = c->time.now_us,
    .now_s = c->time.now_s,
  };
  if (w.overflow || q->too_many_arguments)
    return SESSION_BAD_PROOF;
  return session_check(&c->api->times, &c->api->nonces, &c->session, &question);
}

/* Who copied a cookie, without the key, ends the session by it: its owner is told, and signs in again. */
static void end_for(struct context *c, const struct session_outcome *outcome)
{
  struct account account;
  bool known = !uid_is_none(&c->session.account) &&
               store_account_get(c->api->store, &c->session.account, &account) == 0;
  (void)session_end(c->api, c->time, &c->session.id, outcome->code);
  if (outcome->notice != NULL && known)
    tell_owner(c->api, c->time, &account, NOTICE_COOKIE_COPIED, "");
  if (outcome->notice != NULL && known)
    note_server_event(c->api, c->time.now_s, "server", outcome->notice, account.email,
                      "A copied cookie was used with another key; the session was ended.");
  else if (outcome->notice != NULL)
    failure_count_copied(&c->api->failures);
  sodium_memzero(&account, sizeof account);
}

static bool act_on(struct context *c, enum session_decision decision)
{
  const struct session_outcome *outcome = session_outcome(decision);
  bool locked = decision == SESSION_LOCKED && (c->route->flags & ROUTE_LOCKED) != 0;
  if (outcome->nonce)
    give_nonce(c, outcome->proven ? NONCE_PROVEN : NONCE_UNPROVEN);
  c->response->clear_cookie = outcome->clear_cookie;
  if (outcome->remove)
    end_for(c, outcome);
  if (outcome->status != 0 && !locked) {
    answer_refusal(c->response, outcome->status, outcome->code, outcome->detail);
    return false;
  }
  c->by = ASKED_BY_SESSION;
  c->locked = locked;
  if (outcome->touch && c->time.now_s - c->session.used_s >= TOUCH_AFTER_S)
    (void)store_session_touch(c->api->store, &c->session.id, c->time.now_s);
  return true;
}

static bool load_account(struct context *c)
{
  if (uid_is_none(&c->session.account))
    return true;
  int err = store_account_get(c->api->store, &c->session.account, &c->account);
  if (err != 0) {
    refuse_trouble(c);
    return false;
  }
  c->has_account = true;
  if (!c->account.disabled)
    return true;
  (void)session_end(c->api, c->time, &c->session.id, "session_ended");
  c->response->clear_cookie = true;
  answer_refusal(c->response, 401, "no_session", "This account was switched off. Please ask the administrator.");
  return false;
}

/* --- roles and step-up --- */

static bool has_rank(struct context *c)
{
  if (c->route->who == FOR_SESSION || (c->has_account && c->route->who == FOR_ACCOUNT) ||
      (c->has_account && c->account.role == ACCOUNT_ADMIN))
    return true;
  if (c->has_account)
    refuse_not_allowed(c);
  else
    answer_refusal(c->response, 401, "sign_in_first", "Please sign in first.");
  return false;
}

static bool has_done_musts(struct context *c)
{
  if (!c->has_account || (c->route->flags & ROUTE_MUST) != 0 || session_musts(c->api, &c->account) == 0)
    return true;
  answer_refusal(c->response, 403, "must_first",
                 "Your account needs a new password or a second factor first. Its page shows which.");
  return false;
}

static bool is_confirmed(struct context *c)
{
  if ((c->route->flags & ROUTE_CONFIRMED) == 0 ||
      session_is_confirmed(&c->api->times, &c->session, c->time.now_s))
    return true;
  answer_refusal(c->response, 403, "confirm_first", "Please show first that it is you: this is a sensitive change.");
  return false;
}

static bool admit_session(struct context *c)
{
  return admit_own_origin(c) && act_on(c, decide(c)) && load_account(c) && has_rank(c) && has_done_musts(c) &&
         is_confirmed(c);
}

bool access_admit(struct context *c)
{
  if (!admit_address(c))
    return false;
  if (c->route->who == FOR_ANYBODY)
    return (c->route->flags & ROUTE_ANY_ORIGIN) != 0 || admit_own_origin(c);
  if (c->request->authorization.n == 0)
    return admit_session(c);
  if (c->route->scope != 0)
    return admit_key(c);
  answer_refusal(c->response, 403, "scope_missing", "This address takes no keys.");
  return false;
}
