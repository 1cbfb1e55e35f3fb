/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/balance.c in virtual time: processes whose processor time follows from whom they serve, with noise, as it is
 * reported once a second. Who is asked goes. (A12) */
#include "web_testing.h"

#include "web/balance.h"

#define MOST 4
#define BEGIN ((BALANCE_NEW_US + BALANCE_CLEAR_US) / SECOND) /* seconds until the first may go to a new one */

struct hall {
  struct balance b;
  struct capacity c;
  unsigned processes;
  bool up[MOST], silent[MOST];
  uint32_t people[MOST], unmovable[MOST];
  uint32_t base[MOST], each; /* thousandths of a processor: by itself, and for each of its people by hundredths */
  uint32_t noise;            /* up to so many thousandths more */
  uint64_t now_us;
  unsigned random;
  unsigned moved, most_at_once, moves[MOST][MOST];
};

static struct hall hall_of(unsigned processes)
{
  struct hall h = {.processes = processes, .each = 50, .now_us = 1000 * SECOND, .random = 1};
  for (unsigned i = 0; i < processes; i++)
    h.up[i] = true;
  return h;
}

static uint32_t noise(struct hall *h)
{
  h->random = h->random * 1103515245 + 12345;
  return h->noise == 0 ? 0 : (h->random >> 16) % (h->noise + 1);
}

static void report(struct hall *h, unsigned i)
{
  struct ipc_load load = {.peers = h->people[i]};
  load.busy = (uint16_t)(h->base[i] + h->people[i] * h->each / 100 + noise(h));
  if (h->c.process[i].reported_us == 0)
    balance_began(&h->b, i, h->now_us);
  if (h->up[i] && !h->silent[i])
    capacity_report(&h->c, i, &load, h->now_us);
}

static void move(struct hall *h, unsigned n)
{
  unsigned from = h->b.from, to = h->b.to, movable = h->people[from] - h->unmovable[from];
  assert_true(h->up[from] && h->up[to]);
  assert_true(capacity_has_room(&h->c, to, h->now_us));
  n = n < movable ? n : movable;
  h->most_at_once = n > h->most_at_once ? n : h->most_at_once;
  h->people[from] -= n;
  h->people[to] += n;
  h->moved += n;
  h->moves[from][to] += n;
  for (unsigned i = 0; i < n; i++)
    capacity_give(&h->c, to);
  if (n == 0)
    balance_stuck(&h->b, h->now_us);
  else
    balance_moved(&h->b, h->now_us);
}

static void pass(struct hall *h, unsigned seconds)
{
  const struct balance_view v = {.processes = h->processes, .up = h->up, .people = h->people, .capacity = &h->c};
  for (unsigned s = 0; s < seconds; s++) {
    h->now_us += SECOND;
    for (unsigned i = 0; i < h->processes; i++)
      report(h, i);
    unsigned n = balance_step(&h->b, &v, h->now_us);
    if (n > 0)
      move(h, n);
  }
}

/* So many who were to go there come back. */
static void come_back(struct hall *h, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    balance_failed(&h->b, 1, h->now_us);
}

static void die(struct hall *h, unsigned i)
{
  h->up[i] = false;
  capacity_forget(&h->c, i);
}

static void test_one_that_came_back_empty(void **state)
{
  (void)state;
  struct hall h = hall_of(2);
  h.people[0] = 600;
  pass(&h, BEGIN - 1);
  assert_int_equal(h.moved, 0); /* it has just begun */
  pass(&h, 1 + 600 / 2 / BALANCE_AT_ONCE + 2);
  assert_in_range(h.people[0], 299, 302);
  assert_int_equal(h.most_at_once, BALANCE_AT_ONCE);
  unsigned moved = h.moved;
  pass(&h, 3600);
  assert_int_equal(h.moved, moved);
}

static void test_small_differences_stay(void **state)
{
  (void)state;
  struct hall h = hall_of(3);
  h.people[0] = 100, h.people[1] = 80, h.people[2] = 90;
  pass(&h, 600);
  assert_int_equal(h.moved, 0);
  h.people[0] = 9, h.people[1] = h.people[2] = 2;
  pass(&h, 600);
  assert_int_equal(h.moved, 0);
  h.people[0] = 10;
  pass(&h, 600);
  assert_int_equal(h.moved, 4);
}

/* Newcomers go where the fewest are: they may even it out by themselves. */
static void test_a_moment_does_not_count(void **state)
{
  (void)state;
  struct hall h = hall_of(2);
  pass(&h, BEGIN);
  for (unsigned i = 0; i < 10; i++) {
    h.people[0] = 100, h.people[1] = 50;
    pass(&h, BALANCE_CLEAR_US / SECOND);
    h.people[1] = 90;
    pass(&h, 1);
  }
  assert_int_equal(h.moved, 0);
}

/* Whatever the noise: who is even stays so, and nothing goes one way and then the other. */
static void test_no_swing(void **state)
{
  (void)state;
  for (uint32_t most = 0; most <= 200; most += 20) {
    struct hall h = hall_of(3);
    h.noise = most;
    h.random = most + 1;
    h.people[0] = 900, h.people[1] = 300, h.people[2] = 0;
    pass(&h, 3 * 3600);
    assert_int_equal(h.people[0] + h.people[1] + h.people[2], 1200);
    for (unsigned i = 0; i < 3; i++)
      assert_in_range(h.people[i], 300, 500);
    assert_in_range(h.moved, 300, 700);
    for (unsigned i = 0; i < 3; i++)
      for (unsigned k = 0; k < 3; k++)
        assert_true(h.moves[i][k] == 0 || h.moves[k][i] == 0);
  }
}

/* The home of a great stage is the busier one with fewer people: as many as it has stay, and as many as the others have. */
static void test_the_busier_one_gets_nobody(void **state)
{
  (void)state;
  struct hall h = hall_of(2);
  h.noise = 20;
  h.base[0] = 400;
  h.people[0] = 200, h.people[1] = 500; /* 500 and 250 thousandths */
  pass(&h, 3600);
  assert_int_equal(h.moved, 0);
}

static void test_a_full_one_is_relieved(void **state)
{
  (void)state;
  struct hall h = hall_of(2);
  h.base[0] = 600;
  h.people[0] = 440, h.people[1] = 500; /* 820 and 250 thousandths */
  pass(&h, BEGIN + 90);
  assert_true(capacity_has_room(&h.c, 0, h.now_us));
  assert_int_equal(h.moves[0][1], h.moved);
  assert_in_range(h.moved, 100, 260);
  unsigned moved = h.moved;
  pass(&h, 3600); /* and not back, though there are more people there now */
  assert_int_equal(h.moved, moved);
}

static void test_nobody_goes_into_a_full_one(void **state)
{
  (void)state;
  struct hall h = hall_of(2);
  h.base[1] = 790;
  h.base[0] = 800;
  h.people[0] = 400, h.people[1] = 20;
  pass(&h, 600); /* move() looks, too */
  assert_true(capacity_has_room(&h.c, 1, h.now_us) == false);
  unsigned moved = h.moved;
  assert_in_range(moved, 0, 20);
  pass(&h, 600);
  assert_int_equal(h.moved, moved);
}

static void test_the_dead_and_the_silent_neither_give_nor_take(void **state)
{
  (void)state;
  struct hall h = hall_of(3);
  h.people[0] = 600, h.people[1] = 0, h.people[2] = 0;
  pass(&h, 2);
  die(&h, 1);
  h.silent[2] = true;
  pass(&h, 100);
  assert_int_equal(h.moved, 0);
  h.up[1] = true; /* it lives again, and is looked at first */
  pass(&h, BEGIN);
  assert_int_equal(h.moved, 0);
  pass(&h, 200);
  assert_in_range(h.people[1], 299, 301);
  assert_int_equal(h.people[2], 0);
  die(&h, 0); /* in the middle of nothing; whoever is there comes back to it by another way */
  pass(&h, 100);
  assert_in_range(h.people[1], 299, 301);
}

static void test_one_that_dies_again_gets_nobody_more(void **state)
{
  (void)state;
  struct hall h = hall_of(2);
  h.people[0] = 600;
  pass(&h, BEGIN + 10);
  unsigned moved = h.moved;
  assert_in_range(moved, 1, 599);
  die(&h, 1);
  pass(&h, 60);
  assert_int_equal(h.moved, moved);
}

static void test_one_that_cannot_be_reached_rests(void **state)
{
  (void)state;
  struct hall h = hall_of(2);
  h.people[0] = 600;
  pass(&h, BEGIN + 5);
  unsigned moved = h.moved;
  assert_in_range(moved, 1, 599);
  come_back(&h, BALANCE_FAILURES);
  pass(&h, BALANCE_REST_US / SECOND - 1);
  assert_int_equal(h.moved, moved);
  pass(&h, 10);
  assert_true(h.moved > moved);
  moved = h.moved;
  come_back(&h, 1); /* still nobody has got there */
  pass(&h, BALANCE_REST_US / SECOND - 1);
  assert_int_equal(h.moved, moved);
}

/* It may be who was to go there, and not the process. */
static void test_one_that_some_cannot_reach_goes_on(void **state)
{
  (void)state;
  struct hall h = hall_of(2);
  h.people[0] = 600;
  pass(&h, BEGIN + 5);
  for (unsigned i = 0; i < 10; i++) {
    unsigned moved = h.moved;
    come_back(&h, BALANCE_FAILURES - 1);
    pass(&h, 1);
    assert_true(h.moved > moved);
    if (i % 2 == 0) {
      balance_arrived(&h.b, 1);
      continue;
    }
    balance_began(&h.b, 1, h.now_us); /* and what was of the one before it does not count */
    pass(&h, BEGIN);
  }
}

/* One full of people who cannot go does not hold up the others. */
static void test_the_immovable_hold_up_nobody(void **state)
{
  (void)state;
  struct hall h = hall_of(3);
  h.people[0] = h.unmovable[0] = 1000;
  h.people[1] = 600;
  pass(&h, 600);
  assert_in_range(h.people[1], 299, 301);
  assert_in_range(h.people[2], 299, 301);
  assert_int_equal(h.people[0], 1000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_one_that_came_back_empty),
    cmocka_unit_test(test_small_differences_stay),
    cmocka_unit_test(test_a_moment_does_not_count),
    cmocka_unit_test(test_no_swing),
    cmocka_unit_test(test_the_busier_one_gets_nobody),
    cmocka_unit_test(test_a_full_one_is_relieved),
    cmocka_unit_test(test_nobody_goes_into_a_full_one),
    cmocka_unit_test(test_the_dead_and_the_silent_neither_give_nor_take),
    cmocka_unit_test(test_one_that_dies_again_gets_nobody_more),
    cmocka_unit_test(test_one_that_cannot_be_reached_rests),
    cmocka_unit_test(test_one_that_some_cannot_reach_goes_on),
    cmocka_unit_test(test_the_immovable_hold_up_nobody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
