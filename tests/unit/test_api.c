/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api.c, origins.c, headers.c: what the server answers over HTTPS (A1, A2, B1, B2, B4). */
#define API_OWN_ASSETS
#include "api_testing.h"

#include "web/headers.h"

/* In place of the client: web_core serves what it is linked with. */
static const uint8_t document[] = "<!doctype html>", script[] = "'use strict'", packed[] = "packed",
                     brotli[] = "br";
static const uint8_t arabic[] = "<!doctype html><html lang=ar>", brazilian[] = "<!doctype html><html lang=pt-BR>";
const struct asset assets[] = {
  {"/index.html", "text/html; charset=utf-8", "sha384-a", "\"e1\"", false, document, sizeof document - 1,
   NULL, NULL, 0, NULL, NULL, 0},
  {"/index.ar.html", "text/html; charset=utf-8", "sha384-c", "\"e3\"", false, arabic, sizeof arabic - 1,
   NULL, NULL, 0, NULL, NULL, 0},
  {"/index.pt-br.html", "text/html; charset=utf-8", "sha384-d", "\"e4\"", false, brazilian, sizeof brazilian - 1,
   NULL, NULL, 0, NULL, NULL, 0},
  {"/assets/app.0123456789abcdef.js", "text/javascript", "sha384-b", "\"e2\"", true, script, sizeof script - 1,
   "\"e2-gzip\"", packed, sizeof packed - 1, "\"e2-brotli\"", brotli, sizeof brotli - 1},
};
const size_t assets_n = sizeof assets / sizeof assets[0];

/* A browser uses the open host link; gives the address of the room. */
static struct visitor host(struct fixture *f, char room[TOKEN_TEXT + 1])
{
  struct visitor v = visitor_new(f);
  char body[64];
  (void)snprintf(body, sizeof body, "{\"token\":\"%s\"}", f->host_token);
  assert_int_equal(ask_as(f, &v, HTTP_POST, "/api/v1/host", body), 201);
  memcpy(room, member(f, "room"), TOKEN_TEXT + 1);
  return v;
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
  static const char *const pages[] = {"/", "/host", "/m/AAAAAAAAAAAAAAAAAAAAAA", "/index.html", "/signin", "/account",
                                      "/contact", "/rooms", "/rooms/AAAAAAAAAAAAAAAAAAAAAA", "/admin", "/admin/people", "/setup",
                                      "/welcome", "/oidc/google"};
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

static const char *language_of(struct fixture *f, const char *cookies, const char *accept)
{
  struct http_request q = request(HTTP_GET, "/rooms");
  q.cookie = span_str(cookies);
  q.accept_language = span_str(accept);
  assert_int_equal(ask(f, &q), 200);
  assert_string_equal(f->answer.vary, "accept-encoding, accept-language, cookie");
  return f->answer.etag;
}

static void test_languages(void **state)
{
  struct fixture *f = *state;
  static const char en[] = "\"e1\"", ar[] = "\"e3\"", pt_br[] = "\"e4\"";
  static const struct {
    const char *cookies, *accept, *expected;
  } cases[] = {
    {"", "", en},
    {"", "ar", ar},
    {"", "AR-eg", ar},
    {"", "en-GB,en;q=0.9,ar;q=0.8", en},
    {"", "fr,ar;q=0.3", ar},
    {"", "en;q=0.2, ar;q=0.9", ar},
    {"", "ar ; q=0.5 , en ; q=0.501", en},
    {"", "pt-BR", pt_br},
    {"", "pt-br-x-abc", pt_br},
    {"", "pt", en},
    {"", "de,fr;q=0.9,*;q=0.5", en},
    {"", "ar;q=0", en},
    {"", "ar;q=2", en},
    {"", "ar;q=0.1234", en},
    {"", "ar;q=1.001", en},
    {"", "ar;q=x", en},
    {"", "-,;,=;q=,ar-", ar},
    {"", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,ar", en},
    {"", "../../../../etc/passwd,/index.html,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", en},
    {"__Host-testudo-language=ar", "en", ar},
    {"__Host-testudo-language=en", "ar", en},
    {"__Host-testudo=x; __Host-testudo-language=pt-br", "ar", pt_br},
    {"__Host-testudo-language=xx", "ar", ar},
    {"__Host-testudo-language=ar; __Host-testudo-language=ar", "en", en},
    {"__Host-testudo-language=", "", en},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assert_string_equal(language_of(f, cases[i].cookies, cases[i].accept), cases[i].expected);
}

static void test_compressed_assets(void **state)
{
  struct fixture *f = *state;
  static const char *const takes[] = {"gzip", "gzip, deflate, br;q=0", "zstd,gzip", "identity,  gzip"};
  static const char *const takes_brotli[] = {"br", "gzip, deflate, br, zstd", "br,gzip"};
  static const char *const takes_not[] = {"", "brotli", "x-gzip", "gzip;q=0", "GZIPPED", "*", ",", " , "};
  struct http_request q = request(HTTP_GET, "/assets/app.0123456789abcdef.js");
  for (size_t i = 0; i < sizeof takes / sizeof takes[0]; i++) {
    q.accept_encoding = span_str(takes[i]);
    assert_int_equal(ask(f, &q), 200);
    assert_string_equal(f->answer.encoding, "gzip");
    assert_string_equal(f->answer.etag, "\"e2-gzip\"");
    assert_true(span_equal(f->answer.body, span_str("packed")));
  }
  for (size_t i = 0; i < sizeof takes_brotli / sizeof takes_brotli[0]; i++) {
    q.accept_encoding = span_str(takes_brotli[i]);
    assert_int_equal(ask(f, &q), 200);
    assert_string_equal(f->answer.encoding, "br");
    assert_string_equal(f->answer.etag, "\"e2-brotli\"");
    assert_true(span_equal(f->answer.body, span_str("br")));
  }
  for (size_t i = 0; i < sizeof takes_not / sizeof takes_not[0]; i++) {
    q.accept_encoding = span_str(takes_not[i]);
    assert_int_equal(ask(f, &q), 200);
    assert_null(f->answer.encoding);
    assert_string_equal(f->answer.vary, "accept-encoding");
    assert_true(span_equal(f->answer.body, span_str("'use strict'")));
  }
  q = request(HTTP_GET, "/");
  q.accept_encoding = span_str("gzip");
  assert_int_equal(ask(f, &q), 200);
  assert_null(f->answer.encoding);
}

static void test_unknown_paths(void **state)
{
  struct fixture *f = *state;
  static const char *const pages[] = {
    "", "//", "/host/", "/m/", "/m/AAAAAAAAAAAAAAAAAAAAAA/", "/assets/", "/../etc/passwd", "/assets/../index.html",
    "/index.htm", "/index.html\\", "/.git/config", "/admin/", "/admin/people/x/y", "/oidc/",
  };
  static const char *const addresses[] = {
    "/api/", "/api/v1/rooms/", "/api/v1/rooms/AAAA/entry/", "/api/v1/host/", "/api/v2/server", "/api/v1/rooms//entry",
    "/hooks/", "/hooks/a/b",
  };
  for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
    struct http_request q = request(HTTP_GET, pages[i]);
    assert_int_equal(ask(f, &q), 404);
    assert_string_equal(f->answer.content_type, "text/html; charset=utf-8");
  }
  for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
    struct http_request q = request(HTTP_GET, addresses[i]);
    assert_refusal(f, &q, 404, "not_found");
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
  q = post("/api/v1/server", "{}");
  assert_refusal(f, &q, 405, "bad_method");
  assert_int_equal(api_body_most(&f->api, &q), 0);
  q = post("/api/v1/host", "{}");
  assert_int_equal(api_body_most(&f->api, &q), LIMIT_HTTP_BODY);
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
  struct visitor v = visitor_new(f);
  char body[128];
  (void)snprintf(body, sizeof body, "{\"key\":\"%s\"}", v.key);
  for (size_t i = 0; i < FOREIGN; i++) {
    struct http_request q = post("/api/v1/session", body);
    q.origin = span_str(foreign_origins[i]);
    assert_refusal(f, &q, 403, "bad_origin");
    assert_int_equal(f->answer.set_cookie[0], '\0');
    q = post("/api/v1/host", "{\"token\":\"AAAAAAAAAAAAAAAAAAAAAA\"}");
    q.origin = span_str(foreign_origins[i]);
    assert_refusal(f, &q, 403, "bad_origin");
  }
  assert_int_equal(f->host_links, 1);
  visitor_fini(&v);
}

static void test_bad_bodies(void **state)
{
  struct fixture *f = *state;
  static const char *const bodies[][2] = {
    {"{", "bad_json"},
    {"{\"token\":\"x\",\"token\":\"y\"}", "bad_json"},
    {"{\"token\":1}", "bad_request"},
    {"{\"token\":\"x\",\"role\":\"host\"}", "bad_request"},
    {"{}", "bad_request"},
  };
  struct visitor v = visitor_new(f);
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
    assert_refused_as(f, &v, HTTP_POST, "/api/v1/host", bodies[i][0], 400, bodies[i][1]);
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/host", "token", 415, "bad_content_type");
  visitor_fini(&v);
}

static void test_host_link(void **state)
{
  struct fixture *f = *state;
  char room[TOKEN_TEXT + 1], used[64], path[64];
  (void)snprintf(used, sizeof used, "{\"token\":\"%s\"}", f->host_token);
  struct visitor v = host(f, room), other = visitor_new(f);
  assert_int_equal(f->host_links, 2); /* the next one is open */
  assert_refused_as(f, &v, HTTP_POST, "/api/v1/host", used, 410, "link_used");
  path_of(path, sizeof path, "/api/v1/rooms/", room, "");
  assert_int_equal(ask_as(f, &other, HTTP_GET, path, NULL), 200);
  assert_string_equal(member(f, "role"), "participant");
  assert_int_equal(ask_as(f, &v, HTTP_GET, path, NULL), 200);
  assert_string_equal(member(f, "role"), "host");
  assert_refused_as(f, &v, HTTP_GET, "/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA", NULL, 404, "no_room");
  visitor_fini(&v);
  visitor_fini(&other);
}

static void test_entry(void **state)
{
  struct fixture *f = *state;
  char room[TOKEN_TEXT + 1], path[64];
  struct visitor v = host(f, room), guest = visitor_new(f);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  assert_int_equal(ask_as(f, &guest, HTTP_POST, path, "{\"name\":\"Anna\"}"), 201);
  assert_int_equal(strlen(member(f, "entry")), TOKEN_TEXT);
  assert_int_equal(strlen(member(f, "codeword")), SECRET_TEXT);
  assert_int_equal(f->answer.set_cookie[0], '\0');
  assert_refused_as(f, &guest, HTTP_POST, path, "{\"name\":\"Anna\",\"resume\":true}", 409, "nothing_to_resume");
  assert_refused_as(f, &guest, HTTP_POST, path, "{\"name\":\" Anna\"}", 400, "bad_name");
  assert_refused_as(f, &guest, HTTP_POST, path, "{\"name\":\"Anna\",\"resume\":1}", 400, "bad_request");
  assert_refused_as(f, &guest, HTTP_POST, path, "{\"name\":\"Anna\",\"role\":\"host\"}", 400, "bad_request");
  assert_refused_as(f, &guest, HTTP_POST, "/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA/entry", "{\"name\":\"Anna\"}", 404,
                    "no_room");
  struct http_request q = post(path, "{\"name\":\"Anna\"}"); /* without a session */
  assert_refusal(f, &q, 401, "no_session");
  visitor_fini(&v);
  visitor_fini(&guest);
}

static void test_too_many_requests(void **state)
{
  struct fixture *f = *state;
  struct http_request q = request(HTTP_GET, "/api/v1/server");
  assert_int_equal(net_addr_parse("192.0.2.7", 1000, &q.from), 0);
  for (int i = 0; i < 1200; i++)
    assert_int_equal(ask(f, &q), 200);
  assert_refusal(f, &q, 429, "too_many");
  assert_int_equal(f->answer.retry_after_s, 1);
  time_passes(f, 1);
  assert_int_equal(ask(f, &q), 200);
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
  char room[TOKEN_TEXT + 1], path[128], body[128];
  struct visitor v = host(f, room), guest = visitor_new(f);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    path_of(body, sizeof body, "{\"name\":\"", refused[i][0], "\"}");
    assert_refused_as(f, &guest, HTTP_POST, path, body, 400, refused[i][1]);
  }
  for (size_t i = 0; i < sizeof honest / sizeof honest[0]; i++) {
    path_of(body, sizeof body, "{\"name\":\"", honest[i], "\"}");
    assert_int_equal(ask_as(f, &guest, HTTP_POST, path, body), 201);
  }
  assert_refused_as(f, &guest, HTTP_POST, path, "{\"name\":\"Hanna Host\"}", 400, "name_imitates");
  assert_int_equal(ask_as(f, &v, HTTP_POST, path, "{\"name\":\"Hanna Host\"}"), 201); /* who is the host may say so */
  visitor_fini(&v);
  visitor_fini(&guest);
}

static struct http_request upgrade(const struct visitor *v)
{
  static char cookies[256];
  struct http_request q = request(HTTP_GET, "/signal");
  q.origin = span_str(ORIGIN);
  put_cookies(v, cookies, sizeof cookies);
  q.cookie = span_str(cookies);
  return q;
}

static int open_socket(struct fixture *f, const struct http_request *q, const char *protocols, const char *entry,
                       struct socket_ticket *ticket)
{
  answer_fini(&f->answer);
  return api_open_socket(&f->api, f->time, q, span_str(protocols), span_str(entry), ticket, &f->answer);
}

/* The browser begins a stay. */
static void come_in(struct fixture *f, struct visitor *v, const char *path, const char *body)
{
  char entry[TOKEN_TEXT + 1];
  struct socket_ticket ticket;
  uint64_t person;
  assert_int_equal(ask_as(f, v, HTTP_POST, path, body), 201);
  memcpy(entry, member(f, "entry"), sizeof entry);
  struct http_request q = upgrade(v);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry, &ticket), 0);
  const struct rooms_time now = {.now_us = f->time.now_us, .unix_s = f->time.now_s};
  assert_int_equal(rooms_socket_opened(f->rooms, now, 7, &ticket.grant, &person), 0);
}

static void test_name_that_is_taken(void **state)
{
  struct fixture *f = *state;
  char room[TOKEN_TEXT + 1], path[128];
  struct visitor v = host(f, room), paul = visitor_new(f), other = visitor_new(f);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  come_in(f, &paul, path, "{\"name\":\"Paul\"}");
  assert_refused_as(f, &other, HTTP_POST, path, "{\"name\":\"PauI\"}", 409, "name_taken");
  assert_int_equal(ask_as(f, &other, HTTP_POST, path, "{\"name\":\"Paul 2\"}"), 201);
  assert_int_equal(ask_as(f, &paul, HTTP_POST, path, "{\"name\":\"paul\"}"), 201); /* the same browser once more */
  assert_int_equal(ask_as(f, &paul, HTTP_POST, path, "{\"name\":\"Paul\",\"resume\":true}"), 201);
  visitor_fini(&v);
  visitor_fini(&paul);
  visitor_fini(&other);
}

/* Two entries for one name are fetched before either socket opens: the later one finds the name taken. */
static void test_name_taken_in_between(void **state)
{
  struct fixture *f = *state;
  char room[TOKEN_TEXT + 1], path[128];
  struct entry_grant grant = {.browser = browser_number(77), .name_n = 4, .name = "Paul"};
  uint8_t address[TOKEN_BYTES];
  uint64_t person;
  struct visitor v = host(f, room);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  assert_int_equal(token_from_text(span_str(room), address, sizeof address), 0);
  assert_int_equal(rooms_find(f->rooms, address, &grant.room), 0);
  assert_int_equal(likeness_skeleton(f->api.likeness, span_str("Paul"), grant.likeness), 0);
  come_in(f, &v, path, "{\"name\":\"Paul\"}");
  const struct rooms_time now = {.now_us = f->time.now_us};
  assert_int_equal(rooms_socket_opened(f->rooms, now, 8, &grant, &person), ERR_REFUSED);
  assert_int_equal(likeness_skeleton(f->api.likeness, span_str("Paula"), grant.likeness), 0);
  assert_int_equal(rooms_socket_opened(f->rooms, now, 8, &grant, &person), 0);
  visitor_fini(&v);
}

/* A host takes an entry; gives its text. */
static struct visitor take_entry(struct fixture *f, char entry[TOKEN_TEXT + 1])
{
  char room[TOKEN_TEXT + 1], path[64];
  struct visitor v = host(f, room);
  path_of(path, sizeof path, "/api/v1/rooms/", room, "/entry");
  assert_int_equal(ask_as(f, &v, HTTP_POST, path, "{\"name\":\"Anna\"}"), 201);
  memcpy(entry, member(f, "entry"), TOKEN_TEXT + 1);
  return v;
}

static void assert_no_socket(struct fixture *f, const struct http_request *q, const char *entry, const char *code)
{
  struct socket_ticket ticket;
  assert_int_equal(open_socket(f, q, "testudo.v1", entry, &ticket), ERR_REFUSED);
  assert_string_equal(member(f, "code"), code);
}

static void test_socket_opens_once(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1];
  struct socket_ticket ticket;
  struct visitor v = take_entry(f, entry);
  struct http_request q = upgrade(&v);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry, &ticket), 0);
  assert_no_socket(f, &q, entry, "bad_entry");
  visitor_fini(&v);
}

static void test_socket_from_elsewhere(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1];
  struct socket_ticket ticket;
  struct visitor v = take_entry(f, entry);
  struct http_request q = upgrade(&v);
  for (size_t i = 0; i < FOREIGN; i++) {
    q.origin = span_str(foreign_origins[i]);
    assert_no_socket(f, &q, entry, "bad_origin");
  }
  q = upgrade(&v);
  q.host = span_str("evil.example");
  assert_no_socket(f, &q, entry, "bad_origin");
  q = upgrade(&v);
  q.path = span_str("/signal/");
  assert_no_socket(f, &q, entry, "no_socket");
  q = upgrade(&v);
  assert_int_equal(open_socket(f, &q, "", entry, &ticket), ERR_REFUSED);
  assert_int_equal(open_socket(f, &q, "testudo.v1, other", entry, &ticket), ERR_REFUSED);
  assert_int_equal(open_socket(f, &q, "testudo.v1", entry, &ticket), 0); /* none of that has used it up */
  visitor_fini(&v);
}

static void test_entry_of_another_browser(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1];
  struct visitor v = take_entry(f, entry), other = visitor_new(f);
  struct http_request q = upgrade(&other);
  assert_no_socket(f, &q, entry, "bad_entry");
  q = upgrade(&v);
  assert_no_socket(f, &q, entry, "bad_entry"); /* burnt */
  visitor_fini(&v);
  v = take_entry(f, entry);
  q = upgrade(&v);
  q.cookie = span_str("");
  assert_no_socket(f, &q, entry, "bad_entry");
  visitor_fini(&v);
  visitor_fini(&other);
}

static void test_entry_too_late(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1];
  struct visitor v = take_entry(f, entry);
  time_passes(f, 10);
  struct http_request q = upgrade(&v);
  assert_no_socket(f, &q, entry, "bad_entry");
  visitor_fini(&v);
}

/* The session ends within the ten seconds in which its entry is good. */
static void test_entry_of_an_ended_session(void **state)
{
  struct fixture *f = *state;
  char entry[TOKEN_TEXT + 1];
  struct visitor v = take_entry(f, entry);
  struct http_request q = upgrade(&v);
  struct visitor copy = v;
  assert_int_equal(ask_as(f, &copy, HTTP_DELETE, "/api/v1/session", NULL), 204);
  assert_true(f->answer.clear_cookie);
  assert_no_socket(f, &q, entry, "bad_entry");
  visitor_fini(&v);
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

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_pages_and_assets), WITH_API(test_languages), WITH_API(test_compressed_assets), WITH_API(test_unknown_paths),
    WITH_API(test_methods), WITH_API(test_foreign_host_name), WITH_API(test_foreign_origins),
    WITH_API(test_bad_bodies), WITH_API(test_host_link), WITH_API(test_entry), WITH_API(test_names_that_imitate),
    WITH_API(test_name_that_is_taken), WITH_API(test_name_taken_in_between), WITH_API(test_too_many_requests),
    WITH_API(test_socket_opens_once), WITH_API(test_socket_from_elsewhere), WITH_API(test_entry_of_another_browser),
    WITH_API(test_entry_too_late), WITH_API(test_entry_of_an_ended_session), cmocka_unit_test(test_origins),
    cmocka_unit_test(test_security_headers),
  };
  return RUN_TESTS("api", tests);
}
