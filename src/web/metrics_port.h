/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The local port on which metrics are told (metrics.h), in the event loop of the web process. One question at a time for
 * each of a few connections; nothing is allocated after the start. */
#ifndef TESTUDO_WEB_METRICS_PORT_H
#define TESTUDO_WEB_METRICS_PORT_H

#include <stdbool.h>
#include <uv.h>

#include "web/metrics.h"

#define METRICS_CONNECTIONS 4 /* more wait */

struct metrics_port;

struct metrics_connection {
  uv_tcp_t tcp;
  uv_timer_t timer; /* who says nothing is cut off */
  uv_write_t write;
  struct metrics_port *port;
  unsigned open; /* handles that are not closed yet; 0: free */
  size_t asked_n;
  uint8_t asked[METRICS_REQUEST];
  char *answer; /* METRICS_TEXT bytes */
};

/* Zeroed: closed. */
struct metrics_port {
  uv_tcp_t listener;
  bool is_open, waiting; /* somebody has come and found no place: libuv tells of nobody else until then */
  const struct rooms *rooms;
  struct metrics_connection connection[METRICS_CONNECTIONS];
};

/* `fd` is taken over. Outside of the sandbox, in which nothing may listen. ERR_IO, ERR_NOMEM. */
int metrics_port_open(struct metrics_port *m, uv_loop_t *loop, int fd, const struct rooms *rooms);

/* What is open is closed at the loop's next turn, and must live until then. */
void metrics_port_close(struct metrics_port *m);

#endif
