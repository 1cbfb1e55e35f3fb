/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One budget for all pictures: who gets which step of quality. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "media/allocate.h"

#define AUDIO 100000u

/* Three layers of 150, 500 and 1,500 kb/s. */
static struct allocate_slot camera(enum allocate_rank rank, uint16_t height)
{
  return (struct allocate_slot){.rank = rank, .height = height, .n_steps = 3, .best = 2, .now = ALLOCATE_NEW,
                                .rate_bps = {150000, 500000, 1500000}};
}

static uint32_t give(struct allocate_slot *slots, size_t n, uint32_t budget_bps, bool may_rise)
{
  uint32_t most = allocate(slots, n, budget_bps, AUDIO, may_rise);
  for (size_t i = 0; i < n; i++)
    slots[i].now = slots[i].step;
  return most;
}

static void assert_steps(const struct allocate_slot *slots, size_t n, const uint8_t *steps)
{
  for (size_t i = 0; i < n; i++)
    assert_int_equal(slots[i].step, steps[i]);
}
#define ASSERT_STEPS(slots, ...)                                                                                       \
  assert_steps(slots, sizeof((const uint8_t[]){__VA_ARGS__}), (const uint8_t[]){__VA_ARGS__})

static void test_without_a_limit_all_is_as_good_as_can_be_seen(void **state)
{
  (void)state;
  struct allocate_slot s[] = {camera(ALLOCATE_OTHER, 720), camera(ALLOCATE_OTHER, 90), camera(ALLOCATE_OTHER, 0),
                              camera(ALLOCATE_OTHER, 720)};
  s[1].best = 0;
  s[3].n_steps = 0; /* an empty slot */
  assert_int_equal(give(s, 4, ALLOCATE_UNLIMITED, false), AUDIO + 1500000 + 150000);
  ASSERT_STEPS(s, 2, 0, ALLOCATE_NONE, ALLOCATE_NONE);
}

static void test_least_for_all_before_more_for_one(void **state)
{
  (void)state;
  struct allocate_slot s[] = {camera(ALLOCATE_OTHER, 300), camera(ALLOCATE_SCREEN, 200), camera(ALLOCATE_SPEAKER, 500)};
  (void)give(s, 3, AUDIO + 450000, true);
  ASSERT_STEPS(s, 0, 0, 0);
  for (int i = 0; i < 3; i++)
    s[i].now = ALLOCATE_NEW;
  (void)give(s, 3, AUDIO + 449999, true);
  ASSERT_STEPS(s, ALLOCATE_NONE, 0, 0); /* the least important goes first */
}

static void test_screens_then_speakers_then_the_others_in_turn(void **state)
{
  (void)state;
  struct allocate_slot s[] = {camera(ALLOCATE_OTHER, 300), camera(ALLOCATE_OTHER, 400), camera(ALLOCATE_SPEAKER, 100),
                              camera(ALLOCATE_SCREEN, 100)};
  (void)give(s, 4, AUDIO + 4 * 150000 + 1350000, true);
  ASSERT_STEPS(s, 0, 0, 0, 2);
  for (int i = 0; i < 4; i++)
    s[i].now = ALLOCATE_NEW;
  (void)give(s, 4, AUDIO + 4 * 150000 + 2 * 1350000 + 350000, true);
  ASSERT_STEPS(s, 0, 1, 2, 2); /* of the others the larger one first */
  for (int i = 0; i < 4; i++)
    s[i].now = ALLOCATE_NEW;
  (void)give(s, 4, AUDIO + 4 * 150000 + 2 * 1350000 + 700000, true);
  ASSERT_STEPS(s, 1, 1, 2, 2); /* and the second step for both before the third for one */
}

static void test_never_all_dark(void **state)
{
  (void)state;
  struct allocate_slot s[] = {camera(ALLOCATE_OTHER, 0), camera(ALLOCATE_OTHER, 300), camera(ALLOCATE_SPEAKER, 100)};
  (void)give(s, 3, 1, true);
  ASSERT_STEPS(s, ALLOCATE_NONE, ALLOCATE_NONE, 0);
}

static void test_down_at_once_up_with_room_and_in_time(void **state)
{
  (void)state;
  struct allocate_slot s = camera(ALLOCATE_OTHER, 720);
  (void)give(&s, 1, AUDIO + 1500000, true);
  ASSERT_STEPS(&s, 2); /* what has just come into view has nothing to lose */
  (void)give(&s, 1, AUDIO + 1499999, true);
  ASSERT_STEPS(&s, 1);
  (void)give(&s, 1, AUDIO + 1500000, true);
  ASSERT_STEPS(&s, 1); /* no fifth would stay free */
  (void)give(&s, 1, (AUDIO + 1500000) * 5 / 4, false);
  ASSERT_STEPS(&s, 1); /* too soon */
  (void)give(&s, 1, (AUDIO + 1500000) * 5 / 4, true);
  ASSERT_STEPS(&s, 2);
  (void)give(&s, 1, AUDIO + 1500000, true);
  ASSERT_STEPS(&s, 2); /* having it, it stays */
}

/* There was no room for it: it comes back like any other step up. */
static void test_what_was_left_out_comes_back_with_care(void **state)
{
  (void)state;
  struct allocate_slot s[] = {camera(ALLOCATE_SPEAKER, 300), camera(ALLOCATE_OTHER, 300)};
  (void)give(s, 2, AUDIO + 299999, true);
  ASSERT_STEPS(s, 0, ALLOCATE_NONE);
  (void)give(s, 2, AUDIO + 300000, true);
  ASSERT_STEPS(s, 0, ALLOCATE_NONE);
  (void)give(s, 2, (AUDIO + 300000) * 5 / 4, true);
  ASSERT_STEPS(s, 0, 0);
}

/* A budget that wavers by a tenth changes nothing. */
static void test_no_flapping(void **state)
{
  (void)state;
  struct allocate_slot s[4];
  int changes = 0;
  for (int i = 0; i < 4; i++)
    s[i] = camera(ALLOCATE_OTHER, (uint16_t)(300 + i));
  (void)give(s, 4, 1900000, true);
  for (int k = 0; k < 50; k++) {
    struct allocate_slot before[4];
    memcpy(before, s, sizeof before);
    (void)give(s, 4, k % 2 == 0 ? 1710000 : 1900000, true);
    for (int i = 0; i < 4; i++)
      changes += before[i].step != s[i].step;
  }
  assert_in_range(changes, 0, 2); /* once down */
}

static void make_elastic(struct allocate_slot *s, uint32_t wish_bps)
{
  s->elastic = true;
  s->n_steps = 1;
  s->best = 0;
  s->rate_bps[0] = 50000;
  s->wish_bps = wish_bps;
}

/* What there is room for: two thirds of the rest for the more important one, all of it for the last. */
static void test_elastic_ones_take_the_rest(void **state)
{
  (void)state;
  struct allocate_slot s[] = {camera(ALLOCATE_OTHER, 720), camera(ALLOCATE_SCREEN, 720), camera(ALLOCATE_OTHER, 0)};
  for (int i = 0; i < 3; i++)
    make_elastic(&s[i], 2000000);
  assert_int_equal(give(s, 3, ALLOCATE_UNLIMITED, true), AUDIO + 4000000);
  assert_true(s[0].most_bps == ALLOCATE_UNLIMITED && s[1].most_bps == ALLOCATE_UNLIMITED);
  (void)give(s, 3, AUDIO + 400000, false);
  ASSERT_STEPS(s, 0, 0, ALLOCATE_NONE);
  assert_int_equal(s[1].most_bps, 250000);
  assert_int_equal(s[0].most_bps, 150000);
  s[1].height = 0;
  (void)give(s, 3, AUDIO + 400000, false);
  assert_int_equal(s[0].most_bps, 400000);
  (void)give(s, 3, 1, false); /* never all dark */
  ASSERT_STEPS(s, 0, ALLOCATE_NONE, ALLOCATE_NONE);
  assert_int_equal(s[0].most_bps, 50000);
}

static uint32_t next(uint32_t *seed)
{
  *seed = *seed * 1664525u + 1013904223u;
  return *seed >> 8;
}

/* Whatever comes: never more than the budget but for the last picture, nothing above the best, nothing hidden. */
static void test_any_input(void **state)
{
  (void)state;
  uint32_t seed = 1;
  for (int k = 0; k < 20000; k++) {
    struct allocate_slot s[LIMIT_VIDEO_SLOTS];
    size_t n = next(&seed) % (LIMIT_VIDEO_SLOTS + 1);
    uint32_t budget = next(&seed) % 8000000;
    uint64_t spent = AUDIO;
    size_t given = 0;
    for (size_t i = 0; i < n; i++) {
      enum allocate_rank rank = (enum allocate_rank)(next(&seed) % 3);
      uint16_t height = (uint16_t)(next(&seed) % 1080);
      s[i] = camera(rank, height % 2 == 0 ? height : 0);
      s[i].n_steps = (uint8_t)(next(&seed) % 4);
      s[i].best = (uint8_t)(s[i].n_steps > 0 ? next(&seed) % s[i].n_steps : 0);
      s[i].now = next(&seed) % 4 == 3 ? ALLOCATE_NONE : (uint8_t)(next(&seed) % 3);
    }
    (void)allocate(s, n, budget, AUDIO, next(&seed) % 2 == 0);
    for (size_t i = 0; i < n; i++) {
      if (s[i].step == ALLOCATE_NONE)
        continue;
      assert_true(s[i].height > 0 && s[i].step < s[i].n_steps && s[i].step <= s[i].best);
      spent += s[i].rate_bps[s[i].step];
      given++;
    }
    assert_true(given <= 1 || spent <= budget + 150000u);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_without_a_limit_all_is_as_good_as_can_be_seen),
      cmocka_unit_test(test_least_for_all_before_more_for_one),
      cmocka_unit_test(test_screens_then_speakers_then_the_others_in_turn),
      cmocka_unit_test(test_never_all_dark),
      cmocka_unit_test(test_down_at_once_up_with_room_and_in_time),
      cmocka_unit_test(test_what_was_left_out_comes_back_with_care),
      cmocka_unit_test(test_no_flapping),
      cmocka_unit_test(test_elastic_ones_take_the_rest),
      cmocka_unit_test(test_any_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
