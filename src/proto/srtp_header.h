/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As much of an RTP header (RFC 3550 section 5.1) as SRTP must know to find what to encrypt. */
#ifndef TESTUDO_PROTO_SRTP_HEADER_H
#define TESTUDO_PROTO_SRTP_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define RTP_FIXED_BYTES 12
#define RTP_EXTENSION_BYTES 4 /* "defined by profile" and length, before the extension's body */
#define RTP_X_BIT 0x10

struct srtp_header {
  size_t csrc_n;   /* bytes of CSRCs */
  size_t header_n; /* bytes of all: fixed part, CSRCs, extension */
  uint32_t ssrc;
  uint16_t seq;
  uint16_t profile; /* the extension's "defined by profile" word */
  bool extension;
};

/* ERR_TRUNCATED: the header is longer than n. ERR_MALFORMED: not version 2. */
int srtp_header_read(const uint8_t *packet, size_t n, struct srtp_header *h);

#endif
