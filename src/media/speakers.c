/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/speakers.h"

#include "base/err.h"

#define DB 256u        /* one dB of loudness */
#define RISE_US 60000u /* time constants of the smoothing */
#define FALL_US 800000u
#define QUIET_AFTER_US 500000u   /* without a level for so long: counted as silence */
#define SPEECH_BEGINS (72u * DB) /* -55 dBov */
#define SPEECH_ENDS (66u * DB)
#define PLACE_MARGIN (6u * DB) /* louder by so much takes another's place */
#define ACTIVE_MARGIN (3u * DB)
#define ACTIVE_AFTER_US 300000u /* and by so much, for so long, the part of the active speaker */

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
  s->all[s->count++] = (struct speaker){.id = id, .heard_us = now_us};
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
  if (s->rival == id)
    s->rival = 0;
}

static void smooth(struct speaker *p, uint32_t loudness, uint64_t now_us)
{
  uint64_t elapsed = now_us > p->heard_us ? now_us - p->heard_us : 0;
  if (elapsed > FALL_US)
    elapsed = FALL_US;
  int64_t tau = loudness > p->loudness ? RISE_US : FALL_US;
  int64_t step = ((int64_t)loudness - (int64_t)p->loudness) * (int64_t)elapsed / (tau + (int64_t)elapsed);
  p->loudness = (uint32_t)((int64_t)p->loudness + step);
  p->heard_us = now_us;
}

void speakers_level(struct speakers *s, uint64_t id, uint8_t level, uint64_t now_us)
{
  struct speaker *p = find(s, id);
  if (p != NULL)
    smooth(p, level < SPEAKERS_SILENT ? (uint32_t)(SPEAKERS_SILENT - level) * DB : 0, now_us);
}

static bool is_heard(const struct speakers *s, uint64_t id, size_t places)
{
  for (size_t i = 0; i < places; i++)
    if (s->place[i] == id)
      return true;
  return false;
}

/* The loudest who has none of the first `places` places, or NULL; of equals the one who was there first. */
static struct speaker *loudest_outside(struct speakers *s, size_t places)
{
  struct speaker *best = NULL;
  for (size_t i = 0; i < s->count; i++)
    if (!is_heard(s, s->all[i].id, places) && (best == NULL || s->all[i].loudness > best->loudness))
      best = &s->all[i];
  return best;
}

static bool fill_places(struct speakers *s)
{
  bool changed = false;
  for (size_t i = 0; i < SPEAKERS_PLACES; i++) {
    struct speaker *p = s->place[i] == 0 ? loudest_outside(s, i < LIMIT_HEARD_VOICES ? LIMIT_HEARD_VOICES : i) : NULL;
    if (p == NULL)
      continue;
    s->place[i] = p->id;
    if (i < LIMIT_HEARD_VOICES && s->place[LIMIT_HEARD_VOICES] == p->id)
      s->place[LIMIT_HEARD_VOICES] = 0;
    changed = true;
  }
  return changed;
}

/* The quietest of the speakers whom everyone hears makes room for someone clearly louder. */
static bool challenge_places(struct speakers *s)
{
  struct speaker *challenger = loudest_outside(s, LIMIT_HEARD_VOICES);
  if (challenger == NULL || challenger->loudness < SPEECH_BEGINS)
    return false;
  size_t quietest = 0;
  uint32_t least = UINT32_MAX;
  for (size_t i = 0; i < LIMIT_HEARD_VOICES; i++) {
    struct speaker *p = find(s, s->place[i]);
    if (p != NULL && p->loudness < least) {
      least = p->loudness;
      quietest = i;
    }
  }
  if (least == UINT32_MAX || challenger->loudness < least + PLACE_MARGIN)
    return false;
  s->place[LIMIT_HEARD_VOICES] = s->place[quietest];
  s->place[quietest] = challenger->id;
  return true;
}

static bool set_active(struct speakers *s, uint64_t id)
{
  bool changed = s->active != id;
  s->active = id;
  s->rival = 0;
  return changed;
}

static bool choose_active(struct speakers *s, uint64_t now_us)
{
  struct speaker *loudest = loudest_outside(s, 0);
  struct speaker *active = find(s, s->active);
  if (active != NULL && active->loudness < SPEECH_ENDS)
    active = NULL;
  if (loudest != NULL && loudest->loudness < SPEECH_BEGINS)
    loudest = NULL;
  if (active == NULL)
    return set_active(s, loudest != NULL ? loudest->id : 0);
  if (loudest == NULL || loudest->loudness < active->loudness + ACTIVE_MARGIN) {
    s->rival = 0;
    return false;
  }
  if (s->rival != loudest->id) {
    s->rival = loudest->id;
    s->rival_since_us = now_us;
  }
  return now_us - s->rival_since_us >= ACTIVE_AFTER_US && set_active(s, loudest->id);
}

struct speakers_change speakers_update(struct speakers *s, uint64_t now_us)
{
  for (size_t i = 0; i < s->count; i++)
    if (now_us > s->all[i].heard_us + QUIET_AFTER_US)
      smooth(&s->all[i], 0, now_us);
  struct speakers_change change = {.places = fill_places(s)};
  change.places |= challenge_places(s);
  change.active = choose_active(s, now_us);
  return change;
}
