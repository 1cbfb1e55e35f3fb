/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTP header extensions in SDP (RFC 8285): which we know, where each is accepted. Internal to sdp_*.c, but for the URIs
 * that the answer writes. */
#ifndef TESTUDO_PROTO_SDP_EXTENSION_H
#define TESTUDO_PROTO_SDP_EXTENSION_H

#include "proto/sdp.h"

struct sdp_extension_rule {
  const char *uri;
  bool in_audio, in_video;
  bool needs_cryptex;           /* tells about people: only when it travels encrypted (T6) */
  enum sdp_direction direction; /* of the client's packets that it is of use in */
};

/* One line for each extension that we accept; all others are left out of the answer. */
extern const struct sdp_extension_rule sdp_extension_rules[SDP_EXTENSIONS];

/* a=extmap lines of the section that is being read. */
struct sdp_extmap {
  uint8_t id[SDP_EXTENSIONS]; /* 0: not offered */
  enum sdp_direction direction[SDP_EXTENSIONS];
  uint8_t taken[256 / 8]; /* ids of this section, ours or not */
};

/* What each id means in the whole offer; see sdp_extension.c. */
struct sdp_extension_ids {
  uint8_t meaning[256];
};

/* Takes the value of one a=extmap line. */
enum sdp_refusal sdp_extmap_add(struct sdp_extmap *m, struct sdp_extension_ids *ids, struct span value);

/* Whether the dependency descriptor will be accepted; the section's kind, direction and codecs must be set. */
bool sdp_extmap_has_dependency(const struct sdp_extmap *m, const struct sdp_section *section);

/* Fills section->extension_id with what is accepted, and the offer's; the section's kind, direction and codecs and the
 * offer's cryptex must be set. SDP_EXTENSION_REUSED when another section has accepted the same extension with another id. */
enum sdp_refusal sdp_extmap_accept(const struct sdp_extmap *m, struct sdp_offer *offer, struct sdp_section *section);

/* At the end: SDP_EXTENSION_REUSED when an id that was accepted means something else in any section. For ids that we
 * don't accept it makes no difference, and aiortc does so. */
enum sdp_refusal sdp_extension_ids_check(const struct sdp_extension_ids *ids, const struct sdp_offer *offer);

#endif
