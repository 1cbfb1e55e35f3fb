/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTUDO_PROTO_SRTP_NONCE_H
#define TESTUDO_PROTO_SRTP_NONCE_H

#include "base/bytes.h"
#include "proto/aead.h"

/* RFC 7714 sections 8.1 and 9.1: two zero bytes, the SSRC and a 48-bit index, mixed with the salt. */
static inline void srtp_make_iv(uint8_t iv[AEAD_IV_BYTES], const uint8_t salt[AEAD_IV_BYTES], uint32_t ssrc,
                                uint64_t index)
{
  struct writer w = writer_of(iv, AEAD_IV_BYTES);
  put_u64(&w, (uint64_t)ssrc << 16 | index >> 32);
  put_u32(&w, (uint32_t)index);
  for (size_t i = 0; i < AEAD_IV_BYTES; i++)
    iv[i] ^= salt[i];
}

#endif
