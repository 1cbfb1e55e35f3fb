/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a datagram on the media port is: by its first byte (RFC 7983), RTP from RTCP by the second (RFC 5761, 4). */
#ifndef TESTUDO_PROTO_DEMUX_H
#define TESTUDO_PROTO_DEMUX_H

#include "base/bytes.h"

enum demux_kind {
  DEMUX_OTHER, /* nothing that we speak, or too short to tell */
  DEMUX_STUN,
  DEMUX_DTLS,
  DEMUX_RTP,   /* or SRTP */
  DEMUX_RTCP,  /* or SRTCP */
};

/* A guess from at most two bytes: the parser of that protocol still has to accept the rest. */
enum demux_kind demux_datagram(struct span datagram);

#endif
