/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api: sessions and their proofs, signing in by password, step-up, locks, copies (A2, A3, A8, T12). */
#include "api_testing.h"
#include "store/store_log.h"

#define SESSION "/api/v1/session"

/* The member of a member: "account"."email". */
static const char *account_member(const struct fixture *f, const char *name)
{
  static char text[256];
  json_t *json = answer_of(f);
  const char *value = json_string_value(json_object_get(json_object_get(json, "account"), name));
  (void)snprintf(text, sizeof text, "%s", value == NULL ? "" : value);
  json_decref(json);
  return text;
}

static void test_guest(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  assert_int_equal(strlen(v.session), SECRET_TEXT);
  assert_int_equal(ask_as(f, &v, HTTP_GET, SESSION, NULL), 200);
  assert_string_equal(member(f, "kind"), "guest");
  assert_int_equal(f->answer.set_cookie[0], '\0');
  visitor_fini(&v);
}

static void test_bad_keys(void **state)
{
  struct fixture *f = *state;
  static const char *const bodies[] = {
    "{\"key\":\"\"}", "{\"key\":\"AAAA\"}", "{\"key\":1}", "{}",
    "{\"key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    struct http_request q = post(SESSION, bodies[i]);
    assert_refusal(f, &q, 400, "bad_request");
    assert_int_equal(f->answer.set_cookie[0], '\0');
  }
}

/* Each nonce once, each proof for one request. */
static void test_proofs(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char nonce[TOKEN_TEXT + 1];
  memcpy(nonce, v.nonce, sizeof nonce);
  assert_int_equal(ask_once(f, &v, HTTP_GET, SESSION, NULL), 200);
  memcpy(v.nonce, nonce, sizeof nonce); /* once more */
  assert_int_equal(ask_once(f, &v, HTTP_GET, SESSION, NULL), 401);
  assert_code(f, 401, "use_nonce");
  assert_int_equal(ask_once(f, &v, HTTP_GET, SESSION "?a=b&c", NULL), 200);
  visitor_fini(&v);
}

static void test_without_proof(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char cookies[256];
  put_cookies(&v, cookies, sizeof cookies);
  struct http_request q = request(HTTP_GET, SESSION);
  q.cookie = span_str(cookies);
  assert_refusal(f, &q, 401, "use_nonce");
  q.proof = span_str("v1 x y");
  assert_refusal(f, &q, 400, "bad_proof");
  assert_int_equal(ask_as(f, &v, HTTP_GET, SESSION, NULL), 200); /* neither has ended it */
  visitor_fini(&v);
}

/* The right cookie in a browser that does not have the key: the session ends, and its owner is told. */
static void test_copied_cookie(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), thief = visitor_new(f);
  struct account account;
  struct notice notice[4];
  size_t n = 0;
  memcpy(thief.session, v.session, sizeof thief.session);
  f->mails = 0;
  assert_refused_as(f, &thief, HTTP_GET, SESSION, NULL, 401, "cookie_copied");
  assert_true(f->answer.clear_cookie);
  assert_refused_as(f, &v, HTTP_GET, SESSION, NULL, 401, "no_session");
  assert_int_equal(store_account_by_email(f->store, "anna@school.example", &account), 0);
  assert_int_equal(store_notice_list(f->store, &account.id, (struct page){.most = 4}, notice, &n), 0);
  assert_int_equal(n, 1);
  assert_string_equal(notice[0].kind, "cookie_copied");
  assert_int_equal(f->mails, 1);
  assert_string_equal(f->mail_to, "anna@school.example");
  visitor_fini(&v);
  visitor_fini(&thief);
}

/* Whoever copies cookies of guests does not write the log full. */
static void test_copied_cookies_of_guests(void **state)
{
  struct fixture *f = *state;
  struct visitor thief = visitor_new(f);
  struct log_event list[4];
  size_t n = 0;
  time_passes(f, 60);
  api_tick(&f->api, f->time);
  for (unsigned i = 0; i < 3; i++) {
    struct visitor guest = visitor_new(f);
    assert_int_equal(ask_as(f, &guest, HTTP_GET, SESSION, NULL), 200);
    memcpy(thief.session, guest.session, sizeof thief.session);
    assert_refused_as(f, &thief, HTTP_GET, SESSION, NULL, 401, "cookie_copied");
    visitor_fini(&guest);
  }
  assert_int_equal(store_log_list(f->store, "cookie_copied", (struct page){.most = 4}, list, &n), 0);
  assert_int_equal(n, 0);
  for (unsigned i = 0; i < 2; i++) {
    time_passes(f, 60);
    api_tick(&f->api, f->time);
    assert_int_equal(store_log_list(f->store, "cookie_copied", (struct page){.most = 4}, list, &n), 0);
    assert_int_equal(n, 1);
  }
  assert_non_null(strstr(list[0].detail, "3 copied cookies"));
  visitor_fini(&thief);
}

static void test_password(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char before[SECRET_TEXT + 1], after[SECRET_TEXT + 1];
  (void)account_new(f, "anna@school.example", ACCOUNT_MEMBER);
  memcpy(before, v.session, sizeof before);
  assert_refused_as(f, &v, HTTP_POST, SESSION "/password",
                    "{\"email\":\"anna@school.example\",\"password\":\"falsch aber lang\"}", 401, "wrong_password");
  assert_refused_as(f, &v, HTTP_POST, SESSION "/password",
                    "{\"email\":\"nobody@school.example\",\"password\":\"" PASSWORD "\"}", 401, "wrong_password");
  assert_int_equal(sign_in_as(f, &v, " Anna@School.example "), 200);
  assert_string_equal(account_member(f, "email"), "anna@school.example");
  memcpy(after, v.session, sizeof after);
  assert_string_not_equal(before, after); /* a cookie that was planted before is worth nothing */
  memcpy(v.session, before, sizeof before);
  assert_refused_as(f, &v, HTTP_GET, SESSION, NULL, 401, "no_session");
  memcpy(v.session, after, sizeof after);
  assert_int_equal(ask_as(f, &v, HTTP_GET, SESSION, NULL), 200);
  visitor_fini(&v);
}

/* Guessing from one place has to wait; the owner's own device has not. */
static void test_guessing(void **state)
{
  struct fixture *f = *state;
  struct visitor owner = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), thief = visitor_new(f);
  unsigned status = 0, tries = 0;
  thief.address = "198.51.100.7";
  do {
    status = ask_as(f, &thief, HTTP_POST, SESSION "/password",
                    "{\"email\":\"anna@school.example\",\"password\":\"falsch aber lang\"}");
    tries++;
  } while (status == 401 && tries < 50);
  assert_code(f, 429, "wait");
  assert_true(f->answer.retry_after_s > 0);
  assert_true(tries < 12);
  assert_int_equal(sign_in_as(f, &thief, "anna@school.example"), 429); /* even with the right one, now */
  assert_int_equal(ask_as(f, &owner, HTTP_DELETE, SESSION, NULL), 204);
  struct visitor again = visitor_new(f);
  memcpy(again.device, owner.device, sizeof again.device);
  assert_int_equal(sign_in_as(f, &again, "anna@school.example"), 200);
  visitor_fini(&owner);
  visitor_fini(&again);
  visitor_fini(&thief);
}

static void test_lock_and_step_up(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  time_passes(f, 6 * 60);
  assert_refused_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"zwei elche schwimmen quer\"}", 403,
                    "confirm_first");
  assert_int_equal(sign_in_as(f, &v, "anna@school.example"), 200);
  assert_int_equal(f->answer.set_cookie[0], '\0'); /* confirmed, not signed in anew */
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"zwei elche schwimmen quer\"}"), 204);
  time_passes(f, 31 * 60);
  assert_refused_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"drei wale singen leise\"}", 403,
                    "session_locked");
  assert_int_equal(ask_as(f, &v, HTTP_GET, SESSION, NULL), 200);
  json_t *json = answer_of(f);
  assert_true(json_is_true(json_object_get(json, "locked")));
  json_decref(json);
  assert_int_equal(ask_as(f, &v, HTTP_POST, SESSION "/password",
                          "{\"email\":\"anna@school.example\",\"password\":\"zwei elche schwimmen quer\"}"), 200);
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"drei wale singen leise\"}"), 204);
  time_passes(f, 12 * 3600);
  assert_refused_as(f, &v, HTTP_GET, SESSION, NULL, 401, "session_expired");
  visitor_fini(&v);
}

static void test_other_account(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  (void)account_new(f, "paul@school.example", ACCOUNT_MEMBER);
  assert_int_equal(sign_in_as(f, &v, "paul@school.example"), 409);
  assert_code(f, 409, "other_account");
  visitor_fini(&v);
}

static void test_disabled(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), w = visitor_new(f);
  struct account account;
  assert_int_equal(store_account_by_email(f->store, "anna@school.example", &account), 0);
  account.disabled = true;
  assert_int_equal(store_account_set(f->store, &account), 0);
  assert_refused_as(f, &v, HTTP_GET, SESSION, NULL, 401, "no_session");
  assert_int_equal(sign_in_as(f, &w, "anna@school.example"), 403);
  visitor_fini(&v);
  visitor_fini(&w);
}

/* Who has two factors gets in by both only. */
static void test_second_factor_is_asked_for(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct account account = account_new(f, "anna@school.example", ACCOUNT_MEMBER);
  account.two_factors_wanted = account.has_totp = true;
  assert_int_equal(store_account_set(f->store, &account), 0);
  assert_int_equal(sign_in_as(f, &v, "anna@school.example"), 200);
  assert_string_equal(member(f, "kind"), "guest");
  json_t *json = answer_of(f);
  json_t *second = json_object_get(json_object_get(json, "pending"), "second");
  assert_int_equal(json_array_size(second), 1); /* no recovery code is there, and no passkey */
  assert_string_equal(json_string_value(json_array_get(second, 0)), "totp");
  json_decref(json);
  assert_refused_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"drei wale singen leise\"}", 401,
                    "sign_in_first");
  visitor_fini(&v);
}

/* Old passwords of which new ones are demanded let nobody in, and are told apart by who knows them alone. */
static void test_void_password(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f), in = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct account account;
  assert_int_equal(store_account_by_email(f->store, "anna@school.example", &account), 0);
  account.must_set_password = true;
  assert_int_equal(store_account_set(f->store, &account), 0);
  assert_int_equal(sign_in_as(f, &v, "anna@school.example"), 403);
  assert_code(f, 403, "password_void");
  assert_refused_as(f, &v, HTTP_POST, SESSION "/password",
                    "{\"email\":\"anna@school.example\",\"password\":\"falsch aber lang\"}", 401, "wrong_password");
  assert_int_equal(ask_as(f, &v, HTTP_GET, SESSION, NULL), 200);
  assert_string_equal(member(f, "kind"), "guest");
  assert_int_equal(sign_in_as(f, &in, "anna@school.example"), 200); /* who is in already confirms by it */
  visitor_fini(&v);
  visitor_fini(&in);
}

static void test_must_first(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct account account;
  assert_int_equal(store_account_by_email(f->store, "anna@school.example", &account), 0);
  account.must_set_password = true;
  assert_int_equal(store_account_set(f->store, &account), 0);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA", NULL, 403, "must_first");
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"drei wale singen leise\"}"), 204);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA", NULL, 404, "no_room");
  visitor_fini(&v);
}

static void test_new_password_ends_other_sessions(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), other = visitor_new(f);
  assert_int_equal(sign_in_as(f, &other, "anna@school.example"), 200);
  assert_refused_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"passwort1234\"}", 400, "weak_password");
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"drei wale singen leise\"}"), 204);
  assert_int_equal(ask_as(f, &v, HTTP_GET, SESSION, NULL), 200);
  assert_refused_as(f, &other, HTTP_GET, SESSION, NULL, 401, "no_session");
  visitor_fini(&v);
  visitor_fini(&other);
}

static void test_first_administrator(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char body[256], weak[256];
  (void)snprintf(body, sizeof body,
                 "{\"token\":\"%s\",\"email\":\"anna@school.example\",\"name\":\"Anna\",\"password\":\"" PASSWORD "\"}",
                 f->setup_token);
  (void)snprintf(weak, sizeof weak,
                 "{\"token\":\"%s\",\"email\":\"anna@school.example\",\"name\":\"Anna\",\"password\":\"kurz\"}",
                 f->setup_token);
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/administrator", weak, 400, "weak_password");
  assert_int_equal(ask_as(f, &v, HTTP_POST, "/api/v1/administrator", body), 201);
  assert_string_equal(account_member(f, "role"), "administrator");
  struct visitor other = visitor_new(f);
  assert_refused_as(f, &other, HTTP_POST, "/api/v1/administrator", body, 410, "link_used");
  api_open_setup_link(&f->api); /* there is one: none is opened */
  assert_refused_as(f, &other, HTTP_POST, "/api/v1/administrator", body, 410, "link_used");
  visitor_fini(&v);
  visitor_fini(&other);
}

/* The browser has gone before its password was checked: nobody is signed in. */
static void test_gone_meanwhile(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct session session[2];
  size_t n = 0;
  struct account account = account_new(f, "anna@school.example", ACCOUNT_MEMBER);
  assert_int_equal(ask_as(f, &v, HTTP_GET, SESSION, NULL), 200);
  f->fetch_id = 1; /* ask() does not wait */
  assert_int_equal(sign_in_as(f, &v, "anna@school.example"), 0);
  f->waiting = false; /* what io.response sees */
  struct pollfd fd = {.fd = pool_fd(f->api.pool), .events = POLLIN};
  assert_int_equal(poll(&fd, 1, 10000), 1);
  api_hashed(&f->api, f->time);
  assert_int_equal(store_session_list(f->store, &account.id, (struct page){.most = 2}, session, &n), 0);
  assert_int_equal(n, 0);
  visitor_fini(&v);
}

/* The old password is still being compared when its owner sets a new one: nobody comes in by it any more, and it does not
 * come back. */
static void test_an_old_password_in_flight(void **state)
{
  struct fixture *f = *state;
  struct visitor thief = visitor_new(f);
  struct session session[2];
  size_t n = 0;
  struct account account = account_new(f, "anna@school.example", ACCOUNT_MEMBER);
  assert_int_equal(ask_as(f, &thief, HTTP_GET, SESSION, NULL), 200);
  f->fetch_id = 1; /* ask() does not wait */
  assert_int_equal(sign_in_as(f, &thief, "anna@school.example"), 0);
  f->fetch_id = 0;
  char now[sizeof account.password] = "another hash";
  memcpy(account.password, now, sizeof now);
  assert_int_equal(store_account_set(f->store, &account), 0);
  struct pollfd fd = {.fd = pool_fd(f->api.pool), .events = POLLIN};
  while (f->waiting) {
    assert_int_equal(poll(&fd, 1, 10000), 1);
    api_hashed(&f->api, f->time);
  }
  assert_code(f, 401, "wrong_password");
  assert_int_equal(store_session_list(f->store, &account.id, (struct page){.most = 2}, session, &n), 0);
  assert_int_equal(n, 0);
  assert_int_equal(store_account_get(f->store, &account.id, &account), 0);
  assert_string_equal(account.password, now);
  visitor_fini(&thief);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_guest), WITH_API(test_bad_keys), WITH_API(test_proofs), WITH_API(test_without_proof),
    WITH_API(test_copied_cookie), WITH_API(test_copied_cookies_of_guests), WITH_API(test_password), WITH_API(test_guessing), WITH_API(test_lock_and_step_up),
    WITH_API(test_other_account), WITH_API(test_disabled), WITH_API(test_second_factor_is_asked_for),
    WITH_API(test_void_password), WITH_API(test_must_first), WITH_API(test_new_password_ends_other_sessions), WITH_API(test_first_administrator),
    WITH_API(test_gone_meanwhile), WITH_API(test_an_old_password_in_flight),
  };
  return RUN_TESTS("api_sessions", tests);
}
