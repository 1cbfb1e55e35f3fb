/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api: rooms, their members, bans and attendance, series, tickets (A5, A7). */
#include "api_testing.h"
#include "web/api/live.h"

#define R "/api/v1/rooms"

static const char *path_of(const char *before, const char *id, const char *after)
{
  static char path[256];
  (void)snprintf(path, sizeof path, "%s%s%s", before, id, after);
  return path;
}

/* The member of the answer at a place such as "policy.most". */
static long long number_at(const struct fixture *f, const char *object, const char *name)
{
  json_t *json = answer_of(f);
  const json_t *at = object == NULL ? json : json_object_get(json, object);
  long long n = (long long)json_integer_value(json_object_get(at, name));
  json_decref(json);
  return n;
}

static size_t rows_of(const struct fixture *f, const char *name)
{
  json_t *json = answer_of(f);
  size_t n = json_array_size(json_object_get(json, name));
  json_decref(json);
  return n;
}

static void make_room(struct fixture *f, struct visitor *v, const char *body, char id[UID_TEXT + 1])
{
  assert_int_equal(ask_as(f, v, HTTP_POST, R, body), 201);
  (void)snprintf(id, UID_TEXT + 1, "%.22s", member(f, "id"));
}

/* --- rooms --- */

static void test_a_room_is_made_and_changed(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"policy\":{\"most\":5,\"chat\":\"viewer\"}}", id);
  assert_string_equal(member(f, "kind"), "open");
  assert_string_equal(member(f, "address"), path_of(ORIGIN "/m/", id, ""));
  assert_int_equal(number_at(f, "policy", "most"), 5);
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, path_of(R "/", id, ""), "{\"title\":\"Geometry\",\"closed\":true}"), 200);
  assert_string_equal(member(f, "title"), "Geometry");
  assert_int_equal(number_at(f, NULL, "closed"), API_NOW_S);
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, path_of(R "/", id, ""), "{\"closed\":false}"), 200);
  assert_int_equal(number_at(f, NULL, "closed"), 0);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of(R "/", id, "/settings"), NULL), 200);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, R, NULL), 200);
  assert_int_equal(rows_of(f, "rooms"), 1);
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path_of(R "/", id, ""), NULL), 204);
  assert_refused_as(f, &anna, HTTP_GET, path_of(R "/", id, "/settings"), NULL, 404, "not_found");
  visitor_fini(&anna);
}

static void test_what_a_room_cannot_be(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  static const char *const bodies[] = {
    "{}", "{\"title\":\"\"}", "{\"title\":\"two  blanks\"}", "{\"title\":\"A\",\"kind\":\"secret\"}",
    "{\"title\":\"A\",\"policy\":{\"most\":1}}", "{\"title\":\"A\",\"policy\":{\"most\":9000}}",
    "{\"title\":\"A\",\"policy\":{\"present\":\"everybody\"}}", "{\"title\":\"A\",\"policy\":{\"present\":\"viewer\"}}",
    "{\"title\":\"A\",\"policy\":{\"odd\":true}}", "{\"title\":\"A\",\"policy\":{\"locked\":1}}",
    "{\"title\":\"A\",\"kind\":\"event\",\"policy\":{\"present\":\"participant\"}}", "{\"title\":\"A\",\"series\":\"x\"}",
    "{\"title\":\"A\",\"series\":\"AAAAAAAAAAAAAAAAAAAAAA\"}", "{\"title\":\"A\",\"id\":\"x\"}"};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
    assert_refused_as(f, &anna, HTTP_POST, R, bodies[i], 400, "bad_request");
  assert_refused_as(f, &anna, HTTP_POST, R, "{\"title\":\"A\",\"owner\":\"anna@school.example\"}", 403, "not_allowed");
  assert_int_equal(ask_as(f, &anna, HTTP_GET, R, NULL), 200);
  assert_int_equal(rows_of(f, "rooms"), 0);
  visitor_fini(&anna);
}

static void test_another_kind_brings_its_defaults(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"policy\":{\"two_factors\":true,\"invited\":40}}", id);
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, path_of(R "/", id, ""), "{\"kind\":\"event\"}"), 200);
  json_t *json = answer_of(f), *policy = json_object_get(json, "policy");
  assert_string_equal(json_string_value(json_object_get(policy, "present")), "speaker");
  assert_true(json_is_false(json_object_get(policy, "waiting_room")));
  assert_true(json_is_true(json_object_get(policy, "two_factors")));
  assert_int_equal(json_integer_value(json_object_get(policy, "invited")), 40);
  json_decref(json);
  visitor_fini(&anna);
}

/* Whoever is in feels it: the socket of a stay is closed with the room. */
static void test_a_change_takes_effect_on_who_is_in(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct account owner;
  assert_int_equal(store_account_by_email(f->store, "anna@school.example", &owner), 0);
  struct store_room room = room_new(f, &owner.id, ROOM_OPEN);
  struct room_plan plan = {.id = room.id, .stored = true, .policy = room.policy};
  struct entry_grant grant = {.name_n = 4, .name = "Anna",
                              .who = {.account = owner.id, .role = AS_HOST, .door_open = true}};
  struct rooms_time now = {.now_us = f->time.now_us, .unix_s = f->time.now_s};
  uint64_t person;
  char id[UID_TEXT + 1];
  token_to_text(room.id.b, UID_BYTES, id);
  assert_int_equal(rooms_open(f->rooms, now.now_us, &plan, &grant.room), 0);
  assert_int_equal(rooms_socket_opened(f->rooms, now, 7, &grant, &person), 0);
  rooms_socket_said(f->rooms, now, person, 7, span_str("{\"type\":\"hello\",\"n\":1}"));
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of(R "/", id, "/settings"), NULL), 200);
  assert_int_equal(number_at(f, NULL, "live"), 1);
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, path_of(R "/", id, ""), "{\"policy\":{\"locked\":true}}"), 200);
  struct entry_grant other = {.room = grant.room, .name_n = 3, .name = "Ben", .browser = {.hash = {9}}};
  assert_int_equal(rooms_may_enter(f->rooms, now.now_us, &other), ERR_AGAIN);
  assert_int_equal(f->closed, 0);
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, path_of(R "/", id, ""), "{\"closed\":true}"), 200);
  assert_int_equal(f->closed, 1);
  assert_int_equal(f->close_code, CLOSE_ENDED);
  assert_false(rooms_is_live(f->rooms, &room.id));
  visitor_fini(&anna);
}

/* To others it is as if it were not there; guests sign in first; administrators and their lists see it. */
static void test_whose_it_is(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct visitor ben = visitor_of(f, "ben@school.example", ACCOUNT_MEMBER);
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct visitor guest = visitor_new(f);
  static const struct {
    enum http_method method;
    const char *after, *body;
  } tries[] = {{HTTP_GET, "/settings", NULL}, {HTTP_PATCH, "", "{\"title\":\"Mine\"}"}, {HTTP_DELETE, "", NULL},
               {HTTP_GET, "/members", NULL}, {HTTP_PUT, "/members/x@y.example", "{\"role\":\"host\"}"},
               {HTTP_DELETE, "/members/x@y.example", NULL}, {HTTP_GET, "/bans", NULL},
               {HTTP_DELETE, "/bans/AAAAAAAAAAAAAAAAAAAAAA", NULL}, {HTTP_GET, "/attendance", NULL},
               {HTTP_GET, "/tickets", NULL}, {HTTP_POST, "/tickets", "{\"email\":\"x@y.example\"}"},
               {HTTP_POST, "/tickets/import", "email\nx@y.example\n"}};
  char id[UID_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\"}", id);
  for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
    assert_refused_as(f, &ben, tries[i].method, path_of(R "/", id, tries[i].after), tries[i].body, 404, "not_found");
    assert_refused_as(f, &guest, tries[i].method, path_of(R "/", id, tries[i].after), tries[i].body, 401, "sign_in_first");
  }
  assert_int_equal(ask_as(f, &ben, HTTP_GET, R "?all=true", NULL), 200);
  assert_int_equal(rows_of(f, "rooms"), 0);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, R, NULL), 200);
  assert_int_equal(rows_of(f, "rooms"), 0);
  assert_int_equal(ask_as(f, &chef, HTTP_GET, R "?all=true", NULL), 200);
  assert_int_equal(rows_of(f, "rooms"), 1);
  assert_int_equal(ask_as(f, &chef, HTTP_PATCH, path_of(R "/", id, ""), "{\"title\":\"Seen\"}"), 200);
  visitor_fini(&anna);
  visitor_fini(&ben);
  visitor_fini(&chef);
  visitor_fini(&guest);
}

/* Deleting is confirmed: not half an hour after the sign-in. */
static void test_deleting_is_confirmed(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\"}", id);
  time_passes(f, 600);
  assert_refused_as(f, &anna, HTTP_DELETE, path_of(R "/", id, ""), NULL, 403, "confirm_first");
  assert_int_equal(sign_in_as(f, &anna, "anna@school.example"), 200);
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path_of(R "/", id, ""), NULL), 204);
  visitor_fini(&anna);
}

/* --- people of a room --- */

static void test_members(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1], path[256];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"members\"}", id);
  (void)snprintf(path, sizeof path, R "/%s/members/Ben@School.example", id);
  assert_int_equal(ask_as(f, &anna, HTTP_PUT, path, "{\"role\":\"cohost\"}"), 204);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of(R "/", id, "/members"), NULL), 200);
  json_t *json = answer_of(f), *first = json_array_get(json_object_get(json, "members"), 0);
  assert_string_equal(json_string_value(json_object_get(first, "email")), "ben@school.example");
  assert_string_equal(json_string_value(json_object_get(first, "role")), "cohost");
  json_decref(json);
  assert_refused_as(f, &anna, HTTP_PUT, path, "{\"role\":\"king\"}", 400, "bad_request");
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path, NULL), 204);
  assert_refused_as(f, &anna, HTTP_DELETE, path, NULL, 404, "not_found");
  (void)snprintf(path, sizeof path, R "/%s/members/nobody", id);
  assert_refused_as(f, &anna, HTTP_PUT, path, "{\"role\":\"host\"}", 400, "bad_request");
  visitor_fini(&anna);
}

static void test_bans_and_attendance(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1], path[256], ban_id[UID_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\"}", id);
  struct ban ban = {.email = "eve@evil.example", .name = "Eve", .time_s = API_NOW_S};
  struct attendance stay = {.stay = 1, .name = "Ben", .verified = "email", .email = "ben@school.example",
                            .role = ROLE_PARTICIPANT, .joined_s = API_NOW_S, .left_s = API_NOW_S + 60};
  assert_int_equal(token_from_text(span_str(id), ban.room.b, UID_BYTES), 0);
  stay.room = ban.room;
  assert_int_equal(store_ban_add(f->store, &ban), 0);
  assert_int_equal(store_attendance_put(f->store, &stay), 0);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of(R "/", id, "/attendance"), NULL), 200);
  assert_int_equal(rows_of(f, "stays"), 1);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of(R "/", id, "/bans"), NULL), 200);
  assert_int_equal(rows_of(f, "bans"), 1);
  token_to_text(ban.id.b, UID_BYTES, ban_id);
  (void)snprintf(path, sizeof path, R "/%s/bans/%s", id, ban_id);
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path, NULL), 204);
  assert_refused_as(f, &anna, HTTP_DELETE, path, NULL, 404, "not_found");
  visitor_fini(&anna);
}

/* In the meeting itself as well: a lifted ban lets in, and who is no member any more is out. */
static void test_live_bans_and_members(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct rooms_time now = {.now_us = f->time.now_us, .unix_s = f->time.now_s};
  struct entry_grant ben = {.name_n = 3, .name = "Ben", .browser = {.hash = {1}},
                            .who = {.role = AS_PARTICIPANT, .door_open = true, .email = "ben@b.example"}};
  struct entry_grant eve = {.browser = {.hash = {2}}, .who = {.email = "eve@e.example"}};
  char id[UID_TEXT + 1], path[256], ban_id[UID_TEXT + 1];
  uint64_t person;
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"members\"}", id);
  struct ban ban = {.email = "eve@e.example", .name = "Eve", .time_s = API_NOW_S};
  assert_int_equal(token_from_text(span_str(id), ban.room.b, UID_BYTES), 0);
  assert_int_equal(store_ban_add(f->store, &ban), 0);
  struct room_plan plan = {.id = ban.room, .stored = true, .kind = ROOM_MEMBERS, .bans = &ban, .bans_n = 1,
                           .policy = room_policy_default(ROOM_MEMBERS)};
  assert_int_equal(rooms_open(f->rooms, now.now_us, &plan, &ben.room), 0);
  eve.room = ben.room;
  assert_true(rooms_is_banned(f->rooms, &eve));
  token_to_text(ban.id.b, UID_BYTES, ban_id);
  (void)snprintf(path, sizeof path, R "/%s/bans/%s", id, ban_id);
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path, NULL), 204);
  assert_false(rooms_is_banned(f->rooms, &eve));
  (void)snprintf(path, sizeof path, R "/%s/members/ben@b.example", id);
  assert_int_equal(ask_as(f, &anna, HTTP_PUT, path, "{\"role\":\"participant\"}"), 204);
  assert_int_equal(rooms_socket_opened(f->rooms, now, 7, &ben, &person), 0);
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path, NULL), 204);
  assert_int_equal(f->closed, 1);
  visitor_fini(&anna);
}

/* --- rights that end --- */

#define BEN "{\"name\":\"Ben\"}"

static unsigned ask_for_entry(struct fixture *f, struct visitor *v, const char *room, const char *body,
                              char entry[TOKEN_TEXT + 1])
{
  unsigned status = ask_as(f, v, HTTP_POST, path_of(R "/", room, "/entry"), body);
  (void)snprintf(entry, TOKEN_TEXT + 1, "%.22s", member(f, "entry"));
  return status;
}

static int open_socket(struct fixture *f, const struct visitor *v, const char *entry, struct socket_ticket *ticket)
{
  char cookies[256];
  struct http_request q = request(HTTP_GET, "/signal");
  q.origin = span_str(ORIGIN);
  put_cookies(v, cookies, sizeof cookies);
  q.cookie = span_str(cookies);
  answer_fini(&f->answer);
  return api_open_socket(&f->api, f->time, &q, span_str("testudo.v1"), span_str(entry), ticket, &f->answer);
}

static void come_in(struct fixture *f, struct visitor *v, const char *room, const char *body)
{
  static uint64_t socket = 100;
  struct socket_ticket ticket;
  uint64_t person;
  char entry[TOKEN_TEXT + 1];
  assert_int_equal(ask_for_entry(f, v, room, body, entry), 201);
  assert_int_equal(open_socket(f, v, entry, &ticket), 0);
  assert_int_equal(rooms_socket_opened(f->rooms, (struct rooms_time){f->time.now_us, f->time.now_s}, ++socket,
                                       &ticket.grant, &person), 0);
}

static void set_member(struct fixture *f, struct visitor *owner, const char *room, const char *role)
{
  char path[256];
  (void)snprintf(path, sizeof path, R "/%s/members/ben@home.example", room);
  if (role == NULL)
    assert_int_equal(ask_as(f, owner, HTTP_DELETE, path, NULL), 204);
  else
    assert_int_equal(ask_as(f, owner, HTTP_PUT, path, role), 204);
}

/* Between the entry and its socket somebody is taken off the list, gets a lower role, or the account is switched off. */
static void test_an_entry_ends_with_its_right(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct visitor ben = visitor_of(f, "ben@home.example", ACCOUNT_MEMBER);
  struct socket_ticket ticket;
  struct account account;
  char id[UID_TEXT + 1], entry[TOKEN_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"members\"}", id);
  set_member(f, &anna, id, "{\"role\":\"cohost\"}");
  assert_int_equal(ask_for_entry(f, &ben, id, BEN, entry), 201);
  assert_int_equal(open_socket(f, &ben, entry, &ticket), 0);
  assert_int_equal(ask_for_entry(f, &ben, id, BEN, entry), 201);
  set_member(f, &anna, id, "{\"role\":\"viewer\"}");
  assert_int_equal(open_socket(f, &ben, entry, &ticket), ERR_REFUSED);
  assert_int_equal(ask_for_entry(f, &ben, id, BEN, entry), 201);
  set_member(f, &anna, id, NULL);
  assert_int_equal(open_socket(f, &ben, entry, &ticket), ERR_REFUSED);
  set_member(f, &anna, id, "{\"role\":\"viewer\"}");
  assert_int_equal(ask_for_entry(f, &ben, id, BEN, entry), 201);
  assert_int_equal(store_account_by_email(f->store, "ben@home.example", &account), 0);
  account.disabled = true;
  assert_int_equal(store_account_set(f->store, &account), 0); /* as the command line would */
  assert_int_equal(open_socket(f, &ben, entry, &ticket), ERR_REFUSED);
  visitor_fini(&anna);
  visitor_fini(&ben);
}

/* A moderator by the list is none any more, in whatever room, and comes again with the new role. */
static void test_a_lowered_moderator_is_out(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct visitor ben = visitor_of(f, "ben@home.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\"}", id);
  set_member(f, &anna, id, "{\"role\":\"cohost\"}");
  come_in(f, &ben, id, BEN);
  come_in(f, &anna, id, "{\"name\":\"Anna\"}");
  set_member(f, &anna, id, "{\"role\":\"host\"}");
  assert_int_equal(f->closed, 0);
  set_member(f, &anna, id, "{\"role\":\"participant\"}");
  assert_int_equal(f->closed, 1);
  come_in(f, &ben, id, BEN);
  set_member(f, &anna, id, NULL);
  assert_int_equal(f->closed, 1); /* as anybody may be in */
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, path_of(R "/", id, ""), "{\"kind\":\"members\"}"), 200);
  assert_int_equal(f->closed, 2);
  visitor_fini(&anna);
  visitor_fini(&ben);
}

/* The command line takes somebody off the list. */
static void test_the_store_has_one_member_less(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct visitor ben = visitor_of(f, "ben@home.example", ACCOUNT_MEMBER);
  struct uid room;
  char id[UID_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"members\"}", id);
  assert_int_equal(token_from_text(span_str(id), room.b, UID_BYTES), 0);
  set_member(f, &anna, id, "{\"role\":\"participant\"}");
  come_in(f, &anna, id, "{\"name\":\"Anna\"}");
  come_in(f, &ben, id, BEN);
  live_look_again(&f->api);
  api_tick(&f->api, f->time);
  assert_int_equal(f->closed, 0);
  assert_int_equal(store_member_remove(f->store, &room, "ben@home.example"), 0);
  live_look_again(&f->api);
  api_tick(&f->api, f->time);
  assert_int_equal(f->closed, 1);
  visitor_fini(&anna);
  visitor_fini(&ben);
}

/* Whoever may make a room may issue tickets to any address, but hides nobody's ticket for another room by them. */
static void test_others_tickets_hide_none(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct visitor eve = visitor_of(f, "eve@evil.example", ACCOUNT_MEMBER);
  struct visitor ben = visitor_of(f, "ben@home.example", ACCOUNT_MEMBER);
  char lesson[UID_TEXT + 1], bait[UID_TEXT + 1], table[8192] = "email,reference\n", entry[TOKEN_TEXT + 1];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"ticket\"}", lesson);
  make_room(f, &eve, "{\"title\":\"Bait\",\"kind\":\"ticket\"}", bait);
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path_of(R "/", lesson, "/tickets"), "{\"email\":\"ben@home.example\"}"), 201);
  for (size_t i = 0, n = strlen(table); i < 100; i++)
    n += (size_t)snprintf(table + n, sizeof table - n, "ben@home.example,%zu\n", i);
  assert_int_equal(ask_as(f, &eve, HTTP_POST, path_of(R "/", bait, "/tickets/import"), table), 200);
  assert_int_equal(number_at(f, NULL, "issued"), 100);
  assert_int_equal(ask_for_entry(f, &ben, lesson, BEN, entry), 201);
  visitor_fini(&anna);
  visitor_fini(&eve);
  visitor_fini(&ben);
}

static void test_an_accounts_members(void **state)
{
  struct fixture *f = *state;
  struct visitor eve = visitor_of(f, "eve@evil.example", ACCOUNT_MEMBER);
  struct room_member m = {.role = ROLE_VIEWER};
  struct uid room;
  char id[UID_TEXT + 1], path[256];
  make_room(f, &eve, "{\"title\":\"Bait\"}", id);
  assert_int_equal(token_from_text(span_str(id), room.b, UID_BYTES), 0);
  assert_int_equal(store_begin(f->store), 0);
  for (unsigned i = 1; i < LIMIT_ACCOUNT_MEMBERS; i++) {
    (void)snprintf(m.email, sizeof m.email, "%u@b.de", i);
    assert_int_equal(store_member_set(f->store, &room, &m), 0);
  }
  assert_int_equal(store_commit(f->store), 0);
  (void)snprintf(path, sizeof path, R "/%s/members/last@b.de", id);
  assert_int_equal(ask_as(f, &eve, HTTP_PUT, path, "{\"role\":\"host\"}"), 204);
  (void)snprintf(path, sizeof path, R "/%s/members/more@b.de", id);
  assert_refused_as(f, &eve, HTTP_PUT, path, "{\"role\":\"host\"}", 503, "server_full");
  visitor_fini(&eve);
}

/* Nor takes all the time of the loop. */
static void test_an_accounts_tables(void **state)
{
  struct fixture *f = *state;
  struct visitor eve = visitor_of(f, "eve@evil.example", ACCOUNT_MEMBER);
  struct visitor boss = visitor_of(f, "boss@school.example", ACCOUNT_ADMIN);
  char id[UID_TEXT + 1], path[64] = "";
  make_room(f, &eve, "{\"title\":\"Bait\",\"kind\":\"ticket\"}", id);
  (void)snprintf(path, sizeof path, R "/%s/tickets/import", id);
  for (unsigned i = 0; i < 5; i++)
    assert_int_equal(ask_as(f, &eve, HTTP_POST, path, "email\na@b.de\n"), 200);
  assert_refused_as(f, &eve, HTTP_POST, path, "email\na@b.de\n", 429, "too_many");
  assert_int_equal(f->answer.retry_after_s, 20);
  assert_int_equal(ask_as(f, &boss, HTTP_POST, path, "email\na@b.de\n"), 200);
  time_passes(f, 20);
  assert_int_equal(ask_as(f, &eve, HTTP_POST, path, "email\na@b.de\n"), 200);
  assert_refused_as(f, &eve, HTTP_POST, path, "email\na@b.de\n", 429, "too_many");
  visitor_fini(&eve);
  visitor_fini(&boss);
}

/* No account fills the table for all others. */
static void test_an_accounts_tickets(void **state)
{
  struct fixture *f = *state;
  struct visitor eve = visitor_of(f, "eve@evil.example", ACCOUNT_MEMBER);
  struct visitor boss = visitor_of(f, "boss@school.example", ACCOUNT_ADMIN);
  char id[UID_TEXT + 1], *table = malloc(LIMIT_HTTP_CSV);
  size_t n = 6;
  assert_non_null(table);
  memcpy(table, "email\n", 7);
  make_room(f, &eve, "{\"title\":\"Bait\",\"kind\":\"ticket\"}", id);
  for (unsigned i = 0; i < LIMIT_ACCOUNT_TICKETS; i++)
    n += (size_t)snprintf(table + n, LIMIT_HTTP_CSV - n, "%u@b.de\n", i);
  assert_int_equal(ask_as(f, &eve, HTTP_POST, path_of(R "/", id, "/tickets/import"), table), 200);
  assert_int_equal(number_at(f, NULL, "issued"), LIMIT_ACCOUNT_TICKETS);
  assert_refused_as(f, &eve, HTTP_POST, path_of(R "/", id, "/tickets/import"), "email\nmore@b.de\n", 503, "server_full");
  assert_refused_as(f, &eve, HTTP_POST, path_of(R "/", id, "/tickets"), "{\"email\":\"more@b.de\"}", 503, "server_full");
  assert_int_equal(ask_as(f, &boss, HTTP_POST, path_of(R "/", id, "/tickets"), "{\"email\":\"more@b.de\"}"), 201);
  visitor_fini(&eve);
  visitor_fini(&boss);
  free(table);
}

static void test_pages(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1];
  for (int i = 0; i < 3; i++)
    make_room(f, &anna, "{\"title\":\"Algebra\"}", id);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, R "?most=2", NULL), 200);
  assert_int_equal(rows_of(f, "rooms"), 2);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, R "?most=2&offset=2", NULL), 200);
  assert_int_equal(rows_of(f, "rooms"), 1);
  assert_refused_as(f, &anna, HTTP_GET, R "?most=201", NULL, 400, "bad_request");
  assert_refused_as(f, &anna, HTTP_GET, R "?most=0", NULL, 400, "bad_request");
  assert_refused_as(f, &anna, HTTP_GET, R "?offset=-1", NULL, 400, "bad_request");
  visitor_fini(&anna);
}

/* --- tickets --- */

/* Two people who number their orders in the same way do not meet. */
static void test_references_of_two_people(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct visitor paul = visitor_of(f, "paul@school.example", ACCOUNT_MEMBER);
  char hers[UID_TEXT + 1], his[UID_TEXT + 1], path[256];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"ticket\"}", hers);
  make_room(f, &paul, "{\"title\":\"Chess\",\"kind\":\"ticket\"}", his);
  (void)snprintf(path, sizeof path, R "/%s/tickets", hers);
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path, "{\"email\":\"ben@school.example\",\"reference\":\"1\"}"), 201);
  (void)snprintf(path, sizeof path, R "/%s/tickets", his);
  assert_int_equal(ask_as(f, &paul, HTTP_POST, path, "{\"email\":\"eve@school.example\",\"reference\":\"1\"}"), 201);
  visitor_fini(&anna);
  visitor_fini(&paul);
}

static void test_a_ticket_is_issued_once(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1], ticket[UID_TEXT + 1], path[256];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"ticket\"}", id);
  (void)snprintf(path, sizeof path, R "/%s/tickets", id);
  unsigned mails = f->mails;
  static const char body[] = "{\"email\":\"Ben@school.example\",\"reference\":\"order 7\",\"until\":1895420800}";
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path, body), 201);
  (void)snprintf(ticket, sizeof ticket, "%.22s", member(f, "id"));
  assert_string_equal(member(f, "email"), "ben@school.example");
  assert_string_equal(member(f, "role"), "participant");
  assert_string_equal(member(f, "issuer"), "console");
  assert_string_equal(member(f, "title"), "Algebra");
  assert_int_equal(f->mails, mails + 1);
  assert_string_equal(f->mail_to, "ben@school.example");
  assert_non_null(strstr(f->mail_text, path_of(ORIGIN "/m/", id, "")));
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path, body), 200);
  assert_string_equal(member(f, "id"), ticket);
  assert_int_equal(f->mails, mails + 1);
  assert_refused_as(f, &anna, HTTP_POST, path, "{\"email\":\"eve@evil.example\",\"reference\":\"order 7\"}", 409, "conflict");
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path, NULL), 200);
  assert_int_equal(rows_of(f, "tickets"), 1);
  visitor_fini(&anna);
}

static void test_what_a_ticket_cannot_be(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  static const char *const bodies[] = {
    "{}", "{\"email\":\"nobody\"}", "{\"email\":\"a@b.example\",\"role\":\"host\"}",
    "{\"email\":\"a@b.example\",\"until\":5}", "{\"email\":\"a@b.example\",\"from\":1895420800,\"until\":1895420800}",
    "{\"email\":\"a@b.example\",\"until\":-1}", "{\"email\":\"a@b.example\",\"reference\":\"a  b\"}",
    "{\"email\":\"a@b.example\",\"issuer\":\"x\"}"};
  char id[UID_TEXT + 1], path[256];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"ticket\"}", id);
  (void)snprintf(path, sizeof path, R "/%s/tickets", id);
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
    assert_refused_as(f, &anna, HTTP_POST, path, bodies[i], 400, "bad_request");
  visitor_fini(&anna);
}

static void test_a_table_all_or_nothing(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1], path[256];
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"ticket\"}", id);
  (void)snprintf(path, sizeof path, R "/%s/tickets/import", id);
  assert_refused_as(f, &anna, HTTP_POST, path, "email,role\na@b.example,viewer\nb@b.example,king\n", 400, "bad_csv");
  assert_int_equal(number_at(f, NULL, "line"), 3);
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of(R "/", id, "/tickets"), NULL), 200);
  assert_int_equal(rows_of(f, "tickets"), 0);
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path, "email;reference\na@b.example;1\nb@b.example;2\n"), 200);
  assert_int_equal(number_at(f, NULL, "issued"), 2);
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path, "email;reference\na@b.example;1\nc@b.example;3\n"), 200);
  assert_int_equal(number_at(f, NULL, "issued"), 1);
  assert_int_equal(number_at(f, NULL, "known"), 1);
  visitor_fini(&anna);
}

static void test_series_have_tickets(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct visitor ben = visitor_of(f, "ben@school.example", ACCOUNT_MEMBER);
  char series[UID_TEXT + 1], room[UID_TEXT + 1], body[128], ticket[UID_TEXT + 1];
  assert_int_equal(ask_as(f, &anna, HTTP_POST, "/api/v1/series", "{\"title\":\"Course\"}"), 201);
  (void)snprintf(series, sizeof series, "%.22s", member(f, "id"));
  (void)snprintf(body, sizeof body, "{\"title\":\"First\",\"series\":\"%s\"}", series);
  make_room(f, &anna, body, room);
  assert_string_equal(member(f, "series"), series);
  assert_refused_as(f, &ben, HTTP_POST, R, body, 400, "bad_request");
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, path_of(R "/", room, ""), "{\"series\":null}"), 200);
  assert_string_equal(member(f, "series"), "");
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path_of("/api/v1/series/", series, "/tickets"), "{\"email\":\"c@d.example\"}"),
                   201);
  (void)snprintf(ticket, sizeof ticket, "%.22s", member(f, "id"));
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path_of("/api/v1/series/", series, "/tickets"), NULL), 200);
  assert_int_equal(rows_of(f, "tickets"), 1);
  assert_refused_as(f, &ben, HTTP_DELETE, path_of("/api/v1/tickets/", ticket, ""), NULL, 404, "not_found");
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path_of("/api/v1/tickets/", ticket, ""), NULL), 204);
  assert_int_equal(ask_as(f, &ben, HTTP_GET, "/api/v1/series", NULL), 200);
  assert_int_equal(rows_of(f, "series"), 0);
  visitor_fini(&anna);
  visitor_fini(&ben);
}

static void test_revoking_puts_out(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct entry_grant grant = {.name_n = 3, .name = "Ben", .who = {.role = AS_PARTICIPANT, .door_open = true}};
  struct rooms_time now = {.now_us = f->time.now_us, .unix_s = f->time.now_s};
  struct room_plan plan = {.stored = true, .kind = ROOM_TICKET, .policy = room_policy_default(ROOM_TICKET)};
  char id[UID_TEXT + 1], ticket[UID_TEXT + 1];
  uint64_t person;
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"ticket\"}", id);
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path_of(R "/", id, "/tickets"), "{\"email\":\"b@d.example\"}"), 201);
  (void)snprintf(ticket, sizeof ticket, "%.22s", member(f, "id"));
  assert_int_equal(token_from_text(span_str(id), plan.id.b, UID_BYTES), 0);
  assert_int_equal(token_from_text(span_str(ticket), grant.who.ticket.b, UID_BYTES), 0);
  assert_int_equal(rooms_open(f->rooms, now.now_us, &plan, &grant.room), 0);
  assert_int_equal(rooms_socket_opened(f->rooms, now, 7, &grant, &person), 0);
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path_of("/api/v1/tickets/", ticket, ""), NULL), 204);
  assert_int_equal(f->closed, 1);
  assert_int_equal(f->close_code, CLOSE_ENDED);
  visitor_fini(&anna);
}

/* Two devices ask at the same moment: the entry of the first one is worth nothing once the second has one, and that of
 * the second neither once the ticket is revoked. */
static void test_one_entry_of_a_ticket(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  struct visitor ben = visitor_of(f, "ben@home.example", ACCOUNT_MEMBER), phone = visitor_new(f);
  char id[UID_TEXT + 1], ticket[UID_TEXT + 1];
  assert_int_equal(sign_in_as(f, &phone, "ben@home.example"), 200);
  make_room(f, &anna, "{\"title\":\"Algebra\",\"kind\":\"ticket\"}", id);
  assert_int_equal(ask_as(f, &anna, HTTP_POST, path_of(R "/", id, "/tickets"), "{\"email\":\"ben@home.example\"}"), 201);
  (void)snprintf(ticket, sizeof ticket, "%.22s", member(f, "id"));
  assert_int_equal(ask_as(f, &ben, HTTP_POST, path_of(R "/", id, "/entry"), "{\"name\":\"Ben\"}"), 201);
  assert_int_equal(f->api.entries.slab.used, 1);
  assert_int_equal(ask_as(f, &phone, HTTP_POST, path_of(R "/", id, "/entry"), "{\"name\":\"Ben\"}"), 201);
  assert_int_equal(f->api.entries.slab.used, 1);
  assert_int_equal(ask_as(f, &anna, HTTP_DELETE, path_of("/api/v1/tickets/", ticket, ""), NULL), 204);
  assert_int_equal(f->api.entries.slab.used, 0);
  visitor_fini(&anna);
  visitor_fini(&ben);
  visitor_fini(&phone);
}

/* A locked meeting is told of before somebody grants a camera for nothing. */
static void test_a_locked_meeting_is_told_of(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER), guest = visitor_new(f);
  char id[UID_TEXT + 1], path[128];
  make_room(f, &anna, "{\"title\":\"Algebra\"}", id);
  (void)snprintf(path, sizeof path, R "/%s", id);
  come_in(f, &anna, id, "{\"name\":\"Anna\"}");
  assert_int_equal(ask_as(f, &guest, HTTP_GET, path, NULL), 200);
  assert_string_equal(member(f, "why"), "");
  assert_int_equal(ask_as(f, &anna, HTTP_PATCH, path, "{\"policy\":{\"locked\":true}}"), 200);
  assert_int_equal(ask_as(f, &guest, HTTP_GET, path, NULL), 200);
  assert_string_equal(member(f, "why"), "locked");
  assert_int_equal(ask_as(f, &anna, HTTP_GET, path, NULL), 200);
  assert_string_equal(member(f, "why"), "");
  visitor_fini(&anna);
  visitor_fini(&guest);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_a_locked_meeting_is_told_of), WITH_API(test_a_room_is_made_and_changed), WITH_API(test_what_a_room_cannot_be),
    WITH_API(test_another_kind_brings_its_defaults), WITH_API(test_a_change_takes_effect_on_who_is_in),
    WITH_API(test_whose_it_is), WITH_API(test_deleting_is_confirmed), WITH_API(test_members),
    WITH_API(test_bans_and_attendance), WITH_API(test_live_bans_and_members), WITH_API(test_pages), WITH_API(test_references_of_two_people),
    WITH_API(test_a_ticket_is_issued_once),
    WITH_API(test_what_a_ticket_cannot_be), WITH_API(test_a_table_all_or_nothing), WITH_API(test_series_have_tickets),
    WITH_API(test_an_entry_ends_with_its_right), WITH_API(test_a_lowered_moderator_is_out),
    WITH_API(test_the_store_has_one_member_less), WITH_API(test_others_tickets_hide_none),
    WITH_API(test_an_accounts_tickets), WITH_API(test_an_accounts_tables),
    WITH_API(test_an_accounts_members), WITH_API(test_revoking_puts_out), WITH_API(test_one_entry_of_a_ticket),
  };
  return RUN_TESTS("api_rooms", tests);
}
