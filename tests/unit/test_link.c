/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The link emulator does what it was asked for: what the benchmarks of networks rest on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "command.h"
#include "pipe.h"

#define MS 1000000u
#define PACKET 1000u

/* What came out of a pipe. */
struct seen {
  uint64_t packets, bytes, delay_sum_ns, delay_min_ns, delay_max_ns, last_ns, in_a_row, longest_loss;
  uint32_t expected;
};

static struct pipe p;
static struct seen seen;
static uint64_t now_ns;

static int set_up(void **state)
{
  (void)state;
  now_ns = 1000 * (uint64_t)MS;
  seen = (struct seen){.delay_min_ns = UINT64_MAX};
  return pipe_init(&p, 1);
}

static int tear_down(void **state)
{
  (void)state;
  pipe_fini(&p);
  return 0;
}

struct stamp {
  uint64_t sent_ns;
  uint32_t number;
};

static void send_one(uint32_t number)
{
  uint8_t data[PACKET] = {0};
  struct stamp s = {.sent_ns = now_ns, .number = number};
  memcpy(data, &s, sizeof s);
  pipe_push(&p, now_ns, data, sizeof data);
}

static void take(uint64_t at_ns)
{
  struct pipe_packet *k;
  while ((k = pipe_pop(&p, at_ns)) != NULL) {
    struct stamp s;
    memcpy(&s, k->data, sizeof s);
    uint64_t delay = at_ns - s.sent_ns;
    seen.packets++;
    seen.bytes += k->n;
    seen.delay_sum_ns += delay;
    seen.delay_min_ns = delay < seen.delay_min_ns ? delay : seen.delay_min_ns;
    seen.delay_max_ns = delay > seen.delay_max_ns ? delay : seen.delay_max_ns;
    seen.last_ns = at_ns;
    if (s.number > seen.expected && s.number - seen.expected > seen.longest_loss)
      seen.longest_loss = s.number - seen.expected;
    seen.expected = s.number + 1;
    free(k);
  }
}

/* Everything that is due until then, each at its own time. */
static void run_to(uint64_t end_ns)
{
  for (uint64_t next = pipe_next_ns(&p); next <= end_ns; next = pipe_next_ns(&p))
    take(next);
  now_ns = end_ns;
}

static void send_row(uint32_t packets, uint64_t every_ns)
{
  for (uint32_t i = 0; i < packets; i++) {
    send_one(i);
    run_to(now_ns + every_ns);
  }
}

static void drain(void)
{
  while (pipe_next_ns(&p) != PIPE_NEVER)
    take(pipe_next_ns(&p));
}

static void assert_near(double is, double wanted, double part)
{
  if (is < wanted * (1 - part) || is > wanted * (1 + part))
    fail_msg("%g, wanted %g", is, wanted);
}

static void test_unimpaired_packets_pass_at_once_and_unchanged(void **state)
{
  (void)state;
  send_row(1000, MS);
  assert_int_equal(seen.packets, 1000);
  assert_int_equal(seen.bytes, 1000 * PACKET);
  assert_int_equal(seen.delay_max_ns, 0);
  assert_int_equal(p.count.out, 1000);
}

static void test_loss_is_what_was_asked(void **state)
{
  (void)state;
  pipe_set(&p, &(struct pipe_settings){.loss = 0.1});
  send_row(100000, MS);
  assert_near((double)(100000 - seen.packets) / 100000, 0.1, 0.05);
  assert_int_equal(p.count.lost + seen.packets, 100000);
  assert_true(seen.longest_loss < 10); /* one by one */
}

/* Mean loss of Gilbert-Elliott: enter / (enter + leave); mean length of a burst: 1 / leave. */
static void test_bursts_have_their_loss_and_length(void **state)
{
  (void)state;
  pipe_set(&p, &(struct pipe_settings){.burst_enter = 0.01, .burst_leave = 0.1, .burst_loss = 1});
  uint64_t bursts = 0;
  bool lost_before = false;
  for (uint32_t i = 0; i < 200000; i++) {
    uint64_t lost = p.count.lost;
    send_one(i);
    bursts += p.count.lost > lost && !lost_before;
    lost_before = p.count.lost > lost;
    run_to(now_ns + MS);
  }
  assert_near((double)p.count.lost / 200000, 0.01 / 0.11, 0.1);
  assert_near((double)p.count.lost / (double)bursts, 10, 0.1);
}

static void test_delay_is_exact(void **state)
{
  (void)state;
  pipe_set(&p, &(struct pipe_settings){.delay_ns = 100 * MS});
  send_row(100, MS);
  drain();
  assert_int_equal(seen.packets, 100);
  assert_int_equal(seen.delay_min_ns, 100 * MS);
  assert_int_equal(seen.delay_max_ns, 100 * MS);
}

static void test_jitter_spreads_evenly_and_reorders_only_when_asked(void **state)
{
  (void)state;
  struct pipe_settings s = {.delay_ns = 50 * MS, .jitter_ns = 40 * MS, .reorder = true};
  pipe_set(&p, &s);
  send_row(20000, MS);
  drain();
  assert_near((double)seen.delay_sum_ns / (double)seen.packets, 70 * MS, 0.02);
  assert_true(seen.delay_min_ns >= 50 * MS && seen.delay_max_ns <= 90 * MS);
  assert_true(p.count.overtaken > 1000);
  uint64_t before = p.count.overtaken;
  s.reorder = false;
  pipe_set(&p, &s);
  run_to(now_ns + 1000 * (uint64_t)MS);
  send_row(20000, MS);
  drain();
  assert_int_equal(p.count.overtaken, before);
  assert_int_equal(seen.packets, 40000);
}

static void test_rate_and_queue_are_what_was_asked(void **state)
{
  (void)state;
  uint64_t start = now_ns;
  pipe_set(&p, &(struct pipe_settings){.rate_bps = 1000000, .queue_ns = 200 * MS});
  send_row(10000, 4 * MS); /* twice the rate */
  assert_near((double)seen.bytes * 8 * 1000 * MS / (double)(now_ns - start), 1000000, 0.01);
  assert_near((double)seen.delay_max_ns, 200 * MS, 0.05);
  assert_near((double)p.count.queue_full, 5000, 0.02);
  drain();
  assert_int_equal(seen.packets + p.count.queue_full, 10000);
}

static void test_queue_in_bytes_and_below_the_rate_nothing_waits(void **state)
{
  (void)state;
  pipe_set(&p, &(struct pipe_settings){.rate_bps = 1000000, .queue_bytes = 5 * PACKET});
  for (uint32_t i = 0; i < 10; i++) /* at once */
    send_one(i);
  assert_int_equal(p.count.queue_full, 5);
  drain();
  assert_int_equal(seen.delay_min_ns, 8 * MS);
  assert_int_equal(seen.delay_max_ns, 40 * MS);
  now_ns = seen.last_ns + MS;
  seen = (struct seen){.delay_min_ns = UINT64_MAX};
  send_row(100, 16 * MS);
  assert_int_equal(seen.packets, 100);
  assert_int_equal(seen.delay_max_ns, 8 * MS);
}

static void test_settings_change_while_packets_are_inside(void **state)
{
  (void)state;
  pipe_set(&p, &(struct pipe_settings){.rate_bps = 100000, .queue_ns = 2000 * (uint64_t)MS});
  for (uint32_t i = 0; i < 10; i++) /* 80 ms each */
    send_one(i);
  run_to(now_ns + 80 * MS);
  assert_int_equal(seen.packets, 1);
  pipe_set(&p, &(struct pipe_settings){.rate_bps = 1000000, .queue_ns = 2000 * (uint64_t)MS});
  run_to(now_ns + 152 * MS); /* the one in the bottleneck as before, the others in 8 ms each */
  assert_int_equal(seen.packets, 10);
  assert_int_equal(p.count.overtaken, 0);
}

static void test_outage_takes_what_comes_and_what_is_on_its_way(void **state)
{
  (void)state;
  pipe_set(&p, &(struct pipe_settings){.delay_ns = 50 * MS});
  send_row(100, MS);
  pipe_cut(&p, now_ns + 1000 * (uint64_t)MS);
  uint64_t before = seen.packets;
  send_row(1000, MS);
  assert_int_equal(seen.packets, before);
  assert_int_equal(p.count.outage, 1000 + 100 - before);
  send_row(100, MS);
  drain();
  assert_int_equal(seen.packets, before + 100);
}

static void test_long_datagrams_are_lost_and_tcp_passes(void **state)
{
  (void)state;
  uint8_t packet[1261] = {[9] = 17};
  pipe_set(&p, &(struct pipe_settings){.longest = 1260});
  pipe_push(&p, now_ns, packet, 1260);
  pipe_push(&p, now_ns, packet, 1261);
  packet[9] = 6;
  pipe_push(&p, now_ns, packet, 1261);
  take(now_ns);
  assert_int_equal(seen.packets, 2);
  assert_int_equal(p.count.too_long, 1);
}

static void test_what_it_holds_is_limited(void **state)
{
  (void)state;
  pipe_set(&p, &(struct pipe_settings){.delay_ns = 1000 * (uint64_t)MS});
  for (uint32_t i = 0; i < PIPE_PACKETS_MAX + 10; i++)
    send_one(i);
  assert_int_equal(p.count.queue_full, 10);
}

static int parse(struct command *c, const char *text)
{
  char line[256];
  strcpy(line, text);
  return command_parse(c, line, 3);
}

static void test_commands_are_understood_and_others_refused(void **state)
{
  (void)state;
  struct command c;
  assert_int_equal(parse(&c, "set 2 down loss=0.02 delay_ms=1.5 rate_kbps=300 queue_ms=400 jitter_ms=20 reorder=1"), 0);
  assert_true(c.verb == COMMAND_SET && c.leg == 2 && c.down && !c.up && c.settings.reorder);
  assert_true(c.settings.loss > 0.019 && c.settings.loss < 0.021);
  assert_int_equal(c.settings.delay_ns, 1500000);
  assert_int_equal(c.settings.rate_bps, 300000);
  assert_int_equal(c.settings.queue_ns, 400 * MS);
  assert_int_equal(c.settings.jitter_ns, 20 * MS);
  assert_int_equal(parse(&c, "set 0 both"), 0);
  assert_true(c.up && c.down && c.settings.rate_bps == 0);
  assert_int_equal(parse(&c, "cut 1 up 10000"), 0);
  assert_true(c.verb == COMMAND_CUT && c.up && !c.down && c.cut_ns == 10000 * (uint64_t)MS);
  assert_int_equal(parse(&c, "stats"), 0);
  static const char *const wrong[] = {"",
                                      "set",
                                      "set 3 up",
                                      "set 1",
                                      "set 1 left",
                                      "set 1 up x",
                                      "set 1 up loss=",
                                      "set 1 up loss=2",
                                      "cut 1 up",
                                      "set 1 up delay_ms=-1",
                                      "stats 1",
                                      "set 1 up loss=nan",
                                      "cut 1 up 5 6",
                                      "set 1 up colour=1"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(parse(&c, wrong[i]), ERR_MALFORMED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_unimpaired_packets_pass_at_once_and_unchanged, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_loss_is_what_was_asked, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_bursts_have_their_loss_and_length, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_delay_is_exact, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_jitter_spreads_evenly_and_reorders_only_when_asked, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_rate_and_queue_are_what_was_asked, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_queue_in_bytes_and_below_the_rate_nothing_waits, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_settings_change_while_packets_are_inside, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_outage_takes_what_comes_and_what_is_on_its_way, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_long_datagrams_are_lost_and_tcp_passes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_it_holds_is_limited, set_up, tear_down),
      cmocka_unit_test(test_commands_are_understood_and_others_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
