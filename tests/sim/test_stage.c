/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event in the media process: what is sent in the green room reaches those in it alone, whatever the network does
 * (A4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"

enum { ANNA, BEN, LIVIA, VIEWER, PEOPLE }; /* Livia is on the stage where nothing else is said */

static struct world w;

static void join_people(unsigned backstage)
{
  const struct client_config speaker = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4, .cryptex = true};
  const struct client_config viewer = {.audio_slots = 3, .video_slots = 4, .cryptex = true};
  for (size_t i = 0; i < PEOPLE; i++) {
    w.clients[i].web.backstage = (backstage >> i & 1) != 0;
    world_join(&w, i, i == VIEWER ? &viewer : &speaker);
  }
  world_run_until_connected(&w, 3000000);
  for (size_t i = 0; i < VIEWER; i++)
    w.clients[i].client.source[SOURCE_MIC].level = 25;
}

static bool shows_both(size_t at, size_t who)
{
  return world_shows(&w, at, who, SOURCE_MIC) && world_shows(&w, at, who, SOURCE_CAMERA);
}

static bool shows_any(size_t at, size_t who)
{
  return world_shows(&w, at, who, SOURCE_MIC) || world_shows(&w, at, who, SOURCE_CAMERA);
}

/* The first frame of this source that has come to the client; UINT32_MAX: none. */
static uint32_t first_frame(size_t at, size_t who, enum media_source source)
{
  const struct client *c = &w.clients[at].client;
  uint32_t first = UINT32_MAX;
  for (size_t i = 0; i < c->n_slots; i++)
    for (size_t k = 0; k < c->slot[i].count; k++) {
      const struct media_mark *mark = &c->slot[i].packets[k].mark;
      if (mark->who == who + 1 && mark->source == source && mark->frame < first)
        first = mark->frame;
    }
  return first;
}

static void test_before_the_broadcast(void **state)
{
  (void)state;
  join_people(1 << ANNA | 1 << BEN | 1 << LIVIA);
  world_run(&w, 5000000);
  assert_int_equal(w.clients[VIEWER].media_datagrams, 0);
  assert_int_equal(w.clients[VIEWER].web.slots_messages, 1); /* all empty, and nothing changes */
  assert_true(shows_both(ANNA, BEN) && shows_both(BEN, ANNA) && shows_both(LIVIA, BEN));
  assert_int_equal(w.speaker, 0);
  assert_int_not_equal(w.backstage_speaker, 0);
  assert_true(w.clients[ANNA].media_datagrams > 200);
}

/* The connections stay, pictures begin at once, and of what was said before nothing is heard. */
static void begin_broadcast(double loss)
{
  uint32_t said[SOURCE_COUNT];
  w.clients[ANNA].up.loss = loss;
  world_run(&w, 3000000);
  for (int k = 0; k < SOURCE_COUNT; k++)
    said[k] = w.clients[ANNA].client.source[k].frame;
  assert_int_equal(w.clients[VIEWER].media_datagrams, 0);
  world_backstage(&w, ANNA, false);
  world_backstage(&w, BEN, false);
  world_run(&w, 3000000);
  assert_true(shows_both(VIEWER, ANNA) && shows_both(VIEWER, BEN) && shows_both(ANNA, BEN));
  assert_in_range(first_frame(VIEWER, ANNA, SOURCE_MIC), said[SOURCE_MIC] - 1, said[SOURCE_MIC] + 50);
  assert_in_range(first_frame(VIEWER, ANNA, SOURCE_CAMERA), said[SOURCE_CAMERA], said[SOURCE_CAMERA] + 30);
}

static void test_begin(void **state)
{
  (void)state;
  join_people(1 << ANNA | 1 << BEN);
  world_publish(&w, LIVIA, 0);
  world_run(&w, 500000);
  w.clients[VIEWER].media_datagrams = 0;
  begin_broadcast(0);
}

/* What was lost in the green room and is sent again when all watch already goes to nobody new. */
static void test_begin_on_a_lossy_network(void **state)
{
  (void)state;
  join_people(1 << ANNA | 1 << BEN);
  world_publish(&w, LIVIA, 0);
  world_run(&w, 500000);
  w.clients[VIEWER].media_datagrams = 0;
  begin_broadcast(0.3);
}

/* What the network delivers only when all watch already, behind what was sent later. */
static void test_begin_with_packets_on_their_way(void **state)
{
  struct client *anna = &w.clients[ANNA].client;
  (void)state;
  join_people(1 << ANNA | 1 << BEN | 1 << LIVIA);
  world_run(&w, 2000000);
  w.clients[ANNA].up.delay_us = 200000;
  world_run(&w, 60000);
  w.clients[ANNA].up.delay_us = 10000;
  world_run(&w, 100000);
  client_set_source(anna, SOURCE_MIC, false);
  client_set_source(anna, SOURCE_CAMERA, false);
  world_run(&w, 15000);
  uint32_t said = anna->source[SOURCE_MIC].frame;
  world_backstage(&w, ANNA, false);
  world_run(&w, 1000000);
  assert_int_equal(w.clients[VIEWER].media_datagrams, 0);
  client_set_source(anna, SOURCE_MIC, true);
  world_run(&w, 1000000);
  assert_in_range(first_frame(VIEWER, ANNA, SOURCE_MIC), said, said + 50);
}

/* Who waits sees and hears the stage and those who wait, too; the stage and the audience nothing of them. */
static void test_waiting_during_the_broadcast(void **state)
{
  (void)state;
  join_people(1 << ANNA | 1 << BEN);
  world_run(&w, 3000000);
  assert_true(shows_both(ANNA, BEN) && shows_both(ANNA, LIVIA) && shows_both(VIEWER, LIVIA));
  assert_false(shows_any(VIEWER, ANNA) || shows_any(LIVIA, ANNA) || shows_any(LIVIA, BEN));
  assert_int_equal(first_frame(VIEWER, ANNA, SOURCE_CAMERA), UINT32_MAX);
  assert_int_equal(first_frame(LIVIA, BEN, SOURCE_MIC), UINT32_MAX);
  assert_int_equal(w.speaker, LIVIA + 1);
  assert_in_range(w.backstage_speaker, ANNA + 1, BEN + 1);
}

static void test_off_the_stage(void **state)
{
  (void)state;
  join_people(0);
  world_run(&w, 2000000);
  assert_true(shows_both(VIEWER, ANNA));
  world_backstage(&w, ANNA, true);
  assert_false(shows_any(VIEWER, ANNA) || shows_any(BEN, ANNA)); /* with the command, not after it */
  world_backstage(&w, BEN, true);
  world_backstage(&w, LIVIA, true);
  uint64_t sent = w.clients[VIEWER].media_datagrams;
  world_run(&w, 3000000);
  assert_int_equal(w.clients[VIEWER].media_datagrams, sent);
  assert_true(shows_both(ANNA, BEN));
  /* A speaker who is made a viewer: all that he got goes, before his connection does. */
  world_backstage(&w, BEN, false);
  sent = w.clients[BEN].media_datagrams;
  world_run(&w, 3000000);
  assert_int_equal(w.clients[BEN].media_datagrams, sent);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WORLD_TEST(test_before_the_broadcast),
    WORLD_TEST(test_begin),
    WORLD_TEST(test_begin_on_a_lossy_network),
    WORLD_TEST(test_begin_with_packets_on_their_way),
    WORLD_TEST(test_waiting_during_the_broadcast),
    WORLD_TEST(test_off_the_stage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
