/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/sessions.h"

#include <sodium.h>
#include <stdio.h>

#include "auth/device.h"
#include "base/log.h"
#include "people/words.h"
#include "web/api/letters.h"
#include "web/api/signins.h"
#include "web/language.h"

/* --- ends --- */

static const char *end_text(const char *code)
{
  if (strcmp(code, "cookie_copied") == 0)
    return "Your session was ended, because somebody used a copy of it.";
  if (strcmp(code, "session_expired") == 0)
    return "Your session was too old or not used, and has ended.";
  if (strcmp(code, "signed_out") == 0)
    return "You have signed out.";
  return "Your session was ended.";
}

/* What is in memory of it; its row may be gone already. */
static void forget_session(struct api *a, struct api_time time, const struct uid *session, const char *code)
{
  nonces_forget(&a->nonces, session);
  signins_forget(a->signins, session);
  entries_withdraw(&a->entries, session);
  (void)rooms_end_session(a->rooms, rooms_time_at(time), session,
                          "session_ended", end_text(code));
  line_end_session(a->line, rooms_time_at(time), session);
}

int session_end(struct api *a, struct api_time time, const struct uid *session, const char *code)
{
  forget_session(a, time, session, code);
  return store_session_remove(a->store, session);
}

size_t session_end_all(struct api *a, struct api_time time, const struct uid *account, const struct uid *keep,
                       const char *code)
{
  struct session list[32];
  size_t ended = 0, n = 0, kept = 0;
  do {
    if (store_session_list(a->store, account, (struct page){.offset = kept, .most = 32}, list, &n) != 0)
      return ended;
    for (size_t i = 0; i < n; i++) {
      if (keep != NULL && uid_equal(&list[i].id, keep))
        kept++;
      else if (session_end(a, time, &list[i].id, code) == 0)
        ended++;
      else
        kept++;
    }
  } while (n == 32);
  return ended;
}

void session_forget_own(struct context *c)
{
  c->response->clear_cookie = true;
  c->response->nonce[0] = '\0';
}

struct live_end {
  struct api *api;
  struct api_time time;
  const struct uid *keep;
};

static void end_live(void *ctx, const struct uid *room, const struct identity *who)
{
  struct live_end *e = ctx;
  (void)room;
  if (!uid_equal(&who->session, e->keep))
    forget_session(e->api, e->time, &who->session, "session_ended");
}

void sessions_end_live(struct api *a, struct api_time time, const struct uid *keep)
{
  struct live_end e = {.api = a, .time = time, .keep = keep};
  rooms_visit(a->rooms, end_live, &e);
  line_look_again(a->line, rooms_time_at(time));
}

/* --- telling --- */

static void write_notice(const struct words *words, enum notice_kind kind, const char *detail, char *text, size_t n)
{
  struct writer w = writer_of((uint8_t *)text, n - 1);
  const struct words_value values[] = {{"device", detail, false}, {"provider", detail, false}, {NULL, NULL, false}};
  words_write(words, words->notice[kind], values, &w);
  text[w.n] = '\0';
}

void tell_owner(struct api *a, struct api_time time, const struct account *account, enum notice_kind kind,
                const char *detail)
{
  struct notice notice = {.account = account->id, .time_s = time.now_s};
  const struct words *words = words_of_account(account, NULL);
  char text[1024];
  (void)snprintf(notice.kind, sizeof notice.kind, "%s", notice_name(kind));
  write_notice(words_at(0), kind, detail, notice.text, sizeof notice.text); /* the page has own words for other languages */
  if (store_notice_add(a->store, &notice) != 0)
    log_error("a notice could not be kept for its owner: kind=%s", notice.kind);
  write_notice(words, kind, detail, text, sizeof text);
  (void)letter_notice(a, words, account->email, text); /* without mail the notice in the product has to do */
}

/* --- what an account is like --- */

bool account_has_passkey(struct api *a, const struct account *account)
{
  struct passkey passkey;
  size_t n = 0;
  return store_passkey_list(a->store, &account->id, (struct page){.most = 1}, &passkey, &n) == 0 && n > 0;
}

bool account_has_second(struct api *a, const struct account *account)
{
  return account->has_totp || account_has_passkey(a, account);
}

bool account_must_have_two(const struct api *a, const struct account *account)
{
  return account->two_factors_demanded || a->site.two_factors_everybody;
}

bool account_wants_two(const struct api *a, const struct account *account)
{
  return account->two_factors_wanted || account_must_have_two(a, account);
}

unsigned session_musts(struct api *a, const struct account *account)
{
  bool invited = account->password[0] == '\0'; /* whoever has no password yet may choose a passkey in its place */
  unsigned musts = 0;
  if (account->must_set_password && !(invited && account_has_passkey(a, account)))
    musts |= MUST_SET_PASSWORD;
  if (account_wants_two(a, account) && !account_has_second(a, account))
    musts |= MUST_SECOND_FACTOR;
  return musts;
}

/* --- signing in --- */

/* Whether what was shown so far is enough for this account. Who has nothing to show as a second factor yet comes in and must
 * set one up first (session_musts). */
static bool is_enough(struct api *a, const struct account *account, uint32_t factors)
{
  return session_factors_are_two(factors) || !account_wants_two(a, account) || !account_has_second(a, account);
}

/* Whether the owner has signed in with this browser before; it gets a token for the next time in any case. */
static bool know_device(struct context *c, const struct account *account)
{
  uint8_t device[DEVICE_ID_BYTES] = {0};
  bool known = device_token_check(c->api->keys.device, &account->id, c->time.now_s,
                                  cookie_value(c->request->cookie, BROWSER_DEVICE_COOKIE), device) == 0;
  if (!known)
    memset(device, 0, sizeof device);
  device_token_make(c->api->keys.device, &account->id, c->time.now_s, &c->api->random, device,
                    c->response->set_device);
  return known;
}

/* The first sign-in tells it; later what was chosen in the page, but on no strange device: its owner is about to be told of
 * that one, in words that they can read. */
static void learn_language(const struct context *c, struct account *account, bool known)
{
  const struct words *words = known ? words_of(cookie_value(c->request->cookie, LANGUAGE_COOKIE)) : NULL;
  if (account->language[0] == '\0')
    words = asker_words(c);
  if (words != NULL)
    (void)snprintf(account->language, sizeof account->language, "%s", words->tag);
}

static void note_sign_in(struct context *c, struct account *account)
{
  bool first = account->signed_in_s == 0, known = know_device(c, account);
  account->signed_in_s = c->time.now_s;
  learn_language(c, account, known);
  if (store_account_set(c->api->store, account) != 0)
    log_error("the time of a sign-in could not be kept");
  note_server_event(c->api, c->time.now_s, account->email, "sign_in", account->email, c->session.device);
  if (!known && !first)
    tell_owner(c->api, c->time, account, NOTICE_NEW_DEVICE, c->session.device);
}

/* Writes the session with its new cookie. What the old one was good for is over: its nonces, and a sign-in under way. */
static bool keep_rotated(struct context *c)
{
  if (store_session_set(c->api->store, &c->session) != 0) {
    sodium_memzero(c->response->set_cookie, sizeof c->response->set_cookie);
    refuse_trouble(c);
    return false;
  }
  nonces_forget(&c->api->nonces, &c->session.id);
  signins_forget(c->api->signins, &c->session.id);
  give_nonce(c, NONCE_PROVEN);
  return true;
}

static void sign_in(struct context *c, const struct account *account, uint32_t factors)
{
  session_sign_in(&c->session, &c->api->random, &account->id, factors, c->time.now_s, c->response->set_cookie);
  if (!keep_rotated(c))
    return;
  c->account = *account;
  c->has_account = true;
  c->locked = false;
  note_sign_in(c, &c->account);
  answer_session(c, 200);
}

void session_address_shown(struct context *c, const char *email, enum session_factor factor)
{
  session_verify(&c->session, &c->api->random, email, factor, c->time.now_s, c->response->set_cookie);
  if (keep_rotated(c))
    answer_session(c, 200);
}

static void confirm(struct context *c, enum session_factor factor)
{
  session_confirm(&c->session, factor, c->time.now_s);
  c->locked = false;
  if (store_session_set(c->api->store, &c->session) != 0)
    refuse_trouble(c);
  else
    answer_session(c, 200);
}

static void wait_for_second(struct context *c, const struct account *account, uint32_t factors)
{
  struct signin *signin = signins_take(c->api->signins, c->time.now_us, &c->session.id);
  signin->account = account->id;
  signin->factors = factors;
  answer_session(c, 200);
}

void session_factor_shown(struct context *c, const struct account *account, enum session_factor factor)
{
  const struct signin *signin = signins_get(c->api->signins, c->time.now_us, &c->session.id);
  uint32_t factors = factor;
  if (!uid_is_none(&c->session.account)) {
    if (uid_equal(&c->session.account, &account->id))
      confirm(c, factor);
    else
      answer_refusal(c->response, 409, "other_account", "You are signed in to another account. Sign out first.");
    return;
  }
  if (account->disabled) {
    answer_refusal(c->response, 403, "not_allowed", "This account was switched off. Please ask the administrator.");
    return;
  }
  if (signin != NULL && uid_equal(&signin->account, &account->id))
    factors |= signin->factors;
  if (is_enough(c->api, account, factors))
    sign_in(c, account, factors);
  else
    wait_for_second(c, account, factors);
}

void device_of_session(const struct api *a, const struct session *session, uint8_t device[DEVICE_BYTES])
{
  uint8_t text[sizeof session->network + sizeof session->device];
  memcpy(text, session->network, sizeof session->network);
  memcpy(text + sizeof session->network, session->device, sizeof session->device);
  (void)crypto_generichash(device, DEVICE_BYTES, text, sizeof text, a->keys.network, sizeof a->keys.network);
}

/* --- the view --- */

json_t *factors_json(uint32_t factors)
{
  static const char *const names[] = {"password", "email", "sms", "oidc", "passkey", "totp", "recovery", "link"};
  json_t *list = json_array();
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if ((factors & 1u << i) != 0)
      (void)json_array_append_new(list, json_string(names[i]));
  return list;
}

static json_t *account_json(const struct context *c)
{
  char id[UID_TEXT + 1];
  if (!c->has_account)
    return json_null();
  return json_pack("{ss ss ss ss}", "id", uid_text(&c->account.id, id), "name", c->account.name, "email",
                   c->account.email, "role", account_role_word(c->account.role));
}

static json_t *musts_json(struct context *c)
{
  json_t *list = json_array();
  unsigned musts = c->has_account ? session_musts(c->api, &c->account) : 0;
  if ((musts & MUST_SET_PASSWORD) != 0)
    (void)json_array_append_new(list, json_string("set_password"));
  if ((musts & MUST_SECOND_FACTOR) != 0)
    (void)json_array_append_new(list, json_string("second_factor"));
  return list;
}

/* The factors that the sign-in under way can go on with. */
static json_t *pending_json(struct context *c)
{
  const struct signin *signin = signins_get(c->api->signins, c->time.now_us, &c->session.id);
  struct account account;
  size_t left = 0;
  if (c->has_account || signin == NULL || uid_is_none(&signin->account) ||
      store_account_get(c->api->store, &signin->account, &account) != 0)
    return json_null();
  json_t *list = json_array();
  if (account.has_totp)
    (void)json_array_append_new(list, json_string("totp"));
  if (store_recovery_left(c->api->store, &account.id, &left) == 0 && left > 0)
    (void)json_array_append_new(list, json_string("recovery"));
  if (account_has_passkey(c->api, &account))
    (void)json_array_append_new(list, json_string("passkey"));
  sodium_memzero(&account, sizeof account);
  return json_pack("{so}", "second", list);
}

static json_int_t count_notices(struct context *c)
{
  struct notice list[LIMIT_ACCOUNT_NOTICES];
  size_t n = 0;
  if (c->has_account)
    (void)store_notice_list(c->api->store, &c->account.id, (struct page){.most = LIMIT_ACCOUNT_NOTICES}, list, &n);
  return (json_int_t)n;
}

static json_int_t confirmed_until(const struct context *c)
{
  if (!session_is_confirmed(&c->api->times, &c->session, c->time.now_s))
    return 0;
  return (json_int_t)(c->session.confirmed_s + c->api->times.step_up_s);
}

void answer_session(struct context *c, unsigned status)
{
  answer_json(c->response, status,
              json_pack("{ss ss so so sb sI so so sI}", "kind", c->has_account ? "account" : "guest", "email",
                        c->has_account ? c->account.email : c->session.email, "account", account_json(c), "factors",
                        factors_json(c->session.factors), "locked", c->locked, "confirmed_until", confirmed_until(c),
                        "must", musts_json(c), "pending", pending_json(c), "notices", count_notices(c)));
}
