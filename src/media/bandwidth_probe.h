/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trying for more: a probe is a short run of packets at a higher rate, of media and, where there is too little of it, of
 * padding. How fast it arrives tells what the path carries long before a slow climb would. One runs at a time. When:
 * at the start, after a drop, and now and then while the demand is higher than the target; less often the less it helps. */
#ifndef TESTUDO_MEDIA_BANDWIDTH_PROBE_H
#define TESTUDO_MEDIA_BANDWIDTH_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/* Packets that passed one place. */
struct bandwidth_run {
  int64_t first_us, last_us;
  uint32_t first_bytes, last_bytes; /* of the first packet and of the last */
  uint32_t bytes, packets;
};

struct bandwidth_prober {
  uint64_t planned_us; /* the next one */
  uint64_t begun_us;   /* the present one */
  uint64_t known_us;   /* when its result was */
  uint64_t pause_us;   /* to the next one: grows while probes show nothing new */
  uint32_t planned_bps, rate_bps, bytes;
  uint32_t target_bps; /* when it began */
  uint32_t most_bps;   /* faster is of no use */
  uint8_t retries;     /* at the start */
  uint8_t cluster;
  bool running, waiting; /* for packets to leave; for reports about them */
  bool wanted;           /* the demand is higher than the target */
  bool starting;         /* until the first probe that is too much */
  struct bandwidth_run sent, came;
  uint32_t lost; /* packets of it */
};

void bandwidth_prober_init(struct bandwidth_prober *p, uint32_t start_bps, uint64_t now_us);

/* A try at this rate at that time, in place of one that was planned. */
void bandwidth_prober_plan(struct bandwidth_prober *p, uint32_t rate_bps, uint64_t at_us);

/* The path was just seen to be full: no try for a while. */
void bandwidth_prober_postpone(struct bandwidth_prober *p, uint64_t now_us);

/* There is a sign that the path carries more now. */
void bandwidth_prober_hurry(struct bandwidth_prober *p, uint64_t now_us);

/* The target may have changed, or the demand: is a try worth it, and how far? */
void bandwidth_prober_consider(struct bandwidth_prober *p, uint32_t target_bps, uint32_t demand_bps, uint64_t now_us);

/* How many bytes are due for a running or beginning probe; 0: none. */
uint32_t bandwidth_prober_due(struct bandwidth_prober *p, uint64_t now_us);

/* A packet leaves: the cluster that it belongs to, or 0. */
uint8_t bandwidth_prober_sent(struct bandwidth_prober *p, uint32_t bytes, uint64_t now_us);

/* One of a cluster is reported lost, or came. */
void bandwidth_prober_lost(struct bandwidth_prober *p, uint8_t cluster);
void bandwidth_prober_arrived(struct bandwidth_prober *p, uint8_t cluster, uint32_t bytes, int64_t arrival_us);

/* The rate that a completed probe has shown, once; 0: none. */
uint32_t bandwidth_prober_result(struct bandwidth_prober *p, uint64_t now_us);

/* Reports of now may show the queue of a probe. */
bool bandwidth_prober_is_near(const struct bandwidth_prober *p, uint64_t now_us);

/* When bandwidth_prober_due or bandwidth_prober_result has something new; UINT64_MAX: not foreseen. */
uint64_t bandwidth_prober_next_us(const struct bandwidth_prober *p);

#endif
