/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the supervisor starts a child process: descriptors at fixed numbers, and one struct in a sealed memory file.
 * Nothing of it is on the command line, which every user of the machine can read. */
#ifndef TESTUDO_CLI_BOOT_H
#define TESTUDO_CLI_BOOT_H

#include "base/net.h"
#include "cli/config.h"

enum boot_fd {
  BOOT_FD_STRUCT = 3,     /* struct boot; closed by boot_receive */
  BOOT_FD_SUPERVISOR = 4, /* channel to the supervisor */
  BOOT_FD_WEB = 5,        /* channel to the web process; in all others */
  BOOT_FD_SOCKETS = 6,    /* the first of boot.sockets: listening TCP sockets (web), bound UDP and then listening TCP sockets (media) */
};

/* The exit code of a child that cannot work with this configuration: it has said why, and is not started again. */
#define BOOT_EXIT_CONFIG 78

struct boot {
  struct config config;
  uint16_t process; /* which of the media processes, else 0 */
  uint16_t sockets;
  struct net_addr socket[LIMIT_PROCESS_SOCKETS]; /* what each is bound to; .socket is its index, of TCP sockets for media with
                                            NET_TCP and counted apart */
};

/* In the supervisor: a descriptor of a sealed memory file with a copy of `b`. ERR_IO. */
int boot_send(const struct boot *b, int *fd);

/* In a child, first of all. Also sets close-on-exec on what it was given. ERR_IO or ERR_MALFORMED if this process was
 * not started by the supervisor of the same build. */
int boot_receive(struct boot *b);

#endif
