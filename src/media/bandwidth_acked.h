/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rate of what a receiver acknowledged, over half a second. Each packet counts twice: when it was sent, by our clock,
 * and when it came, by the receiver's. The rate is the smaller of the two: what the receiver says of its clock can
 * lower it, and cannot raise it beyond what was really sent. */
#ifndef TESTUDO_MEDIA_BANDWIDTH_ACKED_H
#define TESTUDO_MEDIA_BANDWIDTH_ACKED_H

#include <stdbool.h>
#include <stdint.h>

#define ACKED_STEP_US 50000
#define ACKED_STEPS 10

/* Bytes by time, in steps. All zero is empty. */
struct bandwidth_window {
  int64_t step;   /* the newest */
  uint32_t steps; /* since the first, at most ACKED_STEPS; 0: empty */
  uint32_t bytes[ACKED_STEPS];
};

void bandwidth_window_add(struct bandwidth_window *w, uint32_t bytes, int64_t at_us);

/* Over the whole steps before the newest; 0 until there are enough. What is older than the window counts as silence. */
uint32_t bandwidth_window_bps(const struct bandwidth_window *w);

/* All zero is empty. */
struct bandwidth_acked {
  struct bandwidth_window sent, arrived;
};

void bandwidth_acked_add(struct bandwidth_acked *a, uint32_t bytes, int64_t sent_us, int64_t arrival_us);

/* 0: not known yet. */
uint32_t bandwidth_acked_bps(const struct bandwidth_acked *a);

/* The receiver's clock has jumped: begin anew. */
void bandwidth_acked_reset(struct bandwidth_acked *a);

#endif
