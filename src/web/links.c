/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channels to the supervisor, to the media processes and to the outbound process, in the event loop. The loop has a
 * duplicate of each descriptor, so that it and the channel can each close their own. */
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "web/server.h"

static int enter_loop(struct link *link, int fd)
{
  lws_sock_file_fd_type descriptor = {.filefd = dup(fd)};
  if (descriptor.filefd < 0)
    return ERR_IO;
  link->wsi = lws_adopt_descriptor_vhost(link->server->vhost, LWS_ADOPT_RAW_FILE_DESC, descriptor, PROTOCOL_LINK, NULL);
  if (link->wsi == NULL)
    return ERR_IO;
  lws_set_wsi_user(link->wsi, link);
  return 0;
}

static int link_open(struct link *link, int fd, enum ipc_role peer)
{
  int err = ipc_open(&link->channel, fd, IPC_WEB, peer);
  if (err == 0)
    err = enter_loop(link, link->channel.fd);
  if (err != 0)
    ipc_close(&link->channel);
  return err;
}

/* Out of the loop at its next turn; nothing more is heard of this link then. */
static void leave_loop(struct link *link)
{
  if (link->wsi == NULL)
    return;
  lws_set_wsi_user(link->wsi, NULL);
  server_hang_up(link->server, link->wsi);
  link->wsi = NULL;
}

static bool is_supervisor(const struct link *link)
{
  return link == &link->server->supervisor;
}

static bool is_outbound(const struct link *link)
{
  return link == &link->server->outbound;
}

/* The other end is gone or has broken the rules. */
static void link_lost(struct link *link)
{
  ipc_close(&link->channel);
  link->wsi = NULL;
  if (is_supervisor(link)) {
    link->server->stopping = true;
    return;
  }
  if (is_outbound(link)) {
    log_warning("the channel to the outbound process ended");
    outbound_link_lost(&link->server->requests);
    return;
  }
  log_warning("the channel to media process %u ended", link->process);
  rooms_media_down(link->server->rooms, link->process);
}

/* --- what the supervisor says --- */

static int on_media_channel(void *ctx, struct span message, int fd)
{
  struct server *s = ((struct link *)ctx)->server;
  struct ipc_media_channel m;
  (void)span_skip(&message, 1);
  int err = ipc_decode_media_channel(message, &m);
  if (err == 0 && m.process >= LIMIT_MEDIA_PROCESSES)
    err = ERR_RANGE;
  if (err != 0) {
    (void)close(fd);
    return err;
  }
  struct link *link = &s->media[m.process];
  leave_loop(link); /* of the process before this one, if its end was not noticed yet */
  ipc_close(&link->channel);
  rooms_media_down(s->rooms, m.process);
  *link = (struct link){.server = s, .channel = {.fd = -1}, .process = m.process};
  return link_open(link, fd, IPC_MEDIA);
}

static int on_outbound_channel(void *ctx, struct span message, int fd)
{
  struct server *s = ((struct link *)ctx)->server;
  (void)message;
  leave_loop(&s->outbound); /* of the process before this one, as above */
  ipc_close(&s->outbound.channel);
  outbound_link_lost(&s->requests);
  s->outbound = (struct link){.server = s, .channel = {.fd = -1}};
  return link_open(&s->outbound, fd, IPC_OUTBOUND);
}

static int on_stop(void *ctx, struct span message, int fd)
{
  (void)message;
  (void)fd;
  ((struct link *)ctx)->server->stopping = true;
  return 0;
}

static const struct ipc_handler supervisor_handlers[] = {
  {IPC_MEDIA_CHANNEL, on_media_channel},
  {IPC_OUTBOUND_CHANNEL, on_outbound_channel},
  {IPC_STOP, on_stop},
};

/* --- what a media process says --- */

static int on_ready(void *ctx, struct span message, int fd)
{
  struct link *link = ctx;
  (void)message;
  (void)fd;
  rooms_media_up(link->server->rooms, link->process);
  return 0;
}

/* News of somebody who has left meanwhile is no fault of the media process. */
static int forgive(int err)
{
  return err == ERR_NOT_FOUND ? 0 : err;
}

#define ON_MEDIA(name, type, deliver)                                                                                  \
  static int on_##name(void *ctx, struct span message, int fd)                                                         \
  {                                                                                                                    \
    struct link *link = ctx;                                                                                           \
    struct type m;                                                                                                     \
    (void)fd;                                                                                                          \
    (void)span_skip(&message, 1);                                                                                      \
    int err = ipc_decode_##name(message, &m);                                                                          \
    return err != 0 ? err : forgive(deliver);                                                                          \
  }

ON_MEDIA(answer, ipc_answer, rooms_media_answered(link->server->rooms, link->process, &m))
ON_MEDIA(refused, ipc_refused, rooms_media_refused(link->server->rooms, link->process, &m))
ON_MEDIA(security, ipc_security, rooms_media_security(link->server->rooms, server_time(), link->process, &m))
ON_MEDIA(slots, ipc_slots, rooms_media_slots(link->server->rooms, link->process, &m))
ON_MEDIA(speaker, ipc_speaker, rooms_media_speaker(link->server->rooms, link->process, &m))
ON_MEDIA(gone, ipc_gone, rooms_media_gone(link->server->rooms, server_time(), link->process, &m))
ON_MEDIA(load, ipc_load, rooms_media_load(link->server->rooms, server_now_us(), link->process, &m))
ON_MEDIA(layers, ipc_layers, rooms_media_layers(link->server->rooms, link->process, &m))
ON_MEDIA(weakness, ipc_weakness, rooms_media_weakness(link->server->rooms, link->process, &m))

static const struct ipc_handler media_handlers[] = {
  {IPC_READY, on_ready},       {IPC_ANSWER, on_answer}, {IPC_OFFER_REFUSED, on_refused}, {IPC_SECURITY, on_security},
  {IPC_SLOTS, on_slots},       {IPC_SPEAKER, on_speaker}, {IPC_GONE, on_gone},
  {IPC_LAYERS, on_layers},     {IPC_WEAKNESS, on_weakness},
  {IPC_LOAD, on_load},
};

/* --- what the outbound process says --- */

static int on_outbound_ready(void *ctx, struct span message, int fd)
{
  (void)ctx;
  (void)message;
  (void)fd;
  return 0; /* what was sent before has waited in the channel */
}

static int on_outbound_answer(void *ctx, struct span message, int fd)
{
  (void)fd;
  return outbound_link_answered(&((struct link *)ctx)->server->requests, message);
}

static const struct ipc_handler outbound_handlers[] = {
  {IPC_READY, on_outbound_ready},
  {IPC_MAIL_DONE, on_outbound_answer},
  {IPC_SMS_DONE, on_outbound_answer},
  {IPC_FETCHED, on_outbound_answer},
};

/* --- the loop --- */

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static int dispatch(struct link *link)
{
  if (is_outbound(link))
    return ipc_dispatch(&link->channel, outbound_handlers, COUNT(outbound_handlers), link);
  return is_supervisor(link) ? ipc_dispatch(&link->channel, supervisor_handlers, COUNT(supervisor_handlers), link)
                             : ipc_dispatch(&link->channel, media_handlers, COUNT(media_handlers), link);
}

int link_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
  struct link *link = user;
  int err = 0;
  (void)in;
  (void)len;
  if (link == NULL)
    return 0;
  switch ((int)reason) {
  case LWS_CALLBACK_RAW_RX_FILE: err = dispatch(link); break;
  case LWS_CALLBACK_RAW_WRITEABLE_FILE: err = ipc_flush(&link->channel); break;
  case LWS_CALLBACK_RAW_CLOSE_FILE: link_lost(link); return 0;
  default: return 0;
  }
  if (err != 0)
    return -1; /* LWS_CALLBACK_RAW_CLOSE_FILE follows */
  if (ipc_wants_write(&link->channel))
    lws_callback_on_writable(wsi);
  return 0;
}

/* How requests leave. A channel that ends is noticed in the loop, which tells who waits. */
static int send_outbound(void *server, struct span message)
{
  struct link *link = &((struct server *)server)->outbound;
  if (!ipc_is_open(&link->channel) || link->wsi == NULL)
    return ERR_CLOSED;
  int err = ipc_send(&link->channel, message, -1);
  if (err != 0)
    server_hang_up(link->server, link->wsi);
  else if (ipc_wants_write(&link->channel))
    lws_callback_on_writable(link->wsi);
  return err;
}

int link_open_supervisor(struct server *s, int fd)
{
  s->outbound = (struct link){.server = s, .channel = {.fd = -1}};
  outbound_link_init(&s->requests, send_outbound, s);
  for (unsigned i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    s->media[i] = (struct link){.server = s, .channel = {.fd = -1}, .process = i};
  s->supervisor = (struct link){.server = s, .channel = {.fd = -1}};
  int err = link_open(&s->supervisor, fd, IPC_SUPERVISOR);
  return err != 0 ? err : ipc_send_type(&s->supervisor.channel, IPC_READY);
}

void links_fini(struct server *s)
{
  for (unsigned i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    if (s->media[i].server != NULL) {
      leave_loop(&s->media[i]);
      ipc_close(&s->media[i].channel);
    }
  if (s->outbound.server != NULL) {
    leave_loop(&s->outbound);
    ipc_close(&s->outbound.channel);
  }
  if (s->supervisor.server != NULL) {
    leave_loop(&s->supervisor);
    ipc_close(&s->supervisor.channel);
  }
}

/* --- what the rooms say to media processes --- */

static void link_send(struct link *link, const struct writer *w)
{
  size_t n;
  if (!ipc_is_open(&link->channel) || link->wsi == NULL)
    return;
  if (writer_finish(w, &n) != 0) {
    log_error("a message to a media process is too long");
    return;
  }
  if (ipc_send(&link->channel, span_of(w->base, n), -1) != 0)
    server_hang_up(link->server, link->wsi);
  else if (ipc_wants_write(&link->channel))
    lws_callback_on_writable(link->wsi);
}

void link_offer(void *server, unsigned process, const struct ipc_offer *offer)
{
  uint8_t *buffer = malloc(LIMIT_IPC_MESSAGE);
  if (buffer == NULL)
    return;
  struct writer w = writer_of(buffer, LIMIT_IPC_MESSAGE);
  ipc_encode_offer(&w, offer);
  link_send(&((struct server *)server)->media[process], &w);
  free(buffer);
}

#define SMALL_MESSAGE 64

void link_publish(void *server, unsigned process, const struct ipc_publish *publish)
{
  uint8_t buffer[SMALL_MESSAGE];
  struct writer w = writer_of(buffer, sizeof buffer);
  ipc_encode_publish(&w, publish);
  link_send(&((struct server *)server)->media[process], &w);
}

void link_level(void *server, unsigned process, const struct ipc_level *level)
{
  uint8_t buffer[SMALL_MESSAGE];
  struct writer w = writer_of(buffer, sizeof buffer);
  ipc_encode_level(&w, level);
  link_send(&((struct server *)server)->media[process], &w);
}

void link_view(void *server, unsigned process, const struct ipc_view *view)
{
  uint8_t buffer[SMALL_MESSAGE + sizeof *view];
  struct writer w = writer_of(buffer, sizeof buffer);
  ipc_encode_view(&w, view);
  link_send(&((struct server *)server)->media[process], &w);
}

void link_spread(void *server, unsigned process, const struct ipc_spread *spread)
{
  uint8_t buffer[SMALL_MESSAGE];
  struct writer w = writer_of(buffer, sizeof buffer);
  ipc_encode_spread(&w, spread);
  link_send(&((struct server *)server)->media[process], &w);
}

void link_hang_up(void *server, unsigned process, const struct ipc_peer *peer)
{
  uint8_t buffer[SMALL_MESSAGE];
  struct writer w = writer_of(buffer, sizeof buffer);
  ipc_encode_close(&w, peer);
  link_send(&((struct server *)server)->media[process], &w);
}
