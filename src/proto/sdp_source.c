/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sdp_source.h"

#include "proto/sdp_text.h"

/* The place of an SSRC, made when it is new. 0 is refused: elsewhere it means that there is none. */
static enum sdp_refusal find_or_add(struct sdp_ssrcs *s, struct span number, size_t *at)
{
  uint32_t ssrc;
  if (sdp_text_number(number, UINT32_MAX, &ssrc) != 0)
    return SDP_BAD_ATTRIBUTE;
  if (ssrc == 0)
    return SDP_BAD_SOURCE;
  for (size_t i = 0; i < s->n; i++)
    if (s->list[i].ssrc == ssrc) {
      *at = i;
      return SDP_ACCEPTED;
    }
  if (s->n == SDP_SSRCS)
    return SDP_TOO_MANY_SOURCES;
  *at = s->n++;
  s->list[*at].ssrc = ssrc;
  return SDP_ACCEPTED;
}

enum sdp_refusal sdp_ssrcs_add(struct sdp_ssrcs *s, struct span value)
{
  size_t at;
  return find_or_add(s, sdp_text_split(&value, ' '), &at);
}

static enum sdp_refusal add_pair(struct sdp_ssrcs *s, struct span value, bool retransmits)
{
  size_t stream, repair;
  enum sdp_refusal refusal = find_or_add(s, sdp_text_split(&value, ' '), &stream);
  if (refusal != SDP_ACCEPTED)
    return refusal;
  refusal = find_or_add(s, sdp_text_split(&value, ' '), &repair);
  if (refusal != SDP_ACCEPTED)
    return refusal;
  bool free = !s->list[stream].repairs && !s->list[repair].repairs && s->list[repair].rtx_ssrc == 0;
  if (stream == repair || value.n > 0 || !free || (retransmits && s->list[stream].rtx_ssrc != 0))
    return SDP_BAD_SOURCE;
  s->list[repair].repairs = true;
  if (retransmits)
    s->list[stream].rtx_ssrc = s->list[repair].ssrc;
  return SDP_ACCEPTED;
}

enum sdp_refusal sdp_ssrcs_add_group(struct sdp_ssrcs *s, struct span value)
{
  struct span semantics = sdp_text_split(&value, ' ');
  if (sdp_text_is(semantics, "FID"))
    return add_pair(s, value, true);
  if (sdp_text_is(semantics, "FEC-FR"))
    return add_pair(s, value, false);
  return SDP_ACCEPTED;
}

static bool section_has(const struct sdp_section *section, uint32_t ssrc)
{
  for (size_t i = 0; i < section->n_streams; i++)
    if (section->streams[i].ssrc == ssrc || section->streams[i].rtx_ssrc == ssrc)
      return true;
  return false;
}

static bool offer_has(const struct sdp_offer *offer, uint32_t ssrc)
{
  for (size_t i = 0; i < offer->n_sections; i++)
    if (section_has(&offer->sections[i], ssrc))
      return true;
  return false;
}

enum sdp_refusal sdp_ssrcs_finish(const struct sdp_ssrcs *s, const struct sdp_offer *offer, struct sdp_section *section)
{
  for (size_t i = 0; i < s->n; i++) {
    if (offer_has(offer, s->list[i].ssrc))
      return SDP_BAD_SOURCE;
    if (s->list[i].repairs)
      continue;
    if (section->n_streams == LIMIT_SDP_SOURCES)
      return SDP_TOO_MANY_SOURCES;
    section->streams[section->n_streams++] =
        (struct sdp_stream){.ssrc = s->list[i].ssrc, .rtx_ssrc = s->list[i].rtx_ssrc};
  }
  return SDP_ACCEPTED;
}
