/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network namespace with one TUN device in it: what goes out of it can be read as raw packets. */
#ifndef TESTUDO_LINK_NET_H
#define TESTUDO_LINK_NET_H

#include <stdbool.h>

struct leg_net {
  int namespace_fd; /* /proc/PID/fd/N of it is what nsenter(1) enters */
  int tun_fd;       /* non-blocking; one IP packet a read or write */
};

/* Makes the device "link" with the address 10.77.0.`host`/24 and the default route, in a new namespace or (`own`) in
 * the caller's, where it also brings loopback up. Needs CAP_NET_ADMIN and CAP_SYS_ADMIN. Returns 0 or ERR_IO with
 * errno. */
int leg_net_open(struct leg_net *net, bool own, unsigned host);

#endif
