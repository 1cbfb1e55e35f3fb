/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cryptex (RFC 9335): header extension and CSRCs encrypted together with the payload. */
#ifndef TESTUDO_PROTO_SRTP_CRYPTEX_H
#define TESTUDO_PROTO_SRTP_CRYPTEX_H

#include <stdbool.h>

#include "proto/aead.h"
#include "proto/srtp_header.h"

/* True if the packet was protected with Cryptex, as its extension's word tells. */
bool srtp_is_cryptex(const struct srtp_header *h);

/* Gives a header with CSRCs alone, which ends at packet + h->header_n, the empty extension that tells the receiver that
 * they are encrypted (section 5.1). There must be room for RTP_EXTENSION_BYTES; h is brought up to date. */
void srtp_cryptex_add_extension(uint8_t *packet, struct srtp_header *h);

/* Seals in place a packet that has an extension and whose clear payload of payload_n bytes stands behind its header;
 * the tag goes behind that. ERR_UNSUPPORTED: not an extension of RFC 8285. Else as aead_seal. */
int srtp_cryptex_seal(const struct aead_key *key, const uint8_t iv[AEAD_IV_BYTES], uint8_t *packet,
                      const struct srtp_header *h, size_t payload_n);

/* Opens in place a packet for which srtp_is_cryptex is true; the tag stands at packet + plain_n. Errors as aead_open.
 */
int srtp_cryptex_open(const struct aead_key *key, const uint8_t iv[AEAD_IV_BYTES], uint8_t *packet,
                      const struct srtp_header *h, size_t plain_n);

#endif
