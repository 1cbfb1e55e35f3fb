/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A camera in one stream of three sizes at three frame rates (VP9): who gets what of it, that each change leaves whole
 * pictures of which each has all that it needs, and that nobody gets what he cannot decode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "expect.h"
#include "media/allocate.h"
#include "media/layers.h"
#include "proto/demux.h"
#include "sizes.h"

static const struct client_config sender = {.mic = true, .camera = true, .scalable = true, .cryptex = true};
static const struct client_config key_only = {
    .mic = true, .camera = true, .scalable = true, .key_only = true, .cryptex = true};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4, .scalable = true, .cryptex = true};
static const struct client_config old = {.audio_slots = 3, .video_slots = 4, .cryptex = true};

static struct world w;

/* Client 0 sends, those from 1 on watch. */
static void join_as(const struct client_config *sends, size_t viewers)
{
  for (size_t i = 1; i <= viewers; i++)
    world_join(&w, i, &viewer);
  world_join(&w, 0, sends);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
}

static const struct client_slot *slot_of(size_t client)
{
  return &w.clients[client].client.slot[world_slot_of(&w, client, 0, SOURCE_CAMERA)];
}

static void show(size_t client, uint16_t height)
{
  world_show(&w, client, 0, SOURCE_CAMERA, height);
}

static void budget(size_t client, uint32_t bps)
{
  layers_set_budget(peer_find(w.media, client + 1), bps);
}

/* Of client 0's camera. */
static const struct sizes_seen *watch(size_t client)
{
  return sizes_watch(&w, client, 0);
}

static void expect(size_t client, uint8_t size, uint8_t rate)
{
  sizes_expect(&w, client, 0, size, rate);
}

/* ---- tests ---- */

static void test_each_gets_what_his_page_shows(void **state)
{
  (void)state;
  join_as(&sender, 4);
  for (size_t i = 1; i <= 4; i++)
    expect(i, SIZE_HIGH, 2);
  uint32_t keys = w.clients[0].client.source[SOURCE_CAMERA].key_frames;
  show(1, 1080);
  show(2, 400);
  show(3, 90);
  show(4, 0);
  world_run(&w, 2000000);
  expect(1, SIZE_HIGH, 2);
  expect(2, SIZE_MIDDLE, 2);
  expect(3, SIZE_LOW, 2);
  expect(4, SIZE_NONE, 0);
  for (size_t i = 1; i <= 3; i++)
    (void)watch(i);
  assert_int_equal(w.clients[0].client.source[SOURCE_CAMERA].key_frames, keys); /* down without one */
}

/* Down with the next round of pictures, up at a key frame; the old size goes on meanwhile. */
static void test_up_and_down_without_a_freeze(void **state)
{
  static const struct {
    uint16_t height;
    uint8_t size;
  } steps[] = {{90, SIZE_LOW}, {720, SIZE_HIGH}, {360, SIZE_MIDDLE}, {720, SIZE_HIGH}, {90, SIZE_LOW}, {360, SIZE_MIDDLE}, {180, SIZE_LOW}};
  (void)state;
  join_as(&sender, 1);
  size_t keys = watch(1)->keys;
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    show(1, steps[i].height);
    world_run(&w, 1200000);
    expect(1, steps[i].size, 2);
  }
  const struct sizes_seen *seen = watch(1);
  assert_int_equal(seen->keys, keys + 3);
  assert_in_range(seen->pictures, 270, 330); /* of about 300 in the time */
  assert_in_range(seen->longest_us, 30000, 70000);
}

static bool lose_requests(struct world *world, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  (void)world;
  return client == 0 && !to_server && demux_datagram(span_of(data, n)) == DEMUX_RTCP;
}

/* Frames of a larger size that say "switch" are of no use to who has not got those that they need. */
static void test_no_larger_size_before_a_key_frame(void **state)
{
  (void)state;
  join_as(&sender, 1);
  show(1, 90);
  world_run(&w, 1000000);
  w.lose = lose_requests;
  show(1, 720);
  world_run(&w, 1000000);
  expect(1, SIZE_LOW, 2);
  w.lose = NULL;
  world_run(&w, 1000000);
  expect(1, SIZE_HIGH, 2);
  (void)watch(1);
}

/* Where sizes do not build upon each other between key frames, a smaller one needs one, too. */
static void test_sizes_that_meet_in_key_frames_alone(void **state)
{
  (void)state;
  join_as(&key_only, 1);
  expect(1, SIZE_HIGH, 2);
  size_t keys = watch(1)->keys;
  show(1, 90);
  world_run(&w, 1200000);
  expect(1, SIZE_LOW, 2);
  show(1, 720);
  world_run(&w, 1200000);
  expect(1, SIZE_HIGH, 2);
  const struct sizes_seen *seen = watch(1);
  assert_int_equal(seen->keys, keys + 2);
  assert_in_range(seen->longest_us, 30000, 70000);
}

/* The budget leaves out frames before it takes a smaller size. */
static void test_fewer_pictures_for_who_has_little_room(void **state)
{
  (void)state;
  join_as(&sender, 2);
  show(1, 720);
  show(2, 720);
  world_run(&w, 3000000);
  budget(1, 1400000);
  world_run(&w, 1000000);
  expect(1, SIZE_HIGH, 1);
  expect(2, SIZE_HIGH, 2);
  size_t keys = watch(1)->keys;
  budget(1, 300000);
  world_run(&w, 1000000);
  uint8_t rate;
  assert_int_equal(sizes_lately(&w, 1, 0, 300000, &rate), SIZE_LOW);
  assert_int_equal(watch(1)->keys, keys); /* all that without a key frame */
  budget(1, ALLOCATE_UNLIMITED);
  world_run(&w, 2000000);
  expect(1, SIZE_HIGH, 2);
  (void)watch(1);
  (void)watch(2);
}

/* What is left of decode targets is told with each packet while some are left out. */
static void test_the_descriptor_says_what_is_left(void **state)
{
  (void)state;
  join_as(&sender, 1);
  const struct client_slot *s = slot_of(1);
  assert_int_equal(s->packets[s->count - 1].dependency.all_active, 0x1ff);
  show(1, 360);
  world_run(&w, 1000000);
  s = slot_of(1);
  assert_true(s->packets[s->count - 1].dependency.has_active);
  assert_int_equal(s->packets[s->count - 1].dependency.all_active, 0x3f);
}

/* Repairs are found under the numbers that the receiver knows, also while layers are left out. */
static void test_through_a_bad_network(void **state)
{
  (void)state;
  join_as(&sender, 2);
  w.clients[0].up.loss = 0.03;
  w.clients[1].down.loss = 0.05;
  for (int i = 0; i < 10; i++) {
    show(1, i % 2 == 0 ? 90 : 720);
    world_run(&w, 1000000);
  }
  w.clients[0].up.loss = w.clients[1].down.loss = 0;
  world_run(&w, 2000000);
  const struct client_slot *s = slot_of(1);
  size_t repaired = 0;
  for (size_t i = 0; i < s->count; i++)
    repaired += s->packets[i].rtx;
  assert_in_range(repaired, 20, 10000);
  assert_in_range(s->packets[s->count - 1].at_us, w.now_us - 100000, w.now_us);
  assert_int_equal(w.clients[1].client.broken, 0);
}

/* Holds the first packet of the next key frame back, and each repetition. */
static struct held_back {
  uint32_t keys; /* that the sender had made before */
  size_t n;
  uint8_t data[LIMIT_DATAGRAM];
} held;

static bool hold_back(struct world *world, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  struct rtp_packet p;
  const struct client_source *s = &world->clients[0].client.source[SOURCE_CAMERA];
  if (!to_server || client != 0 || demux_datagram(span_of(data, n)) != DEMUX_RTP ||
      rtp_parse_header(span_of(data, n), &p) != 0)
    return false;
  if (p.ssrc == s->rtx_ssrc)
    return true;
  if (held.n > 0 || p.ssrc != s->ssrc || s->key_frames == held.keys)
    return false;
  held.n = n;
  memcpy(held.data, data, n);
  return true;
}

/* What a key frame says that comes late, behind another one, is not what holds now. */
static void test_a_late_packet_changes_no_structure(void **state)
{
  (void)state;
  join_as(&sender, 1);
  struct client *c = &w.clients[0].client;
  const struct source *s = peer_find(w.media, 1)->sources[SOURCE_CAMERA];
  held = (struct held_back){.keys = c->source[SOURCE_CAMERA].key_frames};
  w.lose = hold_back;
  c->source[SOURCE_CAMERA].key_due = true;
  world_run(&w, 100000);
  assert_true(held.n > 0);
  c->config.key_only = true;
  c->source[SOURCE_CAMERA].key_due = true;
  world_run(&w, 100000);
  assert_true(s->structure.key_only);
  uint64_t received = s->stats.received;
  world_inject(&w, &w.clients[0].addr, held.data, held.n);
  assert_true(s->stats.received == received + 1);
  assert_true(s->structure.key_only);
  w.lose = NULL;
  world_run(&w, 1000000);
  expect(1, SIZE_HIGH, 2);
  assert_int_equal(w.clients[1].client.broken, 0);
}

/* A codec is for all: who comes and cannot decode it gets nothing of it, and the sender is told. */
static void test_somebody_comes_who_cannot_decode_it(void **state)
{
  (void)state;
  join_as(&sender, 1);
  assert_true(w.clients[0].client.source[SOURCE_CAMERA].scalable);
  assert_int_equal(w.clients[0].web.layers[SOURCE_CAMERA] & IPC_LAYERS_COMMON, 0);
  world_join(&w, 2, &old);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  assert_false(world_shows(&w, 2, 0, SOURCE_CAMERA));
  assert_int_equal(w.clients[0].web.layers[SOURCE_CAMERA] & IPC_LAYERS_COMMON, IPC_LAYERS_COMMON);
  expect(1, SIZE_HIGH, 2);
}

static void test_somebody_is_there_who_cannot_decode_it(void **state)
{
  (void)state;
  world_join(&w, 1, &old);
  world_join(&w, 2, &viewer);
  world_join(&w, 0, &sender);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  assert_false(w.clients[0].client.source[SOURCE_CAMERA].scalable);
  assert_true(world_shows(&w, 1, 0, SOURCE_CAMERA));
  assert_true(world_shows(&w, 2, 0, SOURCE_CAMERA));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WORLD_TEST(test_each_gets_what_his_page_shows),
      WORLD_TEST(test_up_and_down_without_a_freeze),
      WORLD_TEST(test_no_larger_size_before_a_key_frame),
      WORLD_TEST(test_sizes_that_meet_in_key_frames_alone),
      WORLD_TEST(test_fewer_pictures_for_who_has_little_room),
      WORLD_TEST(test_the_descriptor_says_what_is_left),
      WORLD_TEST(test_through_a_bad_network),
      WORLD_TEST(test_a_late_packet_changes_no_structure),
      WORLD_TEST(test_somebody_comes_who_cannot_decode_it),
      WORLD_TEST(test_somebody_is_there_who_cannot_decode_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
