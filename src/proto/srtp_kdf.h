/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key derivation of SRTP (RFC 3711 section 4.3, RFC 6188), with key derivation rate 0: everything is derived once.
 */
#ifndef TESTUDO_PROTO_SRTP_KDF_H
#define TESTUDO_PROTO_SRTP_KDF_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum srtp_kdf_label {
  SRTP_KDF_RTP_KEY = 0,
  SRTP_KDF_RTP_AUTH = 1, /* the AEAD profiles have none; RFC 3711's test vectors do */
  SRTP_KDF_RTP_SALT = 2,
  SRTP_KDF_RTCP_KEY = 3,
  SRTP_KDF_RTCP_SALT = 5,
};

/* n bytes of session key or salt. The master key has 16 or 32 bytes; the master salt at most 14, shorter ones count as
 * filled up with zeros behind (RFC 7714 section 11). ERR_CRYPTO for other lengths and when the library fails. */
int srtp_kdf(struct span master_key, struct span master_salt, enum srtp_kdf_label label, uint8_t *out, size_t n);

#endif
