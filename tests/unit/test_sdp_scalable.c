/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VP9 and AV1 in offers: where they are taken, and that they never come without the dependency descriptor. */
#include "sdp_testing.h"

#define VP8 "a=rtpmap:96 VP8/90000\r\n"
#define VP9 "a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0\r\n"
#define VP9_OF_10_BITS "a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=2\r\n"
#define AV1 "a=rtpmap:45 AV1/90000\r\na=fmtp:45 level-idx=5;profile=0;tier=0\r\n"
#define AV1_HIGH "a=rtpmap:45 AV1/90000\r\na=fmtp:45 level-idx=5;profile=1;tier=0\r\n"
#define MIXED "a=extmap-allow-mixed\r\n"
#define MID "a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
#define RIDS                                                                                                           \
  "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"                                                      \
  "a=rid:l send\r\na=rid:h send\r\na=simulcast:send l;h\r\n"
#define DESCRIPTOR                                                                                                     \
  "a=extmap:13 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n"

/* One video section with these formats and lines. Static, valid until the next call. */
static const struct sdp_section *section_of(const char *direction, const char *formats, const char *lines)
{
  static struct sdp_offer offer;
  struct sdp_error error;
  char text[4096];
  int n = snprintf(text, sizeof text,
                   "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
                   "m=video 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=%s\r\na=rtcp-mux\r\n"
                   "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"
                   "a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
                   "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n" MID "%s",
                   formats, direction, lines);
  assert_in_range(n, 1, sizeof text - 1);
  if (sdp_parse_copy(span_of(text, (size_t)n), &offer, &error) != 0) {
    assert_int_equal(error.code, SDP_NOTHING_USABLE);
    return NULL;
  }
  return &offer.sections[0];
}

static void expect(const struct sdp_section *s, size_t n, const enum sdp_codec_id *codecs)
{
  assert_non_null(s);
  assert_int_equal(s->n_codecs, n);
  bool scalable = false;
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(s->codecs[i].id, codecs[i]);
    scalable |= sdp_is_scalable(codecs[i]);
  }
  assert_int_equal(s->extension_id[SDP_EXT_DEPENDENCY], scalable ? 13 : 0);
}

#define EXPECT(section, ...)                                                                                           \
  expect(section, sizeof((enum sdp_codec_id[]){__VA_ARGS__}) / sizeof(enum sdp_codec_id),                              \
         (const enum sdp_codec_id[]){__VA_ARGS__})

static void test_a_source_that_prefers_it(void **state)
{
  (void)state;
  EXPECT(section_of("sendonly", "98 96", VP9 VP8 MIXED DESCRIPTOR), SDP_VP9, SDP_VP8);
  EXPECT(section_of("sendonly", "45 96", AV1 VP8 MIXED DESCRIPTOR), SDP_AV1, SDP_VP8);
  EXPECT(section_of("sendonly", "45", AV1 MIXED DESCRIPTOR), SDP_AV1);
}

static void test_a_source_that_does_not(void **state)
{
  (void)state;
  EXPECT(section_of("sendonly", "96 98", VP9 VP8 MIXED DESCRIPTOR), SDP_VP8);
}

static void test_never_without_the_descriptor(void **state)
{
  (void)state;
  EXPECT(section_of("sendonly", "98 96", VP9 VP8 MIXED), SDP_VP8);
  EXPECT(section_of("sendonly", "98 96", VP9 VP8 DESCRIPTOR), SDP_VP8); /* a structure would not fit in its form */
  EXPECT(section_of("recvonly", "96 98 45", VP9 VP8 AV1 MIXED), SDP_VP8);
  assert_null(section_of("sendonly", "98", VP9 MIXED));
}

static void test_simulcast_goes_first(void **state)
{
  (void)state;
  EXPECT(section_of("sendonly", "98 96", VP9 VP8 MIXED DESCRIPTOR RIDS), SDP_VP8);
}

static void test_other_profiles(void **state)
{
  (void)state;
  EXPECT(section_of("sendonly", "98 96", VP9_OF_10_BITS VP8 MIXED DESCRIPTOR), SDP_VP8);
  EXPECT(section_of("recvonly", "96 98 45", VP9_OF_10_BITS VP8 AV1_HIGH MIXED DESCRIPTOR), SDP_VP8);
}

static void test_a_slot_takes_all(void **state)
{
  (void)state;
  EXPECT(section_of("recvonly", "98 45 96", VP9 VP8 AV1 MIXED DESCRIPTOR), SDP_VP8, SDP_VP9, SDP_AV1);
}

static void test_both_ways_at_once_it_is_the_usual_one(void **state)
{
  (void)state;
  EXPECT(section_of("sendrecv", "98 96", VP9 VP8 MIXED DESCRIPTOR), SDP_VP8);
}

static void test_settling(void **state)
{
  (void)state;
  struct sdp_section s = *section_of("sendonly", "98 96", VP9 VP8 MIXED DESCRIPTOR);
  sdp_section_settle(&s, true);
  EXPECT(&s, SDP_VP9);
  s = *section_of("sendonly", "98 96", VP9 VP8 MIXED DESCRIPTOR);
  sdp_section_settle(&s, false);
  EXPECT(&s, SDP_VP8);
  s = *section_of("recvonly", "98 96", VP9 VP8 MIXED DESCRIPTOR);
  sdp_section_settle(&s, false);
  EXPECT(&s, SDP_VP8, SDP_VP9);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_source_that_prefers_it),
      cmocka_unit_test(test_a_source_that_does_not),
      cmocka_unit_test(test_never_without_the_descriptor),
      cmocka_unit_test(test_simulcast_goes_first),
      cmocka_unit_test(test_other_profiles),
      cmocka_unit_test(test_a_slot_takes_all),
      cmocka_unit_test(test_both_ways_at_once_it_is_the_usual_one),
      cmocka_unit_test(test_settling),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
