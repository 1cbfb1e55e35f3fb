/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a media process has to do, measured once a second: what the web process goes by when it lets people in
 * (web/capacity.h), and what the metrics show. */
#ifndef TESTUDO_WORKER_METER_H
#define TESTUDO_WORKER_METER_H

#include "ipc/messages.h"
#include "media/media.h"
#include "worker/tcp.h"
#include "worker/udp.h"

#define METER_EVERY_US 1000000

struct meter {
  uint64_t read_us, cpu_us, unsent; /* at the last reading */
  uint64_t late_us;                 /* the most since then */
  uint64_t memory_first, peers_most;
};

void meter_begin(struct meter *m, uint64_t now_us);

/* A timer was looked after so late. */
static inline void meter_note(struct meter *m, uint64_t late_us)
{
  if (late_us > m->late_us)
    m->late_us = late_us;
}

static inline bool meter_is_due(const struct meter *m, uint64_t now_us)
{
  return now_us - m->read_us >= METER_EVERY_US;
}

/* What was since the last reading, and all sums. */
void meter_read(struct meter *m, uint64_t now_us, const struct media *media, const struct udp_counters *udp,
                const struct tcp_counters *tcp, struct ipc_load *load);

#endif
