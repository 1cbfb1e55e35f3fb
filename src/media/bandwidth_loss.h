/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A limit from loss (draft-ietf-rmcat-gcc-02, 6: more than 10 % lowers it, less than 2 % raises it), which knows links
 * that lose by nature: when going down has not made the loss less, it was not ours, and counts no longer. A full queue
 * answers to a lower rate at once, a bad radio link does not. */
#ifndef TESTUDO_MEDIA_BANDWIDTH_LOSS_H
#define TESTUDO_MEDIA_BANDWIDTH_LOSS_H

#include <stdbool.h>
#include <stdint.h>

#define BANDWIDTH_UNLIMITED UINT32_MAX

struct bandwidth_loss {
  uint32_t limit_bps; /* BANDWIDTH_UNLIMITED: loss says nothing */
  uint32_t lost, arrived; /* in the window */
  uint64_t window_us;     /* when it began */
  uint64_t settled_us;    /* what was sent before says nothing of the new rate */
  float nature;           /* part of packets that is lost whatever the rate */
  float tried;            /* loss when the limit went down last; 0: known what came of it */
  float cut;              /* to which part of the rate, and ... */
  uint32_t from_bps;      /* ... from where */
};

void bandwidth_loss_init(struct bandwidth_loss *l, uint64_t now_us);

/* Reports came about so many more packets, while this was the rate. True if the limit went down. */
bool bandwidth_loss_update(struct bandwidth_loss *l, uint32_t lost, uint32_t arrived, uint32_t rate_bps, uint32_t rtt_us,
                           uint64_t now_us);

#endif
