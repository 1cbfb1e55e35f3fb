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

static enum http_method method_of(struct lws *wsi)
{
  if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0)
    return HTTP_GET;
  if (lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0)
    return HTTP_POST;
  return lws_hdr_total_length(wsi, WSI_TOKEN_HEAD_URI) > 0 ? HTTP_HEAD : HTTP_OTHER;
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
  if (connection != NULL)
    q->from = connection->from;
}

int exchange_body_length(struct lws *wsi, size_t *length)
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
  return n > LIMIT_HTTP_BODY ? ERR_LIMIT : 0;
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

static void add_cookie(struct header_writer *w, const char *secret)
{
  char text[SECRET_TEXT + 128];
  if (secret[0] == '\0')
    return;
  (void)lws_snprintf(text, sizeof text, BROWSER_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict", secret);
  add(w, "set-cookie:", text);
  sodium_memzero(text, sizeof text);
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
  add(&w, "content-type:", s->content_type);
  add(&w, "cache-control:", s->cache_control);
  if (s->etag != NULL)
    add(&w, "etag:", s->etag);
  if (s->encoding != NULL && s->status != 304)
    add(&w, "content-encoding:", s->encoding);
  if (s->varies)
    add(&w, "vary:", "accept-encoding");
  add_cookie(&w, s->set_cookie);
  if (e->close)
    add(&w, "connection:", "close");
  if (w.failed || (s->status != 304 && lws_add_http_header_content_length(wsi, s->body.n, &w.at, w.end) != 0))
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
