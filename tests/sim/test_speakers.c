/* SPDX-License-Identifier: GPL-3.0-or-later */
/* More people than slots: who is heard, who is shown, and what a slot looks like from behind when it changes hands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "expect.h"

#define PEOPLE 7
#define LOUD 25
#define QUIET 100
#define PUBLISH_ALL ((1 << SOURCE_COUNT) - 1)

static const struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 2};

static struct world w;

static void join_people(bool cryptex)
{
  struct client_config config = person;
  config.cryptex = cryptex;
  for (size_t i = 0; i < PEOPLE; i++)
    world_join(&w, i, &config);
  world_run_until_connected(&w, 3000000);
}

/* For a while this one (or nobody: PEOPLE) speaks, by the extension and by signalling as a page would tell it. */
static void speak(size_t who, uint64_t us)
{
  for (size_t i = 0; i < PEOPLE; i++)
    w.clients[i].client.source[SOURCE_MIC].level = i == who ? LOUD : QUIET;
  for (uint64_t done = 0; done < us; done += 250000) {
    for (size_t i = 0; i < PEOPLE; i++)
      if (!w.clients[i].client.config.cryptex)
        world_level(&w, i, i == who ? LOUD : QUIET);
    world_run(&w, 250000);
  }
}

static void check_speaker(size_t who, size_t before)
{
  assert_int_equal(w.speaker, who + 1);
  for (size_t i = 0; i < PEOPLE; i++) {
    assert_true(i == who || world_shows(&w, i, who, SOURCE_MIC));
    assert_true(i == who || world_shows(&w, i, who, SOURCE_CAMERA));
    assert_true(i == before || world_shows(&w, i, before, SOURCE_CAMERA)); /* the last one stays beside him */
    assert_false(world_shows(&w, i, i, SOURCE_MIC));                       /* nobody hears himself */
  }
}

static void check_turns(bool cryptex)
{
  join_people(cryptex);
  for (size_t turn = 0; turn < 2 * PEOPLE; turn++) {
    size_t who = (turn * 3 + 2) % PEOPLE;
    speak(who, 2000000);
    check_speaker(who, turn > 0 ? (who + PEOPLE - 3) % PEOPLE : who);
  }
  speak(PEOPLE, 5000000);
  assert_int_equal(w.speaker, 0);
}

static void test_speakers_by_header_extension(void **state)
{
  (void)state;
  check_turns(true);
}

static void test_speakers_by_signalling(void **state)
{
  (void)state;
  check_turns(false);
}

/* Three speak by turns: once they are heard and seen, nothing changes place any more. */
static void test_slots_do_not_flicker(void **state)
{
  (void)state;
  join_people(true);
  for (size_t turn = 0; turn < 6; turn++)
    speak(turn % 2, 1500000);
  uint32_t messages = w.clients[5].web.slots_messages;
  for (size_t turn = 0; turn < 10; turn++)
    speak(turn % 2, 1500000);
  assert_int_equal(w.clients[5].web.slots_messages, messages);
}

static void test_muted_speaker_is_out_at_once(void **state)
{
  (void)state;
  join_people(true);
  speak(6, 2000000);
  check_speaker(6, 6);
  world_publish(&w, 6, 1 << SOURCE_CAMERA);
  for (size_t i = 0; i < PEOPLE - 1; i++)
    assert_false(world_shows(&w, i, 6, SOURCE_MIC));
  assert_int_not_equal(w.speaker, 7);
}

/* The sound of a screen is heard beside three voices, by all but its own maker, and makes nobody a speaker. */
static void test_sound_of_a_screen(void **state)
{
  struct client_config config = person;
  (void)state;
  config.audio_slots = 4;
  config.cryptex = config.screen = config.screen_sound = true;
  for (size_t i = 0; i < PEOPLE; i++)
    world_join(&w, i, &config);
  world_run_until_connected(&w, 3000000);
  w.clients[6].client.source[SOURCE_SCREEN_SOUND].level = 1;
  speak(2, 2000000);
  assert_false(world_shows(&w, 0, 6, SOURCE_SCREEN_SOUND));
  world_publish(&w, 6, PUBLISH_ALL);
  speak(2, 3000000);
  assert_int_equal(w.speaker, 3);
  for (size_t i = 0; i < PEOPLE; i++) {
    size_t voices = 0;
    for (size_t k = 0; k < PEOPLE; k++)
      voices += world_shows(&w, i, k, SOURCE_MIC);
    assert_int_equal(voices, 3);
    assert_int_equal(world_shows(&w, i, 6, SOURCE_SCREEN_SOUND), i != 6);
  }
  struct decoded d;
  decode_audio(&w.clients[0].client.slot[world_slot_of(&w, 0, 6, SOURCE_SCREEN_SOUND)], 60000, &d);
  assert_true(d.frames > 100 && d.missing == 0);
  world_publish(&w, 3, PUBLISH_ALL); /* the newest is heard; who shares it hears the one before */
  speak(2, 1000000);
  assert_true(world_shows(&w, 0, 3, SOURCE_SCREEN_SOUND) && world_shows(&w, 3, 6, SOURCE_SCREEN_SOUND));
  world_publish(&w, 3, PUBLISH_ALL & ~(1 << SOURCE_SCREEN_SOUND));
  assert_true(world_shows(&w, 0, 6, SOURCE_SCREEN_SOUND));
  world_publish(&w, 6, 0); /* masked, whatever it goes on sending */
  speak(2, 1000000);
  assert_false(world_shows(&w, 0, 6, SOURCE_SCREEN_SOUND));
}

/* The slots of one receiver, whatever was in them, on a good network: not a number missing, a key frame at every
 * switch. */
static void test_switches_without_a_gap(void **state)
{
  struct decoded d;
  (void)state;
  join_people(true);
  for (size_t turn = 0; turn < 12; turn++)
    speak((turn * 2) % PEOPLE, 2000000);
  size_t switches = 0;
  for (size_t k = 0; k < w.clients[1].client.n_slots; k++) {
    const struct client_slot *s = &w.clients[1].client.slot[k];
    (s->is_video ? decode_video : decode_audio)(s, 60000, &d);
    assert_int_equal(d.missing, 0);
    switches += d.switches;
  }
  assert_true(switches > 10);
}

/* The same on a bad one: what was lost just before a switch is repaired from the source that is gone from the slot. */
static void test_losses_around_switches(void **state)
{
  struct decoded d;
  (void)state;
  join_people(true);
  speak(PEOPLE, 500000);
  for (size_t i = 0; i < PEOPLE; i++)
    w.clients[i].up = w.clients[i].down =
        (struct link){.delay_us = 15000, .jitter_us = 15000, .loss = 0.04, .duplicates = 0.02};
  for (size_t turn = 0; turn < 12; turn++)
    speak((turn * 2) % PEOPLE, 2000000);
  for (size_t i = 0; i < PEOPLE; i++)
    w.clients[i].up = w.clients[i].down = (struct link){.delay_us = 15000};
  speak(PEOPLE, 500000);
  size_t switches = 0;
  for (size_t i = 0; i < PEOPLE; i++)
    for (size_t k = 3; k < 5; k++) {
      decode_video(&w.clients[i].client.slot[k], 700000, &d);
      switches += d.switches;
      assert_int_equal(d.missing, 0);
    }
  assert_true(switches > 50);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      WORLD_TEST(test_speakers_by_header_extension),
      WORLD_TEST(test_speakers_by_signalling),
      WORLD_TEST(test_slots_do_not_flicker),
      WORLD_TEST(test_muted_speaker_is_out_at_once),
      WORLD_TEST(test_sound_of_a_screen),
      WORLD_TEST(test_switches_without_a_gap),
      WORLD_TEST(test_losses_around_switches),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
