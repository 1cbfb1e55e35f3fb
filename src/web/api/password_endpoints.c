/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords: signing in, setting one, and the first administrator. The hash is made by the pool's threads; the answer
 * comes when it is done (A8). */
#include <sodium.h>
#include <string.h>

#include "auth/advice.h"
#include "base/log.h"
#include "store/store_links.h"
#include "web/api/endpoints.h"
#include "web/names.h"

/* --- signing in --- */

/* The cost of hashes has grown since this one was made: the new one takes its place. */
static void keep_new_hash(struct context *c, struct account *account, const struct pool_result *result)
{
  if (!result->stale)
    return;
  memcpy(account->password, result->hash, sizeof account->password);
  if (store_account_set(c->api->store, account) != 0)
    log_warning("a password's new hash could not be kept");
}

static void hash_stored(const struct account *account, uint8_t hash[32])
{
  crypto_hash_sha256(hash, (const uint8_t *)account->password, strnlen(account->password, sizeof account->password));
}

/* The account as it is now. ERR_AUTH: the password was changed while the old one was compared with; who knows that one is not
 * let in after all other sessions have ended. */
static int find_unchanged(struct context *c, const struct later_state *s, struct account *account)
{
  uint8_t hash[32];
  int err = signin_find(c, s->email, account);
  hash_stored(account, hash);
  return err == 0 && sodium_memcmp(hash, s->password, sizeof hash) != 0 ? ERR_AUTH : err;
}

/* Whoever knows a password in whose place a new one is demanded may be the reason for it: it lets nobody in any more. Only
 * who has just shown that he knows it hears so. */
static bool is_void(struct context *c, const struct account *account)
{
  if (!account->must_set_password || c->has_account)
    return false;
  answer_refusal(c->response, 403, "password_void",
                 "This password opens nothing any more: a new one is demanded. Sign in by a code or a passkey, or ask your "
                 "administrator for a link.");
  return true;
}

static void right_password(struct context *c, struct account *account, const struct pool_result *result)
{
  if (is_void(c, account))
    return;
  keep_new_hash(c, account, result);
  session_factor_shown(c, account, FACTOR_PASSWORD);
}

static void password_checked(struct context *c, struct later *l, const struct later_news *news)
{
  struct later_state *s = later_state_of(l);
  struct account account;
  s->attempt.account = s->email;
  if (news->hashed->err == ERR_CRYPTO) {
    refuse_trouble(c);
    return;
  }
  if (news->hashed->err != 0 || find_unchanged(c, s, &account) != 0) {
    failure_count(&c->api->failures, s->email, FAILED_PASSWORD);
    answer_refusal(c->response, 401, "wrong_password", "The address or the password is wrong.");
  } else {
    guard_succeeded(c->api->guard, &s->attempt, c->time.now_us);
    right_password(c, &account, news->hashed);
  }
  sodium_memzero(&account, sizeof account);
}

/* An address without an account costs the same hash. */
void endpoint_sign_in_password(struct context *c)
{
  struct span typed, password;
  const struct field fields[] = {
    {"email", FIELD_TEXT, &typed, EMAIL_BYTES, false, NULL},
    {"password", FIELD_TEXT, &password, LIMIT_PASSWORD_BYTES, false, NULL},
  };
  struct later_state state = {0};
  struct account account;
  if (!FIELDS_TAKE(c, fields) || !take_email(c, typed, state.email))
    return;
  (void)signin_find(c, state.email, &account);
  signin_attempt(c, GUARD_PASSWORD, state.email, &account, &state.attempt);
  hash_stored(&account, state.password);
  if (signin_ask(c, &state.attempt)) {
    struct later *l = later_begin(c, password_checked, &state);
    if (l != NULL && later_verify(c, l, account.password, password) != 0)
      refuse_trouble(c);
  }
  sodium_memzero(&account, sizeof account);
}

/* --- setting one --- */

static bool is_good(struct context *c, struct span password, const char *email)
{
  enum password_fault fault = password_advise(password, email, "testudo");
  if (fault == PASSWORD_FINE)
    return true;
  answer_refusal_with(c->response, 400, "weak_password", password_fault_text(fault),
                      json_pack("{ss}", "reason", password_fault_code(fault)));
  return false;
}

/* Whoever has used the old one is signed out, and links that would lead in stop working. */
static void password_hashed(struct context *c, struct later *l, const struct later_news *news)
{
  (void)l;
  if (news->hashed->err != 0 || !c->has_account) {
    refuse_trouble(c);
    return;
  }
  /* Who was invited a moment ago need not be told: it is the first thing that is asked for. */
  bool invited = c->account.must_set_password && c->account.password[0] == '\0';
  memcpy(c->account.password, news->hashed->hash, sizeof c->account.password);
  c->account.must_set_password = false;
  if (store_account_set(c->api->store, &c->account) != 0) {
    refuse_trouble(c);
    return;
  }
  if (store_link_remove_all(c->api->store, &c->account.id) != 0)
    log_warning("one-time links of an account could not be removed");
  (void)session_end_all(c->api, c->time, &c->account.id, &c->session.id, "session_ended");
  note_event(c, "password_set", c->account.email, "All other sessions were ended.");
  if (!invited)
    tell_owner(c->api, c->time, &c->account, NOTICE_PASSWORD_SET, "");
  answer_nothing(c->response);
}

void endpoint_put_password(struct context *c)
{
  struct span password;
  const struct field fields[] = {{"password", FIELD_TEXT, &password, LIMIT_PASSWORD_BYTES, false, NULL}};
  const struct later_state state = {0};
  if (!FIELDS_TAKE(c, fields) || !is_good(c, password, c->account.email))
    return;
  struct later *l = later_begin(c, password_hashed, &state);
  if (l != NULL && later_hash(c, l, password) != 0)
    refuse_trouble(c);
}

/* --- the first administrator --- */

static void refuse_setup_link(struct context *c)
{
  answer_refusal(c->response, 410, "link_used",
                 "This link was used already, or the server has an administrator. Start the server again for a new one.");
}

static bool has_administrator(struct context *c)
{
  size_t accounts = 0, administrators = 0;
  return store_account_count(c->api->store, &accounts, &administrators) != 0 || administrators > 0;
}

static void administrator_hashed(struct context *c, struct later *l, const struct later_news *news)
{
  const struct later_state *s = later_state_of(l);
  struct account account = {.role = ACCOUNT_ADMIN, .created_s = c->time.now_s};
  if (news->hashed->err != 0) {
    refuse_trouble(c);
    return;
  }
  if (has_administrator(c)) {
    refuse_setup_link(c);
    return;
  }
  memcpy(account.email, s->email, sizeof account.email);
  memcpy(account.name, s->name, sizeof account.name);
  memcpy(account.password, news->hashed->hash, sizeof account.password);
  if (!store_did(c, store_account_add(c->api->store, &account)))
    return;
  note_server_event(c->api, c->time.now_s, account.email, "administrator_made", account.email,
                    "The first administrator, by the link that was printed at the start.");
  session_factor_shown(c, &account, FACTOR_LINK);
  if (c->response->status == 200)
    c->response->status = 201;
  sodium_memzero(&account, sizeof account);
}

/* The link is used up only by what is whole: a password that is too short can be tried again. */
void endpoint_post_administrator(struct context *c)
{
  struct span token, typed, name, password;
  const struct field fields[] = {
    {"token", FIELD_TEXT, &token, 64, false, NULL},
    {"email", FIELD_TEXT, &typed, EMAIL_BYTES, false, NULL},
    {"name", FIELD_TEXT, &name, LIMIT_NAME_BYTES, false, NULL},
    {"password", FIELD_TEXT, &password, LIMIT_PASSWORD_BYTES, false, NULL},
  };
  struct later_state state = {0};
  if (!FIELDS_TAKE(c, fields) || !take_email(c, typed, state.email))
    return;
  if (name_check(name) != 0) {
    answer_refusal(c->response, 400, "bad_name", "A name has 1 to 96 bytes of visible text.");
    return;
  }
  if (!is_good(c, password, state.email))
    return;
  if (has_administrator(c) || host_link_use(&c->api->setup_link, token) != 0) {
    refuse_setup_link(c);
    return;
  }
  memcpy(state.name, name.p, name.n);
  struct later *l = later_begin(c, administrator_hashed, &state);
  if (l != NULL && later_hash(c, l, password) != 0)
    refuse_trouble(c);
}
