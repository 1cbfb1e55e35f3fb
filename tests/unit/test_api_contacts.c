/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api: contacts, presence, missed calls, the entry for the line (T11). */
#include "api_testing.h"

#include "store/store_contacts.h"

static size_t rows(struct fixture *f, struct visitor *v, const char *path, const char *name, char id[UID_TEXT + 1])
{
  assert_int_equal(ask_as(f, v, HTTP_GET, path, NULL), 200);
  json_t *json = answer_of(f), *list = json_object_get(json, name);
  size_t n = json_array_size(list);
  const char *text = json_string_value(json_object_get(json_array_get(list, 0), "id"));
  if (id != NULL)
    (void)snprintf(id, UID_TEXT + 1, "%s", text == NULL ? "" : text);
  json_decref(json);
  return n;
}

static const char *with(const char *before, const char *id)
{
  static char path[128];
  (void)snprintf(path, sizeof path, "%s%s", before, id);
  return path;
}

/* The whole answer as text, for comparing. */
static void remember(const struct fixture *f, char *text, size_t size)
{
  (void)snprintf(text, size, "%u %s %.*s", f->answer.status, f->answer.content_type == NULL ? "" : f->answer.content_type,
                 (int)f->answer.body.n, (const char *)f->answer.body.p);
}

/* What is answered to an ask is the same for who exists, who does not, who has blocked, who has declined. */
static void test_an_ask_tells_nothing(void **state)
{
  struct fixture *f = *state;
  struct visitor ann = visitor_of(f, "ann@example.org", ACCOUNT_MEMBER), bob = visitor_of(f, "bob@example.org", 0);
  struct account block = account_new(f, "blocks@example.org", ACCOUNT_MEMBER), me;
  char first[512], other[512], id[UID_TEXT + 1];
  assert_int_equal(store_account_by_email(f->store, "ann@example.org", &me), 0);
  assert_int_equal(store_block_add(f->store, &block.id, &me.id, API_NOW_S), 0);
  assert_int_equal(ask_as(f, &ann, HTTP_POST, "/api/v1/me/asks", "{\"email\":\"nobody@example.org\"}"), 202);
  remember(f, first, sizeof first);
  static const char *const bodies[] = {"{\"email\":\"Bob@Example.org\"}", "{\"email\":\"blocks@example.org\"}",
                                       "{\"email\":\"bob@example.org\"}"};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    (void)ask_as(f, &ann, HTTP_POST, "/api/v1/me/asks", bodies[i]);
    remember(f, other, sizeof other);
    assert_string_equal(other, first);
  }
  assert_int_equal(rows(f, &bob, "/api/v1/me/requests", "requests", id), 1);
  assert_int_equal(ask_as(f, &bob, HTTP_DELETE, with("/api/v1/me/requests/", id), NULL), 204);
  (void)ask_as(f, &ann, HTTP_POST, "/api/v1/me/asks", bodies[0]);
  remember(f, other, sizeof other);
  assert_string_equal(other, first);
  assert_int_equal(rows(f, &ann, "/api/v1/me/asks", "asks", NULL), 3);
  assert_int_equal(rows(f, &bob, "/api/v1/me/requests", "requests", NULL), 0);
  assert_refused_as(f, &ann, HTTP_POST, "/api/v1/me/asks", "{\"email\":\"ann@example.org\"}", 400, "bad_request");
  assert_refused_as(f, &ann, HTTP_POST, "/api/v1/me/asks", "{\"email\":\"no address\"}", 400, "bad_request");
  visitor_fini(&ann);
  visitor_fini(&bob);
}

static void test_accepting(void **state)
{
  struct fixture *f = *state;
  struct visitor ann = visitor_of(f, "ann@example.org", 0), bob = visitor_of(f, "bob@example.org", 0);
  struct visitor eve = visitor_of(f, "eve@example.org", 0);
  char id[UID_TEXT + 1];
  assert_int_equal(ask_as(f, &ann, HTTP_POST, "/api/v1/me/asks", "{\"email\":\"bob@example.org\"}"), 202);
  assert_int_equal(rows(f, &bob, "/api/v1/me/requests", "requests", id), 1);
  assert_refused_as(f, &eve, HTTP_PUT, with("/api/v1/me/requests/", id), "{}", 404, "not_found");
  assert_int_equal(ask_as(f, &bob, HTTP_PUT, with("/api/v1/me/requests/", id), "{}"), 200);
  assert_string_equal(member(f, "email"), "ann@example.org");
  assert_int_equal(rows(f, &ann, "/api/v1/me/contacts", "contacts", id), 1);
  assert_int_equal(ask_as(f, &ann, HTTP_PATCH, with("/api/v1/me/contacts/", id), "{\"hidden\":true}"), 200);
  assert_refused_as(f, &eve, HTTP_PATCH, with("/api/v1/me/contacts/", id), "{\"hidden\":true}", 404, "not_found");
  assert_int_equal(ask_as(f, &ann, HTTP_PUT, with("/api/v1/me/blocks/", id), "{}"), 204);
  assert_int_equal(rows(f, &ann, "/api/v1/me/contacts", "contacts", NULL), 0);
  assert_int_equal(rows(f, &ann, "/api/v1/me/blocks", "blocks", NULL), 1);
  assert_int_equal(rows(f, &bob, "/api/v1/me/contacts", "contacts", NULL), 1);
  assert_int_equal(ask_as(f, &ann, HTTP_DELETE, with("/api/v1/me/blocks/", id), NULL), 204);
  assert_int_equal(ask_as(f, &ann, HTTP_DELETE, with("/api/v1/me/contacts/", id), NULL), 204);
  assert_refused_as(f, &ann, HTTP_DELETE, with("/api/v1/me/contacts/", id), NULL, 404, "not_found");
  assert_int_equal(rows(f, &bob, "/api/v1/me/contacts", "contacts", NULL), 0);
  visitor_fini(&ann);
  visitor_fini(&bob);
  visitor_fini(&eve);
}

static void test_links(void **state)
{
  struct fixture *f = *state;
  struct visitor ann = visitor_of(f, "ann@example.org", 0), bob = visitor_of(f, "bob@example.org", 0);
  char body[128];
  assert_int_equal(ask_as(f, &ann, HTTP_POST, "/api/v1/me/contact-links", "{}"), 201);
  const char *token = strchr(member(f, "link"), '#');
  assert_non_null(token);
  (void)snprintf(body, sizeof body, "{\"token\":\"%.63s\"}", token + 1);
  assert_refused_as(f, &ann, HTTP_POST, "/api/v1/me/contact-links/look", body, 409, "own_link");
  assert_refused_as(f, &ann, HTTP_POST, "/api/v1/me/contact-links/use", body, 409, "own_link");
  assert_int_equal(ask_as(f, &bob, HTTP_POST, "/api/v1/me/contact-links/look", body), 200);
  assert_string_equal(member(f, "email"), "ann@example.org");
  assert_int_equal(rows(f, &bob, "/api/v1/me/contacts", "contacts", NULL), 0);
  assert_int_equal(ask_as(f, &bob, HTTP_POST, "/api/v1/me/contact-links/use", body), 200);
  assert_int_equal(rows(f, &ann, "/api/v1/me/contacts", "contacts", NULL), 1);
  assert_refused_as(f, &bob, HTTP_POST, "/api/v1/me/contact-links/use", body, 410, "link_used");
  assert_refused_as(f, &bob, HTTP_POST, "/api/v1/me/contact-links/look", "{\"token\":\"x\"}", 410, "link_used");
  visitor_fini(&ann);
  visitor_fini(&bob);
}

static void test_presence_and_missed_calls(void **state)
{
  struct fixture *f = *state;
  struct visitor ann = visitor_of(f, "ann@example.org", 0);
  struct account bob = account_new(f, "bob@example.org", 0), me;
  char id[UID_TEXT + 1];
  assert_int_equal(store_account_by_email(f->store, "ann@example.org", &me), 0);
  assert_int_equal(ask_as(f, &ann, HTTP_GET, "/api/v1/me/calls", NULL), 200);
  json_t *json = answer_of(f);
  assert_true(json_is_false(json_object_get(json, "presence")));
  json_decref(json);
  assert_int_equal(ask_as(f, &ann, HTTP_PUT, "/api/v1/me/calls", "{\"presence\":true}"), 200);
  json = answer_of(f);
  assert_true(json_is_true(json_object_get(json, "presence")));
  json_decref(json);
  assert_int_equal(store_missed_add(f->store, &me.id, &bob.id, API_NOW_S), 0);
  assert_int_equal(store_missed_add(f->store, &me.id, &bob.id, API_NOW_S), 0);
  assert_int_equal(store_missed_add(f->store, &me.id, &bob.id, API_NOW_S), 0);
  assert_int_equal(rows(f, &ann, "/api/v1/me/calls/missed", "missed", id), 3);
  assert_int_equal(ask_as(f, &ann, HTTP_DELETE, with("/api/v1/me/calls/missed/", id), NULL), 204);
  assert_refused_as(f, &ann, HTTP_DELETE, with("/api/v1/me/calls/missed/", id), NULL, 404, "not_found");
  assert_int_equal(ask_as(f, &ann, HTTP_DELETE, "/api/v1/me/calls/missed", NULL), 204);
  assert_int_equal(rows(f, &ann, "/api/v1/me/calls/missed", "missed", NULL), 0);
  visitor_fini(&ann);
}

/* --- the line --- */

static int open_line(struct fixture *f, struct visitor *v, const char *entry, struct socket_ticket *ticket)
{
  static char cookies[256];
  struct http_request q = {.method = HTTP_GET, .path = span_str("/signal"), .host = span_str("localhost:8443"),
                           .origin = span_str(ORIGIN)};
  put_cookies(v, cookies, sizeof cookies);
  q.cookie = span_str(cookies);
  answer_fini(&f->answer);
  return api_open_socket(&f->api, f->time, &q, span_str("testudo.v1"), span_str(entry), ticket, &f->answer);
}

static void test_entry_for_the_line(void **state)
{
  struct fixture *f = *state;
  struct visitor ann = visitor_of(f, "ann@example.org", 0), guest = visitor_new(f);
  struct socket_ticket ticket;
  char entry[64];
  assert_refused_as(f, &guest, HTTP_POST, "/api/v1/line", "{}", 401, "sign_in_first");
  assert_int_equal(ask_as(f, &ann, HTTP_POST, "/api/v1/line", "{}"), 201);
  (void)snprintf(entry, sizeof entry, "%.63s", member(f, "entry"));
  assert_int_equal(open_line(f, &ann, entry, &ticket), 0);
  assert_true(ticket.grant.line);
  assert_int_equal(open_line(f, &ann, entry, &ticket), ERR_REFUSED); /* once */
  assert_int_equal(ask_as(f, &ann, HTTP_POST, "/api/v1/line", "{}"), 201);
  (void)snprintf(entry, sizeof entry, "%.63s", member(f, "entry"));
  assert_int_equal(open_line(f, &guest, entry, &ticket), ERR_REFUSED);
  assert_int_equal(ask_as(f, &ann, HTTP_POST, "/api/v1/line", "{}"), 201);
  (void)snprintf(entry, sizeof entry, "%.63s", member(f, "entry"));
  assert_int_equal(ask_as(f, &ann, HTTP_DELETE, "/api/v1/session", NULL), 204);
  assert_int_equal(open_line(f, &ann, entry, &ticket), ERR_REFUSED);
  visitor_fini(&ann);
  visitor_fini(&guest);
}

/* A call's room is nobody's but of these two: to everybody else it does not exist. */
static void test_a_call_is_for_two(void **state)
{
  struct fixture *f = *state;
  struct visitor ann = visitor_of(f, "ann@example.org", 0), eve = visitor_of(f, "eve@example.org", 0);
  struct visitor guest = visitor_new(f);
  struct account me, bob = account_new(f, "bob@example.org", 0);
  uint8_t address[TOKEN_BYTES];
  char path[96], text[TOKEN_TEXT + 1];
  assert_int_equal(store_account_by_email(f->store, "ann@example.org", &me), 0);
  assert_int_equal(rooms_create_call(f->rooms, f->time.now_us, &me.id, &bob.id, address), 0);
  token_to_text(address, sizeof address, text);
  (void)snprintf(path, sizeof path, "/api/v1/rooms/%s", text);
  assert_int_equal(ask_as(f, &ann, HTTP_GET, path, NULL), 200);
  assert_refused_as(f, &eve, HTTP_GET, path, NULL, 404, "no_room");
  assert_refused_as(f, &guest, HTTP_GET, path, NULL, 404, "no_room");
  (void)snprintf(path, sizeof path, "/api/v1/rooms/%s/entry", text);
  assert_int_equal(ask_as(f, &ann, HTTP_POST, path, "{\"name\":\"Ann\"}"), 201);
  assert_refused_as(f, &eve, HTTP_POST, path, "{\"name\":\"Ann\"}", 404, "no_room");
  assert_refused_as(f, &guest, HTTP_POST, path, "{\"name\":\"Ann\"}", 404, "no_room");
  visitor_fini(&ann);
  visitor_fini(&eve);
  visitor_fini(&guest);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_an_ask_tells_nothing), WITH_API(test_accepting), WITH_API(test_links),
    WITH_API(test_presence_and_missed_calls), WITH_API(test_entry_for_the_line), WITH_API(test_a_call_is_for_two),
  };
  return RUN_TESTS("api_contacts", tests);
}
