/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api.c, origins.c, headers.c: what the server answers over HTTPS (A1, A2, B1, B2, B4). */
#include "web_testing.h"

#include <stdlib.h>

#include "web/api.h"
#include "web/headers.h"

/* In place of the client: web_core serves what it is linked with. */
static const uint8_t document[] = "<!doctype html>", script[] = "'use strict'", packed[] = "packed";
const struct asset assets[] = {
  {"/index.html", "text/html; charset=utf-8", "sha384-a", "\"e1\"", false, document, sizeof document - 1,
   NULL, NULL, 0},
  {"/assets/app.0123456789abcdef.js", "text/javascript", "sha384-b", "\"e2\"", true, script, sizeof script - 1,
   "\"e2-gzip\"", packed, sizeof packed - 1},
};
const size_t assets_n = sizeof assets / sizeof assets[0];

#define ORIGIN "https://localhost:8443"

struct fixture {
  uint64_t count, now_us;
  struct rooms *rooms;
  struct api api;
  char token[TOKEN_TEXT + 1];
  unsigned links;
  struct http_response answer;
};

static void ignore_send(void *ctx, uint64_t socket, struct span json)
{
  (void)ctx;
  (void)socket;
  (void)json;
}

static void ignore_close(void *ctx, uint64_t socket, enum close_code code, const char *why)
{
  (void)ctx;
  (void)socket;
  (void)code;
  (void)why;
}

static void on_link(void *ctx, const char *token)
{
  struct fixture *f = ctx;
  memcpy(f->token, token, sizeof f->token);
  f->links++;
}

static int set_up(void **state)
{
  struct fixture *f = calloc(1, sizeof *f);
  struct random random = counting_random(&f->count);
  const struct rooms_io io = {.send = ignore_send, .close = ignore_close};
  struct origins origins = {0};
  *state = f;
  f->now_us = 1000 * SECOND;
  const struct rooms_size size = {.rooms = 4, .people = 16};
  if (origins_add(&origins, ORIGIN) != 0 || rooms_new(&f->rooms, size, &io, &random) != 0 ||
      api_init(&f->api, f->rooms, &origins, &random) != 0)
    return -1;
  f->api.show_link = on_link;
  f->api.ctx = f;
  api_open_host_link(&f->api);
  return 0;
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  api_fini(&f->api);
  rooms_free(f->rooms);
  free(f);
  return 0;
}

static struct http_request request(enum http_method method, const char *path)
{
  return (struct http_request){.method = method, .path = span_str(path), .host = span_str("localhost:8443")};
}

static struct http_request post(const char *path, const char *body)
{
  struct http_request q = request(HTTP_POST, path);
  q.origin = span_str(ORIGIN);
  q.content_type = span_str("application/json");
  q.body = span_str(body);
  return q;
}

static unsigned ask(struct fixture *f, const struct http_request *q)
{
  memset(&f->answer, 0, sizeof f->answer);
  api_answer(&f->api, f->now_us, q, &f->answer);
  return f->answer.status;
}

/* The answer's member, copied; "" if it is not there. */
static const char *member(const struct fixture *f, const char *name)
{
  static char text[512];
  json_t *json = json_loadb((const char *)f->answer.body.p, f->answer.body.n, 0, NULL);
  const char *value = json_string_value(json_object_get(json, name));
  struct writer w = writer_of(text, sizeof text);
  put_str(&w, value == NULL ? "" : value);
  put_u8(&w, 0);
  json_decref(json);
  return text;
}

static void assert_refusal(struct fixture *f, const struct http_request *q, unsigned status, const char *code)
{
  assert_int_equal(ask(f, q), status);
  assert_string_equal(f->answer.content_type, "application/problem+json");
  assert_string_equal(f->answer.cache_control, "no-store");
  assert_string_equal(member(f, "code"), code);
}

/* Uses the open host link; gives the Cookie header and the address of the room. */
static void host(struct fixture *f, char cookie[128], char room[TOKEN_TEXT + 1])
{
  char body[64];
  struct writer w = writer_of(body, sizeof body);
  put_fmt(&w, "{\"token\":\"%s\"}", f->token);
  put_u8(&w, 0);
  struct http_request q = post("/api/v1/host", body);
  assert_int_equal(ask(f, &q), 201);
  memcpy(room, member(f, "room"), TOKEN_TEXT + 1);
  w = writer_of(cookie, 128);
  put_fmt(&w, BROWSER_COOKIE "=%s", f->answer.set_cookie);
  put_u8(&w, 0);
  assert_false(w.overflow);
}

static void path_of(char *path, size_t size, const char *before, const char *room, const char *after)
{
  struct writer w = writer_of(path, size);
  put_fmt(&w, "%s%s%s", before, room, after);
  put_u8(&w, 0);
  assert_false(w.overflow);
}

static void test_pages_and_assets(void **state)
{
  struct fixture *f = *state;
  static const char *const pages[] = {"/", "/host", "/m/AAAAAAAAAAAAAAAAAAAAAA", "/index.html"};
  for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
    struct http_request q = request(HTTP_GET, pages[i]);
    assert_int_equal(ask(f, &q), 200);
    assert_true(span_equal(f->answer.body, span_str("<!doctype html>")));
    assert_string_equal(f->answer.cache_control, "no-cache");
    q.if_none_match = span_str("\"e1\"");
    assert_int_equal(ask(f, &q), 304);
    assert_int_equal(f->answer.body.n, 0);
  }
  struct http_request q = request(HTTP_HEAD, "/assets/app.0123456789abcdef.js");
  assert_int_equal(ask(f, &q), 200);
  assert_string_equal(f->answer.cache_control, "public, max-age=31536000, immutable");
}

static void test_compressed_assets(void **state)
{
  struct fixture *f = *state;
  static const char *const takes[] = {"gzip", "gzip, deflate, br", "br,gzip", "identity,  gzip"};
  static const char *const takes_not[] = {"", "br", "x-gzip", "gzip;q=0", "GZIPPED", "*", ",", " , "};
  struct http_request q = request(HTTP_GET, "/assets/app.0123456789abcdef.js");
  for (size_t i = 0; i < sizeof takes / sizeof takes[0]; i++) {
    q.accept_encoding = span_str(takes[i]);
    assert_int_equal(ask(f, &q), 200);
    assert_string_equal(f->answer.encoding, "gzip");
    assert_string_equal(f->answer.etag, "\"e2-gzip\"");
    assert_true(span_equal(f->answer.body, span_str("packed")));
  }
  for (size_t i = 0; i < sizeof takes_not / sizeof takes_not[0]; i++) {
    q.accept_encoding = span_str(takes_not[i]);
    assert_int_equal(ask(f, &q), 200);
    assert_null(f->answer.encoding);
    assert_true(f->answer.varies);
    assert_true(span_equal(f->answer.body, span_str("'use strict'")));
  }
  q = request(HTTP_GET, "/");
  q.accept_encoding = span_str("gzip");
  assert_int_equal(ask(f, &q), 200);
  assert_false(f->answer.varies || f->answer.encoding != NULL);
}

static void test_unknown_paths(void **state)
{
  struct fixture *f = *state;
  static const char *const paths[] = {
    "", "//", "/host/", "/m/", "/m/AAAA", "/m/AAAAAAAAAAAAAAAAAAAAAB", "/m/AAAAAAAAAAAAAAAAAAAAAA/", "/assets/",
    "/../etc/passwd", "/assets/../index.html", "/index.htm", "/index.html\\", "/api/v1/rooms/",
    "/api/v1/rooms/AAAA/entry", "/.git/config",
  };
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    struct http_request q = request(HTTP_GET, paths[i]);
    assert_int_equal(ask(f, &q), 404);
    assert_string_equal(f->answer.content_type, "text/html; charset=utf-8");
  }
}

static void test_methods(void **state)
{
  struct fixture *f = *state;
  struct http_request q = request(HTTP_OTHER, "/");
  assert_refusal(f, &q, 405, "bad_method");
  q = post("/", "{}");
  assert_refusal(f, &q, 405, "bad_method");
  q = request(HTTP_GET, "/api/v1/host");
  assert_refusal(f, &q, 405, "bad_method");
  q = post("/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA", "{}");
  assert_refusal(f, &q, 405, "bad_method");
  assert_false(api_takes_body(&q));
  q = post("/api/v1/host", "{}");
  assert_true(api_takes_body(&q));
}

static void test_foreign_host_name(void **state)
{
  struct fixture *f = *state;
  static const char *const hosts[] = {"", "localhost", "localhost:8444", "localhost:8443.evil.example",
                                      "evil.example:8443", "LOCALHOST:8443", "127.0.0.1:8443"};
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
    struct http_request q = request(HTTP_GET, "/");
    q.host = span_str(hosts[i]);
    assert_refusal(f, &q, 421, "bad_host");
  }
}

static const char *const foreign_origins[] = {
  "", "null", "*", "http://localhost:8443", "https://localhost", "https://localhost:8444", "https://localhost:8443/",
  "https://localhost:8443.evil.example", "https://evil.example", "https://sub.localhost:8443",
  "https://localhost:84430", "https://LOCALHOST:8443", "https://localhost:8443,https://localhost:8443",
  " https://localhost:8443", "wss://localhost:8443",
};

#define FOREIGN (sizeof foreign_origins / sizeof foreign_origins[0])

static void test_foreign_origins(void **state)
{
  struct fixture *f = *state;
  for (size_t i = 0; i < FOREIGN; i++) {
    struct http_request q = post("/api/v1/host", "{\"token\":\"AAAAAAAAAAAAAAAAAAAAAA\"}");
    q.origin = span_str(foreign_origins[i]);
    assert_refusal(f, &q, 403, "bad_origin");
  }
  assert_int_equal(f->links, 1);
}

static void test_bad_bodies(void **state)
{
  struct fixture *f = *state;
  struct http_request q = post("/api/v1/host", "{\"token\":\"x\"}");
  q.content_type = span_str("text/plain");
  assert_refusal(f, &q, 415, "bad_content_type");
  q.content_type = span_str("application/jsonx");
  assert_refusal(f, &q, 415, "bad_content_type");
  q = post("/api/v1/host", "");
  assert_refusal(f, &q, 400, "bad_json");
  q = post("/api/v1/host", "{\"token\":\"x\",\"token\":\"y\"}");
  assert_refusal(f, &q, 400, "bad_json");
  q = post("/api/v1/host", "{\"token\":1}");
  assert_refusal(f, &q, 400, "bad_request");
  q = post("/api/v1/host", "{\"token\":\"x\",\"role\":\"host\"}");
  assert_refusal(f, &q, 400, "bad_request");
}

static void test_host_link(void **state)
{
  struct fixture *f = *state;
  char cookie[128], room[TOKEN_TEXT + 1], used[64], path[64];
  path_of(used, sizeof used, "{\"token\":\"", f->token, "\"}");
  host(f, cookie, room);
  assert_int_equal(f->links, 2); /* the next one is open */
  struct http_request again = post("/api/v1/host", used);
  assert_refusal(f, &again, 410, "link_used");
  path_of(path, sizeof path, "/api/v1/rooms/", room, "");
  struct http_request q = request(HTTP_GET, path);
  assert_int_equal(ask(f, &q), 200);
  assert_string_equal(member(f, "role"), "guest");
  q.cookie = span_str(cookie);
  assert_int_equal(ask(f, &q), 200);
  assert_string_equal(member(f, "role"), "host");
  assert_int_equal(f->answer.set_cookie[0], '\0');
  q = request(HTTP_GET, "/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA");
  assert_refusal(f, &q, 404, "no_room");
}

static void test_entry(void **state)
{
  struct fixture *f = *state;
  char cookie[128], room[TOKEN_TEXT + 1], path[64];
  host(f, cookie, room);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  struct http_request q = post(path, "{\"name\":\"Anna\"}");
  assert_int_equal(ask(f, &q), 201);
  assert_int_equal(strlen(member(f, "entry")), TOKEN_TEXT);
  assert_int_equal(strlen(member(f, "codeword")), SECRET_TEXT);
  assert_int_equal(strlen(f->answer.set_cookie), SECRET_TEXT);
  q.cookie = span_str(cookie);
  assert_int_equal(ask(f, &q), 201);
  assert_int_equal(f->answer.set_cookie[0], '\0');
  q = post(path, "{\"name\":\"Anna\",\"resume\":true}");
  assert_refusal(f, &q, 409, "nothing_to_resume");
  q = post(path, "{\"name\":\" Anna\"}");
  assert_refusal(f, &q, 400, "bad_name");
  q = post(path, "{\"name\":\"Anna\",\"resume\":1}");
  assert_refusal(f, &q, 400, "bad_request");
  q = post(path, "{\"name\":\"Anna\",\"role\":\"host\"}");
  assert_refusal(f, &q, 400, "bad_request");
  q = post("/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA/entry", "{\"name\":\"Anna\"}");
  assert_refusal(f, &q, 404, "no_room");
}

static void test_too_many_posts(void **state)
{
  struct fixture *f = *state;
  struct http_request q = post("/api/v1/host", "{\"token\":\"AAAAAAAAAAAAAAAAAAAAAA\"}");
  assert_int_equal(net_addr_parse("192.0.2.1", 1000, &q.from), 0);
  for (int i = 0; i < 120; i++)
    assert_refusal(f, &q, 410, "link_used");
  assert_refusal(f, &q, 429, "too_many");
  f->now_us += SECOND;
  assert_refusal(f, &q, 410, "link_used");
}

static void test_names_that_imitate(void **state)
{
  struct fixture *f = *state;
  static const char *const refused[][2] = {
    {"Hannа", "bad_name"},      {"Οtto", "bad_name"},               {"Host", "name_imitates"},
    {"НОЅТ", "name_imitates"},  {"Hanna (admin)", "name_imitates"}, {"h 0 s t", "name_imitates"},
    {"a\u200bb", "bad_name"},
  };
  static const char *const honest[] = {"Hanna", "Нина", "김민준", "山田 Taro", "محمد", "अनिल", "Anna 🐢", "Hostetler"};
  char cookie[128], room[TOKEN_TEXT + 1], path[128], body[128];
  host(f, cookie, room);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    path_of(body, sizeof body, "{\"name\":\"", refused[i][0], "\"}");
    struct http_request q = post(path, body);
    assert_refusal(f, &q, 400, refused[i][1]);
  }
  for (size_t i = 0; i < sizeof honest / sizeof honest[0]; i++) {
    path_of(body, sizeof body, "{\"name\":\"", honest[i], "\"}");
    struct http_request q = post(path, body);
    assert_int_equal(ask(f, &q), 201);
  }
  struct http_request q = post(path, "{\"name\":\"Hanna Host\"}"); /* who is the host may say so */
  assert_refusal(f, &q, 400, "name_imitates");
  q.cookie = span_str(cookie);
  assert_int_equal(ask(f, &q), 201);
}

/* A new browser begins a stay; gives its Cookie header. */
static void come_in(struct fixture *f, const char *path, const char *body, char cookie[128])
{
  char entry[TOKEN_TEXT + 1];
  struct http_request q = post(path, body);
  struct socket_ticket ticket;
  struct writer w = writer_of(cookie, 128);
  uint64_t person;
  assert_int_equal(ask(f, &q), 201);
  memcpy(entry, member(f, "entry"), sizeof entry);
  put_fmt(&w, BROWSER_COOKIE "=%s", f->answer.set_cookie);
  put_u8(&w, 0);
  q = request(HTTP_GET, "/signal");
  q.origin = span_str(ORIGIN);
  q.cookie = span_str(cookie);
  assert_int_equal(api_open_socket(&f->api, f->now_us, &q, span_str("testudo.v1"), span_str(entry), &ticket, &f->answer),
                   0);
  assert_int_equal(rooms_socket_opened(f->rooms, (struct rooms_time){.now_us = f->now_us}, 7, &ticket.grant, &person), 0);
}

static void test_name_that_is_taken(void **state)
{
  struct fixture *f = *state;
  char cookie[128], room[TOKEN_TEXT + 1], path[128];
  host(f, cookie, room);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  come_in(f, path, "{\"name\":\"Paul\"}", cookie);
  struct http_request q = post(path, "{\"name\":\"PauI\"}");
  assert_refusal(f, &q, 409, "name_taken");
  q.body = span_str("{\"name\":\"Paul 2\"}");
  assert_int_equal(ask(f, &q), 201);
  q.body = span_str("{\"name\":\"paul\"}"); /* the same browser once more */
  q.cookie = span_str(cookie);
  assert_int_equal(ask(f, &q), 201);
  q.body = span_str("{\"name\":\"Paul\",\"resume\":true}");
  assert_int_equal(ask(f, &q), 201);
}

/* Two entries for one name are fetched before either socket opens: the later one finds the name taken. */
static void test_name_taken_in_between(void **state)
{
  struct fixture *f = *state;
  char host_cookie[128], room[TOKEN_TEXT + 1], path[128];
  struct entry_grant grant = {.browser = browser_number(77), .name_n = 4, .name = "Paul"};
  uint8_t address[TOKEN_BYTES];
  uint64_t person;
  host(f, host_cookie, room);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  assert_int_equal(token_from_text(span_str(room), address, sizeof address), 0);
  assert_int_equal(rooms_find(f->rooms, address, &grant.room), 0);
  assert_int_equal(likeness_skeleton(f->api.likeness, span_str("Paul"), grant.likeness), 0);
  come_in(f, path, "{\"name\":\"Paul\"}", host_cookie);
  const struct rooms_time now = {.now_us = f->now_us};
  assert_int_equal(rooms_socket_opened(f->rooms, now, 8, &grant, &person), ERR_REFUSED);
  assert_int_equal(likeness_skeleton(f->api.likeness, span_str("Paula"), grant.likeness), 0);
  assert_int_equal(rooms_socket_opened(f->rooms, now, 8, &grant, &person), 0);
}

/* Takes an entry and gives its text and the browser's Cookie header. */
static void take_entry(struct fixture *f, char entry[TOKEN_TEXT + 1], char cookie[128])
{
  char room[TOKEN_TEXT + 1], path[64];
  host(f, cookie, room);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  struct http_request q = post(path, "{\"name\":\"Anna\"}");
  q.cookie = span_str(cookie);
  assert_int_equal(ask(f, &q), 201);
  memcpy(entry, member(f, "entry"), TOKEN_TEXT + 1);
}

static int open_socket(struct fixture *f, const struct http_request *q, const char *protocols, const char *entry)
{
  struct socket_ticket ticket;
  return api_open_socket(&f->api, f->now_us, q, span_str(protocols), span_str(entry), &ticket, &f->answer);
}

static struct http_request upgrade(const char *cookie)
{
  struct http_request q = request(HTTP_GET, "/signal");
  q.origin = span_str(ORIGIN);
  q.cookie = span_str(cookie);
  return q;
}

static void test_socket_opens_once(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1], cookie[128];
  take_entry(f, entry, cookie);
  struct http_request q = upgrade(cookie);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), 0);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), ERR_REFUSED);
  assert_int_equal(f->answer.status, 403);
  assert_string_equal(member(f, "code"), "bad_entry");
}

static void test_socket_from_elsewhere(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1], cookie[128];
  take_entry(f, entry, cookie);
  struct http_request q = upgrade(cookie);
  for (size_t i = 0; i < FOREIGN; i++) {
    q.origin = span_str(foreign_origins[i]);
    assert_int_equal(open_socket(f, &q, "testudo.v1", entry), ERR_REFUSED);
    assert_string_equal(member(f, "code"), "bad_origin");
  }
  q = upgrade(cookie);
  q.host = span_str("evil.example");
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), ERR_REFUSED);
  q = upgrade(cookie);
  q.path = span_str("/signal/");
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), ERR_REFUSED);
  q = upgrade(cookie);
  assert_int_equal(open_socket(f, &q, "", entry), ERR_REFUSED);
  assert_int_equal(open_socket(f, &q, "testudo.v1, other", entry), ERR_REFUSED);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), 0); /* none of that has used it up */
}

static void test_entry_of_another_browser(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1], cookie[128], other[128], room[TOKEN_TEXT + 1];
  take_entry(f, entry, cookie);
  host(f, other, room);
  struct http_request q = upgrade(other);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), ERR_REFUSED);
  q = upgrade(cookie);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), ERR_REFUSED); /* burnt */
  take_entry(f, entry, cookie);
  q = upgrade("");
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), ERR_REFUSED);
}

static void test_entry_too_late(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1], cookie[128];
  take_entry(f, entry, cookie);
  f->now_us += 10 * SECOND;
  struct http_request q = upgrade(cookie);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry), ERR_REFUSED);
}

static void test_origins(void **state)
{
  (void)state;
  struct origins o = {0};
  uint8_t index;
  assert_int_equal(origins_add(&o, "http://localhost"), ERR_MALFORMED);
  assert_int_equal(origins_add(&o, "https://"), ERR_MALFORMED);
  assert_int_equal(origins_add(&o, "https://a"), 0);
  assert_int_equal(origins_add(&o, "https://a"), 0);
  assert_int_equal(o.n, 1);
  assert_int_equal(origins_add(&o, "https://[::1]:8443"), 0);
  assert_int_equal(origins_find_host(&o, span_str("[::1]:8443"), &index), 0);
  assert_int_equal(index, 1);
  assert_string_equal(origin_host(o.text[0]), "a");
}

static void test_security_headers(void **state)
{
  (void)state;
  struct origins o = {0};
  static struct security_headers h;
  assert_int_equal(origins_add(&o, ORIGIN), 0);
  security_headers_init(&h, &o);
  assert_non_null(strstr(h.csp, "default-src 'none';"));
  assert_non_null(strstr(h.csp, "connect-src 'self' wss://localhost:8443"));
  assert_null(strstr(h.csp, "unsafe"));
  assert_null(strstr(h.csp, "*"));
  assert_null(strstr(h.csp, "data:"));
}

#define WITH_API(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_pages_and_assets), WITH_API(test_compressed_assets), WITH_API(test_unknown_paths),
    WITH_API(test_methods),
    WITH_API(test_foreign_host_name), WITH_API(test_foreign_origins), WITH_API(test_bad_bodies),
    WITH_API(test_host_link), WITH_API(test_entry),
    WITH_API(test_names_that_imitate), WITH_API(test_name_that_is_taken), WITH_API(test_name_taken_in_between),
    WITH_API(test_too_many_posts), WITH_API(test_socket_opens_once), WITH_API(test_socket_from_elsewhere),
    WITH_API(test_entry_of_another_browser), WITH_API(test_entry_too_late), cmocka_unit_test(test_origins),
    cmocka_unit_test(test_security_headers),
  };
  return RUN_TESTS("api", tests);
}
