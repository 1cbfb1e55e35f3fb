/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sockets on which the server is reached. The supervisor opens them, keeps them and lends them to its children, so
 * that a restarted child is reached at the same addresses. All are non-blocking and close-on-exec. */
#ifndef TESTUDO_CLI_LISTEN_H
#define TESTUDO_CLI_LISTEN_H

#include <stdbool.h>

#include "cli/config.h"

/* A listening TCP socket. ERR_IO; errno says why. */
int listen_tcp(const struct net_addr *address, int *fd);

/* A bound UDP socket with large buffers. `this_machine_only`: packets that came in through another interface than the
 * loopback one are refused by the kernel, whatever address it is bound to. ERR_IO; errno says why. */
int listen_udp(const struct net_addr *address, bool this_machine_only, int *fd);

/* A listening TCP socket for media, and what connections inherit from it: packets leave at once, little waits in the
 * kernel, and who takes nothing for too long is cut off. `this_machine_only` as above. ERR_IO; errno says why. */
int listen_media_tcp(const struct net_addr *address, bool this_machine_only, int *fd);

/* The addresses for media: those of the configuration or, without any, all of this machine that suit the profile (with
 * loopback in those for this machine alone, without it in production; never link-local ones), at most LIMIT_LISTEN_ADDRESSES.
 * Ports are 0. ERR_IO; errno says why. */
int listen_media_addresses(const struct config *config, struct config_addresses *out);

#endif
