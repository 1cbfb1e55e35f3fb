/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads an offer line by line. What counts for the session and what for a section comes in any order within its level,
 * so each section is judged when it ends: when the next m= line or the end of the text comes. */
#include "proto/sdp.h"

#include "proto/sdp_codec.h"
#include "proto/sdp_extension.h"
#include "proto/sdp_simulcast.h"
#include "proto/sdp_source.h"
#include "proto/sdp_text.h"

/* Attributes that say all by being there. */
enum { HAS_CRYPTEX = 1, HAS_BUNDLE_ONLY = 2, HAS_RTCP_MUX = 4, HAS_RTCP_RSIZE = 8, HAS_MIXED = 16 };

/* Attributes that may stand for the whole session or in a section, where they replace the session's. */
struct level {
  uint32_t seen; /* a bit for each row of `attributes`, for those that may stand once */
  struct span ice_ufrag, ice_pwd;
  unsigned flags;
  bool has_fingerprint, has_other_hash, has_setup, has_direction;
  enum sdp_setup setup;
  enum sdp_direction direction;
};

/* What is only needed until the section ends. */
struct section_state {
  unsigned line; /* of its m= line */
  bool port_is_zero;
  struct sdp_payloads payloads;
  struct sdp_extmap extmap;
  struct sdp_ssrcs ssrcs;
  struct sdp_rids rids;
};

struct parser {
  struct sdp_offer *offer;
  unsigned line;               /* the one being read */
  unsigned fault;              /* the line to name in an error */
  bool has_bundle, has_tagged; /* the group; its first section, which speaks for all (RFC 9143, section 7) */
  struct span bundle;          /* mids */
  bool has_fingerprint;        /* offer->fingerprint is set */
  bool has_live;               /* offer->cryptex is set */
  struct sdp_payload_types payload_types;
  struct sdp_extension_ids extension_ids;
  struct level session, media;
  struct sdp_section *section; /* NULL before the first m= line */
  struct section_state state;
};

static struct level *current_level(struct parser *p)
{
  return p->section != NULL ? &p->media : &p->session;
}

/* ---- attributes ---- */

/* What follows the colon, and what the table below adds. */
struct value {
  struct span text;
  int argument;
};

static enum sdp_refusal on_refused(struct parser *p, struct value v)
{
  (void)p;
  return (enum sdp_refusal)v.argument;
}

static enum sdp_refusal on_flag(struct parser *p, struct value v)
{
  current_level(p)->flags |= (unsigned)v.argument;
  return SDP_ACCEPTED;
}

static enum sdp_refusal on_direction(struct parser *p, struct value v)
{
  struct level *level = current_level(p);
  if (level->has_direction)
    return SDP_DUPLICATE;
  level->has_direction = true;
  level->direction = (enum sdp_direction)v.argument;
  return SDP_ACCEPTED;
}

static enum sdp_refusal on_group(struct parser *p, struct value v)
{
  if (!sdp_text_is(sdp_text_split(&v.text, ' '), "BUNDLE"))
    return SDP_ACCEPTED;
  if (p->has_bundle)
    return SDP_NO_BUNDLE;
  p->has_bundle = true;
  p->bundle = v.text;
  return SDP_ACCEPTED;
}

static int parse_fingerprint(struct span hex, uint8_t out[SDP_FINGERPRINT_BYTES])
{
  for (size_t i = 0; i < SDP_FINGERPRINT_BYTES; i++) {
    struct span pair = sdp_text_split(&hex, ':');
    uint32_t byte;
    if (pair.n != 2 || sdp_text_hex(pair, 0xFF, &byte) != 0)
      return ERR_MALFORMED;
    out[i] = (uint8_t)byte;
  }
  return hex.n == 0 ? 0 : ERR_MALFORMED;
}

/* Several fingerprints with other hash functions may stand together and mean the same certificate (RFC 8122,
 * section 5.1): ours is SHA-256. All of these must be equal, since all sections share one connection. */
static enum sdp_refusal on_fingerprint(struct parser *p, struct value v)
{
  uint8_t fingerprint[SDP_FINGERPRINT_BYTES];
  struct level *level = current_level(p);
  if (!sdp_text_is_nocase(sdp_text_split(&v.text, ' '), "sha-256")) {
    level->has_other_hash = true;
    return SDP_ACCEPTED;
  }
  if (parse_fingerprint(v.text, fingerprint) != 0)
    return SDP_BAD_FINGERPRINT;
  if (p->has_fingerprint && memcmp(p->offer->fingerprint, fingerprint, sizeof fingerprint) != 0)
    return SDP_FINGERPRINTS_DIFFER;
  memcpy(p->offer->fingerprint, fingerprint, sizeof fingerprint);
  p->has_fingerprint = true;
  level->has_fingerprint = true;
  return SDP_ACCEPTED;
}

static enum sdp_refusal on_setup(struct parser *p, struct value v)
{
  struct level *level = current_level(p);
  if (!sdp_text_is(v.text, "actpass") && !sdp_text_is(v.text, "active"))
    return SDP_BAD_SETUP;
  level->setup = sdp_text_is(v.text, "active") ? SDP_ACTIVE : SDP_ACTPASS;
  level->has_setup = true;
  return SDP_ACCEPTED;
}

static enum sdp_refusal on_ice_ufrag(struct parser *p, struct value v)
{
  if (v.text.n < 4 || v.text.n > SDP_ICE_BYTES || !sdp_text_is_ice(v.text))
    return SDP_BAD_ICE_UFRAG;
  current_level(p)->ice_ufrag = v.text;
  return SDP_ACCEPTED;
}

static enum sdp_refusal on_ice_pwd(struct parser *p, struct value v)
{
  if (v.text.n < 22 || v.text.n > SDP_ICE_BYTES || !sdp_text_is_ice(v.text))
    return SDP_BAD_ICE_PWD;
  current_level(p)->ice_pwd = v.text;
  return SDP_ACCEPTED;
}

static enum sdp_refusal on_candidate(struct parser *p, struct value v)
{
  (void)v;
  p->offer->candidates++;
  return SDP_ACCEPTED;
}

static enum sdp_refusal on_mid(struct parser *p, struct value v)
{
  if (!sdp_text_is_token(v.text) || sdp_text_copy(v.text, p->section->mid, sizeof p->section->mid) != 0)
    return SDP_BAD_MID;
  for (size_t i = 0; i < p->offer->n_sections; i++)
    if (sdp_text_is(v.text, p->offer->sections[i].mid))
      return SDP_DUPLICATE_MID;
  return SDP_ACCEPTED;
}

static enum sdp_refusal on_rtpmap(struct parser *p, struct value v)
{
  return sdp_payloads_rtpmap(&p->state.payloads, v.text);
}

static enum sdp_refusal on_fmtp(struct parser *p, struct value v)
{
  return sdp_payloads_fmtp(&p->state.payloads, v.text);
}

static enum sdp_refusal on_feedback(struct parser *p, struct value v)
{
  return sdp_payloads_feedback(&p->state.payloads, v.text);
}

static enum sdp_refusal on_extmap(struct parser *p, struct value v)
{
  return sdp_extmap_add(&p->state.extmap, &p->extension_ids, v.text);
}

static enum sdp_refusal on_ssrc(struct parser *p, struct value v)
{
  return sdp_ssrcs_add(&p->state.ssrcs, v.text);
}

static enum sdp_refusal on_ssrc_group(struct parser *p, struct value v)
{
  return sdp_ssrcs_add_group(&p->state.ssrcs, v.text);
}

static enum sdp_refusal on_rid(struct parser *p, struct value v)
{
  return sdp_rids_add(&p->state.rids, v.text);
}

static enum sdp_refusal on_simulcast(struct parser *p, struct value v)
{
  return sdp_rids_simulcast(&p->state.rids, v.text);
}

enum { AT_SESSION = 1, AT_MEDIA = 2, AT_BOTH = 3 };
enum { FLAG, ONCE, MANY }; /* stands once without a value, once with one, any number of times with one */

/* Every attribute that means something to us, and where. All others are ignored, among them a=identity, a=msid,
 * a=ptime and a=end-of-candidates. */
static const struct attribute {
  const char *name;
  int where, form;
  enum sdp_refusal (*handle)(struct parser *p, struct value v);
  int argument;
} attributes[] = {
    {"crypto", AT_BOTH, MANY, on_refused, SDP_SDES},
    {"key-mgmt", AT_BOTH, MANY, on_refused, SDP_SDES},
    {"ice-lite", AT_SESSION, FLAG, on_refused, SDP_ICE_LITE},
    {"group", AT_SESSION, MANY, on_group, 0},
    {"fingerprint", AT_BOTH, MANY, on_fingerprint, 0},
    {"setup", AT_BOTH, ONCE, on_setup, 0},
    {"ice-ufrag", AT_BOTH, ONCE, on_ice_ufrag, 0},
    {"ice-pwd", AT_BOTH, ONCE, on_ice_pwd, 0},
    {"candidate", AT_BOTH, MANY, on_candidate, 0},
    {"cryptex", AT_BOTH, FLAG, on_flag, HAS_CRYPTEX},
    {"extmap-allow-mixed", AT_BOTH, FLAG, on_flag, HAS_MIXED},
    {"sendrecv", AT_BOTH, FLAG, on_direction, SDP_SENDRECV},
    {"sendonly", AT_BOTH, FLAG, on_direction, SDP_SENDONLY},
    {"recvonly", AT_BOTH, FLAG, on_direction, SDP_RECVONLY},
    {"inactive", AT_BOTH, FLAG, on_direction, SDP_INACTIVE},
    {"mid", AT_MEDIA, ONCE, on_mid, 0},
    {"bundle-only", AT_MEDIA, FLAG, on_flag, HAS_BUNDLE_ONLY},
    {"rtcp-mux", AT_MEDIA, FLAG, on_flag, HAS_RTCP_MUX},
    {"rtcp-rsize", AT_MEDIA, FLAG, on_flag, HAS_RTCP_RSIZE},
    {"rtpmap", AT_MEDIA, MANY, on_rtpmap, 0},
    {"fmtp", AT_MEDIA, MANY, on_fmtp, 0},
    {"rtcp-fb", AT_MEDIA, MANY, on_feedback, 0},
    {"extmap", AT_MEDIA, MANY, on_extmap, 0},
    {"ssrc", AT_MEDIA, MANY, on_ssrc, 0},
    {"ssrc-group", AT_MEDIA, MANY, on_ssrc_group, 0},
    {"rid", AT_MEDIA, MANY, on_rid, 0},
    {"simulcast", AT_MEDIA, ONCE, on_simulcast, 0},
};

#define ATTRIBUTES (sizeof attributes / sizeof attributes[0])
_Static_assert(ATTRIBUTES <= 32, "struct level's `seen` has a bit for each");

static enum sdp_refusal on_attribute(struct parser *p, struct span rest)
{
  struct level *level = current_level(p);
  bool has_value = rest.n > 0 && memchr(rest.p, ':', rest.n) != NULL;
  struct span name = sdp_text_split(&rest, ':');
  for (size_t i = 0; i < ATTRIBUTES; i++) {
    const struct attribute *a = &attributes[i];
    if ((a->where & (p->section != NULL ? AT_MEDIA : AT_SESSION)) == 0 || !sdp_text_is(name, a->name))
      continue;
    if (has_value == (a->form == FLAG))
      return SDP_BAD_ATTRIBUTE;
    if (a->form != MANY && (level->seen & 1u << i) != 0)
      return SDP_DUPLICATE;
    level->seen |= 1u << i;
    return a->handle(p, (struct value){rest, a->argument});
  }
  return SDP_ACCEPTED;
}

/* ---- sections ---- */

static enum sdp_refusal check_kind(struct span media, enum sdp_kind *kind)
{
  if (sdp_text_is(media, "application"))
    return SDP_DATA_CHANNEL;
  if (!sdp_text_is(media, "audio") && !sdp_text_is(media, "video"))
    return SDP_BAD_KIND;
  *kind = sdp_text_is(media, "audio") ? SDP_AUDIO : SDP_VIDEO;
  return SDP_ACCEPTED;
}

static enum sdp_refusal check_profile(struct span profile)
{
  if (sdp_text_is(profile, "UDP/TLS/RTP/SAVPF"))
    return SDP_ACCEPTED;
  if (sdp_text_is(profile, "RTP/AVP") || sdp_text_is(profile, "RTP/AVPF"))
    return SDP_PLAIN_RTP;
  if (sdp_text_is(profile, "RTP/SAVP") || sdp_text_is(profile, "RTP/SAVPF"))
    return SDP_NO_DTLS;
  return SDP_BAD_PROFILE;
}

/* "audio 9 UDP/TLS/RTP/SAVPF 111 63" */
static enum sdp_refusal start_section(struct parser *p, struct span rest)
{
  if (p->offer->n_sections == LIMIT_SDP_MEDIA)
    return SDP_TOO_MANY_SECTIONS;
  p->section = &p->offer->sections[p->offer->n_sections];
  p->media = (struct level){0};
  p->state = (struct section_state){.line = p->line};
  enum sdp_refusal refusal = check_kind(sdp_text_split(&rest, ' '), &p->section->kind);
  if (refusal != SDP_ACCEPTED)
    return refusal;
  uint32_t port;
  if (sdp_text_number(sdp_text_split(&rest, ' '), UINT16_MAX, &port) != 0)
    return SDP_BAD_LINE;
  p->state.port_is_zero = port == 0;
  refusal = check_profile(sdp_text_split(&rest, ' '));
  if (refusal != SDP_ACCEPTED)
    return refusal;
  refusal = sdp_payloads_start(&p->state.payloads, rest);
  p->section->first_format = p->state.payloads.list[0].type;
  return refusal;
}

static bool is_bundled(const struct parser *p, const char *mid)
{
  struct span mids = p->bundle;
  while (mids.n > 0)
    if (sdp_text_is(sdp_text_split(&mids, ' '), mid))
      return true;
  return false;
}

static bool is_tagged(const struct parser *p, const char *mid)
{
  struct span mids = p->bundle;
  return sdp_text_is(sdp_text_split(&mids, ' '), mid);
}

/* Keys and transport as they hold in this section, its own or the session's. */
static enum sdp_refusal check_transport(const struct parser *p)
{
  const struct level *media = &p->media, *session = &p->session;
  if (!media->has_fingerprint && !session->has_fingerprint)
    return media->has_other_hash || session->has_other_hash ? SDP_FINGERPRINT_HASH : SDP_NO_FINGERPRINT;
  if (!media->has_setup && !session->has_setup)
    return SDP_NO_SETUP;
  if ((media->ice_ufrag.n == 0 && session->ice_ufrag.n == 0) || (media->ice_pwd.n == 0 && session->ice_pwd.n == 0))
    return SDP_NO_ICE;
  return SDP_ACCEPTED;
}

static void keep_transport(struct parser *p)
{
  struct sdp_offer *offer = p->offer;
  const struct level *media = &p->media, *session = &p->session;
  /* The sizes were checked when the lines were read. */
  (void)sdp_text_copy(media->ice_ufrag.n > 0 ? media->ice_ufrag : session->ice_ufrag, offer->ice_ufrag,
                      sizeof offer->ice_ufrag);
  (void)sdp_text_copy(media->ice_pwd.n > 0 ? media->ice_pwd : session->ice_pwd, offer->ice_pwd, sizeof offer->ice_pwd);
  offer->setup = media->has_setup ? media->setup : session->setup;
  p->has_tagged = true;
}

static enum sdp_refusal finish_transport(struct parser *p)
{
  const char *mid = p->section->mid;
  if (!is_bundled(p, mid))
    return SDP_NO_BUNDLE;
  if ((p->media.flags & HAS_RTCP_MUX) == 0)
    return SDP_NO_RTCP_MUX;
  bool tagged = is_tagged(p, mid);
  if (!tagged && (p->media.flags & HAS_BUNDLE_ONLY) != 0)
    return SDP_ACCEPTED; /* it may leave out what the tagged one says (RFC 9143, section 7.1.3) */
  enum sdp_refusal refusal = check_transport(p);
  if (refusal == SDP_ACCEPTED && tagged)
    keep_transport(p);
  return refusal;
}

static enum sdp_refusal finish_cryptex(struct parser *p)
{
  bool cryptex = ((p->session.flags | p->media.flags) & HAS_CRYPTEX) != 0;
  if (p->has_live && p->offer->cryptex != cryptex)
    return SDP_CRYPTEX_MIXED;
  p->offer->cryptex = cryptex;
  p->has_live = true;
  return SDP_ACCEPTED;
}

static void reject_section(struct sdp_section *s)
{
  struct sdp_section rejected = {.kind = s->kind, .rejected = true, .first_format = s->first_format};
  memcpy(rejected.mid, s->mid, sizeof rejected.mid);
  *s = rejected;
}

static enum sdp_refusal finish_media(struct parser *p)
{
  struct sdp_section *section = p->section;
  enum sdp_refusal refusal = sdp_payloads_check(&p->state.payloads, &p->payload_types);
  if (refusal != SDP_ACCEPTED)
    return refusal;
  section->mixed = ((p->session.flags | p->media.flags) & HAS_MIXED) != 0;
  sdp_payloads_choose(&p->state.payloads, p->state.rids.sends.n == 0, section);
  if (!sdp_extmap_has_dependency(&p->state.extmap, section))
    sdp_codecs_without_scalable(section);
  if (section->n_codecs == 0) {
    reject_section(section);
    return SDP_ACCEPTED;
  }
  section->rtcp_rsize = (p->media.flags & HAS_RTCP_RSIZE) != 0;
  refusal = sdp_extmap_accept(&p->state.extmap, p->offer, section);
  if (refusal != SDP_ACCEPTED || (section->direction & SDP_SENDONLY) == 0)
    return refusal; /* the SSRCs of a mere slot only send receiver reports */
  refusal = sdp_ssrcs_finish(&p->state.ssrcs, p->offer, section);
  return refusal == SDP_ACCEPTED ? sdp_rids_finish(&p->state.rids, p->offer, section) : refusal;
}

static enum sdp_refusal judge_section(struct parser *p)
{
  struct sdp_section *section = p->section;
  if (section->mid[0] == 0)
    return SDP_NO_MID;
  section->direction = p->media.has_direction     ? p->media.direction
                       : p->session.has_direction ? p->session.direction
                                                  : SDP_SENDRECV;
  if (p->state.port_is_zero && (p->media.flags & HAS_BUNDLE_ONLY) == 0) {
    reject_section(section);
    return SDP_ACCEPTED;
  }
  enum sdp_refusal refusal = finish_transport(p);
  if (refusal == SDP_ACCEPTED)
    refusal = finish_cryptex(p);
  if (refusal == SDP_ACCEPTED)
    refusal = finish_media(p);
  return refusal;
}

static enum sdp_refusal finish_section(struct parser *p)
{
  if (p->section == NULL)
    return SDP_ACCEPTED;
  p->fault = p->state.line;
  enum sdp_refusal refusal = judge_section(p);
  p->offer->n_sections++;
  return refusal;
}

/* ---- the whole ---- */

static enum sdp_refusal on_section(struct parser *p, struct span rest)
{
  enum sdp_refusal refusal = finish_section(p);
  if (refusal != SDP_ACCEPTED)
    return refusal;
  p->fault = p->line;
  return start_section(p, rest);
}

static enum sdp_refusal on_line(struct parser *p, struct span line)
{
  static const char first_types[] = "vos";
  if (line.n < 2 || line.p[1] != '=')
    return SDP_BAD_LINE;
  char type = (char)line.p[0];
  (void)span_skip(&line, 2);
  if (p->line <= 3)
    return type == first_types[p->line - 1] && (type != 'v' || sdp_text_is(line, "0")) ? SDP_ACCEPTED : SDP_BAD_LINE;
  if (type == 'm')
    return on_section(p, line);
  if (type == 'a')
    return on_attribute(p, line);
  if (type == 'k')
    return SDP_SDES;
  return type != 0 && strchr(p->section != NULL ? "icb" : "iuepcbtrz", type) != NULL ? SDP_ACCEPTED : SDP_BAD_LINE;
}

static bool has_usable_section(const struct sdp_offer *offer)
{
  for (size_t i = 0; i < offer->n_sections; i++)
    if (!offer->sections[i].rejected)
      return true;
  return false;
}

static enum sdp_refusal finish_offer(struct parser *p)
{
  enum sdp_refusal refusal = finish_section(p);
  if (refusal != SDP_ACCEPTED)
    return refusal;
  p->fault = 0;
  if (p->offer->n_sections == 0)
    return SDP_NO_SECTION;
  if (!has_usable_section(p->offer))
    return SDP_NOTHING_USABLE;
  if (!p->has_tagged)
    return SDP_NO_BUNDLE;
  return sdp_extension_ids_check(&p->extension_ids, p->offer);
}

static enum sdp_refusal read_lines(struct parser *p, struct span text)
{
  if (text.n > LIMIT_SDP_BYTES)
    return SDP_TOO_LONG;
  do {
    struct span line;
    p->fault = ++p->line;
    enum sdp_refusal refusal = sdp_text_line(&text, &line);
    if (refusal == SDP_ACCEPTED)
      refusal = on_line(p, line);
    if (refusal != SDP_ACCEPTED)
      return refusal;
  } while (text.n > 0);
  return finish_offer(p);
}

int sdp_offer_parse(struct span text, struct sdp_offer *offer, struct sdp_error *error)
{
  *offer = (struct sdp_offer){0};
  struct parser p = {.offer = offer};
  *error = (struct sdp_error){.code = read_lines(&p, text)};
  if (error->code == SDP_ACCEPTED)
    return 0;
  error->line = p.fault;
  return ERR_REFUSED;
}
