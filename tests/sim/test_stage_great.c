/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A full stage: whom each viewer and each of those on it sees and hears. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"

#define STREAMERS LIMIT_ROOM_PEOPLE
#define PEOPLE (STREAMERS + 3)

static struct world w;

static size_t cameras_at(size_t at)
{
  size_t n = 0;
  for (size_t who = 0; who < STREAMERS; who++)
    n += world_shows(&w, at, who, SOURCE_CAMERA) ? 1 : 0;
  return n;
}

static void speak(size_t who)
{
  for (size_t i = 0; i < STREAMERS; i++)
    w.clients[i].client.source[SOURCE_MIC].level = i == who ? 25 : 100;
  world_run(&w, 1500000);
  assert_int_equal(w.speaker, who + 1);
}

static void test_full_stage(void **state)
{
  const struct client_config streamer = {
    .mic = true, .camera = true, .audio_slots = LIMIT_AUDIO_SLOTS, .video_slots = LIMIT_VIDEO_SLOTS, .cryptex = true};
  const struct client_config viewer = {.audio_slots = LIMIT_AUDIO_SLOTS, .video_slots = LIMIT_VIDEO_SLOTS, .cryptex = true};
  (void)state;
  for (size_t i = 0; i < PEOPLE; i++)
    world_join(&w, i, i < STREAMERS ? &streamer : &viewer);
  world_run_until_connected(&w, 10000000);
  for (size_t i = 0; i < STREAMERS; i++)
    w.clients[i].client.source[SOURCE_CAMERA].parts = 1;
  speak(3);
  speak(24);
  for (size_t i = 0; i < PEOPLE; i++) {
    assert_int_equal(cameras_at(i), i < STREAMERS ? STREAMERS - 1 : STREAMERS);
    assert_true(i == 24 || world_shows(&w, i, 24, SOURCE_MIC));
    assert_false(i < STREAMERS && world_shows(&w, i, i, SOURCE_CAMERA));
  }
  uint32_t messages = w.clients[STREAMERS].web.slots_messages;
  uint64_t sent = w.clients[STREAMERS].media_datagrams;
  speak(24);
  assert_int_equal(w.clients[STREAMERS].web.slots_messages, messages); /* nothing changes its place */
  assert_true(w.clients[STREAMERS].media_datagrams > sent + STREAMERS * 10);
  world_backstage(&w, 7, true); /* one less to all but himself */
  for (size_t i = 0; i < PEOPLE; i++)
    assert_int_equal(cameras_at(i), i == 7 || i >= STREAMERS ? STREAMERS - 1 : STREAMERS - 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {WORLD_TEST(test_full_stage)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
