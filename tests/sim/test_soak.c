/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call of most of an hour on a lossy network: every number that counts media goes around, most of them naturally, and
 * nobody notices. Memory stays what it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"

#define MINUTES 36
#define SETTLED 5 /* minutes, after which nothing grows any more */

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static struct world w;

static size_t allocated(void)
{
  return __sanitizer_get_current_allocated_bytes != NULL ? __sanitizer_get_current_allocated_bytes() : 0;
}

static void set_loss(double loss)
{
  for (size_t i = 0; i < 2; i++)
    w.clients[i].up.loss = w.clients[i].down.loss = loss;
}

/* What came in the last minute: every picture, and the sound but for what was lost. */
static void check_minute(size_t i)
{
  struct decoded d;
  const struct client_slot *video = &w.clients[i].client.slot[world_slot_of(&w, i, 1 - i, SOURCE_CAMERA)];
  const struct client_slot *audio = &w.clients[i].client.slot[world_slot_of(&w, i, 1 - i, SOURCE_MIC)];
  decode_video(video, 700000, &d);
  assert_true(d.frames > 1750);
  assert_in_range(d.missing, 0, 4); /* of the last moments */
  assert_true(audio->count > 2850);
}

static void test_an_hour(void **state)
{
  const struct client_config person = {.mic = true, .camera = true, .audio_slots = 1, .video_slots = 1, .red = true,
                                       .first_sequence = 65000, .first_timestamp = 0xff000000u};
  size_t settled = 0;
  (void)state;
  world_init(&w, 3);
  for (size_t i = 0; i < 2; i++) {
    world_join(&w, i, &person);
    w.clients[i].client.source[SOURCE_CAMERA].picture_id = 0x7f00;
    w.clients[i].client.source[SOURCE_CAMERA].rtx_sequence = 0x7fff;
  }
  world_run_until_connected(&w, 3000000);
  uint16_t rtx_before = w.clients[0].client.source[SOURCE_CAMERA].rtx_sequence;
  for (int minute = 0; minute < MINUTES; minute++) {
    set_loss(0.02);
    world_run(&w, 59000000);
    set_loss(0);
    world_run(&w, 1000000);
    for (size_t i = 0; i < 2; i++)
      check_minute(i);
    forget_packets(&w);
    if (minute == SETTLED)
      settled = allocated();
  }
  for (size_t i = 0; i < 2; i++) {
    const struct client *c = &w.clients[i].client;
    assert_int_equal(c->auth_failed, 0);
    assert_true(c->slot[1].highest > 0x20000); /* the receivers' numbers went around as well */
    assert_true(c->slot[0].highest > 0x20000);
  }
  assert_true((uint16_t)(w.clients[0].client.source[SOURCE_CAMERA].rtx_sequence - rtx_before) > 2000);
  assert_true(allocated() <= settled + 256 * 1024); /* the records of nonces are the test's own */
  world_fini(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_hour),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
