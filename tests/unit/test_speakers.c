/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "media/speakers.h"

#define SPEECH 30
#define NOISE 85

static struct speakers s;
static uint64_t now_us;
static unsigned place_changes, active_changes;

static int set_up(void **state)
{
  (void)state;
  memset(&s, 0, sizeof s);
  now_us = 1000000;
  place_changes = active_changes = 0;
  return 0;
}

static void add(uint64_t n)
{
  for (uint64_t id = 1; id <= n; id++)
    assert_int_equal(speakers_add(&s, id, now_us), 0);
  (void)speakers_update(&s, now_us);
}

/* Everyone sends a level every 20 ms: `who` (a bit for each id) speaks, the others are noise. */
static void run(uint64_t us, unsigned who)
{
  for (uint64_t end = now_us + us; now_us < end; now_us += 20000) {
    for (size_t i = 0; i < s.count; i++)
      speakers_level(&s, s.all[i].id, (who >> s.all[i].id & 1) != 0 ? SPEECH : NOISE, now_us);
    if (now_us % SPEAKERS_UPDATE_US == 0) {
      struct speakers_change c = speakers_update(&s, now_us);
      place_changes += c.places;
      active_changes += c.active;
    }
  }
}

static bool is_heard(uint64_t id)
{
  for (size_t i = 0; i < LIMIT_HEARD_VOICES; i++)
    if (s.place[i] == id)
      return true;
  return false;
}

static void test_few_are_all_heard(void **state)
{
  (void)state;
  add(2);
  assert_true(is_heard(1) && is_heard(2));
  add(4); /* the fourth has the spare place: each hears the three others */
  assert_true(is_heard(1) && is_heard(2) && is_heard(3));
  assert_int_equal(s.place[LIMIT_HEARD_VOICES], 4);
}

static void test_speaker_is_heard_and_active_soon(void **state)
{
  (void)state;
  add(10);
  run(1000000, 0);
  assert_int_equal(s.active, 0);
  run(200000, 1 << 9);
  assert_true(is_heard(9));
  run(300000, 1 << 9);
  assert_int_equal(s.active, 9);
}

static void test_silence_ends_the_active_speaker(void **state)
{
  (void)state;
  add(3);
  run(1000000, 1 << 2);
  assert_int_equal(s.active, 2);
  run(200000, 0);
  assert_int_equal(s.active, 2); /* a breath */
  run(3000000, 0);
  assert_int_equal(s.active, 0);
  run(1000000, 1 << 2);
  now_us += 5000000; /* and so does a client that tells nothing any more */
  (void)speakers_update(&s, now_us);
  (void)speakers_update(&s, now_us + 1000000);
  (void)speakers_update(&s, now_us + 2000000);
  assert_int_equal(s.active, 0);
}

static void test_noise_changes_nothing(void **state)
{
  (void)state;
  add(10);
  run(10000000, 0);
  assert_int_equal(place_changes, 0);
  assert_int_equal(active_changes, 0);
}

static void test_short_sounds_do_not_take_over(void **state)
{
  (void)state;
  add(10);
  run(2000000, 1 << 1);
  active_changes = 0;
  for (int i = 0; i < 10; i++) {
    run(60000, 1 << 1 | 1 << 7); /* a cough while another speaks */
    run(940000, 1 << 1);
  }
  assert_int_equal(active_changes, 0);
}

static void test_two_in_a_dialogue_keep_their_places(void **state)
{
  (void)state;
  add(10);
  for (int i = 0; i < 4; i++)
    run(2000000, i % 2 == 0 ? 1 << 7 : 1 << 8);
  place_changes = 0;
  for (int i = 0; i < 10; i++)
    run(2000000, i % 2 == 0 ? 1 << 7 : 1 << 8);
  assert_int_equal(place_changes, 0);
  assert_true(is_heard(7) && is_heard(8));
}

static void test_fourth_speaker_takes_the_quietest_place(void **state)
{
  (void)state;
  add(10);
  run(2000000, 1 << 5 | 1 << 6);
  run(1000000, 1 << 5 | 1 << 6 | 1 << 9);
  assert_true(is_heard(5) && is_heard(6) && is_heard(9));
}

static void test_removed_is_out_at_once(void **state)
{
  (void)state;
  add(5);
  run(1000000, 1 << 1);
  speakers_remove(&s, 1);
  assert_false(is_heard(1));
  struct speakers_change c = speakers_update(&s, now_us);
  assert_true(c.active && c.places);
  assert_true(s.active != 1);
  for (size_t i = 0; i < SPEAKERS_PLACES; i++)
    assert_int_not_equal(s.place[i], 0); /* four are left for four places */
  speakers_remove(&s, 77);
  speakers_level(&s, 77, 10, now_us);
}

static void test_limit(void **state)
{
  (void)state;
  for (uint64_t id = 1; id <= LIMIT_ROOM_SOURCES; id++)
    assert_int_equal(speakers_add(&s, id, now_us), 0);
  assert_int_equal(speakers_add(&s, 1, now_us), 0);
  assert_int_equal(speakers_add(&s, 1000, now_us), ERR_LIMIT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_few_are_all_heard, set_up),
      cmocka_unit_test_setup(test_speaker_is_heard_and_active_soon, set_up),
      cmocka_unit_test_setup(test_silence_ends_the_active_speaker, set_up),
      cmocka_unit_test_setup(test_noise_changes_nothing, set_up),
      cmocka_unit_test_setup(test_short_sounds_do_not_take_over, set_up),
      cmocka_unit_test_setup(test_two_in_a_dialogue_keep_their_places, set_up),
      cmocka_unit_test_setup(test_fourth_speaker_takes_the_quietest_place, set_up),
      cmocka_unit_test_setup(test_removed_is_out_at_once, set_up),
      cmocka_unit_test_setup(test_limit, set_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
