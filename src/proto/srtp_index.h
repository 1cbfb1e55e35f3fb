/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 48-bit index of a packet, of which only the lower 16 bits (the sequence number) travel with it. */
#ifndef TESTUDO_PROTO_SRTP_INDEX_H
#define TESTUDO_PROTO_SRTP_INDEX_H

#include <stdint.h>

#include "base/err.h"

#define SRTP_INDEX_MAX 0xffffffffffffull

static inline uint64_t srtp_index(uint32_t roc, uint16_t seq)
{
  return (uint64_t)roc << 16 | seq;
}

/* The index of a received packet: of the three candidates with its sequence number, the one nearest to the highest so
 * far (RFC 3711 appendix A). `end` is that highest plus one; 0: none yet, then the ROC is 0. ERR_REPLAY: it would lie
 * before index 0. ERR_LIMIT: beyond SRTP_INDEX_MAX. */
int srtp_index_estimate(uint64_t end, uint16_t seq, uint64_t *index);

#endif
