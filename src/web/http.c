/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTPS requests: what libwebsockets tells, step by step, and what is done then. */
#include <stdlib.h>

#include "web/exchange.h"

#define LINGER_S 2
#define BODY_WITHIN_US 10000000u
#define LATER_WITHIN_S 30 /* for an answer that waits for a hash or another server */

struct http_session {
  struct server *server;
  struct exchange *exchange;
};

const size_t http_session_size = sizeof(struct http_session);

int exchanges_init(struct server *s)
{
  return slab_init(&s->exchanges, sizeof(struct exchange *), LIMIT_CONNECTIONS);
}

void exchanges_fini(struct server *s)
{
  slab_fini(&s->exchanges);
}

static void forget(struct http_session *session)
{
  if (session->exchange == NULL)
    return;
  slab_release(&session->server->exchanges, session->exchange->request.id);
  exchange_free(session->exchange);
  session->exchange = NULL;
}

/* A connection whose request was not read to its end is given a moment in which the rest is thrown away: closing it
 * at once would make the client's system throw the answer away. */
static int finish(struct lws *wsi, struct http_session *session)
{
  struct server *server = session->server; /* the session may go with the transaction */
  bool close = session->exchange->close;
  forget(session);
  if (!close) {
    if (lws_http_transaction_completed(wsi))
      return -1;
    server_connection_rests(server, wsi);
    return 0;
  }
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, LINGER_S);
  return 0;
}

static int start_answer(struct lws *wsi, struct http_session *session)
{
  session->exchange->answered = true;
  if (exchange_write_headers(wsi, session->exchange) != 0)
    return -1;
  if (!exchange_has_more(session->exchange))
    return finish(wsi, session);
  lws_callback_on_writable(wsi);
  return 0;
}

static struct exchange *begin_exchange(struct server *s, struct lws *wsi, struct http_session *session,
                                       struct span path)
{
  struct exchange **place;
  slab_id id;
  session->server = s;
  forget(session);
  struct exchange *e = calloc(1, sizeof *e);
  if (e == NULL)
    return NULL;
  if (slab_take(&s->exchanges, &id, (void **)&place) != 0) {
    free(e);
    return NULL;
  }
  *place = session->exchange = e;
  e->request.id = id;
  e->wsi = wsi;
  e->deadline_us = server_now_us() + BODY_WITHIN_US;
  exchange_read_request(s, wsi, path, e);
  return e;
}

static int refuse_unread(struct lws *wsi, struct http_session *session, unsigned status, const char *code,
                         const char *detail)
{
  session->exchange->close = true;
  answer_refusal(&session->exchange->response, status, code, detail);
  return start_answer(wsi, session);
}

/* The answer, or the wait for it. */
static int answer(struct server *s, struct lws *wsi, struct http_session *session)
{
  struct exchange *e = session->exchange;
  api_answer(&s->api, server_api_time(), &e->request, &e->response);
  if (!e->response.later)
    return start_answer(wsi, session);
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, LATER_WITHIN_S);
  return 0;
}

struct http_response *exchange_response(void *server, uint64_t id, const struct http_request **request)
{
  struct exchange **place = slab_get(&((struct server *)server)->exchanges, id);
  if (place == NULL)
    return NULL;
  *request = &(*place)->request;
  return &(*place)->response;
}

/* Writes when the connection can take it. */
void exchange_answered(void *server, uint64_t id)
{
  struct exchange **place = slab_get(&((struct server *)server)->exchanges, id);
  if (place == NULL)
    return;
  (*place)->response.later = false;
  lws_callback_on_writable((*place)->wsi);
}

static int on_request(struct server *s, struct lws *wsi, struct http_session *session, struct span path)
{
  struct exchange *e = begin_exchange(s, wsi, session, path);
  size_t length = 0;
  if (e == NULL)
    return -1;
  size_t most = api_body_most(&s->api, &e->request);
  if (http_method_has_body(e->request.method)) {
    int err = exchange_body_length(wsi, most == 0 ? LIMIT_HTTP_BODY : most, &length);
    if (err == ERR_LIMIT)
      return refuse_unread(wsi, session, 413, "too_large", "The body is larger than this address takes.");
    if (err != 0)
      return refuse_unread(wsi, session, 411, "no_length", "A request with a body must tell its length.");
  }
  if (most > 0 && length > 0)
    return exchange_make_body(e, length) == 0 ? 0 : -1; /* LWS_CALLBACK_HTTP_BODY follows */
  e->close = length > 0 || e->request.method == HTTP_OTHER;
  return answer(s, wsi, session);
}

static int on_body(struct exchange *e, struct span piece)
{
  if (e->answered)
    return 0;
  if (piece.n > e->body_most - e->body_n || server_now_us() > e->deadline_us)
    return -1;
  memcpy(e->body + e->body_n, piece.p, piece.n);
  e->body_n += piece.n;
  return 0;
}

static int on_body_complete(struct server *s, struct lws *wsi, struct http_session *session)
{
  struct exchange *e = session->exchange;
  e->request.body = span_of(e->body, e->body_n);
  return answer(s, wsi, session);
}

static int on_writable(struct lws *wsi, struct http_session *session)
{
  if (session->exchange->response.later)
    return 0;
  if (!session->exchange->answered)
    return start_answer(wsi, session);
  if (exchange_write_piece(wsi, session->exchange) != 0)
    return -1;
  if (!exchange_has_more(session->exchange))
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
  if (exchange_write_headers(wsi, e) != 0 || exchange_write_piece(wsi, e) != 0)
    return -1;
  return 1; /* libwebsockets completes the transaction */
}

/* 0 lets the upgrade go on, 1 says that an answer was sent, -1 hangs up. */
static int on_upgrade(struct server *s, struct lws *wsi, const char *to)
{
  struct http_session session = {.server = s};
  char path[64] = "", argument[64];
  struct connection *connection = server_connection(s, wsi);
  if (connection == NULL || to == NULL || strcasecmp(to, "websocket") != 0)
    return -1;
  (void)lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI);
  struct exchange *e = begin_exchange(s, wsi, &session, span_str(path));
  if (e == NULL)
    return -1;
  uint8_t text[128];
  struct writer w = writer_of(text, sizeof text);
  struct span wanted = exchange_copy_header(wsi, &w, WSI_TOKEN_PROTOCOL);
  int result = 0;
  connection->has_ticket = false;
  if (api_open_socket(&s->api, server_api_time(), &e->request, wanted, entry_argument(wsi, argument, sizeof argument),
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
  if (reason == LWS_CALLBACK_HTTP || reason == LWS_CALLBACK_HTTP_CONFIRM_UPGRADE)
    server_connection_works(s, wsi);
  if (reason == LWS_CALLBACK_HTTP_CONFIRM_UPGRADE)
    return on_upgrade(s, wsi, in);
  /* The end of every connection is told here, a socket's as well: what hangs on that one is no http_session. */
  if (session == NULL || reason == LWS_CALLBACK_WSI_DESTROY)
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
