/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Full tables and refused offers: the newest is told why, and those who are there notice nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "expect.h"

static const struct client_config person = {
    .mic = true, .camera = true, .screen = true, .audio_slots = 3, .video_slots = 4};

static struct world w;

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

static void join_two(uint32_t max_peers)
{
  world_init_limited(&w, 9, max_peers);
  for (size_t i = 0; i < 2; i++)
    world_join(&w, i, &person);
  world_run_until_connected(&w, 3000000);
}

static void test_too_many_peers(void **state)
{
  (void)state;
  join_two(2);
  world_make_client(&w, 2, &person);
  world_try(&w, 2);
  assert_true(w.clients[2].web.refused);
  assert_string_equal(w.clients[2].web.refused_code, "too_many");
  assert_true(world_counters(&w)->limit_reached > 0);
  world_run(&w, 1000000);
  expect_whole_call(&w, 2, 25);
  world_close(&w, 1); /* a place is free again */
  world_try(&w, 2);
  assert_true(w.clients[2].web.answered);
}

static void test_too_many_sources_in_a_room(void **state)
{
  const uint32_t fit = LIMIT_ROOM_SOURCES / 3; /* three each */
  (void)state;
  join_two(128);
  for (uint64_t peer = 100; peer < 200; peer++)
    world_offer_as(&w, 0, peer);
  assert_int_equal(w.others_answered, fit - 2);
  assert_int_equal(w.others_refused, 100 - (fit - 2));
  assert_string_equal(w.others_refused_code, "too_many");
  world_run(&w, 1000000);
  expect_whole_audio(&w, 0, 1, 40);
  world_run(&w, 40000000); /* who never connected is gone */
  world_offer_as(&w, 0, 300);
  assert_int_equal(w.others_answered, fit - 1);
}

static void test_refused_offer_leaves_the_call_alone(void **state)
{
  (void)state;
  join_two(8);
  w.clients[0].client.offered_fingerprint[0] ^= 1;
  world_offer_again(&w, 0);
  assert_true(w.clients[0].web.refused);
  w.clients[0].client.offered_fingerprint[0] ^= 1;
  world_run(&w, 1000000);
  expect_whole_call(&w, 2, 25);
}

static void test_commands_that_break_the_table(void **state)
{
  static const uint8_t unknown[] = {99}, answer[] = {IPC_ANSWER, 0}, cut[] = {IPC_PUBLISH, 0, 0, 0};
  static const uint8_t nobody[] = {IPC_CLOSE, 0, 0, 0, 0, 0, 0, 0, 9};
  (void)state;
  join_two(8);
  assert_int_equal(media_command(w.media, w.now_us, span_of(unknown, sizeof unknown)), ERR_UNSUPPORTED);
  assert_int_equal(media_command(w.media, w.now_us, span_of(answer, sizeof answer)), ERR_UNSUPPORTED);
  assert_int_equal(media_command(w.media, w.now_us, span_of(cut, sizeof cut)), ERR_TRUNCATED);
  assert_int_equal(media_command(w.media, w.now_us, span_of(NULL, 0)), ERR_TRUNCATED);
  assert_int_equal(media_command(w.media, w.now_us, span_of(nobody, sizeof nobody)), 0);
  world_run(&w, 1000000);
  expect_whole_call(&w, 2, 25);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(test_too_many_peers, tear_down),
      cmocka_unit_test_teardown(test_too_many_sources_in_a_room, tear_down),
      cmocka_unit_test_teardown(test_refused_offer_leaves_the_call_alone, tear_down),
      cmocka_unit_test_teardown(test_commands_that_break_the_table, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
