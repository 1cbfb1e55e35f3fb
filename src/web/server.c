/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/server.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "web/api/live.h"
#include "web/tls.h"

#define PROTOCOL_LISTENER "listener"
#define PROTOCOL_POOL "pool"
#define ACCEPTS_AT_ONCE 32
#define HEADER_BYTES 16384 /* of one request, all headers together: cookies of neighbours on localhost count */
#define HEADERS_AT_ONCE 1024
#define REQUEST_TIMEOUT_S 10
#define KEEPALIVE_S 10 /* an idle connection holds a place that somebody behind the same address may need */
#define STOP_WITHIN_MS 500 /* for the last messages to leave */
#define TICK_MS 250
#define IN_USE_EVERY_US 60000000u

/* libwebsockets is to ask nobody whether they are still there: it would keep a timer for each in one sorted list, which it
 * walks whenever one of them is set, and waits in a busy loop for the fraction of a millisecond at which one is due. Sockets
 * have a wheel (socket.c). */
static const lws_retry_bo_t nobody_is_asked = {0};

uint64_t server_now_us(void)
{
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

struct rooms_time server_time(void)
{
  return (struct rooms_time){.now_us = server_now_us(), .unix_s = (uint64_t)time(NULL)};
}

struct api_time server_api_time(void)
{
  return (struct api_time){.now_us = server_now_us(), .now_s = (uint64_t)time(NULL)};
}

/* --- connections --- */

/* libwebsockets carries the id of the connection as a pointer's bits; it is never followed. */
static void *opaque_of(slab_id id)
{
  return (void *)(uintptr_t)id;
}

static slab_id connection_id(const struct lws *wsi)
{
  return (slab_id)(uintptr_t)lws_get_opaque_user_data(wsi);
}

_Static_assert(sizeof(void *) >= sizeof(slab_id), "an id must fit into a pointer");

struct connection *server_connection(const struct server *s, const struct lws *wsi)
{
  return slab_get(&s->connections, connection_id(wsi));
}

/* libwebsockets looks at its timers again only after it was told of something: else this one would wait for that. */
void server_hang_up(struct server *s, struct lws *wsi)
{
  lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
  lws_cancel_service(s->lws);
}

static void on_rested(struct wheel_timer *timer, uint64_t now_us)
{
  const struct connection *c = lws_container_of(timer, struct connection, rest);
  (void)now_us;
  server_hang_up(lws_context_user(lws_get_context(c->resting)), c->resting);
}

/* libwebsockets keeps its timeouts in one sorted list, and goes through it from its beginning for each new one:
 * thousands of connections that rest would make everybody's requests slow. */
void server_connection_rests(struct server *s, struct lws *wsi)
{
  struct connection *c = server_connection(s, wsi);
  if (c == NULL || lws_partial_buffered(wsi)) /* part of the answer is still here: its timeout holds */
    return;
  lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
  c->resting = wsi;
  c->rest.fire = on_rested;
  wheel_set(&s->pulses, &c->rest, server_now_us() + 1000000u * KEEPALIVE_S);
}

void server_connection_works(struct server *s, struct lws *wsi)
{
  struct connection *c = server_connection(s, wsi);
  if (c != NULL)
    wheel_cancel(&s->pulses, &c->rest);
}

static void forget_connection(struct server *s, slab_id id)
{
  struct connection *c = slab_get(&s->connections, id);
  if (c == NULL)
    return;
  wheel_cancel(&s->pulses, &c->rest);
  rate_table_release(c->is_socket ? &s->socket_holds : &s->api.rates, &c->from);
  slab_release(&s->connections, id);
}

void server_connection_is_socket(struct server *s, struct connection *c)
{
  if (!rate_table_hold(&s->socket_holds, &c->from, LIMIT_ADDRESS_SOCKETS))
    return;
  rate_table_release(&s->api.rates, &c->from);
  c->is_socket = true;
}

/* Hands the socket to libwebsockets, which closes it whatever happens. */
static void adopt_connection(struct server *s, int fd, slab_id id)
{
  lws_adopt_desc_t description = {.vh = s->vhost,
                                  .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL,
                                  .fd = {.sockfd = fd},
                                  .opaque = opaque_of(id)};
  if (lws_adopt_descriptor_vhost_via_info(&description) == NULL)
    forget_connection(s, id);
}

static void take_connection(struct server *s, int fd, const struct sockaddr *from)
{
  struct connection *c;
  struct net_addr address;
  slab_id id;
  if (net_addr_from_sockaddr(&address, from) != 0 ||
      !rate_table_hold(&s->api.rates, &address, LIMIT_ADDRESS_CONNECTIONS)) {
    (void)close(fd);
    return;
  }
  if (slab_take(&s->connections, &id, (void **)&c) != 0) {
    rate_table_release(&s->api.rates, &address);
    (void)close(fd);
    return;
  }
  c->from = address;
  adopt_connection(s, fd, id);
}

static void accept_connections(struct server *s, int listener)
{
  const int on = 1;
  for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
    struct sockaddr_storage from;
    socklen_t n = sizeof from;
    int fd = accept4(listener, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
      return;
    /* What is written is a whole answer or message: it need not wait for another, or for an acknowledgement. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    take_connection(s, fd, (struct sockaddr *)&from);
  }
}

static int listener_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
  (void)user;
  (void)in;
  (void)len;
  if (reason == LWS_CALLBACK_RAW_RX_FILE)
    accept_connections(lws_context_user(lws_get_context(wsi)), (int)lws_get_socket_fd(wsi));
  return 0;
}

/* Passwords were hashed. */
static int pool_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
  (void)user;
  (void)in;
  (void)len;
  if (reason == LWS_CALLBACK_RAW_RX_FILE)
    api_hashed(&((struct server *)lws_context_user(lws_get_context(wsi)))->api, server_api_time());
  return 0;
}

/* The first protocol hears of all connections, and of the vhost's TLS context before it is used. */
static int first_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
  struct server *s = lws_context_user(lws_get_context(wsi));
  if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
    s->tls_hardened = tls_harden(user) == 0;
    return s->tls_hardened ? 0 : 1;
  }
  if (reason == LWS_CALLBACK_WSI_DESTROY)
    forget_connection(s, connection_id(wsi));
  return http_callback(wsi, reason, user, in, len);
}

/* --- start --- */

/* What libwebsockets has to say may name addresses (T9): its errors are told only while the server starts. */
static void log_library(int level, const char *line)
{
  (void)level;
  log_error("libwebsockets: %s", line);
}

static void list_headers(struct server *s)
{
  for (size_t i = 0; i < SECURITY_HEADERS; i++)
    s->header_list[i] = (struct lws_protocol_vhost_options){
      .next = i + 1 < SECURITY_HEADERS ? &s->header_list[i + 1] : NULL,
      .name = s->headers.header[i].name,
      .value = s->headers.header[i].value,
    };
}

/* The loop is libuv's, on epoll: libwebsockets' own asks the kernel about every connection, idle ones too, each time
 * that one of them has something to say. */
static int make_context(struct server *s)
{
  void *loops[] = {&s->loop};
  struct lws_context_creation_info info = {
    .port = CONTEXT_PORT_NO_LISTEN,
    .foreign_loops = loops,
    .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
               LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS | LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES,
    .user = s,
    .max_http_header_data = HEADER_BYTES,
    .max_http_header_pool = HEADERS_AT_ONCE,
    .pt_serv_buf_size = HEADER_BYTES,
    .timeout_secs = REQUEST_TIMEOUT_S,
    .gid = -1,
    .uid = -1,
  };
  if (uv_loop_init(&s->loop) != 0)
    return ERR_NOMEM;
  s->has_loop = true;
  (void)uv_timer_init(&s->loop, &s->tick);
  s->tick.data = s;
  s->lws = lws_create_context(&info);
  return s->lws == NULL ? ERR_NOMEM : 0;
}

static struct lws_protocols protocols[] = {
  {.name = "http", .callback = first_callback},
  {.name = "testudo.v1", .callback = socket_callback, .rx_buffer_size = 16384},
  {.name = PROTOCOL_LISTENER, .callback = listener_callback},
  {.name = PROTOCOL_LINK, .callback = link_callback},
  {.name = PROTOCOL_POOL, .callback = pool_callback},
  {0},
};

static int make_vhost(struct server *s, const char *certificate, const char *key)
{
  protocols[0].per_session_data_size = http_session_size;
  protocols[1].per_session_data_size = socket_session_size;
  struct lws_context_creation_info info = {
    .port = CONTEXT_PORT_NO_LISTEN_SERVER,
    .vhost_name = "testudo",
    .protocols = protocols,
    .headers = s->header_list,
    .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
               LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
    .alpn = "http/1.1",
    .ssl_cert_filepath = certificate,
    .ssl_private_key_filepath = key,
    .keepalive_timeout = KEEPALIVE_S,
    .timeout_secs = REQUEST_TIMEOUT_S,
    .timeout_secs_ah_idle = REQUEST_TIMEOUT_S,
    .retry_and_idle_policy = &nobody_is_asked,
  };
  s->vhost = lws_create_vhost(s->lws, &info);
  /* libwebsockets would go on in plain text where it was not told of TLS in the right way. */
  return s->vhost == NULL || !s->tls_hardened ? ERR_CRYPTO : 0;
}

/* What is to last of stored rooms goes to the store. */
static void keep_stay(void *server, const struct uid *room, const struct attendance *stay)
{
  live_keep_stay(&((struct server *)server)->api, room, stay);
}

static void keep_ban(void *server, const struct uid *room, struct ban *ban)
{
  live_keep_ban(&((struct server *)server)->api, room, ban);
}

static void lift_ban(void *server, const struct uid *room, const struct uid *ban)
{
  live_lift_ban(&((struct server *)server)->api, room, ban);
}

static void keep_policy(void *server, const struct uid *room, const struct room_policy *policy)
{
  live_keep_policy(&((struct server *)server)->api, room, policy);
}

static int make_rooms(struct server *s)
{
  const struct rooms_io io = {.send = socket_send, .close = socket_close, .offer = link_offer, .publish = link_publish,
                              .level = link_level, .view = link_view, .hang_up = link_hang_up, .spread = link_spread,
                              .stay = keep_stay, .banned = keep_ban, .unbanned = lift_ban, .policy = keep_policy, .ctx = s};
  const struct rooms_size size = {.rooms = LIMIT_ROOMS, .people = LIMIT_PEOPLE};
  return rooms_new(&s->rooms, size, &io, &random_system);
}

int server_init(struct server *s, const struct origins *origins, const char *certificate, const char *key)
{
  *s = (struct server){0};
  lws_set_log_level(LLL_ERR, log_library);
  rate_table_init(&s->socket_holds, &random_system);
  security_headers_init(&s->headers, origins);
  list_headers(s);
  int err = make_rooms(s);
  if (err == 0)
    err = exchanges_init(s);
  if (err == 0)
    err = slab_init(&s->connections, sizeof(struct connection), LIMIT_CONNECTIONS);
  if (err == 0)
    err = sockets_init(s);
  if (err == 0)
    err = make_context(s);
  if (err == 0)
    err = make_vhost(s, certificate, key);
  lws_set_log_level(0, NULL);
  if (err != 0)
    log_error("the server could not be set up: %s", err_text(err));
  return err;
}

void server_fini(struct server *s)
{
  links_fini(s);
  if (s->lws != NULL)
    lws_context_destroy(s->lws);
  metrics_port_close(&s->metrics);
  if (s->has_loop) {
    uv_close((uv_handle_t *)&s->tick, NULL);
    /* what was closed is given up at the loop's next turn */
    (void)uv_run(&s->loop, UV_RUN_NOWAIT);
    (void)uv_loop_close(&s->loop);
  }
  sockets_fini(s);
  exchanges_fini(s);
  slab_fini(&s->connections);
  if (s->store != NULL)
    api_fini(&s->api);
  if (s->rooms != NULL)
    rooms_free(s->rooms);
  store_close(s->store);
}

/* --- what needs the store --- */

static struct api_time api_now(void *server)
{
  (void)server;
  return server_api_time();
}

static int adopt_pool(struct server *s)
{
  /* The loop has a duplicate, so that it and the pool can each close their own. */
  lws_sock_file_fd_type descriptor = {.filefd = dup(pool_fd(s->api.pool))};
  if (descriptor.filefd < 0)
    return ERR_IO;
  return lws_adopt_descriptor_vhost(s->vhost, LWS_ADOPT_RAW_FILE_DESC, descriptor, PROTOCOL_POOL, NULL) == NULL ? ERR_IO
                                                                                                                  : 0;
}

int server_open(struct server *s, const char *folder, const char *key_file, const struct site *site,
                const struct origins *origins, struct oidc *oidc)
{
  const struct api_io io = {.show_host_link = show_host_link, .show_setup_link = show_setup_link,
                            .response = exchange_response, .answered = exchange_answered, .now = api_now,
                            .send = socket_send, .close = socket_close, .ctx = s};
  int err = store_open(&s->store, folder, key_file);
  const struct api_parts parts = {.rooms = s->rooms, .store = s->store, .outbound = &s->requests, .site = site,
                                  .origins = origins, .random = &random_system, .oidc = oidc};
  if (err == 0)
    err = api_init(&s->api, &parts, &io);
  if (err == 0)
    err = api_start(&s->api);
  if (err == 0)
    err = adopt_pool(s);
  if (err != 0)
    log_error("accounts, rooms and sessions could not be opened: %s", err_text(err));
  return err;
}

static int adopt_listener(struct server *s, int fd)
{
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    return ERR_IO;
  lws_sock_file_fd_type descriptor = {.filefd = fd};
  return lws_adopt_descriptor_vhost(s->vhost, LWS_ADOPT_RAW_FILE_DESC, descriptor, PROTOCOL_LISTENER, NULL) == NULL
           ? ERR_IO
           : 0;
}

int server_adopt(struct server *s, const int *listeners, size_t n, int supervisor)
{
  int err = link_open_supervisor(s, supervisor);
  for (size_t i = 0; err == 0 && i < n; i++)
    err = adopt_listener(s, listeners[i]);
  return err;
}

/* --- running --- */

static void schedule_tick(struct server *s);

static void stop(uv_timer_t *timer)
{
  uv_stop(timer->loop);
}

static void begin_stop(struct server *s)
{
  rooms_stop(s->rooms, server_time());
  line_stop(s->api.line);
  (void)uv_timer_start(&s->tick, stop, STOP_WITHIN_MS, 0);
}

static void on_tick(uv_timer_t *timer)
{
  struct server *s = timer->data;
  uint64_t now_us = server_now_us();
  if (s->stopping) {
    begin_stop(s);
    return;
  }
  rooms_web_late(s->rooms, now_us > s->tick_due_us ? now_us - s->tick_due_us : 0);
  wheel_advance(&s->pulses, now_us);
  rooms_tick(s->rooms, server_time());
  api_tick(&s->api, server_api_time());
  if (now_us - s->in_use_noted_us >= IN_USE_EVERY_US) {
    s->in_use_noted_us = now_us;
    sockets_note_use(s);
  }
  schedule_tick(s);
}

static void schedule_tick(struct server *s)
{
  s->tick_due_us = server_now_us() + 1000 * TICK_MS;
  (void)uv_timer_start(&s->tick, on_tick, TICK_MS, 0);
}

void server_run(struct server *s)
{
  schedule_tick(s);
  (void)uv_run(&s->loop, UV_RUN_DEFAULT); /* until `stop` */
}
