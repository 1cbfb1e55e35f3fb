/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sdp_codec.h"

#include "proto/sdp_text.h"

const char *const sdp_format_names[SDP_FORMATS] = {
    [SDP_OPUS] = "opus/48000/2",
    [SDP_VP8] = "VP8/90000",
    [SDP_H264] = "H264/90000",
    [SDP_VP9] = "VP9/90000",
    [SDP_AV1] = "AV1/90000",
    [SDP_FORMAT_RTX] = "rtx/90000",
    [SDP_FORMAT_RED] = "red/48000/2",
};

#define H264_LEVEL_DEFAULT 0x42000A /* RFC 6184, section 8.1: baseline profile, level 1 */

static struct sdp_payload *find_payload(struct sdp_payloads *p, uint32_t type)
{
  for (size_t i = 0; i < p->n; i++)
    if (p->list[i].type == type)
      return &p->list[i];
  return NULL;
}

enum sdp_refusal sdp_payloads_start(struct sdp_payloads *p, struct span formats)
{
  while (formats.n > 0) {
    uint32_t type;
    if (sdp_text_number(sdp_text_split(&formats, ' '), 127, &type) != 0)
      return SDP_BAD_PAYLOAD_TYPE;
    if ((type >= 64 && type <= 95) || find_payload(p, type) != NULL)
      return SDP_BAD_PAYLOAD_TYPE;
    if (p->n == LIMIT_SDP_CODECS)
      return SDP_TOO_MANY_CODECS;
    p->list[p->n++] = (struct sdp_payload){.type = (uint8_t)type, .format = SDP_FORMAT_OTHER};
  }
  return p->n > 0 ? SDP_ACCEPTED : SDP_BAD_LINE;
}

/* Takes the payload type that such lines begin with; *payload is NULL when the m= line doesn't name it. */
static enum sdp_refusal take_payload(struct sdp_payloads *p, struct span *value, struct sdp_payload **payload)
{
  uint32_t type;
  if (sdp_text_number(sdp_text_split(value, ' '), 127, &type) != 0)
    return SDP_BAD_PAYLOAD_TYPE;
  *payload = find_payload(p, type);
  return value->n > 0 ? SDP_ACCEPTED : SDP_BAD_ATTRIBUTE;
}

enum sdp_refusal sdp_payloads_rtpmap(struct sdp_payloads *p, struct span value)
{
  struct sdp_payload *payload;
  enum sdp_refusal refusal = take_payload(p, &value, &payload);
  if (refusal != SDP_ACCEPTED || payload == NULL)
    return refusal;
  if (payload->has_rtpmap)
    return SDP_DUPLICATE;
  payload->has_rtpmap = true;
  for (unsigned i = 0; i < SDP_FORMATS; i++)
    if (sdp_text_is_nocase(value, sdp_format_names[i])) /* in any case: RFC 8866, section 6.6 */
      payload->format = i;
  return SDP_ACCEPTED;
}

enum sdp_refusal sdp_payloads_fmtp(struct sdp_payloads *p, struct span value)
{
  struct sdp_payload *payload;
  enum sdp_refusal refusal = take_payload(p, &value, &payload);
  if (refusal != SDP_ACCEPTED || payload == NULL)
    return refusal;
  if (payload->fmtp.n > 0)
    return SDP_DUPLICATE;
  payload->fmtp = value;
  return SDP_ACCEPTED;
}

static void add_feedback(struct sdp_payload *payload, struct span feedback)
{
  payload->nack |= sdp_text_is(feedback, "nack");
  payload->pli |= sdp_text_is(feedback, "nack pli");
  payload->transport |= sdp_text_is(feedback, "transport-cc");
}

enum sdp_refusal sdp_payloads_feedback(struct sdp_payloads *p, struct span value)
{
  struct span all = value;
  if (sdp_text_is(sdp_text_split(&all, ' '), "*")) {
    for (size_t i = 0; i < p->n; i++)
      add_feedback(&p->list[i], all);
    return SDP_ACCEPTED;
  }
  struct sdp_payload *payload;
  enum sdp_refusal refusal = take_payload(p, &value, &payload);
  if (refusal == SDP_ACCEPTED && payload != NULL)
    add_feedback(payload, value);
  return refusal;
}

/* One parameter of a=fmtp ("a=1;b=2"). An empty span when it is not there. */
static struct span fmtp_parameter(struct span fmtp, const char *name)
{
  while (fmtp.n > 0) {
    struct span value = sdp_text_trim(sdp_text_split(&fmtp, ';'));
    if (sdp_text_is_nocase(sdp_text_split(&value, '='), name))
      return value;
  }
  return span_of(NULL, 0);
}

/* The payload type that an RTX payload type repairs (RFC 4588, section 8.1); 128 when it doesn't say. */
static uint32_t rtx_repairs(const struct sdp_payload *payload)
{
  uint32_t type;
  return sdp_text_number(fmtp_parameter(payload->fmtp, "apt"), 127, &type) == 0 ? type : 128;
}

static uint8_t rtx_for(const struct sdp_payloads *p, uint8_t type)
{
  for (size_t i = 0; i < p->n; i++)
    if (p->list[i].format == SDP_FORMAT_RTX && rtx_repairs(&p->list[i]) == type)
      return p->list[i].type;
  return 0;
}

/* The payload type of redundant audio (RFC 2198) that has this one in all of its blocks, be it "111/111" or "111". */
static uint8_t red_for(const struct sdp_payloads *p, uint8_t type)
{
  for (size_t i = 0; i < p->n; i++) {
    struct span blocks = p->list[i].fmtp;
    uint32_t block = 0;
    bool fits = p->list[i].format == SDP_FORMAT_RED && blocks.n > 0;
    while (fits && blocks.n > 0)
      fits = sdp_text_number(sdp_text_split(&blocks, '/'), 127, &block) == 0 && block == type;
    if (fits)
      return p->list[i].type;
  }
  return 0;
}

/* 1 + format, or for RTX 128 + what it repairs: neither is ever 0. */
static uint8_t payload_meaning(const struct sdp_payload *payload)
{
  if (payload->format != SDP_FORMAT_RTX)
    return (uint8_t)(1 + payload->format);
  return (uint8_t)(128 + rtx_repairs(payload) % 128);
}

enum sdp_refusal sdp_payloads_check(const struct sdp_payloads *p, struct sdp_payload_types *types)
{
  for (size_t i = 0; i < p->n; i++) {
    uint8_t *known = &types->meaning[p->list[i].type];
    uint8_t meaning = payload_meaning(&p->list[i]);
    if (*known != 0 && *known != meaning)
      return SDP_PAYLOAD_TYPE_REUSED;
    *known = meaning;
  }
  return SDP_ACCEPTED;
}

/* RFC 6184, section 8.1, table 5: what every browser decodes. */
static bool is_constrained_baseline(uint32_t profile_level_id)
{
  uint32_t profile = profile_level_id >> 16, constraints = profile_level_id >> 8 & 0xFF;
  return (profile == 0x42 && (constraints & 0x4F) == 0x40) || (profile == 0x4D && (constraints & 0x8F) == 0x80) ||
         (profile == 0x58 && (constraints & 0xCF) == 0xC0);
}

static bool read_h264(const struct sdp_payload *payload, struct sdp_codec *codec)
{
  codec->level_asymmetry = sdp_text_is(fmtp_parameter(payload->fmtp, "level-asymmetry-allowed"), "1");
  struct span level = fmtp_parameter(payload->fmtp, "profile-level-id");
  uint32_t profile_level_id = H264_LEVEL_DEFAULT;
  if (level.n > 0 && (level.n != 6 || sdp_text_hex(level, 0xFFFFFF, &profile_level_id) != 0))
    return false;
  codec->profile_level_id = profile_level_id & 0xFFFFFF;
  return is_constrained_baseline(profile_level_id) &&
         sdp_text_is(fmtp_parameter(payload->fmtp, "packetization-mode"), "1");
}

/* Profile 0, which is what is meant where nothing is said (RFC 9628, section 6; RTP payload format for AV1, 7.2). */
static bool has_profile_0(const struct sdp_payload *payload, const char *parameter)
{
  struct span profile = fmtp_parameter(payload->fmtp, parameter);
  return profile.n == 0 || sdp_text_is(profile, "0");
}

static bool is_spoken(const struct sdp_payload *payload, enum sdp_codec_id id, struct sdp_codec *codec)
{
  switch (id) {
  case SDP_H264: return read_h264(payload, codec);
  case SDP_VP9: return has_profile_0(payload, "profile-id");
  case SDP_AV1: return has_profile_0(payload, "profile");
  default: return true;
  }
}

/* The first payload type of the m= line that is this codec in a form that we speak. */
static bool find_codec(const struct sdp_payloads *p, enum sdp_codec_id id, struct sdp_codec *codec)
{
  for (size_t i = 0; i < p->n; i++) {
    const struct sdp_payload *payload = &p->list[i];
    *codec = (struct sdp_codec){.id = id, .payload_type = payload->type, .nack = payload->nack, .pli = payload->pli,
                                .transport = payload->transport};
    if (payload->format != (unsigned)id || !is_spoken(payload, id, codec))
      continue;
    codec->rtx_payload_type = id == SDP_OPUS ? 0 : rtx_for(p, payload->type);
    codec->red_payload_type = id == SDP_OPUS ? red_for(p, payload->type) : 0;
    return true;
  }
  return false;
}

/* What the client prefers to all other video that it offers. */
static const struct sdp_payload *preferred(const struct sdp_payloads *p)
{
  for (size_t i = 0; i < p->n; i++)
    if (p->list[i].format < SDP_CODECS)
      return &p->list[i];
  return NULL;
}

static void add(const struct sdp_payloads *p, enum sdp_codec_id id, struct sdp_section *section)
{
  if (find_codec(p, id, &section->codecs[section->n_codecs]))
    section->n_codecs++;
}

void sdp_payloads_choose(const struct sdp_payloads *p, bool one_stream, struct sdp_section *section)
{
  static const enum sdp_codec_id video[] = {SDP_VP8, SDP_H264, SDP_VP9, SDP_AV1};
  const struct sdp_payload *first = preferred(p);
  bool is_video = section->kind == SDP_VIDEO;
  section->n_codecs = 0;
  if (!is_video) {
    add(p, SDP_OPUS, section);
  } else if (section->direction == SDP_SENDONLY) {
    if (one_stream && first != NULL && sdp_is_scalable((enum sdp_codec_id)first->format))
      add(p, (enum sdp_codec_id)first->format, section);
    for (size_t i = 0, n = section->n_codecs + 1u; i < 2 && section->n_codecs < n; i++)
      add(p, video[i], section);
  } else {
    bool one = (section->direction & SDP_SENDONLY) != 0;
    for (size_t i = 0; i < sizeof video / sizeof video[0] && !(one && (section->n_codecs == 1 || i == 2)); i++)
      add(p, video[i], section);
  }
}

static void remove_codec(struct sdp_section *section, size_t at)
{
  section->n_codecs--;
  for (size_t i = at; i < section->n_codecs; i++)
    section->codecs[i] = section->codecs[i + 1];
  section->codecs[section->n_codecs] = (struct sdp_codec){0};
}

void sdp_codecs_without_scalable(struct sdp_section *section)
{
  for (size_t i = section->n_codecs; i > 0; i--)
    if (sdp_is_scalable(section->codecs[i - 1].id))
      remove_codec(section, i - 1);
}

void sdp_section_settle(struct sdp_section *section, bool scalable)
{
  if (section->direction == SDP_SENDONLY && section->n_codecs == 2)
    remove_codec(section, scalable ? 1 : 0);
  if (section->n_codecs > 0 && section->direction == SDP_SENDONLY && !sdp_is_scalable(section->codecs[0].id))
    section->extension_id[SDP_EXT_DEPENDENCY] = 0;
}
