/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much one peer may send to us, counted in fixed windows. Only what proved authentic is counted, so that nobody
 * uses up another's budget by sending in his name; once it is used up, the rest of the window is dropped before it is
 * decrypted. Media has a budget of packets and bytes; checks and feedback have one of packets beside it, so that a
 * flood of the one does not take the other's place. DTLS, which proves itself late, has one of its own. */
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
  uint32_t packets, bytes, control, handshake;
};

static inline void ingress_follow(struct ingress *i, uint64_t now_us)
{
  uint32_t window = (uint32_t)(now_us / INGRESS_WINDOW_US);
  if (i->window != window)
    *i = (struct ingress){.window = window};
}

/* No more media in this window. */
static inline bool ingress_media_full(struct ingress *i, uint64_t now_us)
{
  ingress_follow(i, now_us);
  return i->packets >= LIMIT_INGRESS_PACKETS / INGRESS_WINDOWS || i->bytes >= LIMIT_INGRESS_BYTES / INGRESS_WINDOWS;
}

/* An authentic packet of media. */
static inline void ingress_media(struct ingress *i, size_t n)
{
  i->packets++;
  i->bytes += (uint32_t)n;
}

/* No more checks or feedback. */
static inline bool ingress_control_full(struct ingress *i, uint64_t now_us)
{
  ingress_follow(i, now_us);
  return i->control >= LIMIT_INGRESS_CONTROL / INGRESS_WINDOWS;
}

/* An authentic one of them. */
static inline void ingress_control(struct ingress *i)
{
  i->control++;
}

/* A datagram of DTLS. False: it is too much. */
static inline bool ingress_handshake(struct ingress *i, uint64_t now_us)
{
  ingress_follow(i, now_us);
  return ++i->handshake <= LIMIT_INGRESS_HANDSHAKE / INGRESS_WINDOWS;
}

#endif
