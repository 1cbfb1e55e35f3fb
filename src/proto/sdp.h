/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SDP offer/answer (RFC 8866, RFC 3264, RFC 8829) from the answering side only: the browser offers, the server answers.
 *
 * An offer is parsed once, strictly, into struct sdp_offer. Three rules decide about every line:
 *  - what we use is checked and kept;
 *  - attributes that we don't know are ignored (RFC 8866, section 5.13), as are lines that ask for nothing of us;
 *  - what contradicts itself, or would weaken the protection of media (T1, T3, T5), refuses the whole offer. Each
 *    reason has a code, a sentence for people and a line number.
 * A section that is sound but of no use to us (no codec in common) is rejected alone, with port 0 in the answer.
 *
 * No heap, no time, no randomness. "Source" is a section in which the client sends, "slot" one in which it receives; a
 * section with a=sendrecv is both. Neither the parser nor the structs keep any address of the client (T9). */
#ifndef TESTUDO_PROTO_SDP_H
#define TESTUDO_PROTO_SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/net.h"

#define SDP_MID_BYTES 16         /* a longer mid would not fit a one-byte header extension (RFC 8285) */
#define SDP_RID_BYTES 16         /* likewise (RFC 8852) */
#define SDP_ICE_BYTES 256        /* ice-ufrag and ice-pwd at most (RFC 8839, section 5.4) */
#define SDP_FINGERPRINT_BYTES 32 /* SHA-256 */

/* ---- refusals ---- */

enum sdp_refusal {
  SDP_ACCEPTED = 0,

  /* the text */
  SDP_TOO_LONG,      /* more than LIMIT_SDP_BYTES */
  SDP_LINE_TOO_LONG, /* more than LIMIT_SDP_LINE */
  SDP_BAD_CHARACTER, /* a control character, NUL, or not UTF-8 */
  SDP_UNFINISHED,    /* the last line does not end, or the text is empty */
  SDP_BAD_LINE,      /* not "x=value", of an unknown type, or in the wrong place */
  SDP_BAD_ATTRIBUTE, /* an attribute that we use is not written as its RFC says */
  SDP_DUPLICATE,     /* an attribute that may stand once stands twice */

  /* sections */
  SDP_NO_SECTION,        /* no m= line */
  SDP_TOO_MANY_SECTIONS, /* more than LIMIT_SDP_MEDIA */
  SDP_DATA_CHANNEL,      /* m=application */
  SDP_BAD_KIND,          /* m= of neither audio nor video */
  SDP_NO_MID,
  SDP_BAD_MID, /* longer than SDP_MID_BYTES, or not a token */
  SDP_DUPLICATE_MID,
  SDP_NO_BUNDLE, /* not exactly one BUNDLE group with all live sections in it */
  SDP_NO_RTCP_MUX,

  /* keys and transport */
  SDP_PLAIN_RTP,   /* RTP/AVP, RTP/AVPF */
  SDP_NO_DTLS,     /* RTP/SAVP, RTP/SAVPF: SRTP keyed by something else than DTLS */
  SDP_BAD_PROFILE, /* any other profile than UDP/TLS/RTP/SAVPF */
  SDP_SDES,        /* a key in the text (a=crypto, a=key-mgmt, k=), also beside a fingerprint */
  SDP_NO_FINGERPRINT,
  SDP_FINGERPRINT_HASH, /* fingerprints, but none of SHA-256 */
  SDP_BAD_FINGERPRINT,  /* not 32 bytes as upper- or lower-case hex with colons */
  SDP_FINGERPRINTS_DIFFER,
  SDP_NO_SETUP,
  SDP_BAD_SETUP,     /* neither actpass nor active: the server is always passive */
  SDP_NO_ICE,        /* no ice-ufrag or no ice-pwd */
  SDP_ICE_LITE,      /* the client is ICE-lite too: nobody would check the path (RFC 8445, section 6.1.1) */
  SDP_BAD_ICE_UFRAG, /* not 4 to 256 ice-chars */
  SDP_BAD_ICE_PWD,   /* not 22 to 256 ice-chars */
  SDP_CRYPTEX_MIXED, /* a=cryptex in some of the bundled sections only (RFC 9335, section 4) */

  /* codecs, extensions, sources */
  SDP_TOO_MANY_CODECS,     /* more than LIMIT_SDP_CODECS in a section */
  SDP_BAD_PAYLOAD_TYPE,    /* above 127, twice, or in RTCP's range (RFC 5761, section 4) */
  SDP_PAYLOAD_TYPE_REUSED, /* one number for two codecs (RFC 9143, section 9.1) */
  SDP_EXTENSION_REUSED,    /* one id for two header extensions, or two ids for one that we use */
  SDP_TOO_MANY_SOURCES,    /* more than LIMIT_SDP_SOURCES in a section */
  SDP_BAD_SOURCE,          /* a=ssrc or a=ssrc-group contradict each other or another section's */
  SDP_TOO_MANY_LAYERS,     /* more than LIMIT_LAYERS in a section, LIMIT_SDP_SIMULCAST sections, or SDP_RIDS names */
  SDP_BAD_SIMULCAST,       /* a=simulcast is not written as RFC 8853 says, or names a layer twice or without a=rid */
  SDP_NOTHING_USABLE,      /* every section is rejected */

  /* a later offer on the same connection */
  SDP_SECTION_CHANGED,  /* sections removed, reordered, or of another mid or kind */
  SDP_IDENTITY_CHANGED, /* another fingerprint */
  SDP_CRYPTEX_CHANGED,
  SDP_MAPPING_CHANGED, /* another meaning of a payload type or an extension id (RFC 3264, section 8.3.2) */

  SDP_REFUSALS
};

struct sdp_error {
  enum sdp_refusal code;
  unsigned line; /* counted from 1; 0 when no single line is at fault */
};

/* The stable name for the API and metrics ("no_fingerprint") and one plain English sentence. Both constant. */
struct sdp_error_text {
  const char *name;
  const char *sentence;
};
struct sdp_error_text sdp_error_text(enum sdp_refusal code);

/* ---- what an offer holds ---- */

/* The enums of a section take a byte each: the sections of thousands of receivers are kept. */
#define SDP_SMALL __attribute__((packed))

enum SDP_SMALL sdp_kind { SDP_AUDIO, SDP_VIDEO };

/* Bits, always seen from whoever wrote the description. */
enum SDP_SMALL sdp_direction { SDP_INACTIVE = 0, SDP_SENDONLY = 1, SDP_RECVONLY = 2, SDP_SENDRECV = 3 };

enum sdp_setup { SDP_ACTPASS, SDP_ACTIVE };

enum SDP_SMALL sdp_codec_id { SDP_OPUS, SDP_VP8, SDP_H264, SDP_VP9, SDP_AV1, SDP_CODECS };

/* Several sizes in one stream, which the dependency descriptor tells apart. Not every client decodes these. */
static inline bool sdp_is_scalable(enum sdp_codec_id id)
{
  return id == SDP_VP9 || id == SDP_AV1;
}

/* Header extensions that we use. sdp_extension.c has the table of their URIs and of where each is accepted. */
enum sdp_extension {
  SDP_EXT_MID,         /* RFC 9143, section 15 */
  SDP_EXT_AUDIO_LEVEL, /* RFC 6464; only when cryptex hides it (T6) */
  SDP_EXT_TRANSPORT,   /* transport-wide sequence numbers (proto/twcc.h); only where feedback about them is offered */
  SDP_EXT_RID,         /* RFC 8852, as the next: which layer of the mid's section a packet belongs to ... */
  SDP_EXT_REPAIRED_RID, /* ... or which one it retransmits */
  SDP_EXT_DEPENDENCY, /* proto/dependency.h; only with a scalable codec */
  SDP_EXTENSIONS
};

/* A codec that our answer accepts, with the offer's payload type numbers. */
struct sdp_codec {
  enum sdp_codec_id id;
  uint8_t payload_type;
  uint8_t rtx_payload_type;  /* RFC 4588; 0: none was offered */
  uint8_t red_payload_type;  /* RFC 2198 with this codec in all blocks; 0: none was offered */
  bool nack : 1, pli : 1, transport : 1; /* a=rtcp-fb of the offer; transport: transport-cc */
  bool level_asymmetry : 1;              /* H.264 only, as the next */
  uint32_t profile_level_id : 24;        /* constrained baseline: 0x42e01f */
};

#define SDP_SECTION_CODECS 4 /* an audio section has Opus, a video section any of the others */

/* One stream of a source. */
struct sdp_stream {
  uint32_t ssrc;     /* never 0 */
  uint32_t rtx_ssrc; /* by an FID group; 0: not told */
};

/* The layers of a section with simulcast (RFC 8853), in the order of its list. */
struct sdp_layers {
  uint8_t n; /* at least 2 */
  char rid[LIMIT_LAYERS][SDP_RID_BYTES + 1];
};

struct sdp_section {
  char mid[SDP_MID_BYTES + 1];
  enum sdp_kind kind;
  enum sdp_direction direction; /* as the client wrote it: SDP_SENDONLY is a source */
  bool
      rejected; /* stopped by the client, or no codec in common: port 0 in the answer, and but for mid and kind unset */
  bool rtcp_rsize;
  bool mixed; /* a=extmap-allow-mixed: header extensions of over 16 bytes may be sent (RFC 8285, section 6) */
  uint8_t first_format; /* any payload type of the m= line, for a rejected section's answer */

  /* In order of our preference. A source has exactly one: what the client will send; or two while the first one is
   * scalable, of which sdp_section_settle leaves one. A mere slot has all that the client can decode of ours. */
  uint8_t n_codecs;
  struct sdp_codec codecs[SDP_SECTION_CODECS];

  /* Those accepted in this section; 0: not. 1 to 14, or 16 to 255 which need the two-byte form (RFC 8285). */
  uint8_t extension_id[SDP_EXTENSIONS];

  uint8_t simulcast; /* 1 + index in sdp_offer.simulcast; 0: one stream */
  uint8_t n_streams; /* 0: a slot, or the client doesn't tell SSRCs: then the mid extension says whose a packet is */
  struct sdp_stream streams[LIMIT_SDP_SOURCES];
};

/* Plain data without pointers, less than 6 KB: may be copied, and is valid after the text is gone. */
struct sdp_offer {
  /* Of the BUNDLE group, that is, of its first section (RFC 9143, section 7). */
  uint8_t fingerprint[SDP_FINGERPRINT_BYTES];
  enum sdp_setup setup;
  bool cryptex; /* RFC 9335: both sides may encrypt header extensions and CSRCs, and do */

  /* An id means the same in all sections: a packet's mid can be read before its section is known. 0: accepted nowhere.
   */
  uint8_t extension_id[SDP_EXTENSIONS];

  uint8_t n_simulcast;
  struct sdp_layers simulcast[LIMIT_SDP_SIMULCAST];

  unsigned candidates; /* a=candidate lines seen. Our client sends none; they are counted and not kept (T9). */
  size_t n_sections;
  struct sdp_section sections[LIMIT_SDP_MEDIA];
  char ice_ufrag[SDP_ICE_BYTES + 1]; /* behind what is kept of an accepted offer; strings end with zero */
  char ice_pwd[SDP_ICE_BYTES + 1];
};

/* 0 with `offer` filled, or ERR_REFUSED with `error` filled and `offer` unspecified. */
int sdp_offer_parse(struct span text, struct sdp_offer *offer, struct sdp_error *error);

/* Whether `next` may follow `previous` on the same connection: the same identity and mappings, the same sections in the
 * same places, new ones only at the end or in the place of rejected ones (RFC 8829, section 5.2.2). Directions, SSRCs
 * and ICE credentials may change; new credentials are an ICE restart (sdp_offer_restarts_ice). 0, or ERR_REFUSED with
 * `error`. */
int sdp_offer_check_successor(const struct sdp_offer *previous, const struct sdp_offer *next, struct sdp_error *error);
bool sdp_offer_restarts_ice(const struct sdp_offer *previous, const struct sdp_offer *next);

/* Of a source with two codecs the scalable one stays, or the other. Harmless for any other section. */
void sdp_section_settle(struct sdp_section *section, bool scalable);

/* The live (not rejected) section with this mid, or NULL. */
const struct sdp_section *sdp_offer_find(const struct sdp_offer *offer, struct span mid);

/* The layers that this section sends, or NULL: one stream. */
static inline const struct sdp_layers *sdp_offer_layers(const struct sdp_offer *offer, const struct sdp_section *s)
{
  return s->simulcast != 0 ? &offer->simulcast[s->simulcast - 1] : NULL;
}

/* ---- the answer ---- */

/* What the server does in one section. All zero: the section stays, inactive. */
struct sdp_answer_section {
  enum sdp_direction direction; /* ours; reduced to what the offer allows: SDP_RECVONLY takes the client's source */
  /* Port 0, for a section beyond our limits; those that the offer has rejected stay so anyhow. Not for the first
   * section of the bundle: with bundlePolicy 'max-bundle' Chromium takes no such answer. Leave that one inactive. */
  bool reject;
  /* For a direction that sends; not 0 then. */
  uint32_t ssrc;
  uint32_t rtx_ssrc;     /* 0: no retransmission, also when the offer has RTX */
  const char *stream_id; /* a=msid's two parts, tokens of 1 to 64 characters (RFC 8830) */
  const char *track_id;
};

/* Everything is borrowed for the time of the call. */
struct sdp_answer {
  uint64_t session_id;      /* o= line: stays for the connection, below 2^63 */
  uint64_t session_version; /* one more with each answer */
  const char *ice_ufrag;    /* ours */
  const char *ice_pwd;
  uint8_t fingerprint[SDP_FINGERPRINT_BYTES];
  const char *cname;
  const struct net_addr *candidates; /* IPv4 or IPv6; host candidates over UDP or (NET_TCP) TCP */
  size_t n_candidates;
  const struct sdp_answer_section *sections; /* as many as the offer has */
};

/* The direction that stands in the answer: ours, reduced to what the offer allows. */
enum sdp_direction sdp_answer_direction(const struct sdp_section *offered, const struct sdp_answer_section *ours);

/* Writes the answer: ICE-lite, passive, one BUNDLE group, rtcp-mux, cryptex when offered, and in the order of the offer
 * one section for each. The text is ASCII with CRLF and no final zero. ERR_LIMIT when it does not fit; LIMIT_SDP_BYTES
 * always do. */
int sdp_answer_write(const struct sdp_offer *offer, const struct sdp_answer *answer, struct writer *w);

#endif
