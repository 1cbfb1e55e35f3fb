/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SDP with the offers of real programs (tests/data/sdp): what is read from them, and what is answered. */
#include "sdp_testing.h"

#include "base/net.h"

#define TEXT_BYTES (64 * 1024)

static struct span read_text(const char *name, uint8_t text[TEXT_BYTES])
{
  char path[512];
  (void)snprintf(path, sizeof path, "%s/%s.sdp", SDP_DATA, name);
  FILE *f = fopen(path, "rb");
  assert_non_null(f);
  size_t n = fread(text, 1, TEXT_BYTES, f);
  assert_true(n > 0 && n < TEXT_BYTES);
  assert_int_equal(fclose(f), 0);
  return span_of(text, n);
}

static struct sdp_offer read_offer(const char *name)
{
  static uint8_t text[TEXT_BYTES];
  struct sdp_offer offer;
  struct sdp_error error;
  int result = sdp_parse_copy(read_text(name, text), &offer, &error);
  if (result != 0)
    fail_msg("%s line %u: %s", name, error.line, sdp_error_text(error.code).sentence);
  return offer;
}

/* ---- what is read ---- */

static const char *codec_name(enum sdp_codec_id id)
{
  static const char *const names[] = {
      [SDP_OPUS] = "opus", [SDP_VP8] = "vp8", [SDP_H264] = "h264", [SDP_VP9] = "vp9", [SDP_AV1] = "av1"};
  return names[id];
}

static void describe_codec(const struct sdp_codec *c, struct writer *w)
{
  put_fmt(w, " %s=%u", codec_name(c->id), c->payload_type);
  if (c->rtx_payload_type != 0)
    put_fmt(w, "/%u", c->rtx_payload_type);
  if (c->id == SDP_H264)
    put_fmt(w, ":%06x%s", c->profile_level_id, c->level_asymmetry ? "*" : "");
  put_fmt(w, "%s%s", c->nack ? ",nack" : "", c->pli ? ",pli" : "");
}

static void describe_section(const struct sdp_offer *offer, const struct sdp_section *s, struct writer *w)
{
  const struct sdp_layers *layers = sdp_offer_layers(offer, s);
  static const char *const directions[] = {"inactive", "sendonly", "recvonly", "sendrecv"};
  put_fmt(w, "%s %s %s", s->mid, s->kind == SDP_AUDIO ? "audio" : "video",
          s->rejected ? "rejected" : directions[s->direction]);
  for (size_t i = 0; i < s->n_codecs; i++)
    describe_codec(&s->codecs[i], w);
  if (s->extension_id[SDP_EXT_MID] != 0)
    put_fmt(w, " mid=%u", s->extension_id[SDP_EXT_MID]);
  if (s->extension_id[SDP_EXT_AUDIO_LEVEL] != 0)
    put_fmt(w, " level=%u", s->extension_id[SDP_EXT_AUDIO_LEVEL]);
  if (s->extension_id[SDP_EXT_TRANSPORT] != 0)
    put_fmt(w, " cc=%u", s->extension_id[SDP_EXT_TRANSPORT]);
  for (size_t i = 0; i < s->n_streams; i++)
    put_fmt(w, " ssrc=%u/%u", s->streams[i].ssrc, s->streams[i].rtx_ssrc);
  for (size_t i = 0; layers != NULL && i < layers->n; i++)
    put_fmt(w, "%s%s", i == 0 ? " layers=" : ",", layers->rid[i]);
  if (layers != NULL)
    put_fmt(w, " rid=%u/%u", s->extension_id[SDP_EXT_RID], s->extension_id[SDP_EXT_REPAIRED_RID]);
  put_fmt(w, "%s\n", s->rtcp_rsize ? " rsize" : "");
}

static void assert_sections(const char *name, const char *expected)
{
  struct sdp_offer offer = read_offer(name);
  char text[8192];
  struct writer w = writer_of(text, sizeof text - 1);
  for (size_t i = 0; i < offer.n_sections; i++)
    describe_section(&offer, &offer.sections[i], &w);
  assert_false(w.overflow);
  text[w.n] = 0;
  assert_string_equal(text, expected);
}

static void test_reads_chromium(void **state)
{
  (void)state;
  assert_sections("chromium", "0 audio sendonly opus=111 mid=4 cc=3 ssrc=2732110569/0 rsize\n"
                              "1 video sendonly vp8=96/97,nack,pli mid=4 cc=3 ssrc=2506023551/1808679302 rsize\n"
                              "2 video sendonly vp8=96/97,nack,pli mid=4 cc=3 ssrc=964564796/2653696714 rsize\n"
                              "3 audio recvonly opus=111 cc=3 rsize\n"
                              "4 audio recvonly opus=111 cc=3 rsize\n"
                              "5 audio recvonly opus=111 cc=3 rsize\n"
                              "6 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli cc=3 rsize\n"
                              "7 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli cc=3 rsize\n"
                              "8 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli cc=3 rsize\n"
                              "9 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli cc=3 rsize\n");
}

static void test_reads_chromium_with_cryptex(void **state)
{
  (void)state;
  assert_sections("chromium-cryptex", "0 audio sendonly opus=111 mid=4 level=1 cc=3 ssrc=3971679435/0 rsize\n"
                                      "1 video sendonly vp8=96/97,nack,pli mid=4 cc=3 ssrc=490095581/2382757484 rsize\n"
                                      "2 video sendonly vp8=96/97,nack,pli mid=4 cc=3 ssrc=293948607/4276859359 rsize\n"
                                      "3 audio recvonly opus=111 level=1 cc=3 rsize\n"
                                      "4 audio recvonly opus=111 level=1 cc=3 rsize\n"
                                      "5 audio recvonly opus=111 level=1 cc=3 rsize\n"
                                      "6 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli cc=3 rsize\n"
                                      "7 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli cc=3 rsize\n"
                                      "8 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli cc=3 rsize\n"
                                      "9 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli cc=3 rsize\n");
}

static void test_reads_firefox(void **state)
{
  (void)state;
  assert_sections("firefox", "0 audio sendonly opus=109 mid=3 cc=7 ssrc=4216918385/0\n"
                             "1 video sendonly vp8=120/124,nack,pli mid=3 cc=7 ssrc=308585496/1996824273 rsize\n"
                             "2 video sendonly vp8=120/124,nack,pli mid=3 cc=7 ssrc=1344112292/3522188598 rsize\n"
                             "3 audio recvonly opus=109 cc=7\n"
                             "4 audio recvonly opus=109 cc=7\n"
                             "5 audio recvonly opus=109 cc=7\n"
                             "6 video recvonly vp8=120/124,nack,pli cc=7 rsize\n"
                             "7 video recvonly vp8=120/124,nack,pli cc=7 rsize\n"
                             "8 video recvonly vp8=120/124,nack,pli cc=7 rsize\n"
                             "9 video recvonly vp8=120/124,nack,pli cc=7 rsize\n");
}

static void test_reads_simulcast(void **state)
{
  (void)state;
  assert_sections("chromium-simulcast", "0 audio sendonly opus=111 mid=4 cc=3 ssrc=2677732388/0 rsize\n"
                                        "1 video sendonly vp8=96/97,nack,pli mid=4 cc=3 layers=l,m,h rid=10/11 rsize\n"
                                        "2 audio recvonly opus=111 cc=3 rsize\n"
                                        "3 video recvonly vp8=96/97,nack,pli h264=108/109:42e01f*,nack,pli "
                                        "vp9=98/99,nack,pli av1=45/46,nack,pli cc=3 rsize\n");
  assert_sections("firefox-simulcast", "0 audio sendonly opus=109 mid=3 cc=7 ssrc=3019436343/0\n"
                                       "1 video sendonly vp8=120/124,nack,pli mid=3 cc=7 ssrc=2629615582/1453823756 "
                                       "ssrc=707652594/4179677158 ssrc=1011177947/1493556756 layers=l,m,h rid=9/10 "
                                       "rsize\n"
                                       "2 audio recvonly opus=109 cc=7\n"
                                       "3 video recvonly vp8=120/124,nack,pli cc=7 rsize\n");
}

static void test_reads_aiortc(void **state)
{
  (void)state;
  assert_sections("aiortc", "0 audio sendrecv opus=96 mid=1 ssrc=812743253/0\n"
                            "1 video sendrecv vp8=97/98,nack,pli mid=1 ssrc=1233225864/1794936235\n"
                            "2 audio recvonly opus=96\n"
                            "3 video recvonly vp8=97/98,nack,pli h264=101/102:42e01f*,nack,pli\n");
}

static void test_reads_gstreamer(void **state)
{
  (void)state;
  assert_sections("gstreamer", "audio0 audio sendrecv opus=97 ssrc=874376853/0 rsize\n"
                               "video1 video sendrecv vp8=96,pli ssrc=4216586974/0 rsize\n");
}

static void test_reads_a_stopped_and_a_recycled_section(void **state)
{
  (void)state;
  static const char *const browsers[] = {"chromium-cryptex", "firefox"};
  for (size_t i = 0; i < 2; i++) {
    char name[64];
    (void)snprintf(name, sizeof name, "%s-stopped", browsers[i]);
    struct sdp_offer stopped = read_offer(name);
    (void)snprintf(name, sizeof name, "%s-recycled", browsers[i]);
    struct sdp_offer recycled = read_offer(name);
    assert_true(stopped.sections[2].rejected);
    assert_null(sdp_offer_find(&stopped, span_str("2")));
    assert_false(recycled.sections[2].rejected);
    assert_ptr_equal(sdp_offer_find(&recycled, span_str("12")), &recycled.sections[2]);
    assert_int_equal(recycled.sections[2].direction, SDP_RECVONLY);
  }
}

static void test_reads_the_session(void **state)
{
  (void)state;
  struct sdp_offer offer = read_offer("chromium-cryptex");
  assert_string_equal(offer.ice_ufrag, "XqZ5");
  assert_string_equal(offer.ice_pwd, "MuEP+7llDv9QgUXcBReqp/eT");
  assert_int_equal(offer.setup, SDP_ACTPASS);
  assert_true(offer.cryptex);
  assert_int_equal(offer.extension_id[SDP_EXT_MID], 4);
  assert_int_equal(offer.extension_id[SDP_EXT_AUDIO_LEVEL], 1);
  assert_int_equal(offer.candidates, 0);
}

/* Firefox puts the fingerprint at the session; aiortc has other ICE credentials in each section, those of the first
 * count. */
static void test_reads_the_session_of_others(void **state)
{
  (void)state;
  struct sdp_offer firefox = read_offer("firefox"), aiortc = read_offer("aiortc");
  assert_string_equal(firefox.ice_ufrag, "32cfab17");
  assert_int_equal(firefox.fingerprint[0], 0xE9);
  assert_false(firefox.cryptex);
  assert_int_equal(firefox.extension_id[SDP_EXT_AUDIO_LEVEL], 0);
  assert_string_equal(aiortc.ice_ufrag, "lkHB");
  assert_int_equal(aiortc.candidates, 8);
}

/* ---- what is answered ---- */

struct answer_text {
  char names[LIMIT_SDP_MEDIA][2][32];
  struct sdp_answer_section sections[LIMIT_SDP_MEDIA];
  struct net_addr candidates[2];
  struct sdp_answer answer;
};

/* Takes every source and fills every slot, with RTX for video. */
static void answer_all(const struct sdp_offer *offer, struct answer_text *a)
{
  *a = (struct answer_text){0};
  for (size_t i = 0; i < offer->n_sections; i++) {
    (void)snprintf(a->names[i][0], sizeof a->names[i][0], "slot%zu", i);
    (void)snprintf(a->names[i][1], sizeof a->names[i][1], "slot%zu-track", i);
    a->sections[i] =
        (struct sdp_answer_section){.direction = SDP_SENDRECV,
                                    .ssrc = (uint32_t)(1000 + i),
                                    .rtx_ssrc = offer->sections[i].kind == SDP_VIDEO ? (uint32_t)(2000 + i) : 0,
                                    .stream_id = a->names[i][0],
                                    .track_id = a->names[i][1]};
  }
  assert_int_equal(net_addr_parse("192.0.2.1", 7000, &a->candidates[0]), 0);
  assert_int_equal(net_addr_parse("2001:db8::1", 7000, &a->candidates[1]), 0);
  a->answer = (struct sdp_answer){.session_id = 4711,
                                  .session_version = 3,
                                  .ice_ufrag = "ufrag",
                                  .ice_pwd = "passwordpasswordpassword",
                                  .cname = "testudo",
                                  .candidates = a->candidates,
                                  .n_candidates = 2,
                                  .sections = a->sections};
  for (size_t i = 0; i < sizeof a->answer.fingerprint; i++)
    a->answer.fingerprint[i] = (uint8_t)(i * 7);
}

static void rewrite(const char *name, struct span text)
{
  char path[512];
  (void)snprintf(path, sizeof path, "%s/%s.sdp", SDP_DATA, name);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
  assert_int_equal(fclose(f), 0);
}

static void assert_answer(const char *name)
{
  static uint8_t expected_text[TEXT_BYTES], text[TEXT_BYTES];
  struct answer_text a;
  struct sdp_offer offer = read_offer(name);
  answer_all(&offer, &a);
  struct writer w = writer_of(text, sizeof text);
  assert_int_equal(sdp_answer_write(&offer, &a.answer, &w), 0);
  char file[64];
  (void)snprintf(file, sizeof file, "%s.answer", name);
  if (getenv("SDP_REWRITE") != NULL)
    rewrite(file, writer_span(&w));
  struct span expected = read_text(file, expected_text);
  assert_int_equal(w.n, expected.n);
  assert_memory_equal(w.base, expected.p, expected.n);
}

static void test_answers_are_as_kept(void **state)
{
  (void)state;
  static const char *const names[] = {"chromium", "chromium-cryptex",    "chromium-cryptex-stopped",
                                      "chromium-simulcast",
                                      "firefox",  "firefox-preferences", "firefox-simulcast", "aiortc",
                                      "gstreamer"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    assert_answer(names[i]);
}

static void assert_has(struct span text, const char *part, bool expected)
{
  bool found = memmem(text.p, text.n, part, strlen(part)) != NULL;
  if (found != expected)
    fail_msg("the answer %s: %s", expected ? "lacks" : "must not have", part);
}

static struct span answer_text(const struct sdp_offer *offer, const struct answer_text *a)
{
  static uint8_t text[TEXT_BYTES];
  struct writer w = writer_of(text, sizeof text);
  assert_int_equal(sdp_answer_write(offer, &a->answer, &w), 0);
  return writer_span(&w);
}

static void test_audio_level_only_with_cryptex(void **state)
{
  (void)state;
  struct answer_text a;
  struct sdp_offer open = read_offer("chromium"), closed = read_offer("chromium-cryptex");
  answer_all(&open, &a);
  assert_has(answer_text(&open, &a), "ssrc-audio-level", false);
  assert_has(answer_text(&open, &a), "a=cryptex", false);
  assert_has(answer_text(&closed, &a), "ssrc-audio-level", true);
  assert_has(answer_text(&closed, &a), "a=cryptex\r\n", true);
}

static void test_a_source_that_is_not_taken_is_inactive(void **state)
{
  (void)state;
  struct answer_text a;
  struct sdp_offer offer = read_offer("chromium-cryptex");
  answer_all(&offer, &a);
  for (size_t i = 0; i < offer.n_sections; i++)
    a.sections[i] = (struct sdp_answer_section){0};
  struct span text = answer_text(&offer, &a);
  assert_has(text, "a=inactive\r\n", true);
  assert_has(text, "a=recvonly\r\n", false);
  assert_has(text, "a=sendonly\r\n", false);
  assert_has(text, "a=ssrc", false);
  assert_has(text, "a=msid", false);
}

static void test_a_slot_without_rtx(void **state)
{
  (void)state;
  struct answer_text a;
  struct sdp_offer offer = read_offer("chromium-cryptex");
  answer_all(&offer, &a);
  for (size_t i = 0; i < offer.n_sections; i++)
    a.sections[i].rtx_ssrc = 0;
  struct span text = answer_text(&offer, &a);
  assert_has(text, "ssrc-group", false);
  assert_has(text, "m=video 9 UDP/TLS/RTP/SAVPF 96 108\r\n", true); /* slots */
  assert_has(text, "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n", true);  /* sources, retransmitted by the client */
}

/* The first section rejected: out of the bundle, and the candidates go to the next. */
static void test_a_section_rejected_by_us(void **state)
{
  (void)state;
  struct answer_text a;
  struct sdp_offer offer = read_offer("chromium-cryptex");
  answer_all(&offer, &a);
  a.sections[0].reject = true;
  struct span text = answer_text(&offer, &a);
  assert_has(text, "a=group:BUNDLE 1 2 3 4 5 6 7 8 9\r\n", true);
  assert_has(text, "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=inactive\r\nm=video 9 ", true);
  assert_has(text, "a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host\r\n", true);
}

/* RFC 6544: after UDP, below it in priority, passive. */
static void test_candidates_over_tcp(void **state)
{
  (void)state;
  struct answer_text a;
  struct sdp_offer offer = read_offer("chromium-cryptex");
  answer_all(&offer, &a);
  a.candidates[1].socket = NET_TCP;
  struct span text = answer_text(&offer, &a);
  assert_has(text,
             "a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host\r\n"
             "a=candidate:2 1 tcp 1520434943 2001:db8::1 7000 typ host tcptype passive\r\n"
             "a=end-of-candidates\r\n",
             true);
}

static void test_answer_directions(void **state)
{
  (void)state;
  static const enum sdp_direction I = SDP_INACTIVE, S = SDP_SENDONLY, R = SDP_RECVONLY, B = SDP_SENDRECV;
  const enum sdp_direction expected[4][4] = {/* ours:      I  S  R  B        offered */
                                             [SDP_INACTIVE] = {I, I, I, I},
                                             [SDP_SENDONLY] = {I, I, R, R},
                                             [SDP_RECVONLY] = {I, S, I, S},
                                             [SDP_SENDRECV] = {I, S, R, B}};
  for (int offered = 0; offered < 4; offered++)
    for (int ours = 0; ours < 4; ours++) {
      struct sdp_section section = {.direction = (enum sdp_direction)offered};
      struct sdp_answer_section answer = {.direction = (enum sdp_direction)ours};
      assert_int_equal(sdp_answer_direction(&section, &answer), expected[offered][ours]);
    }
}

static void test_an_answer_that_does_not_fit(void **state)
{
  (void)state;
  struct answer_text a;
  struct sdp_offer offer = read_offer("gstreamer");
  answer_all(&offer, &a);
  size_t whole = answer_text(&offer, &a).n;
  for (size_t size = 0; size < whole; size++) {
    uint8_t *text = malloc(size > 0 ? size : 1);
    struct writer w = writer_of(text, size);
    assert_int_equal(sdp_answer_write(&offer, &a.answer, &w), ERR_LIMIT);
    free(text);
  }
}

/* ---- later offers ---- */

static enum sdp_refusal successor(const struct sdp_offer *previous, const struct sdp_offer *next)
{
  struct sdp_error error;
  int result = sdp_offer_check_successor(previous, next, &error);
  assert_int_equal(result, error.code == SDP_ACCEPTED ? 0 : ERR_REFUSED);
  return error.code;
}

static void test_real_offers_follow_each_other(void **state)
{
  (void)state;
  static const char *const browsers[] = {"chromium-cryptex", "firefox"};
  static const char *const steps[] = {"", "-more", "-stopped", "-recycled"};
  for (size_t i = 0; i < 2; i++) {
    struct sdp_offer previous = read_offer(browsers[i]);
    for (size_t j = 1; j < 4; j++) {
      char name[64];
      (void)snprintf(name, sizeof name, "%s%s", browsers[i], steps[j]);
      struct sdp_offer next = read_offer(name);
      assert_int_equal(successor(&previous, &next), SDP_ACCEPTED);
      assert_int_equal(sdp_offer_restarts_ice(&previous, &next), j == 1);
      previous = next;
    }
  }
}

static void test_an_offer_of_another_connection_does_not_follow(void **state)
{
  (void)state;
  struct sdp_offer chromium = read_offer("chromium"), firefox = read_offer("firefox");
  assert_int_equal(successor(&chromium, &firefox), SDP_IDENTITY_CHANGED);
}

static void test_what_may_not_change(void **state)
{
  (void)state;
  const struct sdp_offer offer = read_offer("chromium-cryptex");
  struct sdp_offer next = offer;
  next.n_sections--;
  assert_int_equal(successor(&offer, &next), SDP_SECTION_CHANGED);
  next = offer;
  next.sections[3].mid[0] = 'x';
  assert_int_equal(successor(&offer, &next), SDP_SECTION_CHANGED);
  next = offer;
  next.sections[3].kind = SDP_VIDEO;
  assert_int_equal(successor(&offer, &next), SDP_SECTION_CHANGED);
  next = offer;
  next.fingerprint[31] ^= 1;
  assert_int_equal(successor(&offer, &next), SDP_IDENTITY_CHANGED);
  next = offer;
  next.cryptex = false;
  assert_int_equal(successor(&offer, &next), SDP_CRYPTEX_CHANGED);
  next = offer;
  next.extension_id[SDP_EXT_MID]++;
  assert_int_equal(successor(&offer, &next), SDP_MAPPING_CHANGED);
}

/* A slot with one codec before, then with another. */
static enum sdp_refusal codec_successor(struct sdp_codec before, struct sdp_codec after)
{
  struct sdp_offer previous = read_offer("chromium-cryptex");
  previous.sections[6].n_codecs = 1;
  struct sdp_offer next = previous;
  previous.sections[6].codecs[0] = before;
  next.sections[6].codecs[0] = after;
  return successor(&previous, &next);
}

static void test_what_a_payload_type_means_may_not_change(void **state)
{
  (void)state;
  static const struct sdp_codec vp8 = {.id = SDP_VP8, .payload_type = 96, .rtx_payload_type = 97};
  static const struct {
    struct sdp_codec after;
    enum sdp_refusal expected;
  } list[] = {
      {{.id = SDP_VP8, .payload_type = 96, .rtx_payload_type = 97}, SDP_ACCEPTED},
      {{.id = SDP_VP8, .payload_type = 96}, SDP_ACCEPTED},
      {{.id = SDP_VP8, .payload_type = 100, .rtx_payload_type = 97}, SDP_MAPPING_CHANGED},
      {{.id = SDP_VP8, .payload_type = 96, .rtx_payload_type = 100}, SDP_MAPPING_CHANGED},
      {{.id = SDP_H264, .payload_type = 108, .rtx_payload_type = 109}, SDP_ACCEPTED},
      {{.id = SDP_H264, .payload_type = 96, .rtx_payload_type = 109}, SDP_MAPPING_CHANGED},
      {{.id = SDP_H264, .payload_type = 97}, SDP_MAPPING_CHANGED},
      {{.id = SDP_H264, .payload_type = 108, .rtx_payload_type = 96}, SDP_MAPPING_CHANGED},
      {{.id = SDP_H264, .payload_type = 108, .rtx_payload_type = 97}, SDP_MAPPING_CHANGED},
  };
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
    assert_int_equal(codec_successor(vp8, list[i].after), list[i].expected);
}

static void test_an_ice_restart_by_the_password(void **state)
{
  (void)state;
  struct sdp_offer offer = read_offer("gstreamer"), next = offer;
  assert_false(sdp_offer_restarts_ice(&offer, &next));
  next.ice_pwd[0] ^= 1;
  assert_true(sdp_offer_restarts_ice(&offer, &next));
}

/* ---- broken texts ---- */

/* No prefix is read beyond its end; accepted are only those that end with a whole section. */
static void test_every_truncation(void **state)
{
  (void)state;
  static uint8_t text[TEXT_BYTES];
  struct span whole = read_text("gstreamer", text);
  unsigned accepted = 0;
  for (size_t n = 0; n < whole.n; n++) {
    struct sdp_offer offer;
    struct sdp_error error;
    int result = sdp_parse_copy(span_of(whole.p, n), &offer, &error);
    assert_int_equal(result, error.code == SDP_ACCEPTED ? 0 : ERR_REFUSED);
    assert_true(result != 0 || whole.p[n - 1] == '\n');
    accepted += result == 0;
  }
  assert_true(accepted > 0 && accepted < 10);
}

/* Each byte of an offer replaced by a few others: refused or accepted, but never more than it may hold. */
static void test_every_byte_altered(void **state)
{
  (void)state;
  static const uint8_t replacements[] = {0, '\n', ' ', ':', '9', 0xFF};
  static uint8_t text[TEXT_BYTES];
  struct span whole = read_text("gstreamer", text);
  for (size_t i = 0; i < whole.n; i++)
    for (size_t j = 0; j < sizeof replacements; j++) {
      struct sdp_offer offer;
      struct sdp_error error;
      uint8_t before = text[i];
      text[i] = replacements[j];
      if (sdp_parse_copy(whole, &offer, &error) == 0)
        assert_in_range(offer.n_sections, 1, LIMIT_SDP_MEDIA);
      else
        assert_in_range(error.code, 1, SDP_REFUSALS - 1);
      text[i] = before;
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reads_chromium),
      cmocka_unit_test(test_reads_chromium_with_cryptex),
      cmocka_unit_test(test_reads_firefox),
      cmocka_unit_test(test_reads_simulcast),
      cmocka_unit_test(test_reads_aiortc),
      cmocka_unit_test(test_reads_gstreamer),
      cmocka_unit_test(test_reads_a_stopped_and_a_recycled_section),
      cmocka_unit_test(test_reads_the_session),
      cmocka_unit_test(test_reads_the_session_of_others),
      cmocka_unit_test(test_answers_are_as_kept),
      cmocka_unit_test(test_audio_level_only_with_cryptex),
      cmocka_unit_test(test_a_source_that_is_not_taken_is_inactive),
      cmocka_unit_test(test_a_slot_without_rtx),
      cmocka_unit_test(test_candidates_over_tcp),
      cmocka_unit_test(test_a_section_rejected_by_us),
      cmocka_unit_test(test_answer_directions),
      cmocka_unit_test(test_an_answer_that_does_not_fit),
      cmocka_unit_test(test_real_offers_follow_each_other),
      cmocka_unit_test(test_an_offer_of_another_connection_does_not_follow),
      cmocka_unit_test(test_what_may_not_change),
      cmocka_unit_test(test_what_a_payload_type_means_may_not_change),
      cmocka_unit_test(test_an_ice_restart_by_the_password),
      cmocka_unit_test(test_every_truncation),
      cmocka_unit_test(test_every_byte_altered),
  };
  return cmocka_run_group_tests_name("sdp", tests, NULL, NULL);
}
