/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the API share: an API with a store of its own, browsers that have a key and prove their requests as the
 * page does, and the answers of the processes around it. */
#ifndef TESTUDO_TESTS_API_TESTING_H
#define TESTUDO_TESTS_API_TESTING_H

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "web_testing.h"

#define ERR_STATE openssl_err_state
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#undef ERR_STATE

#include "ipc/messages.h"
#include "store/store_people.h"
#include "store/store_rooms.h"
#include "store/store_tickets.h"
#include "web/api/api.h"
#include "web/api/sessions.h"
#include "web/proof.h"

/* In place of the client: web_core serves what it is linked with. */
#ifndef API_OWN_ASSETS
const struct asset assets[] = {{.path = NULL}};
const size_t assets_n = 0;
#endif

#define ORIGIN "https://localhost:8443"
#define API_NOW_S UINT64_C(1795420800)
#define PASSWORD "vier pferde laufen bergauf"

struct fixture {
  uint64_t count;
  char folder[64];
  struct api_time time;
  struct rooms *rooms;
  struct store *store;
  struct outbound_link outbound;
  struct api api;
  char host_token[TOKEN_TEXT + 1], setup_token[TOKEN_TEXT + 1];
  unsigned host_links;
  struct http_request request;   /* the last one, */
  struct http_response answer;   /* its answer */
  bool waiting;                  /* which comes later */
  unsigned closed;               /* sockets that were closed */
  enum close_code close_code;

  /* what web has asked of the outbound process */
  unsigned mails, messages, fetches;
  char mail_to[EMAIL_BYTES], mail_subject[512], mail_text[4096], message_to[PHONE_BYTES], message_text[256];
  char fetch_url[2048], fetch_body[8192];
  uint32_t fetch_id;
};

/* A browser with its page: key, cookies, the newest nonce. */
struct visitor {
  EVP_PKEY *pair;
  char key[PROOF_KEY_TEXT + 1];
  char session[SECRET_TEXT + 1], device[DEVICE_COOKIE_TEXT + 1];
  char nonce[TOKEN_TEXT + 1];
  const char *user_agent;
  const char *address; /* where it is; NULL: 192.0.2.1 */
  const char *language, *chosen; /* what it asks for, and what was chosen in the page; or NULL */
};

/* --- the processes around the API --- */

static inline void on_send(void *ctx, uint64_t socket, struct span json)
{
  (void)ctx;
  (void)socket;
  (void)json;
}

static inline void on_close(void *ctx, uint64_t socket, enum close_code code, const char *why)
{
  struct fixture *f = ctx;
  (void)socket;
  (void)why;
  f->closed++;
  f->close_code = code;
}

static inline void on_host_link(void *ctx, const char *token)
{
  struct fixture *f = ctx;
  memcpy(f->host_token, token, sizeof f->host_token);
  f->host_links++;
}

static inline void on_setup_link(void *ctx, const char *token)
{
  memcpy(((struct fixture *)ctx)->setup_token, token, TOKEN_TEXT + 1);
}

static inline struct http_response *on_response(void *ctx, uint64_t id, const struct http_request **request)
{
  struct fixture *f = ctx;
  if (id != f->request.id || !f->waiting)
    return NULL;
  *request = &f->request;
  return &f->answer;
}

static inline void on_answered(void *ctx, uint64_t id)
{
  struct fixture *f = ctx;
  assert_int_equal(id, f->request.id);
  f->waiting = false;
}

static inline struct api_time on_now(void *ctx)
{
  return ((struct fixture *)ctx)->time;
}

static inline void copy_span(char *out, size_t size, struct span s)
{
  assert_true(s.n < size);
  memcpy(out, s.p, s.n);
  out[s.n] = '\0';
}

static inline int on_outbound(void *ctx, struct span message)
{
  struct fixture *f = ctx;
  uint8_t type = message.p[0];
  struct ipc_mail mail;
  struct ipc_sms sms;
  struct ipc_fetch fetch;
  (void)span_skip(&message, 1);
  if (type == IPC_MAIL) {
    assert_int_equal(ipc_decode_mail(message, &mail), 0);
    copy_span(f->mail_to, sizeof f->mail_to, mail.to);
    copy_span(f->mail_subject, sizeof f->mail_subject, mail.subject);
    copy_span(f->mail_text, sizeof f->mail_text, mail.text);
    f->mails++;
  } else if (type == IPC_SMS) {
    assert_int_equal(ipc_decode_sms(message, &sms), 0);
    copy_span(f->message_to, sizeof f->message_to, sms.to);
    copy_span(f->message_text, sizeof f->message_text, sms.text);
    f->messages++;
  } else {
    assert_int_equal(type, IPC_FETCH);
    assert_int_equal(ipc_decode_fetch(message, &fetch), 0);
    copy_span(f->fetch_url, sizeof f->fetch_url, fetch.url);
    copy_span(f->fetch_body, sizeof f->fetch_body, fetch.body);
    f->fetch_id = fetch.id;
    f->fetches++;
  }
  return 0;
}

/* --- the fixture --- */

/* What a test wants other than usual: change it between fixture_prepare and fixture_open. */
static inline struct site site_usual(void)
{
  return (struct site){.name = "Testudo", .profile = "local", .config_file = "", .certificate = "", .mail = true, .sms = true};
}

static inline struct fixture *fixture_new(const struct site *site, struct oidc *oidc)
{
  struct fixture *f = calloc(1, sizeof *f);
  char data[80], key[80];
  assert_non_null(f);
  struct random random = counting_random(&f->count);
  const struct rooms_io rooms_io = {.send = on_send, .close = on_close, .ctx = f};
  const struct api_io io = {.show_host_link = on_host_link, .show_setup_link = on_setup_link, .response = on_response,
                            .answered = on_answered, .now = on_now, .send = on_send, .close = on_close, .ctx = f};
  const struct password_cost cost = {.passes = 1, .memory_bytes = 8192};
  struct origins origins = {0};
  f->time = (struct api_time){.now_us = 1000 * SECOND, .now_s = API_NOW_S};
  (void)snprintf(f->folder, sizeof f->folder, "/tmp/testudo-api-XXXXXX");
  assert_non_null(mkdtemp(f->folder));
  (void)snprintf(data, sizeof data, "%s/store", f->folder);
  (void)snprintf(key, sizeof key, "%s/keys/store.key", f->folder);
  assert_int_equal(store_open(&f->store, data, key), 0);
  assert_int_equal(origins_add(&origins, ORIGIN), 0);
  assert_int_equal(rooms_new(&f->rooms, (struct rooms_size){.rooms = 8, .people = 64}, &rooms_io, &random), 0);
  outbound_link_init(&f->outbound, on_outbound, f);
  const struct api_parts parts = {.rooms = f->rooms, .store = f->store, .outbound = &f->outbound, .site = site,
                                  .origins = &origins, .random = &random, .cost = &cost, .oidc = oidc};
  assert_int_equal(api_init(&f->api, &parts, &io), 0);
  assert_int_equal(api_start(&f->api), 0);
  api_open_host_link(&f->api);
  api_open_setup_link(&f->api);
  return f;
}

static inline int remove_entry(const char *path, const struct stat *s, int type, struct FTW *ftw)
{
  (void)s;
  (void)type;
  (void)ftw;
  return remove(path);
}

static inline void fixture_free(struct fixture *f)
{
  answer_fini(&f->answer);
  api_fini(&f->api);
  rooms_free(f->rooms);
  store_close(f->store);
  (void)nftw(f->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  free(f);
}

static inline int set_up(void **state)
{
  const struct site site = site_usual();
  *state = fixture_new(&site, NULL);
  return 0;
}

static inline int tear_down(void **state)
{
  fixture_free(*state);
  return 0;
}

#define WITH_API(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static inline void time_passes(struct fixture *f, uint64_t seconds)
{
  f->time.now_us += seconds * SECOND;
  f->time.now_s += seconds;
}

/* --- requests as they are --- */

static inline struct http_request request(enum http_method method, const char *path)
{
  return (struct http_request){.method = method, .path = span_str(path), .host = span_str("localhost:8443")};
}

static inline struct http_request post(const char *path, const char *body)
{
  struct http_request q = request(HTTP_POST, path);
  q.origin = span_str(ORIGIN);
  q.content_type = span_str("application/json");
  q.body = span_str(body);
  return q;
}

/* Waits for threads and gives the status; 0 while another server has to answer first. */
static inline unsigned ask(struct fixture *f, const struct http_request *q)
{
  static uint64_t last;
  answer_fini(&f->answer);
  f->request = *q;
  f->request.id = ++last;
  f->waiting = true;
  api_answer(&f->api, f->time, &f->request, &f->answer);
  f->waiting = f->answer.later;
  struct pollfd fd = {.fd = pool_fd(f->api.pool), .events = POLLIN};
  while (f->waiting && f->fetch_id == 0) {
    assert_true(poll(&fd, 1, 10000) == 1);
    api_hashed(&f->api, f->time);
  }
  return f->waiting ? 0 : f->answer.status;
}

/* The other server answers the fetch that is waited for; then the status as above. */
static inline unsigned answer_fetch(struct fixture *f, unsigned status, const char *body)
{
  uint8_t bytes[65536];
  struct writer w = writer_of(bytes, sizeof bytes);
  const struct ipc_fetched fetched = {.id = f->fetch_id, .outcome = IPC_DONE, .status = (uint16_t)status,
                                      .body = span_str(body)};
  f->fetch_id = 0;
  ipc_encode_fetched(&w, &fetched);
  assert_int_equal(outbound_link_answered(&f->outbound, writer_span(&w)), 0);
  return f->waiting ? 0 : f->answer.status;
}

/* The answer's JSON. The caller decrefs. */
static inline json_t *answer_of(const struct fixture *f)
{
  json_t *json = json_loadb((const char *)f->answer.body.p, f->answer.body.n, JSON_DECODE_ANY, NULL);
  return json;
}

/* The answer's member of this name, copied; "" if there is no such text. */
static inline const char *member(const struct fixture *f, const char *name)
{
  static char text[4096];
  json_t *json = answer_of(f);
  const char *value = json_string_value(json_object_get(json, name));
  (void)snprintf(text, sizeof text, "%s", value == NULL ? "" : value);
  json_decref(json);
  return text;
}

static inline void assert_code(const struct fixture *f, unsigned status, const char *code)
{
  assert_string_equal(member(f, "code"), code);
  assert_int_equal(f->answer.status, status);
  assert_string_equal(f->answer.content_type, "application/problem+json");
  assert_string_equal(f->answer.cache_control, "no-store");
}

static inline void assert_refusal(struct fixture *f, const struct http_request *q, unsigned status, const char *code)
{
  (void)ask(f, q);
  assert_code(f, status, code);
}

/* --- requests of a page --- */

static inline void visitor_sign(const struct visitor *v, struct span text, uint8_t signature[PROOF_SIGNATURE_BYTES])
{
  uint8_t der[80];
  const uint8_t *at = der;
  size_t n = sizeof der;
  EVP_MD_CTX *md = EVP_MD_CTX_new();
  assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, v->pair), 1);
  assert_int_equal(EVP_DigestSign(md, der, &n, text.p, text.n), 1);
  EVP_MD_CTX_free(md);
  ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)n);
  assert_non_null(sig);
  assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, 32), 32);
  assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + 32, 32), 32);
  ECDSA_SIG_free(sig);
}

static inline void base64url(const uint8_t *bytes, size_t n, char *text, size_t size)
{
  assert_non_null(sodium_bin2base64(text, size, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING));
}

static inline void visitor_key(struct visitor *v)
{
  uint8_t point[65];
  size_t n = 0;
  v->pair = EVP_EC_gen("P-256");
  assert_int_equal(EVP_PKEY_get_octet_string_param(v->pair, "pub", point, sizeof point, &n), 1);
  assert_int_equal(n, sizeof point);
  base64url(point + 1, 64, v->key, sizeof v->key);
}

/* Splits "path?query" into the request; %XX in queries is not decoded: tests have none. */
static inline void put_target(struct http_request *q, const char *target)
{
  const char *query = strchr(target, '?');
  q->path = query == NULL ? span_str(target) : span_of(target, (size_t)(query - target));
  while (query != NULL) {
    const char *next = strchr(query + 1, '&');
    q->argument[q->arguments++] = next == NULL ? span_str(query + 1) : span_of(query + 1, (size_t)(next - query - 1));
    query = next;
  }
}

static inline const char *method_of(enum http_method method)
{
  static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", ""};
  return names[method];
}

/* Writes the proof header for a request with this nonce. */
static inline void put_proof(const struct visitor *v, const struct http_request *q, const char *nonce,
                             char header[PROOF_HEADER_TEXT + 1])
{
  uint8_t target[PROOF_TEXT_BYTES], text[PROOF_TEXT_BYTES], bytes[TOKEN_BYTES], signature[PROOF_SIGNATURE_BYTES];
  char signature_text[PROOF_SIGNATURE_TEXT + 1];
  struct writer w = writer_of(target, sizeof target), t = writer_of(text, sizeof text);
  proof_put_target(&w, q->path, q->argument, q->arguments);
  const struct proof_request r = {.method = span_str(method_of(q->method)), .target = writer_span(&w), .body = q->body,
                                  .origin = span_str(ORIGIN)};
  assert_int_equal(token_from_text(span_str(nonce), bytes, sizeof bytes), 0);
  assert_int_equal(proof_put_text(&t, &r, bytes), 0);
  visitor_sign(v, writer_span(&t), signature);
  base64url(signature, sizeof signature, signature_text, sizeof signature_text);
  (void)snprintf(header, PROOF_HEADER_TEXT + 1, "v1 %s %s", nonce, signature_text);
}

static inline void put_cookies(const struct visitor *v, char *text, size_t size)
{
  (void)snprintf(text, size, "%s%s%s%s%s", v->session[0] != '\0' ? "__Host-testudo=" : "", v->session,
                 v->session[0] != '\0' && v->device[0] != '\0' ? "; " : "",
                 v->device[0] != '\0' ? "__Host-testudo-device=" : "", v->device);
  const size_t n = strlen(text);
  if (v->chosen != NULL)
    (void)snprintf(text + n, size - n, "; __Host-testudo-language=%s", v->chosen);
}

static inline void keep_answer(const struct fixture *f, struct visitor *v)
{
  if (f->answer.set_cookie[0] != '\0')
    memcpy(v->session, f->answer.set_cookie, sizeof v->session);
  else if (f->answer.clear_cookie)
    v->session[0] = '\0';
  if (f->answer.set_device[0] != '\0')
    memcpy(v->device, f->answer.set_device, sizeof v->device);
  if (f->answer.nonce[0] != '\0')
    memcpy(v->nonce, f->answer.nonce, sizeof v->nonce);
}

/* A request with cookie, origin and a proof by the newest nonce, whatever comes of it. `body` NULL: none. */
static inline unsigned ask_once(struct fixture *f, struct visitor *v, enum http_method method, const char *target,
                                const char *body)
{
  static char cookies[256], proof[PROOF_HEADER_TEXT + 1];
  struct http_request q = {.method = method, .host = span_str("localhost:8443"), .origin = span_str(ORIGIN)};
  put_target(&q, target);
  put_cookies(v, cookies, sizeof cookies);
  q.cookie = span_str(cookies);
  q.user_agent = span_str(v->user_agent == NULL ? "" : v->user_agent);
  q.accept_language = span_str(v->language == NULL ? "" : v->language);
  assert_int_equal(net_addr_parse(v->address == NULL ? "192.0.2.1" : v->address, 1000, &q.from), 0);
  if (body != NULL) {
    q.body = span_str(body);
    q.content_type = span_str(body[0] == '{' ? "application/json" : "text/csv");
  }
  put_proof(v, &q, v->nonce[0] != '\0' ? v->nonce : "AAAAAAAAAAAAAAAAAAAAAA", proof);
  q.proof = span_str(proof);
  v->nonce[0] = '\0';
  unsigned status = ask(f, &q);
  keep_answer(f, v);
  return status;
}

/* The same, once more where the server wants a fresh nonce. */
static inline unsigned ask_as(struct fixture *f, struct visitor *v, enum http_method method, const char *target,
                              const char *body)
{
  unsigned status = ask_once(f, v, method, target, body);
  if (status == 401 && strcmp(member(f, "code"), "use_nonce") == 0)
    status = ask_once(f, v, method, target, body);
  return status;
}

static inline void assert_refused_as(struct fixture *f, struct visitor *v, enum http_method method, const char *target,
                                     const char *body, unsigned status, const char *code)
{
  (void)ask_as(f, v, method, target, body);
  assert_code(f, status, code);
}

/* A new browser with a guest's session. visitor_fini when it is done. */
static inline struct visitor visitor_new(struct fixture *f)
{
  struct visitor v = {0};
  char body[128];
  visitor_key(&v);
  (void)snprintf(body, sizeof body, "{\"key\":\"%s\"}", v.key);
  struct http_request q = post("/api/v1/session", body);
  assert_int_equal(net_addr_parse("192.0.2.1", 1000, &q.from), 0);
  assert_int_equal(ask(f, &q), 201);
  keep_answer(f, &v);
  return v;
}

static inline void visitor_fini(struct visitor *v)
{
  EVP_PKEY_free(v->pair);
  v->pair = NULL;
}

/* An account with PASSWORD. */
static inline struct account account_new(struct fixture *f, const char *email, enum account_role role)
{
  struct account a = {.role = role, .email_verified = true, .created_s = f->time.now_s};
  (void)snprintf(a.email, sizeof a.email, "%s", email);
  (void)snprintf(a.name, sizeof a.name, "Person of %.40s", email);
  assert_int_equal(password_hash(&f->api.passwords, span_str(PASSWORD), a.password), 0);
  assert_int_equal(store_account_add(f->store, &a), 0);
  return a;
}

/* Signs the browser in with PASSWORD; gives the status. */
static inline unsigned sign_in_as(struct fixture *f, struct visitor *v, const char *email)
{
  char body[512];
  (void)snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email);
  return ask_as(f, v, HTTP_POST, "/api/v1/session/password", body);
}

/* A signed-in browser of a new account. */
static inline struct visitor visitor_of(struct fixture *f, const char *email, enum account_role role)
{
  struct visitor v = visitor_new(f);
  (void)account_new(f, email, role);
  assert_int_equal(sign_in_as(f, &v, email), 200);
  return v;
}

/* A room of an account. */
static inline struct store_room room_new(struct fixture *f, const struct uid *owner, enum room_kind kind)
{
  struct store_room r = {.owner = *owner, .kind = kind, .title = "Algebra", .policy = room_policy_default(kind),
                         .created_s = f->time.now_s};
  assert_int_equal(store_room_add(f->store, &r), 0);
  return r;
}

#endif
