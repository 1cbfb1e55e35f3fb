/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sdp_simulcast.h"

#include "proto/sdp_text.h"

/* RFC 8851, section 10: letters, digits, "-" and "_"; as much as the one-byte header extension can carry. */
static bool is_rid(struct span s)
{
  for (size_t i = 0; i < s.n; i++) {
    uint8_t c = s.p[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
      return false;
  }
  return s.n > 0 && s.n <= SDP_RID_BYTES;
}

/* "m send" or "m recv pt=96;max-width=640". Restrictions bind who sends, and ask nothing of us. */
enum sdp_refusal sdp_rids_add(struct sdp_rids *r, struct span value)
{
  struct span id = sdp_text_split(&value, ' ');
  struct span direction = sdp_text_split(&value, ' ');
  bool sends = sdp_text_is(direction, "send");
  if (!is_rid(id) || (!sends && !sdp_text_is(direction, "recv")))
    return SDP_BAD_ATTRIBUTE;
  for (size_t i = 0; i < r->n; i++)
    if (span_equal(r->list[i].id, id))
      return SDP_DUPLICATE;
  if (r->n == SDP_RIDS)
    return SDP_TOO_MANY_LAYERS;
  r->list[r->n].id = id;
  r->list[r->n++].sends = sends;
  return SDP_ACCEPTED;
}

/* "send l;m;h", "recv a;b", or both, each once. */
enum sdp_refusal sdp_rids_simulcast(struct sdp_rids *r, struct span value)
{
  bool receives = false;
  do {
    struct span direction = sdp_text_split(&value, ' ');
    struct span list = sdp_text_split(&value, ' ');
    bool sends = sdp_text_is(direction, "send");
    if (list.n == 0 || list.p[list.n - 1] == ';' || (sends ? r->sends.n > 0 : receives || !sdp_text_is(direction, "recv")))
      return SDP_BAD_SIMULCAST;
    if (sends)
      r->sends = list;
    else
      receives = true;
  } while (value.n > 0);
  return SDP_ACCEPTED;
}

static bool is_sent(const struct sdp_rids *r, struct span id)
{
  for (size_t i = 0; i < r->n; i++)
    if (r->list[i].sends && span_equal(r->list[i].id, id))
      return true;
  return false;
}

/* One layer of the list, perhaps with alternatives ("1,2"), of which the first is taken, and perhaps paused at first
 * ("~1"). */
static enum sdp_refusal add_layer(const struct sdp_rids *r, struct sdp_layers *layers, struct span layer)
{
  struct span id = sdp_text_split(&layer, ',');
  if (id.n > 0 && id.p[0] == '~')
    (void)span_skip(&id, 1);
  if (!is_sent(r, id))
    return SDP_BAD_SIMULCAST;
  for (uint8_t i = 0; i < layers->n; i++)
    if (sdp_text_is(id, layers->rid[i]))
      return SDP_BAD_SIMULCAST;
  if (layers->n == LIMIT_LAYERS)
    return SDP_TOO_MANY_LAYERS;
  (void)sdp_text_copy(id, layers->rid[layers->n++], SDP_RID_BYTES + 1); /* is_rid: it fits */
  return SDP_ACCEPTED;
}

static bool can_tell_apart(const struct sdp_section *section)
{
  return section->extension_id[SDP_EXT_MID] != 0 && section->extension_id[SDP_EXT_RID] != 0;
}

enum sdp_refusal sdp_rids_finish(const struct sdp_rids *r, struct sdp_offer *offer, struct sdp_section *section)
{
  struct span list = r->sends;
  struct sdp_layers layers = {0};
  if (section->kind != SDP_VIDEO || (section->direction & SDP_SENDONLY) == 0)
    return SDP_ACCEPTED;
  while (list.n > 0) {
    enum sdp_refusal refusal = add_layer(r, &layers, sdp_text_split(&list, ';'));
    if (refusal != SDP_ACCEPTED)
      return refusal;
  }
  if (layers.n < 2 || !can_tell_apart(section))
    return SDP_ACCEPTED;
  if (offer->n_simulcast == LIMIT_SDP_SIMULCAST)
    return SDP_TOO_MANY_LAYERS;
  offer->simulcast[offer->n_simulcast++] = layers;
  section->simulcast = offer->n_simulcast;
  return SDP_ACCEPTED;
}
