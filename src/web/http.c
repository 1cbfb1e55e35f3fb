/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTPS requests: from libwebsockets to the API and back. */
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#include "web/server.h"

#define REQUEST_TEXT 16384 /* of the headers that we look at */
#define HEADER_SPACE 8192  /* of an answer */
#define PIECE 16384        /* of a body, at once: one TLS record */
#define LINGER_S 2
#define BODY_WITHIN_US 10000000u

/* One request and its answer. */
struct exchange {
  struct http_request request; /* points into `text` and `body` */
  struct http_response response;
  uint8_t text[REQUEST_TEXT];
  uint8_t body[LIMIT_HTTP_BODY];
  size_t body_n;
  uint64_t deadline_us; /* for the body to be here: libwebsockets' own begins anew with every byte */
  size_t sent;
  bool answered; /* what still comes of the request is thrown away */
  bool close;    /* the request was not read to its end */
};

struct http_session {
  struct exchange *exchange;
};

const size_t http_session_size = sizeof(struct http_session);

static void forget(struct http_session *session)
{
  if (session->exchange == NULL)
    return;
  sodium_memzero(session->exchange, sizeof *session->exchange); /* a codeword may be in it */
  free(session->exchange);
  session->exchange = NULL;
}

/* --- the request --- */

/* The header's value, all its lines joined, or an empty span: also when it is too long to be one of ours. */
static struct span copy_header(struct lws *wsi, struct writer *w, enum lws_token_indexes token)
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

static void read_request(struct server *s, struct lws *wsi, struct span path, struct exchange *e)
{
  struct writer w = writer_of(e->text, sizeof e->text);
  const struct connection *connection = server_connection(s, wsi);
  struct http_request *q = &e->request;
  q->method = method_of(wsi);
  uint8_t *at = put_space(&w, path.n);
  if (at != NULL && path.n > 0)
    q->path = span_of(memcpy(at, path.p, path.n), path.n);
  q->host = copy_header(wsi, &w, WSI_TOKEN_HOST);
  q->origin = copy_header(wsi, &w, WSI_TOKEN_ORIGIN);
  q->cookie = copy_header(wsi, &w, WSI_TOKEN_HTTP_COOKIE);
  q->content_type = copy_header(wsi, &w, WSI_TOKEN_HTTP_CONTENT_TYPE);
  q->if_none_match = copy_header(wsi, &w, WSI_TOKEN_HTTP_IF_NONE_MATCH);
  if (connection != NULL)
    q->from = connection->from;
}

/* The length of the body that follows: 0 to LIMIT_HTTP_BODY, ERR_NOT_FOUND without a plain length, ERR_LIMIT if too large. */
static int body_length(struct lws *wsi, size_t *length)
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

/* --- the answer --- */

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
static int write_headers(struct lws *wsi, const struct exchange *e)
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
  add_cookie(&w, s->set_cookie);
  if (e->close)
    add(&w, "connection:", "close");
  if (w.failed || (s->status != 304 && lws_add_http_header_content_length(wsi, s->body.n, &w.at, w.end) != 0))
    return -1;
  int err = lws_finalize_write_http_header(wsi, start, &w.at, w.end);
  sodium_memzero(buffer, sizeof buffer); /* a new cookie was in it */
  return err;
}

/* A connection whose request was not read to its end is given a moment in which the rest is thrown away: closing it at once
 * would make the client's system throw the answer away. */
static int finish(struct lws *wsi, struct http_session *session)
{
  bool close = session->exchange->close;
  forget(session);
  if (!close)
    return lws_http_transaction_completed(wsi) ? -1 : 0;
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, LINGER_S);
  return 0;
}

static bool has_more(const struct exchange *e)
{
  return e->request.method != HTTP_HEAD && e->sent < e->response.body.n;
}

static int write_piece(struct lws *wsi, struct exchange *e)
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

static int start_answer(struct lws *wsi, struct http_session *session)
{
  session->exchange->answered = true;
  if (write_headers(wsi, session->exchange) != 0)
    return -1;
  if (!has_more(session->exchange))
    return finish(wsi, session);
  lws_callback_on_writable(wsi);
  return 0;
}

/* --- events --- */

static struct exchange *begin_exchange(struct server *s, struct lws *wsi, struct http_session *session,
                                       struct span path)
{
  forget(session);
  session->exchange = calloc(1, sizeof *session->exchange);
  if (session->exchange == NULL)
    return NULL;
  session->exchange->deadline_us = server_now_us() + BODY_WITHIN_US;
  read_request(s, wsi, path, session->exchange);
  return session->exchange;
}

static int refuse_unread(struct lws *wsi, struct http_session *session, unsigned status, const char *code,
                         const char *detail)
{
  session->exchange->close = true;
  api_refuse(&session->exchange->response, status, code, detail);
  return start_answer(wsi, session);
}

static int on_request(struct server *s, struct lws *wsi, struct http_session *session, struct span path)
{
  struct exchange *e = begin_exchange(s, wsi, session, path);
  size_t length = 0;
  if (e == NULL)
    return -1;
  if (e->request.method == HTTP_POST) {
    int err = body_length(wsi, &length);
    if (err == ERR_LIMIT)
      return refuse_unread(wsi, session, 413, "too_large", "The body is larger than 4096 bytes.");
    if (err != 0)
      return refuse_unread(wsi, session, 411, "no_length", "A request with a body must tell its length.");
  }
  if (api_takes_body(&e->request) && length > 0)
    return 0; /* LWS_CALLBACK_HTTP_BODY follows */
  e->close = length > 0 || e->request.method == HTTP_OTHER;
  api_answer(&s->api, server_now_us(), &e->request, &e->response);
  return start_answer(wsi, session);
}

static int on_body(struct exchange *e, struct span piece)
{
  if (e->answered)
    return 0;
  if (piece.n > sizeof e->body - e->body_n || server_now_us() > e->deadline_us)
    return -1;
  memcpy(e->body + e->body_n, piece.p, piece.n);
  e->body_n += piece.n;
  return 0;
}

static int on_body_complete(struct server *s, struct lws *wsi, struct http_session *session)
{
  struct exchange *e = session->exchange;
  e->request.body = span_of(e->body, e->body_n);
  api_answer(&s->api, server_now_us(), &e->request, &e->response);
  return start_answer(wsi, session);
}

static int on_writable(struct lws *wsi, struct http_session *session)
{
  if (write_piece(wsi, session->exchange) != 0)
    return -1;
  if (!has_more(session->exchange))
    return finish(wsi, session);
  lws_callback_on_writable(wsi);
  return 0;
}

/* The value of the one and only argument "entry". */
static struct span entry_argument(struct lws *wsi, char *text, size_t size)
{
  const struct span name = span_str("entry=");
  struct span found;
  if (lws_hdr_copy_fragment(wsi, text, (int)size, WSI_TOKEN_HTTP_URI_ARGS, 1) >= 0)
    return (struct span){0};
  int n = lws_hdr_copy_fragment(wsi, text, (int)size, WSI_TOKEN_HTTP_URI_ARGS, 0);
  struct span argument = span_of(text, n > 0 ? (size_t)n : 0);
  if (span_take(&argument, name.n, &found) != 0 || !span_equal(found, name))
    return (struct span){0};
  return argument;
}

static int refuse_upgrade(struct lws *wsi, struct exchange *e)
{
  if (write_headers(wsi, e) != 0 || write_piece(wsi, e) != 0)
    return -1;
  return 1; /* libwebsockets completes the transaction */
}

/* 0 lets the upgrade go on, 1 says that an answer was sent, -1 hangs up. */
static int on_upgrade(struct server *s, struct lws *wsi, const char *to)
{
  struct http_session session = {0};
  char path[64] = "", argument[64];
  struct connection *connection = server_connection(s, wsi);
  if (connection == NULL || to == NULL || strcasecmp(to, "websocket") != 0)
    return -1;
  (void)lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI);
  struct exchange *e = begin_exchange(s, wsi, &session, span_str(path));
  if (e == NULL)
    return -1;
  struct writer w = writer_of(e->body, sizeof e->body);
  struct span wanted = copy_header(wsi, &w, WSI_TOKEN_PROTOCOL);
  int result = 0;
  if (api_open_socket(&s->api, server_now_us(), &e->request, wanted, entry_argument(wsi, argument, sizeof argument),
                      &connection->ticket, &e->response) == 0)
    connection->has_ticket = true;
  else
    result = refuse_upgrade(wsi, e);
  forget(&session);
  return result;
}

int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
  struct server *s = lws_context_user(lws_get_context(wsi));
  struct http_session *session = user;
  if ((reason == LWS_CALLBACK_HTTP || reason == LWS_CALLBACK_HTTP_CONFIRM_UPGRADE) && !lws_is_ssl(wsi))
    return -1;
  if (reason == LWS_CALLBACK_HTTP_CONFIRM_UPGRADE)
    return on_upgrade(s, wsi, in);
  if (session == NULL)
    return 0;
  if (reason == LWS_CALLBACK_HTTP)
    return on_request(s, wsi, session, span_of(in, len));
  if (session->exchange == NULL) /* the answer has left */
    return reason == LWS_CALLBACK_HTTP_BODY_COMPLETION ? -1 : 0;
  switch ((int)reason) {
  case LWS_CALLBACK_HTTP_BODY: return on_body(session->exchange, span_of(in, len));
  case LWS_CALLBACK_HTTP_BODY_COMPLETION: return session->exchange->answered ? 0 : on_body_complete(s, wsi, session);
  case LWS_CALLBACK_HTTP_WRITEABLE: return on_writable(wsi, session);
  case LWS_CALLBACK_CLOSED_HTTP:
  case LWS_CALLBACK_HTTP_DROP_PROTOCOL: forget(session); return 0;
  default: return 0;
  }
}
