/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches that what one connection sends never uses a nonce of AES-GCM twice: from outside, by what stands on the wire.
 */
#ifndef TESTUDO_SIM_NONCES_H
#define TESTUDO_SIM_NONCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nonces;

struct nonces *nonces_new(void);
void nonces_free(struct nonces *n);

/* One SRTP packet, one SRTCP packet. False if its SSRC and index were used before. */
bool nonces_add_rtp(struct nonces *n, uint32_t ssrc, uint16_t sequence);
bool nonces_add_rtcp(struct nonces *n, const uint8_t *data, size_t size);

#endif
