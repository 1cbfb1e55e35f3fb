/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signalling sockets: frames in, frames out, in order, with a bounded queue for a page that reads slowly. */
#include <sodium.h>
#include <stdlib.h>

#include "web/frame.h"
#include "web/pulse.h"
#include "web/server.h"

#define MESSAGE_BYTES (FRAME_HEADER_BYTES + LIMIT_SIGNAL_MESSAGE)
#define CLOSE_WITHIN_S 5
#define LWS_WRITE_CLOSE ((enum lws_write_protocol)4) /* its header keeps the number free, and names it in words only */
#define CLOSE_WHY_BYTES 123 /* a control frame has at most 125 bytes, 2 of them for the code (RFC 6455, section 5.5) */
#define LIMIT_SOCKETS (2 * LIMIT_PEOPLE + 2 * LIMIT_LINES) /* a replaced socket lives for a moment beside its successor */

struct outgoing {
  struct outgoing *next;
  size_t n;
  uint8_t bytes[]; /* LWS_PRE free bytes, then the frame */
};

struct socket {
  struct pulse pulse;
  struct server *server;
  struct lws *wsi;
  uint64_t self, person; /* of a line: its id there */
  bool is_line;
  struct uid session; /* of an account in a meeting, which this socket keeps in use; else none */
  struct frame_channel frames;
  uint8_t *in; /* a message of several pieces being put together, MESSAGE_BYTES; NULL: none */
  size_t in_n;
  struct outgoing *first, *last;
  size_t queued_bytes;
  bool closing, said_close, ping; /* one is to leave */
  enum close_code close_code;
  const char *close_why;
};

struct socket_session {
  uint64_t socket;
};

const size_t socket_session_size = sizeof(struct socket_session);

int sockets_init(struct server *s)
{
  wheel_init(&s->pulses, server_now_us());
  return slab_init(&s->sockets, sizeof(struct socket), LIMIT_SOCKETS);
}

static void drop_queue(struct socket *socket)
{
  for (struct outgoing *out = socket->first, *next; out != NULL; out = next) {
    next = out->next;
    free(out);
  }
  socket->first = socket->last = NULL;
  socket->queued_bytes = 0;
}

static void forget_socket(struct server *s, struct socket *socket)
{
  wheel_cancel(&s->pulses, &socket->pulse.timer);
  drop_queue(socket);
  free(socket->in);
  slab_release(&s->sockets, socket->self); /* wipes the keys */
}

void sockets_fini(struct server *s)
{
  slab_id id;
  for (uint32_t i = 0; i < s->sockets.capacity; i++) {
    struct socket *socket = slab_at(&s->sockets, i, &id);
    if (socket != NULL)
      forget_socket(s, socket);
  }
  slab_fini(&s->sockets);
}

void sockets_note_use(struct server *s)
{
  slab_id id;
  for (uint32_t i = 0; i < s->sockets.capacity && s->sockets.used > 0; i++) {
    const struct socket *socket = slab_at(&s->sockets, i, &id);
    if (socket != NULL && !uid_is_none(&socket->session))
      api_session_in_use(&s->api, server_api_time(), &socket->session);
  }
}

/* --- out --- */

static void begin_close(struct socket *socket, enum close_code code, const char *why)
{
  if (socket->closing)
    return;
  socket->closing = true;
  socket->close_code = code;
  socket->close_why = why;
  wheel_cancel(&socket->server->pulses, &socket->pulse.timer);
  lws_set_timeout(socket->wsi, PENDING_TIMEOUT_CLOSE_SEND, CLOSE_WITHIN_S);
  lws_callback_on_writable(socket->wsi);
}

void socket_close(void *server, uint64_t id, enum close_code code, const char *why)
{
  struct socket *socket = slab_get(&((struct server *)server)->sockets, id);
  if (socket != NULL)
    begin_close(socket, code, why);
}

static void too_slow(struct socket *socket)
{
  drop_queue(socket);
  begin_close(socket, CLOSE_TOO_SLOW, "reads too slowly");
}

static void enqueue(struct socket *socket, struct outgoing *out)
{
  if (socket->last == NULL)
    socket->first = out;
  else
    socket->last->next = out;
  socket->last = out;
  socket->queued_bytes += out->n;
  lws_callback_on_writable(socket->wsi);
}

void socket_send(void *server, uint64_t id, struct span json)
{
  struct socket *socket = slab_get(&((struct server *)server)->sockets, id);
  size_t n = FRAME_HEADER_BYTES + json.n;
  if (socket == NULL || socket->closing)
    return;
  struct outgoing *out = socket->queued_bytes + n > LIMIT_SOCKET_QUEUE ? NULL : malloc(sizeof *out + LWS_PRE + n);
  if (out == NULL) {
    too_slow(socket);
    return;
  }
  struct writer w = writer_of(out->bytes + LWS_PRE, n);
  out->next = NULL;
  out->n = n;
  frame_seal(&socket->frames, json, &w);
  enqueue(socket, out);
}

static int write_next(struct socket *socket)
{
  struct outgoing *out = socket->first;
  socket->first = out->next;
  if (socket->first == NULL)
    socket->last = NULL;
  socket->queued_bytes -= out->n;
  int written = lws_write(socket->wsi, out->bytes + LWS_PRE, out->n, LWS_WRITE_BINARY);
  free(out);
  return written < 0 ? -1 : 0;
}

/* The last frame. libwebsockets' own way of sending it loses it when the loop is libuv's. The page answers it, or the
 * timeout ends the connection. */
static int say_close(struct socket *socket)
{
  uint8_t bytes[LWS_PRE + 2 + CLOSE_WHY_BYTES];
  struct writer w = writer_of(bytes + LWS_PRE, sizeof bytes - LWS_PRE);
  put_u16(&w, (uint16_t)socket->close_code);
  put_bytes(&w, socket->close_why, strnlen(socket->close_why, CLOSE_WHY_BYTES));
  socket->said_close = true;
  return lws_write(socket->wsi, w.base, w.n, LWS_WRITE_CLOSE) < 0 ? -1 : 0;
}

/* Browsers answer by themselves. With something in it: libwebsockets does not tell of empty answers. */
static int write_ping(struct socket *socket)
{
  uint8_t bytes[LWS_PRE + 1] = {0};
  socket->ping = false;
  return lws_write(socket->wsi, bytes + LWS_PRE, 1, LWS_WRITE_PING) < 0 ? -1 : 0;
}

static int on_writable(struct socket *socket)
{
  if (socket->ping && write_ping(socket) != 0)
    return -1;
  if (socket->first != NULL && write_next(socket) != 0)
    return -1;
  if (socket->first != NULL) {
    lws_callback_on_writable(socket->wsi);
    return 0;
  }
  return socket->closing && !socket->said_close ? say_close(socket) : 0;
}

/* --- who is still there --- */

static void on_pulse(struct wheel_timer *timer, uint64_t now_us)
{
  struct socket *socket = lws_container_of(timer, struct socket, pulse.timer);
  switch (pulse_turn(&socket->pulse, &socket->server->pulses, now_us)) {
  case PULSE_REST: return;
  case PULSE_GONE: server_hang_up(socket->server, socket->wsi); return;
  case PULSE_ASK:
    socket->ping = true;
    lws_callback_on_writable(socket->wsi);
  }
}

/* --- in --- */

/* To the meeting or to the line. */
static void said(struct server *s, struct socket *socket, struct span json)
{
  if (socket->is_line)
    line_said(s->api.line, server_time(), socket->person, json);
  else
    rooms_socket_said(s->rooms, server_time(), socket->person, socket->self, json);
}

static void lost(struct server *s, struct socket *socket)
{
  if (socket->is_line)
    line_lost(s->api.line, server_time(), socket->person);
  else
    rooms_socket_lost(s->rooms, server_time(), socket->person, socket->self);
}

static void frame_error(struct server *s, struct socket *socket, const char *why)
{
  begin_close(socket, CLOSE_PROTOCOL, why);
  lost(s, socket);
}

static void receive_frame(struct server *s, struct socket *socket, struct span frame)
{
  struct span json;
  if (frame_open(&socket->frames, frame, &json) != 0)
    frame_error(s, socket, "wrong tag, counter or length");
  else
    said(s, socket, json);
}

/* One more piece of a message; the pieces wait until the last. */
static void gather(struct server *s, struct socket *socket, struct span piece, bool last)
{
  if (socket->in == NULL)
    socket->in = malloc(MESSAGE_BYTES);
  if (socket->in == NULL || piece.n > MESSAGE_BYTES - socket->in_n) {
    frame_error(s, socket, "too large");
    return;
  }
  memcpy(socket->in + socket->in_n, piece.p, piece.n);
  socket->in_n += piece.n;
  if (!last)
    return;
  receive_frame(s, socket, span_of(socket->in, socket->in_n));
  free(socket->in);
  socket->in = NULL;
  socket->in_n = 0;
}

static void on_receive(struct server *s, struct socket *socket, struct span piece)
{
  bool last = lws_is_final_fragment(socket->wsi) && lws_remaining_packet_payload(socket->wsi) == 0;
  if (socket->closing)
    return;
  if (!lws_frame_is_binary(socket->wsi))
    frame_error(s, socket, "a text frame");
  else if (last && socket->in == NULL)
    receive_frame(s, socket, piece);
  else
    gather(s, socket, piece, last);
}

static int begin(struct server *s, struct socket *socket, const struct entry_grant *grant)
{
  socket->is_line = grant->line;
  if (grant->line) /* it does not count as use: who only leaves a page open is locked (T12) */
    return line_opened(s->api.line, server_time(), socket->self, &grant->who.session, &grant->who.account,
                       &socket->person);
  if (!uid_is_none(&grant->who.account))
    socket->session = grant->who.session;
  return rooms_socket_opened(s->rooms, server_time(), socket->self, grant, &socket->person);
}

static int on_established(struct server *s, struct lws *wsi, struct socket_session *session)
{
  struct connection *connection = server_connection(s, wsi);
  struct socket *socket;
  slab_id id;
  if (connection == NULL || !connection->has_ticket || slab_take(&s->sockets, &id, (void **)&socket) != 0)
    return -1;
  struct socket_ticket *ticket = &connection->ticket;
  session->socket = id;
  socket->self = id;
  socket->server = s;
  socket->wsi = wsi;
  const char *origin = s->api.origins.text[ticket->grant.origin];
  pulse_begin(&socket->pulse, &s->pulses, on_pulse, server_now_us());
  frame_channel_init(&socket->frames, FRAME_SERVER, &ticket->secrets, span_str(origin));
  if (begin(s, socket, &ticket->grant) != 0)
    begin_close(socket, CLOSE_PROTOCOL, "this place is no longer there");
  sodium_memzero(ticket, sizeof *ticket);
  connection->has_ticket = false;
  server_connection_is_socket(s, connection);
  return 0;
}

static void on_closed(struct server *s, struct socket *socket)
{
  lost(s, socket);
  forget_socket(s, socket);
}

int socket_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
  struct server *s = lws_context_user(lws_get_context(wsi));
  struct socket_session *session = user;
  if (reason == LWS_CALLBACK_ESTABLISHED)
    return on_established(s, wsi, session);
  struct socket *socket = session == NULL ? NULL : slab_get(&s->sockets, session->socket);
  if (socket == NULL)
    return 0;
  if (reason == LWS_CALLBACK_RECEIVE || reason == LWS_CALLBACK_RECEIVE_PONG)
    pulse_heard(&socket->pulse);
  switch ((int)reason) {
  case LWS_CALLBACK_RECEIVE: on_receive(s, socket, span_of(in, len)); return 0;
  case LWS_CALLBACK_SERVER_WRITEABLE: return on_writable(socket);
  case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return socket->said_close ? -1 : 0; /* our answer or theirs: that is all */
  case LWS_CALLBACK_CLOSED: on_closed(s, socket); return 0;
  default: return 0;
  }
}
