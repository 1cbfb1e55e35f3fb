/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts, as administrators manage them. What takes a right away takes effect at once, on sessions and in meetings. A
 * program's key reaches no administrator: it could become one (B10). */
#include <sodium.h>
#include <stdio.h>

#include "people/rules.h"
#include "people/tokens.h"
#include "people/words.h"
#include "store/store_links.h"
#include "web/api/endpoints.h"
#include "web/api/letters.h"
#include "web/api/lists.h"
#include "web/api/rights.h"
#include "web/api/views.h"

#define LINK_LIFETIME_S (7 * 86400)
#define SESSIONS_SHOWN PAGE_USUAL
#define OWNED_AT_ONCE 64

/* --- reading --- */

/* A search as text with its zero, or the refusal. */
static bool take_search(struct context *c, char search[EMAIL_BYTES])
{
  struct span text = query_argument(c, "search");
  if (text.n >= EMAIL_BYTES || memchr(text.n == 0 ? "" : (const char *)text.p, '\0', text.n) != NULL) {
    refuse_bad_request(c, "search is a part of an address or a name.");
    return false;
  }
  memset(search, 0, EMAIL_BYTES);
  if (text.n > 0)
    memcpy(search, text.p, text.n);
  return true;
}

static json_t *person_json(struct context *c, const void *row)
{
  return account_row_json(c, row);
}

static json_t *totals_json(struct context *c)
{
  size_t total = 0, administrators = 0;
  (void)store_account_count(c->api->store, &total, &administrators);
  return json_pack("{sI sI}", "total", (json_int_t)total, "administrators", (json_int_t)administrators);
}

void endpoint_get_people(struct context *c)
{
  struct list list;
  char search[EMAIL_BYTES];
  if (!take_search(c, search) || !list_begin(c, &list, sizeof(struct account)))
    return;
  int err = store_account_list(c->api->store, search, list.page, list.rows, &list.n);
  list_answer_with(c, &list, err, "people", person_json, totals_json(c));
}

bool take_person(struct context *c, struct account *account)
{
  struct uid id;
  return take_uid_parameter(c, 0, &id) && store_did(c, store_account_get(c->api->store, &id, account));
}

/* The same for a change. */
static bool take_person_to_change(struct context *c, struct account *account)
{
  if (!take_person(c, account))
    return false;
  if (c->by != ASKED_BY_KEY || account->role != ACCOUNT_ADMIN)
    return true;
  answer_refusal(c->response, 403, "not_allowed", "Keys do not reach administrators: one of them has to do this.");
  sodium_memzero(account, sizeof *account);
  return false;
}

void endpoint_get_person(struct context *c)
{
  struct account account;
  struct session list[SESSIONS_SHOWN];
  size_t n = 0;
  if (!take_person(c, &account))
    return;
  (void)store_session_list(c->api->store, &account.id, (struct page){.most = SESSIONS_SHOWN}, list, &n);
  json_t *person = account_row_json(c, &account), *rows = json_array();
  for (size_t i = 0; i < n; i++)
    (void)json_array_append_new(rows, session_row_json(c, &list[i]));
  (void)json_object_set_new(person, "sessions", rows);
  answer_json(c->response, 200, person);
  sodium_memzero(&account, sizeof account);
}

/* --- one-time links --- */

/* One link of an account works at a time: the newest. */
static int store_new_link(struct context *c, const struct account *account, enum link_purpose purpose,
                          char token[TOKEN_TEXT + 1])
{
  struct sign_in_link link = {.account = account->id, .purpose = purpose, .until_s = c->time.now_s + LINK_LIFETIME_S};
  bool whole;
  link_token_make(token, link.hash);
  int err = store_part_begin(c->api->store, &whole);
  if (err != 0)
    return err;
  err = store_link_remove_all(c->api->store, &account->id);
  if (err == 0 || err == ERR_NOT_FOUND)
    err = store_link_add(c->api->store, &link);
  return store_part_end(c->api->store, whole, err);
}

struct welcome {
  char link[ORIGIN_TEXT + TOKEN_TEXT + 16];
  bool mailed;
};

static int make_link(struct context *c, const struct account *account, enum link_purpose purpose, struct welcome *w)
{
  char token[TOKEN_TEXT + 1];
  int err = store_new_link(c, account, purpose, token);
  (void)snprintf(w->link, sizeof w->link, "%s/welcome#%s", c->api->origins.text[c->origin], token);
  sodium_memzero(token, sizeof token);
  if (err != 0)
    return err;
  const struct words *words = words_of_account(account, asker_words(c));
  w->mailed = (purpose == LINK_INVITE ? letter_invitation(c->api, words, account, w->link)
                                      : letter_recovery(c->api, words, account, w->link)) == 0;
  return 0;
}

void endpoint_post_person_link(struct context *c)
{
  struct account account;
  struct welcome w;
  if (!take_person_to_change(c, &account))
    return;
  if (store_did(c, make_link(c, &account, account.signed_in_s == 0 ? LINK_INVITE : LINK_RECOVER, &w))) {
    note_event(c, "link_made", account.email, w.mailed ? "It was mailed." : "It was shown to who asked for it.");
    answer_json(c->response, 201, json_pack("{ss sb}", "link", w.link, "mailed", w.mailed));
  }
  sodium_memzero(&w, sizeof w);
  sodium_memzero(&account, sizeof account);
}

/* --- inviting --- */

static bool take_name(struct context *c, struct span text, char name[NAME_BYTES])
{
  const char *problem = name_problem(text);
  if (problem != NULL) {
    answer_refusal(c->response, 400, "bad_name", problem);
    return false;
  }
  memset(name, 0, NAME_BYTES);
  memcpy(name, text.p, text.n);
  return true;
}

static bool take_account_role(struct context *c, struct span word, enum account_role *role)
{
  if (account_role_of_word(word, role) != 0) {
    refuse_bad_request(c, "The field \"role\" is member or administrator.");
    return false;
  }
  if (c->by != ASKED_BY_KEY)
    return true;
  answer_refusal(c->response, 403, "not_allowed", "Keys do not give roles: an administrator has to do this.");
  return false;
}

static bool take_invited(struct context *c, struct account *a)
{
  struct span email, name, role = {0};
  bool has_role = false;
  const struct field fields[] = {
    {"email", FIELD_TEXT, &email, EMAIL_BYTES, false, NULL},
    {"name", FIELD_TEXT, &name, LIMIT_HTTP_BODY, false, NULL},
    {"role", FIELD_TEXT, &role, 16, true, &has_role},
  };
  return FIELDS_TAKE(c, fields) && take_email(c, email, a->email) && take_name(c, name, a->name) &&
         (!has_role || take_account_role(c, role, &a->role));
}

static int add_invited(struct context *c, struct account *a, struct welcome *w)
{
  bool whole;
  int err = store_part_begin(c->api->store, &whole);
  if (err != 0)
    return err;
  err = store_account_add(c->api->store, a);
  if (err == 0)
    err = make_link(c, a, LINK_INVITE, w);
  return store_part_end(c->api->store, whole, err);
}

void endpoint_post_people(struct context *c)
{
  struct account a = {.role = ACCOUNT_MEMBER, .created_s = c->time.now_s};
  struct welcome w;
  if (!take_invited(c, &a))
    return;
  int err = add_invited(c, &a, &w);
  if (err == ERR_STATE) {
    answer_refusal(c->response, 409, "known_already", "This address has an account already.");
  } else if (store_did(c, err)) {
    note_event(c, "person_invited", a.email, account_role_word(a.role));
    answer_json(c->response, 201, json_pack("{so ss sb}", "person", account_row_json(c, &a), "link", w.link, "mailed", w.mailed));
  }
  sodium_memzero(&w, sizeof w);
}

/* --- changing --- */

static bool is_last_administrator(struct context *c, const struct account *a)
{
  size_t accounts = 0, administrators = 0;
  if (a->role != ACCOUNT_ADMIN || a->disabled)
    return false;
  return store_account_count(c->api->store, &accounts, &administrators) != 0 || administrators <= 1;
}

static void refuse_last_administrator(struct context *c)
{
  answer_refusal(c->response, 409, "last_administrator",
                 "This is the only administrator. Make somebody else one first: nobody could manage the server.");
}

static bool take_person_change(struct context *c, struct account *a)
{
  struct span name = {0}, role = {0};
  bool has_name = false, has_role = false;
  const struct field fields[] = {
    {"name", FIELD_TEXT, &name, LIMIT_HTTP_BODY, true, &has_name},
    {"role", FIELD_TEXT, &role, 16, true, &has_role},
    {"disabled", FIELD_BOOL, &a->disabled, 0, true, NULL},
    {"two_factors", FIELD_BOOL, &a->two_factors_demanded, 0, true, NULL},
    {"must_set_password", FIELD_BOOL, &a->must_set_password, 0, true, NULL},
  };
  return FIELDS_TAKE(c, fields) && (!has_name || take_name(c, name, a->name)) &&
         (!has_role || take_account_role(c, role, &a->role));
}

static void note_change(struct context *c, const struct account *before, const struct account *after)
{
  if (before->role != after->role)
    note_event(c, "role_changed", after->email, account_role_word(after->role));
  if (before->disabled != after->disabled)
    note_event(c, after->disabled ? "person_disabled" : "person_enabled", after->email, "");
  if (before->two_factors_demanded != after->two_factors_demanded)
    note_event(c, "two_factors_demanded", after->email, after->two_factors_demanded ? "on" : "off");
  if (before->must_set_password != after->must_set_password)
    note_event(c, "password_demanded", after->email, after->must_set_password ? "on" : "off");
  if (strcmp(before->name, after->name) != 0)
    note_event(c, "person_renamed", after->email, after->name);
}

/* Who has lost a right has nothing open any more that had it, and whoever has to choose a new password chooses it after
 * showing who he is in another way: an open session may be the intruder's. The one who asks keeps the session to see the answer in: what
 * it may is looked up anew with each request. */
static void end_what_is_lost(struct context *c, const struct account *before, const struct account *after)
{
  bool disabled = after->disabled && !before->disabled;
  bool demoted = before->role == ACCOUNT_ADMIN && after->role != ACCOUNT_ADMIN;
  bool demanded = after->must_set_password && !before->must_set_password;
  if (disabled || demoted || demanded)
    (void)session_end_all(c->api, c->time, &after->id, &c->session.id, "session_ended");
  if (!disabled)
    return;
  entries_withdraw(&c->api->entries, &after->id);
  (void)rooms_end_account(c->api->rooms, rooms_time_of(c), &after->id, "session_ended", "Your account was switched off.");
  line_end_account(c->api->line, rooms_time_of(c), &after->id);
}

void endpoint_patch_person(struct context *c)
{
  struct account before, after;
  if (!take_person_to_change(c, &before))
    return;
  after = before;
  if (take_person_change(c, &after)) {
    bool loses = after.disabled || after.role != ACCOUNT_ADMIN;
    int err = loses && is_last_administrator(c, &before) ? ERR_REFUSED : store_account_set(c->api->store, &after);
    if (err == ERR_REFUSED) {
      refuse_last_administrator(c);
    } else if (store_did(c, err)) {
      end_what_is_lost(c, &before, &after);
      note_change(c, &before, &after);
      answer_json(c->response, 200, account_row_json(c, &after));
    }
  }
  sodium_memzero(&before, sizeof before);
  sodium_memzero(&after, sizeof after);
}

/* --- removing --- */

/* The meetings of rooms that are closed with their owner's account. */
static void close_rooms_of(struct context *c, const struct uid *owner)
{
  struct store_room list[OWNED_AT_ONCE];
  struct page page = {.most = OWNED_AT_ONCE};
  size_t n = OWNED_AT_ONCE;
  for (; n == OWNED_AT_ONCE; page.offset += n) {
    if (store_room_list(c->api->store, owner, page, list, &n) != 0)
      return;
    for (size_t i = 0; i < n; i++)
      rooms_close_room(c->api->rooms, rooms_time_of(c), &list[i].id, "room_closed", "This meeting was closed.");
  }
}

/* Tickets go with the account that they belong to, and so does who is in by one: also a guest with the same address. */
static int remove_person(struct context *c, const struct account *a)
{
  bool self = c->by == ASKED_BY_SESSION && uid_equal(&a->id, &c->account.id);
  close_rooms_of(c, &a->id);
  (void)session_end_all(c->api, c->time, &a->id, NULL, "session_ended");
  if (self)
    session_forget_own(c);
  live_look_again(c->api);
  return store_account_remove(c->api->store, &a->id, c->time.now_s);
}

void endpoint_delete_person(struct context *c)
{
  struct account a;
  if (!take_person_to_change(c, &a))
    return;
  int err = is_last_administrator(c, &a) ? ERR_REFUSED : remove_person(c, &a);
  if (err == ERR_REFUSED) {
    refuse_last_administrator(c);
  } else if (store_did(c, err)) {
    note_event(c, "person_removed", a.email, "");
    answer_nothing(c->response);
  }
  sodium_memzero(&a, sizeof a);
}

/* --- lost factors --- */

static int remove_passkeys(struct context *c, const struct uid *account)
{
  struct passkey list[LIMIT_ACCOUNT_PASSKEYS];
  size_t n = 0;
  int err = store_passkey_list(c->api->store, account, (struct page){.most = LIMIT_ACCOUNT_PASSKEYS}, list, &n);
  for (size_t i = 0; err == 0 && i < n; i++)
    err = store_passkey_remove(c->api->store, account, &list[i].id);
  return err;
}

static int remove_factors(struct context *c, struct account *a)
{
  bool whole;
  int err = store_part_begin(c->api->store, &whole);
  if (err != 0)
    return err;
  a->has_totp = false;
  sodium_memzero(a->totp, sizeof a->totp);
  err = store_account_set(c->api->store, a);
  if (err == 0)
    err = store_recovery_set(c->api->store, &a->id, NULL, 0);
  if (err == 0)
    err = remove_passkeys(c, &a->id);
  return store_part_end(c->api->store, whole, err);
}

void endpoint_delete_factors(struct context *c)
{
  struct account a;
  if (!take_person(c, &a))
    return;
  if (store_did(c, remove_factors(c, &a))) {
    note_event(c, "factors_removed", a.email, "Authenticator app, recovery codes and passkeys.");
    tell_owner(c->api, c->time, &a, NOTICE_FACTORS_REMOVED, "");
    answer_nothing(c->response);
  }
  sodium_memzero(&a, sizeof a);
}
