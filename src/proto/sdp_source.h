/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a=ssrc and a=ssrc-group (RFC 5576) of one section, gathered into streams. Internal to sdp_*.c. */
#ifndef TESTUDO_PROTO_SDP_SOURCE_H
#define TESTUDO_PROTO_SDP_SOURCE_H

#include "proto/sdp.h"

#define SDP_SSRCS (3 * LIMIT_SDP_SOURCES) /* a stream, its retransmissions, its forward error correction */

struct sdp_ssrcs {
  size_t n;
  struct {
    uint32_t ssrc;
    uint32_t rtx_ssrc; /* 0: none */
    bool repairs;      /* belongs to another one, by FID or FEC-FR */
  } list[SDP_SSRCS];
};

/* The values of one a=ssrc or a=ssrc-group line. What is said of an SSRC (cname, msid) is not of use to us. */
enum sdp_refusal sdp_ssrcs_add(struct sdp_ssrcs *s, struct span value);
enum sdp_refusal sdp_ssrcs_add_group(struct sdp_ssrcs *s, struct span value);

/* Fills section->streams, after checking that no other section of the offer claims the same SSRCs. */
enum sdp_refusal sdp_ssrcs_finish(const struct sdp_ssrcs *s, const struct sdp_offer *offer,
                                  struct sdp_section *section);

#endif
