/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api: keys of programs with their scopes, idempotency, pages of other origins (A2, B2), and webhooks (A5). */
#include "api_testing.h"

#include "web/api/hook_message.h"

#define R "/api/v1/rooms"
#define SHOP "https://shop.example"

/* --- what programs send --- */

struct program {
  char authorization[64];
  const char *idempotency, *origin;
};

static unsigned ask_with_key(struct fixture *f, const struct program *p, enum http_method method, const char *target,
                             const char *body)
{
  struct http_request q = {.method = method, .host = span_str("localhost:8443"),
                           .authorization = span_str(p->authorization)};
  put_target(&q, target);
  if (p->idempotency != NULL)
    q.idempotency_key = span_str(p->idempotency);
  if (p->origin != NULL)
    q.origin = span_str(p->origin);
  if (body != NULL) {
    q.body = span_str(body);
    q.content_type = span_str(body[0] == '{' ? "application/json" : "text/csv");
  }
  return ask(f, &q);
}

static struct program program_new(struct fixture *f, struct visitor *chef, const char *name, const char *scopes)
{
  struct program p = {0};
  char body[256];
  (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"scopes\":[%s]}", name, scopes);
  assert_int_equal(ask_as(f, chef, HTTP_POST, "/api/v1/keys", body), 201);
  (void)snprintf(p.authorization, sizeof p.authorization, "Bearer %.46s", member(f, "key"));
  assert_int_equal(strlen(p.authorization), strlen("Bearer tk_") + 43);
  return p;
}

static size_t rows_of(const struct fixture *f, const char *name)
{
  json_t *json = answer_of(f);
  size_t n = json_array_size(json_object_get(json, name));
  json_decref(json);
  return n;
}

static size_t count_rooms(struct fixture *f)
{
  static const struct uid everybody;
  struct store_room list[16];
  size_t n = 0;
  assert_int_equal(store_room_list(f->store, &everybody, (struct page){.most = 16}, list, &n), 0);
  return n;
}

/* --- keys --- */

static void test_scopes(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program reads = program_new(f, &chef, "reader", "\"rooms.read\"");
  struct program writes = program_new(f, &chef, "writer", "\"rooms.write\",\"people.write\"");
  assert_int_equal(ask_with_key(f, &writes, HTTP_POST, R, "{\"title\":\"Algebra\"}"), 201);
  assert_int_equal(ask_with_key(f, &reads, HTTP_GET, R, NULL), 200);
  assert_int_equal(rows_of(f, "rooms"), 1);
  (void)ask_with_key(f, &reads, HTTP_POST, R, "{\"title\":\"Algebra\"}");
  assert_code(f, 403, "scope_missing");
  (void)ask_with_key(f, &writes, HTTP_GET, R, NULL);
  assert_code(f, 403, "scope_missing");
  static const char *const never[] = {"/api/v1/session", "/api/v1/log", "/api/v1/keys", "/api/v1/settings"};
  for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
    (void)ask_with_key(f, &writes, HTTP_GET, never[i], NULL);
    assert_code(f, 403, "scope_missing");
  }
  visitor_fini(&chef);
}

static void test_no_key(void **state)
{
  struct fixture *f = *state;
  static const char *const wrong[] = {"Bearer tk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Bearer ", "Basic abc", "tk_",
                                      "bearer tk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                      "Bearer tk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    struct program p = {0};
    (void)snprintf(p.authorization, sizeof p.authorization, "%s", wrong[i]);
    (void)ask_with_key(f, &p, HTTP_GET, R, NULL);
    assert_code(f, 401, "bad_key");
  }
}

static void test_what_a_key_cannot_be(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  static const char *const bodies[] = {"{}", "{\"name\":\"a\"}", "{\"name\":\"a\",\"scopes\":[]}",
                                       "{\"name\":\"a\",\"scopes\":[\"all\"]}", "{\"name\":\"a\",\"scopes\":[1]}",
                                       "{\"name\":\"\",\"scopes\":[\"sessions\"]}"};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
    assert_refused_as(f, &chef, HTTP_POST, "/api/v1/keys", bodies[i], 400, "bad_request");
  (void)program_new(f, &chef, "shop", "\"sessions\"");
  assert_refused_as(f, &chef, HTTP_POST, "/api/v1/keys", "{\"name\":\"shop\",\"scopes\":[\"sessions\"]}", 409, "conflict");
  visitor_fini(&chef);
}

static void test_a_revoked_key(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "shop", "\"rooms.read\"");
  char path[64];
  (void)snprintf(path, sizeof path, "/api/v1/keys/%.22s", member(f, "id"));
  assert_int_equal(ask_as(f, &chef, HTTP_GET, "/api/v1/keys", NULL), 200);
  assert_int_equal(rows_of(f, "keys"), 1);
  assert_null(strstr((const char *)f->answer.body.p, "tk_"));
  assert_int_equal(ask_as(f, &chef, HTTP_DELETE, path, NULL), 204);
  (void)ask_with_key(f, &p, HTTP_GET, R, NULL);
  assert_code(f, 401, "bad_key");
  visitor_fini(&chef);
}

/* A key is worth what its administrator is. */
static void test_the_keys_of_a_former_administrator(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "shop", "\"rooms.read\"");
  struct account a;
  assert_int_equal(ask_with_key(f, &p, HTTP_GET, R, NULL), 200);
  assert_int_equal(store_account_by_email(f->store, "chef@school.example", &a), 0);
  a.role = ACCOUNT_MEMBER;
  assert_int_equal(store_account_set(f->store, &a), 0);
  (void)ask_with_key(f, &p, HTTP_GET, R, NULL);
  assert_code(f, 401, "bad_key");
  a.role = ACCOUNT_ADMIN;
  a.disabled = true;
  assert_int_equal(store_account_set(f->store, &a), 0);
  (void)ask_with_key(f, &p, HTTP_GET, R, NULL);
  assert_code(f, 401, "bad_key");
  visitor_fini(&chef);
}

/* Nobody becomes an administrator by a key: neither by a role nor by a link into the account of one. */
static void test_keys_do_not_reach_administrators(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "hr", "\"people.read\",\"people.write\"");
  struct account a, member_account = account_new(f, "anna@school.example", ACCOUNT_MEMBER);
  char id[UID_TEXT + 1], path[128];
  assert_int_equal(store_account_by_email(f->store, "chef@school.example", &a), 0);
  token_to_text(a.id.b, UID_BYTES, id);
  (void)snprintf(path, sizeof path, "/api/v1/people/%s/link", id);
  (void)ask_with_key(f, &p, HTTP_POST, path, NULL);
  assert_code(f, 403, "not_allowed");
  (void)snprintf(path, sizeof path, "/api/v1/people/%s", id);
  (void)ask_with_key(f, &p, HTTP_PATCH, path, "{\"name\":\"Eve\"}");
  assert_code(f, 403, "not_allowed");
  (void)ask_with_key(f, &p, HTTP_DELETE, path, NULL);
  assert_code(f, 403, "not_allowed");
  (void)ask_with_key(f, &p, HTTP_POST, "/api/v1/people", "{\"email\":\"e@v.example\",\"name\":\"Eve\",\"role\":\"administrator\"}");
  assert_code(f, 403, "not_allowed");
  token_to_text(member_account.id.b, UID_BYTES, id);
  (void)snprintf(path, sizeof path, "/api/v1/people/%s", id);
  (void)ask_with_key(f, &p, HTTP_PATCH, path, "{\"role\":\"administrator\"}");
  assert_code(f, 403, "not_allowed");
  assert_int_equal(ask_with_key(f, &p, HTTP_PATCH, path, "{\"name\":\"Anna B\"}"), 200);
  visitor_fini(&chef);
}

static void test_a_keys_rate(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "shop", "\"rooms.read\"");
  for (int i = 0; i < 60; i++)
    assert_int_equal(ask_with_key(f, &p, HTTP_GET, R, NULL), 200);
  (void)ask_with_key(f, &p, HTTP_GET, R, NULL);
  assert_code(f, 429, "too_many");
  assert_int_equal(f->answer.retry_after_s, 1);
  time_passes(f, 1);
  assert_int_equal(ask_with_key(f, &p, HTTP_GET, R, NULL), 200);
  visitor_fini(&chef);
}

/* --- idempotency --- */

static void test_asked_twice_done_once(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "shop", "\"rooms.write\",\"people.write\"");
  char id[UID_TEXT + 1], link[128];
  p.idempotency = "order-1";
  assert_int_equal(ask_with_key(f, &p, HTTP_POST, R, "{\"title\":\"Algebra\"}"), 201);
  (void)snprintf(id, sizeof id, "%.22s", member(f, "id"));
  assert_int_equal(ask_with_key(f, &p, HTTP_POST, R, "{\"title\":\"Algebra\"}"), 201);
  assert_string_equal(member(f, "id"), id);
  assert_string_equal(f->answer.content_type, "application/json");
  assert_int_equal(count_rooms(f), 1);
  (void)ask_with_key(f, &p, HTTP_POST, R, "{\"title\":\"Geometry\"}");
  assert_code(f, 409, "key_reused");
  (void)ask_with_key(f, &p, HTTP_POST, "/api/v1/series", "{\"title\":\"Algebra\"}");
  assert_code(f, 409, "key_reused");
  p.idempotency = "order-2";
  static const char body[] = "{\"email\":\"anna@school.example\",\"name\":\"Anna\"}";
  assert_int_equal(ask_with_key(f, &p, HTTP_POST, "/api/v1/people", body), 201);
  (void)snprintf(link, sizeof link, "%.127s", member(f, "link"));
  unsigned mails = f->mails;
  assert_int_equal(ask_with_key(f, &p, HTTP_POST, "/api/v1/people", body), 201);
  assert_string_equal(member(f, "link"), link);
  assert_int_equal(f->mails, mails);
  visitor_fini(&chef);
}

/* After a refusal nothing has happened, and it may be tried again with the same text. */
static void test_a_refusal_is_not_kept(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "shop", "\"rooms.write\"");
  p.idempotency = "a";
  (void)ask_with_key(f, &p, HTTP_POST, R, "{\"title\":\"\"}");
  assert_code(f, 400, "bad_request");
  assert_int_equal(ask_with_key(f, &p, HTTP_POST, R, "{\"title\":\"Algebra\"}"), 201);
  static const char *const wrong[] = {"with blank", "\x7f", "0123456789012345678901234567890123456789012345678901234567890123x"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    p.idempotency = wrong[i];
    (void)ask_with_key(f, &p, HTTP_POST, R, "{\"title\":\"Algebra\"}");
    assert_code(f, 400, "bad_request");
  }
  visitor_fini(&chef);
}

/* Where an answer cannot be kept nothing is done, in meetings neither. */
static void test_no_place_for_an_answer(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "shop", "\"rooms.write\"");
  struct idempotent other = {.status = 201, .key = {.b = {1}}};
  struct store_room room = room_new(f, &(struct uid){0}, ROOM_OPEN), now;
  const struct room_plan plan = {.id = room.id, .stored = true, .policy = room.policy};
  uint64_t live;
  char path[64] = R "/";
  token_to_text(room.id.b, UID_BYTES, path + strlen(path));
  assert_int_equal(rooms_open(f->rooms, f->time.now_us, &plan, &live), 0);
  assert_int_equal(store_begin(f->store), 0);
  for (unsigned i = 0; i < LIMIT_IDEMPOTENT; i++) {
    (void)snprintf(other.token, sizeof other.token, "%u", i);
    assert_int_equal(store_idempotent_add(f->store, &other, f->time.now_s), 0);
  }
  assert_int_equal(store_commit(f->store), 0);
  p.idempotency = "order-1";
  (void)ask_with_key(f, &p, HTTP_PATCH, path, "{\"closed\":true}");
  assert_code(f, 503, "server_full");
  assert_true(rooms_is_live(f->rooms, &room.id));
  assert_int_equal(store_room_get(f->store, &room.id, &now), 0);
  assert_int_equal(now.closed_s, 0);
  p.idempotency = NULL;
  assert_int_equal(ask_with_key(f, &p, HTTP_PATCH, path, "{\"closed\":true}"), 200);
  assert_false(rooms_is_live(f->rooms, &room.id));
  visitor_fini(&chef);
}

static void test_another_key_another_answer(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "one", "\"rooms.write\""), q = program_new(f, &chef, "two", "\"rooms.write\"");
  p.idempotency = q.idempotency = "same";
  assert_int_equal(ask_with_key(f, &p, HTTP_POST, R, "{\"title\":\"Algebra\"}"), 201);
  assert_int_equal(ask_with_key(f, &q, HTTP_POST, R, "{\"title\":\"Algebra\"}"), 201);
  assert_int_equal(count_rooms(f), 2);
  visitor_fini(&chef);
}

/* --- other origins --- */

static int set_up_cors(void **state)
{
  struct site site = site_usual();
  assert_int_equal(origins_add(&site.cors, SHOP), 0);
  *state = fixture_new(&site, NULL);
  return 0;
}

static void test_listed_origins_alone(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct program p = program_new(f, &chef, "shop", "\"rooms.read\"");
  static const char *const foreign[] = {"*", "null", "https://evil.example", "http://shop.example", "https://shop.example.",
                                        "https://a.shop.example", "https://shop.example:444", "https://shop.examplex",
                                        "https://SHOP.example", "https://shop.example/"};
  p.origin = SHOP;
  assert_int_equal(ask_with_key(f, &p, HTTP_GET, R, NULL), 200);
  assert_string_equal(f->answer.allow_origin, SHOP);
  for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
    p.origin = foreign[i];
    (void)ask_with_key(f, &p, HTTP_GET, R, NULL);
    assert_code(f, 403, "bad_origin");
    assert_null(f->answer.allow_origin);
    struct http_request q = request(HTTP_OPTIONS, R);
    q.origin = span_str(foreign[i]);
    assert_refusal(f, &q, 403, "bad_origin");
    assert_null(f->answer.allow_origin);
  }
  struct http_request q = request(HTTP_OPTIONS, R);
  q.origin = span_str(SHOP);
  assert_int_equal(ask(f, &q), 204);
  assert_string_equal(f->answer.allow_origin, SHOP);
  visitor_fini(&chef);
}

/* A cookie is never taken from there, and its refusal cannot be read there either. */
static void test_no_cookies_from_other_origins(void **state)
{
  struct fixture *f = *state;
  struct visitor anna = visitor_of(f, "anna@school.example", ACCOUNT_MEMBER);
  char cookie[128];
  (void)snprintf(cookie, sizeof cookie, "__Host-testudo=%s", anna.session);
  struct http_request q = request(HTTP_GET, R);
  q.origin = span_str(SHOP);
  q.cookie = span_str(cookie);
  assert_refusal(f, &q, 403, "bad_origin");
  assert_null(f->answer.allow_origin);
  visitor_fini(&anna);
}

/* --- webhooks --- */

struct shop {
  char path[64], secret[SECRET_TEXT + 1];
  char room[UID_TEXT + 1];
};

static struct shop shop_new(struct fixture *f, struct visitor *chef, bool bound)
{
  struct shop s = {0};
  char body[128];
  assert_int_equal(ask_as(f, chef, HTTP_POST, R, "{\"title\":\"Algebra\",\"kind\":\"ticket\"}"), 201);
  (void)snprintf(s.room, sizeof s.room, "%.22s", member(f, "id"));
  (void)snprintf(body, sizeof body, bound ? "{\"name\":\"pay\",\"room\":\"%s\"}" : "{\"name\":\"pay\"}", s.room);
  assert_int_equal(ask_as(f, chef, HTTP_POST, "/api/v1/webhooks", body), 201);
  (void)snprintf(s.path, sizeof s.path, "/hooks/%.22s", member(f, "id"));
  (void)snprintf(s.secret, sizeof s.secret, "%.43s", member(f, "secret"));
  return s;
}

static void sign_hook(const struct shop *s, uint64_t time_s, const char *body, char header[160])
{
  crypto_auth_hmacsha256_state state;
  uint8_t mac[32];
  char time[24], hex[65];
  (void)snprintf(time, sizeof time, "%llu.", (unsigned long long)time_s);
  crypto_auth_hmacsha256_init(&state, (const uint8_t *)s->secret, strlen(s->secret));
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)time, strlen(time));
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)body, strlen(body));
  crypto_auth_hmacsha256_final(&state, mac);
  (void)sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
  (void)snprintf(header, 160, "t=%llu,v1=%s", (unsigned long long)time_s, hex);
}

static unsigned send_signed(struct fixture *f, const char *path, const char *header, const char *body)
{
  struct http_request q = request(HTTP_POST, path);
  q.content_type = span_str("application/json");
  q.body = span_str(body);
  q.signature = span_str(header);
  return ask(f, &q);
}

static unsigned send_event(struct fixture *f, const struct shop *s, const char *body)
{
  char header[160];
  sign_hook(s, f->time.now_s, body, header);
  return send_signed(f, s->path, header, body);
}

static size_t count_tickets(struct fixture *f, const char *email, struct ticket *first)
{
  struct ticket list[8];
  size_t n = 0;
  assert_int_equal(store_ticket_list_email(f->store, email, (struct page){.most = 8}, list, &n), 0);
  if (n > 0)
    *first = list[0];
  return n;
}

#define PAID(id) "{\"id\":\"" id "\",\"type\":\"ticket.issue\",\"email\":\"ben@b.example\",\"reference\":\"7\"}"
#define BACK(id) "{\"id\":\"" id "\",\"type\":\"ticket.revoke\",\"email\":\"ben@b.example\",\"reference\":\"7\"}"

static void test_each_event_counts_once(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct shop s = shop_new(f, &chef, true);
  struct ticket t;
  unsigned mails = f->mails;
  assert_int_equal(send_event(f, &s, PAID("e1")), 200);
  assert_int_equal(count_tickets(f, "ben@b.example", &t), 1);
  assert_string_equal(t.issuer, "webhook:pay");
  assert_int_equal(f->mails, mails + 1);
  assert_int_equal(send_event(f, &s, PAID("e1")), 200);
  assert_non_null(strstr((const char *)f->answer.body.p, "\"repeated\":true"));
  assert_int_equal(send_event(f, &s, PAID("e2")), 200); /* the provider says the same in another event */
  assert_int_equal(count_tickets(f, "ben@b.example", &t), 1);
  assert_int_equal(f->mails, mails + 1);
  assert_int_equal(send_event(f, &s, BACK("e3")), 200);
  assert_int_equal(count_tickets(f, "ben@b.example", &t), 1);
  assert_int_not_equal(t.revoked_s, 0);
  assert_int_equal(send_event(f, &s, PAID("e4")), 200); /* what was taken back stays so */
  assert_int_equal(count_tickets(f, "ben@b.example", &t), 1);
  assert_int_not_equal(t.revoked_s, 0);
  visitor_fini(&chef);
}

static void test_signatures(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct shop s = shop_new(f, &chef, true), other = s;
  struct ticket t;
  char right[160], header[400];
  sign_hook(&s, f->time.now_s, PAID("e1"), right);
  (void)send_signed(f, s.path, right, PAID("e2"));
  assert_code(f, 401, "bad_signature");
  char first[RESPONSE_BODY];
  (void)snprintf(first, sizeof first, "%.*s", (int)f->answer.body.n, (const char *)f->answer.body.p);
  (void)send_signed(f, "/hooks/AAAAAAAAAAAAAAAAAAAAAA", right, PAID("e1"));
  assert_code(f, 401, "bad_signature");
  assert_memory_equal(first, f->answer.body.p, f->answer.body.n); /* one cannot tell the two apart */
  memset(other.secret, 'A', SECRET_TEXT);
  sign_hook(&other, f->time.now_s, PAID("e1"), header);
  (void)send_signed(f, s.path, header, PAID("e1"));
  assert_code(f, 401, "bad_signature");
  static const char *const broken[] = {"", "t=1", "v1=00", "t=,v1=00", "nonsense", ",,,", "t=1,t=2"};
  for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
    (void)send_signed(f, s.path, broken[i], PAID("e1"));
    assert_code(f, 401, "bad_signature");
  }
  for (int i = -1; i <= 1; i += 2) {
    sign_hook(&s, (uint64_t)((int64_t)f->time.now_s + i * (HOOK_TOLERANCE_S + 1)), PAID("e1"), header);
    (void)send_signed(f, s.path, header, PAID("e1"));
    assert_code(f, 401, "bad_signature");
  }
  assert_int_equal(count_tickets(f, "ben@b.example", &t), 0);
  (void)snprintf(header, sizeof header, "%s,v0=abc,v1=%064d", right, 0); /* two secrets for a while */
  assert_int_equal(send_signed(f, s.path, header, PAID("e1")), 200);
  sign_hook(&s, f->time.now_s - HOOK_TOLERANCE_S, PAID("e2"), header);
  assert_int_equal(send_signed(f, s.path, header, PAID("e2")), 200);
  visitor_fini(&chef);
}

static void test_a_revoked_hook(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct shop s = shop_new(f, &chef, true);
  char path[64];
  (void)snprintf(path, sizeof path, "/api/v1/webhooks/%.22s", s.path + strlen("/hooks/"));
  assert_int_equal(ask_as(f, &chef, HTTP_GET, "/api/v1/webhooks", NULL), 200);
  assert_int_equal(rows_of(f, "webhooks"), 1);
  assert_null(strstr((const char *)f->answer.body.p, "secret"));
  assert_int_equal(ask_as(f, &chef, HTTP_DELETE, path, NULL), 204);
  (void)send_event(f, &s, PAID("e1"));
  assert_code(f, 401, "bad_signature");
  visitor_fini(&chef);
}

/* A failed event may be sent again: it has not counted. */
static void test_bad_events(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct shop s = shop_new(f, &chef, true);
  struct ticket t;
  static const char *const bodies[] = {
    "", "[]", "{}", "{\"id\":\"e\",\"type\":\"x\",\"email\":\"a@b.example\",\"reference\":\"7\"}",
    "{\"id\":\"e\",\"type\":\"ticket.issue\",\"email\":\"nobody\",\"reference\":\"7\"}",
    "{\"id\":\"e\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"\"}",
    "{\"id\":\"e e\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"7\"}",
    "{\"id\":\"e\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"7\",\"role\":\"host\"}",
    "{\"id\":\"e\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"7\",\"until\":5}",
    "{\"id\":\"e\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"7\",\"price\":5}",
    "{\"id\":\"e\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"7\",\"room\":\"AAAAAAAAAAAAAAAAAAAAAA\"}",
    "{\"id\":\"e\",\"id\":\"f\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"7\"}", BACK("e")};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    (void)send_event(f, &s, bodies[i]);
    assert_code(f, 400, "bad_event");
  }
  assert_int_equal(count_tickets(f, "a@b.example", &t), 0);
  assert_int_equal(send_event(f, &s, "{\"id\":\"e\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"8\"}"), 200);
  assert_int_equal(count_tickets(f, "a@b.example", &t), 1);
  (void)send_event(f, &s, "{\"id\":\"g\",\"type\":\"ticket.revoke\",\"email\":\"eve@b.example\",\"reference\":\"8\"}");
  assert_code(f, 400, "bad_event"); /* of another person */
  visitor_fini(&chef);
}

/* A hook that is for nothing by itself needs an event that says what for. */
static void test_a_hook_for_any_room(void **state)
{
  struct fixture *f = *state;
  struct visitor chef = visitor_of(f, "chef@school.example", ACCOUNT_ADMIN);
  struct shop s = shop_new(f, &chef, false);
  struct ticket t;
  char body[256];
  (void)send_event(f, &s, PAID("e1"));
  assert_code(f, 400, "bad_event");
  (void)snprintf(body, sizeof body,
                 "{\"id\":\"e1\",\"type\":\"ticket.issue\",\"email\":\"a@b.example\",\"reference\":\"7\",\"room\":\"%s\"}", s.room);
  assert_int_equal(send_event(f, &s, body), 200);
  assert_int_equal(count_tickets(f, "a@b.example", &t), 1);
  visitor_fini(&chef);
}

#define WITH_CORS(test) cmocka_unit_test_setup_teardown(test, set_up_cors, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_scopes), WITH_API(test_no_key), WITH_API(test_what_a_key_cannot_be), WITH_API(test_a_revoked_key),
    WITH_API(test_the_keys_of_a_former_administrator), WITH_API(test_keys_do_not_reach_administrators),
    WITH_API(test_a_keys_rate), WITH_API(test_asked_twice_done_once), WITH_API(test_a_refusal_is_not_kept),
    WITH_API(test_no_place_for_an_answer),
    WITH_API(test_another_key_another_answer), WITH_CORS(test_listed_origins_alone),
    WITH_CORS(test_no_cookies_from_other_origins), WITH_API(test_each_event_counts_once), WITH_API(test_signatures),
    WITH_API(test_a_revoked_hook), WITH_API(test_bad_events), WITH_API(test_a_hook_for_any_room),
  };
  return RUN_TESTS("api_programs", tests);
}
