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
#include "proto/demux.h"

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

static struct seen call(struct link link, bool red)
{
  struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};
  struct seen seen = {0};
  person.rtt_us = 2 * link.delay_us;
  person.red = red;
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
static void check_sound(const char *name, double loss, double burst, uint32_t rtt_us, bool red, double least_video,
                        double least_audio)
{
  struct link link = {.delay_us = rtt_us / 2};
  if (burst > 0) {
    link.burst_ends = 1 / burst;
    link.burst_begins = loss / (1 - loss) / burst;
  } else {
    link.loss = loss;
  }
  struct seen s = call(link, red);
  double video = (double)s.decoded / (double)s.frames, audio = (double)s.heard / (double)s.sounds;
  figure(name, loss, rtt_us, &s);
  if (video < least_video || audio < least_audio)
    fail_msg("%s %.2f at %u us: video %.4f, audio %.4f", name, loss, rtt_us, video, audio);
}

/* Sound as it comes, and with redundancy (RFC 2198) both ways. */
static void check(const char *name, double loss, double burst, uint32_t rtt_us, double least_video, double least_audio,
                  double least_redundant)
{
  check_sound(name, loss, burst, rtt_us, false, least_video, least_audio);
  check_sound("  red", loss, burst, rtt_us, true, least_video, least_redundant);
}

static void test_random_loss(void **state)
{
  (void)state;
  check("random", 0.02, 0, 100000, 0.98, 0.94, 0.985);
  check("random", 0.02, 0, 300000, 0.93, 0.94, 0.985);
  check("random", 0.10, 0, 100000, 0.98, 0.77, 0.95);
  check("random", 0.10, 0, 300000, 0.93, 0.77, 0.95);
}

static void test_bursts(void **state)
{
  (void)state;
  check("bursts", 0.02, 4, 100000, 0.98, 0.94, 0.96);
  check("bursts", 0.02, 4, 300000, 0.93, 0.94, 0.96);
  check("bursts", 0.10, 4, 100000, 0.98, 0.77, 0.86);
  check("bursts", 0.10, 4, 300000, 0.93, 0.77, 0.86);
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

/* ---- redundant audio ---- */

static const struct client_config plain = {.mic = true, .audio_slots = 3};

static const struct client_slot *hears(size_t client, size_t who)
{
  return &w.clients[client].client.slot[world_slot_of(&w, client, who, SOURCE_MIC)];
}

/* 0 sends it, 1 has agreed on it, 2 has not. */
static void meet(void)
{
  struct client_config red = plain;
  red.red = true;
  world_init(&w, 5);
  world_join(&w, 0, &red);
  world_join(&w, 1, &red);
  world_join(&w, 2, &plain);
  world_run_until_connected(&w, 3000000);
  world_run(&w, 1000000);
}

static bool lose_each_tenth(struct world *world, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  struct rtp_packet p;
  (void)world;
  return client == 0 && to_server && demux_datagram(span_of(data, n)) == DEMUX_RTP &&
         rtp_parse_header(span_of(data, n), &p) == 0 && p.sequence % 10 == 0;
}

/* What is lost on the way in is mended once for all, also for who knows no redundancy; it costs who loses nothing
 * nothing, and who gets it gets it again without it when his losses have ended. */
static void test_redundancy_goes_where_it_helps(void **state)
{
  (void)state;
  meet();
  w.lose = lose_each_tenth;
  world_run(&w, 20000000);
  assert_true(world_counters(&w)->red_recovered > 90);
  for (size_t i = 1; i < 3; i++) {
    assert_int_equal(hears(i, 0)->redundant, 0);
    assert_in_range(hears(i, 0)->count, 1045, 1065);
  }
  w.lose = NULL;
  w.clients[1].down.loss = w.clients[2].down.loss = 0.1;
  world_run(&w, 20000000);
  assert_true(hears(1, 0)->redundant > 700);
  assert_int_equal(hears(2, 0)->redundant, 0);
  w.clients[1].down.loss = 0;
  world_run(&w, 40000000);
  uint32_t redundant = hears(1, 0)->redundant;
  world_run(&w, 5000000);
  assert_int_equal(hears(1, 0)->redundant, redundant);
  world_fini(&w);
}

static size_t datagrams, sizes[LIMIT_DATAGRAM];

static void measure(void *ctx, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  struct rtp_packet p;
  (void)ctx;
  if (to_server || client != 1 || demux_datagram(span_of(data, n)) != DEMUX_RTP ||
      rtp_parse_header(span_of(data, n), &p) != 0 || p.ssrc != hears(1, 0)->ssrc)
    return;
  datagrams++;
  sizes[n]++;
}

/* A microphone that is off and hides it (T6): of what is said meanwhile nothing is heard, also not as redundancy of what
 * comes before or after, and its packets are as large as those of speech. */
static void test_redundancy_of_silence_is_silent(void **state)
{
  (void)state;
  meet();
  w.clients[1].down.loss = 0.1;
  world_run(&w, 3000000);
  w.clients[1].down.loss = 0;
  datagrams = 0;
  w.tap = measure;
  for (int i = 0; i < 20; i++) {
    uint32_t first = w.clients[0].client.source[SOURCE_MIC].frame;
    world_publish(&w, 0, IPC_PUBLISH_SILENCE);
    w.clients[0].up.loss = i % 2 == 0 ? 0 : 0.3;
    world_run(&w, 200000);
    uint32_t last = w.clients[0].client.source[SOURCE_MIC].frame;
    world_publish(&w, 0, 1 << SOURCE_MIC);
    world_run(&w, 200000);
    for (size_t k = 0; k < hears(1, 0)->count; k++) {
      uint32_t frame = hears(1, 0)->packets[k].mark.frame;
      assert_false(frame > first && frame < last); /* but those on their way */
    }
  }
  w.tap = NULL;
  size_t most = 0;
  for (size_t n = 0; n < LIMIT_DATAGRAM; n++)
    most = sizes[n] > most ? sizes[n] : most;
  assert_true(hears(1, 0)->redundant > 300 && most > datagrams * 8 / 10);
  world_fini(&w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_loss),
      cmocka_unit_test(test_bursts),
      cmocka_unit_test(test_outages),
      cmocka_unit_test(test_redundancy_goes_where_it_helps),
      cmocka_unit_test(test_redundancy_of_silence_is_silent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
