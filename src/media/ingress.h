/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much one peer may send to us: counted in fixed windows before anything of a datagram is looked at, so that what
 * is too much costs a comparison and no decryption, whoever sends it and however authentic it is. Media has a budget of
 * packets and bytes; checks, handshakes and feedback one of packets beside it, so that a flood of the one does not take
 * the other's place. */
#ifndef TESTUDO_MEDIA_INGRESS_H
#define TESTUDO_MEDIA_INGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

#define INGRESS_WINDOW_US 250000u
#define INGRESS_WINDOWS (1000000u / INGRESS_WINDOW_US) /* in a second */

struct ingress {
  uint32_t window; /* the number of the present one */
  uint32_t packets, bytes, control;
};

static inline void ingress_follow(struct ingress *i, uint64_t now_us)
{
  uint32_t window = (uint32_t)(now_us / INGRESS_WINDOW_US);
  if (i->window != window)
    *i = (struct ingress){.window = window};
}

/* A datagram of media. False: it is too much. */
static inline bool ingress_media(struct ingress *i, size_t n, uint64_t now_us)
{
  ingress_follow(i, now_us);
  i->packets++;
  i->bytes += (uint32_t)n;
  return i->packets <= LIMIT_INGRESS_PACKETS / INGRESS_WINDOWS && i->bytes <= LIMIT_INGRESS_BYTES / INGRESS_WINDOWS;
}

/* Any other. */
static inline bool ingress_control(struct ingress *i, uint64_t now_us)
{
  ingress_follow(i, now_us);
  return ++i->control <= LIMIT_INGRESS_CONTROL / INGRESS_WINDOWS;
}

#endif
