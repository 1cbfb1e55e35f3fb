/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture sent in several sizes: a=rid (RFC 8851) and a=simulcast (RFC 8853) of one section. Internal to sdp_*.c.
 * Layers are known by their rid alone, never by SSRC. */
#ifndef TESTUDO_PROTO_SDP_SIMULCAST_H
#define TESTUDO_PROTO_SDP_SIMULCAST_H

#include "proto/sdp.h"

#define SDP_RIDS 16 /* a=rid lines of a section, both directions */

struct sdp_rids {
  size_t n;
  struct {
    struct span id;
    bool sends;
  } list[SDP_RIDS];
  bool has_simulcast;
  struct span sends; /* the list behind a=simulcast's "send", empty when there is none */
};

/* The values of one a=rid and of the a=simulcast line. */
enum sdp_refusal sdp_rids_add(struct sdp_rids *r, struct span value);
enum sdp_refusal sdp_rids_simulcast(struct sdp_rids *r, struct span value);

/* Gives the section its layers in the order of the simulcast list; its kind, direction and extensions must be set.
 * Where the packets could not be told apart there are none, and the browser sends its first layer alone. */
enum sdp_refusal sdp_rids_finish(const struct sdp_rids *r, struct sdp_offer *offer, struct sdp_section *section);

#endif
