/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transport-wide feedback both ways, and what follows from it: senders are told how their packets come, receivers get
 * what their path carries, and neither costs anybody else anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"
#include "proto/demux.h"

static const struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};
static const struct client_config viewer = {.audio_slots = 3, .video_slots = 4};

static struct world w;

static int set_up(void **state)
{
  (void)state;
  world_init(&w, 7);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

/* ---- senders are told ---- */

static struct client_transport *transport(size_t i)
{
  return &w.clients[i].client.transport;
}

static void forget_told(size_t i)
{
  struct client_transport *t = transport(i);
  t->told = t->told_lost = t->messages = 0;
  t->told_bytes = 0;
  t->told_first_us = t->told_last_us = 0;
}

static uint64_t told_bps(size_t i)
{
  const struct client_transport *t = transport(i);
  assert_true(t->told_last_us > t->told_first_us);
  return t->told_bytes * 8 * 1000000 / (uint64_t)(t->told_last_us - t->told_first_us);
}

/* Every packet is told of, once, with the time at which it came. */
static void test_a_sender_is_told_of_each_packet(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  world_join(&w, 1, &viewer);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 10000000);
  const struct client_transport *t = transport(0);
  assert_true(t->next > 1000);
  assert_in_range(t->told, t->next - 60u, t->next);
  assert_int_equal(t->told_lost, 0);
  assert_int_equal(t->unsent, 0);
  assert_in_range(t->messages, 38, 205); /* at most every 50 ms, at least every 250 ms */
  assert_int_equal(w.clients[0].client.broken, 0);
  assert_int_equal(transport(1)->messages, 0); /* who sends nothing hears nothing */
}

/* The camera sends 2 packets of 1100 bytes 30 times a second, 590 kbit/s with sound; the link carries 350. */
static void test_a_sender_behind_a_slow_link_is_told(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  world_join(&w, 1, &person);
  world_run_until_connected(&w, 3000000);
  w.clients[0].up.rate_bps = 350000;
  w.clients[0].up.queue_us = 300000;
  world_run(&w, 2000000);
  forget_told(0);
  forget_told(1);
  world_run(&w, 8000000);
  assert_in_range(told_bps(0), 250000, 350000);
  assert_true(transport(0)->told_lost > 100);
  assert_in_range(told_bps(1), 500000, 700000); /* the other one's path is his own */
  assert_int_equal(transport(1)->told_lost, 0);
}

/* More than once around the numbers, with losses; and whoever knows nothing of all this is left in peace. */
static void test_numbers_wrap(void **state)
{
  (void)state;
  struct client_config wrapping = person, old = person;
  wrapping.first_number = 65000;
  old.no_transport_cc = true;
  world_join(&w, 0, &wrapping);
  world_join(&w, 1, &old);
  world_run_until_connected(&w, 3000000);
  w.clients[0].up.loss = 0.05;
  world_run(&w, 10000000);
  const struct client_transport *t = transport(0);
  assert_true(t->next < 5000 && t->next > 400);
  assert_true(t->told > 800 && t->told_lost > 20);
  assert_int_equal(t->unsent, 0);
  assert_int_equal(transport(1)->messages, 0);
  assert_int_equal(transport(1)->received, 0);
  (void)expect_video(&w, 1, 0, SOURCE_CAMERA, 100);
  (void)expect_video(&w, 0, 1, SOURCE_CAMERA, 100);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_sender_is_told_of_each_packet, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_sender_behind_a_slow_link_is_told, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_numbers_wrap, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
