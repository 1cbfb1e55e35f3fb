/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole calls over a good network: who sees whom from the offer to the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "expect.h"
#include "media/peer.h"

static const struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4};

static struct world w;

static int set_up(void **state)
{
  (void)state;
  world_init(&w, 1);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

static void join_people(size_t n, const struct client_config *config)
{
  for (size_t i = 0; i < n; i++)
    world_join(&w, i, config);
  world_run_until_connected(&w, 3000000);
}

static void test_two_people(void **state)
{
  (void)state;
  join_people(2, &person);
  world_run(&w, 3000000);
  expect_whole_call(&w, 2, 80);
  for (size_t i = 0; i < 2; i++) {
    const struct web_view *v = &w.clients[i].web;
    assert_string_equal(v->dtls, "DTLS 1.3");
    assert_string_equal(v->cipher, "TLS_AES_256_GCM_SHA384");
    assert_string_equal(v->group, "X25519MLKEM768");
    assert_string_equal(v->srtp, "AEAD_AES_256_GCM");
    assert_memory_equal(v->security.fingerprint_client, w.clients[i].client.offered_fingerprint, CERT_FINGERPRINT);
    assert_memory_equal(v->security.fingerprint_server, w.clients[i].client.server_fingerprint, CERT_FINGERPRINT);
  }
  /* each connection has a certificate of its own (T2) */
  assert_memory_not_equal(w.clients[0].client.server_fingerprint, w.clients[1].client.server_fingerprint,
                          CERT_FINGERPRINT);
}

static void test_four_people(void **state)
{
  (void)state;
  join_people(4, &person);
  world_run(&w, 3000000);
  expect_whole_call(&w, 4, 80);
}

static void test_h264(void **state)
{
  struct client_config h264 = person;
  (void)state;
  h264.h264 = true;
  join_people(2, &h264);
  world_run(&w, 2000000);
  expect_whole_call(&w, 2, 50);
}

/* Who cannot decode a source doesn't get it; everything else goes on. */
static void test_codec_that_a_receiver_lacks(void **state)
{
  struct client_config h264 = person, vp8 = person;
  (void)state;
  h264.h264 = true;
  vp8.only_vp8 = true;
  world_join(&w, 0, &h264);
  world_join(&w, 1, &vp8);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 2000000);
  assert_false(world_shows(&w, 1, 0, SOURCE_CAMERA));
  expect_whole_audio(&w, 1, 0, 80);
  expect_whole_video(&w, 0, 1, 50);
}

static void test_ssrcs_learnt_by_mid(void **state)
{
  struct client_config hidden = person;
  (void)state;
  hidden.hide_ssrcs = true;
  hidden.cryptex = true; /* the wire check of every scenario allows no extension in clear, and mid is one */
  join_people(2, &hidden);
  world_run(&w, 2000000);
  expect_whole_call(&w, 2, 50);
}

static void test_viewers_only_watch(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  for (size_t i = 1; i < 4; i++)
    world_join(&w, i, &viewer);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 2000000);
  for (size_t i = 1; i < 4; i++) {
    expect_whole_video(&w, i, 0, 50);
    expect_whole_audio(&w, i, 0, 80);
    assert_int_equal(w.clients[0].web.slots.slot[i].who, 0);
  }
}

/* A late joiner sees pictures soon, by one key frame, and those who watch already go on without a glitch. */
static void test_late_joiner(void **state)
{
  (void)state;
  join_people(2, &person);
  world_run(&w, 2000000);
  uint32_t asked = w.clients[0].client.source[SOURCE_CAMERA].keys_asked;
  world_join(&w, 2, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  expect_whole_call(&w, 3, 25);
  assert_in_range(w.clients[0].client.source[SOURCE_CAMERA].keys_asked, asked + 1, asked + 2);
}

static void test_someone_leaves(void **state)
{
  (void)state;
  join_people(3, &person);
  world_run(&w, 1000000);
  world_close(&w, 2);
  world_run(&w, 1000000);
  assert_int_equal(w.clients[2].client.state, CLIENT_ENDED); /* by close_notify */
  assert_false(w.clients[2].web.gone);                       /* web has asked for it itself */
  assert_false(world_shows(&w, 0, 2, SOURCE_CAMERA));
  assert_false(world_shows(&w, 0, 2, SOURCE_MIC));
  expect_whole_call(&w, 2, 50);
}

static void test_peer_closes(void **state)
{
  (void)state;
  join_people(2, &person);
  world_run(&w, 500000);
  client_close(&w.clients[1].client);
  world_run(&w, 500000);
  assert_true(w.clients[1].web.gone);
  assert_int_equal(w.clients[1].web.gone_reason, IPC_GONE_CLOSED_BY_PEER);
  assert_false(world_shows(&w, 0, 1, SOURCE_CAMERA));
}

/* The server has let go of DTLS by then: it cannot read the close_notify, and notices that checks have ended with it. */
static void test_peer_closes_later(void **state)
{
  (void)state;
  join_people(2, &person);
  world_run(&w, PEER_DTLS_QUIET_US + 2000000);
  client_close(&w.clients[1].client);
  world_run(&w, PEER_FAREWELL_US + 2000000);
  assert_true(w.clients[1].web.gone);
  assert_int_equal(w.clients[1].web.gone_reason, IPC_GONE_CLOSED_BY_PEER);
}

/* Anybody may send what looks like a close_notify; it ends no call whose checks go on. And the server's own is heard. */
static void test_farewells_of_others(void **state)
{
  static const uint8_t unreadable[24] = {0x2f, 1, 2, 3};
  (void)state;
  join_people(2, &person);
  world_run(&w, PEER_DTLS_QUIET_US + 2000000);
  for (int i = 0; i < 3; i++) {
    world_inject(&w, &w.clients[1].addr, unreadable, sizeof unreadable);
    world_run(&w, PEER_FAREWELL_US + 2000000);
    assert_false(w.clients[1].web.gone);
  }
  forget_packets(&w);
  world_run(&w, 1000000);
  expect_whole_call(&w, 2, 20);
  world_close(&w, 1);
  world_run(&w, 1000000);
  assert_int_equal(w.clients[1].client.state, CLIENT_ENDED);
}

/* The page makes a new RTCPeerConnection: it takes the earlier one's place. */
static void test_new_connection_of_a_peer(void **state)
{
  (void)state;
  join_people(2, &person);
  world_run(&w, 1000000);
  world_join(&w, 1, &person);
  world_run_until_connected(&w, 3000000);
  forget_packets(&w);
  world_run(&w, 1000000);
  assert_false(w.clients[1].web.gone);
  expect_whole_audio(&w, 0, 1, 40);
  expect_whole_video(&w, 1, 0, 20);
}

static void test_mute_and_unmute(void **state)
{
  (void)state;
  join_people(2, &person);
  world_run(&w, 1000000);
  world_publish(&w, 1, 1 << SOURCE_MIC); /* camera off, though it goes on sending */
  assert_false(world_shows(&w, 0, 1, SOURCE_CAMERA));
  world_run(&w, 100000);
  uint64_t sent = world_counters(&w)->rtp_forwarded;
  size_t slot = 3; /* the first video slot */
  size_t packets = w.clients[0].client.slot[slot].count;
  world_run(&w, 1000000);
  assert_int_equal(w.clients[0].client.slot[slot].count, packets);
  assert_true(world_counters(&w)->rtp_forwarded > sent);
  world_publish(&w, 1, 1 << SOURCE_MIC | 1 << SOURCE_CAMERA);
  world_run(&w, 1000000);
  assert_int_equal(world_slot_of(&w, 0, 1, SOURCE_CAMERA), slot);
  expect_whole_call(&w, 2, 50);
  world_publish(&w, 1, 0);
  assert_false(world_shows(&w, 0, 1, SOURCE_MIC));
}

/* Who is muted and quiet (T6): the packets go on as before, and nothing of what is in them. */
static void test_silence_in_place_of_a_microphone(void **state)
{
  (void)state;
  join_people(2, &person);
  world_run(&w, 1000000);
  struct client *hearer = &w.clients[0].client;
  const struct client_slot *slot = &hearer->slot[world_slot_of(&w, 0, 1, SOURCE_MIC)];
  size_t before = slot->count;
  world_run(&w, 1000000);
  size_t a_second = slot->count - before;
  assert_int_equal(hearer->broken, 0);
  world_publish(&w, 1, IPC_PUBLISH_SILENCE);
  world_run(&w, 100000);
  before = slot->count;
  uint32_t foreign = hearer->broken;
  world_run(&w, 1000000);
  assert_true(world_shows(&w, 0, 1, SOURCE_MIC));
  assert_in_range(slot->count - before, a_second - 2, a_second + 2);
  assert_int_equal(hearer->broken - foreign, slot->count - before); /* none has what the sender put in */
  assert_false(world_shows(&w, 0, 1, SOURCE_CAMERA));
  world_publish(&w, 1, 1 << SOURCE_MIC);
  world_run(&w, 100000);
  foreign = hearer->broken;
  world_run(&w, 1000000);
  assert_int_equal(hearer->broken, foreign);
}

static void test_screen_goes_first(void **state)
{
  struct client_config few = person, sharer = person;
  (void)state;
  few.video_slots = 1;
  sharer.screen = true;
  world_join(&w, 0, &few);
  world_join(&w, 1, &person);
  world_join(&w, 2, &sharer);
  world_publish(&w, 2, 1 << SOURCE_MIC | 1 << SOURCE_CAMERA);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  assert_true(world_shows(&w, 0, 1, SOURCE_CAMERA));
  world_publish(&w, 2, 7);
  world_run(&w, 1000000);
  assert_true(world_shows(&w, 0, 2, SOURCE_SCREEN));
  struct decoded d = expect_video(&w, 0, 2, SOURCE_SCREEN, 50);
  assert_int_equal(d.switches, 1);
  assert_int_equal(d.missing, 0);
}

static void test_more_slots_by_a_second_offer(void **state)
{
  struct client_config few = person;
  (void)state;
  few.video_slots = 1;
  world_join(&w, 0, &few);
  world_join(&w, 1, &person);
  world_join(&w, 2, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  assert_false(world_shows(&w, 0, 2, SOURCE_CAMERA));
  w.clients[0].client.config.video_slots = 3;
  world_offer_again(&w, 0);
  assert_true(w.clients[0].web.answered);
  world_run(&w, 1000000);
  expect_whole_call(&w, 3, 25);
}

static void test_sender_and_receiver_reports(void **state)
{
  (void)state;
  join_people(2, &person);
  world_run(&w, 5000000);
  const struct client_slot *s = &w.clients[0].client.slot[world_slot_of(&w, 0, 1, SOURCE_CAMERA)];
  assert_in_range(s->reports, 4, 6);
}

/* The packets of a frame leave together, padded where their sizes differ by a little: the kernel is paid per send. */
static void test_frames_leave_in_one_send(void **state)
{
  const struct client_config camera = {.camera = true};
  struct client_config unprobed = viewer;
  size_t padded = 0;
  (void)state;
  unprobed.no_transport_cc = true;
  world_join(&w, 0, &camera);
  world_join(&w, 1, &unprobed);
  w.clients[0].client.source[SOURCE_CAMERA].parts = 3;
  w.clients[0].up.gap_us = 500;
  world_run_until_connected(&w, 3000000);
  world_run(&w, 2000000);
  expect_whole_video(&w, 1, 0, 50);
  const struct client_slot *s = &w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_CAMERA)];
  for (size_t i = 0; i < s->count; i++) {
    assert_in_range(s->packets[i].padding, 0, 1);
    padded += s->packets[i].padding;
  }
  assert_in_range(padded, s->count / 12, s->count / 6);
  assert_in_range(w.clients[1].media_datagrams, 3 * w.clients[1].media_sends, 3 * w.clients[1].media_sends + 6);
}

/* A key frame of more packets than are gathered between two flushes. */
static void test_very_large_frames(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  world_join(&w, 1, &viewer);
  w.clients[0].client.source[SOURCE_CAMERA].parts = 70; /* a key frame: 140, more than SOURCE_PENDING */
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  expect_whole_video(&w, 1, 0, 25);
}

/* However often a crowd asks, the source is asked twice a second at most. */
static void test_key_requests_are_throttled(void **state)
{
  (void)state;
  join_people(4, &person);
  world_run(&w, 1000000);
  uint32_t asked = w.clients[0].client.source[SOURCE_CAMERA].keys_asked;
  for (int i = 0; i < 50; i++) {
    for (size_t k = 1; k < 4; k++)
      client_request_key(&w.clients[k].client, world_slot_of(&w, k, 0, SOURCE_CAMERA));
    world_run(&w, 20000);
  }
  assert_in_range(w.clients[0].client.source[SOURCE_CAMERA].keys_asked, asked + 1, asked + 3);
  assert_true(world_counters(&w)->pli_throttled > 100);
}

/* Rooms are apart. */
static void test_two_rooms(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  world_make_client(&w, 1, &person);
  w.clients[1].web.room = WORLD_ROOM + 1;
  world_try(&w, 1);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  assert_false(world_shows(&w, 0, 1, SOURCE_CAMERA));
  assert_int_equal(w.clients[0].media_datagrams + w.clients[1].media_datagrams, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_two_people, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_four_people, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_h264, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_codec_that_a_receiver_lacks, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_ssrcs_learnt_by_mid, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_viewers_only_watch, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_late_joiner, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_someone_leaves, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_peer_closes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_peer_closes_later, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_farewells_of_others, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_new_connection_of_a_peer, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_mute_and_unmute, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_silence_in_place_of_a_microphone, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_screen_goes_first, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_more_slots_by_a_second_offer, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_sender_and_receiver_reports, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_frames_leave_in_one_send, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_very_large_frames, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_key_requests_are_throttled, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_two_rooms, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
