/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two people alone: the one who sends is told how much the other's path has room for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"
#include "media/source.h"

#define HIGH 2
#define SLACK_US 2500000u
#define STILL_US 1500000u
#define LATE_US 230000u
#define TRIP_US 15000u      /* from the server to who watches */
#define KEY_TRIP_US 100000u /* until a key frame that is asked for is there */

static const struct client_config sender = {.mic = true, .camera = true, .camera_layers = 3};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4};

static struct world w;

static int set_up(void **state)
{
  (void)state;
  world_init_controlling(&w, 11);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

static void join_as(const struct client_config *first, const struct client_config *second, uint32_t rate_bps)
{
  world_join(&w, 0, first);
  world_join(&w, 1, second);
  w.clients[0].obeys = true;
  world_run_until_connected(&w, 3000000);
  w.clients[1].down = (struct link){.delay_us = 20000, .rate_bps = rate_bps, .queue_us = 300000};
  world_run(&w, 10000000);
}

/* The link is so from the beginning on. */
static void begin(uint32_t rate_bps)
{
  world_join(&w, 0, &sender);
  world_join(&w, 1, &viewer);
  w.clients[0].obeys = true;
  w.clients[0].client.source[CLIENT_STREAMS - 1].parts = 6; /* 1.6 Mbit/s if nobody says less */
  w.clients[1].down = (struct link){.delay_us = 20000, .rate_bps = rate_bps, .queue_us = 300000};
  world_run_until_connected(&w, 3000000);
}

static void join(uint32_t rate_bps)
{
  join_as(&sender, &viewer, rate_bps);
}

static uint32_t most_bps(void)
{
  return w.clients[0].web.most_bps[SOURCE_CAMERA];
}

static struct decoded decode(size_t client)
{
  struct decoded d;
  decode_video(&w.clients[client].client.slot[world_slot_of(&w, client, 0, SOURCE_CAMERA)], SLACK_US, &d);
  return d;
}

/* All frames of the layer that is shown, as large as the link allows, and the sound beside them. */
static void test_a_slow_link(void **state)
{
  (void)state;
  join(300000);
  forget_packets(&w);
  world_run(&w, 10000000);
  assert_in_range(most_bps(), 120000, 270000);
  assert_int_equal(w.clients[0].web.layers[SOURCE_CAMERA], 1 << HIGH);
  struct decoded d = decode(1);
  assert_true(d.frames > 285);
  assert_in_range(d.broken, 0, 1);
  decode_audio(&w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_MIC)], 250000, &d);
  assert_true(d.packets > 480 && d.missing == 0);
}

/* The longest time without a new frame, the one before the first among them. */
static uint64_t longest_still_us(uint64_t since_us)
{
  const struct client_slot *s = &w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_CAMERA)];
  uint64_t longest_us = 0, last_us = since_us;
  for (size_t i = 0; i < s->count; i++)
    if (s->packets[i].marker && s->packets[i].at_us > since_us) {
      longest_us = s->packets[i].at_us - last_us > longest_us ? s->packets[i].at_us - last_us : longest_us;
      last_us = s->packets[i].at_us;
    }
  return w.now_us - last_us > longest_us ? w.now_us - last_us : longest_us;
}

/* Packets of sound that were long on their way: nothing but the link's queue holds them. */
static size_t count_late(void)
{
  const struct client_slot *s = &w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_MIC)];
  size_t late = 0;
  for (size_t i = 0; i < s->count; i++)
    late += (uint32_t)s->packets[i].at_us - s->packets[i].mark.sent_us > LATE_US;
  return late;
}

static void expect_flowing(uint64_t since_us)
{
  struct decoded d = decode(1);
  assert_true(longest_still_us(since_us) < STILL_US);
  assert_in_range(d.broken, 0, 3);
  assert_in_range(count_late(), 0, 100);
  decode_audio(&w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_MIC)], 350000, &d);
  assert_in_range(d.missing, 0, 5);
}

/* The picture comes at once and goes on: nothing fills the queue before the path is known. */
static void test_a_link_that_is_slow_from_the_beginning(void **state)
{
  (void)state;
  begin(300000);
  uint64_t since_us = w.now_us;
  world_run(&w, 15000000);
  expect_flowing(since_us);
  assert_true(decode(1).frames > 350);
}

/* They have talked before, so that little was sent. */
static void test_a_picture_comes_later(void **state)
{
  (void)state;
  world_join(&w, 0, &sender);
  world_publish(&w, 0, 1 << SOURCE_MIC);
  world_join(&w, 1, &viewer);
  w.clients[0].obeys = true;
  w.clients[1].down = (struct link){.delay_us = 20000, .rate_bps = 300000, .queue_us = 300000};
  world_run_until_connected(&w, 3000000);
  world_run(&w, 5000000);
  world_publish(&w, 0, 1 << SOURCE_MIC | 1 << SOURCE_CAMERA);
  uint64_t since_us = w.now_us;
  world_run(&w, 10000000);
  expect_flowing(since_us);
}

/* Probes show that there is room within a moment. */
static void test_a_good_link_is_soon_known(void **state)
{
  (void)state;
  begin(0);
  uint64_t since_us = w.now_us;
  while (w.now_us < since_us + 3000000 && most_bps() == 0)
    world_run(&w, 10000);
  while (w.now_us < since_us + 3000000 && most_bps() != 0)
    world_run(&w, 10000);
  assert_true(w.now_us < since_us + 1000000);
  world_run(&w, 3000000);
  assert_int_equal(most_bps(), 0);
  assert_in_range(decode(1).broken, 0, 1);
  assert_true(longest_still_us(since_us) < 500000);
}

/* A third one comes before anything is known: they begin as in larger meetings. */
static void test_a_third_one_comes_at_once(void **state)
{
  (void)state;
  world_join(&w, 0, &sender);
  world_join(&w, 1, &viewer);
  w.clients[0].obeys = true;
  world_join(&w, 2, &viewer);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 3000000);
  assert_int_equal(most_bps(), 0);
  forget_packets(&w);
  world_run(&w, 1000000);
  for (size_t i = 1; i < 3; i++) {
    struct decoded d = decode(i);
    const struct client_slot *s = &w.clients[i].client.slot[world_slot_of(&w, i, 0, SOURCE_CAMERA)];
    assert_true(d.frames > 27 && s->packets[s->count - 1].mark.layer == HIGH);
  }
}

/* Two in a hundred are lost: elsewhere sound would come twice, here the picture has it. At a tenth it is the words'. */
static void test_sound_comes_once_behind_a_slow_link(void **state)
{
  const struct client_config talker = {.mic = true, .camera = true, .camera_layers = 3, .red = true};
  const struct client_config knowing = {.audio_slots = 3, .video_slots = 4, .red = true};
  (void)state;
  join_as(&talker, &knowing, 300000);
  forget_packets(&w);
  w.clients[1].down.loss = 0.02;
  world_run(&w, 20000000);
  const struct client_slot *s = &w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_MIC)];
  assert_true(s->redundant < 300);
  uint32_t before = s->redundant;
  w.clients[1].down.loss = 0.1;
  world_run(&w, 10000000);
  assert_true(s->redundant - before > 100);
}

static void test_a_link_that_recovers(void **state)
{
  (void)state;
  join(300000);
  assert_true(most_bps() > 0);
  w.clients[1].down.rate_bps = 0;
  world_run(&w, 20000000);
  assert_int_equal(most_bps(), 0);
}

/* Who sends to several sends what each of them may choose from. */
static void test_a_third_one_comes(void **state)
{
  (void)state;
  join(300000);
  assert_true(most_bps() > 0);
  world_join(&w, 2, &viewer);
  world_run(&w, 6000000);
  assert_int_equal(most_bps(), 0);
  assert_true(decode(2).frames > 100);
  forget_packets(&w);
  world_run(&w, 3000000);
  assert_true(decode(1).frames > 40);
}

/* Who does not listen gives a smaller layer, or fewer frames, as in a larger meeting. */
static void test_a_sender_that_does_not_listen(void **state)
{
  (void)state;
  join(600000);
  w.clients[0].obeys = false;
  client_set_most(&w.clients[0].client, 0);
  client_set_layers(&w.clients[0].client, IPC_LAYERS_ALL);
  world_run(&w, 12000000);
  forget_packets(&w);
  world_run(&w, 5000000);
  const struct client_slot *s = &w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_CAMERA)];
  assert_true(s->count > 100 && s->packets[s->count - 1].mark.layer < HIGH);
}

/* Packets that come later of frames that were made before. The last frame may have been on its way to the server. */
static size_t count_old(uint32_t made, uint64_t since_us)
{
  const struct client_slot *s = &w.clients[1].client.slot[world_slot_of(&w, 1, 0, SOURCE_CAMERA)];
  size_t old = 0;
  for (size_t i = 0; i < s->count; i++)
    old += s->packets[i].mark.frame < made && s->packets[i].at_us > since_us + TRIP_US;
  return old;
}

/* Both are in the green room; so long after they have come the one who sends goes on the stage. Nothing of before goes
 * out, and nothing that comes builds upon it. Returns for how long the picture stands. */
static uint64_t go_live(uint32_t after_us, uint32_t gap_us)
{
  const struct client_config host = {.mic = true, .camera = true};
  world_init_controlling(&w, 11);
  w.clients[0].web.backstage = w.clients[1].web.backstage = true;
  world_join(&w, 0, &host);
  world_join(&w, 1, &viewer);
  w.clients[0].up.gap_us = gap_us;
  w.clients[0].client.source[SOURCE_CAMERA].parts = 6; /* 1.6 Mbit/s */
  world_run_until_connected(&w, 3000000);
  world_run(&w, after_us);
  uint32_t made = w.clients[0].client.source[SOURCE_CAMERA].frame;
  uint64_t since_us = w.now_us;
  world_backstage(&w, 0, false);
  world_run(&w, 1500000);
  uint64_t still_us = longest_still_us(since_us);
  struct decoded d = decode(1);
  assert_true(d.frames > 25);
  assert_int_equal(d.missing + d.broken, 0);
  assert_int_equal(count_old(made, since_us), 0);
  assert_int_equal(world_counters(&w)->nack_in, 0);
  world_fini(&w);
  return still_us;
}

/* They begin carefully, so that pictures wait at first. A key frame can be asked for half a second after the first. */
static void test_a_broadcast_begins_while_pictures_wait(void **state)
{
  uint64_t longest_us = 0;
  (void)state;
  for (uint32_t us = 0; us < SOURCE_KEY_REQUEST_US; us += 25000) {
    uint64_t still_us = go_live(us, 0);
    assert_true(still_us < SOURCE_KEY_REQUEST_US - us + KEY_TRIP_US);
    longest_us = still_us > longest_us ? still_us : longest_us;
  }
  assert_true(longest_us > KEY_TRIP_US);
}

/* A part of the frame has come, and goes to nobody any more. */
static void test_a_broadcast_begins_within_a_frame(void **state)
{
  (void)state;
  for (uint32_t us = 1000000; us < 1034000; us += 2000)
    assert_true(go_live(us, 2000) < KEY_TRIP_US);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_a_slow_link, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_link_that_is_slow_from_the_beginning, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_picture_comes_later, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_good_link_is_soon_known, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_third_one_comes_at_once, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_sound_comes_once_behind_a_slow_link, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_link_that_recovers, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_third_one_comes, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_sender_that_does_not_listen, set_up, tear_down),
    cmocka_unit_test(test_a_broadcast_begins_while_pictures_wait),
    cmocka_unit_test(test_a_broadcast_begins_within_a_frame),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
