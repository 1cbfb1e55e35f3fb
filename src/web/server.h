/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The web process around its state machines: libwebsockets with its event loop, the listening sockets, the channels
 * to the other processes. One thread; nothing blocks. */
#ifndef TESTUDO_WEB_SERVER_H
#define TESTUDO_WEB_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/slab.h"
#include "base/wheel.h"
#include "cli/boot.h"
#include "ipc/ipc.h"
#include "web/api/api.h"
#include "web/headers.h"
#include "web/metrics_port.h"
#include "web/openssl.h"
#include "web/outbound_link.h"
#include "web/rooms.h"

struct server;

/* A channel to another process, in the event loop. */
struct link {
  struct server *server;
  struct ipc_channel channel;
  struct lws *wsi; /* NULL: not in the loop */
  unsigned process; /* of media links */
};

/* An accepted connection, before and beside what libwebsockets keeps. */
struct connection {
  struct net_addr from;
  bool has_ticket; /* the upgrade to a socket was granted */
  bool is_socket;  /* counts among the sockets of its address, no longer among its connections */
  struct socket_ticket ticket;
  struct wheel_timer rest; /* while it waits for its next request */
  struct lws *resting;     /* itself meanwhile */
};

struct server {
  uv_loop_t loop;
  struct lws_context *lws;
  struct lws_vhost *vhost;
  struct api api;
  struct rooms *rooms;
  struct slab connections; /* struct connection */
  struct rate_table socket_holds; /* sockets that are open, by address */
  struct slab exchanges;   /* struct exchange * (http.c), by the requests' ids */
  struct slab sockets;     /* struct socket (socket.c) */
  struct wheel pulses;     /* of sockets: who is still there; and of connections: who rests */
  struct security_headers headers;
  struct lws_protocol_vhost_options header_list[SECURITY_HEADERS];
  struct link supervisor;
  struct link media[LIMIT_MEDIA_PROCESSES];
  struct link outbound;        /* closed when nothing is configured for it */
  struct outbound_link requests; /* to it */
  struct metrics_port metrics;
  struct store *store;
  uv_timer_t tick;
  uint64_t tick_due_us;
  uint64_t in_use_noted_us; /* when the sessions of those who are in meetings were last noted as used */
  bool tls_hardened;
  bool has_loop, stopping;
};

/* Makes everything that needs files outside the sandbox, up to but without listening. `certificate` and `key` are PEM files.
 * ERR_NOMEM, ERR_IO, ERR_CRYPTO: logged. The server is large: keep it static. */
int server_init(struct server *s, const struct origins *origins, const char *certificate, const char *key);
void server_fini(struct server *s);

/* Opens the store and makes the API, inside the sandbox: threads that hash passwords are to be in it. `oidc` is taken
 * over. Errors as store_open and api_init: logged. */
int server_open(struct server *s, const char *folder, const char *key_file, const struct site *site,
                const struct origins *origins, struct oidc *oidc);

/* Takes over the listening sockets and the channel to the supervisor. ERR_IO. */
int server_adopt(struct server *s, const int *listeners, size_t n, int supervisor);

/* links at the start, to the operator's terminal (main.c) */
void show_host_link(void *server, const char *token);
void show_setup_link(void *server, const char *token);

/* Serves until the supervisor says stop or is gone. */
void server_run(struct server *s);

/* Time for the state machines. */
uint64_t server_now_us(void);
struct rooms_time server_time(void);
struct api_time server_api_time(void);

/* Ends a connection at the loop's next turn, without a word to the other side. */
void server_hang_up(struct server *s, struct lws *wsi);

/* The connection of a libwebsockets connection; NULL for other descriptors. */
struct connection *server_connection(const struct server *s, const struct lws *wsi);

/* An answer has left, and the connection waits for its next request, but not for ever. And: a request has come. */
void server_connection_rests(struct server *s, struct lws *wsi);
void server_connection_works(struct server *s, struct lws *wsi);

/* The connection has become a socket by a valid entry: it leaves the places of its address to those who are still on their
 * way in. When the address has all the sockets that it may have, it goes on counting as a connection. */
void server_connection_is_socket(struct server *s, struct connection *c);

/* http.c, socket.c, links.c: callbacks of the protocols and what the rooms act through */
int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
int socket_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
int link_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
extern const size_t http_session_size, socket_session_size;

int exchanges_init(struct server *s);
void exchanges_fini(struct server *s);
struct http_response *exchange_response(void *server, uint64_t id, const struct http_request **request);
void exchange_answered(void *server, uint64_t id);

int sockets_init(struct server *s);
void sockets_fini(struct server *s);
void socket_send(void *server, uint64_t socket, struct span json);
void socket_close(void *server, uint64_t socket, enum close_code code, const char *why);

int link_open_supervisor(struct server *s, int fd);
void links_fini(struct server *s);
void link_offer(void *server, unsigned process, const struct ipc_offer *offer);
void link_publish(void *server, unsigned process, const struct ipc_publish *publish);
void link_level(void *server, unsigned process, const struct ipc_level *level);
void link_view(void *server, unsigned process, const struct ipc_view *view);
void link_spread(void *server, unsigned process, const struct ipc_spread *spread);
void link_hang_up(void *server, unsigned process, const struct ipc_peer *peer);

/* Accounts' sessions behind the open sockets are in use now. */
void sockets_note_use(struct server *s);

#define PROTOCOL_LINK "link"

#endif
