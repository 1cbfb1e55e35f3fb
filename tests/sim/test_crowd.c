/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A crowd gets what comes within a few milliseconds together (media/crowd.h): how long that may take, for whom, and
 * that nothing is lost by it, sent twice, or sent to who may not have it any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"
#include "media/core.h"
#include "media/crowd.h"

#define CROWD 3u
#define PATHS_US 20000u /* two links */
#define CLOCK_US 2000u  /* a timer is late by so much at most */

enum { ANNA, BEN, CARL, DORA, EVE, PEOPLE };

static struct world w;

static const struct client_config speaker = {
  .mic = true, .camera = true, .audio_slots = 3, .video_slots = 4, .cryptex = true};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4, .cryptex = true};

static void set_crowd(uint32_t crowd)
{
  for (size_t i = 0; i < w.parts; i++) {
    w.part[i].media->config.crowd = crowd;
    w.part[i].media->config.crowd_step = 1;
  }
}

static void begin_media(void)
{
  world_run_until_connected(&w, 3000000);
  for (size_t i = 0; i < PEOPLE; i++) { /* each at a moment of its own */
    w.clients[i].client.source[SOURCE_MIC].level = 25;
    w.clients[i].client.source[SOURCE_MIC].next_us += 3300 + 7700 * i;
    w.clients[i].client.source[SOURCE_CAMERA].next_us += 5500 * i;
  }
  world_run(&w, 1500000);
  forget_packets(&w);
}

static void join_people(void)
{
  set_crowd(CROWD);
  for (size_t i = 0; i < PEOPLE; i++)
    world_join(&w, i, i < CARL ? &speaker : &viewer);
  begin_media();
}

/* Carl may send, and has everything off. */
static void join_with_carl_off(void)
{
  set_crowd(CROWD - 1);
  for (size_t i = 0; i < PEOPLE; i++)
    world_join(&w, i, i <= CARL ? &speaker : &viewer);
  world_publish(&w, CARL, 0);
  begin_media();
}

/* The longest that anything took to a client beside the two links. */
static uint32_t longest_us(size_t client)
{
  uint32_t longest = 0;
  for (size_t k = 0; k < CLIENT_SLOTS; k++) {
    const struct client_slot *s = &w.clients[client].client.slot[k];
    for (size_t i = 0; i < s->count; i++) {
      uint32_t took = (uint32_t)s->packets[i].at_us - s->packets[i].mark.sent_us - PATHS_US;
      longest = took > longest ? took : longest;
    }
  }
  return longest;
}

/* Once each, but for what only tries a path. */
static void expect_in_order(size_t client)
{
  for (size_t k = 0; k < CLIENT_SLOTS; k++) {
    const struct client_slot *s = &w.clients[client].client.slot[k];
    assert_true(s->duplicates == 0 || w.media_config.controls_receivers);
    for (size_t i = 1; i < s->count; i++)
      assert_true(s->packets[i].index == s->packets[i - 1].index + 1);
  }
}

static void expect_all(size_t client, size_t frames, size_t sounds)
{
  for (size_t who = ANNA; who <= BEN; who++)
    if (who != client) {
      expect_whole_video(&w, client, who, frames);
      expect_whole_audio(&w, client, who, sounds);
    }
  expect_in_order(client);
}

static void test_in_fewer_sends_and_soon(void **state)
{
  (void)state;
  join_people();
  uint64_t sends = w.clients[EVE].media_sends, datagrams = w.clients[EVE].media_datagrams;
  world_run(&w, 3000000);
  sends = w.clients[EVE].media_sends - sends;
  datagrams = w.clients[EVE].media_datagrams - datagrams;
  for (size_t i = 0; i < PEOPLE; i++) {
    expect_all(i, 85, 145);
    assert_true(longest_us(i) <= (i < CARL ? 0 : CROWD_WAIT_US + CLOCK_US)); /* who talks waits for nothing */
  }
  set_crowd(0);
  uint64_t before = w.clients[EVE].media_sends, before_datagrams = w.clients[EVE].media_datagrams;
  world_run(&w, 3000000);
  assert_true(w.clients[EVE].media_datagrams - before_datagrams <= datagrams * 11 / 10);
  assert_true(sends * 3 < (w.clients[EVE].media_sends - before) * 2);
}

static void test_a_small_room_does_not_wait(void **state)
{
  (void)state;
  join_people();
  set_crowd(CROWD + 1);
  world_run(&w, 100000);
  forget_packets(&w);
  world_run(&w, 1000000);
  for (size_t i = 0; i < PEOPLE; i++) {
    expect_all(i, 25, 45);
    assert_int_equal(longest_us(i), 0);
  }
}

/* What comes during a long turn leaves together anyway. */
static void test_waits_less_for_who_is_busy(void **state)
{
  (void)state;
  join_people();
  for (uint64_t turn_us = 2000; turn_us <= 10000; turn_us += 2000) {
    for (unsigned turns = 0; turns < 1000; turns++)
      media_turn_took(w.media, turn_us);
    world_run(&w, 100000);
    forget_packets(&w);
    world_run(&w, 1000000);
    for (size_t i = CARL; i < PEOPLE; i++) {
      expect_all(i, 25, 45);
      assert_true(longest_us(i) <= (turn_us < CROWD_WAIT_US ? CROWD_WAIT_US - turn_us + CLOCK_US : 0));
    }
  }
  for (unsigned turns = 0; turns < 1000; turns++)
    media_turn_took(w.media, 0);
  world_run(&w, 100000);
  forget_packets(&w);
  world_run(&w, 1000000);
  assert_true(longest_us(EVE) > CROWD_WAIT_US / 2);
}

/* Each viewer is a step: who is served first waits for what comes during the pass no longer than who is served last,
 * and who sends waits for one step. */
static void test_passes_take_time(void **state)
{
  (void)state;
  join_people();
  for (w.step_us = 500; w.step_us <= 4000; w.step_us += 500) {
    uint32_t pass_us = w.step_us * (PEOPLE - CARL), most_us = pass_us > CROWD_WAIT_US ? pass_us : CROWD_WAIT_US;
    world_run(&w, 1000000);
    forget_packets(&w);
    world_run(&w, 1000000);
    for (size_t i = 0; i < PEOPLE; i++) {
      expect_all(i, 25, 45);
      assert_true(longest_us(i) <= (i < CARL ? 2 * w.step_us : most_us + w.step_us + CLOCK_US));
    }
  }
}

/* Between steps viewers come and go, and others begin to send or cease to. */
static void test_a_pass_among_changes(void **state)
{
  (void)state;
  join_with_carl_off();
  w.step_us = 2700;
  for (unsigned i = 0; i < 40; i++) {
    world_publish(&w, CARL, i % 2 == 0 ? 1 << SOURCE_MIC : 0);
    world_run(&w, 7300 + 700 * i);
    world_close(&w, i % 4 < 2 ? EVE : DORA);
    world_run(&w, 1100);
    world_join(&w, i % 4 < 2 ? EVE : DORA, &viewer);
    world_run(&w, 20000);
  }
  for (size_t i = 0; i <= CARL; i++)
    expect_all(i, 40, 60);
}

/* During passes one of many leaves, and the last one of all takes his place: he is not left out. */
static void test_who_takes_the_place_of_another(void **state)
{
  (void)state;
  const size_t many = 9, end = PEOPLE + many;
  for (size_t i = PEOPLE; i < end; i++)
    world_join(&w, i, &viewer);
  join_people();
  w.step_us = 900;
  for (size_t k = 0; k < 5 * many; k++) {
    size_t leaver = PEOPLE + k * 4 % many;
    world_run(&w, 200300 + 700 * k);
    world_close(&w, leaver);
    world_run(&w, 60000);
    for (size_t i = CARL; i < end; i++)
      if (i != leaver)
        expect_in_order(i);
    world_join(&w, leaver, &viewer);
  }
}

/* More packets come than are kept for a crowd: they go at once. */
static void test_a_pass_that_is_held_up(void **state)
{
  (void)state;
  join_people();
  for (size_t i = ANNA; i <= BEN; i++) {
    w.clients[i].client.source[SOURCE_CAMERA].parts = 12;
    w.clients[i].client.source[SOURCE_CAMERA].part_bytes = 300;
  }
  w.step_us = 1000;
  world_run(&w, 103000);
  w.holds_time = true;
  world_run(&w, 2500000); /* some 2000 packets */
  w.holds_time = false;
  world_run(&w, 100000);
  for (size_t i = CARL; i < PEOPLE; i++) {
    size_t packets = 0;
    for (size_t k = 0; k < CLIENT_SLOTS; k++)
      packets += w.clients[i].client.slot[k].count;
    assert_true(packets > 2 * LIMIT_CROWD_PACKETS - LIMIT_CROWD_PACKETS / 4);
    expect_in_order(i);
  }
}

/* Of a microphone alone nothing else is due: its sound waits for nothing. */
static void test_waits_only_for_what_is_due(void **state)
{
  (void)state;
  join_people();
  w.clients[ANNA].client.source[SOURCE_CAMERA].on = w.clients[BEN].client.source[SOURCE_CAMERA].on = false;
  w.clients[BEN].client.source[SOURCE_MIC].on = false;
  world_run(&w, 500000);
  forget_packets(&w);
  world_run(&w, 1000000);
  for (size_t i = CARL; i < PEOPLE; i++) {
    expect_whole_audio(&w, i, ANNA, 45);
    assert_int_equal(longest_us(i), 0);
  }
}

/* At all phases of what waits. */
static void test_who_begins_to_send_misses_nothing(void **state)
{
  (void)state;
  join_with_carl_off();
  for (unsigned i = 0; i < 60; i++) {
    world_publish(&w, CARL, i % 2 == 0 ? 1 << SOURCE_MIC : 0);
    world_run(&w, 41300);
  }
  for (size_t i = 0; i < PEOPLE; i++)
    expect_all(i, 70, 115);
}

/* Nothing of it reaches anybody but what was on the last link already. */
static void test_off_is_off_for_what_waits(void **state)
{
  (void)state;
  join_people();
  for (unsigned i = 0; i < 40; i++) {
    world_publish(&w, ANNA, 1 << SOURCE_CAMERA);
    uint32_t off_us = (uint32_t)w.now_us;
    world_run(&w, 31700);
    for (size_t who = CARL; who < PEOPLE; who++)
      for (size_t k = 0; k < CLIENT_SLOTS; k++) {
        const struct client_slot *s = &w.clients[who].client.slot[k];
        for (size_t n = 0; n < s->count; n++)
          assert_true(s->packets[n].mark.who != ANNA + 1 || s->packets[n].mark.source != SOURCE_MIC ||
                      (uint32_t)s->packets[n].at_us - off_us > UINT32_MAX / 2 ||
                      (uint32_t)s->packets[n].at_us - off_us <= PATHS_US / 2);
      }
    forget_packets(&w);
    world_publish(&w, ANNA, 7);
    world_run(&w, 63100);
    forget_packets(&w);
  }
}

/* While something waits, and in passes. */
static void test_viewers_come_and_go(void **state)
{
  (void)state;
  join_people();
  w.step_us = 1500;
  for (unsigned i = 0; i < 12; i++) {
    world_run(&w, 7000 + 3100 * i);
    world_close(&w, EVE);
    world_run(&w, 3000);
    world_join(&w, EVE, &viewer);
    world_run(&w, 100000);
  }
  world_run_until_connected(&w, 3000000);
  for (size_t i = CARL; i < EVE; i++)
    expect_all(i, 40, 60);
}

static void test_the_room_ends(void **state)
{
  (void)state;
  for (unsigned i = 0; i < 16; i++) {
    join_people();
    w.step_us = i % 2 == 0 ? 0 : 3000;
    world_run(&w, 2100 * i);
    for (size_t who = 0; who < PEOPLE; who++) { /* in a pass, too, and who sends first */
      world_close(&w, who);
      world_run(&w, w.step_us);
    }
    world_run(&w, 50000);
    assert_int_equal(media_peers(w.media), 0);
  }
}

/* They come whole, in their order, and wait no longer than others. */
static void test_a_frame_of_many_packets(void **state)
{
  (void)state;
  join_people();
  w.clients[ANNA].client.source[SOURCE_CAMERA].parts = 100;
  w.clients[ANNA].client.source[SOURCE_CAMERA].part_bytes = 200;
  w.clients[ANNA].client.source[SOURCE_CAMERA].key_due = true;
  world_run(&w, 1000000);
  for (size_t i = BEN; i < PEOPLE; i++) {
    expect_all(i, 25, 45);
    assert_true(longest_us(i) <= CROWD_WAIT_US + CLOCK_US);
  }
}

static void test_losses_are_repaired(void **state)
{
  (void)state;
  join_people();
  w.clients[ANNA].up.loss = w.clients[EVE].down.loss = 0.03;
  world_run(&w, 3000000);
  w.clients[ANNA].up.loss = w.clients[EVE].down.loss = 0;
  world_run(&w, 1000000);
  for (size_t i = CARL; i < PEOPLE; i++)
    (void)expect_video(&w, i, ANNA, SOURCE_CAMERA, 100);
  assert_true(world_counters(&w)->rtp_retransmitted > 0);
}

/* Viewers elsewhere wait there, and not at home before. */
static void test_in_several_processes(void **state)
{
  (void)state;
  world_fini(&w);
  world_init_parts(&w, 3, true);
  set_crowd(2);
  for (size_t i = 0; i < PEOPLE; i++) {
    w.clients[i].part = i >= DORA;
    world_join(&w, i, i < CARL ? &speaker : &viewer);
  }
  begin_media();
  world_run(&w, 2000000);
  for (size_t i = 0; i < PEOPLE; i++) {
    expect_all(i, 55, 95);
    assert_true(longest_us(i) <= (i < DORA ? 0 : CROWD_WAIT_US + CLOCK_US));
  }
}

/* A viewer whose path carries less is paced, and nobody else notices. */
static void test_one_with_a_narrow_path(void **state)
{
  (void)state;
  world_fini(&w);
  world_init_controlling(&w, 4);
  join_people();
  w.clients[EVE].down.rate_bps = 400000;
  w.clients[EVE].down.queue_us = 300000;
  world_run(&w, 20000000);
  forget_packets(&w);
  world_run(&w, 3000000);
  for (size_t i = CARL; i < EVE; i++) {
    expect_all(i, 85, 145);
    assert_true(longest_us(i) <= CROWD_WAIT_US + CLOCK_US);
  }
  (void)expect_audio(&w, EVE, ANNA, 140);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WORLD_TEST(test_in_fewer_sends_and_soon),
    WORLD_TEST(test_a_small_room_does_not_wait),
    WORLD_TEST(test_waits_less_for_who_is_busy),
    WORLD_TEST(test_passes_take_time),
    WORLD_TEST(test_a_pass_among_changes),
    WORLD_TEST(test_who_takes_the_place_of_another),
    WORLD_TEST(test_a_pass_that_is_held_up),
    WORLD_TEST(test_waits_only_for_what_is_due),
    WORLD_TEST(test_who_begins_to_send_misses_nothing),
    WORLD_TEST(test_off_is_off_for_what_waits),
    WORLD_TEST(test_viewers_come_and_go),
    WORLD_TEST(test_the_room_ends),
    WORLD_TEST(test_a_frame_of_many_packets),
    WORLD_TEST(test_losses_are_repaired),
    WORLD_TEST(test_in_several_processes),
    WORLD_TEST(test_one_with_a_narrow_path),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
