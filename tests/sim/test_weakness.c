/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose connection others are told to be weak: by what is lost on it for a while, in either direction, and of nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"

#define PEOPLE 3
#define SECOND 1000000u
#define NARROW_BPS 550000u /* of the 620 that it needs */

static const struct client_config person = {.mic = true, .camera = true, .audio_slots = 2, .video_slots = 2};
static const struct client_config voice = {.mic = true, .audio_slots = 2};
static const struct client_config viewer = {.audio_slots = 2, .video_slots = 2};

static struct world w;

static void begin_with(const struct client_config *others, const struct client_config *last)
{
  world_init(&w, 11);
  for (size_t i = 0; i < PEOPLE; i++)
    world_join(&w, i, i == PEOPLE - 1 ? last : others);
  world_run_until_connected(&w, 3 * SECOND);
}

static void begin(const struct client_config *last)
{
  begin_with(&person, last);
}

static struct world_client *of(size_t i)
{
  return &w.clients[i];
}

/* Seconds until the word about the last client is this one; 0: it does not come within a minute. */
static unsigned seconds_until(bool weak)
{
  for (unsigned s = 1; s <= 60; s++) {
    world_run(&w, SECOND);
    if (of(PEOPLE - 1)->web.weak == weak)
      return s;
  }
  return 0;
}

/* The others have been told to be good, once, and nothing since. */
static void expect_others_untouched(void)
{
  for (size_t i = 0; i < PEOPLE - 1; i++) {
    assert_false(of(i)->web.weak);
    assert_int_equal(of(i)->web.weakness_messages, 1);
  }
}

static void test_good_connections(void **state)
{
  (void)state;
  begin(&person);
  for (size_t i = 0; i < PEOPLE; i++)
    of(i)->up.loss = of(i)->down.loss = 0.03;
  world_run(&w, 60 * SECOND);
  for (size_t i = 0; i < PEOPLE; i++)
    assert_true(!of(i)->web.weak && of(i)->web.weakness_messages == 1);
  world_fini(&w);
}

static void try_loss(bool up)
{
  begin(&person);
  world_run(&w, 15 * SECOND);
  struct link *link = up ? &of(PEOPLE - 1)->up : &of(PEOPLE - 1)->down;
  link->loss = 0.2;
  assert_in_range(seconds_until(true), 2, 15);
  world_run(&w, 60 * SECOND);
  assert_int_equal(of(PEOPLE - 1)->web.weakness_messages, 2); /* it does not flicker */
  link->loss = 0;
  assert_in_range(seconds_until(false), 9, 30);
  expect_others_untouched();
  world_fini(&w);
}

static void test_loss_up(void **state)
{
  (void)state;
  try_loss(true);
}

static void test_loss_down(void **state)
{
  (void)state;
  try_loss(false);
}

/* One lost second is none; when nothing comes any more it is one. */
static void test_nothing_comes(void **state)
{
  (void)state;
  begin(&person);
  world_run(&w, 15 * SECOND);
  of(PEOPLE - 1)->up.loss = 1;
  world_run(&w, SECOND);
  of(PEOPLE - 1)->up.loss = 0;
  world_run(&w, 15 * SECOND);
  assert_int_equal(of(PEOPLE - 1)->web.weakness_messages, 1);
  of(PEOPLE - 1)->up.loss = 1;
  assert_in_range(seconds_until(true), 2, 6);
  of(PEOPLE - 1)->up.loss = 0;
  assert_in_range(seconds_until(false), 9, 30);
  expect_others_untouched();
  world_fini(&w);
}

/* Less room than the camera needs: a queue grows, and nothing is lost. Without the camera it drains. */
static void test_a_queue_on_the_way_up(void **state)
{
  (void)state;
  begin(&person);
  world_run(&w, 15 * SECOND);
  of(PEOPLE - 1)->up.rate_bps = NARROW_BPS;
  assert_in_range(seconds_until(true), 3, 20);
  assert_int_equal(world_counters(&w)->nack_in, 0);
  client_set_source(&of(PEOPLE - 1)->client, SOURCE_CAMERA, false);
  assert_in_range(seconds_until(false), 9, 40);
  assert_int_equal(of(PEOPLE - 1)->web.weakness_messages, 3);
  expect_others_untouched();
  world_fini(&w);
}

/* The same, of one whose microphone loses time before each of its reports: the camera's tell. */
static void test_a_queue_behind_a_microphone_that_loses_time(void **state)
{
  (void)state;
  begin(&person);
  world_run(&w, 15 * SECOND);
  of(PEOPLE - 1)->up.rate_bps = NARROW_BPS;
  for (unsigned s = 0; s < 20 && !of(PEOPLE - 1)->web.weak; s++) {
    of(PEOPLE - 1)->client.source[SOURCE_MIC].timestamp_base -= 48000;
    world_run(&w, SECOND);
  }
  assert_true(of(PEOPLE - 1)->web.weak);
  expect_others_untouched();
  world_fini(&w);
}

/* Somebody else's transfer keeps the way full for minutes: it is not taken for the usual delay. */
static void test_a_queue_that_stays(void **state)
{
  (void)state;
  begin_with(&voice, &voice);
  world_run(&w, 15 * SECOND);
  of(PEOPLE - 1)->up.delay_us = 500000;
  assert_in_range(seconds_until(true), 2, 10);
  world_run(&w, 150 * SECOND);
  assert_int_equal(of(PEOPLE - 1)->web.weakness_messages, 2);
  of(PEOPLE - 1)->up.delay_us = 10000;
  assert_in_range(seconds_until(false), 9, 20);
  expect_others_untouched();
  world_fini(&w);
}

/* Far away, with jitter; over another network from now on; held up for a moment now and then; a microphone that loses time
 * when its device is busy. Nobody notices much. */
static void test_delays_that_are_no_weakness(void **state)
{
  (void)state;
  begin_with(&voice, &voice);
  struct link *up = &of(PEOPLE - 1)->up;
  up->delay_us = of(0)->up.delay_us = 300000;
  world_run_until_connected(&w, 3 * SECOND);
  world_run(&w, 65 * SECOND); /* what it was before is forgotten */
  of(0)->up.jitter_us = 80000;
  for (int i = 0; i < 12; i++) {
    up->delay_us = i % 2 == 0 ? 300000 : 430000;
    world_run(&w, 4500000);
    up->free_us = w.now_us + 400000;
    world_run(&w, 500000);
    of(1)->client.source[SOURCE_MIC].timestamp_base -= 48000 / 2;
  }
  for (size_t i = 0; i < PEOPLE; i++)
    assert_true(!of(i)->web.weak && of(i)->web.weakness_messages <= 3);
  assert_int_equal(of(1)->web.weakness_messages, 1);
  world_fini(&w);
}

/* With all switched off nothing comes either. */
static void test_silence_is_no_loss(void **state)
{
  (void)state;
  begin(&person);
  world_run(&w, 15 * SECOND);
  world_publish(&w, PEOPLE - 1, 0);
  for (int source = 0; source < SOURCE_COUNT; source++)
    client_set_source(&of(PEOPLE - 1)->client, (enum media_source)source, false);
  world_run(&w, 60 * SECOND);
  assert_int_equal(of(PEOPLE - 1)->web.weakness_messages, 1);
  world_fini(&w);
}

/* Of who can send nothing nobody else notices anything. */
static void test_viewers_are_not_judged(void **state)
{
  (void)state;
  begin(&viewer);
  of(PEOPLE - 1)->up.loss = of(PEOPLE - 1)->down.loss = 0.3;
  world_run(&w, 60 * SECOND);
  assert_int_equal(of(PEOPLE - 1)->web.weakness_messages, 0);
  expect_others_untouched();
  world_fini(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good_connections), cmocka_unit_test(test_loss_up),
      cmocka_unit_test(test_loss_down),        cmocka_unit_test(test_nothing_comes),
      cmocka_unit_test(test_a_queue_on_the_way_up),
      cmocka_unit_test(test_a_queue_behind_a_microphone_that_loses_time),
      cmocka_unit_test(test_a_queue_that_stays), cmocka_unit_test(test_delays_that_are_no_weakness),
      cmocka_unit_test(test_silence_is_no_loss), cmocka_unit_test(test_viewers_are_not_judged),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
