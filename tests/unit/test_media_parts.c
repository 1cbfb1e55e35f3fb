/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small parts of the media core: the ring, the list of losses, the assignment of slots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "media/assign.h"
#include "media/demand.h"
#include "media/ingress.h"
#include "media/nack.h"
#include "media/ring.h"
#include "media/weakness.h"

/* ---- ring ---- */

static void test_ring_keeps_the_latest(void **state)
{
  struct ring r;
  (void)state;
  assert_int_equal(ring_init(&r, 8), 0);
  assert_null(ring_get(&r, 0));
  for (uint64_t i = 100; i < 120; i++)
    assert_non_null(ring_place(&r, i));
  assert_null(ring_get(&r, 111));
  assert_int_equal(ring_get(&r, 112)->index, 112);
  assert_null(ring_place(&r, 115)); /* is there */
  assert_null(ring_place(&r, 107)); /* its place holds a newer one */
  assert_null(ring_get(&r, 120));
  ring_fini(&r);
}

/* ---- weak connections ---- */

static unsigned looks_until_change(struct weakness *w, uint32_t lost)
{
  for (unsigned i = 1; i <= 100; i++)
    if (weakness_look(w, lost))
      return i;
  return 0;
}

static void test_weakness_does_not_flicker(void **state)
{
  struct weakness w = {0};
  (void)state;
  assert_int_equal(looks_until_change(&w, 0), WEAKNESS_CALM_SECONDS); /* the first word of a connection */
  assert_int_equal(w.verdict, WEAKNESS_NONE);
  assert_int_equal(looks_until_change(&w, 12), 0); /* 5 % is repaired */
  assert_int_equal(looks_until_change(&w, 0), 0);
  for (unsigned i = 0; i < 100; i++)
    assert_false(weakness_look(&w, i % 8 == 0 ? 256 : 0)); /* a second now and then in which nothing came */
  assert_int_equal(looks_until_change(&w, 0), 0);
  assert_in_range(looks_until_change(&w, 51), 3, 6); /* 20 % */
  assert_int_equal(w.verdict, WEAKNESS_WEAK);
  assert_int_equal(looks_until_change(&w, 17), 0); /* between the two limits all stays as it is */
  assert_in_range(looks_until_change(&w, 0), WEAKNESS_CALM_SECONDS, WEAKNESS_CALM_SECONDS + 6);
  assert_int_equal(w.verdict, WEAKNESS_NONE);
  assert_int_equal(looks_until_change(&w, 256), 4); /* nothing comes any more */
}

static void test_weakness_from_the_start(void **state)
{
  struct weakness w = {0};
  (void)state;
  assert_in_range(looks_until_change(&w, 51), 3, 6);
  assert_int_equal(w.verdict, WEAKNESS_WEAK);
}

/* ---- losses ---- */

static void test_nack_asks_repeats_and_gives_up(void **state)
{
  struct nack_list l = {0};
  uint16_t asked[LIMIT_NACK_PENDING];
  uint32_t rtt_us;
  (void)state;
  assert_int_equal(nack_next_us(&l), NACK_NEVER);
  assert_true(nack_missing(&l, 65534, 65538, 1000));
  assert_int_equal(nack_collect(&l, 1000, 50000, 0, asked), 0); /* may be reordering */
  assert_int_equal(nack_next_us(&l), 1000 + NACK_REORDER_US);
  assert_true(nack_arrived(&l, 65535, 3000, &rtt_us));
  assert_int_equal(rtt_us, 0); /* nobody had asked for it */
  assert_false(nack_arrived(&l, 65535, 3000, &rtt_us));
  uint64_t now = 1000 + NACK_REORDER_US;
  assert_int_equal(nack_collect(&l, now, 50000, 0, asked), 3);
  assert_int_equal(asked[0], 65534);
  assert_int_equal(asked[1], 0);
  assert_int_equal(asked[2], 1);
  assert_int_equal(nack_collect(&l, now + 50000, 50000, 0, asked), 0); /* a round trip and a bit must pass */
  assert_true(nack_arrived(&l, 65536, now + 48000, &rtt_us));
  assert_int_equal(rtt_us, 48000);
  assert_int_equal(l.lost, 0);
  int tries = 1;
  for (; l.count > 0 && tries < 100; tries++)
    (void)nack_collect(&l, now = nack_next_us(&l), 50000, 0, asked);
  assert_in_range(now, 251000 + NACK_LATE_US, 251000 + NACK_LATE_US + 62500); /* asked for every 62.5 ms until then */
  assert_in_range(tries, 19, 22);
  assert_int_equal(l.lost, 65537);
}

static void test_nack_forgets_what_is_too_old_or_too_much(void **state)
{
  struct nack_list l = {0};
  uint16_t asked[LIMIT_NACK_PENDING];
  (void)state;
  assert_true(nack_missing(&l, 1000, 1010, 0));
  assert_int_equal(nack_collect(&l, 500000, 0, 1005, asked), 5);
  assert_false(nack_missing(&l, 2000, 2000 + LIMIT_NACK_PENDING, 0));
  assert_int_equal(l.count, 0);
  assert_true(nack_missing(&l, 2000, 2000 + LIMIT_NACK_PENDING, 0));
  assert_false(nack_missing(&l, 5000, UINT64_MAX, 0));
}

/* ---- what a receiver may ask for ---- */

static void test_demand_follows_what_was_sent(void **state)
{
  struct demand d;
  (void)state;
  demand_begin(&d);
  demand_refill(&d, 400000);
  size_t n = 0;
  for (uint16_t i = 0; i < 1000; i++)
    n += demand_packet(&d, 0, i, 1000, 1000000, 50000) == DEMAND_SEND;
  assert_int_equal(n, (LIMIT_RTX_LEAST + 400000 / LIMIT_RTX_SHARE) / 1000);
  demand_refill(&d, 400000); /* nothing new was sent: next to nothing is sent again */
  n = 0;
  for (uint16_t i = 0; i < 1000; i++)
    n += demand_packet(&d, 0, (uint16_t)(2000 + i), 1000, 2000000, 50000) == DEMAND_SEND;
  assert_int_equal(n, LIMIT_RTX_LEAST / 1000);
  d.octets = UINT32_MAX - 99; /* the count goes around */
  demand_refill(&d, 900);
  assert_int_equal(d.bytes, LIMIT_RTX_LEAST + 1000 / LIMIT_RTX_SHARE);
}

static void test_demand_within_a_round_trip_is_answered_once(void **state)
{
  struct demand d;
  (void)state;
  demand_begin(&d);
  assert_int_equal(demand_packet(&d, 3, 7, 1000, 1000000, 100000), DEMAND_SEND);
  assert_int_equal(demand_packet(&d, 3, 7, 1000, 1050000, 100000), DEMAND_ON_ITS_WAY);
  assert_int_equal(demand_packet(&d, 4, 7, 1000, 1050000, 100000), DEMAND_SEND); /* another slot's */
  assert_int_equal(demand_packet(&d, 3, 8, 1000, 1050000, 100000), DEMAND_SEND);
  assert_int_equal(demand_packet(&d, 3, 7, 1000, 1100000, 100000), DEMAND_SEND);
}

static void test_demand_of_numbers_and_key_frames(void **state)
{
  struct demand d;
  size_t numbers = 0, keys = 0;
  (void)state;
  demand_begin(&d);
  for (int i = 0; i < 2 * LIMIT_NACK_NUMBERS; i++) {
    numbers += demand_number(&d);
    keys += demand_key(&d);
  }
  assert_int_equal(numbers, LIMIT_NACK_NUMBERS);
  assert_int_equal(keys, LIMIT_KEY_BURST);
  demand_refill(&d, 0);
  assert_true(demand_number(&d));
  assert_true(demand_key(&d));
  assert_false(demand_key(&d)); /* one each second */
}

static void test_ingress_in_windows(void **state)
{
  struct ingress in = {0};
  size_t media = 0, control = 0;
  (void)state;
  for (int i = 0; i < 20000; i++) {
    uint64_t now_us = 1000000 + (uint64_t)i * 50; /* 192 Mbit/s for a second */
    if (!ingress_media_full(&in, now_us)) {
      ingress_media(&in, 1200);
      media++;
    }
    if (!ingress_control_full(&in, now_us)) {
      ingress_control(&in);
      control++;
    }
  }
  assert_in_range(media, LIMIT_INGRESS_BYTES / 1200, LIMIT_INGRESS_BYTES / 1200 + 4);
  assert_int_equal(control, LIMIT_INGRESS_CONTROL);
  media = 0;
  for (int i = 0; i < 20000; i++)
    if (!ingress_media_full(&in, 3000000 + (uint64_t)i * 50)) {
      ingress_media(&in, 60);
      media++;
    }
  assert_int_equal(media, LIMIT_INGRESS_PACKETS);
}

/* ---- slots ---- */

enum { VP8 = 1, H264 = 2, BOTH = 3 };

static void test_assign_is_sticky(void **state)
{
  struct assign_slot slots[3] = {{0, BOTH}, {0, BOTH}, {0, BOTH}};
  const struct assign_source three[] = {{11, VP8}, {12, VP8}, {13, VP8}};
  const struct assign_source without_first[] = {{12, VP8}, {13, VP8}, {14, VP8}};
  (void)state;
  assert_true(assign_slots(slots, 3, three, 3, 0));
  assert_int_equal(slots[0].source, 11);
  assert_int_equal(slots[1].source, 12);
  assert_int_equal(slots[2].source, 13);
  assert_false(assign_slots(slots, 3, three, 3, 0));
  assert_true(assign_slots(slots, 3, without_first, 3, 0));
  assert_int_equal(slots[0].source, 14); /* the others stay where they are */
  assert_int_equal(slots[1].source, 12);
  assert_int_equal(slots[2].source, 13);
  assert_true(assign_slots(slots, 3, NULL, 0, 0));
  assert_int_equal(slots[1].source, 0);
}

static void test_assign_prefers(void **state)
{
  struct assign_slot slots[2] = {{13, BOTH}, {14, BOTH}};
  const struct assign_source four[] = {{11, VP8}, {12, VP8}, {13, VP8}, {14, VP8}};
  (void)state;
  assert_false(assign_slots(slots, 2, four, 4, 0)); /* who is shown stays */
  assert_true(assign_slots(slots, 2, four, 4, 1));  /* but for those who come first */
  assert_int_equal(slots[0].source, 13);
  assert_int_equal(slots[1].source, 11);
  assert_true(assign_slots(slots, 2, four, 4, 2));
  assert_int_equal(slots[0].source, 12);
  assert_int_equal(slots[1].source, 11);
}

static void test_assign_by_codec(void **state)
{
  struct assign_slot slots[2] = {{0, VP8}, {0, BOTH}};
  const struct assign_source sources[] = {{11, H264}, {12, H264}, {13, VP8}};
  struct assign_slot only_vp8[1] = {{0, VP8}};
  (void)state;
  assert_true(assign_slots(slots, 2, sources, 3, 0));
  assert_int_equal(slots[1].source, 11);
  assert_true(assign_slots(only_vp8, 1, sources, 3, 0));
  assert_int_equal(only_vp8[0].source, 13); /* what it cannot show takes no place from what it can */
}

static void test_assign_closed_slot(void **state)
{
  struct assign_slot slots[2] = {{11, 0}, {0, BOTH}};
  const struct assign_source sources[] = {{11, VP8}};
  (void)state;
  assert_true(assign_slots(slots, 2, sources, 1, 0));
  assert_int_equal(slots[0].source, 0);
  assert_int_equal(slots[1].source, 11);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ring_keeps_the_latest),
      cmocka_unit_test(test_weakness_does_not_flicker),
      cmocka_unit_test(test_weakness_from_the_start),
      cmocka_unit_test(test_nack_asks_repeats_and_gives_up),
      cmocka_unit_test(test_nack_forgets_what_is_too_old_or_too_much),
      cmocka_unit_test(test_demand_follows_what_was_sent),
      cmocka_unit_test(test_demand_within_a_round_trip_is_answered_once),
      cmocka_unit_test(test_demand_of_numbers_and_key_frames),
      cmocka_unit_test(test_ingress_in_windows),
      cmocka_unit_test(test_assign_is_sticky),
      cmocka_unit_test(test_assign_prefers),
      cmocka_unit_test(test_assign_by_codec),
      cmocka_unit_test(test_assign_closed_slot),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
