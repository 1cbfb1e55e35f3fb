/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A participant gone bad: authentic packets, as many and as odd as they can be made. The other three have the call that
 * they have without it: every frame, in time. What they notice is printed: before -> during. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "expect.h"
#include "media/peer.h"
#include "notice.h"

#define OTHERS 3
#define MALLORY OTHERS
#define STEP_US 10000u
#define LATE_MS 5.0

static const struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};

static struct world w;

static void join_people(void)
{
  for (size_t i = 0; i <= OTHERS; i++)
    world_join(&w, i, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
}

static int set_up(void **state)
{
  (void)state;
  world_init(&w, 9);
  join_people();
  return 0;
}

static int set_up_controlling(void **state)
{
  (void)state;
  world_init_controlling(&w, 9);
  join_people();
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

/* Two seconds without it and two with it: nobody else has lost or waited for anything. */
static void flood(const char *what, void (*make)(struct client *c))
{
  uint32_t keys[OTHERS];
  struct notice calm, attack;
  notice_begin(&calm, &w);
  world_run(&w, 200 * STEP_US);
  struct noticed before = notice_end(&calm, &w, OTHERS);
  notice_begin(&attack, &w);
  for (size_t i = 0; i < OTHERS; i++)
    keys[i] = w.clients[i].client.source[SOURCE_CAMERA].key_frames;
  for (int step = 0; step < 200; step++) {
    make(&w.clients[MALLORY].client);
    world_run(&w, STEP_US);
  }
  struct noticed during = notice_end(&attack, &w, OTHERS);
  notice_print(what, &before, &during);
  assert_int_equal(during.lost, 0);
  assert_true(during.frames_s > 0.98 * before.frames_s && during.most_ms < before.most_ms + LATE_MS);
  for (size_t i = 0; i < OTHERS; i++) {
    assert_in_range(w.clients[i].client.source[SOURCE_CAMERA].key_frames - keys[i], 0, 5);
    for (size_t k = 0; k < OTHERS; k++) {
      if (i == k)
        continue;
      expect_whole_video(&w, i, k, 145);
      expect_whole_audio(&w, i, k, 240);
    }
    assert_int_equal(w.clients[i].client.auth_failed, 0);
  }
}

/* At the server at once: a wire would hold back what the attack is about. */
static void inject_rtp(struct client *c, const struct rtp_packet *header, const struct rtp_ext *ext, size_t n_ext,
                       size_t payload_n)
{
  static uint8_t payload[LIMIT_DATAGRAM];
  uint8_t out[LIMIT_DATAGRAM];
  struct writer writer = writer_of(out, sizeof out);
  size_t n;
  if (rtp_write_header(&writer, header, ext, n_ext) == 0 &&
      srtp_protect(&c->tx, 0, false, out, sizeof out, writer.n, span_of(payload, payload_n), &n) == 0)
    world_inject(&w, &w.clients[MALLORY].addr, out, n);
}

static void send_rtcp(struct client *c, const struct writer *compound)
{
  uint8_t out[LIMIT_DATAGRAM];
  size_t n;
  memcpy(out, compound->base, compound->n);
  if (!compound->overflow && srtcp_protect(&c->tx, c->srtcp_index++, out, compound->n, sizeof out, &n) == 0)
    world_inject(&w, &w.clients[MALLORY].addr, out, n);
}

static void put_words(struct writer *rtcp, const uint32_t *words, size_t n)
{
  for (size_t i = 0; i < n; i++)
    put_u32(rtcp, words[i]);
}

/* 1,200 bytes, 1,000 times in 10 ms: a gigabit a second, of SSRCs that nobody knows. */
static void make_churn(struct client *c)
{
  for (uint32_t i = 0; i < 1000; i++) {
    const struct rtp_packet header = {.payload_type = 111, .sequence = (uint16_t)i, .ssrc = world_u32(&w) | 1u};
    inject_rtp(c, &header, NULL, 0, 1200);
  }
}

static void test_ssrc_churn(void **state)
{
  (void)state;
  struct media_counters before = *world_counters(&w);
  flood("streams that nobody has", make_churn);
  assert_int_equal(world_counters(&w)->srtp_unknown_ssrc - before.srtp_unknown_ssrc, 200 * 1000);
  assert_int_equal(world_counters(&w)->flood_dropped, before.flood_dropped); /* none is opened: none counts */
}

/* The same of its own camera: authentic, and far too much. */
static void make_gigabit(struct client *c)
{
  struct client_source *s = &c->source[SOURCE_CAMERA];
  for (uint32_t i = 0; i < 1000; i++) {
    uint32_t roc;
    if (srtp_tx_roc(&s->tx, s->sequence, &roc) != 0 || roc != 0)
      return;
    const struct rtp_packet header = {
        .payload_type = CLIENT_PT_VP8, .sequence = s->sequence++, .ssrc = s->ssrc};
    inject_rtp(c, &header, NULL, 0, 1200);
  }
}

static void test_gigabit(void **state)
{
  (void)state;
  uint64_t before = world_counters(&w)->flood_dropped;
  flood("a gigabit a second", make_gigabit);
  assert_true(world_counters(&w)->flood_dropped - before > 20000);
}

/* All 2^16 numbers, and one again and again. */
static void make_nacks(struct client *c)
{
  uint8_t buffer[1300];
  static uint16_t next;
  for (uint32_t i = 0; i < 20; i++) {
    struct writer rtcp = writer_of(buffer, sizeof buffer);
    uint16_t sequences[256];
    for (uint32_t k = 0; k < 256; k++)
      sequences[k] = next++;
    rtcp_write_nack(&rtcp, c->rtcp_ssrc, c->slot[OTHERS].ssrc, sequences, 256);
    sequences[0] = (uint16_t)(c->slot[OTHERS].highest - 3);
    rtcp_write_nack(&rtcp, c->rtcp_ssrc, c->slot[OTHERS].ssrc, sequences, 1);
    send_rtcp(c, &rtcp);
  }
}

static void test_nack_storm(void **state)
{
  (void)state;
  uint64_t before = world_counters(&w)->rtp_retransmitted;
  flood("negative acknowledgements", make_nacks);
  assert_in_range(world_counters(&w)->rtp_retransmitted - before, 0, 600);
}

/* A thousand requests a second for the key frames of everybody, in both forms. */
static void make_key_requests(struct client *c)
{
  for (size_t i = 0; i < 10; i++) {
    uint8_t buffer[64];
    struct writer rtcp = writer_of(buffer, sizeof buffer);
    uint32_t ssrc = c->slot[OTHERS + i % 3].ssrc;
    if (i % 2 == 0)
      rtcp_write_pli(&rtcp, c->rtcp_ssrc, ssrc);
    else
      rtcp_write_fir(&rtcp, c->rtcp_ssrc, ssrc, (uint8_t)world_u32(&w));
    send_rtcp(c, &rtcp);
  }
}

static void test_key_frame_flood(void **state)
{
  (void)state;
  flood("requests for key frames", make_key_requests);
}

/* Compounds full of what takes long to read: report blocks, empty packets, lengths that lie, types that nobody has. */
static void make_bombs(struct client *c)
{
  uint8_t buffer[1300];
  struct rtcp_report_block blocks[RTCP_COUNT_MAX];
  for (uint32_t i = 0; i < 40; i++) {
    struct writer rtcp = writer_of(buffer, sizeof buffer);
    for (size_t k = 0; k < RTCP_COUNT_MAX; k++)
      blocks[k] = (struct rtcp_report_block){.ssrc = c->slot[k % c->n_slots].ssrc, .fraction_lost = 255,
                                             .last_sr = world_u32(&w), .delay_since_last_sr = world_u32(&w)};
    if (i % 4 == 0)
      rtcp_write_rr(&rtcp, c->rtcp_ssrc, blocks, RTCP_COUNT_MAX);
    while (i % 4 == 1 && rtcp.n + 8 <= sizeof buffer)
      rtcp_write_bye(&rtcp, &c->slot[0].ssrc, 1);
    while (i % 4 == 2 && rtcp.n + 4 <= sizeof buffer)
      put_u32(&rtcp, 0x80000000u | (200u + world_u32(&w) % 8) << 16); /* all that a length of 0 can be */
    while (i % 4 == 3 && rtcp.n + 12 <= sizeof buffer) {
      put_u32(&rtcp, 0x9f000000u | (200u + world_u32(&w) % 8) << 16 | world_u32(&w) % 3);
      put_u32(&rtcp, world_u32(&w));
      put_u32(&rtcp, world_u32(&w));
    }
    send_rtcp(c, &rtcp);
  }
}

static void test_rtcp_bombs(void **state)
{
  (void)state;
  uint64_t before = world_counters(&w)->flood_dropped;
  flood("RTCP bombs", make_bombs);
  assert_true(world_counters(&w)->flood_dropped - before > 5000); /* of 8000 */
}

/* Padding alone, RTX of RTX, RTX of nothing, the most CSRCs and extensions, every payload type. */
static void make_odd(struct client *c)
{
  static const uint8_t csrcs[60], long_data[255];
  static uint16_t sequence;
  struct client_source *s = &c->source[SOURCE_CAMERA];
  struct rtp_ext ext[3];
  for (uint8_t i = 0; i < 3; i++)
    ext[i] = (struct rtp_ext){.id = (uint8_t)(20 + i), .data = span_of(long_data, sizeof long_data)};
  for (uint32_t i = 0; i < 30; i++) {
    const struct rtp_packet header = {.payload_type = i % 3 == 0 ? CLIENT_PT_VP8_RTX : (uint8_t)(world_u32(&w) % 64),
                                      .padding = i % 5 == 0 ? 1 : 0,
                                      .csrc = span_of(csrcs, i % 2 == 0 ? sizeof csrcs : 0),
                                      .sequence = sequence++,
                                      .ssrc = s->rtx_ssrc};
    inject_rtp(c, &header, ext, i % 4 == 0 ? 3 : 0, i % 7 == 0 ? 0 : world_u32(&w) % 300);
  }
}

static void test_odd_packets(void **state)
{
  (void)state;
  flood("odd packets", make_odd);
}

/* Everything of a call's first second, cut off at every length and made longer, from the right address. */
static void cut(void *ctx, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  uint8_t copy[LIMIT_DATAGRAM] = {0};
  (void)ctx;
  if (client != MALLORY || !to_server || world_u32(&w) % 8 != 0)
    return;
  for (size_t k = 0; k <= LIMIT_DATAGRAM; k += k < 80 || k + 40 > n ? 1 : 37) {
    memcpy(copy, data, k < n ? k : n);
    world_inject(&w, &w.clients[MALLORY].addr, copy, k);
    if (k > n + 40)
      break;
  }
}

static void do_nothing(struct client *c)
{
  (void)c;
}

static void test_every_length(void **state)
{
  (void)state;
  w.tap = cut;
  world_make_client(&w, MALLORY, &person);
  world_try(&w, MALLORY);
  flood("packets of every length", do_nothing);
  w.tap = NULL;
}

/* In others' names, about others' streams: all is lost, or came at impossible times; no room; all have left. */
static void make_forged_feedback(struct client *c)
{
  uint8_t buffer[1300];
  static uint32_t turn;
  for (uint32_t i = 0; i < 8; i++, turn++) {
    const struct client *other = &w.clients[turn % OTHERS].client;
    uint32_t from = other->rtcp_ssrc, about = other->source[turn % 2 == 0 ? SOURCE_CAMERA : SOURCE_MIC].ssrc;
    struct writer rtcp = writer_of(buffer, sizeof buffer);
    switch (i % 5) {
    case 0: /* 8191 transport-wide numbers did not come */
      put_words(&rtcp, (uint32_t[]){0x8fcd0005, from, about, turn * 8191u << 16 | 8191u, turn << 8, 8191u << 16}, 6);
      break;
    case 1: /* four came, 8 s apart */
      put_words(&rtcp, (uint32_t[]){0x8fcd0006, from, about, turn << 16 | 4u, turn << 8, 0xd5007fff, 0x7fff7fff}, 7);
      break;
    case 2: /* REMB and TMMBR: no room at all */
      put_words(&rtcp, (uint32_t[]){0x8fce0005, from, 0, 0x52454d42, 0x01000000, about}, 6);
      put_words(&rtcp, (uint32_t[]){0x83cd0004, from, 0, about, 0}, 5);
      break;
    case 3: {
      struct rtcp_report_block block = {.ssrc = about, .fraction_lost = 255, .total_lost = 8000000};
      rtcp_write_rr(&rtcp, from, &block, 1);
      break;
    }
    default: rtcp_write_bye(&rtcp, &about, 1); break;
    }
    send_rtcp(c, &rtcp);
  }
}

static void test_forged_feedback(void **state)
{
  (void)state;
  flood("forged feedback", make_forged_feedback);
  for (size_t i = 0; i < OTHERS; i++) {
    const struct downstream *d = &peer_find(w.media, i + 1)->down;
    assert_false(d->limited);
    assert_int_equal(d->bandwidth.counters.unsent + d->bandwidth.counters.absurd, 0); /* nothing was theirs */
  }
}

/* Somebody who knows an address and no key: he uses up nobody's budget. */
static void test_forged_senders(void **state)
{
  (void)state;
  uint8_t data[1200] = {0x80, 96};
  for (int step = 0; step < 100; step++) {
    for (uint32_t i = 0; i < 400; i++) {
      const uint32_t ssrc = w.clients[0].client.source[SOURCE_CAMERA].ssrc;
      for (int k = 0; k < 4; k++)
        data[8 + k] = (uint8_t)(ssrc >> (24 - 8 * k));
      data[1] = i % 2 == 0 ? 96 : 205;
      data[3] = (uint8_t)i;
      world_inject(&w, &w.clients[0].addr, data, sizeof data);
    }
    world_run(&w, STEP_US);
  }
  assert_int_equal(world_counters(&w)->flood_dropped, 0);
  flood("behind packets of strangers", do_nothing);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_ssrc_churn, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_gigabit, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_nack_storm, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_key_frame_flood, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_rtcp_bombs, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_odd_packets, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_every_length, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_forged_feedback, set_up_controlling, tear_down),
      cmocka_unit_test_setup_teardown(test_forged_senders, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
