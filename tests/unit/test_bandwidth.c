/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "media/bandwidth.h"

#define PACKET 1000u
#define MAX_BPS 5000000u

static const struct bandwidth_setup usual = {.start_bps = 300000, .min_bps = 50000, .max_bps = MAX_BPS};

static struct bandwidth b;
static uint64_t now;

/* A path: each packet waits for those before it, then takes 20 ms. */
static struct path {
  uint32_t rate_bps;
  uint64_t free_us;
  int64_t clock_us;     /* the receiver's clock less ours */
  uint64_t busy_us;     /* what comes before is noted then */
  unsigned lose_each;   /* 0: none is lost */
  bool mute;            /* no feedback comes back */
  size_t n;             /* not yet reported */
  uint64_t begun_us;    /* of this feedback interval */
  struct bandwidth_arrival arrival[4096];
} path;

static int set_up(void **state)
{
  (void)state;
  now = 1000000;
  path = (struct path){.rate_bps = 50000000, .clock_us = -123456789};
  assert_int_equal(bandwidth_init(&b, &usual, now), 0);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  bandwidth_fini(&b);
  return 0;
}

static void send(uint32_t bytes, uint8_t flags)
{
  uint16_t sequence = bandwidth_sent(&b, bytes, flags, now);
  path.free_us = (path.free_us > now ? path.free_us : now) + (uint64_t)bytes * 8000000u / path.rate_bps;
  uint64_t at_us = path.free_us + 20000 > path.busy_us ? path.free_us + 20000 : path.busy_us;
  bool received = path.lose_each == 0 || (sequence * 40503u >> 7) % path.lose_each != 0;
  path.arrival[path.n++ % 4096] =
    (struct bandwidth_arrival){(int64_t)at_us + path.clock_us, sequence, received};
}

static void report(void)
{
  if (!path.mute)
    bandwidth_feedback(&b, path.arrival, path.n, now);
  path.n = 0;
  path.begun_us = now;
}

/* Media at the target, or at `bps`, in steps of 10 ms; probes only if `probes`. */
static void run(uint64_t us, uint32_t bps, bool probes)
{
  uint64_t end = now + us;
  double owed = 0;
  for (; now < end; now += 10000) {
    struct bandwidth_probe probe;
    if (now >= bandwidth_next_us(&b))
      bandwidth_on_idle(&b, now);
    if (probes && bandwidth_wants_probe(&b, now, &probe))
      for (uint32_t sent = 0; sent < probe.bytes; sent += PACKET)
        send(PACKET, BANDWIDTH_PROBE | BANDWIDTH_PADDING);
    for (owed += (bps > 0 ? bps : bandwidth_target_bps(&b)) / 800.0; owed >= PACKET; owed -= PACKET)
      send(PACKET, 0);
    if (now - path.begun_us >= 100000)
      report();
  }
}

static void test_rates_that_make_no_sense_are_refused(void **state)
{
  (void)state;
  struct bandwidth c;
  assert_int_equal(bandwidth_init(&c, &(struct bandwidth_setup){0, 0, 100}, 0), ERR_RANGE);
  assert_int_equal(bandwidth_init(&c, &(struct bandwidth_setup){90, 100, 200}, 0), ERR_RANGE);
  assert_int_equal(bandwidth_init(&c, &(struct bandwidth_setup){300, 100, 200}, 0), ERR_RANGE);
}

/* Who begins with less tries three times as much first, and finds the path's rate within a second all the same. */
static void test_another_start(void **state)
{
  struct bandwidth_probe probe;
  (void)state;
  bandwidth_start(&b, 150000, now);
  assert_int_equal(bandwidth_target_bps(&b), 150000);
  assert_true(bandwidth_is_starting(&b));
  run(110000, 0, false);
  assert_true(bandwidth_wants_probe(&b, now, &probe));
  assert_in_range(probe.rate_bps, 450000, 520000);
  bandwidth_set_demand(&b, 2000000);
  run(1000000, 0, true);
  assert_true(bandwidth_target_bps(&b) > 1500000);
}

/* Sound without numbers beside numbered pictures: 400 and 400 kbit/s. Alone it is neither lost nor silence. */
static void test_what_has_no_number_counts(void **state)
{
  (void)state;
  for (int i = 0; i < 200; i++) {
    bandwidth_sent_unnumbered(&b, 1000, now);
    run(20000, 400000, false);
  }
  assert_in_range(bandwidth_window_bps(&b.sending), 750000, 850000);
  assert_in_range(bandwidth_acked_bps(&b.acked), 700000, 850000);
  uint32_t before = bandwidth_target_bps(&b);
  report();
  for (uint64_t end = now + 20000000; now < end; now += 20000) {
    bandwidth_sent_unnumbered(&b, 1000, now);
    if (now >= bandwidth_next_us(&b))
      bandwidth_on_idle(&b, now);
  }
  assert_true(bandwidth_target_bps(&b) >= before);
  assert_int_equal(b.counters.lost + b.counters.unsent, 0);
  run(500000, 400000, false); /* what came alone is not taken for a burst */
  assert_in_range(bandwidth_acked_bps(&b.acked), 300000, 500000);
}

/* Twice a second whoever notes the arrivals is busy for a moment. That is no queue; one that stays is. */
static void test_a_busy_machine_is_no_queue(void **state)
{
  (void)state;
  run(3000000, 400000, true);
  uint32_t before = bandwidth_target_bps(&b);
  for (int i = 0; i < 120; i++) {
    path.busy_us = now + 150000 + (uint64_t)(i % 7) * 10000;
    run(500000, i < 60 ? 400000 : before / 10 * 9, false);
    assert_in_range(bandwidth_target_bps(&b), before, MAX_BPS);
  }
  path.rate_bps = 300000;
  run(2000000, 400000, true);
  assert_in_range(bandwidth_target_bps(&b), 100000, 350000);
}

static void test_an_idle_viewer_is_small(void **state)
{
  (void)state;
  run(30000000, 110 * PACKET * 8, false); /* 110 packets a second */
  assert_true(sizeof b + (b.mask + 1) * sizeof *b.history <= 2560);
  run(10000000, 20000000, false); /* 2500 a second: those of 100 ms are unreported */
  assert_in_range(b.mask + 1, 2 * LIMIT_BANDWIDTH_SENT_LEAST, LIMIT_BANDWIDTH_SENT_MOST / 2);
  path.mute = true;
  run(20000000, 20000000, false);
  assert_int_equal(b.mask + 1, LIMIT_BANDWIDTH_SENT_MOST);
}

static void test_the_target_finds_the_capacity_and_keeps_to_it(void **state)
{
  (void)state;
  path.rate_bps = 2000000;
  run(10000000, 0, true);
  assert_in_range(bandwidth_target_bps(&b), 1500000, 2300000);
  path.rate_bps = 600000;
  run(6000000, 0, true);
  assert_in_range(bandwidth_target_bps(&b), 400000, 700000);
  path.rate_bps = 3000000;
  run(15000000, 0, true);
  assert_in_range(bandwidth_target_bps(&b), 2200000, 3400000);
  assert_int_equal(b.counters.unsent + b.counters.repeated + b.counters.absurd, 0);
}

static void test_numbers_wrap(void **state)
{
  (void)state;
  run(120000000, MAX_BPS, false); /* 75000 packets */
  assert_true(b.sent > 70000);
  assert_int_equal(b.counters.acknowledged + path.n, b.sent);
  assert_int_equal(b.counters.unsent + b.counters.repeated + b.counters.lost, 0);
}

static void test_reports_about_what_was_not_sent_change_nothing(void **state)
{
  (void)state;
  for (uint16_t i = 0; i < 10; i++)
    assert_int_equal(bandwidth_sent(&b, PACKET, 0, now + i * 1000u), i);
  struct bandwidth_arrival a[] = {{100000, 10, true}, {0, 60000, false}, {0, 32768, true}};
  uint32_t before = bandwidth_target_bps(&b);
  bandwidth_feedback(&b, a, 3, now + 110000);
  assert_int_equal(b.counters.unsent, 3);
  assert_int_equal(bandwidth_target_bps(&b), before);
  assert_false(b.reported);
}

static void test_a_report_that_is_repeated_counts_once(void **state)
{
  (void)state;
  for (int round = 0; round < 50; round++) {
    for (int i = 0; i < 10; i++, now += 10000)
      send(PACKET, 0);
    size_t n = path.n;
    report();
    uint32_t before = bandwidth_target_bps(&b);
    for (int again = 0; again < 20; again++)
      bandwidth_feedback(&b, path.arrival, n, now);
    assert_int_equal(bandwidth_target_bps(&b), before);
  }
  assert_int_equal(b.counters.acknowledged, 500);
  assert_int_equal(b.counters.repeated, 500 * 20);
}

static void test_a_late_packet_is_no_longer_lost(void **state)
{
  (void)state;
  for (int i = 0; i < 10; i++)
    send(PACKET, 0);
  struct bandwidth_arrival late = path.arrival[4];
  path.arrival[4].received = false;
  report();
  assert_int_equal(b.counters.lost, 1);
  bandwidth_feedback(&b, &late, 1, now + 10000);
  assert_int_equal(b.counters.acknowledged, 10);
  assert_int_equal(b.counters.repeated, 0);
}

static void test_reordered_reports_do_no_harm(void **state)
{
  (void)state;
  path.rate_bps = 2000000;
  for (int round = 0; round < 200; round++) {
    for (int i = 0; i < 20; i++, now += 5000)
      send(PACKET / 2, 0);
    bandwidth_feedback(&b, path.arrival + 10, 10, now);
    bandwidth_feedback(&b, path.arrival, 10, now);
    path.n = 0;
  }
  assert_int_equal(b.counters.acknowledged, 4000);
  assert_true(bandwidth_target_bps(&b) >= usual.start_bps);
}

/* What a receiver says of its clock can't raise the target beyond what was sent. */
static void test_packets_claimed_to_have_come_at_once_raise_nothing(void **state)
{
  (void)state;
  for (int round = 0; round < 600; round++) {
    for (int i = 0; i < 4; i++, now += 25000)
      send(PACKET, 0); /* 320 kbit/s */
    for (size_t i = 0; i < path.n; i++)
      path.arrival[i].arrival_us = path.arrival[0].arrival_us + (int64_t)i;
    report();
    assert_true(bandwidth_target_bps(&b) <= 320000 * 3 / 2 + 20000);
  }
}

static void test_all_acknowledged_by_a_liar_is_bounded_by_what_was_sent(void **state)
{
  (void)state;
  path.rate_bps = 100000000; /* never a queue, nothing lost: the best that can be claimed */
  run(60000000, 400000, false);
  assert_true(bandwidth_target_bps(&b) <= 400000 * 3 / 2 + 20000);
}

static void test_a_jumping_clock_is_counted_and_survived(void **state)
{
  (void)state;
  run(5000000, 250000, false);
  uint32_t before = bandwidth_target_bps(&b);
  for (int i = 0; i < 40; i++) {
    path.clock_us += i % 2 ? 3600000000 : -3600000000;
    run(200000, 250000, false);
    assert_true(bandwidth_target_bps(&b) <= before + before / 10u);
  }
  assert_int_equal(b.counters.absurd, 40);
  path.clock_us = INT64_MAX / 2; /* and one that cannot be */
  run(1000000, 250000, false);
  assert_true(b.counters.absurd > 40);
  path.clock_us = 0;
  run(10000000, 250000, false);
  assert_true(bandwidth_target_bps(&b) >= 200000);
}

static void test_without_feedback_the_target_falls_and_it_comes_back(void **state)
{
  (void)state;
  path.rate_bps = 3000000;
  run(10000000, 0, true);
  uint32_t before = bandwidth_target_bps(&b);
  path.mute = true;
  run(10000000, 0, true);
  assert_true(bandwidth_target_bps(&b) < before / 10u);
  run(20000000, 0, true);
  assert_int_equal(bandwidth_target_bps(&b), usual.min_bps);
  path.mute = false;
  run(6000000, 0, true);
  assert_true(bandwidth_target_bps(&b) > before * 7u / 10u);
}

static void test_who_sends_nothing_waits_for_no_feedback(void **state)
{
  (void)state;
  path.rate_bps = 3000000;
  run(10000000, 0, true);
  report();
  uint32_t before = bandwidth_target_bps(&b);
  for (int i = 0; i < 100; i++, now += 600000)
    bandwidth_on_idle(&b, now);
  assert_int_equal(bandwidth_target_bps(&b), before);
}

static void test_loss_that_a_lower_rate_does_not_cure_is_borne(void **state)
{
  (void)state;
  path.rate_bps = 2000000;
  run(10000000, 0, true);
  path.lose_each = 7;
  run(30000000, 0, true);
  assert_true(bandwidth_target_bps(&b) > 1000000);
}

/* A policer: what is too much is dropped, and nothing queues. */
static void test_loss_that_a_lower_rate_cures_is_obeyed(void **state)
{
  (void)state;
  bandwidth_fini(&b);
  const struct bandwidth_setup fast = {.start_bps = 3000000, .min_bps = 50000, .max_bps = MAX_BPS};
  assert_int_equal(bandwidth_init(&b, &fast, now), 0);
  uint32_t sent = 0, passed = 0;
  for (int round = 0; round < 300; round++) {
    double budget = 1000000 / 80.0;
    size_t packets = bandwidth_target_bps(&b) / 80u / PACKET + 1;
    for (size_t i = 0; i < packets; i++, now += 100000 / packets) {
      send(PACKET, 0);
      path.arrival[path.n - 1].received = budget >= PACKET;
      budget -= PACKET;
      sent += round > 100;
      passed += round > 100 && path.arrival[path.n - 1].received;
    }
    report();
  }
  assert_in_range(bandwidth_target_bps(&b), 600000, 1250000);
  assert_true(passed * 100 > sent * 88);
}

static void test_reports_of_loss_alone(void **state)
{
  (void)state;
  for (int i = 0; i < 60; i++, now += 1000000) {
    for (int k = 0; k < 100; k++)
      (void)bandwidth_sent(&b, bandwidth_target_bps(&b) / 800u, 0, now + (uint64_t)k * 10000);
    bandwidth_loss_report(&b, 0, 50000, now);
  }
  assert_true(bandwidth_target_bps(&b) > 1000000);
  for (int i = 0; i < 20; i++, now += 1000000) {
    (void)bandwidth_sent(&b, PACKET, 0, now);
    bandwidth_loss_report(&b, i % 2 ? 20 : 100, 50000, now);
  }
  assert_true(bandwidth_target_bps(&b) < 1000000);
}

static void test_without_any_report_there_is_a_fixed_limit(void **state)
{
  (void)state;
  bandwidth_fini(&b);
  const struct bandwidth_setup fast = {.start_bps = 3000000, .min_bps = 50000, .max_bps = MAX_BPS};
  assert_int_equal(bandwidth_init(&b, &fast, now), 0);
  path.mute = true;
  run(20000000, 0, true);
  assert_int_equal(bandwidth_target_bps(&b), 500000);
}

static void test_no_probe_without_need_or_feedback(void **state)
{
  (void)state;
  struct bandwidth_probe probe;
  send(PACKET, 0);
  assert_false(bandwidth_wants_probe(&b, now, &probe));
  bandwidth_set_demand(&b, 200000);
  for (int i = 0; i < 100; i++) {
    run(100000, 180000, false);
    assert_false(bandwidth_wants_probe(&b, now, &probe));
  }
  bandwidth_set_demand(&b, 1000000);
  assert_true(bandwidth_wants_probe(&b, now, &probe));
  assert_in_range(probe.rate_bps, 300000, 1500000);
  assert_in_range(probe.bytes, 1, 10000);
}

/* Whatever the link carries beside the demand, and if no packet of a probe is ever said to have come. */
static void test_probes_stay_a_small_part(void **state)
{
  (void)state;
  for (uint32_t rate_bps = 1000000; rate_bps <= 4000000; rate_bps += 125000) {
    uint32_t probed = 0, sent = 0;
    for (int deaf = 0; deaf < 2; deaf++) {
      tear_down(NULL);
      set_up(NULL);
      path.rate_bps = rate_bps;
      bandwidth_set_demand(&b, 2500000);
      for (int i = 0; i < 3000; i++, now += 10000) {
        struct bandwidth_probe probe;
        if (now >= bandwidth_next_us(&b))
          bandwidth_on_idle(&b, now);
        while (bandwidth_wants_probe(&b, now, &probe)) {
          send(PACKET, BANDWIDTH_PROBE | BANDWIDTH_PADDING);
          path.arrival[path.n - 1].received = deaf == 0;
          probed += PACKET;
        }
        send(PACKET * 5 / 8, 0); /* 500 kbit/s */
        sent += PACKET * 5 / 8;
        if (now - path.begun_us >= 100000)
          report();
      }
    }
    assert_true(probed * 10 < sent);
  }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    TEST(test_rates_that_make_no_sense_are_refused),
    TEST(test_another_start),
    TEST(test_what_has_no_number_counts),
    TEST(test_a_busy_machine_is_no_queue),
    TEST(test_an_idle_viewer_is_small),
    TEST(test_the_target_finds_the_capacity_and_keeps_to_it),
    TEST(test_numbers_wrap),
    TEST(test_reports_about_what_was_not_sent_change_nothing),
    TEST(test_a_report_that_is_repeated_counts_once),
    TEST(test_a_late_packet_is_no_longer_lost),
    TEST(test_reordered_reports_do_no_harm),
    TEST(test_packets_claimed_to_have_come_at_once_raise_nothing),
    TEST(test_all_acknowledged_by_a_liar_is_bounded_by_what_was_sent),
    TEST(test_a_jumping_clock_is_counted_and_survived),
    TEST(test_without_feedback_the_target_falls_and_it_comes_back),
    TEST(test_who_sends_nothing_waits_for_no_feedback),
    TEST(test_loss_that_a_lower_rate_does_not_cure_is_borne),
    TEST(test_loss_that_a_lower_rate_cures_is_obeyed),
    TEST(test_reports_of_loss_alone),
    TEST(test_without_any_report_there_is_a_fixed_limit),
    TEST(test_no_probe_without_need_or_feedback),
    TEST(test_probes_stay_a_small_part),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
