/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A room in two media processes: those who send are in the first, viewers in both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "expect.h"
#include "proto/sdp.h"

enum { ANNA, BEN, NEAR, FAR, FAR_TOO, PEOPLE };

static struct world w;

static int set_up(void **state)
{
  (void)state;
  world_init_parts(&w, 11, false);
  return 0;
}

static int set_up_controlling(void **state)
{
  (void)state;
  world_init_parts(&w, 12, true);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

static const struct client_config speaker = {
  .mic = true, .camera = true, .audio_slots = 3, .video_slots = 4, .cryptex = true};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4, .cryptex = true};

static void join_people(void)
{
  for (size_t i = 0; i < PEOPLE; i++) {
    w.clients[i].part = i >= FAR;
    world_join(&w, i, i < NEAR ? &speaker : &viewer);
  }
  world_run_until_connected(&w, 3000000);
  for (size_t i = 0; i < NEAR; i++)
    w.clients[i].client.source[SOURCE_MIC].level = 25;
}

static const struct media_counters *counters(size_t part)
{
  return media_counters(w.part[part].media);
}

static void test_viewers_of_both_get_all(void **state)
{
  (void)state;
  join_people();
  world_run(&w, 1500000);
  forget_packets(&w);
  world_run(&w, 3000000);
  for (size_t at = NEAR; at < PEOPLE; at++)
    for (size_t who = ANNA; who <= BEN; who++) {
      expect_whole_video(&w, at, who, 60);
      expect_whole_audio(&w, at, who, 100);
    }
  assert_true(counters(1)->far_in > 400 && counters(1)->rtp_forwarded > 800);
  assert_int_equal(counters(0)->far_bad + counters(1)->far_bad, 0);
  assert_int_equal(w.part[1].reader[0].lost, 0);
  assert_int_equal(counters(1)->handshakes, 2);
}

/* Retransmissions come from the ring that is where the viewer is. */
static void test_losses_of_a_far_viewer(void **state)
{
  (void)state;
  join_people();
  world_run(&w, 1500000);
  uint64_t asked = counters(0)->nack_in + counters(0)->nack_out;
  forget_packets(&w);
  w.clients[FAR].down.loss = 0.05;
  world_run(&w, 4000000);
  w.clients[FAR].down.loss = 0;
  world_run(&w, 1000000);
  expect_video(&w, FAR, ANNA, SOURCE_CAMERA, 80);
  expect_whole_video(&w, FAR_TOO, ANNA, 100);
  assert_true(counters(1)->rtp_retransmitted > 10);
  assert_int_equal(counters(0)->nack_in + counters(0)->nack_out, asked);
}

/* What was lost on the way to the home comes late, there and here. */
static void test_losses_of_a_sender(void **state)
{
  (void)state;
  join_people();
  world_run(&w, 1500000);
  forget_packets(&w);
  w.clients[ANNA].up.loss = 0.05;
  world_run(&w, 4000000);
  w.clients[ANNA].up.loss = 0;
  world_run(&w, 1000000);
  for (size_t at = NEAR; at < PEOPLE; at++)
    expect_whole_video(&w, at, ANNA, 100);
}

/* However many ask, in however many processes, the sender hears it once. */
static void test_one_key_frame_for_all(void **state)
{
  (void)state;
  join_people();
  world_run(&w, 3000000);
  uint64_t asked = counters(0)->pli_out;
  for (size_t i = NEAR; i < PEOPLE; i++)
    world_close(&w, i);
  for (size_t i = NEAR; i < PEOPLE; i++) /* they come back at the same moment */
    world_join(&w, i, &viewer);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 400000);
  assert_true(counters(1)->far_keys_out > 0);
  assert_true(counters(0)->pli_out > asked);
  assert_true(counters(0)->pli_out - asked <= 4); /* two cameras, at most twice each */
  forget_packets(&w);
  world_run(&w, 2000000);
  for (size_t at = NEAR; at < PEOPLE; at++)
    expect_video(&w, at, BEN, SOURCE_CAMERA, 40);
}

/* Who is off, has gone into the green room or has left is gone everywhere at once. */
static void test_what_ends_at_home_ends_everywhere(void **state)
{
  (void)state;
  join_people();
  world_run(&w, 1500000);
  assert_true(world_shows(&w, FAR, ANNA, SOURCE_CAMERA) && world_shows(&w, FAR, BEN, SOURCE_CAMERA));
  world_publish(&w, ANNA, 1 << SOURCE_MIC);
  world_run(&w, 1000);
  assert_false(world_shows(&w, FAR, ANNA, SOURCE_CAMERA));
  assert_true(world_shows(&w, FAR, ANNA, SOURCE_MIC));
  world_publish(&w, ANNA, 7);
  world_run(&w, 1000000);
  assert_true(world_shows(&w, FAR, ANNA, SOURCE_CAMERA));
  world_backstage(&w, ANNA, true);
  world_run(&w, 1000);
  assert_false(world_shows(&w, FAR, ANNA, SOURCE_CAMERA) || world_shows(&w, FAR, ANNA, SOURCE_MIC));
  world_run(&w, 100000); /* what is on its way */
  uint64_t records = counters(1)->far_in;
  world_close(&w, BEN);
  world_run(&w, 1000);
  assert_false(world_shows(&w, FAR, BEN, SOURCE_CAMERA));
  world_run(&w, 2000000);
  assert_true(counters(1)->far_in <= records + 2); /* nothing of the green room leaves the home */
}

static void test_speakers_are_chosen_once(void **state)
{
  (void)state;
  join_people();
  w.clients[BEN].client.source[SOURCE_MIC].level = 100;
  world_run(&w, 2000000);
  assert_int_equal(w.speaker, ANNA + 1);
  w.clients[ANNA].client.source[SOURCE_MIC].level = 100;
  w.clients[BEN].client.source[SOURCE_MIC].level = 25;
  world_run(&w, 2000000);
  assert_int_equal(w.speaker, BEN + 1);
  uint32_t messages = w.speaker_messages;
  assert_true(world_shows(&w, FAR, BEN, SOURCE_MIC));
  world_run(&w, 1000000);
  assert_int_equal(w.speaker_messages, messages);
}

/* Layers that nobody watches in any process are left out by the sender, and come back for one far viewer. */
static void test_layers_are_asked_for_from_afar(void **state)
{
  struct client_config three = speaker;
  three.camera_layers = 3;
  (void)state;
  w.clients[FAR].part = 1;
  world_join(&w, ANNA, &three);
  w.clients[ANNA].obeys = true;
  world_join(&w, FAR, &viewer);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1500000);
  world_show(&w, FAR, ANNA, SOURCE_CAMERA, 120);
  world_run(&w, 6000000);
  assert_int_equal(w.clients[ANNA].web.layers[SOURCE_CAMERA], 1);
  forget_packets(&w);
  world_run(&w, 1000000);
  expect_video(&w, FAR, ANNA, SOURCE_CAMERA, 20);
  world_show(&w, FAR, ANNA, SOURCE_CAMERA, 720);
  world_run(&w, 10000);
  assert_int_equal(w.clients[ANNA].web.layers[SOURCE_CAMERA], 5);
  world_run(&w, 5000000);
  assert_int_equal(w.clients[ANNA].web.layers[SOURCE_CAMERA], 4);
  world_close(&w, FAR); /* nobody watches, and nobody says so */
  world_run(&w, 8000000);
  assert_int_equal(w.clients[ANNA].web.layers[SOURCE_CAMERA], 0);
}

/* Each far viewer gets what his path carries: one on a narrow link a smaller layer, the other one the best. */
static void test_a_narrow_path_far_away(void **state)
{
  struct client_config three = speaker;
  three.camera_layers = 3;
  (void)state;
  for (size_t i = ANNA; i < PEOPLE; i++) {
    w.clients[i].part = i >= FAR;
    world_join(&w, i, i < NEAR ? &three : &viewer);
  }
  w.clients[FAR].down.rate_bps = 600000;
  w.clients[FAR].down.queue_us = 300000;
  world_run_until_connected(&w, 3000000);
  world_run(&w, 15000000);
  forget_packets(&w);
  uint64_t narrow = w.clients[FAR].media_datagrams, wide = w.clients[FAR_TOO].media_datagrams;
  world_run(&w, 5000000);
  narrow = w.clients[FAR].media_datagrams - narrow;
  wide = w.clients[FAR_TOO].media_datagrams - wide;
  print_message("# datagrams in 5 s: %u over 600 kbit/s, %u without a limit\n", (unsigned)narrow, (unsigned)wide);
  assert_true(narrow < wide * 2 / 3);
  expect_video(&w, FAR_TOO, ANNA, SOURCE_CAMERA, 100);
  assert_true(world_shows(&w, FAR, ANNA, SOURCE_MIC));
  expect_audio(&w, FAR, ANNA, 200);
}

/* A process that does not read for a while loses what it has not read, and nobody else notices. */
static void test_a_process_that_stalls(void **state)
{
  (void)state;
  join_people();
  world_run(&w, 1500000);
  forget_packets(&w);
  w.part[1].stalled = true;
  for (int i = 0; i < 3 * 40; i++) /* more than the ring holds */
    world_run(&w, 1000000);
  assert_true(w.part[0].writer.next > SHARE_SLOTS);
  expect_video(&w, NEAR, ANNA, SOURCE_CAMERA, 100);
  w.part[1].stalled = false;
  world_run(&w, 1000000);
  assert_true(w.part[1].reader[0].lost > 0);
  forget_packets(&w);
  world_run(&w, 3000000);
  expect_whole_audio(&w, FAR, ANNA, 100);
  expect_whole_video(&w, FAR, ANNA, 60);
}

/* The second process dies: the first goes on, and those who come back to the second get all again. */
static void test_a_process_that_dies(void **state)
{
  (void)state;
  join_people();
  world_run(&w, 1500000);
  forget_packets(&w);
  world_restart_part(&w, 1);
  world_run(&w, 1000000);
  for (size_t i = FAR; i < PEOPLE; i++)
    world_join(&w, i, &viewer);
  world_run(&w, 2000000);
  expect_whole_video(&w, NEAR, ANNA, 60);
  expect_video(&w, FAR, ANNA, SOURCE_CAMERA, 20);
  world_restart_part(&w, 0); /* the home: all who send are gone until they are back */
  world_run(&w, 1000);
  assert_false(world_shows(&w, FAR, ANNA, SOURCE_CAMERA));
  for (size_t i = ANNA; i < FAR; i++)
    world_join(&w, i, i < NEAR ? &speaker : &viewer);
  world_run(&w, 1500000);
  forget_packets(&w);
  world_run(&w, 2000000);
  expect_whole_video(&w, FAR, BEN, 40);
}

static bool stands_in(const struct share_memory *memory, const uint8_t *what, size_t n)
{
  const uint8_t *at = (const uint8_t *)memory;
  for (size_t i = 0; i + n <= sizeof *memory; i++)
    if (at[i] == what[0] && memcmp(at + i, what, n) == 0)
      return true;
  return false;
}

/* When a room has ended there is nothing of it in the memory that others can read. */
static void test_memory_is_wiped(void **state)
{
  uint8_t piece[24];
  (void)state;
  join_people();
  world_run(&w, 2000000);
  const struct share_memory *memory = w.part[0].memory;
  const struct share_slot *slot = &memory->slot[memory->written % SHARE_SLOTS];
  for (uint64_t i = memory->written; slot->bytes < 200; i--)
    slot = &memory->slot[i % SHARE_SLOTS];
  memcpy(piece, (const uint8_t *)slot->words + 100, sizeof piece);
  assert_true(stands_in(memory, piece, sizeof piece));
  for (size_t i = 0; i < PEOPLE; i++)
    world_close(&w, i);
  assert_false(stands_in(memory, piece, sizeof piece));
  for (size_t i = 0; i < SHARE_SLOTS; i++)
    assert_int_equal(memory->slot[i].bytes, 0);
}

/* The id at home of a camera, as the home has told it. */
static uint64_t camera_id(void)
{
  for (size_t i = 0; i < SHARE_SLOTS; i++) {
    struct span s = span_of(w.part[0].memory->slot[i].words, w.part[0].memory->slot[i].bytes);
    uint8_t type = 0, kind = 0;
    uint64_t id = 0;
    if (span_u8(&s, &type) == 0 && type == 1 && span_skip(&s, 12) == 0 && span_u64(&s, &id) == 0 &&
        span_skip(&s, 16) == 0 && span_u8(&s, &kind) == 0 && kind == SOURCE_CAMERA)
      return id;
  }
  fail_msg("the home has told of no camera");
  return 0;
}

static void ask_for_key_as(uint8_t process)
{
  uint8_t buffer[32];
  struct writer m = writer_of(buffer, sizeof buffer);
  put_u8(&m, 6);
  put_u64(&m, WORLD_ROOM);
  put_u64(&m, camera_id());
  put_u8(&m, 0);
  media_share(w.part[0].media, w.now_us, process, writer_span(&m));
}

/* A process in an attacker's hands: its words about a room that web has not given it go nowhere. */
static void test_a_process_that_lies(void **state)
{
  uint8_t buffer[SHARE_RECORD_BYTES];
  (void)state;
  join_people();
  world_run(&w, 2000000);
  struct writer m = writer_of(buffer, sizeof buffer);
  put_u8(&m, 1); /* FAR_SOURCE of WORLD_ROOM, from the process that is not its home to the one that is */
  put_u64(&m, WORLD_ROOM);
  put_u32(&m, 1);
  put_u64(&m, 1234567);
  put_u64(&m, 4711);
  put_u64(&m, 1);
  put_u8(&m, SOURCE_CAMERA);
  put_u8(&m, SDP_VP8);
  put_u8(&m, 1);
  put_u8(&m, 0);
  media_share(w.part[0].media, w.now_us, 1, writer_span(&m));
  media_share(w.part[1].media, w.now_us, 7, writer_span(&m)); /* and from one that has nothing to do with it */
  world_run(&w, 100000);
  for (size_t at = 0; at < PEOPLE; at++)
    for (size_t i = 0; i < w.clients[at].web.slots.count; i++)
      assert_int_not_equal(w.clients[at].web.slots.slot[i].who, 4711);
  uint64_t keys = counters(0)->far_keys_in;
  ask_for_key_as(7); /* the room does not span it */
  assert_int_equal(counters(0)->far_keys_in, keys);
  ask_for_key_as(1);
  assert_int_equal(counters(0)->far_keys_in, keys + 1);
  for (size_t n = 0; n < m.n; n++) /* pieces of it */
    media_share(w.part[1].media, w.now_us, 0, span_of(buffer, n));
  assert_int_equal(media_counters(w.part[1].media)->far_bad, m.n);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_viewers_of_both_get_all, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_viewers_of_both_get_all, set_up_controlling, tear_down),
    cmocka_unit_test_setup_teardown(test_losses_of_a_far_viewer, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_losses_of_a_sender, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_one_key_frame_for_all, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_what_ends_at_home_ends_everywhere, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_speakers_are_chosen_once, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_layers_are_asked_for_from_afar, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_narrow_path_far_away, set_up_controlling, tear_down),
    cmocka_unit_test_setup_teardown(test_a_process_that_stalls, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_process_that_dies, set_up_controlling, tear_down),
    cmocka_unit_test_setup_teardown(test_a_process_that_dies, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_memory_is_wiped, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_process_that_lies, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
