/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payload types of one section and the choice among them. Internal to sdp_*.c. */
#ifndef TESTUDO_PROTO_SDP_CODEC_H
#define TESTUDO_PROTO_SDP_CODEC_H

#include "proto/sdp.h"

/* What a payload type stands for, as far as we care: enum sdp_codec_id goes on here. */
enum sdp_format { SDP_FORMAT_RTX = SDP_CODECS, SDP_FORMAT_RED, SDP_FORMATS, SDP_FORMAT_OTHER = SDP_FORMATS };

/* Name, clock and channels, as in a=rtpmap: "VP8/90000". */
extern const char *const sdp_format_names[SDP_FORMATS];

struct sdp_payload {
  uint8_t type;
  bool has_rtpmap;
  bool nack, pli, transport;
  unsigned format;  /* enum sdp_codec_id or enum sdp_format */
  struct span fmtp; /* may stand before a=rtpmap, so it is understood when the section ends */
};

/* In the order of the m= line, which is the client's preference. */
struct sdp_payloads {
  size_t n;
  struct sdp_payload list[LIMIT_SDP_CODECS];
};

/* What each payload type means in the whole offer: 0 nothing yet, else see sdp_codec.c. */
struct sdp_payload_types {
  uint8_t meaning[128];
};

/* The formats of an m= line. */
enum sdp_refusal sdp_payloads_start(struct sdp_payloads *p, struct span formats);

/* The values of one a=rtpmap, a=fmtp or a=rtcp-fb line. Lines about payload types that the m= line doesn't name are
 * ignored: Firefox writes such a=rtcp-fb lines. */
enum sdp_refusal sdp_payloads_rtpmap(struct sdp_payloads *p, struct span value);
enum sdp_refusal sdp_payloads_fmtp(struct sdp_payloads *p, struct span value);
enum sdp_refusal sdp_payloads_feedback(struct sdp_payloads *p, struct span value);

/* SDP_PAYLOAD_TYPE_REUSED when a number stands for something else in another section. */
enum sdp_refusal sdp_payloads_check(const struct sdp_payloads *p, struct sdp_payload_types *types);

/* Fills section->codecs; kind and direction must be set. None may fit. A source has a scalable one only if the client
 * prefers it to the others, and sends no simulcast (`one_stream`). */
void sdp_payloads_choose(const struct sdp_payloads *p, bool one_stream, struct sdp_section *section);

/* Takes scalable codecs out again: without the dependency descriptor nobody could tell their layers apart. */
void sdp_codecs_without_scalable(struct sdp_section *section);

#endif
