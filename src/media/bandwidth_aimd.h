/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delay-based rate (draft-ietf-rmcat-gcc-02, 5.5): up while nothing queues, and down to less than what arrives when
 * a queue grows. Four things differ from the draft:
 *  - the way back up is CUBIC's (RFC 9438): fast to where the path was full before, slow around it, faster beyond, and
 *    the same for every round trip's time;
 *  - down it goes to less than what arrives only if what was sent tested the path, and to less than what came out of the
 *    queue if that is more than what came on average, because little was sent before;
 *  - behind a long queue it goes down further, so that it is gone in a second or two;
 *  - a queue that gets no shorter although the rate has gone down is another's, a bulk transfer's. Beside it the rate goes
 *    as TCP's does, up by a packet each round trip and down by loss, until the queue is gone: delay alone would be starved. */
#ifndef TESTUDO_MEDIA_BANDWIDTH_AIMD_H
#define TESTUDO_MEDIA_BANDWIDTH_AIMD_H

#include <stdbool.h>
#include <stdint.h>

#include "media/bandwidth_delay.h"

struct bandwidth_aimd {
  float bps;
  float goal_bps; /* where the path was full; 0: not known */
  float beyond_s; /* so long above it */
  uint64_t standing_us;
  uint32_t high_us; /* the queue, at its longest since it has last got shorter */
  float before_bps; /* to be gone back to if the last decrease was for nothing; 0: it was not */
  uint64_t updated_us, decreased_us;
  bool increasing;
  bool standing; /* a queue does, since standing_us, and it has not got shorter */
  bool crowded; /* beside a bulk transfer */
};

/* What a report said. */
struct bandwidth_state {
  enum bandwidth_usage usage;
  uint32_t acked_bps; /* 0: not known */
  uint32_t drained_bps; /* how fast this report's packets came out of a queue; 0: not known */
  uint32_t rtt_us, queue_us;
  uint32_t wait_us;         /* the least of this report's packets */
  uint64_t newest_us;       /* when the newest of them left */
  bool lost;                /* some were */
  bool application_limited; /* what is sent is no test of the path */
};

void bandwidth_aimd_init(struct bandwidth_aimd *a, uint32_t start_bps, uint64_t now_us);

/* True if it went down. */
bool bandwidth_aimd_update(struct bandwidth_aimd *a, const struct bandwidth_state *s, uint64_t now_us);

/* The rate is known by other means: a probe, or a limit that holds. */
void bandwidth_aimd_set(struct bandwidth_aimd *a, uint32_t bps, uint64_t now_us);

#endif
