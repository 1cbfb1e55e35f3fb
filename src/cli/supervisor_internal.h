/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTUDO_CLI_SUPERVISOR_INTERNAL_H
#define TESTUDO_CLI_SUPERVISOR_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/limits.h"
#include "cli/config.h"
#include "ipc/ipc.h"

struct socket_set {
  int fd[LIMIT_PROCESS_SOCKETS];
  struct net_addr addr[LIMIT_PROCESS_SOCKETS]; /* .socket: see struct boot */
  uint16_t n;
};

struct child {
  enum ipc_role role;
  uint16_t index;             /* of a media process, else 0 */
  pid_t pid;                  /* 0: not running */
  struct ipc_channel channel;
  struct socket_set sockets;
  int share_fd, bell_fd;      /* of a media process: what the others are given (supervisor_share.c); -1: not yet */
  uint64_t knows;             /* the processes of which it was given it, bits */
  int web_end;                /* of all but web: the end of its channel that web has not been given yet, or -1 */
  bool was_ready;             /* this process */
  bool worked;                /* some process in this place was ready once */
  uint64_t started_ms;
  unsigned failures;          /* quick deaths in a row */
  uint64_t start_at_ms;       /* when to start it again, if it is not running */
};

struct supervisor {
  const struct config *config;
  char web_path[PATH_MAX], media_path[PATH_MAX], outbound_path[PATH_MAX];
  struct child web;
  struct child media[LIMIT_MEDIA_PROCESSES];
  struct child outbound;      /* run only if config_wants_outbound */
  int epoll, signals;
  bool stopping;
  uint64_t kill_at_ms;        /* while stopping: when patience ends */
  int err;                    /* why it stops, 0 if asked to */
};

/* supervisor_sockets.c: opens all; logs what cannot be had with the mend. ERR_IO, ERR_REFUSED. */
int supervisor_open_sockets(struct supervisor *s);
void supervisor_close_sockets(struct supervisor *s);

/* supervisor.c: all places of children that this configuration has; 0 is web, the last one outbound if there is one. */
unsigned child_count(const struct supervisor *s);
struct child *child_at(struct supervisor *s, unsigned i);

/* supervisor_share.c: handlers of IPC_SHARE and IPC_BELL, with the child as context; who does not know whom yet is
 * introduced; a child has ended. */
int share_on_memory(void *ctx, struct span message, int fd);
int share_on_bell(void *ctx, struct span message, int fd);
void share_introduce(struct supervisor *s);
void share_ended(struct supervisor *s, struct child *c);

/* supervisor_child.c */
uint64_t supervisor_now_ms(void);

/* Starts the process of this place; on failure the next try is scheduled. */
void child_start(struct supervisor *s, struct child *c);

/* What its end means: whether, and when, it is started again. `status` as of waitpid. */
void child_ended(struct supervisor *s, struct child *c, int status);

/* Gives the web process the channels that wait for it. */
void give_channels_to_web(struct supervisor *s);

/* Ends all, in order; `err` is remembered as the reason. */
void supervisor_stop(struct supervisor *s, int err);

#endif
