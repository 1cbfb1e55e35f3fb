/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether somebody's connection is so weak that others notice: one word from what is lost and how late the rest comes
 * in each second, which neither a single bad second nor a single good one changes. Pure. */
#ifndef TESTUDO_MEDIA_WEAKNESS_H
#define TESTUDO_MEDIA_WEAKNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "media/bandwidth_queue.h"

#define WEAKNESS_HIGH 20u /* of 256 lost: beyond it repairs are seen and heard ... */
#define WEAKNESS_LOW 14u  /* ... and below it they are not */
#define WEAKNESS_ALL 64u  /* what a second counts at most, also one in which nothing came */
#define WEAKNESS_SECONDS 3u /* in a row above WEAKNESS_HIGH until it is said, ... */
#define WEAKNESS_CALM_SECONDS 10u /* ... and below WEAKNESS_LOW until it is taken back */
#define WEAKNESS_LATE_US 400000u  /* behind the usual delay: people talk at once (the limit of ITU-T G.114) ... */
#define WEAKNESS_SLOW_US 200000u  /* ... and from here on it is not good again */
#define WEAKNESS_JUMP_US 100000   /* between two reports of a clock: it was set, or the device stood still */
#define WEAKNESS_USUAL_US 60000000u /* the least delay of so long is the usual one, ... */
#define WEAKNESS_USUAL_MOST_US 600000000u /* ... but of so long while it is late: a queue may stand for minutes */
#define WEAKNESS_LITTLE_ROOM_BPS 300000u /* on the way to somebody: a voice and the smallest pictures */

enum weakness_verdict { WEAKNESS_UNKNOWN, WEAKNESS_NONE, WEAKNESS_WEAK };

/* All zero is the beginning of a connection. */
struct weakness {
  uint16_t level_16; /* 16 times the smoothed loss, of 256 */
  uint8_t bad, calm; /* seconds in a row */
  uint8_t verdict;   /* enum weakness_verdict */
};

/* How late a stream comes. All zero is its beginning. */
struct weakness_delay {
  struct bandwidth_least packets, reports; /* the usual */
  uint32_t report_wait_us;
  bool is_unsteady; /* the last report moved the times of packets: nothing is known of them before the next one */
};

/* A sender report has come, `age_us` after its time by whatever two clocks; `moved_us`: by so much the times of packets
 * have moved since the one before. */
void weakness_report(struct weakness_delay *d, int64_t age_us, int64_t moved_us, uint64_t now_us);

/* Whether its reports are any measure: not of a microphone that loses time between them. */
static inline bool weakness_is_known(const struct weakness_delay *d)
{
  return d->reports.has_now && !d->is_unsteady;
}

/* How long it takes beyond the usual, with the age of its last packet. No more than what its last report took, which
 * waits for no encoder and no microphone that has lost time. */
uint32_t weakness_wait_us(struct weakness_delay *d, int64_t age_us, uint64_t now_us);

/* A second in which all came so late is as bad as one with so much lost, of 256. */
uint32_t weakness_of_wait(uint32_t wait_us);

/* Once a second, with what was lost in it, of 256. Whether the verdict is another one now. */
bool weakness_look(struct weakness *w, uint32_t lost);

#endif
