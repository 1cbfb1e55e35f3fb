/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a queue growing on the path? From the differences between when groups of packets left and when they came, a line
 * is fitted through the smoothed sum of delay changes (draft-ietf-rmcat-gcc-02, 5.2, in the "trendline" form that
 * replaced the Kalman filter); its slope, against a threshold that adapts itself (5.4), says so. Adapting is what keeps a
 * flow of ours alive beside TCP, whose queue's waves would else count as our own overuse. */
#ifndef TESTUDO_MEDIA_BANDWIDTH_DELAY_H
#define TESTUDO_MEDIA_BANDWIDTH_DELAY_H

#include <stdbool.h>
#include <stdint.h>

#define DELAY_WINDOW 20u

enum bandwidth_usage { BANDWIDTH_NORMAL, BANDWIDTH_OVERUSE, BANDWIDTH_UNDERUSE };

/* Packets that left within a few ms, or that came in one lump. */
struct bandwidth_group {
  int64_t first_sent_us, sent_us; /* of the first and the last that left */
  int64_t first_arrival_us, arrival_us;
};

/* All zero is the beginning. */
struct bandwidth_delay {
  struct bandwidth_group current, previous;
  uint8_t groups; /* 0, 1: only `current`, 2: both */
  uint8_t usage;  /* enum bandwidth_usage */
  uint8_t points, at;
  uint8_t over_count;
  uint32_t deltas;
  int64_t epoch_us; /* arrival of the first group */
  float sum_ms, smooth_ms;
  float x_ms[DELAY_WINDOW], y_ms[DELAY_WINDOW];
  float threshold_ms; /* 0: the initial one */
  float slope, over_ms;
  int64_t adapted_us;
};

/* A packet that came, in the order of sending. */
void bandwidth_delay_arrived(struct bandwidth_delay *d, int64_t sent_us, int64_t arrival_us);

static inline enum bandwidth_usage bandwidth_delay_usage(const struct bandwidth_delay *d)
{
  return (enum bandwidth_usage)d->usage;
}

/* The receiver's clock has jumped, or nothing came for long: begin anew, but keep the threshold. */
void bandwidth_delay_reset(struct bandwidth_delay *d);

#endif
