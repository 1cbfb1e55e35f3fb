/* SPDX-License-Identifier: GPL-3.0-or-later */
/* H.264 in RTP (RFC 6184), packetization modes 0 and 1: which NAL units begin in a packet. Only NAL unit headers are
 * read, never coded video (T7). */
#ifndef TESTUDO_PROTO_H264_H
#define TESTUDO_PROTO_H264_H

#include <stdbool.h>

#include "base/bytes.h"

struct h264_units {
  bool sps;   /* sequence parameter set */
  bool pps;   /* picture parameter set */
  bool idr;   /* the beginning of a slice of an IDR picture */
  bool other; /* the beginning of anything else */
};

/* What begins in this payload: of a single NAL unit that one, of a STAP-A all that it holds, of an FU-A its unit if
 * this is the first fragment. ERR_TRUNCATED, ERR_MALFORMED, ERR_UNSUPPORTED (interleaved mode, reserved types). */
int h264_parse(struct span payload, struct h264_units *units);

/* True if a decoder that knows nothing yet can begin with this packet: it holds a sequence parameter set, which
 * browsers send before every IDR picture. An IDR slice alone is not enough. */
bool h264_key_start(struct span payload);

#endif
