/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/listen.h"
#include "cli/supervisor_internal.h"

static const char *mend_of(int error, const char *option)
{
  if (error == EADDRINUSE)
    return strcmp(option, "https_port") == 0 ? "stop the program that uses it, or choose another https_port."
                                             : "stop the program that uses it, or choose another media_port.";
  if (error == EACCES)
    return "ports below 1024 need root: start as root with the option user, or choose another port.";
  if (error == EADDRNOTAVAIL)
    return "name addresses of this machine.";
  return "see what the error says.";
}

/* Without IPv6 a machine has no ::1: no reason to refuse, if nobody has asked for it. */
static bool may_be_missing(const struct config *c, enum config_option option, const struct net_addr *a, int error)
{
  return c->place[option].kind == FROM_DEFAULT && a->family == 6 && (error == EADDRNOTAVAIL || error == EAFNOSUPPORT);
}

enum kind { FOR_HTTPS, MEDIA_UDP, MEDIA_TCP };

static int open_socket(const struct config *c, const struct net_addr *a, enum kind kind, int *fd)
{
  if (kind == FOR_HTTPS)
    return listen_tcp(a, fd);
  return kind == MEDIA_UDP ? listen_udp(a, config_is_local(c), fd) : listen_media_tcp(a, config_is_local(c), fd);
}

static void add(struct socket_set *set, int fd, const struct net_addr *a, uint8_t socket)
{
  set->fd[set->n] = fd;
  set->addr[set->n] = *a;
  set->addr[set->n].socket = socket;
  set->n++;
}

/* 0 with or without the socket, or ERR_IO. `socket` is the next one's index of this kind. */
static int open_one(const struct config *c, struct socket_set *set, const struct net_addr *a, enum kind kind,
                    uint8_t *socket)
{
  bool https = kind == FOR_HTTPS;
  enum config_option listen = https ? OPTION_HTTPS_LISTEN : OPTION_MEDIA_LISTEN;
  enum config_option port = https ? OPTION_HTTPS_PORT : OPTION_MEDIA_PORT;
  int fd, err = open_socket(c, a, kind, &fd);
  if (err != 0) {
    int error = errno;
    char text[NET_ADDR_TEXT], where[CONFIG_PATH + 16];
    net_addr_text(a, text);
    if (may_be_missing(c, listen, a, error)) {
      log_notice("not listening on %s: %s", text, strerror(error));
      return 0;
    }
    log_error("%s: cannot listen on %s (%s): %s. Mend: %s",
              config_where(c, error == EADDRNOTAVAIL ? listen : port, where), text, kind == MEDIA_UDP ? "UDP" : "TCP",
              strerror(error), mend_of(error, https ? "https_port" : "media_port"));
    return ERR_IO;
  }
  add(set, fd, a, (uint8_t)((kind == MEDIA_TCP ? NET_TCP : 0) | (*socket)++));
  return 0;
}

static int open_set(const struct config *c, struct socket_set *set, const struct config_addresses *list, uint16_t port,
                    enum kind kind)
{
  uint8_t socket = 0;
  for (size_t i = 0; i < list->n; i++) {
    struct net_addr a = list->at[i];
    a.port = port;
    int err = open_one(c, set, &a, kind, &socket);
    if (err != 0)
      return err;
  }
  if (socket > 0)
    return 0;
  log_error("there is no address to listen on (%s). Mend: name one.",
            kind == FOR_HTTPS ? "https_listen" : "media_listen");
  return ERR_REFUSED;
}

/* The last of web's sockets (web/main.c). */
static int open_metrics(const struct config *c, struct socket_set *set)
{
  struct net_addr a;
  char where[CONFIG_PATH + 16];
  int fd;
  if (c->metrics_port == 0)
    return 0;
  if (net_addr_parse("127.0.0.1", c->metrics_port, &a) != 0)
    return ERR_MALFORMED;
  if (listen_tcp(&a, &fd) != 0) {
    log_error("%s: cannot listen on port %u for metrics: %s. Mend: stop the program that uses it, or choose another "
              "metrics_port.", config_where(c, OPTION_METRICS_PORT, where), (unsigned)c->metrics_port, strerror(errno));
    return ERR_IO;
  }
  add(set, fd, &a, (uint8_t)set->n);
  return 0;
}

int supervisor_open_sockets(struct supervisor *s)
{
  struct config_addresses media;
  const struct config *c = s->config;
  int err = open_set(c, &s->web.sockets, &c->https_listen, c->https_port, FOR_HTTPS);
  if (err == 0)
    err = open_metrics(c, &s->web.sockets);
  if (err != 0)
    return err;
  if (listen_media_addresses(c, &media) != 0) {
    log_error("cannot list the addresses of this machine: %s. Mend: name them in media_listen.", strerror(errno));
    return ERR_IO;
  }
  for (uint16_t i = 0; err == 0 && i < c->media_processes; i++)
    err = open_set(c, &s->media[i].sockets, &media, (uint16_t)(c->media_port + i), MEDIA_UDP);
  for (uint16_t i = 0; err == 0 && i < c->media_processes; i++)
    err = open_set(c, &s->media[i].sockets, &media, (uint16_t)(c->media_port + i), MEDIA_TCP);
  return err;
}

static void close_set(struct socket_set *set)
{
  while (set->n > 0)
    close(set->fd[--set->n]);
}

void supervisor_close_sockets(struct supervisor *s)
{
  close_set(&s->web.sockets);
  for (size_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    close_set(&s->media[i].sockets);
}
