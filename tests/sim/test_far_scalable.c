/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A camera in one stream of three sizes (VP9, AV1) in a room of two media processes: who watches from the other one
 * gets what his page shows, changes without a freeze, and is whole again after all that can be lost on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "expect.h"
#include "media/allocate.h"
#include "media/far_records.h"
#include "media/layers.h"
#include "media/peer.h"
#include "sizes.h"

enum { ANNA, NEAR, FAR, FAR_TOO, PEOPLE };

static struct world w;

static int set_up(void **state)
{
  (void)state;
  world_init_parts(&w, 13, false);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

static const struct client_config vp9 = {.mic = true, .camera = true, .scalable = true, .cryptex = true};
static const struct client_config av1 = {.mic = true, .camera = true, .scalable = true, .av1 = true, .cryptex = true};
static const struct client_config key_only = {
    .mic = true, .camera = true, .scalable = true, .key_only = true, .cryptex = true};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4, .scalable = true, .cryptex = true};
static const struct client_config av1_viewer = {
    .audio_slots = 3, .video_slots = 4, .scalable = true, .av1 = true, .cryptex = true};
static const struct client_config old = {.audio_slots = 3, .video_slots = 4, .cryptex = true};

static void join(size_t i, const struct client_config *config)
{
  w.clients[i].part = i >= FAR;
  world_join(&w, i, config);
}

static void settle(void)
{
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
}

static void join_people(const struct client_config *sends, const struct client_config *watches)
{
  join(ANNA, sends);
  for (size_t i = NEAR; i < PEOPLE; i++)
    join(i, watches);
  settle();
  assert_true(w.clients[ANNA].client.source[SOURCE_CAMERA].scalable);
}

static void show(size_t client, uint16_t height)
{
  world_show(&w, client, ANNA, SOURCE_CAMERA, height);
}

static const struct media_counters *counters(size_t part)
{
  return media_counters(w.part[part].media);
}

static uint32_t keys(void)
{
  return w.clients[ANNA].client.source[SOURCE_CAMERA].key_frames;
}

static bool is_told_common(void)
{
  return (w.clients[ANNA].web.layers[SOURCE_CAMERA] & IPC_LAYERS_COMMON) != 0;
}

/* ---- sizes ---- */

static void expect_sizes_of(const struct client_config *sends, const struct client_config *watches)
{
  join_people(sends, watches);
  for (size_t i = NEAR; i < PEOPLE; i++)
    sizes_expect(&w, i, ANNA, SIZE_HIGH, 2);
  uint32_t before = keys();
  show(NEAR, 1080);
  show(FAR, 90);
  show(FAR_TOO, 400);
  world_run(&w, 1200000);
  sizes_expect(&w, NEAR, ANNA, SIZE_HIGH, 2);
  sizes_expect(&w, FAR, ANNA, SIZE_LOW, 2);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_MIDDLE, 2);
  assert_int_equal(keys(), before); /* down without one */
  show(FAR_TOO, 0);
  show(FAR, 720);
  world_run(&w, 1200000);
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 2);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_NONE, 0);
  assert_int_equal(keys(), before + 1);
  for (size_t i = NEAR; i < PEOPLE; i++)
    assert_in_range(sizes_watch(&w, i, ANNA)->longest_us, 30000, 70000);
  assert_int_equal(counters(0)->far_bad + counters(1)->far_bad + counters(1)->dependency_unknown, 0);
}

static void test_vp9_sizes_far_away(void **state)
{
  (void)state;
  expect_sizes_of(&vp9, &viewer);
}

static void test_av1_sizes_far_away(void **state)
{
  (void)state;
  expect_sizes_of(&av1, &av1_viewer);
}

static void test_sizes_that_meet_in_key_frames_alone(void **state)
{
  (void)state;
  join_people(&key_only, &viewer);
  uint32_t before = keys();
  show(FAR, 90);
  world_run(&w, 1200000);
  sizes_expect(&w, FAR, ANNA, SIZE_LOW, 2);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_HIGH, 2);
  assert_int_equal(keys(), before + 1);
  assert_in_range(sizes_watch(&w, FAR, ANNA)->longest_us, 30000, 70000);
}

/* Frames are left out before a smaller size is taken, by what the records' rates are here. */
static void test_fewer_pictures_far_away(void **state)
{
  (void)state;
  join_people(&vp9, &viewer);
  show(FAR, 720);
  show(FAR_TOO, 720);
  world_run(&w, 3000000);
  layers_set_budget(peer_find(w.part[1].media, FAR + 1), 1400000);
  world_run(&w, 1000000);
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 1);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_HIGH, 2);
  layers_set_budget(peer_find(w.part[1].media, FAR + 1), ALLOCATE_UNLIMITED);
  world_run(&w, 2000000);
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 2);
  (void)sizes_watch(&w, FAR, ANNA);
  (void)sizes_watch(&w, FAR_TOO, ANNA);
}

/* Whatever is watched far away only is asked of the sender, and at once. */
static void test_sizes_are_asked_for_from_afar(void **state)
{
  (void)state;
  join(ANNA, &vp9);
  join(FAR, &viewer);
  settle();
  show(FAR, 90);
  world_run(&w, 5000000);
  assert_int_equal(w.clients[ANNA].web.layers[SOURCE_CAMERA], 1);
  show(FAR, 720);
  world_run(&w, 10000);
  assert_int_equal(w.clients[ANNA].web.layers[SOURCE_CAMERA], 5);
  show(FAR, 0);
  world_run(&w, 5000000);
  assert_int_equal(w.clients[ANNA].web.layers[SOURCE_CAMERA], 0);
}

/* ---- what is lost ---- */

static void test_through_bad_networks(void **state)
{
  (void)state;
  join_people(&vp9, &viewer);
  w.clients[ANNA].up.loss = 0.03;
  w.clients[FAR].down.loss = 0.05;
  for (int i = 0; i < 10; i++) {
    show(FAR, i % 2 == 0 ? 90 : 720);
    world_run(&w, 1000000);
  }
  w.clients[ANNA].up.loss = w.clients[FAR].down.loss = 0;
  world_run(&w, 2000000);
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 2);
  assert_true(counters(1)->rtp_retransmitted > 20);
  assert_int_equal(w.clients[FAR].client.broken + w.clients[FAR_TOO].client.broken, 0);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_HIGH, 2);
}

/* A process that comes in the middle of a stream knows nothing of its structure, and asks for what brings it. */
static void test_a_process_that_comes_late(void **state)
{
  (void)state;
  join(ANNA, &vp9);
  join(NEAR, &viewer);
  settle();
  world_run(&w, 3000000);
  uint32_t before = keys();
  join(FAR, &viewer);
  settle();
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 2);
  assert_in_range(keys(), before + 1, before + 2);
  (void)sizes_watch(&w, FAR, ANNA);
  (void)sizes_watch(&w, NEAR, ANNA);
}

static void test_a_process_that_dies(void **state)
{
  (void)state;
  join_people(&vp9, &viewer);
  world_restart_part(&w, 1);
  world_run(&w, 500000);
  for (size_t i = FAR; i < PEOPLE; i++)
    join(i, &viewer);
  settle();
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 2);
  (void)sizes_watch(&w, FAR_TOO, ANNA);
  (void)sizes_watch(&w, NEAR, ANNA);
}

/* It has lost records, and with them perhaps a structure: the key frame that it asks for brings the one that holds. */
static void test_a_process_that_stalls(void **state)
{
  (void)state;
  join_people(&vp9, &viewer);
  w.part[1].stalled = true;
  while (w.part[0].writer.next <= SHARE_SLOTS + SHARE_SLOTS / 2)
    world_run(&w, 1000000);
  w.clients[ANNA].client.config.key_only = true; /* another structure, in a key frame that it does not get */
  w.clients[ANNA].client.source[SOURCE_CAMERA].key_due = true;
  for (uint64_t next = w.part[0].writer.next; w.part[0].writer.next <= next + SHARE_SLOTS;)
    world_run(&w, 1000000);
  uint32_t before = keys();
  w.part[1].stalled = false;
  world_run(&w, 1000000);
  assert_true(w.part[1].reader[0].lost > 0);
  assert_in_range(keys(), before + 1, before + 3);
  assert_true(peer_find(w.part[0].media, ANNA + 1)->sources[SOURCE_CAMERA]->structure.key_only);
  forget_packets(&w);
  show(FAR, 90);
  world_run(&w, 2000000);
  sizes_expect(&w, FAR, ANNA, SIZE_LOW, 2);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_HIGH, 2);
  assert_int_equal(w.clients[FAR].client.broken + w.clients[FAR_TOO].client.broken, 0);
}

/* Records are missing, as if they had been overwritten just before they were read, and nobody says so. */
static void lose_records(uint64_t us)
{
  w.part[1].stalled = true;
  world_run(&w, us);
  w.part[1].reader[0].next = w.part[0].writer.next;
  w.part[1].stalled = false;
}

static void test_records_that_are_missing(void **state)
{
  (void)state;
  join_people(&vp9, &viewer);
  for (int i = 0; i < 20; i++) {
    world_run(&w, 97000);
    lose_records(40000);
  }
  world_run(&w, 3000000);
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 2);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_HIGH, 2);
  show(FAR, 90);
  world_run(&w, 1000000);
  sizes_expect(&w, FAR, ANNA, SIZE_LOW, 2);
  assert_int_equal(w.clients[FAR].client.broken + w.clients[FAR_TOO].client.broken, 0);
}

/* Without the key frame that began it, what follows has no meaning here, and the viewers see no gap: another is asked
 * for. */
static void test_a_structure_that_is_missing(void **state)
{
  (void)state;
  join_people(&vp9, &viewer);
  uint32_t before = keys();
  w.clients[ANNA].client.config.first_template = 40;
  w.clients[ANNA].client.source[SOURCE_CAMERA].key_due = true;
  lose_records(100000);
  world_run(&w, 400000);
  assert_int_equal(keys(), before + 2);
  assert_in_range(counters(1)->dependency_unknown, 1, 100);
  world_run(&w, 1000000);
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 2);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_HIGH, 2);
  (void)sizes_watch(&w, NEAR, ANNA);
}

/* ---- who cannot decode it ---- */

static void test_somebody_comes_far_away_who_cannot_decode_it(void **state)
{
  (void)state;
  join_people(&vp9, &viewer);
  assert_false(is_told_common());
  join(FAR_TOO, &old);
  world_run(&w, 10000);
  assert_true(is_told_common()); /* at once */
  settle();
  assert_false(world_shows(&w, FAR_TOO, ANNA, SOURCE_CAMERA));
  sizes_expect(&w, FAR, ANNA, SIZE_HIGH, 2); /* until the sender's page has made another connection */
  join(ANNA, &vp9);
  assert_false(w.clients[ANNA].client.source[SOURCE_CAMERA].scalable);
  settle();
  forget_packets(&w);
  world_run(&w, 2000000);
  for (size_t i = NEAR; i < PEOPLE; i++)
    expect_whole_video(&w, i, ANNA, 40);
}

static void test_somebody_is_far_away_who_cannot_decode_it(void **state)
{
  (void)state;
  join(FAR, &old);
  join(FAR_TOO, &viewer);
  world_run_until_connected(&w, 3000000);
  join(NEAR, &viewer); /* the home begins */
  settle();
  join(ANNA, &vp9);
  assert_false(w.clients[ANNA].client.source[SOURCE_CAMERA].scalable);
  settle();
  assert_true(world_shows(&w, FAR, ANNA, SOURCE_CAMERA));
  world_close(&w, FAR);
  world_run(&w, 1000000);
  join(ANNA, &vp9); /* who could not is gone, which the home hears within half a second */
  assert_true(w.clients[ANNA].client.source[SOURCE_CAMERA].scalable);
  world_run(&w, 2000000);
  sizes_expect(&w, FAR_TOO, ANNA, SIZE_HIGH, 2);
}

/* Words about what others can decode count from processes that the room spans, and from nobody else. */
static void say_lacking(uint8_t process, uint8_t lacking)
{
  uint8_t buffer[16];
  struct writer m = writer_of(buffer, sizeof buffer);
  put_u8(&m, 4);
  put_u64(&m, WORLD_ROOM);
  put_u8(&m, lacking);
  media_share(w.part[0].media, w.now_us, process, writer_span(&m));
}

static void test_a_process_that_lies(void **state)
{
  (void)state;
  join_people(&vp9, &viewer);
  say_lacking(7, 1 << SDP_VP9);
  world_run(&w, 100000);
  assert_false(is_told_common());
  uint64_t bad = counters(0)->far_bad;
  say_lacking(1, 1 << SDP_VP8); /* everybody takes that */
  assert_int_equal(counters(0)->far_bad, bad + 1);
  say_lacking(1, 1 << SDP_AV1); /* which is not what is sent */
  assert_false(is_told_common());
  say_lacking(1, 1 << SDP_VP9);
  assert_true(is_told_common());
}

static int decode_packet(size_t dependency_n, size_t payload_n, size_t missing)
{
  static const uint8_t zeros[LIMIT_DATAGRAM + 1];
  uint8_t buffer[FAR_HEAD_BYTES + sizeof zeros], copy[sizeof buffer];
  struct writer m = writer_of(buffer, sizeof buffer);
  struct far_packet_record p = {.room = 1, .source = 2, .index = 3, .dependency = span_of(zeros, dependency_n)}, out;
  far_encode_packet(&m, &p);
  put_bytes(&m, zeros, payload_n);
  assert_true(!m.overflow && missing < m.n);
  memcpy(copy, buffer, sizeof copy);
  int err = far_decode_packet(span_of(copy + 1, m.n - 1 - missing), &out);
  assert_true(err != 0 || (out.dependency.n == dependency_n && out.payload.n == payload_n - missing));
  return err;
}

static void test_packets_of_every_length(void **state)
{
  (void)state;
  assert_int_equal(decode_packet(0, 100, 0), 0);
  assert_int_equal(decode_packet(3, 0, 0), 0);
  assert_int_equal(decode_packet(3, 0, 1), ERR_TRUNCATED);
  assert_int_equal(decode_packet(DEPENDENCY_LONGEST, LIMIT_DATAGRAM - DEPENDENCY_LONGEST, 0), 0);
  assert_int_equal(decode_packet(DEPENDENCY_LONGEST, LIMIT_DATAGRAM - DEPENDENCY_LONGEST + 1, 0), ERR_RANGE);
  assert_int_equal(decode_packet(DEPENDENCY_LONGEST + 1, 100, 0), ERR_RANGE);
  for (size_t missing = 101; missing <= 147; missing++)
    assert_int_equal(decode_packet(3, 100, missing), ERR_TRUNCATED);
}

static int decode_source(enum media_source kind, enum sdp_codec_id codec, uint8_t layers)
{
  uint8_t buffer[64];
  struct writer m = writer_of(buffer, sizeof buffer);
  struct far_source_record out;
  const struct far_source_record r = {.room = 1, .source = 2, .peer = 3, .kind = (uint8_t)kind,
                                      .codec = (uint8_t)codec, .layers = layers};
  far_encode_source(&m, &r);
  return far_decode_source(span_of(buffer + 1, m.n - 1), &out);
}

static void test_scalable_video_is_one_source(void **state)
{
  (void)state;
  assert_int_equal(decode_source(SOURCE_CAMERA, SDP_VP8, 3), 0);
  assert_int_equal(decode_source(SOURCE_CAMERA, SDP_VP9, 1), 0);
  assert_int_equal(decode_source(SOURCE_SCREEN, SDP_AV1, 1), 0);
  assert_int_equal(decode_source(SOURCE_CAMERA, SDP_VP9, 2), ERR_RANGE);
  assert_int_equal(decode_source(SOURCE_CAMERA, SDP_AV1, 0), ERR_RANGE);
  assert_int_equal(decode_source(SOURCE_MIC, SDP_AV1, 1), ERR_RANGE);
}

#define FAR_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      FAR_TEST(test_vp9_sizes_far_away),
      FAR_TEST(test_av1_sizes_far_away),
      FAR_TEST(test_sizes_that_meet_in_key_frames_alone),
      FAR_TEST(test_fewer_pictures_far_away),
      FAR_TEST(test_sizes_are_asked_for_from_afar),
      FAR_TEST(test_through_bad_networks),
      FAR_TEST(test_a_process_that_comes_late),
      FAR_TEST(test_a_process_that_dies),
      FAR_TEST(test_a_process_that_stalls),
      FAR_TEST(test_records_that_are_missing),
      FAR_TEST(test_a_structure_that_is_missing),
      FAR_TEST(test_somebody_comes_far_away_who_cannot_decode_it),
      FAR_TEST(test_somebody_is_far_away_who_cannot_decode_it),
      FAR_TEST(test_a_process_that_lies),
      cmocka_unit_test(test_packets_of_every_length),
      cmocka_unit_test(test_scalable_video_is_one_source),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
