/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handshakes wait in a line until media has been served (media/handshakes.h): who is in does not wait for who comes, and
 * who floods the line takes few of its places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "expect.h"
#include "media/peer.h"

enum { ANNA, BEN, MALLORY, CARL };

static const struct client_config person = {
    .mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};

static struct world w;

static int set_up(void **state)
{
  (void)state;
  world_init(&w, 17);
  for (size_t i = ANNA; i <= BEN; i++)
    world_join(&w, i, &person);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

static bool is_connected(size_t i)
{
  return w.clients[i].client.state == CLIENT_CONNECTED;
}

static void test_media_goes_before(void **state)
{
  (void)state;
  w.holds_handshakes = true;
  world_join(&w, CARL, &person);
  forget_packets(&w);
  world_run(&w, 1000000);
  assert_false(is_connected(CARL));
  expect_whole_audio(&w, ANNA, BEN, 45);
  expect_whole_video(&w, BEN, ANNA, 20);
  w.holds_handshakes = false;
  world_run_until_connected(&w, 2000000);
  world_run(&w, 1000000);
  expect_video(&w, CARL, ANNA, SOURCE_CAMERA, 10);
}

/* Someone with a validated address sends ClientHellos without end. */
static void test_a_flood_takes_few_places(void **state)
{
  uint8_t hello[1200] = {22, 0xfe, 0xfd};
  (void)state;
  world_join(&w, MALLORY, &person);
  w.holds_handshakes = true;
  world_run(&w, 100000); /* ICE */
  uint64_t before = world_counters(&w)->limit_reached;
  for (unsigned i = 0; i < 100; i++)
    world_inject(&w, &w.clients[MALLORY].addr, hello, sizeof hello);
  assert_true(world_counters(&w)->limit_reached - before > 90);
  world_join(&w, CARL, &person);
  world_run(&w, 100000);
  before = world_counters(&w)->limit_reached;
  w.holds_handshakes = false;
  world_run_until_connected(&w, 2000000);
  assert_int_equal(world_counters(&w)->limit_reached, before);
}

/* ---- the line alone ---- */

static void test_the_line(void **state)
{
  static struct peer peers[LIMIT_HANDSHAKE_LINE];
  struct handshakes h;
  uint8_t data[LIMIT_DATAGRAM + 1];
  uint32_t in = 0;
  (void)state;
  assert_int_equal(handshakes_init(&h), 0);
  assert_null(handshakes_take(&h));
  for (size_t i = 0; i < LIMIT_HANDSHAKE_LINE; i++)
    peers[i].id = i + 1;
  assert_int_equal(handshakes_put(&h, &peers[0], data, sizeof data), ERR_LIMIT);
  for (uint32_t round = 0; round < 3; round++) { /* round and round, in order */
    for (size_t i = 0; i < LIMIT_HANDSHAKE_LINE; i++, in++) {
      memset(data, (int)(in % 251), sizeof data);
      assert_int_equal(handshakes_put(&h, &peers[i], data, 1 + in % LIMIT_DATAGRAM), 0);
    }
    assert_int_equal(handshakes_put(&h, &peers[0], data, 1), ERR_LIMIT); /* full */
    for (uint32_t out = in - LIMIT_HANDSHAKE_LINE; out < in; out++) {
      const struct handshake_datagram *d = handshakes_take(&h);
      assert_non_null(d);
      assert_int_equal(d->peer, 1 + out % LIMIT_HANDSHAKE_LINE);
      assert_int_equal(d->n, 1 + out % LIMIT_DATAGRAM);
      assert_int_equal(d->data[d->n - 1], out % 251);
    }
    assert_null(handshakes_take(&h));
  }
  handshakes_fini(&h);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_media_goes_before, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_a_flood_takes_few_places, set_up, tear_down),
      cmocka_unit_test(test_the_line),
  };
  return cmocka_run_group_tests_name("handshakes", tests, NULL, NULL);
}
