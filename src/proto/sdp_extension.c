/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sdp_extension.h"

#include "proto/sdp_text.h"

const struct sdp_extension_rule sdp_extension_rules[SDP_EXTENSIONS] = {
    [SDP_EXT_MID] = {"urn:ietf:params:rtp-hdrext:sdes:mid", true, true, false, SDP_SENDONLY},
    [SDP_EXT_AUDIO_LEVEL] = {"urn:ietf:params:rtp-hdrext:ssrc-audio-level", true, false, true, SDP_SENDRECV},
    /* It may be read: the number counts the packets of the connection, and who sees them on the wire can count them
     * himself. Speech and silence, and whose a packet is, have no part in it. */
    [SDP_EXT_TRANSPORT] = {"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", true, true,
                           false, SDP_SENDRECV},
    [SDP_EXT_RID] = {"urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", false, true, false, SDP_SENDONLY},
    [SDP_EXT_REPAIRED_RID] = {"urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", false, true, false,
                              SDP_SENDONLY},
    /* It may be read: it tells of pictures what their sizes on the wire tell as well, and nothing of speech. */
    [SDP_EXT_DEPENDENCY] = {"https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
                            false, true, false, SDP_SENDRECV},
};

/* Two meanings, none yet, one that we don't know, or from MEANING_OURS on an enum sdp_extension. */
enum { MEANING_NONE, MEANING_MIXED, MEANING_UNKNOWN, MEANING_OURS };

static int find_rule(struct span uri)
{
  for (int i = 0; i < SDP_EXTENSIONS; i++)
    if (sdp_text_is(uri, sdp_extension_rules[i].uri))
      return i;
  return -1;
}

static int parse_direction(struct span s, enum sdp_direction *direction)
{
  for (int i = SDP_INACTIVE; i <= SDP_SENDRECV; i++)
    if (sdp_text_is(s, sdp_direction_names[i])) {
      *direction = (enum sdp_direction)i;
      return 0;
    }
  return ERR_MALFORMED;
}

/* "4 uri", "4/recvonly uri", with attributes of the extension behind. Ids from 4096 on are for offers with more
 * extensions than ids (RFC 8285, section 7); such an id is given out as 0. */
static int parse_extmap(struct span value, uint8_t *id, enum sdp_direction *direction, struct span *uri)
{
  struct span place = sdp_text_split(&value, ' ');
  struct span number = sdp_text_split(&place, '/');
  uint32_t n;
  if (sdp_text_number(number, 4351, &n) != 0 || n == 0 || (n > 255 && n < 4096))
    return ERR_MALFORMED;
  *id = n > 255 ? 0 : (uint8_t)n;
  *direction = SDP_SENDRECV;
  if (place.n > 0 && parse_direction(place, direction) != 0)
    return ERR_MALFORMED;
  *uri = sdp_text_split(&value, ' ');
  return uri->n > 0 ? 0 : ERR_MALFORMED;
}

enum sdp_refusal sdp_extmap_add(struct sdp_extmap *m, struct sdp_extension_ids *ids, struct span value)
{
  uint8_t id;
  enum sdp_direction direction;
  struct span uri;
  if (parse_extmap(value, &id, &direction, &uri) != 0)
    return SDP_BAD_ATTRIBUTE;
  if (id == 0)
    return SDP_ACCEPTED;
  int known = find_rule(uri);
  uint8_t meaning = known < 0 ? MEANING_UNKNOWN : (uint8_t)(MEANING_OURS + known);
  uint8_t bit = (uint8_t)(1u << (id % 8));
  if ((m->taken[id / 8] & bit) != 0)
    return SDP_EXTENSION_REUSED;
  m->taken[id / 8] |= bit;
  bool is_first = ids->meaning[id] == MEANING_NONE;
  ids->meaning[id] = is_first || ids->meaning[id] == meaning ? meaning : MEANING_MIXED;
  if (known < 0)
    return SDP_ACCEPTED;
  if (m->id[known] != 0)
    return SDP_EXTENSION_REUSED;
  m->id[known] = id;
  m->direction[known] = direction;
  return SDP_ACCEPTED;
}

static bool has_transport_feedback(const struct sdp_section *section)
{
  for (size_t i = 0; i < section->n_codecs; i++)
    if (!section->codecs[i].transport)
      return false;
  return section->n_codecs > 0;
}

static bool has_scalable_codec(const struct sdp_section *section)
{
  for (size_t i = 0; i < section->n_codecs; i++)
    if (sdp_is_scalable(section->codecs[i].id))
      return true;
  return false;
}

static bool is_useful(int extension, const struct sdp_section *section)
{
  switch (extension) {
  case SDP_EXT_TRANSPORT: return has_transport_feedback(section);
  case SDP_EXT_DEPENDENCY: return has_scalable_codec(section);
  default: return true;
  }
}

static bool is_accepted(const struct sdp_extmap *m, int i, bool cryptex, const struct sdp_section *section)
{
  const struct sdp_extension_rule *rule = &sdp_extension_rules[i];
  bool in_kind = section->kind == SDP_AUDIO ? rule->in_audio : rule->in_video;
  bool flows = (rule->direction & m->direction[i] & section->direction) != 0;
  bool readable = m->id[i] != 0 && m->id[i] != 15; /* at 15 readers of the one-byte form stop */
  return in_kind && flows && readable && is_useful(i, section) && (cryptex || !rule->needs_cryptex);
}

/* A structure has over 16 bytes, for which the section must allow the two-byte form. */
bool sdp_extmap_has_dependency(const struct sdp_extmap *m, const struct sdp_section *section)
{
  return section->mixed && is_accepted(m, SDP_EXT_DEPENDENCY, true, section);
}

enum sdp_refusal sdp_extmap_accept(const struct sdp_extmap *m, struct sdp_offer *offer, struct sdp_section *section)
{
  for (int i = 0; i < SDP_EXTENSIONS; i++) {
    if (!is_accepted(m, i, offer->cryptex, section))
      continue;
    if (offer->extension_id[i] != 0 && offer->extension_id[i] != m->id[i])
      return SDP_EXTENSION_REUSED;
    offer->extension_id[i] = m->id[i];
    section->extension_id[i] = m->id[i];
  }
  return SDP_ACCEPTED;
}

enum sdp_refusal sdp_extension_ids_check(const struct sdp_extension_ids *ids, const struct sdp_offer *offer)
{
  for (int i = 0; i < SDP_EXTENSIONS; i++)
    if (offer->extension_id[i] != 0 && ids->meaning[offer->extension_id[i]] == MEANING_MIXED)
      return SDP_EXTENSION_REUSED;
  return SDP_ACCEPTED;
}
