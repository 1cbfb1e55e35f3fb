/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sdp.h"

#include <arpa/inet.h>
#include <assert.h>
#include <inttypes.h>

#include "proto/sdp_codec.h"
#include "proto/sdp_extension.h"
#include "proto/sdp_text.h"

/* What we ask of the sender: forward error correction against loss; constant bit rate and no silence suppression, so
 * that packet sizes and rates don't tell who is speaking (T6). 40 kb/s is full-band speech with room for the
 * correction. */
#define OPUS_FROM_CLIENT "minptime=10;useinbandfec=1;usedtx=0;cbr=1;maxaveragebitrate=40000"
#define OPUS_TO_CLIENT "minptime=10;useinbandfec=1"

enum sdp_direction sdp_answer_direction(const struct sdp_section *offered, const struct sdp_answer_section *ours)
{
  bool sends = (offered->direction & SDP_RECVONLY) != 0 && (ours->direction & SDP_SENDONLY) != 0;
  bool receives = (offered->direction & SDP_SENDONLY) != 0 && (ours->direction & SDP_RECVONLY) != 0;
  return (enum sdp_direction)((sends ? SDP_SENDONLY : 0) | (receives ? SDP_RECVONLY : 0));
}

static bool is_live(const struct sdp_offer *offer, const struct sdp_answer *answer, size_t i)
{
  return !offer->sections[i].rejected && !answer->sections[i].reject;
}

/* ---- session ---- */

static void put_bundle(const struct sdp_offer *offer, const struct sdp_answer *answer, struct writer *w)
{
  bool begun = false;
  for (size_t i = 0; i < offer->n_sections; i++)
    if (is_live(offer, answer, i)) {
      put_str(w, begun ? " " : "a=group:BUNDLE ");
      put_str(w, offer->sections[i].mid);
      begun = true;
    }
  put_str(w, begun ? "\r\n" : "");
}

static void put_fingerprint(const uint8_t fingerprint[SDP_FINGERPRINT_BYTES], struct writer *w)
{
  for (size_t i = 0; i < SDP_FINGERPRINT_BYTES; i++)
    put_fmt(w, "%s%02X", i == 0 ? "a=fingerprint:sha-256 " : ":", fingerprint[i]);
  put_str(w, "\r\n");
}

static void put_session(const struct sdp_offer *offer, const struct sdp_answer *answer, struct writer *w)
{
  put_fmt(w, "v=0\r\no=- %" PRIu64 " %" PRIu64 " IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", answer->session_id,
          answer->session_version);
  put_bundle(offer, answer, w);
  put_str(w, "a=ice-lite\r\n");
  put_str(w, offer->cryptex ? "a=cryptex\r\n" : "");
}

/* ---- sections ---- */

/* RFC 8445, section 5.1.2.1: host candidates, the earlier the better. RFC 6544, section 4.2: those of TCP come after all
 * of UDP, and say in their local preference that they are passive. */
static uint32_t priority_of(const struct net_addr *a, size_t index)
{
  uint32_t type = net_addr_is_tcp(a) ? 90 : 126;
  uint32_t local = net_addr_is_tcp(a) ? 4u << 13 | (8191u - (uint32_t)index) : 65535u - (uint32_t)index;
  return type << 24 | local << 8 | (256 - 1);
}

/* RFC 8839, section 5.1; RFC 6544, section 4.5. */
static void put_candidate(const struct net_addr *a, size_t index, struct writer *w)
{
  char ip[INET6_ADDRSTRLEN];
  if (inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->ip, ip, sizeof ip) == NULL)
    return;
  bool tcp = net_addr_is_tcp(a);
  put_fmt(w, "a=candidate:%zu 1 %s %" PRIu32 " %s %u typ host%s\r\n", index + 1, tcp ? "tcp" : "udp",
          priority_of(a, index), ip, a->port, tcp ? " tcptype passive" : "");
}

/* RFC 9143 would have these once for the whole bundle, but GStreamer and aiortc look for them in each section, and
 * browsers write them there as well. */
static void put_transport(const struct sdp_answer *answer, struct writer *w)
{
  put_fmt(w, "a=ice-ufrag:%s\r\n", answer->ice_ufrag);
  put_fmt(w, "a=ice-pwd:%s\r\n", answer->ice_pwd);
  put_fingerprint(answer->fingerprint, w);
  put_str(w, "a=setup:passive\r\n");
}

static void put_candidates(const struct sdp_answer *answer, struct writer *w)
{
  for (size_t i = 0; i < answer->n_candidates; i++)
    put_candidate(&answer->candidates[i], i, w);
  put_str(w, "a=end-of-candidates\r\n");
}

static bool with_rtx(const struct sdp_codec *codec, const struct sdp_answer_section *ours, enum sdp_direction direction)
{
  return codec->rtx_payload_type != 0 && (direction != SDP_SENDONLY || ours->rtx_ssrc != 0);
}

static void put_format(const struct sdp_codec *codec, enum sdp_direction direction, struct writer *w)
{
  if (codec->id == SDP_OPUS)
    put_fmt(w, "a=fmtp:%u %s\r\n", codec->payload_type,
            (direction & SDP_RECVONLY) != 0 ? OPUS_FROM_CLIENT : OPUS_TO_CLIENT);
  if (codec->id == SDP_H264)
    put_fmt(w, "a=fmtp:%u %spacketization-mode=1;profile-level-id=%06" PRIx32 "\r\n", codec->payload_type,
            codec->level_asymmetry ? "level-asymmetry-allowed=1;" : "", codec->profile_level_id);
}

static void put_codec(const struct sdp_codec *codec, bool rtx, bool transport, enum sdp_direction direction,
                      struct writer *w)
{
  put_fmt(w, "a=rtpmap:%u %s\r\n", codec->payload_type, sdp_format_names[codec->id]);
  put_format(codec, direction, w);
  if (codec->nack)
    put_fmt(w, "a=rtcp-fb:%u nack\r\n", codec->payload_type);
  if (codec->pli)
    put_fmt(w, "a=rtcp-fb:%u nack pli\r\n", codec->payload_type);
  if (transport)
    put_fmt(w, "a=rtcp-fb:%u transport-cc\r\n", codec->payload_type);
  if (codec->red_payload_type != 0) {
    put_fmt(w, "a=rtpmap:%u %s\r\n", codec->red_payload_type, sdp_format_names[SDP_FORMAT_RED]);
    put_fmt(w, "a=fmtp:%u %u/%u\r\n", codec->red_payload_type, codec->payload_type, codec->payload_type);
  }
  if (rtx) {
    put_fmt(w, "a=rtpmap:%u %s\r\n", codec->rtx_payload_type, sdp_format_names[SDP_FORMAT_RTX]);
    put_fmt(w, "a=fmtp:%u apt=%u\r\n", codec->rtx_payload_type, codec->payload_type);
  }
}

static void put_formats(const struct sdp_section *offered, const struct sdp_answer_section *ours,
                        enum sdp_direction direction, struct writer *w)
{
  for (size_t i = 0; i < offered->n_codecs; i++) {
    const struct sdp_codec *codec = &offered->codecs[i];
    bool first = (direction & SDP_RECVONLY) != 0; /* browsers send what stands first */
    if (first && codec->red_payload_type != 0)
      put_fmt(w, " %u", codec->red_payload_type);
    put_fmt(w, " %u", codec->payload_type);
    if (!first && codec->red_payload_type != 0)
      put_fmt(w, " %u", codec->red_payload_type);
    if (with_rtx(&offered->codecs[i], ours, direction))
      put_fmt(w, " %u", offered->codecs[i].rtx_payload_type);
  }
}

static void put_extensions(const struct sdp_section *offered, struct writer *w)
{
  for (int i = 0; i < SDP_EXTENSIONS; i++)
    if (offered->extension_id[i] != 0)
      put_fmt(w, "a=extmap:%u %s\r\n", offered->extension_id[i], sdp_extension_rules[i].uri);
}

/* All layers that the offer sends (RFC 8853, section 5.3.2). */
static void put_layers(const struct sdp_layers *layers, struct writer *w)
{
  for (uint8_t i = 0; i < layers->n; i++)
    put_fmt(w, "a=rid:%s recv\r\n", layers->rid[i]);
  for (uint8_t i = 0; i < layers->n; i++)
    put_fmt(w, "%s%s", i == 0 ? "a=simulcast:recv " : ";", layers->rid[i]);
  put_str(w, "\r\n");
}

/* What we send: the slot's identity, which never changes while its sources do. */
static void put_slot(const struct sdp_answer_section *ours, const char *cname, struct writer *w)
{
  assert(ours->ssrc != 0);
  put_fmt(w, "a=msid:%s %s\r\n", ours->stream_id, ours->track_id);
  if (ours->rtx_ssrc != 0)
    put_fmt(w, "a=ssrc-group:FID %" PRIu32 " %" PRIu32 "\r\n", ours->ssrc, ours->rtx_ssrc);
  put_fmt(w, "a=ssrc:%" PRIu32 " cname:%s\r\n", ours->ssrc, cname);
  if (ours->rtx_ssrc != 0)
    put_fmt(w, "a=ssrc:%" PRIu32 " cname:%s\r\n", ours->rtx_ssrc, cname);
}

static const char *kind_name(enum sdp_kind kind)
{
  return kind == SDP_AUDIO ? "audio" : "video";
}

static void put_rejected(const struct sdp_section *offered, struct writer *w)
{
  put_fmt(w, "m=%s 0 UDP/TLS/RTP/SAVPF %u\r\nc=IN IP4 0.0.0.0\r\n", kind_name(offered->kind), offered->first_format);
  put_fmt(w, "a=mid:%s\r\na=inactive\r\n", offered->mid);
}

static void put_section(const struct sdp_offer *offer, size_t index, const struct sdp_answer *answer, struct writer *w)
{
  const struct sdp_section *offered = &offer->sections[index];
  const struct sdp_answer_section *ours = &answer->sections[index];
  enum sdp_direction direction = sdp_answer_direction(offered, ours);
  put_fmt(w, "m=%s 9 UDP/TLS/RTP/SAVPF", kind_name(offered->kind));
  put_formats(offered, ours, direction, w);
  put_fmt(w, "\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=%s\r\n", offered->mid, sdp_direction_names[direction]);
  put_transport(answer, w);
  put_str(w, offered->rtcp_rsize ? "a=rtcp-mux\r\na=rtcp-rsize\r\n" : "a=rtcp-mux\r\n");
  for (size_t i = 0; i < offered->n_codecs; i++)
    put_codec(&offered->codecs[i], with_rtx(&offered->codecs[i], ours, direction),
              offered->extension_id[SDP_EXT_TRANSPORT] != 0, direction, w);
  put_extensions(offered, w);
  if (offered->extension_id[SDP_EXT_DEPENDENCY] != 0)
    put_str(w, "a=extmap-allow-mixed\r\n");
  if (offered->simulcast != 0 && (direction & SDP_RECVONLY) != 0)
    put_layers(sdp_offer_layers(offer, offered), w);
  if ((direction & SDP_SENDONLY) != 0)
    put_slot(ours, answer->cname, w);
}

int sdp_answer_write(const struct sdp_offer *offer, const struct sdp_answer *answer, struct writer *w)
{
  put_session(offer, answer, w);
  bool has_candidates = false;
  for (size_t i = 0; i < offer->n_sections; i++) {
    if (!is_live(offer, answer, i)) {
      put_rejected(&offer->sections[i], w);
      continue;
    }
    put_section(offer, i, answer, w);
    if (!has_candidates)
      put_candidates(answer, w);
    has_candidates = true;
  }
  return w->overflow ? ERR_LIMIT : 0;
}
