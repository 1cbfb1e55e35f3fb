/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether somebody's connection is so weak that others notice: one word from what is lost in each second, which neither
 * a single bad second nor a single good one changes. Pure. */
#ifndef TESTUDO_MEDIA_WEAKNESS_H
#define TESTUDO_MEDIA_WEAKNESS_H

#include <stdbool.h>
#include <stdint.h>

#define WEAKNESS_HIGH 20u /* of 256 lost: beyond it repairs are seen and heard ... */
#define WEAKNESS_LOW 14u  /* ... and below it they are not */
#define WEAKNESS_ALL 64u  /* what a second counts at most, also one in which nothing came */
#define WEAKNESS_SECONDS 3u /* in a row above WEAKNESS_HIGH until it is said, ... */
#define WEAKNESS_CALM_SECONDS 10u /* ... and below WEAKNESS_LOW until it is taken back */
#define WEAKNESS_LITTLE_ROOM_BPS 300000u /* on the way to somebody: a voice and the smallest pictures */

enum weakness_verdict { WEAKNESS_UNKNOWN, WEAKNESS_NONE, WEAKNESS_WEAK };

/* All zero is the beginning of a connection. */
struct weakness {
  uint16_t level_16; /* 16 times the smoothed loss, of 256 */
  uint8_t bad, calm; /* seconds in a row */
  uint8_t verdict;   /* enum weakness_verdict */
};

/* Once a second, with what was lost in it, of 256. Whether the verdict is another one now. */
bool weakness_look(struct weakness *w, uint32_t lost);

#endif
