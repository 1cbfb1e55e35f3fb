/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bad networks, changing addresses, and numbers that wrap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"
#include "proto/demux.h"

static const struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4};

static struct world w;

static int set_up(void **state)
{
  (void)state;
  world_init(&w, 7);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

static void set_links(struct world *world, size_t n, struct link link)
{
  for (size_t i = 0; i < n; i++)
    world->clients[i].up = world->clients[i].down = link;
}

static void test_handshake_with_a_fifth_lost(void **state)
{
  (void)state;
  world_fini(&w);
  for (uint64_t seed = 1; seed <= 12; seed++) {
    world_init(&w, seed);
    world_join(&w, 0, &person);
    world_join(&w, 1, &person);
    set_links(&w, 2, (struct link){.delay_us = 30000, .loss = 0.2});
    world_run_until_connected(&w, 12000000);
    if (seed < 12)
      world_fini(&w);
  }
}

static void check_repaired(size_t n)
{
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++) {
      if (i == k)
        continue;
      struct decoded d = expect_video(&w, i, k, SOURCE_CAMERA, 250);
      assert_true(d.repaired > 10);
      assert_in_range(d.missing, 0, 3); /* of the last moments */
      assert_in_range(d.broken, 0, 2);
      (void)expect_audio(&w, i, k, 400);
    }
}

static void test_losses_are_repaired_in_both_directions(void **state)
{
  (void)state;
  for (size_t i = 0; i < 3; i++)
    world_join(&w, i, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 300000);
  set_links(&w, 3, (struct link){.delay_us = 20000, .loss = 0.05});
  world_run(&w, 10000000);
  set_links(&w, 3, (struct link){.delay_us = 20000});
  world_run(&w, 500000);
  check_repaired(3);
  assert_true(world_counters(&w)->nack_out > 50 && world_counters(&w)->rtp_retransmitted > 50);
}

static void test_reordering_and_duplicates(void **state)
{
  (void)state;
  for (size_t i = 0; i < 2; i++)
    world_join(&w, i, &person);
  world_run_until_connected(&w, 3000000);
  set_links(&w, 2, (struct link){.delay_us = 20000, .jitter_us = 40000, .duplicates = 0.1});
  world_run(&w, 5000000);
  set_links(&w, 2, (struct link){.delay_us = 20000});
  world_run(&w, 500000);
  for (size_t i = 0; i < 2; i++) {
    struct decoded d = expect_video(&w, i, 1 - i, SOURCE_CAMERA, 150);
    assert_int_equal(d.missing, 0);
    assert_true(w.clients[i].client.replayed > 5); /* doublets on the way to it, all seen as such */
  }
}

/* Everything bad at once, while sources come and go in one slot. */
static void test_switches_on_a_bad_network(void **state)
{
  struct client_config narrow = viewer;
  (void)state;
  narrow.video_slots = 1;
  world_fini(&w);
  for (uint64_t seed = 1; seed <= 6; seed++) {
    world_init(&w, seed);
    for (size_t i = 0; i < 4; i++)
      world_join(&w, i, i == 0 ? &narrow : &person);
    world_run_until_connected(&w, 3000000);
    world_run(&w, 300000);
    set_links(&w, 4, (struct link){.delay_us = 15000, .jitter_us = 25000, .loss = 0.05, .duplicates = 0.03});
    for (size_t turn = 0; turn < 12; turn++) {
      for (size_t k = 1; k < 4; k++)
        world_publish(&w, k, k == 1 + turn % 3 ? 3 : 1);
      world_run(&w, 1000000);
    }
    set_links(&w, 4, (struct link){.delay_us = 15000});
    world_run(&w, 300000);
    struct decoded d = expect_video(&w, 0, 3, SOURCE_CAMERA, 250);
    assert_in_range(d.switches, 11, 12);
    assert_in_range(d.missing, 0, 20); /* of what was muted before it was repaired */
    if (seed < 6)
      world_fini(&w);
  }
}

/* Sources whose sequence numbers, timestamps, picture ids wrap within the call, and a sender whose numbers leap, so
 * that the receivers' numbers go around as well. */
static void test_numbers_wrap(void **state)
{
  struct client_config late = person;
  (void)state;
  late.first_sequence = 65500;
  late.first_timestamp = 0xffff8000u;
  world_join(&w, 0, &late);
  world_join(&w, 1, &person);
  w.clients[0].client.source[SOURCE_CAMERA].picture_id = 0x7ff0;
  w.clients[0].client.source[SOURCE_CAMERA].tl0picidx = 250;
  world_run_until_connected(&w, 3000000);
  world_run(&w, 3000000);
  expect_whole_call(&w, 2, 80);
  forget_packets(&w);
  for (int leap = 0; leap < 6; leap++) {
    struct client_source *s = &w.clients[0].client.source[SOURCE_CAMERA];
    s->sequence = (uint16_t)(s->sequence + 20000);
    s->key_due = true;
    world_run(&w, 1000000);
  }
  assert_true(w.clients[1].client.slot[3].highest > 0x20000); /* around at least once */
  struct decoded d = expect_video(&w, 1, 0, SOURCE_CAMERA, 150);
  assert_int_equal(d.missing, 6 * 20000);
  assert_int_equal(w.clients[1].client.auth_failed, 0);
}

/* The client's address changes in the middle of the call (another network): media follows its next nomination. */
static void test_address_changes(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  world_join(&w, 1, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  w.clients[1].addr.port++;
  w.clients[1].addr.ip[0] = 203;
  w.clients[1].client.next_check_us = w.now_us; /* a browser checks at once when its network changes */
  world_run(&w, 1000000);
  forget_packets(&w);
  world_run(&w, 1000000);
  expect_whole_video(&w, 1, 0, 25);
  expect_whole_video(&w, 0, 1, 25);
  assert_false(w.clients[1].web.gone);
}

static void test_ice_restart(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  world_join(&w, 1, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  client_restart_ice(&w.clients[1].client);
  world_offer_again(&w, 1);
  assert_true(w.clients[1].web.answered);
  w.clients[1].addr.port++;
  world_run(&w, 40000000); /* longer than consent: the new generation's checks must count */
  expect_whole_audio(&w, 0, 1, 1500);
  assert_false(w.clients[1].web.gone);
}

static void test_consent_expires(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  world_join(&w, 1, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  w.clients[1].up.loss = 1;
  world_run(&w, 26000000);
  assert_false(w.clients[1].web.gone);
  world_run(&w, 6000000);
  assert_true(w.clients[1].web.gone);
  assert_int_equal(w.clients[1].web.gone_reason, IPC_GONE_CONSENT);
  assert_int_equal(world_counters(&w)->peers_expired, 1);
  assert_false(world_shows(&w, 0, 1, SOURCE_CAMERA));
  uint64_t sent = w.clients[1].media_datagrams;
  world_run(&w, 1000000);
  assert_int_equal(w.clients[1].media_datagrams, sent);
}

/* An offer whose page never came with ICE costs its place for half a minute only. */
static void test_never_connected(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  w.clients[0].up.loss = 1;
  world_run(&w, 31000000);
  assert_true(w.clients[0].web.gone);
}

/* ... and so does one that checks faithfully and never shakes hands. */
static void test_never_shook_hands(void **state)
{
  struct client_config idle = person;
  (void)state;
  idle.no_dtls = true;
  world_join(&w, 0, &idle);
  world_run(&w, 29000000);
  assert_false(w.clients[0].web.gone);
  world_run(&w, 2000000);
  assert_true(w.clients[0].web.gone);
  assert_int_equal(w.clients[0].web.gone_reason, IPC_GONE_DTLS_FAILED);
  assert_string_equal(w.clients[0].web.reason, dtls_failure_text(DTLS_FAIL_TIMEOUT));
}

/* The first packet of a key frame, which a new receiver waits for, is lost once on its way to the server. */
static bool lose_first_of_key_frame(struct world *world, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  const struct client_source *s = &world->clients[0].client.source[SOURCE_CAMERA];
  struct rtp_packet p;
  if (client != 0 || !to_server || demux_datagram(span_of(data, n)) != DEMUX_RTP || s->key_frames < 2 ||
      rtp_parse_header(span_of(data, n), &p) != 0 || p.ssrc != s->ssrc)
    return false;
  world->lose = NULL;
  return true;
}

/* Once it has come again, those behind it follow at once: nobody has to ask for anything. */
static void test_beginning_that_comes_late(void **state)
{
  struct client_config passive = viewer;
  struct decoded d;
  (void)state;
  passive.no_nack = true;
  world_join(&w, 0, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 600000);
  w.lose = lose_first_of_key_frame;
  world_join(&w, 1, &passive);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  assert_null(w.lose);
  const struct client_slot *s = &w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_CAMERA)];
  decode_video(s, 200000, &d);
  assert_int_equal(d.missing, 0);
  assert_int_equal(d.broken, 0);
  assert_int_equal(d.key_frames, 1);
  assert_true(d.frames > 20);
}

/* Losses without end: what is sent again stays within its budget, and the call goes on. */
static void test_retransmissions_are_bounded(void **state)
{
  uint8_t buffer[1200];
  uint16_t sequences[LIMIT_NACK_PENDING];
  (void)state;
  world_join(&w, 0, &person);
  world_join(&w, 1, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 5000000);
  struct client *c = &w.clients[1].client;
  uint64_t before = world_counters(&w)->rtp_retransmitted;
  const struct client_slot *s = &c->slot[world_slot_of(&w, 1, 0, SOURCE_CAMERA)];
  for (int i = 0; i < 100; i++) {
    struct writer nack = writer_of(buffer, sizeof buffer);
    for (unsigned k = 0; k < LIMIT_NACK_PENDING; k++)
      sequences[k] = (uint16_t)(s->highest - LIMIT_NACK_PENDING + k);
    rtcp_write_nack(&nack, c->rtcp_ssrc, s->ssrc, sequences, LIMIT_NACK_PENDING);
    client_send_rtcp(c, &nack);
    world_run(&w, 10000);
  }
  uint64_t again = world_counters(&w)->rtp_retransmitted - before;
  assert_in_range(again, 40, 100); /* in each of two seconds half of 60 packets, and LIMIT_RTX_LEAST bytes */
  expect_whole_call(&w, 2, 150);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_handshake_with_a_fifth_lost, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_losses_are_repaired_in_both_directions, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_reordering_and_duplicates, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_switches_on_a_bad_network, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_numbers_wrap, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_address_changes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_ice_restart, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_consent_expires, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_never_connected, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_never_shook_hands, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_beginning_that_comes_late, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_retransmissions_are_bounded, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
