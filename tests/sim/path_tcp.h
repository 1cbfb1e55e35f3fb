/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bulk transfer beside media: NewReno's window (RFC 5681, RFC 6582) with an acknowledgement for each packet and loss
 * seen by three later ones, as QUIC and TCP with SACK do. */
#ifndef TESTUDO_SIM_PATH_TCP_H
#define TESTUDO_SIM_PATH_TCP_H

#include "path.h"

#define TCP_WINDOW 4096u /* packets under way; a power of two */
#define TCP_BINS 3000u

struct path_tcp_config {
  uint64_t start_us, stop_us;
  uint32_t file_least, file_most; /* bytes; 0: without end */
  uint32_t off_mean_us;           /* between files, exponentially distributed */
  bool starts_off;
};

struct path_tcp {
  struct path_tcp_config config;
  uint32_t flow;
  uint64_t next, base;             /* packet numbers: to send; the oldest that is under way */
  uint8_t state[TCP_WINDOW];       /* 1: under way, 0: acknowledged or given up */
  uint64_t sent_us[TCP_WINDOW];
  uint64_t in_flight, highest_acked, recover;
  double window, threshold;
  double left; /* packets of the file, not yet acknowledged */
  bool on;
  uint64_t srtt_us, last_ack_us;
  uint32_t received[TCP_BINS]; /* bytes by 100 ms */
  uint64_t files;
};

void path_tcp_add(struct path *p, uint32_t flow, struct path_tcp *t, const struct path_tcp_config *config);

#endif
