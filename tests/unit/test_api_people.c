/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api: accounts, everybody's sessions, the emergency, the log, the settings (B10). */
#include "api_testing.h"

#include "store/store_links.h"

#define P "/api/v1/people"

static const char *path_of(const char *before, const struct uid *id, const char *after)
{
  static char path[256];
  char text[UID_TEXT + 1];
  token_to_text(id->b, UID_BYTES, text);
  (void)snprintf(path, sizeof path, "%s%s%s", before, text, after);
  return path;
}

static long long number(const struct fixture *f, const char *name)
{
  json_t *json = answer_of(f);
  long long n = (long long)json_integer_value(json_object_get(json, name));
  json_decref(json);
  return n;
}

static bool is_true(const struct fixture *f, const char *name)
{
  json_t *json = answer_of(f);
  bool yes = json_is_true(json_object_get(json, name));
  json_decref(json);
  return yes;
}

static size_t rows_of(const struct fixture *f, const char *name)
{
  json_t *json = answer_of(f);
  size_t n = json_array_size(json_object_get(json, name));
  json_decref(json);
  return n;
}

static struct account account_at(struct fixture *f, const char *email)
{
  struct account a;
  assert_int_equal(store_account_by_email(f->store, email, &a), 0);
  return a;
}

static size_t sessions_of(struct fixture *f, const char *email)
{
  struct account a = account_at(f, email);
  struct session list[8];
  size_t n = 0;
  assert_int_equal(store_session_list(f->store, &a.id, (struct page){.most = 8}, list, &n), 0);
  return n;
}

/* Whether the log has an event of this kind about this subject. */
static bool is_logged(struct fixture *f, const char *kind, const char *subject)
{
  struct log_event list[50];
  size_t n = 0;
  assert_int_equal(store_log_list(f->store, kind, (struct page){.most = 50}, list, &n), 0);
  for (size_t i = 0; i < n; i++)
    if (strcmp(list[i].subject, subject) == 0)
      return true;
  return false;
}

/* --- who may --- */

static void test_for_administrators(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), guest = visitor_new(f);
  static const struct {
    enum http_method method;
    const char *path;
  } all[] = {{HTTP_GET, P},
             {HTTP_POST, P},
             {HTTP_GET, P "/AAAAAAAAAAAAAAAAAAAAAA"},
             {HTTP_PATCH, P "/AAAAAAAAAAAAAAAAAAAAAA"},
             {HTTP_DELETE, P "/AAAAAAAAAAAAAAAAAAAAAA"},
             {HTTP_POST, P "/AAAAAAAAAAAAAAAAAAAAAA/link"},
             {HTTP_DELETE, P "/AAAAAAAAAAAAAAAAAAAAAA/factors"},
             {HTTP_DELETE, P "/AAAAAAAAAAAAAAAAAAAAAA/sessions"},
             {HTTP_GET, "/api/v1/sessions"},
             {HTTP_DELETE, "/api/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA"},
             {HTTP_POST, "/api/v1/emergency"},
             {HTTP_GET, "/api/v1/log"},
             {HTTP_POST, "/api/v1/log/verify"},
             {HTTP_GET, "/api/v1/settings"},
             {HTTP_GET, "/api/v1/keys"},
             {HTTP_POST, "/api/v1/keys"},
             {HTTP_DELETE, "/api/v1/keys/AAAAAAAAAAAAAAAAAAAAAA"},
             {HTTP_GET, "/api/v1/webhooks"},
             {HTTP_POST, "/api/v1/webhooks"},
             {HTTP_DELETE, "/api/v1/webhooks/AAAAAAAAAAAAAAAAAAAAAA"}};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    const char *body = all[i].method == HTTP_POST || all[i].method == HTTP_PATCH ? "{}" : NULL;
    assert_refused_as(f, &anna, all[i].method, all[i].path, body, 403, "not_allowed");
    assert_refused_as(f, &guest, all[i].method, all[i].path, body, 401, "sign_in_first");
  }
  visitor_fini(&anna);
  visitor_fini(&guest);
}

/* --- people --- */

static void test_inviting(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  unsigned mails = f->mails;
  assert_int_equal(ask_as(f, &chef, HTTP_POST, P, "{\"email\":\"Anna@school.example\",\"name\":\"Anna\"}"), 201);
  char link[256];
  (void)snprintf(link, sizeof link, "%.255s", member(f, "link"));
  assert_true(strncmp(link, ORIGIN "/welcome#", strlen(ORIGIN "/welcome#")) == 0);
  assert_true(is_true(f, "mailed"));
  assert_int_equal(f->mails, mails + 1);
  assert_non_null(strstr(f->mail_text, link));
  struct account anna = account_at(f, "anna@school.example");
  assert_int_equal(anna.role, ACCOUNT_MEMBER);
  assert_false(anna.email_verified);
  assert_true(is_logged(f, "person_invited", "anna@school.example"));
  assert_refused_as(f, &chef, HTTP_POST, P, "{\"email\":\"anna@school.example\",\"name\":\"Anna\"}", 409, "known_already");
  assert_refused_as(f, &chef, HTTP_POST, P, "{\"email\":\"anna\",\"name\":\"Anna\"}", 400, "bad_request");
  assert_refused_as(f, &chef, HTTP_POST, P, "{\"email\":\"b@c.example\",\"name\":\" \"}", 400, "bad_name");
  assert_refused_as(f, &chef, HTTP_POST, P, "{\"email\":\"b@c.example\",\"name\":\"B\",\"role\":\"king\"}", 400,
                    "bad_request");
  visitor_fini(&chef);
}

/* Of an account's links the newest alone works. */
static void test_a_new_link_ends_the_old_one(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct account anna = account_new(f, "anna@school.example", ACCOUNT_MEMBER);
  uint8_t token[TOKEN_BYTES], hash[2][32];
  struct sign_in_link link;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(ask_as(f, &chef, HTTP_POST, path_of(P "/", &anna.id, "/link"), NULL), 201);
    assert_int_equal(token_from_text(span_str(strchr(member(f, "link"), '#') + 1), token, sizeof token), 0);
    crypto_hash_sha256(hash[i], token, sizeof token);
    assert_int_equal(store_link_find(f->store, hash[i], f->time.now_s, &link), 0);
  }
  assert_int_equal(store_link_find(f->store, hash[0], f->time.now_s, &link), ERR_NOT_FOUND);
  assert_int_equal(store_link_find(f->store, hash[1], f->time.now_s + 7 * 86400, &link), ERR_NOT_FOUND);
  visitor_fini(&chef);
}

static void test_list_and_search(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  (void)account_new(f, "anna@school.example", ACCOUNT_MEMBER);
  (void)account_new(f, "ben@other.example", ACCOUNT_MEMBER);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, P, NULL), 200);
  assert_int_equal(rows_of(f, "people"), 3);
  assert_int_equal(number(f, "total"), 3);
  assert_int_equal(number(f, "administrators"), 1);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, P "?search=other", NULL), 200);
  assert_int_equal(rows_of(f, "people"), 1);
  struct account self = account_at(f, "chef@school.example");
  assert_int_equal(ask_as(f, &chef, HTTP_GET, path_of(P "/", &self.id, ""), NULL), 200);
  assert_int_equal(rows_of(f, "sessions"), 1);
  assert_true(is_true(f, "has_password"));
  assert_null(strstr((const char *)f->answer.body.p, "argon2"));
  visitor_fini(&chef);
}

static void test_switched_off_at_once(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct account a = account_at(f, "anna@school.example");
  assert_int_equal(ask_as(f, &chef, HTTP_PATCH, path_of(P "/", &a.id, ""), "{\"disabled\":true}"), 200);
  assert_true(is_true(f, "disabled"));
  assert_int_equal(sessions_of(f, "anna@school.example"), 0);
  assert_refused_as(f, &anna, HTTP_GET, "/api/v1/rooms", NULL, 401, "no_session");
  assert_true(is_logged(f, "person_disabled", "anna@school.example"));
  assert_int_equal(ask_as(f, &chef, HTTP_PATCH, path_of(P "/", &a.id, ""), "{\"disabled\":false,\"name\":\"Anna B\"}"), 200);
  assert_string_equal(member(f, "name"), "Anna B");
  visitor_fini(&chef);
  visitor_fini(&anna);
}

static void test_demoted_at_once(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct visitor other = visitor_of(f, "other@school.example", ACCOUNT_ADMIN);
  struct account a = account_at(f, "other@school.example");
  assert_int_equal(ask_as(f, &chef, HTTP_PATCH, path_of(P "/", &a.id, ""), "{\"role\":\"member\"}"), 200);
  assert_string_equal(member(f, "role"), "member");
  assert_int_equal(sessions_of(f, "other@school.example"), 0);
  assert_refused_as(f, &other, HTTP_GET, P, NULL, 401, "no_session");
  assert_true(is_logged(f, "role_changed", "other@school.example"));
  visitor_fini(&chef);
  visitor_fini(&other);
}

static void test_the_last_administrator_stays(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct account self = account_at(f, "chef@school.example");
  char path[256];
  (void)snprintf(path, sizeof path, "%s", path_of(P "/", &self.id, ""));
  assert_refused_as(f, &chef, HTTP_PATCH, path, "{\"role\":\"member\"}", 409, "last_administrator");
  assert_refused_as(f, &chef, HTTP_PATCH, path, "{\"disabled\":true}", 409, "last_administrator");
  assert_refused_as(f, &chef, HTTP_DELETE, path, NULL, 409, "last_administrator");
  struct account off = account_new(f, "off@school.example", ACCOUNT_ADMIN);
  off.disabled = true;
  assert_int_equal(store_account_set(f->store, &off), 0);
  assert_refused_as(f, &chef, HTTP_DELETE, path, NULL, 409, "last_administrator");
  (void)account_new(f, "second@school.example", ACCOUNT_ADMIN);
  assert_int_equal(ask_as(f, &chef, HTTP_PATCH, path, "{\"role\":\"member\"}"), 200);
  assert_refused_as(f, &chef, HTTP_GET, P, NULL, 403, "not_allowed");
  visitor_fini(&chef);
}

static void test_removed_with_what_is_theirs(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct account a = account_at(f, "anna@school.example");
  struct store_room room = room_new(f, &a.id, ROOM_OPEN);
  struct room_plan plan = {.id = room.id, .stored = true, .policy = room.policy};
  uint64_t live;
  assert_int_equal(rooms_open(f->rooms, f->time.now_us, &plan, &live), 0);
  assert_int_equal(ask_as(f, &chef, HTTP_DELETE, path_of(P "/", &a.id, ""), NULL), 204);
  assert_false(rooms_is_live(f->rooms, &room.id));
  assert_int_equal(store_room_get(f->store, &room.id, &room), 0);
  assert_int_not_equal(room.closed_s, 0);
  assert_refused_as(f, &anna, HTTP_GET, "/api/v1/rooms", NULL, 401, "no_session");
  assert_refused_as(f, &chef, HTTP_GET, path_of(P "/", &a.id, ""), NULL, 404, "not_found");
  visitor_fini(&chef);
  visitor_fini(&anna);
}

/* A ticket goes with its owner's account, and with it a guest who has shown the same address. */
static void test_tickets_of_who_is_removed(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct account a = account_new(f, "anna@school.example", ACCOUNT_MEMBER), owner = account_at(f, "chef@school.example");
  const struct store_room room = room_new(f, &owner.id, ROOM_TICKET);
  const struct room_plan plan = {.id = room.id, .stored = true, .kind = room.kind, .policy = room.policy};
  struct rooms_time now = {.now_us = f->time.now_us, .unix_s = f->time.now_s};
  struct entry_grant grant = {.name_n = 4, .name = "Anna", .who = {.role = AS_PARTICIPANT, .door_open = true}};
  struct ticket ticket = {.room = room.id, .email = "anna@school.example", .created_s = f->time.now_s};
  struct session guest = {.email = "anna@school.example", .created_s = f->time.now_s, .used_s = f->time.now_s};
  uint64_t person;
  assert_int_equal(store_ticket_add(f->store, &ticket), 0);
  assert_int_equal(store_session_add(f->store, &guest), 0);
  grant.who.session = guest.id;
  grant.who.ticket = ticket.id;
  assert_int_equal(rooms_open(f->rooms, now.now_us, &plan, &grant.room), 0);
  assert_int_equal(rooms_socket_opened(f->rooms, now, 7, &grant, &person), 0);
  api_tick(&f->api, f->time);
  assert_int_equal(f->closed, 0);
  assert_int_equal(ask_as(f, &chef, HTTP_DELETE, path_of(P "/", &a.id, ""), NULL), 204);
  api_tick(&f->api, f->time);
  assert_int_equal(f->closed, 1);
  visitor_fini(&chef);
}

static void test_lost_factors(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct account a = account_new(f, "anna@school.example", ACCOUNT_MEMBER);
  struct passkey passkey = {.account = a.id, .credential_n = 3, .credential = {1, 2, 3}};
  const uint8_t code[1][32] = {{1}};
  size_t left;
  a.has_totp = true;
  assert_int_equal(store_account_set(f->store, &a), 0);
  assert_int_equal(store_passkey_add(f->store, &passkey), 0);
  assert_int_equal(store_recovery_set(f->store, &a.id, code, 1), 0);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, path_of(P "/", &a.id, ""), NULL), 200);
  assert_int_equal(number(f, "passkeys"), 1);
  assert_int_equal(ask_as(f, &chef, HTTP_DELETE, path_of(P "/", &a.id, "/factors"), NULL), 204);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, path_of(P "/", &a.id, ""), NULL), 200);
  assert_int_equal(number(f, "passkeys"), 0);
  assert_false(is_true(f, "has_totp"));
  assert_int_equal(store_recovery_left(f->store, &a.id, &left), 0);
  assert_int_equal(left, 0);
  assert_string_equal(f->mail_to, "anna@school.example");
  visitor_fini(&chef);
}

/* --- sessions --- */

static void test_everybodys_sessions(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct account a = account_at(f, "anna@school.example");
  struct session session;
  size_t n;
  assert_int_equal(ask_as(f, &chef, HTTP_GET, "/api/v1/sessions", NULL), 200);
  assert_int_equal(rows_of(f, "sessions"), 2);
  assert_non_null(strstr((const char *)f->answer.body.p, "\"person\":{\"id\":"));
  assert_int_equal(store_session_list(f->store, &a.id, (struct page){.most = 1}, &session, &n), 0);
  time_passes(f, 600); /* ending needs no factor */
  assert_int_equal(ask_as(f, &chef, HTTP_DELETE, path_of("/api/v1/sessions/", &session.id, ""), NULL), 204);
  assert_refused_as(f, &anna, HTTP_GET, "/api/v1/rooms", NULL, 401, "no_session");
  assert_true(is_logged(f, "session_ended", "anna@school.example"));
  assert_refused_as(f, &chef, HTTP_DELETE, path_of("/api/v1/sessions/", &session.id, ""), NULL, 404, "not_found");
  struct visitor again = visitor_new(f);
  assert_int_equal(sign_in_as(f, &again, "anna@school.example"), 200);
  assert_int_equal(ask_as(f, &chef, HTTP_DELETE, path_of(P "/", &a.id, "/sessions"), NULL), 204);
  assert_int_equal(sessions_of(f, "anna@school.example"), 0);
  visitor_fini(&chef);
  visitor_fini(&anna);
  visitor_fini(&again);
}

/* --- the emergency --- */

static void test_each_part_does_what_it_says(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), guest = visitor_new(f);
  struct api_key key = {.name = "shop", .hash = {1}, .scopes = SCOPE_ROOMS_READ, .created_s = f->time.now_s};
  struct webhook hook = {.name = "shop", .created_s = f->time.now_s};
  struct api_keys before = f->api.keys;
  assert_int_equal(store_key_add(f->store, &key), 0);
  assert_int_equal(store_webhook_add(f->store, &hook), 0);

  assert_int_equal(ask_as(f, &chef, HTTP_POST, "/api/v1/emergency", "{}"), 200);
  assert_int_equal(number(f, "ended") + number(f, "people") + number(f, "keys") + number(f, "webhooks"), 0);
  assert_int_equal(sessions_of(f, "anna@school.example"), 1);

  assert_int_equal(ask_as(f, &chef, HTTP_POST, "/api/v1/emergency", "{\"end_sessions\":true}"), 200);
  assert_int_equal(number(f, "ended"), 2);
  assert_refused_as(f, &anna, HTTP_GET, "/api/v1/rooms", NULL, 401, "no_session");
  assert_refused_as(f, &guest, HTTP_GET, "/api/v1/session", NULL, 401, "no_session");

  assert_int_equal(ask_as(f, &chef, HTTP_POST, "/api/v1/emergency", "{\"revoke_keys\":true,\"revoke_webhooks\":true}"), 200);
  assert_int_equal(number(f, "keys"), 1);
  assert_int_equal(number(f, "webhooks"), 1);
  assert_int_equal(store_key_find(f->store, key.hash, &key), ERR_NOT_FOUND);
  assert_int_equal(store_webhook_get(f->store, &hook.id, &hook), 0);
  assert_int_not_equal(hook.revoked_s, 0);
  assert_int_equal(ask_as(f, &chef, HTTP_POST, "/api/v1/emergency", "{\"revoke_keys\":true}"), 200);
  assert_int_equal(number(f, "keys"), 0);

  assert_memory_equal(&before, &f->api.keys, sizeof before);
  assert_int_equal(ask_as(f, &chef, HTTP_POST, "/api/v1/emergency", "{\"renew_secrets\":true}"), 200);
  assert_memory_not_equal(before.device, f->api.keys.device, sizeof before.device);
  assert_memory_not_equal(before.network, f->api.keys.network, sizeof before.network);

  assert_int_equal(ask_as(f, &chef, HTTP_POST, "/api/v1/emergency", "{\"demand_passwords\":true}"), 200);
  assert_int_equal(number(f, "people"), 2);
  assert_true(account_at(f, "anna@school.example").must_set_password);
  assert_refused_as(f, &chef, HTTP_GET, P, NULL, 403, "must_first");
  assert_true(is_logged(f, "emergency", "everybody"));
  visitor_fini(&chef);
  visitor_fini(&anna);
  visitor_fini(&guest);
}

/* Whoever is in a meeting by an ended session is out; who asks stays. */
static void test_the_emergency_reaches_meetings(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct rooms_time now = {.now_us = f->time.now_us, .unix_s = f->time.now_s};
  struct account a = account_at(f, "chef@school.example");
  struct entry_grant grant = {.name_n = 4, .name = "Chef", .who = {.role = AS_HOST, .door_open = true}}, other;
  struct session session;
  const struct store_room room = room_new(f, &a.id, ROOM_OPEN);
  const struct room_plan plan = {.id = room.id, .stored = true, .policy = room.policy};
  uint64_t person;
  size_t n;
  assert_int_equal(store_session_list(f->store, &a.id, (struct page){.most = 1}, &session, &n), 0);
  assert_int_equal(rooms_open(f->rooms, now.now_us, &plan, &grant.room), 0);
  grant.who.session = session.id;
  other = grant;
  other.browser.hash[0] = 1;
  other.who.session.b[0] ^= 1;
  memcpy(other.name, "Anna", 4);
  memset(other.likeness, 1, sizeof other.likeness);
  assert_int_equal(rooms_socket_opened(f->rooms, now, 7, &grant, &person), 0);
  assert_int_equal(rooms_socket_opened(f->rooms, now, 8, &other, &person), 0);
  assert_int_equal(ask_as(f, &chef, HTTP_POST, "/api/v1/emergency", "{\"end_sessions\":true}"), 200);
  assert_int_equal(f->closed, 1);
  visitor_fini(&chef);
}

/* --- the log and the settings --- */

static void test_log(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, "/api/v1/log?kind=sign_in", NULL), 200);
  assert_int_equal(rows_of(f, "events"), 1);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, "/api/v1/log?kind=nothing", NULL), 200);
  assert_int_equal(rows_of(f, "events"), 0);
  assert_refused_as(f, &chef, HTTP_GET, "/api/v1/log?kind=x-y", NULL, 400, "bad_request");
  assert_int_equal(ask_as(f, &chef, HTTP_POST, "/api/v1/log/verify", NULL), 200);
  assert_true(is_true(f, "whole"));
  assert_int_equal(number(f, "entries"), 1);
  visitor_fini(&chef);
}

static void test_settings(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, "/api/v1/settings", NULL), 200);
  assert_string_equal(member(f, "profile"), "local");
  assert_string_equal(member(f, "origin"), ORIGIN);
  assert_string_equal(member(f, "sign_up"), "invited");
  assert_true(is_true(f, "mail"));
  assert_string_not_equal(member(f, "version"), "");
  visitor_fini(&chef);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_for_administrators), WITH_API(test_inviting), WITH_API(test_a_new_link_ends_the_old_one),
    WITH_API(test_list_and_search), WITH_API(test_switched_off_at_once), WITH_API(test_demoted_at_once),
    WITH_API(test_the_last_administrator_stays), WITH_API(test_removed_with_what_is_theirs),
    WITH_API(test_tickets_of_who_is_removed), WITH_API(test_lost_factors), WITH_API(test_everybodys_sessions), WITH_API(test_each_part_does_what_it_says),
    WITH_API(test_the_emergency_reaches_meetings), WITH_API(test_log), WITH_API(test_settings),
  };
  return RUN_TESTS("api_people", tests);
}
