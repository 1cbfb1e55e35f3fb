/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rooms in which people take turns, as levels: talk spurts and pauses after ITU-T P.59, syllables, noise of each room's
 * own loudness, and what disturbs: keyboards, coughs, short words of others, voices that leak into other microphones.
 * Figures with TESTUDO_FIGURES=1. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "media/speakers.h"

#define PEOPLE 8
#define FRAME_S 0.02
#define MINUTES 20
#define FRAMES (MINUTES * 60 * 50)
#define NOBODY PEOPLE

struct scene {
  const char *name;
  double keyboards, coughs, words; /* a minute, of all who don't have the turn */
  double leak;                     /* dB less in a neighbour's microphone; 0: not at all */
  double noise_least, noise_most;  /* dBov, from room to room */
  double most_wrong;               /* switches a minute */
  double most_mean_s;              /* from a turn's beginning until its speaker is shown */
};

struct result {
  double wrong, switched_s, heard_s, missed;
};

static uint64_t seed;

static double chance(void)
{
  uint64_t z = seed += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static double exponential(double mean)
{
  return -mean * log(1 - chance());
}

static double normal(double deviation)
{
  return deviation * sqrt(-2 * log(1 - chance())) * cos(6.283185307 * chance());
}

struct person {
  double noise, voice, phase;
  double spurt_s, pause_s; /* what is left of them */
  double word_s, cough_s, keys_s, click_s;
};

static struct person people[PEOPLE];
static size_t turn;
static double turn_s;

static void begin(const struct scene *scene)
{
  seed = 11;
  turn = NOBODY;
  turn_s = 1;
  for (size_t i = 0; i < PEOPLE; i++)
    people[i] = (struct person){.noise = scene->noise_least + (scene->noise_most - scene->noise_least) * (double)i / 7,
                                .voice = -20 - 15 * chance(), .phase = 6 * chance()};
}

/* A turn lasts for some sentences; between two of them there is a short silence. */
static void take_turns(void)
{
  if ((turn_s -= FRAME_S) > 0)
    return;
  static size_t last;
  if (turn != NOBODY) {
    last = turn;
    turn = NOBODY;
    turn_s = exponential(0.4);
    return;
  }
  turn = (last + 1 + (size_t)(chance() * (PEOPLE - 1))) % PEOPLE;
  turn_s = 2.5 + exponential(6);
  people[turn].spurt_s = exponential(1.004) + 0.3;
}

static bool in_spurt(struct person *p)
{
  if (p->spurt_s > 0) {
    p->spurt_s -= FRAME_S;
    p->pause_s = p->spurt_s <= 0 ? fmin(0.1 + exponential(0.25), 0.8) : 0;
    return true;
  }
  if ((p->pause_s -= FRAME_S) <= 0)
    p->spurt_s = exponential(1.004) + 0.2;
  return false;
}

static void disturb(const struct scene *scene, struct person *p)
{
  double each = FRAME_S / 60 / (PEOPLE - 1);
  if (chance() < scene->words * each)
    p->word_s = 0.2 + 0.25 * chance();
  if (chance() < scene->coughs * each)
    p->cough_s = 0.15 + 0.15 * chance();
  if (chance() < scene->keyboards * each)
    p->keys_s = 2 + 4 * chance();
}

/* In dBov. */
static double own_level(const struct scene *scene, size_t i)
{
  struct person *p = &people[i];
  double level = p->noise + normal(2);
  p->phase += 6.283 * FRAME_S * 4.5; /* syllables */
  double voice = p->voice - 7 + 7 * sin(p->phase) + normal(3);
  if (i != turn)
    disturb(scene, p);
  if ((i == turn && in_spurt(p)) || (p->word_s -= FRAME_S) > 0)
    level = fmax(level, voice);
  if ((p->cough_s -= FRAME_S) > 0)
    level = fmax(level, -14 + normal(2));
  if ((p->keys_s -= FRAME_S) > 0) {
    if ((p->click_s -= FRAME_S) < -0.1 - 0.2 * chance())
      p->click_s = 0.03;
    if (p->click_s > 0)
      level = fmax(level, -32 + normal(3));
  }
  return level;
}

static void make_levels(const struct scene *scene, uint8_t *levels)
{
  double own[PEOPLE];
  for (size_t i = 0; i < PEOPLE; i++)
    own[i] = own_level(scene, i);
  for (size_t i = 0; i < PEOPLE; i++) {
    double level = own[i];
    if (scene->leak > 0)
      level = fmax(level, own[i ^ 1] - scene->leak + normal(1)); /* two and two sit in one room */
    levels[i] = (uint8_t)fmin(fmax(-level, 0), 126);
  }
}

static bool is_heard(const struct speakers *s, uint64_t id)
{
  for (size_t i = 0; i < LIMIT_HEARD_VOICES; i++)
    if (s->place[i] == id)
      return true;
  return false;
}

static struct result meet(const struct scene *scene)
{
  static struct speakers s;
  struct result r = {0};
  uint64_t now_us = 1000000, turn_us = 0;
  size_t turns = 0, shown = 0, heard = 0, before = NOBODY;
  bool was_shown = true, was_heard = true;
  memset(&s, 0, sizeof s);
  begin(scene);
  for (uint64_t id = 1; id <= PEOPLE; id++)
    assert_int_equal(speakers_add(&s, id, now_us), 0);
  for (size_t f = 0; f < FRAMES; f++, now_us += 20000) {
    uint8_t levels[PEOPLE];
    take_turns();
    make_levels(scene, levels);
    if (turn != before && turn != NOBODY) {
      r.missed += !was_shown;
      turns++;
      turn_us = now_us;
      was_shown = was_heard = false;
    }
    before = turn;
    for (uint64_t id = 1; id <= PEOPLE; id++)
      speakers_level(&s, id, levels[id - 1], now_us);
    if (now_us % SPEAKERS_UPDATE_US != 0)
      continue;
    struct speakers_change change = speakers_update(&s, now_us);
    if (change.active && s.active != 0 && s.active != turn + 1 && f > 500)
      r.wrong++;
    if (turn != NOBODY && !was_shown && s.active == turn + 1) {
      was_shown = true;
      shown++;
      r.switched_s += (double)(now_us - turn_us) / 1e6;
    }
    if (turn != NOBODY && !was_heard && is_heard(&s, turn + 1)) {
      was_heard = true;
      heard++;
      r.heard_s += (double)(now_us - turn_us) / 1e6;
    }
  }
  r.wrong /= MINUTES;
  r.switched_s /= (double)shown;
  r.heard_s /= (double)heard;
  r.missed *= 100 / (double)turns;
  return r;
}

static void check(const struct scene *scene)
{
  struct result r = meet(scene);
  if (getenv("TESTUDO_FIGURES") != NULL)
    fprintf(stderr, "%-28s wrong %5.2f a minute, shown after %.2f s, heard after %.2f s, turns missed %.1f %%\n",
            scene->name, r.wrong, r.switched_s, r.heard_s, r.missed);
  if (r.wrong > scene->most_wrong || r.switched_s > scene->most_mean_s || r.heard_s > 0.35 || r.missed > 4)
    fail_msg("%s: %.2f wrong a minute, shown after %.2f s, heard after %.2f s, missed %.1f %%", scene->name, r.wrong,
             r.switched_s, r.heard_s, r.missed);
}

static void test_turns(void **state)
{
  static const struct scene scenes[] = {
      {"quiet rooms", 0, 0, 0, 0, -80, -70, 0.1, 0.7},
      {"different rooms", 0, 0, 0, 0, -80, -45, 0.1, 0.8},
      {"keyboards", 20, 0, 0, 0, -75, -60, 0.2, 0.8},
      {"coughs", 0, 20, 0, 0, -75, -60, 0.3, 0.8},
      {"short words", 0, 0, 20, 0, -75, -60, 1.5, 0.8},
      {"two in a room", 0, 0, 0, 12, -75, -60, 0.5, 0.8},
      {"all of it", 10, 6, 10, 12, -75, -45, 1.5, 1.0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
    check(&scenes[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_turns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
