/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each step of a handshake takes as long as the sending of a hundred packets, and a crowd may come at once. So what comes
 * of handshakes waits in one line, in its order, and is taken a datagram at a time once media has been served
 * (media_work): who is in does not wait for who comes. A full line drops what comes next, as a network does, and the
 * client sends it again; one peer has but a few places in it. */
#ifndef TESTUDO_MEDIA_HANDSHAKES_H
#define TESTUDO_MEDIA_HANDSHAKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/slab.h"

struct peer;

struct handshake_datagram {
  slab_id peer; /* which may be gone when it is taken */
  uint16_t n;
  uint8_t data[LIMIT_DATAGRAM];
};

struct handshakes {
  struct handshake_datagram *line; /* LIMIT_HANDSHAKE_LINE of them, a ring */
  uint32_t first, count;
};

/* ERR_NOMEM. */
int handshakes_init(struct handshakes *h);
void handshakes_fini(struct handshakes *h);

/* A datagram of at most LIMIT_DATAGRAM bytes, copied. ERR_LIMIT: no place for it. */
int handshakes_put(struct handshakes *h, struct peer *p, const uint8_t *data, size_t n);

/* The datagram that has waited longest, until the next call of handshakes_put. NULL: there is none. */
const struct handshake_datagram *handshakes_take(struct handshakes *h);

#endif
