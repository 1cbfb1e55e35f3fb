/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call of most of an hour in which the size of a picture changes all the time, on a lossy network, with control of what the
 * receiver is sent: sequence numbers, timestamps, numbers of retransmissions and of all packets go around, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"
#include "media/peer.h"

#define MINUTES 30
#define MINUTE_US 60000000u
#define STEP_US 10000000u
#define AROUND 0x10000u
#define SENDER 0
#define VIEWER 1

static struct world w;

static void set_loss(double loss)
{
  for (size_t i = 0; i < 2; i++)
    w.clients[i].up.loss = w.clients[i].down.loss = loss;
}

/* Of what the server sends to the viewer, behind the one for sound. */
static struct slot_more *picture(void)
{
  return &peer_find(w.media, VIEWER + 1)->more[1];
}

static void begin(void)
{
  const struct client_config sender = {.mic = true, .camera = true, .camera_layers = 3, .audio_slots = 1, .video_slots = 1,
                                       .red = true, .first_number = 65000, .first_sequence = 65000,
                                       .first_timestamp = 0xff000000u};
  const struct client_config viewer = {.mic = true, .audio_slots = 1, .video_slots = 1, .red = true, .first_number = 65000};
  world_init_controlling(&w, 4);
  world_join(&w, SENDER, &sender);
  world_join(&w, VIEWER, &viewer);
  for (int i = 0; i < CLIENT_STREAMS; i++)
    w.clients[SENDER].client.source[i].rtx_sequence = 0xfff0;
  world_run_until_connected(&w, 3000000);
  picture()->rtx_next |= 0xfff0; /* nothing was sent again yet */
}

/* Every picture but for what was lost in the last moments, in one piece, and the sound. */
static size_t check_minute(void)
{
  struct decoded d;
  const struct client *c = &w.clients[VIEWER].client;
  const struct client_slot *video = &c->slot[world_slot_of(&w, VIEWER, SENDER, SOURCE_CAMERA)];
  const struct client_slot *audio = &c->slot[world_slot_of(&w, VIEWER, SENDER, SOURCE_MIC)];
  decode_video(video, 700000, &d);
  assert_true(d.frames > 1700);
  assert_in_range(d.missing, 0, 8);
  assert_true(audio->count > 2850);
  return d.switches;
}

static void test_sizes_that_change_for_most_of_an_hour(void **state)
{
  static const uint16_t heights[] = {90, 720, 360, 720, 90, 360};
  size_t switches = 0;
  (void)state;
  begin();
  uint64_t rtx_before = picture()->rtx_next;
  for (int minute = 0; minute < MINUTES; minute++) {
    set_loss(0.01);
    for (unsigned step = 0; step < MINUTE_US / STEP_US; step++) {
      world_show(&w, VIEWER, SENDER, SOURCE_CAMERA, heights[step]);
      if (step == MINUTE_US / STEP_US - 1)
        set_loss(0);
      world_run(&w, STEP_US);
    }
    switches += check_minute();
    forget_packets(&w);
  }
  const struct client *sender = &w.clients[SENDER].client, *viewer = &w.clients[VIEWER].client;
  const struct media_counters *counters = world_counters(&w);
  assert_true(switches > MINUTES * 5);
  assert_true(picture()->rtx_next - rtx_before > 200); /* so that they went around */
  assert_int_equal(sender->auth_failed + viewer->auth_failed, 0);
  assert_true(viewer->slot[world_slot_of(&w, VIEWER, SENDER, SOURCE_CAMERA)].highest > 2 * AROUND);
  assert_true(viewer->slot[world_slot_of(&w, VIEWER, SENDER, SOURCE_MIC)].highest > AROUND);
  for (int i = 0; i < CLIENT_STREAMS; i++) { /* what was sent once more has gone around, too */
    const struct client_source *s = &sender->source[i];
    assert_true(!s->offered || s->rid == NULL || (s->rtx_sequence < 0xf000 && s->packets > 1000));
  }
  assert_true(sender->transport.told > 3 * AROUND); /* of its packets, by the numbers of all */
  assert_int_equal(sender->transport.unsent, 0);
  assert_true(sender->transport.told_lost < sender->transport.told / 40);
  assert_true(viewer->transport.highest > 2 * AROUND); /* of all that the server has sent */
  assert_int_equal(counters->feedback_bad + counters->feedback_too_much, 0);
  world_fini(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sizes_that_change_for_most_of_an_hour),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
