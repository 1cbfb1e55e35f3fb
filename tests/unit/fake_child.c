/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for testudo-web, testudo-media and testudo-outbound in test_supervisor: does what the supervisor expects of
 * a child and tells on standard output what it is given. Which of them it is, its name says; how it misbehaves, the
 * name of the data folder. */
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/boot.h"
#include "ipc/ipc.h"

#define MEDIA_MOST 4

static struct boot boot;
static bool is_web, is_outbound, deaf;
static struct ipc_channel supervisor, media[MEDIA_MOST], outbound, web;

static const char *name(void)
{
  return is_web ? "web" : is_outbound ? "outbound" : "media";
}

static enum ipc_role role(void)
{
  return is_web ? IPC_WEB : is_outbound ? IPC_OUTBOUND : IPC_MEDIA;
}

__attribute__((format(printf, 1, 2))) static void tell(const char *fmt, ...)
{
  char line[256];
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(line, sizeof line, fmt, ap);
  va_end(ap);
  line[n++] = '\n';
  if (write(STDOUT_FILENO, line, (size_t)n) != n) /* whole lines: all children share the pipe */
    exit(3);
}

/* A deaf one stays, whatever happens to its channels. */
static void leave(int code)
{
  while (deaf)
    pause();
  exit(code);
}

static int on_stop(void *ctx, struct span message, int fd)
{
  (void)ctx, (void)message, (void)fd;
  tell("%s %u stops", name(), boot.process);
  leave(0);
  return 0;
}

static int on_media_channel(void *ctx, struct span message, int fd)
{
  struct ipc_media_channel m;
  (void)ctx;
  if (ipc_decode_media_channel(span_of(message.p + 1, message.n - 1), &m) != 0 || m.process >= MEDIA_MOST)
    exit(4);
  ipc_close(&media[m.process]);
  return ipc_open(&media[m.process], fd, IPC_WEB, IPC_MEDIA);
}

static int on_outbound_channel(void *ctx, struct span message, int fd)
{
  (void)ctx, (void)message;
  ipc_close(&outbound);
  return ipc_open(&outbound, fd, IPC_WEB, IPC_OUTBOUND);
}

static int on_outbound_ready(void *ctx, struct span message, int fd)
{
  (void)ctx, (void)message, (void)fd;
  tell("web %d has outbound", (int)getpid());
  return 0;
}

static int on_media_ready(void *ctx, struct span message, int fd)
{
  const struct ipc_channel *c = ctx;
  (void)message, (void)fd;
  tell("web %d has media %d", (int)getpid(), (int)(c - media));
  return 0;
}

static const struct ipc_handler from_supervisor[] = {
  {IPC_STOP, on_stop}, {IPC_MEDIA_CHANNEL, on_media_channel}, {IPC_OUTBOUND_CHANNEL, on_outbound_channel}};
static const struct ipc_handler from_media[] = {{IPC_READY, on_media_ready}};
static const struct ipc_handler from_outbound[] = {{IPC_READY, on_outbound_ready}};

static void misbehave(const char *how)
{
  if (strcmp(how, "crash") == 0)
    exit(1);
  if (strcmp(how, "config") == 0)
    exit(BOOT_EXIT_CONFIG);
  deaf = strcmp(how, "deaf") == 0;
}

static uint16_t port_of(int fd)
{
  struct sockaddr_storage ss;
  struct net_addr a = {0};
  socklen_t n = sizeof ss;
  if (getsockname(fd, (struct sockaddr *)&ss, &n) == 0)
    (void)net_addr_from_sockaddr(&a, (struct sockaddr *)&ss);
  return a.port;
}

static void introduce(void)
{
  unsigned variables = 0, descriptors = 0;
  while (environ[variables] != NULL)
    variables++;
  for (int fd = 3; fd < 1024; fd++)
    descriptors += fcntl(fd, F_GETFD) >= 0;
  tell("%s %u is %d at %u holds %u variables %u", name(), boot.process, (int)getpid(),
       port_of(BOOT_FD_SOCKETS), descriptors, variables);
}

static void serve_web(void)
{
  for (;;) {
    struct pollfd p[2 + MEDIA_MOST] = {{.fd = supervisor.fd, .events = POLLIN}, {.fd = outbound.fd, .events = POLLIN}};
    for (size_t i = 0; i < MEDIA_MOST; i++)
      p[2 + i] = (struct pollfd){.fd = media[i].fd, .events = POLLIN};
    (void)poll(p, 2 + MEDIA_MOST, -1);
    if (ipc_dispatch(&supervisor, from_supervisor, 3, NULL) != 0)
      leave(5);
    if (ipc_is_open(&outbound))
      (void)ipc_dispatch(&outbound, from_outbound, 1, NULL);
    for (size_t i = 0; i < MEDIA_MOST; i++)
      if (ipc_is_open(&media[i]))
        (void)ipc_dispatch(&media[i], from_media, 1, &media[i]);
  }
}

static void serve_media(void)
{
  for (;;) {
    struct pollfd p[2] = {{.fd = supervisor.fd, .events = POLLIN}, {.fd = web.fd, .events = POLLIN}};
    (void)poll(p, 2, -1);
    if (ipc_dispatch(&supervisor, from_supervisor, 1, NULL) != 0 || ipc_dispatch(&web, NULL, 0, NULL) != 0)
      leave(0);
  }
}

int main(int argc, char **argv)
{
  (void)argc;
  is_web = strstr(argv[0], "testudo-web") != NULL;
  is_outbound = strstr(argv[0], "testudo-outbound") != NULL;
  log_open("fake", LOG_ERROR + 1);
  if (boot_receive(&boot) != 0)
    return 2;
  introduce();
  misbehave(boot.config.data);
  web.fd = outbound.fd = -1;
  for (size_t i = 0; i < MEDIA_MOST; i++)
    media[i].fd = -1;
  if (ipc_open(&supervisor, BOOT_FD_SUPERVISOR, role(), IPC_SUPERVISOR) != 0)
    return 3;
  if (!is_web && (ipc_open(&web, BOOT_FD_WEB, role(), IPC_WEB) != 0 || ipc_send_type(&web, IPC_READY) != 0))
    return 3;
  if (ipc_send_type(&supervisor, IPC_READY) != 0)
    return 3;
  if (!is_web && strcmp(boot.config.data, "rude") == 0 && send(supervisor.fd, "\x63", 1, 0) != 1)
    return 3;
  if (is_web)
    serve_web();
  serve_media();
}
