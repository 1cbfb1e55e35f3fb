/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The own account, one-time links, and what the log says of tries that failed. */
#include "api_testing.h"

#include "store/store_links.h"
#include "store/store_log.h"

/* --- one-time links --- */

static void link_new(struct fixture *f, const struct uid *account, enum link_purpose purpose, char token[TOKEN_TEXT + 1])
{
  uint8_t bytes[TOKEN_BYTES] = {7, (uint8_t)purpose};
  struct sign_in_link link = {.account = *account, .purpose = purpose, .until_s = f->time.now_s + 600};
  randombytes_buf(bytes, sizeof bytes);
  token_to_text(bytes, sizeof bytes, token);
  crypto_hash_sha256(link.hash, bytes, sizeof bytes);
  assert_int_equal(store_link_add(f->store, &link), 0);
}

static unsigned open_link(struct fixture *f, struct visitor *v, const char *token)
{
  char body[128];
  (void)snprintf(body, sizeof body, "{\"token\":\"%s\"}", token);
  return ask_as(f, v, HTTP_POST, "/api/v1/session/link", body);
}

static const char *first_must(const struct fixture *f)
{
  static char text[32];
  json_t *json = answer_of(f);
  const char *must = json_string_value(json_array_get(json_object_get(json, "must"), 0));
  (void)snprintf(text, sizeof text, "%s", must == NULL ? "" : must);
  json_decref(json);
  return text;
}

static struct account invited(struct fixture *f, const char *email)
{
  struct account a = {.role = ACCOUNT_MEMBER, .created_s = f->time.now_s, .name = "Nora"};
  (void)snprintf(a.email, sizeof a.email, "%s", email);
  assert_int_equal(store_account_add(f->store, &a), 0);
  return a;
}

static void test_an_invitation(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f), w = visitor_new(f);
  struct account a = invited(f, "neu@example.org");
  char token[TOKEN_TEXT + 1];
  link_new(f, &a.id, LINK_INVITE, token);
  assert_int_equal(open_link(f, &v, token), 200);
  assert_string_equal(member(f, "kind"), "account");
  assert_string_equal(first_must(f), "set_password");
  assert_int_equal(store_account_get(f->store, &a.id, &a), 0);
  assert_true(a.email_verified);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/me/tickets", NULL, 403, "must_first");
  assert_int_equal(open_link(f, &w, token), 410);
  assert_code(f, 410, "link_used");
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"drei wale singen leise\"}"), 204);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me/tickets", NULL), 200);
  visitor_fini(&v);
  visitor_fini(&w);
}

/* Whoever has no password yet may choose a passkey instead; whoever has one that is to be changed may not. */
static void test_a_passkey_in_place_of_a_password(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct account a = invited(f, "neu@example.org");
  struct passkey passkey = {.account = a.id, .credential_n = 16, .label = "Phone", .created_s = 1};
  char token[TOKEN_TEXT + 1];
  link_new(f, &a.id, LINK_INVITE, token);
  assert_int_equal(open_link(f, &v, token), 200);
  assert_int_equal(store_passkey_add(f->store, &passkey), 0);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/session", NULL), 200);
  assert_string_equal(first_must(f), "");
  assert_int_equal(store_account_get(f->store, &a.id, &a), 0);
  assert_int_equal(password_hash(&f->api.passwords, span_str(PASSWORD), a.password), 0);
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/session", NULL), 200);
  assert_string_equal(first_must(f), "set_password");
  visitor_fini(&v);
}

static void test_a_way_back(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct account a = account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  char token[TOKEN_TEXT + 1], other[TOKEN_TEXT + 1];
  link_new(f, &a.id, LINK_RECOVER, token);
  link_new(f, &a.id, LINK_RECOVER, other);
  assert_int_equal(open_link(f, &v, token), 200);
  assert_string_equal(first_must(f), "set_password");
  assert_non_null(strstr(f->mail_text, "link that leads into your account"));
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/password", "{\"password\":\"drei wale singen leise\"}"), 204);
  assert_int_equal(open_link(f, &v, other), 410); /* a new password ends the others */
  visitor_fini(&v);
}

static void test_a_link_does_not_pass_the_second_factor(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  struct account a = account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  char token[TOKEN_TEXT + 1];
  a.has_totp = a.two_factors_wanted = true;
  assert_int_equal(store_account_set(f->store, &a), 0);
  link_new(f, &a.id, LINK_RECOVER, token);
  assert_int_equal(open_link(f, &v, token), 200);
  assert_string_equal(member(f, "kind"), "guest");
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/me", NULL, 401, "sign_in_first");
  visitor_fini(&v);
}

static void test_links_that_open_nothing(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "otto@example.org", ACCOUNT_MEMBER), w = visitor_new(f);
  struct account a = account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  char token[TOKEN_TEXT + 1];
  link_new(f, &a.id, LINK_RECOVER, token);
  assert_int_equal(open_link(f, &v, token), 409); /* and it was not used up */
  assert_code(f, 409, "other_account");
  assert_int_equal(open_link(f, &w, "AAAAAAAAAAAAAAAAAAAAAA"), 410);
  assert_int_equal(open_link(f, &w, "A"), 410);
  a.disabled = true;
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_int_equal(open_link(f, &w, token), 403);
  a.disabled = false;
  assert_int_equal(store_account_set(f->store, &a), 0);
  time_passes(f, 600);
  assert_int_equal(open_link(f, &w, token), 410);
  visitor_fini(&v);
  visitor_fini(&w);
}

/* --- the account --- */

/* What an administrator demands the person cannot switch off; taken back, the own choice holds again. */
static void test_demanded_factors(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  struct account a;
  assert_int_equal(store_account_by_email(f->store, "anna@example.org", &a), 0);
  a.has_totp = a.two_factors_wanted = a.two_factors_demanded = true;
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_refused_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"two_factors\":false}", 409, "still_demanded");
  a.two_factors_demanded = false;
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_int_equal(ask_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"two_factors\":false}"), 200);
  visitor_fini(&v);
}

static void test_what_it_is(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_ADMIN), guest = visitor_new(f);
  assert_refused_as(f, &guest, HTTP_GET, "/api/v1/me", NULL, 401, "sign_in_first");
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  assert_string_equal(member(f, "email"), "anna@example.org");
  assert_string_equal(member(f, "role"), "administrator");
  json_t *json = answer_of(f);
  assert_int_equal(json_object_size(json), 15);
  assert_true(json_is_true(json_object_get(json, "has_password")));
  assert_int_equal(json_array_size(json_object_get(json, "passkeys")), 0);
  json_decref(json);
  visitor_fini(&v);
  visitor_fini(&guest);
}

static void test_a_new_name(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  assert_int_equal(ask_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"name\":\"Anna B.\"}"), 200);
  assert_string_equal(member(f, "name"), "Anna B.");
  assert_refused_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"name\":\"\"}", 400, "bad_name");
  assert_refused_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"name\":\"H0st\"}", 400, "name_imitates");
  assert_refused_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"role\":\"administrator\"}", 400, "bad_request");
  time_passes(f, 301);
  assert_refused_as(f, &v, HTTP_PATCH, "/api/v1/me", "{\"name\":\"Mallory\"}", 403, "confirm_first");
  visitor_fini(&v);
}

static void test_a_phone(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  char body[128], code[8];
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/me/phone", "{\"phone\":\"0049 151\"}", 400, "bad_phone");
  assert_int_equal(ask_as(f, &v, HTTP_POST, "/api/v1/me/phone", "{\"phone\":\"+49 151 12345678\"}"), 202);
  assert_string_equal(f->message_to, "+4915112345678");
  (void)snprintf(code, sizeof code, "%.6s", f->message_text);
  (void)snprintf(body, sizeof body, "{\"phone\":\"+4915199999999\",\"code\":\"%s\"}", code);
  assert_refused_as(f, &v, HTTP_PUT, "/api/v1/me/phone", body, 401, "code_used_up"); /* another number */
  (void)snprintf(body, sizeof body, "{\"phone\":\"+4915112345678\",\"code\":\"%s\"}", code);
  assert_int_equal(ask_as(f, &v, HTTP_PUT, "/api/v1/me/phone", body), 204);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me", NULL), 200);
  assert_string_equal(member(f, "phone"), "+4915112345678");
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, "/api/v1/me/phone", NULL), 204);
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, "/api/v1/me/phone", NULL), 404);
  visitor_fini(&v);
}

/* Each SMS costs money: another number each time does not help. */
static void test_many_numbers(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER);
  char body[64];
  unsigned sent = 0;
  for (int i = 0; i < 20; i++) {
    (void)snprintf(body, sizeof body, "{\"phone\":\"+49151123456%02d\"}", i);
    sent += ask_as(f, &v, HTTP_POST, "/api/v1/me/phone", body) == 202 ? 1 : 0;
  }
  assert_int_equal(sent, 2);
  assert_code(f, 429, "wait");
  visitor_fini(&v);
}

/* --- its sessions --- */

static size_t list_sessions(struct fixture *f, struct visitor *v, char first[32])
{
  assert_int_equal(ask_as(f, v, HTTP_GET, "/api/v1/me/sessions", NULL), 200);
  json_t *json = answer_of(f), *rows = json_object_get(json, "sessions");
  size_t n = json_array_size(rows);
  for (size_t i = 0; i < n; i++) {
    json_t *row = json_array_get(rows, i);
    if (json_is_false(json_object_get(row, "this")))
      (void)snprintf(first, 32, "%s", json_string_value(json_object_get(row, "id")));
    assert_true(json_is_true(json_object_get(row, "same_network")));
  }
  json_decref(json);
  return n;
}

static void test_ending_sessions(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), w = visitor_new(f), x = visitor_new(f),
                 other = visitor_of(f, "otto@example.org", ACCOUNT_MEMBER);
  char id[32], path[64];
  assert_int_equal(sign_in_as(f, &w, "anna@example.org"), 200);
  assert_int_equal(list_sessions(f, &v, id), 2);
  (void)snprintf(path, sizeof path, "/api/v1/me/sessions/%s", id);
  assert_int_equal(ask_as(f, &other, HTTP_DELETE, path, NULL), 404); /* not theirs */
  time_passes(f, 310); /* no factor is asked for: ending one must be easy */
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, path, NULL), 204);
  assert_refused_as(f, &w, HTTP_GET, "/api/v1/me", NULL, 401, "no_session");
  assert_int_equal(sign_in_as(f, &x, "anna@example.org"), 200);
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, "/api/v1/me/sessions", NULL), 204);
  assert_refused_as(f, &x, HTTP_GET, "/api/v1/me", NULL, 401, "no_session");
  assert_int_equal(list_sessions(f, &v, id), 1);
  assert_int_equal(ask_as(f, &other, HTTP_GET, "/api/v1/me", NULL), 200);
  visitor_fini(&v);
  visitor_fini(&w);
  visitor_fini(&x);
  visitor_fini(&other);
}

static void test_notices(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), w = visitor_new(f),
                 other = visitor_of(f, "otto@example.org", ACCOUNT_MEMBER);
  char path[64];
  assert_int_equal(sign_in_as(f, &w, "anna@example.org"), 200); /* a new device */
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me/notices", NULL), 200);
  json_t *json = answer_of(f), *row = json_array_get(json_object_get(json, "notices"), 0);
  assert_string_equal(json_string_value(json_object_get(row, "kind")), "new_device");
  (void)snprintf(path, sizeof path, "/api/v1/me/notices/%s", json_string_value(json_object_get(row, "id")));
  json_decref(json);
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me/notices?offset=1&most=1", NULL), 200);
  json = answer_of(f);
  assert_int_equal(json_array_size(json_object_get(json, "notices")), 0);
  json_decref(json);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/me/notices?most=0", NULL, 400, "bad_request");
  assert_int_equal(ask_as(f, &other, HTTP_DELETE, path, NULL), 404);
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, path, NULL), 204);
  assert_int_equal(ask_as(f, &v, HTTP_DELETE, path, NULL), 404);
  visitor_fini(&v);
  visitor_fini(&w);
  visitor_fini(&other);
}

static void test_tickets_of_a_verified_address(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_of(f, "anna@example.org", ACCOUNT_MEMBER), guest = visitor_new(f);
  struct account a;
  assert_int_equal(store_account_by_email(f->store, "anna@example.org", &a), 0);
  struct store_room room = room_new(f, &a.id, ROOM_TICKET);
  struct ticket ticket = {.room = room.id, .email = "anna@example.org", .role = ROLE_VIEWER, .issuer = "console"};
  assert_int_equal(store_ticket_add(f->store, &ticket), 0);
  assert_refused_as(f, &guest, HTTP_GET, "/api/v1/me/tickets", NULL, 401, "sign_in_first");
  assert_int_equal(ask_as(f, &v, HTTP_GET, "/api/v1/me/tickets", NULL), 200);
  json_t *json = answer_of(f), *row = json_array_get(json_object_get(json, "tickets"), 0);
  assert_string_equal(json_string_value(json_object_get(row, "title")), "Algebra");
  assert_string_equal(json_string_value(json_object_get(row, "role")), "viewer");
  json_decref(json);
  a.email_verified = false; /* somebody has typed this address, no more */
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/me/tickets", NULL, 401, "sign_in_first");
  visitor_fini(&v);
  visitor_fini(&guest);
}

/* --- what the log says of tries that failed --- */

static size_t events(struct fixture *f, const char *kind, char subject[EMAIL_BYTES])
{
  struct log_event list[64];
  size_t n = 0, found = 0;
  assert_int_equal(store_log_list(f->store, kind, (struct page){.most = 64}, list, &n), 0);
  for (size_t i = 0; i < n; i++, found++)
    (void)snprintf(subject, EMAIL_BYTES, "%s", list[i].subject);
  return found;
}

static void test_failures_are_counted(void **state)
{
  struct fixture *f = *state;
  struct visitor v = visitor_new(f);
  char subject[EMAIL_BYTES] = "";
  (void)account_new(f, "anna@example.org", ACCOUNT_MEMBER);
  const char *wrong = "{\"email\":\"anna@example.org\",\"password\":\"falsch\"}";
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/session/password", wrong, 401, "wrong_password");
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/session/password", wrong, 401, "wrong_password");
  assert_int_equal(events(f, "sign_in_failed", subject), 0); /* nothing is written while somebody waits */
  time_passes(f, 60);
  api_tick(&f->api, f->time);
  assert_int_equal(events(f, "sign_in_failed", subject), 1);
  assert_string_equal(subject, "anna@example.org");
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/session/password",
                    "{\"email\":\"niemand@example.org\",\"password\":\"falsch\"}", 401, "wrong_password");
  time_passes(f, 60);
  api_tick(&f->api, f->time);
  assert_int_equal(events(f, "sign_in_failed", subject), 2);
  visitor_fini(&v);
}

static void test_many_addresses_are_one_entry(void **state)
{
  struct fixture *f = *state;
  char email[64], subject[EMAIL_BYTES];
  for (int i = 0; i < 200; i++) {
    (void)snprintf(email, sizeof email, "niemand%d@example.org", i);
    failure_count(&f->api.failures, email, FAILED_PASSWORD);
  }
  failures_write(&f->api, &f->time);
  assert_int_equal(events(f, "sign_in_failed", subject), 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_an_invitation),
    WITH_API(test_a_passkey_in_place_of_a_password),
    WITH_API(test_a_way_back),
    WITH_API(test_a_link_does_not_pass_the_second_factor),
    WITH_API(test_links_that_open_nothing),
    WITH_API(test_demanded_factors), WITH_API(test_what_it_is),
    WITH_API(test_a_new_name),
    WITH_API(test_a_phone),
    WITH_API(test_many_numbers),
    WITH_API(test_ending_sessions),
    WITH_API(test_notices),
    WITH_API(test_tickets_of_a_verified_address),
    WITH_API(test_failures_are_counted),
    WITH_API(test_many_addresses_are_one_entry),
  };
  return RUN_TESTS("api_me", tests);
}
