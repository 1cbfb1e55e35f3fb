/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The web process around its state machines: libwebsockets with its event loop, the listening sockets, the channels
 * to the other processes. One thread; nothing blocks. */
#ifndef TESTUDO_WEB_SERVER_H
#define TESTUDO_WEB_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slab.h"
#include "cli/boot.h"
#include "ipc/ipc.h"
#include "web/api.h"
#include "web/headers.h"
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
  struct socket_ticket ticket;
};

struct server {
  struct lws_context *lws;
  struct lws_vhost *vhost;
  struct api api;
  struct rooms *rooms;
  struct slab connections; /* struct connection */
  struct slab sockets;     /* struct socket (socket.c) */
  struct security_headers headers;
  struct lws_protocol_vhost_options header_list[SECURITY_HEADERS];
  struct link supervisor;
  struct link media[LIMIT_MEDIA_PROCESSES];
  struct link outbound;        /* closed when nothing is configured for it */
  struct outbound_link requests; /* to it */
  lws_sorted_usec_list_t tick;
  bool tls_hardened;
  bool stopping, stopped;
};

/* Makes everything that needs files or memory, up to but without listening. `certificate` and `key` are PEM files.
 * ERR_NOMEM, ERR_IO, ERR_CRYPTO: logged. The server is large: keep it static. */
int server_init(struct server *s, const struct origins *origins, const char *certificate, const char *key);
void server_fini(struct server *s);

/* Takes over the listening sockets and the channel to the supervisor. ERR_IO. */
int server_adopt(struct server *s, const int *listeners, size_t n, int supervisor);

/* Serves until the supervisor says stop or is gone. */
void server_run(struct server *s);

/* Time for the state machines. */
uint64_t server_now_us(void);
struct rooms_time server_time(void);

/* The connection of a libwebsockets connection; NULL for other descriptors. */
struct connection *server_connection(const struct server *s, const struct lws *wsi);

/* http.c, socket.c, links.c: callbacks of the protocols and what the rooms act through */
int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
int socket_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
int link_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
extern const size_t http_session_size, socket_session_size;

int sockets_init(struct server *s);
void sockets_fini(struct server *s);
void socket_send(void *server, uint64_t socket, struct span json);
void socket_close(void *server, uint64_t socket, enum close_code code, const char *why);

int link_open_supervisor(struct server *s, int fd);
void links_fini(struct server *s);
void link_offer(void *server, unsigned process, const struct ipc_offer *offer);
void link_publish(void *server, unsigned process, const struct ipc_publish *publish);
void link_level(void *server, unsigned process, const struct ipc_level *level);
void link_hang_up(void *server, unsigned process, const struct ipc_peer *peer);

#define PROTOCOL_LINK "link"

#endif
