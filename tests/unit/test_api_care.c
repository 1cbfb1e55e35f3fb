/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/people/care.c, src/web/api/room_host.c: what the "bank or clinic" profile demands, and whom the door names (B9). */
#include "api_testing.h"
#include "people/care.h"

#define R "/api/v1/rooms"

static int set_up_careful(void **state)
{
  struct site site = site_usual();
  site.high_care = true;
  *state = fixture_new(&site, NULL);
  return 0;
}

static const char *path_of(const struct store_room *room, const char *after)
{
  static char path[128];
  char id[UID_TEXT + 1];
  (void)snprintf(path, sizeof path, R "/%s%s", uid_text(&room->id, id), after);
  return path;
}

static bool policy_is(const struct fixture *f, const char *rule)
{
  json_t *json = answer_of(f);
  bool on = json_is_true(json_object_get(json_object_get(json, "policy"), rule));
  json_decref(json);
  return on;
}

/* The door's host: "id name verified here", "none". */
static const char *host_of(const struct fixture *f)
{
  static char text[256];
  json_t *json = answer_of(f);
  const json_t *host = json_object_get(json, "host");
  assert_non_null(host);
  if (json_is_null(host)) {
    (void)snprintf(text, sizeof text, "none");
  } else {
    const char *id = json_string_value(json_object_get(host, "id"));
    (void)snprintf(text, sizeof text, "%s %s %s %s", id == NULL ? "-" : id,
                   json_string_value(json_object_get(host, "name")),
                   json_string_value(json_object_get(host, "verified")),
                   json_is_true(json_object_get(host, "here")) ? "here" : "away");
  }
  json_decref(json);
  return text;
}

static void test_the_owner_is_named(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), guest = visitor_new(f);
  struct account account;
  char first[256], id[UID_TEXT + 1];
  assert_int_equal(store_account_by_email(f->store, "anna@school.example", &account), 0);
  struct store_room lesson = room_new(f, &account.id, ROOM_OPEN), other = room_new(f, &account.id, ROOM_OPEN);
  struct store_room closed = room_new(f, &account.id, ROOM_MEMBERS);
  assert_int_equal(ask_as(f, &guest, HTTP_GET, path_of(&lesson, ""), NULL), 200);
  assert_string_equal(member(f, "care"), "usual");
  (void)snprintf(first, sizeof first, "%s", host_of(f));
  assert_non_null(strstr(first, account.name));
  assert_non_null(strstr(first, " account away"));
  assert_null(strstr(first, uid_text(&account.id, id))); /* known again by a mark, not by the account's id */
  assert_int_equal(ask_as(f, &guest, HTTP_GET, path_of(&other, ""), NULL), 200);
  assert_string_equal(host_of(f), first);
  /* who may not come in does not learn whose meeting it is */
  assert_int_equal(ask_as(f, &guest, HTTP_GET, path_of(&closed, ""), NULL), 200);
  assert_string_equal(host_of(f), "none");
  visitor_fini(&anna);
  visitor_fini(&guest);
}

static void test_another_name_shows(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), guest = visitor_new(f);
  struct account account;
  char before[256];
  assert_int_equal(store_account_by_email(f->store, "anna@school.example", &account), 0);
  struct store_room lesson = room_new(f, &account.id, ROOM_OPEN);
  assert_int_equal(ask_as(f, &guest, HTTP_GET, path_of(&lesson, ""), NULL), 200);
  (void)snprintf(before, sizeof before, "%s", host_of(f));
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, "/api/v1/me", "{\"name\":\"Anna Other\"}"), 200);
  assert_int_equal(ask_as(f, &guest, HTTP_GET, path_of(&lesson, ""), NULL), 200);
  assert_non_null(strstr(host_of(f), "Anna Other"));
  assert_memory_equal(host_of(f), before, UID_TEXT); /* the same account */
  visitor_fini(&anna);
  visitor_fini(&guest);
}

static void test_care_raises_every_room(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@clinic.example", ACCOUNT_MEMBER), guest = visitor_new(f);
  struct account account;
  static const char *const raised[] = {"waiting_room", "guests_verified", "two_factors", "post_quantum"};
  assert_int_equal(store_account_by_email(f->store, "anna@clinic.example", &account), 0);
  struct store_room room = room_new(f, &account.id, ROOM_OPEN); /* as it was before the switch */
  room.policy.waiting_room = room.policy.guests_verified = false;
  assert_int_equal(store_room_set(f->store, &room), 0);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of(&room, "/settings"), NULL), 200);
  for (size_t i = 0; i < sizeof raised / sizeof raised[0]; i++)
    assert_true(policy_is(f, raised[i]));
  for (size_t i = 0; i < sizeof raised / sizeof raised[0]; i++) {
    char body[96];
    (void)snprintf(body, sizeof body, "{\"policy\":{\"%s\":false}}", raised[i]);
    assert_refused_as(f, &anna, HTTP_PATCH, path_of(&room, ""), body, 400, "bad_request");
    assert_non_null(strstr(member(f, "detail"), raised[i]));
    (void)snprintf(body, sizeof body, "{\"title\":\"Talk\",\"policy\":{\"%s\":false}}", raised[i]);
    assert_refused_as(f, &anna, HTTP_POST, R, body, 400, "bad_request");
  }
  assert_int_equal(ask_as(f, &anna, HTTP_POST, R, "{\"title\":\"Talk\",\"kind\":\"event\"}"), 201);
  assert_true(policy_is(f, "waiting_room"));

  assert_int_equal(ask_as(f, &guest, HTTP_GET, path_of(&room, ""), NULL), 200);
  assert_string_equal(member(f, "care"), "high");
  assert_string_equal(member(f, "why"), "verify_email_first");
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of(&room, ""), NULL), 200);
  assert_string_equal(member(f, "why"), "second_factor_first");
  visitor_fini(&anna);
  visitor_fini(&guest);
}

static void test_care_locks_sooner(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@clinic.example", ACCOUNT_MEMBER);
  const struct http_request q = request(HTTP_GET, "/api/v1/server");
  assert_int_equal(ask(f, &q), 200);
  assert_string_equal(member(f, "care"), "high");
  json_t *offer = answer_of(f);
  assert_int_equal(json_integer_value(json_object_get(offer, "lock")), CARE_LOCK_S);
  json_decref(offer);
  time_passes(f, CARE_LOCK_S + 1);
  assert_refused_as(f, &anna, HTTP_GET, "/api/v1/me", NULL, 403, "session_locked");
  visitor_fini(&anna);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_the_owner_is_named), WITH_API(test_another_name_shows),
    cmocka_unit_test_setup_teardown(test_care_raises_every_room, set_up_careful, tear_down),
    cmocka_unit_test_setup_teardown(test_care_locks_sooner, set_up_careful, tear_down),
  };
  return RUN_TESTS("api_care", tests);
}
