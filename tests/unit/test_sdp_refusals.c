/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each reason to refuse an offer: one good offer, changed in one place (T1, T3, T5). */
#include "sdp_testing.h"

#define FINGERPRINT "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F"
#define OTHER_FINGERPRINT                                                                                              \
  "FF:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F"

/* Line numbers are what the refusals below name. */
static const char good[] = "v=0\r\n"                                                           /* 1 */
                           "o=- 7 2 IN IP4 127.0.0.1\r\n"                                      /* 2 */
                           "s=-\r\n"                                                           /* 3 */
                           "t=0 0\r\n"                                                         /* 4 */
                           "a=group:BUNDLE mic cam slot\r\n"                                   /* 5 */
                           "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\n"                             /* 6 */
                           "c=IN IP4 0.0.0.0\r\n"                                              /* 7 */
                           "a=mid:mic\r\n"                                                     /* 8 */
                           "a=ice-ufrag:abcd\r\n"                                              /* 9 */
                           "a=ice-pwd:0123456789abcdefghijkl\r\n"                              /* 10 */
                           "a=fingerprint:sha-256 " FINGERPRINT "\r\n"                         /* 11 */
                           "a=setup:actpass\r\n"                                               /* 12 */
                           "a=sendonly\r\n"                                                    /* 13 */
                           "a=rtcp-mux\r\n"                                                    /* 14 */
                           "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"                /* 15 */
                           "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on\r\n" /* 16 */
                           "a=rtpmap:111 opus/48000/2\r\n"                                     /* 17 */
                           "a=ssrc:1111 cname:x\r\n"                                           /* 18 */
                           "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"                             /* 19 */
                           "a=mid:cam\r\n"                                                     /* 20 */
                           "a=ice-ufrag:abcd\r\n"                                              /* 21 */
                           "a=ice-pwd:0123456789abcdefghijkl\r\n"                              /* 22 */
                           "a=fingerprint:sha-256 " FINGERPRINT "\r\n"                         /* 23 */
                           "a=setup:actpass\r\n"                                               /* 24 */
                           "a=sendonly\r\n"                                                    /* 25 */
                           "a=rtcp-mux\r\n"                                                    /* 26 */
                           "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"                /* 27 */
                           "a=rtpmap:96 VP8/90000\r\n"                                         /* 28 */
                           "a=rtcp-fb:96 nack\r\n"                                             /* 29 */
                           "a=rtpmap:97 rtx/90000\r\n"                                         /* 30 */
                           "a=fmtp:97 apt=96\r\n"                                              /* 31 */
                           "a=ssrc-group:FID 2222 3333\r\n"                                    /* 32 */
                           "a=ssrc:2222 cname:x\r\n"                                           /* 33 */
                           "a=ssrc:3333 cname:x\r\n"                                           /* 34 */
                           "m=video 0 UDP/TLS/RTP/SAVPF 102 103\r\n"                           /* 35 */
                           "a=bundle-only\r\n"                                                 /* 36 */
                           "a=mid:slot\r\n"                                                    /* 37 */
                           "a=recvonly\r\n"                                                    /* 38 */
                           "a=rtcp-mux\r\n"                                                    /* 39 */
                           "a=rtpmap:102 H264/90000\r\n"                                       /* 40 */
                           "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f\r\n"       /* 41 */
                           "a=rtpmap:103 rtx/90000\r\n"                                        /* 42 */
                           "a=fmtp:103 apt=102\r\n";                                           /* 43 */

/* The good offer with the first `from` replaced by `to`, or all of them. */
static struct span change(const char *from, const char *to, bool all, char text[16 * 1024])
{
  struct writer w = writer_of(text, 16 * 1024);
  const char *rest = good;
  for (const char *at = strstr(rest, from); at != NULL; at = all ? strstr(rest, from) : NULL) {
    put_bytes(&w, rest, (size_t)(at - rest));
    put_str(&w, to);
    rest = at + strlen(from);
  }
  assert_ptr_not_equal(rest, good); /* the table below names something that is there */
  put_str(&w, rest);
  assert_false(w.overflow);
  return writer_span(&w);
}

struct refusal {
  const char *name;
  const char *from, *to;
  enum sdp_refusal code;
  unsigned line;
  bool all;
};

static void assert_refusals(const struct refusal *list, size_t n)
{
  static char text[16 * 1024];
  for (size_t i = 0; i < n; i++) {
    struct sdp_offer offer;
    struct sdp_error error;
    (void)sdp_parse_copy(change(list[i].from, list[i].to, list[i].all, text), &offer, &error);
    if (error.code != list[i].code || error.line != list[i].line)
      fail_msg("%s: expected %s in line %u, was %s in line %u", list[i].name, sdp_error_text(list[i].code).name,
               list[i].line, sdp_error_text(error.code).name, error.line);
  }
}

#define ASSERT_REFUSALS(list) assert_refusals(list, sizeof(list) / sizeof(list)[0])

static void test_the_good_offer_is_good(void **state)
{
  (void)state;
  struct sdp_offer offer;
  struct sdp_error error;
  assert_int_equal(sdp_parse_copy(span_str(good), &offer, &error), 0);
  assert_int_equal(error.code, SDP_ACCEPTED);
  assert_int_equal(offer.n_sections, 3);
  assert_int_equal(offer.sections[1].streams[0].rtx_ssrc, 3333);
  assert_int_equal(offer.sections[2].codecs[0].id, SDP_H264);
}

static void test_the_text(void **state)
{
  (void)state;
  static const struct refusal list[] = {
      {"a tab", "t=0 0", "t=0\t0", SDP_BAD_CHARACTER, 4},
      {"a lone carriage return", "t=0 0", "t=0\r0", SDP_BAD_CHARACTER, 4},
      {"delete", "s=-", "s=\x7f", SDP_BAD_CHARACTER, 3},
      {"Latin-1", "s=-", "s=\xe4", SDP_BAD_CHARACTER, 3},
      {"an overlong slash", "s=-", "s=\xc0\xaf", SDP_BAD_CHARACTER, 3},
      {"a surrogate", "s=-", "s=\xed\xa0\x80", SDP_BAD_CHARACTER, 3},
      {"above Unicode", "s=-", "s=\xf4\x90\x80\x80", SDP_BAD_CHARACTER, 3},
      {"a cut character", "s=-", "s=\xe2\x82", SDP_BAD_CHARACTER, 3},
      {"another version", "v=0", "v=1", SDP_BAD_LINE, 1},
      {"no o= line", "o=- 7 2 IN IP4 127.0.0.1\r\n", "", SDP_BAD_LINE, 2},
      {"an empty line", "t=0 0\r\n", "t=0 0\r\n\r\n", SDP_BAD_LINE, 5},
      {"no equals sign", "t=0 0", "t:0 0", SDP_BAD_LINE, 4},
      {"an unknown type", "t=0 0", "x=0 0", SDP_BAD_LINE, 4},
      {"a second v= line", "t=0 0", "v=0", SDP_BAD_LINE, 4},
      {"a t= line in a section", "c=IN IP4 0.0.0.0", "t=0 0", SDP_BAD_LINE, 7},
      {"a flag with a value", "a=rtcp-mux", "a=rtcp-mux:yes", SDP_BAD_ATTRIBUTE, 14},
      {"a value that is missing", "a=setup:actpass", "a=setup", SDP_BAD_ATTRIBUTE, 12},
      {"two mids", "a=mid:mic\r\n", "a=mid:mic\r\na=mid:mac\r\n", SDP_DUPLICATE, 9},
      {"two setups", "a=setup:actpass\r\n", "a=setup:actpass\r\na=setup:active\r\n", SDP_DUPLICATE, 13},
      {"two directions", "a=sendonly\r\n", "a=sendonly\r\na=recvonly\r\n", SDP_DUPLICATE, 14},
      {"two passwords", "a=setup:actpass", "a=ice-pwd:0123456789abcdefghijkl", SDP_DUPLICATE, 12},
      {"two maps of a type", "a=rtpmap:111 opus/48000/2\r\n", "a=rtpmap:111 opus/48000/2\r\na=rtpmap:111 L16/48000\r\n",
       SDP_DUPLICATE, 18},
      {"two formats of a type", "a=fmtp:97 apt=96\r\n", "a=fmtp:97 apt=96\r\na=fmtp:97 apt=111\r\n", SDP_DUPLICATE, 32},
  };
  ASSERT_REFUSALS(list);
}

static void test_sections(void **state)
{
  (void)state;
  static const struct refusal list[] = {
      {"data channels", "m=video 0 UDP/TLS/RTP/SAVPF 102 103", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
       SDP_DATA_CHANNEL, 35},
      {"text", "m=video 0", "m=text 0", SDP_BAD_KIND, 35},
      {"no number of a port", "m=audio 9 ", "m=audio nine ", SDP_BAD_LINE, 6},
      {"several ports", "m=audio 9 ", "m=audio 9/2 ", SDP_BAD_LINE, 6},
      {"a port above 65535", "m=audio 9 ", "m=audio 65536 ", SDP_BAD_LINE, 6},
      {"no formats", "m=audio 9 UDP/TLS/RTP/SAVPF 111 0", "m=audio 9 UDP/TLS/RTP/SAVPF", SDP_BAD_LINE, 6},
      {"no mid", "a=mid:cam\r\n", "", SDP_NO_MID, 19},
      {"an empty mid", "a=mid:cam", "a=mid:", SDP_BAD_MID, 20},
      {"a mid of 17", "a=mid:cam", "a=mid:01234567890123456", SDP_BAD_MID, 20},
      {"a mid that is no token", "a=mid:cam", "a=mid:c m", SDP_BAD_MID, 20},
      {"a mid twice", "a=mid:cam", "a=mid:mic", SDP_DUPLICATE_MID, 20},
      {"no group", "a=group:BUNDLE mic cam slot\r\n", "", SDP_NO_BUNDLE, 5},
      {"one is outside", "BUNDLE mic cam slot", "BUNDLE mic slot", SDP_NO_BUNDLE, 19},
      {"the first is unknown", "BUNDLE mic cam slot", "BUNDLE none mic cam slot", SDP_NO_BUNDLE, 0},
      {"the first is stopped", "m=audio 9", "m=audio 0", SDP_NO_BUNDLE, 0},
      {"two groups", "t=0 0", "a=group:BUNDLE mic", SDP_NO_BUNDLE, 5},
      {"no rtcp-mux", "a=rtcp-mux\r\n", "", SDP_NO_RTCP_MUX, 6},
      {"no rtcp-mux in the last", "a=recvonly\r\na=rtcp-mux\r\n", "a=recvonly\r\n", SDP_NO_RTCP_MUX, 35},
  };
  ASSERT_REFUSALS(list);
}

/* T1, T5. */
static void test_profiles_and_keys(void **state)
{
  (void)state;
  static const struct refusal list[] = {
      {"plain RTP", "UDP/TLS/RTP/SAVPF", "RTP/AVP", SDP_PLAIN_RTP, 6},
      {"plain RTP with feedback", "UDP/TLS/RTP/SAVPF 96", "RTP/AVPF 96", SDP_PLAIN_RTP, 19},
      {"SRTP by SDES", "UDP/TLS/RTP/SAVPF", "RTP/SAVP", SDP_NO_DTLS, 6},
      {"SRTP by SDES with feedback", "UDP/TLS/RTP/SAVPF", "RTP/SAVPF", SDP_NO_DTLS, 6},
      {"TCP", "UDP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF", SDP_BAD_PROFILE, 6},
      {"without feedback", "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", SDP_BAD_PROFILE, 6},
      {"lower case", "UDP/TLS/RTP/SAVPF", "udp/tls/rtp/savpf", SDP_BAD_PROFILE, 6},
      {"SDES beside the fingerprint", "a=rtcp-mux\r\n",
       "a=rtcp-mux\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n", SDP_SDES,
       15},
      {"SDES at the session", "t=0 0", "a=crypto:1 AEAD_AES_256_GCM inline:x", SDP_SDES, 4},
      {"SDES instead", "a=fingerprint:sha-256 " FINGERPRINT, "a=crypto:1 AEAD_AES_256_GCM inline:x", SDP_SDES, 11},
      {"MIKEY", "t=0 0", "a=key-mgmt:mikey AQAFgM", SDP_SDES, 4},
      {"k=", "c=IN IP4 0.0.0.0", "k=clear:secret", SDP_SDES, 7},
      {"no fingerprint", "a=fingerprint:sha-256 " FINGERPRINT "\r\n", "", SDP_NO_FINGERPRINT, 6},
      {"no fingerprint in the second section",
       "a=ice-pwd:0123456789abcdefghijkl\r\na=fingerprint:sha-256 " FINGERPRINT
       "\r\na=setup:actpass\r\na=sendonly\r\na=rtcp-mux\r\na=extmap:4 "
       "urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rtpmap:96",
       "a=ice-pwd:0123456789abcdefghijkl\r\na=setup:actpass\r\na=sendonly\r\na=rtcp-mux\r\na=rtpmap:96",
       SDP_NO_FINGERPRINT, 19},
      {"no fingerprint anywhere", "a=fingerprint:sha-256 " FINGERPRINT "\r\n", "", SDP_NO_FINGERPRINT, 6, true},
      {"SHA-1", "a=fingerprint:sha-256 " FINGERPRINT, "a=fingerprint:sha-1 00:01:02", SDP_FINGERPRINT_HASH, 6},
      {"SHA-512", "sha-256", "sha-512", SDP_FINGERPRINT_HASH, 6, true},
      {"31 bytes", ":1E:1F", ":1E", SDP_BAD_FINGERPRINT, 11},
      {"33 bytes", ":1E:1F", ":1E:1F:20", SDP_BAD_FINGERPRINT, 11},
      {"no hex", ":1E:1F", ":1E:1G", SDP_BAD_FINGERPRINT, 11},
      {"a byte of one digit", ":1E:1F", ":1E:F", SDP_BAD_FINGERPRINT, 11},
      {"no colons", "00:01:02", "00-01-02", SDP_BAD_FINGERPRINT, 11},
      {"another in the second section", "a=mid:cam\r\n", "a=mid:cam\r\na=fingerprint:sha-256 " OTHER_FINGERPRINT "\r\n",
       SDP_FINGERPRINTS_DIFFER, 21},
      {"another at the session", "t=0 0", "a=fingerprint:sha-256 " OTHER_FINGERPRINT, SDP_FINGERPRINTS_DIFFER, 11},
      {"two in one section", "a=setup:actpass", "a=fingerprint:sha-256 " OTHER_FINGERPRINT, SDP_FINGERPRINTS_DIFFER,
       12},
      {"no setup", "a=setup:actpass\r\n", "", SDP_NO_SETUP, 6},
      {"passive", "a=setup:actpass", "a=setup:passive", SDP_BAD_SETUP, 12},
      {"holdconn", "a=setup:actpass", "a=setup:holdconn", SDP_BAD_SETUP, 12},
      {"cryptex in one section", "a=mid:cam\r\n", "a=mid:cam\r\na=cryptex\r\n", SDP_CRYPTEX_MIXED, 19},
  };
  ASSERT_REFUSALS(list);
}

#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void test_ice(void **state)
{
  (void)state;
  static const struct refusal list[] = {
      {"no ufrag", "a=ice-ufrag:abcd\r\n", "", SDP_NO_ICE, 6},
      {"no password", "a=ice-pwd:0123456789abcdefghijkl\r\n", "", SDP_NO_ICE, 6},
      {"no ufrag in the second section", "a=mid:cam\r\na=ice-ufrag:abcd\r\n", "a=mid:cam\r\n", SDP_NO_ICE, 19},
      {"a ufrag of 3", "ufrag:abcd", "ufrag:abc", SDP_BAD_ICE_UFRAG, 9},
      {"a ufrag of 257", "ufrag:abcd", "ufrag:x" X64 X64 X64 X64, SDP_BAD_ICE_UFRAG, 9},
      {"a ufrag with a colon", "ufrag:abcd", "ufrag:ab:cd", SDP_BAD_ICE_UFRAG, 9},
      {"a password of 21", "pwd:0123456789abcdefghijkl", "pwd:0123456789abcdefghijk", SDP_BAD_ICE_PWD, 10},
      {"a password of 257", "pwd:0123456789abcdefghijkl", "pwd:x" X64 X64 X64 X64, SDP_BAD_ICE_PWD, 10},
      {"a password with a dash", "pwd:0123456789abcdefghijkl", "pwd:0123456789-bcdefghijkl", SDP_BAD_ICE_PWD, 10},
      {"ICE-lite", "t=0 0", "a=ice-lite", SDP_ICE_LITE, 4},
  };
  ASSERT_REFUSALS(list);
}

static void test_codecs_extensions_and_sources(void **state)
{
  (void)state;
  static const struct refusal list[] = {
      {"a type of 128", "SAVPF 111 0", "SAVPF 111 128", SDP_BAD_PAYLOAD_TYPE, 6},
      {"a type twice", "SAVPF 111 0", "SAVPF 111 111", SDP_BAD_PAYLOAD_TYPE, 6},
      {"a type of RTCP", "SAVPF 111 0", "SAVPF 111 72", SDP_BAD_PAYLOAD_TYPE, 6},
      {"no number", "SAVPF 111 0", "SAVPF 111 x", SDP_BAD_PAYLOAD_TYPE, 6},
      {"two spaces", "SAVPF 111 0", "SAVPF 111  0", SDP_BAD_PAYLOAD_TYPE, 6},
      {"no number in a map", "a=rtpmap:111 ", "a=rtpmap:x ", SDP_BAD_PAYLOAD_TYPE, 17},
      {"a map without a codec", "a=rtpmap:111 opus/48000/2", "a=rtpmap:111", SDP_BAD_ATTRIBUTE, 17},
      {"one type, two codecs", "SAVPF 102 103", "SAVPF 96 102 103", SDP_PAYLOAD_TYPE_REUSED, 35},
      {"two ids for one extension", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on",
       "a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:mid", SDP_EXTENSION_REUSED, 16},
      {"two extensions with one id", "a=extmap:1 ", "a=extmap:4 ", SDP_EXTENSION_REUSED, 16},
      {"another id in the next section", "a=rtcp-mux\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rtpmap:96",
       "a=rtcp-mux\r\na=extmap:5 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rtpmap:96", SDP_EXTENSION_REUSED, 19},
      {"its id means another thing elsewhere", "a=rtpmap:102 H264/90000", "a=extmap:4 urn:other", SDP_EXTENSION_REUSED,
       0},
      {"id 0", "a=extmap:4 ", "a=extmap:0 ", SDP_BAD_ATTRIBUTE, 15},
      {"id 256", "a=extmap:4 ", "a=extmap:256 ", SDP_BAD_ATTRIBUTE, 15},
      {"an unknown direction", "a=extmap:4 ", "a=extmap:4/both ", SDP_BAD_ATTRIBUTE, 15},
      {"no extension", "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", "a=extmap:4", SDP_BAD_ATTRIBUTE, 15},
      {"no SSRC", "a=ssrc:1111 cname:x", "a=ssrc:x cname:x", SDP_BAD_ATTRIBUTE, 18},
      {"an SSRC of 33 bits", "a=ssrc:1111 ", "a=ssrc:4294967296 ", SDP_BAD_ATTRIBUTE, 18},
      {"SSRC 0", "a=ssrc:1111 ", "a=ssrc:0 ", SDP_BAD_SOURCE, 18},
      {"repairing itself", "FID 2222 3333", "FID 2222 2222", SDP_BAD_SOURCE, 32},
      {"a group of three", "FID 2222 3333", "FID 2222 3333 4444", SDP_BAD_SOURCE, 32},
      {"a group of one", "FID 2222 3333", "FID 2222", SDP_BAD_ATTRIBUTE, 32},
      {"repairing a repair", "FID 2222 3333\r\n", "FID 2222 3333\r\na=ssrc-group:FID 3333 4444\r\n", SDP_BAD_SOURCE,
       33},
      {"repairing while being repaired", "FID 2222 3333\r\n", "FID 2222 3333\r\na=ssrc-group:FID 4444 2222\r\n",
       SDP_BAD_SOURCE, 33},
      {"repairing two", "FID 2222 3333\r\n", "FID 2222 3333\r\na=ssrc-group:FID 4444 3333\r\n", SDP_BAD_SOURCE, 33},
      {"two retransmissions", "FID 2222 3333\r\n", "FID 2222 3333\r\na=ssrc-group:FID 2222 4444\r\n", SDP_BAD_SOURCE,
       33},
      {"another section's SSRC", "a=ssrc:2222 ", "a=ssrc:1111 ", SDP_BAD_SOURCE, 19},
      {"too many", "a=ssrc:3333 cname:x\r\n", "a=ssrc:1 x\r\na=ssrc:2 x\r\na=ssrc:3 x\r\na=ssrc:4 x\r\n",
       SDP_TOO_MANY_SOURCES, 19},
      {"nothing that we know", "/90000", "/90001", SDP_ACCEPTED, 0, true},
  };
  ASSERT_REFUSALS(list);
}

static void parse_changed(const char *from, const char *to, struct sdp_offer *offer)
{
  static char text[16 * 1024];
  struct sdp_error error;
  if (sdp_parse_copy(change(from, to, false, text), offer, &error) != 0)
    fail_msg("%s: %s", to, sdp_error_text(error.code).name);
}

#define RID_EXTENSION "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
#define LAYERS "a=rid:l send\r\na=rid:m send\r\na=rid:h send\r\n"

static void test_simulcast(void **state)
{
  (void)state;
#define IN_CAM(lines) "a=ssrc-group:FID 2222 3333", RID_EXTENSION lines "a=x"
  static const struct refusal list[] = {
      {"three layers", IN_CAM(LAYERS "a=simulcast:send l;m;h\r\n"), SDP_ACCEPTED, 0},
      {"and what it could receive", IN_CAM(LAYERS "a=rid:r recv\r\na=simulcast:recv r send ~l;m,h\r\n"), SDP_ACCEPTED, 0},
      {"four", IN_CAM(LAYERS "a=rid:x send\r\na=simulcast:send l;m;h;x\r\n"), SDP_TOO_MANY_LAYERS, 19},
      {"a layer twice", IN_CAM(LAYERS "a=simulcast:send l;m;l\r\n"), SDP_BAD_SIMULCAST, 19},
      {"an unknown layer", IN_CAM(LAYERS "a=simulcast:send l;m;x\r\n"), SDP_BAD_SIMULCAST, 19},
      {"a layer that it receives", IN_CAM(LAYERS "a=rid:x recv\r\na=simulcast:send l;x\r\n"), SDP_BAD_SIMULCAST, 19},
      {"an empty layer", IN_CAM(LAYERS "a=simulcast:send l;;h\r\n"), SDP_BAD_SIMULCAST, 19},
      {"nothing behind the last", IN_CAM(LAYERS "a=simulcast:send l;m;\r\n"), SDP_BAD_SIMULCAST, 36},
      {"no list", IN_CAM(LAYERS "a=simulcast:send\r\n"), SDP_BAD_SIMULCAST, 36},
      {"an earlier draft", IN_CAM(LAYERS "a=simulcast: send rid=l;m\r\n"), SDP_BAD_SIMULCAST, 36},
      {"sent twice", IN_CAM(LAYERS "a=simulcast:send l;m send h\r\n"), SDP_BAD_SIMULCAST, 36},
      {"two lists", IN_CAM(LAYERS "a=simulcast:send l;m\r\na=simulcast:send l;m\r\n"), SDP_DUPLICATE, 37},
      {"a name twice", IN_CAM(LAYERS "a=rid:l send\r\n"), SDP_DUPLICATE, 36},
      {"a name that is none", IN_CAM("a=rid:l/ send\r\n"), SDP_BAD_ATTRIBUTE, 33},
      {"a name of 17 letters", IN_CAM("a=rid:abcdefghijklmnopq send\r\n"), SDP_BAD_ATTRIBUTE, 33},
      {"no direction", IN_CAM("a=rid:l\r\n"), SDP_BAD_ATTRIBUTE, 33},
  };
  ASSERT_REFUSALS(list);
}

/* Layers that could not be told apart are no reason to refuse: one stream is answered. */
static void test_simulcast_that_is_of_no_use(void **state)
{
  (void)state;
  struct sdp_offer offer;
  parse_changed(IN_CAM(LAYERS "a=simulcast:send l;m;h\r\n"), &offer);
  assert_int_equal(offer.n_simulcast, 1);
  assert_int_equal(sdp_offer_layers(&offer, &offer.sections[1])->n, 3);
  parse_changed("a=ssrc-group:FID 2222 3333", LAYERS "a=simulcast:send l;m;h\r\na=x", &offer);
  assert_int_equal(offer.n_simulcast, 0); /* no header extension */
  parse_changed(IN_CAM(LAYERS "a=simulcast:send l\r\n"), &offer);
  assert_null(sdp_offer_layers(&offer, &offer.sections[1]));
  parse_changed("a=rtpmap:102", RID_EXTENSION LAYERS "a=simulcast:send l;m\r\na=rtpmap:102", &offer);
  assert_int_equal(offer.n_simulcast, 0); /* a slot */
#undef IN_CAM
}

static void test_an_offer_without_any_codec_of_ours(void **state)
{
  (void)state;
  static char text[16 * 1024];
  struct sdp_offer offer;
  struct sdp_error error;
  struct span audio = change("m=video 9 ", "m=audio 9 ", false, text);
  assert_int_equal(sdp_parse_copy(audio, &offer, &error), 0); /* VP8 as audio: that section alone is rejected */
  assert_true(offer.sections[1].rejected && !offer.sections[0].rejected);
  char *end = memmem(text, audio.n, "m=audio 9 UDP/TLS/RTP/SAVPF 96", 30);
  assert_non_null(end);
  char *opus = memmem(text, audio.n, "opus", 4);
  memcpy(opus, "spus", 4);
  assert_int_equal(sdp_parse_copy(span_of(text, (size_t)(end - text)), &offer, &error), ERR_REFUSED);
  assert_int_equal(error.code, SDP_NOTHING_USABLE);
}

/* What must not disturb: each is accepted, with the effect that is named. */
static void test_what_is_harmless(void **state)
{
  (void)state;
  static const struct refusal list[] = {
      {"line feeds alone", "\r\n", "\n", SDP_ACCEPTED, 0, true},
      {"an unknown attribute", "t=0 0", "a=identity:xyz", SDP_ACCEPTED, 0},
      {"UTF-8", "s=-", "s=\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa2", SDP_ACCEPTED, 0},
      {"another group", "t=0 0", "a=group:LS mic cam", SDP_ACCEPTED, 0},
      {"bandwidth", "c=IN IP4 0.0.0.0", "b=AS:30", SDP_ACCEPTED, 0},
      {"feedback of a type that is not listed", "a=rtcp-fb:96 nack", "a=rtcp-fb:121 nack", SDP_ACCEPTED, 0},
      {"a map of a type that is not listed", "a=rtcp-fb:96 nack", "a=rtpmap:121 VP9/90000", SDP_ACCEPTED, 0},
      {"an id from the second range", "a=extmap:1 ", "a=extmap:4096 ", SDP_ACCEPTED, 0},
      {"a bigger hash beside SHA-256", "a=setup:actpass\r\n", "a=setup:actpass\r\na=fingerprint:sha-512 00:11\r\n",
       SDP_ACCEPTED, 0},
      {"lower-case hex", "0A:0B:0C", "0a:0b:0c", SDP_ACCEPTED, 0},
      {"active", "a=setup:actpass", "a=setup:active", SDP_ACCEPTED, 0},
      {"a group that we don't use", "FID 2222 3333", "SIM 2222 3333", SDP_ACCEPTED, 0},
      {"forward error correction", "a=ssrc:3333 cname:x\r\n", "a=ssrc-group:FEC-FR 2222 4444\r\n", SDP_ACCEPTED, 0},
      {"other ICE credentials in the second section", "a=mid:cam\r\na=ice-ufrag:abcd", "a=mid:cam\r\na=ice-ufrag:efgh",
       SDP_ACCEPTED, 0},
  };
  ASSERT_REFUSALS(list);
}

static void test_h264_profiles(void **state)
{
  (void)state;
  static const struct {
    const char *fmtp;
    bool accepted;
  } list[] = {
      {"packetization-mode=1;profile-level-id=42e01f", true},
      {"profile-level-id=42C02A; packetization-mode=1", true},
      {"packetization-mode=1;profile-level-id=4d801f", true},
      {"packetization-mode=1;profile-level-id=42001f", false},
      {"packetization-mode=1;profile-level-id=640c1f", false},
      {"packetization-mode=0;profile-level-id=42e01f", false},
      {"profile-level-id=42e01f", false},
      {"packetization-mode=1", false},
      {"packetization-mode=1;profile-level-id=42e01", false},
      {"packetization-mode=1;profile-level-id=42e01g", false},
  };
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    struct sdp_offer offer;
    parse_changed("packetization-mode=1;profile-level-id=42e01f", list[i].fmtp, &offer);
    if (offer.sections[2].rejected == list[i].accepted)
      fail_msg("%s", list[i].fmtp);
  }
}

static void test_where_extensions_are_accepted(void **state)
{
  (void)state;
  struct sdp_offer offer;
  parse_changed("a=extmap:4 ", "a=extmap:4/recvonly ", &offer);
  assert_int_equal(offer.sections[0].extension_id[SDP_EXT_MID], 0);
  assert_int_equal(offer.sections[1].extension_id[SDP_EXT_MID], 4);
  assert_int_equal(offer.extension_id[SDP_EXT_MID], 4);
  parse_changed("a=sendonly", "a=recvonly", &offer);
  assert_int_equal(offer.sections[0].extension_id[SDP_EXT_MID], 0);
  assert_int_equal(offer.sections[0].n_streams, 0);
  parse_changed("t=0 0", "a=cryptex", &offer);
  assert_int_equal(offer.sections[0].extension_id[SDP_EXT_AUDIO_LEVEL], 1);
  parse_changed("a=extmap:4 ", "a=extmap:15 ", &offer);
  assert_int_equal(offer.sections[0].extension_id[SDP_EXT_MID], 0);
  parse_changed("a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:1 ",
                "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:255 ", &offer);
  assert_int_equal(offer.sections[0].extension_id[SDP_EXT_MID], 4);
}

/* There is no retransmission of audio, whatever is offered. */
static void test_audio_has_no_rtx(void **state)
{
  (void)state;
  struct sdp_offer offer;
  parse_changed("SAVPF 111 0\r\n", "SAVPF 111 112\r\na=rtpmap:112 rtx/90000\r\na=fmtp:112 apt=111\r\n", &offer);
  assert_int_equal(offer.sections[0].codecs[0].rtx_payload_type, 0);
}

static void test_directions(void **state)
{
  (void)state;
  struct sdp_offer offer;
  parse_changed("a=sendonly\r\n", "", &offer);
  assert_int_equal(offer.sections[0].direction, SDP_SENDRECV);
  parse_changed("t=0 0", "a=inactive", &offer); /* the session's, where a section has none of its own */
  assert_int_equal(offer.sections[0].direction, SDP_SENDONLY);
  parse_changed("a=recvonly\r\n", "a=inactive\r\n", &offer);
  assert_int_equal(offer.sections[2].direction, SDP_INACTIVE);
}

/* ---- limits ---- */

static void assert_limit(struct span text, enum sdp_refusal expected)
{
  struct sdp_offer offer;
  struct sdp_error error;
  (void)sdp_parse_copy(text, &offer, &error);
  if (error.code != expected)
    fail_msg("expected %s, was %s in line %u", sdp_error_text(expected).name, sdp_error_text(error.code).name,
             error.line);
}

static void put_filler_line(size_t length, struct writer *w)
{
  put_str(w, "a=");
  memset(put_space(w, length - 3), 'x', length - 3);
  put_str(w, "\n");
}

static void test_the_length_of_the_text(void **state)
{
  (void)state;
  static char text[LIMIT_SDP_BYTES + 1];
  for (size_t n = LIMIT_SDP_BYTES; n <= LIMIT_SDP_BYTES + 1; n++) {
    struct writer w = writer_of(text, n);
    put_str(&w, good);
    while (n - w.n > 2000)
      put_filler_line(1000, &w);
    put_filler_line(n - w.n, &w);
    assert_int_equal(w.n, n);
    assert_limit(writer_span(&w), n <= LIMIT_SDP_BYTES ? SDP_ACCEPTED : SDP_TOO_LONG);
  }
}

static void test_the_length_of_a_line(void **state)
{
  (void)state;
  static char text[8 * 1024];
  static const struct {
    size_t length;
    enum sdp_refusal expected;
  } list[] = {{LIMIT_SDP_LINE, SDP_ACCEPTED}, {LIMIT_SDP_LINE + 1, SDP_LINE_TOO_LONG}, {5000, SDP_LINE_TOO_LONG}};
  for (size_t i = 0; i < 3; i++) {
    struct writer w = writer_of(text, sizeof text);
    put_str(&w, good);
    put_filler_line(list[i].length + 1, &w);
    assert_limit(writer_span(&w), list[i].expected);
    w.n--;
    put_str(&w, "\r\n");
    assert_false(w.overflow);
    assert_limit(writer_span(&w), list[i].expected);
  }
}

static void test_nothing_and_halves(void **state)
{
  (void)state;
  assert_limit(span_of("", 0), SDP_UNFINISHED);
  assert_limit(span_str("v=0"), SDP_UNFINISHED);
  assert_limit(span_str("v=0\r\no=-\r\ns=-\r\n"), SDP_NO_SECTION);
  assert_limit(span_of(good, sizeof good - 3), SDP_UNFINISHED);
}

static void put_small_section(unsigned i, struct writer *w)
{
  put_fmt(w, "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=bundle-only\r\na=mid:%u\r\na=rtcp-mux\r\n", i);
  put_str(w, "a=rtpmap:111 opus/48000/2\r\na=recvonly\r\n");
}

static void test_the_number_of_sections(void **state)
{
  (void)state;
  static char text[16 * 1024];
  for (unsigned n = LIMIT_SDP_MEDIA; n <= LIMIT_SDP_MEDIA + 1; n++) {
    struct writer w = writer_of(text, sizeof text);
    put_str(&w, "v=0\r\no=-\r\ns=-\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl\r\na=setup:active\r\n");
    put_str(&w, "a=fingerprint:sha-256 " FINGERPRINT "\r\na=group:BUNDLE");
    for (unsigned i = 0; i < n; i++)
      put_fmt(&w, " %u", i);
    put_str(&w, "\r\n");
    for (unsigned i = 0; i < n; i++)
      put_small_section(i, &w);
    assert_false(w.overflow);
    assert_limit(writer_span(&w), n <= LIMIT_SDP_MEDIA ? SDP_ACCEPTED : SDP_TOO_MANY_SECTIONS);
  }
}

static void test_the_number_of_codecs(void **state)
{
  (void)state;
  static char text[16 * 1024];
  for (unsigned n = LIMIT_SDP_CODECS; n <= LIMIT_SDP_CODECS + 1; n++) {
    char line[512];
    struct writer w = writer_of(line, sizeof line - 1);
    put_str(&w, "SAVPF 111");
    for (unsigned i = 1; i < n; i++)
      put_fmt(&w, " %u", i < 64 ? i - 1 : i + 32);
    line[w.n] = 0;
    assert_limit(change("SAVPF 111 0", line, false, text), n <= LIMIT_SDP_CODECS ? SDP_ACCEPTED : SDP_TOO_MANY_CODECS);
  }
}

static void test_every_code_has_its_text(void **state)
{
  (void)state;
  for (int i = 0; i < SDP_REFUSALS; i++) {
    struct sdp_error_text text = sdp_error_text((enum sdp_refusal)i);
    assert_non_null(text.name);
    assert_true(strlen(text.sentence) > 10 && text.sentence[strlen(text.sentence) - 1] == '.');
    for (int j = 0; j < i; j++)
      assert_string_not_equal(text.name, sdp_error_text((enum sdp_refusal)j).name);
  }
  assert_string_equal(sdp_error_text(SDP_NO_FINGERPRINT).name, "no_fingerprint");
  assert_string_equal(sdp_error_text(SDP_REFUSALS).name, "unknown");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_good_offer_is_good),
      cmocka_unit_test(test_the_text),
      cmocka_unit_test(test_sections),
      cmocka_unit_test(test_profiles_and_keys),
      cmocka_unit_test(test_ice),
      cmocka_unit_test(test_codecs_extensions_and_sources),
      cmocka_unit_test(test_simulcast),
      cmocka_unit_test(test_simulcast_that_is_of_no_use),
      cmocka_unit_test(test_an_offer_without_any_codec_of_ours),
      cmocka_unit_test(test_what_is_harmless),
      cmocka_unit_test(test_h264_profiles),
      cmocka_unit_test(test_where_extensions_are_accepted),
      cmocka_unit_test(test_audio_has_no_rtx),
      cmocka_unit_test(test_directions),
      cmocka_unit_test(test_the_length_of_the_text),
      cmocka_unit_test(test_the_length_of_a_line),
      cmocka_unit_test(test_nothing_and_halves),
      cmocka_unit_test(test_the_number_of_sections),
      cmocka_unit_test(test_the_number_of_codecs),
      cmocka_unit_test(test_every_code_has_its_text),
  };
  return cmocka_run_group_tests_name("sdp_refusals", tests, NULL, NULL);
}
