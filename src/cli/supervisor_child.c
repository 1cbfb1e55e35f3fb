/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a child: started, ready, ended, started again. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/boot.h"
#include "cli/process.h"
#include "cli/supervisor_internal.h"

#define QUICK_MS 10000          /* who lives shorter has failed */
#define LEAST_PAUSE_MS 100      /* before a restart, doubled with each failure */
#define LONGEST_PAUSE_MS 5000
#define TRIES_UNTIL_READY 5     /* of a process that has never worked */
#define MOST_FDS (BOOT_FD_SOCKETS - BOOT_FD_STRUCT + LIMIT_PROCESS_SOCKETS)

uint64_t supervisor_now_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static const char *name_of(const struct child *c)
{
  return c->role == IPC_WEB ? "web" : c->role == IPC_MEDIA ? "media" : "outbound";
}

static const char *path_of(const struct supervisor *s, const struct child *c)
{
  return c->role == IPC_WEB ? s->web_path : c->role == IPC_MEDIA ? s->media_path : s->outbound_path;
}

static void forget_web_end(struct child *c)
{
  if (c->web_end >= 0)
    close(c->web_end);
  c->web_end = -1;
}

/* All that the process is given; -1 where it gets none. The supervisor's copies are closed by close_given. */
struct given {
  int fd[MOST_FDS];
  size_t n;
};

static int *given_at(struct given *g, int number)
{
  return &g->fd[number - BOOT_FD_STRUCT];
}

static void close_given(struct given *g)
{
  for (int number = BOOT_FD_STRUCT; number < BOOT_FD_SOCKETS; number++)
    if (*given_at(g, number) >= 0)
      close(*given_at(g, number));
}

static int send_boot(const struct supervisor *s, const struct child *c, struct given *g)
{
  struct boot b;
  memset(&b, 0, sizeof b);
  b.config = *s->config;
  b.process = c->index;
  b.sockets = c->sockets.n;
  memcpy(b.socket, c->sockets.addr, c->sockets.n * sizeof b.socket[0]);
  return boot_send(&b, given_at(g, BOOT_FD_STRUCT));
}

/* Makes the channels of a new process: our end is opened, the end for web of any other process waits in `web_end`. */
static int make_channels(struct supervisor *s, struct child *c, struct given *g)
{
  int pair[2];
  if (ipc_pair(pair) != 0)
    return ERR_IO;
  *given_at(g, BOOT_FD_SUPERVISOR) = pair[1];
  if (ipc_open(&c->channel, pair[0], IPC_SUPERVISOR, c->role) != 0)
    return ERR_IO;
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, c->channel.fd, &e) != 0)
    return ERR_IO;
  if (c->role == IPC_WEB)
    return 0;
  if (ipc_pair(pair) != 0)
    return ERR_IO;
  *given_at(g, BOOT_FD_WEB) = pair[1];
  c->web_end = pair[0];
  return 0;
}

static int launch(struct supervisor *s, struct child *c)
{
  struct given g = {.n = (size_t)(BOOT_FD_SOCKETS - BOOT_FD_STRUCT) + c->sockets.n};
  for (size_t i = 0; i < MOST_FDS; i++)
    g.fd[i] = -1;
  memcpy(given_at(&g, BOOT_FD_SOCKETS), c->sockets.fd, c->sockets.n * sizeof(int));
  int err = send_boot(s, c, &g);
  if (err == 0)
    err = make_channels(s, c, &g);
  if (err == 0)
    err = process_start(path_of(s, c), BOOT_FD_STRUCT, g.fd, g.n, &c->pid);
  close_given(&g);
  return err;
}

static void schedule(struct child *c)
{
  unsigned doublings = c->failures > 6 ? 6 : c->failures;
  uint64_t pause = c->failures == 0 ? 0 : (uint64_t)LEAST_PAUSE_MS << doublings;
  c->start_at_ms = supervisor_now_ms() + (pause < LONGEST_PAUSE_MS ? pause : LONGEST_PAUSE_MS);
}

void child_start(struct supervisor *s, struct child *c)
{
  c->was_ready = false;
  c->started_ms = supervisor_now_ms();
  if (launch(s, c) != 0) {
    log_error("%s %u cannot be started: %s", name_of(c), c->index, strerror(errno));
    ipc_close(&c->channel);
    forget_web_end(c);
    share_ended(s, c);
    c->failures++;
    schedule(c);
    return;
  }
  give_channels_to_web(s);
}

static int give_channel(struct supervisor *s, const struct child *c)
{
  const uint8_t message[] = {IPC_MEDIA_CHANNEL, (uint8_t)c->index}, outbound[] = {IPC_OUTBOUND_CHANNEL};
  return ipc_send(&s->web.channel,
                  c->role == IPC_MEDIA ? span_of(message, sizeof message) : span_of(outbound, sizeof outbound),
                  c->web_end);
}

void give_channels_to_web(struct supervisor *s)
{
  for (unsigned i = 1; i < child_count(s); i++) {
    struct child *c = child_at(s, i);
    if (c->web_end < 0 || s->web.pid == 0)
      continue;
    if (give_channel(s, c) != 0)
      return; /* web is ending: the next one gets it */
    forget_web_end(c);
  }
}

static void log_end(const struct child *c, int status)
{
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
    log_error("%s %u was killed by its sandbox: it tried a system call that it may not use", name_of(c), c->index);
  else if (WIFSIGNALED(status))
    log_error("%s %u was killed by signal %d", name_of(c), c->index, WTERMSIG(status));
  else if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != BOOT_EXIT_CONFIG) /* which has said why */
    log_error("%s %u ended with code %d", name_of(c), c->index, WEXITSTATUS(status));
  else if (WEXITSTATUS(status) == 0)
    log_notice("%s %u has ended", name_of(c), c->index);
}

/* Whether another start is of use. A process that has worked before is always tried again, with growing pauses. */
static bool is_hopeless(const struct child *c, int status)
{
  if (WIFEXITED(status) && WEXITSTATUS(status) == BOOT_EXIT_CONFIG)
    return true;
  return !c->worked && c->failures >= TRIES_UNTIL_READY;
}

void child_ended(struct supervisor *s, struct child *c, int status)
{
  bool in_order = WIFEXITED(status) && WEXITSTATUS(status) == 0 && c->was_ready;
  bool quick = supervisor_now_ms() - c->started_ms < QUICK_MS;
  c->pid = 0;
  ipc_close(&c->channel);
  forget_web_end(c);
  share_ended(s, c);
  if (!s->stopping || !in_order)
    log_end(c, status);
  if (s->stopping)
    return;
  if (!in_order)
    c->failures = quick ? c->failures + 1 : 0;
  if (is_hopeless(c, status)) {
    if (c->failures > 1)
      log_error("%s %u has failed %u times in a row: giving up. What it said is above.", name_of(c), c->index,
                c->failures);
    supervisor_stop(s, ERR_REFUSED);
    return;
  }
  schedule(c);
}
