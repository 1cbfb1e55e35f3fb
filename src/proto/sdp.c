/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sdp.h"

#include "proto/sdp_text.h"

static const struct sdp_error_text texts[SDP_REFUSALS] = {
    [SDP_ACCEPTED] = {"accepted", "The offer is accepted."},

    [SDP_TOO_LONG] = {"sdp_too_long", "The offer is longer than this server reads."},
    [SDP_LINE_TOO_LONG] = {"line_too_long", "A line of the offer is longer than this server reads."},
    [SDP_BAD_CHARACTER] = {"bad_character", "The offer holds control characters or is not UTF-8 text."},
    [SDP_UNFINISHED] = {"unfinished", "The offer is empty or ends in the middle of a line."},
    [SDP_BAD_LINE] = {"bad_line", "A line of the offer is not written as SDP, or stands in the wrong place."},
    [SDP_BAD_ATTRIBUTE] = {"bad_attribute", "An attribute of the offer is not written as its standard says."},
    [SDP_DUPLICATE] = {"duplicate_attribute", "An attribute that may be given once is given twice."},

    [SDP_NO_SECTION] = {"no_media", "The offer has no audio or video section."},
    [SDP_TOO_MANY_SECTIONS] = {"too_many_sections", "The offer has more media sections than this server takes."},
    [SDP_DATA_CHANNEL] = {"data_channel",
                          "Data channels are not taken: messages go over the signalling connection, where "
                          "every one is checked against the sender's role."},
    [SDP_BAD_KIND] = {"bad_media_kind", "A media section is neither audio nor video."},
    [SDP_NO_MID] = {"no_mid", "A media section has no mid, so it cannot be told from the others."},
    [SDP_BAD_MID] = {"bad_mid", "A mid is longer than 16 characters or has characters that are not allowed in it."},
    [SDP_DUPLICATE_MID] = {"duplicate_mid", "Two media sections have the same mid."},
    [SDP_NO_BUNDLE] = {"no_bundle",
                       "All media sections must share one connection: one BUNDLE group that names each of them."},
    [SDP_NO_RTCP_MUX] = {"no_rtcp_mux", "A media section does not send its RTCP over the same port (rtcp-mux)."},

    [SDP_PLAIN_RTP] = {"plain_rtp", "The offer asks for unencrypted media. This server never sends or takes any."},
    [SDP_NO_DTLS] = {"no_dtls",
                     "The offer encrypts media with keys that are not agreed by DTLS, so others could read them."},
    [SDP_BAD_PROFILE] = {"bad_profile", "Only media over UDP with keys from DTLS is taken (UDP/TLS/RTP/SAVPF)."},
    [SDP_SDES] = {"sdes",
                  "The offer carries a media key in its text, where every server on the way can read it. Keys are "
                  "agreed by DTLS only."},
    [SDP_NO_FINGERPRINT] = {"no_fingerprint",
                            "The offer has no certificate fingerprint, so nobody could tell the client from "
                            "a man in the middle."},
    [SDP_FINGERPRINT_HASH] = {"fingerprint_hash",
                              "The certificate fingerprint is not a SHA-256 one, as browsers make it."},
    [SDP_BAD_FINGERPRINT] = {"bad_fingerprint", "The certificate fingerprint is not 32 bytes in hexadecimal."},
    [SDP_FINGERPRINTS_DIFFER] = {"fingerprints_differ",
                                 "The sections name different certificates, but share one connection."},
    [SDP_NO_SETUP] = {"no_setup", "The offer does not say which side begins the DTLS handshake."},
    [SDP_BAD_SETUP] = {"bad_setup",
                       "The client must be able to begin the DTLS handshake (actpass or active): this server "
                       "waits, so that it chooses the ciphers."},
    [SDP_NO_ICE] = {"no_ice", "The offer has no ICE user fragment or no ICE password."},
    [SDP_ICE_LITE] = {"ice_lite",
                      "The client is an ICE-lite agent, as this server is: then neither side would check the path."},
    [SDP_BAD_ICE_UFRAG] = {"bad_ice_ufrag", "The ICE user fragment must be 4 to 256 letters, digits, + or /."},
    [SDP_BAD_ICE_PWD] = {"bad_ice_pwd", "The ICE password must be 22 to 256 letters, digits, + or /."},
    [SDP_CRYPTEX_MIXED] = {"cryptex_mixed",
                           "Header encryption is offered for some sections only, but they share one connection."},

    [SDP_TOO_MANY_CODECS] = {"too_many_codecs", "A media section lists more codecs than this server reads."},
    [SDP_BAD_PAYLOAD_TYPE] = {"bad_payload_type",
                              "A payload type is no number from 0 to 127, is listed twice, or is one that "
                              "RTCP uses on the same port."},
    [SDP_PAYLOAD_TYPE_REUSED] = {"payload_type_reused", "One payload type stands for two codecs."},
    [SDP_EXTENSION_REUSED] = {"extension_reused",
                              "One id stands for two header extensions, or one extension has two ids."},
    [SDP_TOO_MANY_SOURCES] = {"too_many_sources", "A media section names more streams than this server takes."},
    [SDP_BAD_SOURCE] = {"bad_source", "Stream numbers (SSRC) or their groups contradict each other."},
    [SDP_TOO_MANY_LAYERS] = {"too_many_layers", "A media section sends more layers than this server takes."},
    [SDP_BAD_SIMULCAST] = {"bad_simulcast", "The list of simulcast layers contradicts itself or names unknown ones."},
    [SDP_NOTHING_USABLE] = {"nothing_usable", "No section has a codec that this server takes: Opus, VP8 or H.264 "
                                              "(constrained baseline, packetization mode 1)."},

    [SDP_SECTION_CHANGED] = {"section_changed",
                             "A new offer on a running connection must keep its sections and their order."},
    [SDP_IDENTITY_CHANGED] = {"identity_changed", "A new offer on a running connection names another certificate."},
    [SDP_CRYPTEX_CHANGED] = {"cryptex_changed", "Header encryption cannot be switched on a running connection."},
    [SDP_MAPPING_CHANGED] = {"mapping_changed",
                             "A new offer on a running connection gives a payload type or a header extension "
                             "another meaning."},
};

struct sdp_error_text sdp_error_text(enum sdp_refusal code)
{
  if ((unsigned)code >= SDP_REFUSALS)
    return (struct sdp_error_text){"unknown", "The offer is refused."};
  return texts[code];
}

const struct sdp_section *sdp_offer_find(const struct sdp_offer *offer, struct span mid)
{
  for (size_t i = 0; i < offer->n_sections; i++)
    if (!offer->sections[i].rejected && sdp_text_is(mid, offer->sections[i].mid))
      return &offer->sections[i];
  return NULL;
}

bool sdp_offer_restarts_ice(const struct sdp_offer *previous, const struct sdp_offer *next)
{
  return strcmp(previous->ice_ufrag, next->ice_ufrag) != 0 || strcmp(previous->ice_pwd, next->ice_pwd) != 0;
}

static bool uses_type(const struct sdp_codec *codec, uint8_t type)
{
  return type != 0 && (codec->payload_type == type || codec->rtx_payload_type == type);
}

static bool may_follow(const struct sdp_codec *before, const struct sdp_codec *after)
{
  uint8_t rtx_before = before->rtx_payload_type, rtx_after = after->rtx_payload_type;
  if (before->id != after->id)
    return !uses_type(after, before->payload_type) && !uses_type(after, rtx_before);
  return before->payload_type == after->payload_type && (rtx_before == rtx_after || rtx_before == 0 || rtx_after == 0);
}

static bool same_codecs(const struct sdp_section *previous, const struct sdp_section *next)
{
  for (size_t i = 0; i < previous->n_codecs; i++)
    for (size_t j = 0; j < next->n_codecs; j++)
      if (!may_follow(&previous->codecs[i], &next->codecs[j]))
        return false;
  return true;
}

static enum sdp_refusal check_section(const struct sdp_section *previous, const struct sdp_section *next)
{
  if (previous->rejected)
    return SDP_ACCEPTED; /* its place may be used again by another */
  if (strcmp(previous->mid, next->mid) != 0 || previous->kind != next->kind)
    return SDP_SECTION_CHANGED;
  return same_codecs(previous, next) ? SDP_ACCEPTED : SDP_MAPPING_CHANGED;
}

static enum sdp_refusal check_session(const struct sdp_offer *previous, const struct sdp_offer *next)
{
  if (memcmp(previous->fingerprint, next->fingerprint, sizeof next->fingerprint) != 0)
    return SDP_IDENTITY_CHANGED;
  if (previous->cryptex != next->cryptex)
    return SDP_CRYPTEX_CHANGED;
  if (next->n_sections < previous->n_sections)
    return SDP_SECTION_CHANGED;
  for (int i = 0; i < SDP_EXTENSIONS; i++) {
    uint8_t before = previous->extension_id[i], after = next->extension_id[i];
    if (before != 0 && after != 0 && before != after)
      return SDP_MAPPING_CHANGED;
  }
  return SDP_ACCEPTED;
}

int sdp_offer_check_successor(const struct sdp_offer *previous, const struct sdp_offer *next, struct sdp_error *error)
{
  enum sdp_refusal refusal = check_session(previous, next);
  for (size_t i = 0; i < previous->n_sections && refusal == SDP_ACCEPTED; i++)
    refusal = check_section(&previous->sections[i], &next->sections[i]);
  *error = (struct sdp_error){.code = refusal};
  return refusal == SDP_ACCEPTED ? 0 : ERR_REFUSED;
}
