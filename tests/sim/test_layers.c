/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A camera in three sizes: who gets which, when it changes, and what is not sent at all. The decoder fails a test at
 * any gap of our making, wrong picture id, or frame made of two layers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "expect.h"
#include "media/allocate.h"
#include "media/layers.h"

#define LOW 0
#define MIDDLE 1
#define HIGH 2
#define NO_LAYER 0xff
#define SLACK_US 60000u /* of a switch, whose place in time is known to a frame and what the network delays */

static const struct client_config sender = {.mic = true, .camera = true, .camera_layers = 3, .cryptex = true};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4, .cryptex = true};

static struct world w;

/* Client 0 sends, those from 1 on watch. */
static void join(size_t viewers)
{
  world_join(&w, 0, &sender);
  for (size_t i = 1; i <= viewers; i++)
    world_join(&w, i, &viewer);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
}

static const struct client_slot *slot_of(size_t client)
{
  return &w.clients[client].client.slot[world_slot_of(&w, client, 0, SOURCE_CAMERA)];
}

/* The layer of what came last within `us`. */
static uint8_t layer_lately(size_t client, uint64_t us)
{
  const struct client_slot *s = slot_of(client);
  const struct client_packet *last = s->count > 0 ? &s->packets[s->count - 1] : NULL;
  return last != NULL && last->at_us + us > w.now_us ? last->mark.layer : NO_LAYER;
}

static void expect_layer(size_t client, uint8_t layer)
{
  assert_int_equal(layer_lately(client, 200000), layer);
}

/* All that came so far, without a gap. */
static struct decoded decode(size_t client)
{
  struct decoded d;
  decode_video(slot_of(client), SLACK_US, &d);
  assert_int_equal(d.missing, 0);
  assert_int_equal(d.broken, 0);
  return d;
}

static void budget(size_t client, uint32_t bps)
{
  layers_set_budget(peer_find(w.media, client + 1), bps);
}

static void test_each_gets_what_his_page_shows(void **state)
{
  (void)state;
  join(4);
  for (size_t i = 1; i <= 4; i++)
    expect_layer(i, HIGH); /* before a page says anything */
  world_show(&w, 1, 0, SOURCE_CAMERA, 1080);
  world_show(&w, 2, 0, SOURCE_CAMERA, 400);
  world_show(&w, 3, 0, SOURCE_CAMERA, 90);
  world_show(&w, 4, 0, SOURCE_CAMERA, 0);
  world_run(&w, 3000000);
  expect_layer(1, HIGH);
  expect_layer(2, MIDDLE);
  expect_layer(3, LOW);
  expect_layer(4, NO_LAYER);
  assert_int_equal(decode(1).switches, 0);
  assert_int_equal(decode(2).switches, 1);
  assert_int_equal(decode(3).switches, 1);
}

static void test_up_and_down_without_a_gap(void **state)
{
  static const struct {
    uint16_t height;
    uint8_t layer;
  } steps[] = {{90, LOW}, {720, HIGH}, {360, MIDDLE}, {720, HIGH}, {90, LOW}, {360, MIDDLE}, {180, LOW}};
  (void)state;
  join(1);
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    world_show(&w, 1, 0, SOURCE_CAMERA, steps[i].height);
    world_run(&w, 1200000);
    expect_layer(1, steps[i].layer);
  }
  struct decoded d = decode(1);
  assert_int_equal(d.switches, 7);
  assert_in_range(d.frames, 280, 330); /* of about 310 in the time: nothing froze */
}

/* What comes until the new layer's key frame is the old one: no moment without a picture. */
static void test_the_old_layer_goes_on_until_the_new_one_begins(void **state)
{
  (void)state;
  join(1);
  world_show(&w, 1, 0, SOURCE_CAMERA, 90);
  world_run(&w, 1000000);
  for (int i = 0; i < 6; i++) {
    world_show(&w, 1, 0, SOURCE_CAMERA, i % 2 == 0 ? 720 : 90);
    world_run(&w, 700000);
  }
  const struct client_slot *s = slot_of(1);
  for (size_t i = 1; i < s->count; i++)
    assert_in_range(s->packets[i].at_us - s->packets[i - 1].at_us, 0, 70000);
  (void)decode(1);
}

static void test_switching_through_a_bad_network(void **state)
{
  (void)state;
  join(2);
  w.clients[0].up.loss = w.clients[1].down.loss = 0.05;
  w.clients[0].up.jitter_us = w.clients[1].down.jitter_us = 15000;
  for (int i = 0; i < 20; i++) {
    world_show(&w, 1, 0, SOURCE_CAMERA, (uint16_t)(90 << i % 4));
    world_show(&w, 2, 0, SOURCE_CAMERA, (uint16_t)(720 >> i % 4));
    world_run(&w, 700000);
  }
  w.clients[0].up.loss = w.clients[1].down.loss = 0;
  world_run(&w, 2000000);
  for (size_t i = 1; i <= 2; i++) {
    struct decoded d;
    decode_video(slot_of(i), 700000, &d);
    assert_in_range(d.frames, 380, 560);
    assert_in_range(d.missing, 0, d.packets / 50);
    assert_true(d.switches >= 8);
  }
}

static void test_hidden_is_nothing_at_all(void **state)
{
  (void)state;
  join(1);
  world_show(&w, 1, 0, SOURCE_CAMERA, 0);
  world_run(&w, 300000);
  size_t count = slot_of(1)->count;
  world_run(&w, 2000000);
  assert_int_equal(slot_of(1)->count, count);
  world_show(&w, 1, 0, SOURCE_CAMERA, 720);
  world_run(&w, 1000000);
  expect_layer(1, HIGH);
  (void)decode(1);
}

static void test_nobody_watches(void **state)
{
  (void)state;
  join(2);
  w.clients[0].obeys = true;
  const struct web_view *told = &w.clients[0].web;
  const struct client *c = &w.clients[0].client;
  world_run(&w, 3000000);
  assert_int_equal(told->layers[SOURCE_CAMERA], 1 << HIGH);
  world_show(&w, 1, 0, SOURCE_CAMERA, 90); /* told at once, for it is more */
  assert_int_equal(told->layers[SOURCE_CAMERA], 1 << HIGH | 1 << LOW);
  world_run(&w, 1000000);
  expect_layer(1, LOW);
  world_show(&w, 1, 0, SOURCE_CAMERA, 0);
  world_show(&w, 2, 0, SOURCE_CAMERA, 0);
  world_run(&w, 1000000);
  assert_int_equal(told->layers[SOURCE_CAMERA], 1 << HIGH | 1 << LOW); /* people look back and forth */
  world_run(&w, 2000000);
  assert_int_equal(told->layers[SOURCE_CAMERA], 0);
  uint32_t packets = c->source[SOURCE_CAMERA].packets + c->source[SOURCE_COUNT].packets;
  world_run(&w, 2000000);
  assert_int_equal(c->source[SOURCE_CAMERA].packets + c->source[SOURCE_COUNT].packets, packets);
  world_show(&w, 2, 0, SOURCE_CAMERA, 300);
  world_run(&w, 500000);
  assert_int_equal(told->layers[SOURCE_CAMERA], 1 << MIDDLE);
  expect_layer(2, MIDDLE);
  (void)decode(1);
  (void)decode(2);
}

/* From one layer to another that was not being sent: the old one is not stopped before the new one is there. */
static void test_a_layer_that_has_to_be_started(void **state)
{
  (void)state;
  join(1);
  w.clients[0].obeys = true;
  world_show(&w, 1, 0, SOURCE_CAMERA, 90);
  world_run(&w, 5000000);
  assert_int_equal(w.clients[0].web.layers[SOURCE_CAMERA], 1 << LOW);
  size_t from = slot_of(1)->count;
  world_show(&w, 1, 0, SOURCE_CAMERA, 720);
  world_run(&w, 5000000);
  assert_int_equal(w.clients[0].web.layers[SOURCE_CAMERA], 1 << HIGH);
  expect_layer(1, HIGH);
  for (size_t i = from; i < slot_of(1)->count; i++)
    assert_in_range(slot_of(1)->packets[i].at_us - slot_of(1)->packets[i - 1].at_us, 0, 70000);
  assert_int_equal(decode(1).switches, 2);
}

/* The same when its sender has no room for the new one for a long time: the old one stops when it is needed no more. */
static void test_a_layer_that_takes_long_to_start(void **state)
{
  (void)state;
  join(2);
  client_set_layers(&w.clients[0].client, 1 << LOW);
  world_run(&w, 5000000);
  expect_layer(1, LOW);
  assert_int_equal(w.clients[0].web.layers[SOURCE_CAMERA], 1 << HIGH | 1 << LOW);
  client_set_layers(&w.clients[0].client, 1 << LOW | 1 << HIGH);
  world_run(&w, 5000000);
  expect_layer(1, HIGH);
  assert_int_equal(w.clients[0].web.layers[SOURCE_CAMERA], 1 << HIGH);
  (void)decode(1);
}

static void test_a_layer_dies(void **state)
{
  (void)state;
  join(1);
  expect_layer(1, HIGH);
  client_set_layers(&w.clients[0].client, 1 << LOW | 1 << MIDDLE); /* its encoder has no time, or no rate, for it */
  world_run(&w, 1000000);
  expect_layer(1, MIDDLE);
  client_set_layers(&w.clients[0].client, 1 << LOW);
  world_run(&w, 1000000);
  expect_layer(1, LOW);
  client_set_layers(&w.clients[0].client, IPC_LAYERS_ALL);
  world_run(&w, 1000000);
  expect_layer(1, HIGH);
  (void)decode(1);
}

static void test_a_budget(void **state)
{
  (void)state;
  join(2);
  world_run(&w, 2000000);
  budget(1, 450000); /* the layers of these tests take about 270, 540 and 800 kb/s */
  world_run(&w, 500000);
  expect_layer(1, LOW);
  expect_layer(2, HIGH);
  budget(1, 3000000);
  world_run(&w, 2000000);
  expect_layer(1, LOW); /* not yet: it has been calm for a short time only */
  world_run(&w, 3000000);
  expect_layer(1, HIGH);
  budget(1, 10000);
  world_run(&w, 500000);
  expect_layer(1, LOW); /* the last picture stays */
  budget(1, ALLOCATE_UNLIMITED);
  world_run(&w, 500000);
  (void)decode(1);
  assert_int_equal(decode(2).switches, 0);
}

/* Frames each second of what came last. */
static size_t frames_lately(size_t client, uint64_t us)
{
  const struct client_slot *s = slot_of(client);
  size_t n = 0;
  for (size_t i = 0; i < s->count; i++)
    n += s->packets[i].marker && s->packets[i].at_us + us > w.now_us;
  return n;
}

static void join_temporal(uint8_t layers, uint8_t temporal)
{
  struct client_config config = sender;
  config.camera_layers = layers;
  config.temporal_layers = temporal;
  world_join(&w, 0, &config);
  world_join(&w, 1, &viewer);
  world_join(&w, 2, &viewer);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 3000000);
}

/* Between two layers: fewer frames of the higher one. Two packets a frame, 540 kb/s, half of it in every second frame. */
static void test_fewer_frames(void **state)
{
  (void)state;
  for (uint8_t temporal = 2; temporal <= 3; temporal++) {
    world_fini(&w);
    world_init(&w, temporal);
    join_temporal(1, temporal);
    assert_in_range(frames_lately(1, 1000000), 29, 31);
    budget(1, 50000 + 400000);
    world_run(&w, 2000000);
    assert_in_range(frames_lately(1, 1000000), 14, 16);
    assert_in_range(frames_lately(2, 1000000), 29, 31);
    budget(1, 50000 + 900000);
    world_run(&w, 6000000);
    assert_in_range(frames_lately(1, 1000000), 29, 31);
    assert_int_equal(decode(1).switches, 0);
    assert_int_equal(decode(2).switches, 0);
  }
}

static void test_layers_and_frames(void **state)
{
  static const uint32_t rates[] = {200000, 300000, 480000, 600000, 740000, 2000000, 250000, 500000, 150000, 2000000};
  (void)state;
  join_temporal(3, 2);
  for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
    budget(1, 50000 + rates[i]);
    world_run(&w, 4500000);
    size_t from = slot_of(1)->count, octets = 0;
    world_run(&w, 1000000);
    for (size_t k = from; k < slot_of(1)->count; k++)
      octets += 1100 + 30;
    assert_in_range(octets * 8, rates[i] / 3 < 800000 ? rates[i] / 3 : 700000, rates[i] + rates[i] / 10);
  }
  (void)decode(1);
  assert_int_equal(decode(2).switches, 0);
}

static void test_fewer_frames_through_a_bad_network(void **state)
{
  (void)state;
  join_temporal(3, 3);
  w.clients[0].up.loss = w.clients[1].down.loss = 0.03;
  w.clients[0].up.jitter_us = w.clients[1].down.jitter_us = 10000;
  for (int i = 0; i < 20; i++) {
    budget(1, 50000 + 150000 * (1 + world_u32(&w) % 6));
    world_run(&w, 1300000);
  }
  w.clients[0].up.loss = w.clients[1].down.loss = 0;
  world_run(&w, 2000000);
  struct decoded d;
  decode_video(slot_of(1), 700000, &d);
  assert_in_range(d.missing, 0, d.packets / 30);
  assert_in_range(d.broken, 0, d.frames / 30);
  assert_true(d.frames > 300);
}

static void test_h264(void **state)
{
  struct client_config h264 = sender;
  (void)state;
  h264.h264 = true;
  world_join(&w, 0, &h264);
  world_join(&w, 1, &viewer);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  for (int i = 0; i < 6; i++) {
    world_show(&w, 1, 0, SOURCE_CAMERA, i % 2 == 0 ? 90 : 720);
    world_run(&w, 1000000);
    expect_layer(1, i % 2 == 0 ? LOW : HIGH);
  }
  assert_int_equal(decode(1).switches, 6);
}

static void test_two_layers(void **state)
{
  struct client_config two = sender;
  (void)state;
  two.camera_layers = 2;
  world_join(&w, 0, &two);
  world_join(&w, 1, &viewer);
  world_run_until_connected(&w, 3000000);
  world_show(&w, 1, 0, SOURCE_CAMERA, 240);
  world_run(&w, 1000000);
  expect_layer(1, LOW);
  world_show(&w, 1, 0, SOURCE_CAMERA, 500);
  world_run(&w, 1000000);
  expect_layer(1, MIDDLE);
  (void)decode(1);
}

/* Whoever changes layers or views all the time makes the sender encode no more key frames than the throttle allows. */
static void test_a_crowd_that_switches(void **state)
{
  (void)state;
  join(8);
  uint32_t before = w.clients[0].client.source[SOURCE_COUNT + 1].keys_asked;
  for (int i = 0; i < 100; i++) {
    for (size_t k = 1; k <= 8; k++)
      world_show(&w, k, 0, SOURCE_CAMERA, (i + (int)k) % 2 == 0 ? 90 : 720);
    world_run(&w, 50000);
  }
  assert_in_range(w.clients[0].client.source[SOURCE_COUNT + 1].keys_asked - before, 1, 11); /* in 5 s */
  world_run(&w, 1000000);
  for (size_t k = 1; k <= 8; k++)
    (void)decode(k);
}

/* ---- who does not play by the rules ---- */

/* Client 2 sends, too, and is watched by all: nothing of what client 0 does may show in its picture. */
static void join_with_a_bystander(void)
{
  struct client_config both = sender;
  both.audio_slots = 3;
  both.video_slots = 4;
  world_join(&w, 0, &sender);
  world_join(&w, 1, &viewer);
  world_join(&w, 2, &both);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
}

static void expect_bystander_unharmed(void)
{
  struct decoded d;
  decode_video(&w.clients[1].client.slot[world_slot_of(&w, 1, 2, SOURCE_CAMERA)], SLACK_US, &d);
  assert_int_equal(d.missing + d.broken + d.switches, 0);
  assert_true(d.frames > 60);
}

static void new_ssrc(size_t stream)
{
  struct client_source *s = &w.clients[0].client.source[stream];
  s->ssrc = world_u32(&w) | 1;
  s->tx = (struct srtp_tx_stream){0};
}

/* An SSRC that is known stays: others with the same rid are nobody's, and no table grows. */
static void test_ssrc_churn(void **state)
{
  (void)state;
  join_with_a_bystander();
  uint64_t unknown = world_counters(&w)->srtp_unknown_ssrc;
  for (int i = 0; i < 200; i++) {
    new_ssrc(SOURCE_COUNT + 1);
    world_run(&w, 10000);
  }
  assert_true(world_counters(&w)->srtp_unknown_ssrc - unknown > 100);
  expect_layer(1, MIDDLE); /* the highest layer has gone with its SSRC */
  (void)decode(1);
  expect_bystander_unharmed();
}

/* Rids come and go, are another layer's, or nobody's. */
static void test_rid_churn(void **state)
{
  static const char *const rids[] = {"l", "m", "x", "", "hhhhhhhhhhhhhhhhhhhh", "1"};
  (void)state;
  join_with_a_bystander();
  struct client_source *high = &w.clients[0].client.source[SOURCE_COUNT + 1];
  for (int i = 0; i < 60; i++) {
    high->rid = rids[i % 6];
    world_run(&w, 20000);
  }
  expect_layer(1, HIGH); /* its SSRC is what counts */
  assert_int_equal(decode(1).switches, 0);
  for (int i = 0; i < 60; i++) {
    high->rid = rids[i % 6];
    new_ssrc(SOURCE_COUNT + 1);
    world_run(&w, 20000);
  }
  expect_layer(1, MIDDLE);
  (void)decode(1);
  expect_bystander_unharmed();
}

/* Before the real ones come, a stream claims the rid of another layer: it gets that layer's place, nothing more. */
static void test_a_rid_of_another_layer(void **state)
{
  (void)state;
  world_join(&w, 0, &sender);
  world_join(&w, 1, &viewer);
  w.clients[0].client.source[SOURCE_COUNT + 1].rid = "l";
  world_run_until_connected(&w, 3000000);
  world_run(&w, 2000000);
  expect_layer(1, MIDDLE);
  (void)decode(1);
}

/* Each frame a key frame, of all layers; and a receiver that asks for one a hundred times a second. */
static void test_key_frame_floods(void **state)
{
  (void)state;
  join_with_a_bystander();
  uint32_t asked = w.clients[2].client.source[SOURCE_COUNT + 1].keys_asked;
  for (int i = 0; i < 300; i++) {
    for (int k = SOURCE_CAMERA; k < CLIENT_STREAMS; k++)
      w.clients[0].client.source[k].key_due = true;
    client_request_key(&w.clients[1].client, world_slot_of(&w, 1, 2, SOURCE_CAMERA));
    world_show(&w, 1, 0, SOURCE_CAMERA, i % 2 == 0 ? 90 : 720);
    world_view(&w, 1, (struct ipc_shown[]){{.height = 720, .mid_n = 1, .mid = "3"}, {.height = 720, .mid_n = 1, .mid = "4"}}, 2);
    world_run(&w, 10000);
  }
  assert_in_range(w.clients[2].client.source[SOURCE_COUNT + 1].keys_asked - asked, 0, 8); /* in 3 s */
  (void)decode(1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WORLD_TEST(test_each_gets_what_his_page_shows),
      WORLD_TEST(test_up_and_down_without_a_gap),
      WORLD_TEST(test_the_old_layer_goes_on_until_the_new_one_begins),
      WORLD_TEST(test_switching_through_a_bad_network),
      WORLD_TEST(test_hidden_is_nothing_at_all),
      WORLD_TEST(test_nobody_watches),
      WORLD_TEST(test_a_layer_that_has_to_be_started),
      WORLD_TEST(test_a_layer_that_takes_long_to_start),
      WORLD_TEST(test_a_layer_dies),
      WORLD_TEST(test_a_budget),
      WORLD_TEST(test_fewer_frames),
      WORLD_TEST(test_layers_and_frames),
      WORLD_TEST(test_fewer_frames_through_a_bad_network),
      WORLD_TEST(test_h264),
      WORLD_TEST(test_two_layers),
      WORLD_TEST(test_a_crowd_that_switches),
      WORLD_TEST(test_ssrc_churn),
      WORLD_TEST(test_rid_churn),
      WORLD_TEST(test_a_rid_of_another_layer),
      WORLD_TEST(test_key_frame_floods),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
