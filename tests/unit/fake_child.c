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
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/boot.h"
#include "ipc/ipc.h"
#include "ipc/share.h"

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

/* ---- a media process that shares rooms ---- */

/* What the others are told of is said with what was found in its memory. */
static int on_share(void *ctx, struct span message, int fd)
{
  const struct share_memory *memory;
  uint64_t record[SHARE_RECORD_WORDS] = {0};
  struct share_reader reader;
  size_t n;
  (void)ctx;
  if (share_check(fd) != 0 || share_map(fd, &memory) != 0)
    exit(6);
  reader = (struct share_reader){.memory = memory, .next = 1};
  (void)share_read(&reader, record, &n);
  tell("media %u sees %u: %u", boot.process, message.p[1], *(const uint8_t *)record);
  share_unmap(memory);
  close(fd);
  return 0;
}

static int on_bell(void *ctx, struct span message, int fd)
{
  const uint64_t one = 1;
  (void)ctx;
  if (write(fd, &one, sizeof one) == (ssize_t)sizeof one)
    tell("media %u rings %u", boot.process, message.p[1]);
  close(fd);
  return 0;
}

static int on_share_gone(void *ctx, struct span message, int fd)
{
  (void)ctx, (void)fd;
  tell("media %u misses %u", boot.process, message.p[1]);
  return 0;
}

static int hand_over(uint8_t type, int fd)
{
  const uint8_t message[] = {type, (uint8_t)boot.process};
  return ipc_send(&supervisor, span_of(message, sizeof message), fd);
}

/* One record with its number; of who is "open", in memory that anybody could write. */
static int share_memory(void)
{
  const uint8_t record = (uint8_t)(70 + boot.process);
  struct share_memory *memory;
  struct share_writer writer;
  int fd, bell = eventfd(0, EFD_NONBLOCK);
  if (share_make(&memory, &fd) != 0 || share_writer_init(&writer, memory) != 0)
    return -1;
  share_write(&writer, 1, span_of(&record, 1), (struct span){0});
  if (strcmp(boot.config.data, "open") == 0) {
    fd = memfd_create("open", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (ftruncate(fd, sizeof *memory) != 0)
      return -1;
  }
  int err = hand_over(IPC_SHARE, fd);
  if (err == 0)
    err = hand_over(IPC_BELL, bell);
  if (err == 0 && strcmp(boot.config.data, "again") == 0)
    err = hand_over(IPC_SHARE, fd);
  return err;
}

static bool shares(void)
{
  static const char *const how[] = {"share", "open", "again"};
  bool any = false;
  for (size_t i = 0; i < 3; i++)
    any |= strcmp(boot.config.data, how[i]) == 0;
  return any && !is_web && !is_outbound;
}

static const struct ipc_handler from_supervisor[] = {
  {IPC_STOP, on_stop}, {IPC_MEDIA_CHANNEL, on_media_channel}, {IPC_OUTBOUND_CHANNEL, on_outbound_channel},
  {IPC_SHARE, on_share}, {IPC_BELL, on_bell}, {IPC_SHARE_GONE, on_share_gone}};
#define FROM_SUPERVISOR (sizeof from_supervisor / sizeof from_supervisor[0])
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
    if (ipc_dispatch(&supervisor, from_supervisor, FROM_SUPERVISOR, NULL) != 0)
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
    if (ipc_dispatch(&supervisor, from_supervisor, FROM_SUPERVISOR, NULL) != 0 || ipc_dispatch(&web, NULL, 0, NULL) != 0)
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
  if (shares() && share_memory() != 0)
    return 3;
  if (ipc_send_type(&supervisor, IPC_READY) != 0)
    return 3;
  if (!is_web && strcmp(boot.config.data, "rude") == 0 && send(supervisor.fd, "\x63", 1, 0) != 1)
    return 3;
  if (is_web)
    serve_web();
  serve_media();
}
