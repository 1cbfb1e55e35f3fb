/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/process.h"
#include "cli/supervisor_internal.h"

#define PATIENCE_MS 4000 /* for an orderly end, before a process is killed */
#define EVENTS 16
#define RETRY_MS 50      /* when a child does not read for a while */

unsigned child_count(const struct supervisor *s)
{
  return 1u + s->config->media_processes + (config_wants_outbound(s->config) ? 1u : 0u);
}

struct child *child_at(struct supervisor *s, unsigned i)
{
  if (i == 0)
    return &s->web;
  return i <= s->config->media_processes ? &s->media[i - 1] : &s->outbound;
}

static void tell_to_stop(struct child *c)
{
  if (c->pid != 0)
    (void)ipc_send_type(&c->channel, IPC_STOP); /* who does not hear it is killed when patience ends */
}

static void kill_all(struct supervisor *s)
{
  for (unsigned i = 0; i < child_count(s); i++)
    if (child_at(s, i)->pid != 0)
      kill(child_at(s, i)->pid, SIGKILL);
}

/* Web first: it says goodbye to the browsers. The others are told when it has ended. */
void supervisor_stop(struct supervisor *s, int err)
{
  if (s->stopping) {
    kill_all(s);
    return;
  }
  s->stopping = true;
  s->err = err;
  s->kill_at_ms = supervisor_now_ms() + PATIENCE_MS;
  tell_to_stop(&s->web);
}

static int on_ready(void *ctx, struct span message, int fd)
{
  struct child *c = ctx;
  (void)message;
  (void)fd;
  c->was_ready = c->worked = true;
  return 0;
}

static const struct ipc_handler handlers[] = {
  {IPC_READY, on_ready},
  {IPC_SHARE, share_on_memory},
  {IPC_BELL, share_on_bell},
};

/* A child that closes its channel is ending; one that breaks it is made to. Both are seen again at their end. */
static void serve_channel(struct supervisor *s, struct child *c)
{
  int err = ipc_dispatch(&c->channel, handlers, sizeof handlers / sizeof handlers[0], c);
  if (err != 0 && err != ERR_CLOSED && c->pid != 0)
    kill(c->pid, SIGKILL);
  share_introduce(s);
}

static void reap(struct supervisor *s)
{
  for (unsigned i = 0; i < child_count(s); i++) {
    struct child *c = child_at(s, i);
    int status;
    if (c->pid != 0 && waitpid(c->pid, &status, WNOHANG) == c->pid) {
      serve_channel(s, c); /* its last words: it may have been ready after all */
      child_ended(s, c, status);
    }
  }
}

static void serve_signal(struct supervisor *s)
{
  struct signalfd_siginfo info;
  if (read(s->signals, &info, sizeof info) != (ssize_t)sizeof info)
    return;
  if (info.ssi_signo == SIGCHLD)
    reap(s);
  else
    supervisor_stop(s, 0);
}

static bool any_running(struct supervisor *s)
{
  for (unsigned i = 0; i < child_count(s); i++)
    if (child_at(s, i)->pid != 0)
      return true;
  return false;
}

static void start_what_is_due(struct supervisor *s)
{
  uint64_t now = supervisor_now_ms();
  for (unsigned i = 0; i < child_count(s); i++) {
    struct child *c = child_at(s, i);
    if (c->pid == 0 && c->start_at_ms <= now)
      child_start(s, c);
  }
}

static void go_on_stopping(struct supervisor *s)
{
  if (s->web.pid == 0)
    for (unsigned i = 1; i < child_count(s); i++)
      if (ipc_is_open(&child_at(s, i)->channel) && child_at(s, i)->channel.state != IPC_STOPPING) {
        tell_to_stop(child_at(s, i));
        child_at(s, i)->channel.state = IPC_STOPPING; /* told once */
      }
  if (supervisor_now_ms() >= s->kill_at_ms) {
    log_warning("not all processes have ended in order: they are killed");
    kill_all(s);
    s->kill_at_ms = supervisor_now_ms() + PATIENCE_MS;
  }
}

/* What a child had no room for. There is next to nothing to say, so this is not worth an event of its own. */
static bool flush_channels(struct supervisor *s)
{
  bool waiting = false;
  for (unsigned i = 0; i < child_count(s); i++)
    if (ipc_wants_write(&child_at(s, i)->channel)) {
      (void)ipc_flush(&child_at(s, i)->channel); /* a channel that ends is seen when the child has ended */
      waiting = waiting || ipc_wants_write(&child_at(s, i)->channel);
    }
  return waiting;
}

static int wait_ms(struct supervisor *s)
{
  uint64_t now = supervisor_now_ms(), next = s->stopping ? s->kill_at_ms : UINT64_MAX;
  if (flush_channels(s))
    return RETRY_MS;
  for (unsigned i = 0; i < child_count(s) && !s->stopping; i++)
    if (child_at(s, i)->pid == 0 && child_at(s, i)->start_at_ms < next)
      next = child_at(s, i)->start_at_ms;
  if (next == UINT64_MAX)
    return -1;
  return next <= now ? 0 : (int)(next - now);
}

static int turn(struct supervisor *s)
{
  struct epoll_event events[EVENTS];
  int n = epoll_wait(s->epoll, events, EVENTS, wait_ms(s));
  if (n < 0 && errno != EINTR)
    return ERR_IO;
  for (int i = 0; i < n; i++) {
    struct child *c = events[i].data.ptr;
    if (c == NULL)
      serve_signal(s);
    else if (ipc_is_open(&c->channel))
      serve_channel(s, c);
  }
  if (s->stopping)
    go_on_stopping(s);
  else
    start_what_is_due(s);
  return 0;
}

/* Signals are read from a descriptor, so that nothing happens between two lines of code. */
static int open_events(struct supervisor *s)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
    return ERR_IO;
  s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  s->epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event e = {.events = EPOLLIN};
  return s->signals >= 0 && s->epoll >= 0 && epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->signals, &e) == 0 ? 0 : ERR_IO;
}

static int find_executables(struct supervisor *s)
{
  if (process_find("testudo-web", "web", s->web_path, sizeof s->web_path) == 0 &&
      process_find("testudo-media", "worker", s->media_path, sizeof s->media_path) == 0 &&
      (!config_wants_outbound(s->config) ||
       process_find("testudo-outbound", "outbound", s->outbound_path, sizeof s->outbound_path) == 0))
    return 0;
  log_error("testudo-web, testudo-media and testudo-outbound must stand beside this executable. Mend: build all of it "
            "(./run does).");
  return ERR_NOT_FOUND;
}

/* As many connections as the machine allows; nothing that a child executes gains rights. */
static void prepare_process(void)
{
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
  }
  (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  signal(SIGPIPE, SIG_IGN);
}

static void init(struct supervisor *s, const struct config *config)
{
  s->config = config;
  s->epoll = s->signals = -1;
  s->web = (struct child){.role = IPC_WEB, .web_end = -1, .share_fd = -1, .bell_fd = -1, .channel.fd = -1};
  for (uint16_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    s->media[i] = (struct child){
      .role = IPC_MEDIA, .index = i, .web_end = -1, .share_fd = -1, .bell_fd = -1, .channel.fd = -1};
  s->outbound = (struct child){.role = IPC_OUTBOUND, .web_end = -1, .share_fd = -1, .bell_fd = -1, .channel.fd = -1};
}

static int run(struct supervisor *s)
{
  int err = find_executables(s);
  if (err == 0)
    err = open_events(s);
  if (err == 0)
    err = supervisor_open_sockets(s);
  while (err == 0 && (!s->stopping || any_running(s)))
    err = turn(s);
  kill_all(s);
  return err != 0 ? err : s->err;
}

int supervisor_run(const struct config *config)
{
  struct supervisor *s = calloc(1, sizeof *s);
  if (s == NULL)
    return ERR_NOMEM;
  prepare_process();
  init(s, config);
  int err = run(s);
  supervisor_close_sockets(s);
  if (s->epoll >= 0)
    close(s->epoll);
  if (s->signals >= 0)
    close(s->signals);
  free(s);
  if (err == 0)
    log_notice("stopped");
  return err;
}
