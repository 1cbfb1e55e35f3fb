/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is left of picture and sound on networks that lose packets, one by one and in bursts: figures (printed with
 * TESTUDO_FIGURES=1) and floors for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "expect.h"

#define SECONDS 20
#define SEEDS 3
#define SOON_US 1000000u /* a picture that is whole later than this comes late, ... */
#define LATE_US 3000000u /* and one later than this breaks what follows: browsers wait no longer */

static struct world w;

/* What a receiver could show. */
struct seen {
  size_t frames, decoded, soon; /* that were sent; that could be decoded; and that soon */
  size_t sounds, heard;
};

static int by_index(const void *a, const void *b)
{
  const struct client_packet *x = a, *y = b;
  return x->index < y->index ? -1 : x->index > y->index;
}

/* Frame by frame, in their order: whole, and what it refers to was decoded (or it is a key frame). */
static void watch(struct seen *seen, const struct client_slot *slot, uint64_t from_us)
{
  size_t parts = 0;
  uint32_t last = 0;
  uint64_t at_us = 0;
  int64_t base = INT64_MAX;
  struct client_packet *p = malloc(slot->count * sizeof *p + 1);
  assert_non_null(p);
  for (size_t i = 0; i < slot->count; i++) {
    p[i] = slot->packets[i];
    int64_t took = (int64_t)p[i].at_us - (int64_t)p[i].mark.frame * 33333;
    base = took < base ? took : base; /* the least delay of all: how long the way is */
  }
  qsort(p, slot->count, sizeof *p, by_index);
  for (size_t i = 0; i < slot->count; i++) {
    const struct media_mark *m = &p[i].mark;
    if (m->part == 0) {
      parts = 0;
      at_us = 0;
    }
    parts++;
    at_us = p[i].at_us > at_us ? p[i].at_us : at_us;
    int64_t due = base + (int64_t)m->frame * 33333, late = (int64_t)at_us - due;
    if (parts != m->parts || m->part != m->parts - 1 || late > (int64_t)LATE_US || (!m->key && m->frame != last + 1))
      continue;
    last = m->frame;
    if ((uint64_t)due < from_us || (uint64_t)due >= from_us + SECONDS * 1000000u)
      continue;
    seen->decoded++;
    seen->soon += late < (int64_t)SOON_US;
  }
  free(p);
}

static void look(struct seen *seen, uint64_t from_us, size_t n)
{
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++) {
      if (i == k)
        continue;
      const struct client_slot *video = &w.clients[i].client.slot[world_slot_of(&w, i, k, SOURCE_CAMERA)];
      const struct client_slot *audio = &w.clients[i].client.slot[world_slot_of(&w, i, k, SOURCE_MIC)];
      seen->frames += SECONDS * 30;
      watch(seen, video, from_us);
      seen->sounds += SECONDS * 50;
      for (size_t a = 0; a < audio->count; a++)
        seen->heard += audio->packets[a].at_us >= from_us && audio->packets[a].at_us < from_us + SECONDS * 1000000u;
    }
}

static struct seen call(struct link link)
{
  struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};
  struct seen seen = {0};
  person.rtt_us = 2 * link.delay_us;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    world_init(&w, seed);
    for (size_t i = 0; i < 3; i++)
      world_join(&w, i, &person);
    world_run_until_connected(&w, 3000000);
    for (size_t i = 0; i < 3; i++)
      w.clients[i].up = w.clients[i].down = (struct link){.delay_us = link.delay_us};
    world_run(&w, 2000000);
    for (size_t i = 0; i < 3; i++)
      w.clients[i].up = w.clients[i].down = link;
    uint64_t from_us = w.now_us + link.delay_us * 2;
    world_run(&w, SECONDS * 1000000u);
    for (size_t i = 0; i < 3; i++)
      w.clients[i].up = w.clients[i].down = (struct link){.delay_us = link.delay_us};
    world_run(&w, 3000000);
    look(&seen, from_us, 3);
    world_fini(&w);
  }
  return seen;
}

static void figure(const char *name, double loss, uint32_t rtt_us, const struct seen *s)
{
  double frames = (double)s->frames / 100, sounds = (double)s->sounds / 100;
  if (getenv("TESTUDO_FIGURES") != NULL)
    fprintf(stderr, "%-7s %4.0f %%  %3u ms: video %6.2f %% (within a second %6.2f %%)  audio %6.2f %%\n", name,
            100 * loss, rtt_us / 1000, (double)s->decoded / frames, (double)s->soon / frames, (double)s->heard / sounds);
}

/* In both directions of everybody's path. A burst of the mean length `burst` (packets) in the models of Gilbert. */
static void check(const char *name, double loss, double burst, uint32_t rtt_us, double least_video, double least_audio)
{
  struct link link = {.delay_us = rtt_us / 2};
  if (burst > 0) {
    link.burst_ends = 1 / burst;
    link.burst_begins = loss / (1 - loss) / burst;
  } else {
    link.loss = loss;
  }
  struct seen s = call(link);
  double video = (double)s.decoded / (double)s.frames, audio = (double)s.heard / (double)s.sounds;
  figure(name, loss, rtt_us, &s);
  if (video < least_video || audio < least_audio)
    fail_msg("%s %.2f at %u us: video %.4f, audio %.4f", name, loss, rtt_us, video, audio);
}

static void test_random_loss(void **state)
{
  (void)state;
  check("random", 0.02, 0, 100000, 0.995, 0.95);
  check("random", 0.02, 0, 300000, 0.99, 0.95);
  check("random", 0.10, 0, 100000, 0.99, 0.79);
  check("random", 0.10, 0, 300000, 0.95, 0.79);
}

static void test_bursts(void **state)
{
  (void)state;
  check("bursts", 0.02, 4, 100000, 0.995, 0.95);
  check("bursts", 0.02, 4, 300000, 0.99, 0.95);
  check("bursts", 0.10, 4, 100000, 0.99, 0.79);
  check("bursts", 0.10, 4, 300000, 0.95, 0.79);
}

/* A second and a half without anything, every four seconds, on a short way: more than can be asked for again. */
static void test_outages(void **state)
{
  struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4, .rtt_us = 20000};
  struct seen seen = {0};
  (void)state;
  world_init(&w, 1);
  for (size_t i = 0; i < 3; i++) {
    world_join(&w, i, &person);
    w.clients[i].client.source[SOURCE_CAMERA].parts = 6;
  }
  world_run_until_connected(&w, 3000000);
  world_run(&w, 2000000);
  uint64_t from_us = w.now_us;
  for (int i = 0; i < SECONDS / 4; i++) {
    w.clients[0].up.loss = w.clients[1].down.loss = 1;
    world_run(&w, 1500000);
    w.clients[0].up.loss = w.clients[1].down.loss = 0;
    world_run(&w, 2500000);
  }
  world_run(&w, 3000000);
  look(&seen, from_us, 3);
  figure("outages", 0.375, 20000, &seen);
  world_fini(&w);
  assert_true(seen.decoded > seen.frames * 6 / 10);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_loss),
      cmocka_unit_test(test_bursts),
      cmocka_unit_test(test_outages),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
