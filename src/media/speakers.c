/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/speakers.h"

#include "base/err.h"

#define DB 256u /* one dB of loudness */
#define FRAME_US 20000u
#define BLOCK_US 100000u
#define QUIET_AFTER_US 500000u /* without a level for so long: silence */

/* What activity is. */
#define SPEECH_LEAST (65u * DB)  /* -62 dBov, whatever the noise is */
#define NOISE_LEAST (45u * DB)   /* microphones that send no noise at all are judged like those that send this, ... */
#define NOISE_MOST (84u * DB)    /* and a voice that never pauses is not taken for more noise than this */
#define NOISE_SPAN_US 1500000u   /* the noise is the least of this and the last such time */
#define ABOVE_NOISE (8u * DB)
#define LEAK (9u * DB)         /* a voice is at least so much less loud in a neighbour's microphone */
#define FADE_US_PER_DB 10000u  /* of the loudest */
#define BAND (3u * DB)
#define BANDS 13u

/* The three times, and what counts in them. With the constants of the paper the logarithms of its likelihood ratios are
 * next to proportional to the counts for the two longer ones, so the counts themselves are compared. */
#define MEDIUM_FRAMES 0x7fffu /* 15: 300 ms */
#define LONG_BLOCKS 0x3ffu    /* 10: one second */
#define IDLE_BLOCKS 0xffffu   /* 16 */
#define BLOCK_FRAMES 0x1fu    /* 5 */
#define BLOCK_SPEECH 3        /* active frames make a block one of speech */
#define MEDIUM_SPEECH 9       /* ... and so many of MEDIUM_FRAMES a speaker */
#define MEDIUM_AHEAD 5        /* times as many as the active speaker */
#define LONG_SPEECH 4         /* longer than a cough */
#define PLACE_FRAMES 5        /* active of MEDIUM_FRAMES for a place among those who are heard */
#define PLACE_AHEAD 3         /* blocks, when all in places speak */

static int ones(uint32_t bits)
{
  return __builtin_popcount(bits);
}

static int medium_of(const struct speaker *p)
{
  return ones(p->frames & MEDIUM_FRAMES);
}

static int long_of(const struct speaker *p)
{
  return ones(p->blocks & LONG_BLOCKS);
}

static struct speaker *find(struct speakers *s, uint64_t id)
{
  for (size_t i = 0; i < s->count; i++)
    if (s->all[i].id == id)
      return &s->all[i];
  return NULL;
}

int speakers_add(struct speakers *s, uint64_t id, uint64_t now_us)
{
  if (find(s, id) != NULL)
    return 0;
  if (s->count == LIMIT_ROOM_SOURCES)
    return ERR_LIMIT;
  s->all[s->count++] = (struct speaker){.id = id, .heard_us = now_us, .least = UINT16_MAX, .least_before = UINT16_MAX,
                                        .least_us = now_us};
  return 0;
}

void speakers_remove(struct speakers *s, uint64_t id)
{
  struct speaker *gone = find(s, id);
  if (gone == NULL)
    return;
  for (struct speaker *p = gone; p + 1 < s->all + s->count; p++)
    p[0] = p[1];
  s->count--;
  for (size_t i = 0; i < SPEAKERS_PLACES; i++)
    if (s->place[i] == id)
      s->place[i] = 0;
}

/* ---- what a microphone does ---- */

static uint32_t noise_of(const struct speaker *p)
{
  uint32_t noise = p->least < p->least_before ? p->least : p->least_before;
  if (noise < NOISE_LEAST)
    return NOISE_LEAST;
  return noise > NOISE_MOST ? NOISE_MOST : noise;
}

static void follow_noise(struct speaker *p, uint64_t now_us)
{
  if (now_us > p->least_us + NOISE_SPAN_US) {
    p->least_before = p->least;
    p->least = UINT16_MAX;
    p->least_us = now_us;
  }
  if (p->loudness < p->least)
    p->least = p->loudness;
}

static uint32_t bands_of(const struct speaker *p, uint32_t loudness, uint32_t loudest)
{
  uint32_t from = noise_of(p) + ABOVE_NOISE;
  if (loudness < from || loudness < SPEECH_LEAST || loudness + LEAK < loudest)
    return 0;
  uint32_t bands = 1 + (loudness - from) / BAND;
  return bands < BANDS ? bands : BANDS;
}

static uint32_t loudest_of(struct speakers *s, uint32_t loudness, uint64_t now_us)
{
  uint64_t faded = (now_us > s->loudest_us ? now_us - s->loudest_us : 0) * DB / FADE_US_PER_DB;
  if (loudness >= s->loudest || faded >= s->loudest - loudness) {
    s->loudest = loudness;
    s->loudest_us = now_us;
    return loudness;
  }
  return s->loudest - (uint32_t)faded;
}

/* One frame more. Half of it is smoothed away, so that the noise's own unrest is no activity. */
static void add_frame(struct speakers *s, struct speaker *p, uint32_t loudness, uint64_t now_us)
{
  p->loudness = (uint16_t)((p->loudness + loudness) / 2);
  follow_noise(p, now_us);
  uint32_t bands = bands_of(p, p->loudness, loudest_of(s, p->loudness, now_us));
  p->bands = (uint16_t)((p->bands * 3u + bands * 256u) / 4);
  p->frames = p->frames << 1 | (bands > 0);
}

/* As many frames as have passed since the last level: they come every 20 ms, or seldom by way of signalling. */
static void add_frames(struct speakers *s, struct speaker *p, uint32_t loudness, uint64_t now_us)
{
  uint64_t elapsed = now_us > p->heard_us ? now_us - p->heard_us : 0;
  uint64_t n = (elapsed + FRAME_US / 2) / FRAME_US;
  if (n == 0)
    return; /* two at once: the next one counts for both */
  for (uint64_t i = 0; i < n && i < QUIET_AFTER_US / FRAME_US; i++)
    add_frame(s, p, loudness, now_us);
  p->heard_us = now_us;
}

void speakers_level(struct speakers *s, uint64_t id, uint8_t level, uint64_t now_us)
{
  struct speaker *p = find(s, id);
  if (p != NULL)
    add_frames(s, p, level < SPEAKERS_SILENT ? (uint32_t)(SPEAKERS_SILENT - level) * DB : 0, now_us);
}

/* Ends the blocks that are over. */
static void add_blocks(struct speakers *s, uint64_t now_us)
{
  uint64_t n = now_us > s->block_us ? (now_us - s->block_us) / BLOCK_US : 0;
  if (n == 0)
    return;
  s->block_us += n * BLOCK_US;
  for (size_t i = 0; i < s->count; i++) {
    struct speaker *p = &s->all[i];
    if (now_us > p->heard_us + QUIET_AFTER_US)
      add_frames(s, p, 0, now_us);
    bool speech = ones(p->frames & BLOCK_FRAMES) >= BLOCK_SPEECH;
    for (uint64_t k = 0; k < n && k < 16; k++)
      p->blocks = (uint16_t)(p->blocks << 1 | speech);
    if (speech && medium_of(p) >= PLACE_FRAMES)
      p->spoke_us = now_us;
  }
}

/* ---- who is heard ---- */

static bool is_heard(const struct speakers *s, uint64_t id, size_t places)
{
  for (size_t i = 0; i < places; i++)
    if (s->place[i] == id)
      return true;
  return false;
}

/* Who spoke last, or says more; of equals the one who was there first. */
static bool is_ahead(const struct speaker *a, const struct speaker *b)
{
  if (a->spoke_us != b->spoke_us)
    return a->spoke_us > b->spoke_us;
  if (long_of(a) != long_of(b))
    return long_of(a) > long_of(b);
  return a->bands > b->bands;
}

static struct speaker *first_outside(struct speakers *s, size_t places)
{
  struct speaker *best = NULL;
  for (size_t i = 0; i < s->count; i++)
    if (!is_heard(s, s->all[i].id, places) && (best == NULL || is_ahead(&s->all[i], best)))
      best = &s->all[i];
  return best;
}

static bool fill_places(struct speakers *s)
{
  bool changed = false;
  for (size_t i = 0; i < SPEAKERS_PLACES; i++) {
    struct speaker *p = s->place[i] == 0 ? first_outside(s, i < LIMIT_HEARD_VOICES ? LIMIT_HEARD_VOICES : i) : NULL;
    if (p == NULL)
      continue;
    s->place[i] = p->id;
    if (i < LIMIT_HEARD_VOICES && s->place[LIMIT_HEARD_VOICES] == p->id)
      s->place[LIMIT_HEARD_VOICES] = 0;
    changed = true;
  }
  return changed;
}

static size_t last_place(struct speakers *s, struct speaker **holder)
{
  size_t last = 0;
  *holder = NULL;
  for (size_t i = 0; i < LIMIT_HEARD_VOICES; i++) {
    struct speaker *p = find(s, s->place[i]);
    if (p != NULL && (*holder == NULL || is_ahead(*holder, p))) {
      *holder = p;
      last = i;
    }
  }
  return last;
}

/* Whoever of those who are heard has been silent longest makes room for one who speaks; if all speak, only for one who
 * says more. */
static bool challenge_places(struct speakers *s)
{
  struct speaker *challenger = first_outside(s, LIMIT_HEARD_VOICES), *holder;
  if (challenger == NULL || medium_of(challenger) < PLACE_FRAMES || (challenger->blocks & 1) == 0)
    return false;
  size_t last = last_place(s, &holder);
  if (holder == NULL ||
      (long_of(holder) > 0 && (long_of(challenger) < long_of(holder) + PLACE_AHEAD)))
    return false;
  s->place[LIMIT_HEARD_VOICES] = s->place[last];
  s->place[last] = challenger->id;
  return true;
}

/* ---- who is shown as speaking ---- */

static bool speaks(const struct speaker *p)
{
  return medium_of(p) >= MEDIUM_SPEECH && long_of(p) >= LONG_SPEECH;
}

/* In all three times. */
static bool is_dominant(const struct speaker *p, const struct speaker *active)
{
  return p->bands > active->bands && medium_of(p) > MEDIUM_AHEAD * medium_of(active) && long_of(p) >= long_of(active);
}

static bool choose_active(struct speakers *s)
{
  const struct speaker *active = find(s, s->active), *best = NULL;
  if (active != NULL && (active->blocks & IDLE_BLOCKS) == 0)
    active = NULL;
  for (size_t i = 0; i < s->count; i++) {
    const struct speaker *p = &s->all[i];
    if (p != active && speaks(p) && (active == NULL || is_dominant(p, active)) &&
        (best == NULL || medium_of(p) > medium_of(best) || (medium_of(p) == medium_of(best) && p->bands > best->bands)))
      best = p;
  }
  uint64_t id = best != NULL ? best->id : active != NULL ? active->id : 0;
  bool changed = s->active != id;
  s->active = id;
  return changed;
}

struct speakers_change speakers_update(struct speakers *s, uint64_t now_us)
{
  add_blocks(s, now_us);
  struct speakers_change change = {.places = fill_places(s)};
  change.places |= challenge_places(s);
  change.active = choose_active(s);
  return change;
}
