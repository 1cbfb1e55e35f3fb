/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of strangers: the lines of the input are method, path, host, origin, cookie, content type, tag, entry,
 * protocols; the rest is the body. The cookie's line also stands for the other headers, and the path's part behind a '?'
 * for the arguments. Every answer is one of ours, and nobody gets a meeting or the first account without its link. */
#include <assert.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/api/api.h"
#include "web/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static const uint8_t document[] = "<!doctype html>";
const struct asset assets[] = {
  {"/index.html", "text/html", "sha384-a", "\"e1\"", false, document, sizeof document - 1, "\"e1-gzip\"", document, 4,
   NULL, NULL, 0},
  {"/index.ar.html", "text/html", "sha384-b", "\"e2\"", false, document, sizeof document - 1, NULL, NULL, 0,
   NULL, NULL, 0},
};
const size_t assets_n = sizeof assets / sizeof assets[0];

static struct rooms *rooms;
static struct store *store;
static struct outbound_link outbound;
static struct api api;
static char folder[] = "/tmp/testudo-fuzz-XXXXXX";

static void on_send(void *ctx, uint64_t socket, struct span json)
{
  (void)ctx;
  (void)socket;
  (void)json;
  abort(); /* nobody has a socket */
}

static void on_link(void *ctx, const char *token)
{
  (void)ctx;
  (void)token;
  abort(); /* the link was used without its token */
}

static int on_outbound(void *ctx, struct span message)
{
  (void)ctx;
  (void)message;
  abort(); /* nobody has an account */
}

/* No answer comes later: nobody gets as far as a password's hash. */
static struct http_response *on_response(void *ctx, uint64_t id, const struct http_request **request)
{
  (void)ctx;
  (void)id;
  (void)request;
  abort();
}

static struct api_time on_now(void *ctx)
{
  (void)ctx;
  return (struct api_time){.now_us = 1, .now_s = 1795420800};
}

static int remove_entry(const char *path, const struct stat *s, int type, struct FTW *ftw)
{
  (void)s;
  (void)type;
  (void)ftw;
  return remove(path);
}

static void tidy(void)
{
  store_close(store);
  (void)nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static int open_store(void)
{
  char data[64], key[64];
  if (mkdtemp(folder) == NULL)
    return -1;
  (void)snprintf(data, sizeof data, "%s/store", folder);
  (void)snprintf(key, sizeof key, "%s/keys/key", folder);
  (void)atexit(tidy);
  return store_open(&store, data, key);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  static const struct site site = {.name = "Testudo", .profile = "local", .config_file = "", .certificate = ""};
  const struct rooms_io io = {.send = on_send};
  const struct api_io api_io = {.show_host_link = on_link, .show_setup_link = on_link, .response = on_response, .now = on_now};
  const struct password_cost cost = {.passes = 1, .memory_bytes = 8192};
  struct origins origins = {0};
  struct browser host = {0};
  uint8_t address[TOKEN_BYTES];
  char token[TOKEN_TEXT + 1];
  (void)argc;
  (void)argv;
  outbound_link_init(&outbound, on_outbound, NULL);
  if (sodium_init() < 0 || origins_add(&origins, "https://a") != 0 || open_store() != 0 ||
      rooms_new(&rooms, (struct rooms_size){.rooms = 2, .people = 2}, &io, &random_system) != 0)
    return -1;
  const struct api_parts parts = {.rooms = rooms, .store = store, .outbound = &outbound, .site = &site,
                                  .origins = &origins, .random = &random_system, .cost = &cost};
  if (api_init(&api, &parts, &api_io) != 0 || rooms_create(rooms, 0, &host, address) != 0)
    return -1;
  host_link_renew(&api.host_link, &random_system, token);
  host_link_renew(&api.setup_link, &random_system, token);
  return 0;
}

static struct span take_line(struct span *input)
{
  struct span line;
  const uint8_t *end = memchr(input->p, '\n', input->n);
  (void)span_take(input, end == NULL ? input->n : (size_t)(end - input->p), &line);
  (void)span_skip(input, 1);
  return line;
}

static void check(const struct http_response *s)
{
  assert(s->status >= 200 && s->status < 600);
  assert(s->content_type != NULL && s->cache_control != NULL);
  assert(strlen(s->set_cookie) == 0 || strlen(s->set_cookie) == SECRET_TEXT);
  assert(s->status == 304 || s->status == 204 || s->body.n > 0);
}

static void split_path(struct http_request *q)
{
  const uint8_t *mark = q->path.n == 0 ? NULL : memchr(q->path.p, '?', q->path.n);
  if (mark == NULL)
    return;
  struct span whole = q->path, left;
  (void)span_take(&whole, (size_t)(mark - q->path.p), &q->path);
  while (whole.n > 0 && q->arguments < HTTP_ARGUMENTS) {
    (void)span_skip(&whole, 1);
    const uint8_t *end = whole.n == 0 ? NULL : memchr(whole.p, '&', whole.n);
    (void)span_take(&whole, end == NULL ? whole.n : (size_t)(end - whole.p), &left);
    q->argument[q->arguments++] = left;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct http_response s;
  struct socket_ticket ticket;
  struct http_request q = {0};
  struct span input = span_of(data, size);
  if (size == 0)
    return 0;
  struct span method = take_line(&input);
  q.method = method.n == 0 ? HTTP_GET : (enum http_method)(method.p[0] % (HTTP_OTHER + 1));
  struct span *const fields[] = {&q.path, &q.host, &q.origin, &q.cookie, &q.content_type, &q.if_none_match};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
    *fields[i] = take_line(&input);
  q.accept_encoding = q.accept_language = q.user_agent = q.proof = q.idempotency_key = q.signature = q.cookie;
  q.authorization = q.if_none_match;
  split_path(&q);
  struct span entry = take_line(&input), protocols = take_line(&input);
  q.body = input;
  (void)name_check(input);
  static struct api_time time = {.now_s = 1795420800};
  time.now_us += 1000000u; /* so that no limit of rate stands in the way */
  (void)api_body_most(&api, &q);
  api_answer(&api, time, &q, &s);
  check(&s);
  answer_fini(&s);
  if (api_open_socket(&api, time, &q, protocols, entry, &ticket, &s) != 0)
    check(&s);
  answer_fini(&s);
  api_tick(&api, time);
  return 0;
}
