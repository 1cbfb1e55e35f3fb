/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of strangers: the lines of the input are method, path, host, origin, cookie, content type, tag, entry,
 * protocols; the rest is the body. Every answer is one of ours, and nobody gets a meeting without the host link. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "web/api.h"
#include "web/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static const uint8_t document[] = "<!doctype html>";
const struct asset assets[] = {
  {"/index.html", "text/html", "sha384-a", "\"e1\"", false, document, sizeof document - 1, "\"e1-gzip\"", document, 4},
};
const size_t assets_n = 1;

static struct rooms *rooms;
static struct api api;

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

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  const struct rooms_io io = {.send = on_send};
  struct origins origins = {0};
  struct browser host = {0};
  uint8_t address[TOKEN_BYTES];
  char token[TOKEN_TEXT + 1];
  (void)argc;
  (void)argv;
  if (sodium_init() < 0 || origins_add(&origins, "https://a") != 0 ||
      rooms_new(&rooms, (struct rooms_size){.rooms = 2, .people = 2}, &io, &random_system) != 0 ||
      api_init(&api, rooms, &origins, &random_system) != 0 || rooms_create(rooms, 0, &host, address) != 0)
    return -1;
  host_link_renew(&api.host_link, &random_system, token);
  api.show_link = on_link;
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
  assert(s->status == 304 || s->body.n > 0);
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
  q.accept_encoding = q.cookie; /* no line of its own: the corpus stays as it is */
  struct span entry = take_line(&input), protocols = take_line(&input);
  q.body = input;
  (void)name_check(input);
  static uint64_t now_us;
  now_us += 1000000u; /* so that no limit of rate stands in the way */
  api_answer(&api, now_us, &q, &s);
  check(&s);
  if (api_open_socket(&api, now_us, &q, protocols, entry, &ticket, &s) != 0)
    check(&s);
  api_tick(&api, now_us);
  return 0;
}
