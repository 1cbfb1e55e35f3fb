/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/exchange.h"

#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#define HEADER_SPACE 8192 /* of an answer */
#define PIECE 16384       /* of a body, at once: one TLS record */

struct span exchange_copy_header(struct lws *wsi, struct writer *w, enum lws_token_indexes token)
{
  int n = lws_hdr_total_length(wsi, token);
  size_t space = n > 0 ? (size_t)n + 1 : 0;
  if (n <= 0 || space > w->cap - w->n)
    return (struct span){0};
  uint8_t *at = put_space(w, space);
  int copied = lws_hdr_copy(wsi, (char *)at, (int)space, token);
  return copied <= 0 ? (struct span){0} : span_of(at, (size_t)copied);
}

/* The value of a header that libwebsockets has no number for; `name` in lower case, with its colon. */
static struct span copy_custom_header(struct lws *wsi, struct writer *w, const char *name)
{
  int n = lws_hdr_custom_length(wsi, name, (int)strlen(name));
  size_t space = n > 0 ? (size_t)n + 1 : 0;
  if (n <= 0 || space > w->cap - w->n)
    return (struct span){0};
  uint8_t *at = put_space(w, space);
  int copied = lws_hdr_custom_copy(wsi, (char *)at, (int)space, name, (int)strlen(name));
  return copied <= 0 ? (struct span){0} : span_of(at, (size_t)n);
}

static enum http_method method_of(struct lws *wsi)
{
  static const struct {
    enum lws_token_indexes token;
    enum http_method method;
  } methods[] = {
    {WSI_TOKEN_GET_URI, HTTP_GET},     {WSI_TOKEN_POST_URI, HTTP_POST},   {WSI_TOKEN_HEAD_URI, HTTP_HEAD},
    {WSI_TOKEN_PUT_URI, HTTP_PUT},     {WSI_TOKEN_PATCH_URI, HTTP_PATCH}, {WSI_TOKEN_DELETE_URI, HTTP_DELETE},
    {WSI_TOKEN_OPTIONS_URI, HTTP_OPTIONS},
  };
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
    if (lws_hdr_total_length(wsi, methods[i].token) > 0)
      return methods[i].method;
  return HTTP_OTHER;
}

static void copy_arguments(struct lws *wsi, struct writer *w, struct http_request *q)
{
  for (int i = 0;; i++) {
    size_t space = w->cap - w->n;
    int n = lws_hdr_copy_fragment(wsi, (char *)w->base + w->n, (int)space, WSI_TOKEN_HTTP_URI_ARGS, i);
    if (n < 0)
      return;
    if (q->arguments == HTTP_ARGUMENTS) {
      q->too_many_arguments = true;
      return;
    }
    q->argument[q->arguments++] = span_of(put_space(w, (size_t)n), (size_t)n);
  }
}

void exchange_read_request(struct server *s, struct lws *wsi, struct span path, struct exchange *e)
{
  struct writer w = writer_of(e->text, sizeof e->text);
  const struct connection *connection = server_connection(s, wsi);
  struct http_request *q = &e->request;
  q->method = method_of(wsi);
  uint8_t *at = put_space(&w, path.n);
  if (at != NULL && path.n > 0)
    q->path = span_of(memcpy(at, path.p, path.n), path.n);
  q->host = exchange_copy_header(wsi, &w, WSI_TOKEN_HOST);
  q->origin = exchange_copy_header(wsi, &w, WSI_TOKEN_ORIGIN);
  q->cookie = exchange_copy_header(wsi, &w, WSI_TOKEN_HTTP_COOKIE);
  q->content_type = exchange_copy_header(wsi, &w, WSI_TOKEN_HTTP_CONTENT_TYPE);
  q->if_none_match = exchange_copy_header(wsi, &w, WSI_TOKEN_HTTP_IF_NONE_MATCH);
  q->accept_encoding = exchange_copy_header(wsi, &w, WSI_TOKEN_HTTP_ACCEPT_ENCODING);
  q->accept_language = exchange_copy_header(wsi, &w, WSI_TOKEN_HTTP_ACCEPT_LANGUAGE);
  q->user_agent = exchange_copy_header(wsi, &w, WSI_TOKEN_HTTP_USER_AGENT);
  q->authorization = exchange_copy_header(wsi, &w, WSI_TOKEN_HTTP_AUTHORIZATION);
  q->proof = copy_custom_header(wsi, &w, "testudo-proof:");
  q->idempotency_key = copy_custom_header(wsi, &w, "idempotency-key:");
  q->signature = copy_custom_header(wsi, &w, "testudo-signature:");
  copy_arguments(wsi, &w, q);
  if (connection != NULL)
    q->from = connection->from;
}

int exchange_make_body(struct exchange *e, size_t length)
{
  e->body = malloc(length);
  e->body_most = e->body == NULL ? 0 : length;
  return e->body == NULL ? ERR_NOMEM : 0;
}

void exchange_free(struct exchange *e)
{
  if (e->body != NULL)
    sodium_memzero(e->body, e->body_most);
  free(e->body);
  answer_fini(&e->response);
  sodium_memzero(e, sizeof *e);
  free(e);
}

int exchange_body_length(struct lws *wsi, size_t most, size_t *length)
{
  char text[16];
  char *end;
  if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0 ||
      lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0)
    return ERR_NOT_FOUND;
  if (lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0)
    return ERR_LIMIT;
  unsigned long n = strtoul(text, &end, 10);
  if (*end != '\0' || text[0] < '0' || text[0] > '9')
    return ERR_NOT_FOUND;
  *length = n;
  return n > most ? ERR_LIMIT : 0;
}

struct header_writer {
  struct lws *wsi;
  unsigned char *at, *end;
  bool failed;
};

static void add(struct header_writer *w, const char *name, const char *value)
{
  if (lws_add_http_header_by_name(w->wsi, (const unsigned char *)name, (const unsigned char *)value, (int)strlen(value),
                                  &w->at, w->end) != 0)
    w->failed = true;
}

static void add_date(struct header_writer *w)
{
  char text[64];
  time_t now = time(NULL);
  struct tm tm;
  if (gmtime_r(&now, &tm) != NULL && strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm) > 0)
    add(w, "date:", text);
}

#define COOKIE_RULES "; Path=/; Secure; HttpOnly; SameSite=Strict"

static void add_cookie(struct header_writer *w, const char *name, const char *value, const char *age)
{
  char text[256];
  (void)lws_snprintf(text, sizeof text, "%s=%s%s%s", name, value, age, COOKIE_RULES);
  add(w, "set-cookie:", text);
  sodium_memzero(text, sizeof text);
}

static void add_cookies(struct header_writer *w, const struct http_response *s)
{
  if (s->set_cookie[0] != '\0')
    add_cookie(w, BROWSER_COOKIE, s->set_cookie, "");
  else if (s->clear_cookie)
    add_cookie(w, BROWSER_COOKIE, "", "; Max-Age=0");
  if (s->set_device[0] != '\0')
    add_cookie(w, BROWSER_DEVICE_COOKIE, s->set_device, "; Max-Age=15552000");
}

/* What programs of another origin may read, and that it depends on who asks (B2). */
static void add_cors(struct header_writer *w, const struct http_response *s)
{
  if (s->allow_origin == NULL)
    return;
  add(w, "access-control-allow-origin:", s->allow_origin);
  add(w, "vary:", "origin");
  add(w, "access-control-allow-methods:", "GET, POST, PUT, PATCH, DELETE");
  add(w, "access-control-allow-headers:", "authorization, content-type, idempotency-key");
  add(w, "access-control-max-age:", "600");
}

static void add_optional(struct header_writer *w, const struct http_response *s)
{
  char number[16];
  if (s->etag != NULL)
    add(w, "etag:", s->etag);
  if (s->encoding != NULL && s->status != 304)
    add(w, "content-encoding:", s->encoding);
  if (s->vary != NULL)
    add(w, "vary:", s->vary);
  if (s->nonce[0] != '\0')
    add(w, "testudo-nonce:", s->nonce);
  if (s->location[0] != '\0')
    add(w, "location:", s->location);
  if (s->retry_after_s > 0) {
    (void)lws_snprintf(number, sizeof number, "%u", s->retry_after_s);
    add(w, "retry-after:", number);
  }
}

/* 204 and 304 have no body, and nothing is said of its length (RFC 9110, section 8.6). */
static bool has_body(const struct http_response *s)
{
  return s->status != 304 && s->status != 204;
}

/* The security headers come from the vhost, with libwebsockets' own answers, too. */
int exchange_write_headers(struct lws *wsi, const struct exchange *e)
{
  unsigned char buffer[LWS_PRE + HEADER_SPACE];
  const struct http_response *s = &e->response;
  unsigned char *start = buffer + LWS_PRE;
  struct header_writer w = {.wsi = wsi, .at = start, .end = buffer + sizeof buffer};
  if (lws_add_http_header_status(wsi, s->status | LWSAHH_FLAG_NO_SERVER_NAME, &w.at, w.end) != 0)
    return -1;
  add_date(&w);
  if (has_body(s) || s->status == 304)
    add(&w, "content-type:", s->content_type);
  add(&w, "cache-control:", s->cache_control);
  add_optional(&w, s);
  add_cors(&w, s);
  add_cookies(&w, s);
  if (e->close)
    add(&w, "connection:", "close");
  if (w.failed || (has_body(s) && lws_add_http_header_content_length(wsi, s->body.n, &w.at, w.end) != 0))
    return -1;
  int err = lws_finalize_write_http_header(wsi, start, &w.at, w.end);
  sodium_memzero(buffer, sizeof buffer); /* a new cookie was in it */
  return err;
}

bool exchange_has_more(const struct exchange *e)
{
  return e->request.method != HTTP_HEAD && e->sent < e->response.body.n;
}

int exchange_write_piece(struct lws *wsi, struct exchange *e)
{
  uint8_t buffer[LWS_PRE + PIECE];
  struct span rest = span_of(e->response.body.p + e->sent, e->response.body.n - e->sent);
  size_t n = rest.n < PIECE ? rest.n : PIECE;
  memcpy(buffer + LWS_PRE, rest.p, n);
  e->sent += n;
  int written = lws_write(wsi, buffer + LWS_PRE, n, n == rest.n ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP);
  sodium_memzero(buffer + LWS_PRE, n); /* a codeword may have been in it */
  return written < 0 ? -1 : 0;
}
