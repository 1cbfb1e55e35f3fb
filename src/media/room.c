/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/room.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "media/assign.h"
#include "media/far.h"
#include "media/layers.h"

#define ROOM_SCREEN_SOUNDS 2 /* one is heard; who shares it hears the other */
#define FIRST_PEERS 8 /* places in room.peers at first; doubled when full */

static void set_bit(uint64_t *words, uint8_t place)
{
  words[place / 64] |= 1ull << (place % 64);
}

static void clear_bit(uint64_t *words, uint8_t place)
{
  words[place / 64] &= ~(1ull << (place % 64));
}

/* Each room stands in a list once at most. Those that have ended stand there too until the end of the entry or batch,
 * in which one more room can be made. */
static void room_list_add(struct room_list *l, const struct room *r)
{
  assert(l->count < LIMIT_ROOMS + 1);
  l->id[l->count++] = r->id;
}

/* ---- who is there ---- */

static void fire_speakers(struct wheel_timer *timer, uint64_t now_us);

int room_get(struct media *m, uint64_t key, struct room **room)
{
  uint64_t id;
  void *item;
  if (map_get(&m->room_by_key, &key, &id) == 0) {
    *room = slab_get(&m->rooms, id);
    return 0;
  }
  int err = slab_take(&m->rooms, &id, &item);
  if (err == 0)
    err = map_put(&m->room_by_key, &key, id);
  if (err != 0) {
    m->counters.limit_reached++;
    return err;
  }
  struct room *r = item;
  r->media = m;
  r->id = id;
  r->key = key;
  r->home = m->config.process;
  r->speaker_timer.fire = fire_speakers;
  r->layers_timer.fire = layers_fire;
  crowd_init(r);
  *room = r;
  return 0;
}

int room_join(struct room *r, struct peer *p)
{
  if (r->peer_count == r->peer_capacity) {
    uint32_t capacity = r->peer_capacity == 0 ? FIRST_PEERS : 2 * r->peer_capacity;
    struct peer **grown = realloc(r->peers, capacity * sizeof *grown);
    if (grown == NULL)
      return ERR_NOMEM;
    r->peers = grown;
    r->peer_capacity = capacity;
  }
  p->room = r;
  p->room_index = r->peer_count;
  p->got = r->crowd.end;
  r->peers[r->peer_count++] = p;
  if (r->peer_count == ROOM_PAIR + 1)
    layers_note_less(r); /* who sent to one other alone sends to several now */
  return 0;
}

static void room_free(struct room *r)
{
  struct media *m = r->media;
  far_end(r);
  wheel_cancel(&m->wheel, &r->speaker_timer);
  wheel_cancel(&m->wheel, &r->layers_timer);
  crowd_fini(r);
  (void)map_remove(&m->room_by_key, &r->key);
  free(r->peers);
  slab_release(&m->rooms, r->id);
}

void room_swap(struct room *r, uint32_t i, uint32_t k)
{
  struct peer *p = r->peers[i];
  r->peers[i] = r->peers[k];
  r->peers[k] = p;
  r->peers[i]->room_index = i;
  r->peers[k]->room_index = k;
}

static bool sends(const struct peer *p)
{
  for (int kind = 0; kind < SOURCE_COUNT; kind++)
    if (p->sources[kind] != NULL && p->sources[kind]->published)
      return true;
  return false;
}

bool room_is_sorted(const struct room *r)
{
  for (uint32_t i = 0; i < r->peer_count; i++)
    if (sends(r->peers[i]) != (i < r->senders))
      return false;
  return true;
}

void room_sort(struct room *r)
{
  r->senders = 0;
  for (uint32_t i = 0; i < r->peer_count; i++)
    if (sends(r->peers[i]))
      room_swap(r, i, r->senders++);
}

void room_leave(struct room *r, struct peer *p)
{
  if (p->room_index < r->senders)
    room_swap(r, p->room_index, --r->senders);
  room_swap(r, crowd_gap(r, p->room_index), --r->peer_count);
  p->room = NULL;
  if (r->peer_count == 0)
    room_free(r);
}

/* ---- what they send ---- */

int room_add_source(struct room *r, struct source *s)
{
  unsigned place = 0;
  while (place < LIMIT_ROOM_SOURCES && r->sources[place] != NULL)
    place++;
  if (place == LIMIT_ROOM_SOURCES) {
    r->media->counters.limit_reached++;
    return ERR_LIMIT;
  }
  r->sources[place] = s;
  s->place = (uint8_t)place;
  if (source_is_video(s) && s->base == s)
    r->video_order[r->video_count++] = s->place;
  layers_note_less(r); /* perhaps nobody wants it */
  room_source_changed(r, s);
  return 0;
}

static void forget_video(struct room *r, uint8_t place)
{
  uint8_t kept = 0;
  for (uint8_t i = 0; i < r->video_count; i++)
    if (r->video_order[i] != place)
      r->video_order[kept++] = r->video_order[i];
  r->video_count = kept;
}

void room_remove_source(struct room *r, struct source *s)
{
  clear_bit(r->ready, s->place);
  if (s->base == s)
    forget_video(r, s->place);
  s->published = false;
  room_source_changed(r, s);
  r->sources[s->place] = NULL;
}

static enum room_part part_of(const struct peer *p)
{
  return p->backstage ? ROOM_BACKSTAGE : ROOM_STAGE;
}

static struct speakers *speakers_with(struct room *r, const struct peer *p)
{
  return &r->voices[part_of(p)].speakers;
}

void room_source_changed(struct room *r, struct source *s)
{
  if (s->setup.kind == SOURCE_MIC && !s->peer->far) {
    struct speakers *speakers = speakers_with(r, s->peer);
    if (!s->published)
      speakers_remove(speakers, s->peer->key);
    else
      (void)speakers_add(speakers, s->peer->key, r->media->now_us); /* has as many places as the room has sources */
  }
  room_unsettle(r);
}

void room_move_peer(struct peer *p, bool backstage)
{
  if (p->backstage == backstage)
    return;
  speakers_remove(speakers_with(p->room, p), p->key);
  p->backstage = backstage;
  for (int kind = 0; kind < SOURCE_COUNT; kind++) {
    if (p->sources[kind] == NULL)
      continue;
    source_begin_anew(p->sources[kind]);
    room_source_changed(p->room, p->sources[kind]);
  }
  room_unsettle(p->room);
}

/* ---- who speaks ---- */

static void tell_speaker(struct room *r, enum room_part part)
{
  struct writer w = media_message_begin(r->media);
  ipc_encode_speaker(&w, &(struct ipc_speaker){.room = r->key, .peer = r->voices[part].speakers.active,
                                               .backstage = part == ROOM_BACKSTAGE});
  media_message_end(r->media, &w);
}

static void remember_speaker(struct room_voices *v, uint64_t key)
{
  size_t at = 0;
  while (at < ROOM_RECENT - 1 && v->recent[at] != key)
    at++;
  memmove(v->recent + 1, v->recent, at * sizeof v->recent[0]);
  v->recent[0] = key;
}

static void update_voices(struct room *r, enum room_part part)
{
  struct room_voices *v = &r->voices[part];
  struct speakers_change change = speakers_update(&v->speakers, r->media->now_us);
  if (change.active) {
    tell_speaker(r, part);
    if (v->speakers.active != 0)
      remember_speaker(v, v->speakers.active);
  }
  if (change.places || (change.active && v->speakers.active != 0))
    room_unsettle(r);
}

static void update_speakers(struct room *r)
{
  size_t microphones = 0;
  if (far_is_guest(r)) /* chosen at home */
    return;
  for (int part = 0; part < ROOM_PARTS; part++) {
    update_voices(r, (enum room_part)part);
    microphones += r->voices[part].speakers.count;
  }
  if (microphones > 0)
    wheel_set(&r->media->wheel, &r->speaker_timer, r->media->now_us + SPEAKERS_UPDATE_US);
}

static void fire_speakers(struct wheel_timer *timer, uint64_t now_us)
{
  (void)now_us;
  update_speakers(CONTAINER_OF(timer, struct room, speaker_timer));
}

void room_level(const struct peer *p, uint8_t level)
{
  speakers_level(speakers_with(p->room, p), p->key, level, p->media->now_us);
}

_Static_assert(ROOM_SCREEN_SOUNDS == LIMIT_HEARD_SCREENS + 1, "of the newest screens each is heard by all others");

/* ---- who gets what ---- */

static struct source *source_of(const struct room *r, uint64_t key, enum media_source kind)
{
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++)
    if (r->sources[i] != NULL && r->sources[i]->peer->key == key && r->sources[i]->setup.kind == kind &&
        r->sources[i]->base == r->sources[i])
      return r->sources[i];
  return NULL;
}

/* What is to be seen and heard in a part of the room, in order of preference: the same for all there but that nobody
 * gets his own. */
struct choice {
  struct assign_source screen_sound[ROOM_SCREEN_SOUNDS], audio[ROOM_PARTS * SPEAKERS_PLACES], video[LIMIT_ROOM_SOURCES];
  size_t screen_sound_count, audio_count, video_count;
  size_t video_first; /* so many are preferred to what is in the slots already */
};

static struct assign_source candidate(const struct source *s)
{
  return (struct assign_source){.source = s->id, .codec = (uint8_t)(1u << s->setup.codec.id)};
}

/* In the green room the loudest there and the loudest on the stage take turns, so that neither drowns the other. */
static void choose_audio(const struct room *r, enum room_part part, struct choice *c)
{
  for (size_t i = 0; i < SPEAKERS_PLACES; i++)
    for (int from = (int)part; from >= ROOM_STAGE; from--) {
      uint64_t key = r->voices[from].speakers.place[i];
      const struct source *s = key != 0 ? source_of(r, key, SOURCE_MIC) : NULL;
      if (s != NULL)
        c->audio[c->audio_count++] = candidate(s);
    }
}

/* Whether those in this part of the room may have it. */
static bool is_for(const struct source *s, enum room_part part)
{
  return s->published && part_of(s->peer) <= part;
}

static const struct source *newest_screen_sound(const struct room *r, enum room_part part, const struct source *but)
{
  const struct source *newest = NULL;
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++) {
    const struct source *s = r->sources[i];
    if (s != NULL && s != but && is_for(s, part) && s->setup.kind == SOURCE_SCREEN_SOUND &&
        (newest == NULL || s->since_us > newest->since_us))
      newest = s;
  }
  return newest;
}

/* The sounds of the screens that came last, the newest first. */
static void choose_screen_sound(const struct room *r, enum room_part part, struct choice *c)
{
  const struct source *s = NULL;
  while (c->screen_sound_count < ROOM_SCREEN_SOUNDS && (s = newest_screen_sound(r, part, s)) != NULL)
    c->screen_sound[c->screen_sound_count++] = candidate(s);
}

static bool is_recent(const struct room *r, const struct peer *p)
{
  for (size_t i = 0; i < ROOM_RECENT; i++)
    if (r->voices[part_of(p)].recent[i] == p->key)
      return true;
  return false;
}

static void choose_recent(const struct room *r, enum room_part part, struct choice *c)
{
  for (int from = (int)part; from >= ROOM_STAGE; from--)
    for (size_t i = 0; i < ROOM_RECENT; i++) {
      uint64_t key = r->voices[from].recent[i];
      const struct source *s = key != 0 ? source_of(r, key, SOURCE_CAMERA) : NULL;
      if (s != NULL && s->published && (int)part_of(s->peer) == from)
        c->video[c->video_count++] = candidate(s);
    }
}

/* Screens, then the cameras of the latest speakers, then all others as they came. */
static void choose_video(const struct room *r, enum room_part part, struct choice *c)
{
  for (uint8_t i = 0; i < r->video_count; i++) {
    const struct source *s = r->sources[r->video_order[i]];
    if (is_for(s, part) && s->setup.kind == SOURCE_SCREEN)
      c->video[c->video_count++] = candidate(s);
  }
  choose_recent(r, part, c);
  c->video_first = c->video_count;
  for (uint8_t i = 0; i < r->video_count; i++) {
    const struct source *s = r->sources[r->video_order[i]];
    if (is_for(s, part) && s->setup.kind == SOURCE_CAMERA && !is_recent(r, s->peer))
      c->video[c->video_count++] = candidate(s);
  }
}

static void choose(const struct room *r, enum room_part part, struct choice *c)
{
  c->screen_sound_count = c->audio_count = c->video_count = 0;
  choose_screen_sound(r, part, c);
  choose_audio(r, part, c);
  choose_video(r, part, c);
}

/* Copies the list without the peer's own sources, and returns how many are left; `first` becomes less by those that
 * were among the first. */
static size_t leave_out_own(const struct peer *p, const struct assign_source *all, size_t n, size_t *first,
                            struct assign_source *others)
{
  size_t kept = 0, end = *first;
  for (size_t i = 0; i < n; i++) {
    bool own = false;
    for (int k = 0; k < SOURCE_COUNT; k++)
      own |= p->sources[k] != NULL && p->sources[k]->id == all[i].source;
    if (!own)
      others[kept++] = all[i];
    else if (i < end)
      (*first)--;
  }
  return kept;
}

static void put_into(struct slot_more *more, slab_id source)
{
  if (more->assigned == source)
    return;
  more->assigned = source;
  more->wanted = LAYER_NONE;
  more->starved = false;
}

static bool assign_kind(struct peer *p, bool is_video, const struct assign_source *all, size_t n_all, size_t first)
{
  struct assign_source others[LIMIT_ROOM_SOURCES] = {0};
  struct assign_slot slots[LIMIT_VIDEO_SLOTS];
  uint8_t index[LIMIT_VIDEO_SLOTS];
  size_t n = 0;
  for (uint8_t i = 0; i < p->n_slots && n < LIMIT_VIDEO_SLOTS; i++) {
    if (p->slots[i].is_video != is_video || (!p->more[i].enabled && p->more[i].assigned == 0))
      continue;
    index[n] = i;
    slots[n++] = (struct assign_slot){p->more[i].assigned, p->more[i].enabled ? p->more[i].codecs : 0};
  }
  size_t n_others = leave_out_own(p, all, n_all, &first, others);
  bool changed = assign_slots(slots, n, others, n_others, first);
  for (size_t i = 0; i < n; i++)
    put_into(&p->more[index[i]], slots[i].source);
  return changed;
}

static void tell_slots(const struct peer *p)
{
  struct ipc_slots message = {.peer = p->key, .connection = p->connection};
  for (uint8_t i = 0; i < p->n_slots; i++) {
    if (!p->more[i].enabled)
      continue;
    struct ipc_slot *slot = &message.slot[message.count++];
    const struct source *s = slab_get(&p->media->sources, p->more[i].assigned);
    const char *mid = p->offer->sections[p->more[i].section].mid;
    slot->who = s != NULL ? s->peer->key : 0;
    slot->source = s != NULL ? (uint8_t)s->setup.kind : 0;
    slot->mid_n = (uint8_t)strlen(mid);
    memcpy(slot->mid, mid, slot->mid_n);
  }
  struct writer w = media_message_begin(p->media);
  ipc_encode_slots(&w, &message);
  media_message_end(p->media, &w);
}

static size_t at_most(size_t n, size_t most)
{
  return n < most ? n : most;
}

/* One screen is heard beside the voices. Of the speakers the first ones come first: who speaks himself gets the spare
 * place's as well, having one less to hear. */
static bool assign_audio(struct peer *p, const struct choice *c)
{
  struct assign_source heard[ROOM_SCREEN_SOUNDS + ROOM_PARTS * SPEAKERS_PLACES];
  size_t all = SIZE_MAX;
  size_t n = at_most(leave_out_own(p, c->screen_sound, c->screen_sound_count, &all, heard), LIMIT_HEARD_SCREENS);
  n += at_most(leave_out_own(p, c->audio, c->audio_count, &all, heard + n), LIMIT_HEARD_VOICES);
  return assign_kind(p, false, heard, n, n);
}

static void assign(struct peer *p, const struct choice *c, bool tell)
{
  bool changed = assign_audio(p, c);
  changed |= assign_kind(p, true, c->video, c->video_count, c->video_first);
  layers_assign(p);
  if (changed || tell)
    tell_slots(p);
}

void room_assign_peer(struct room *r, struct peer *p, bool tell)
{
  struct choice c;
  choose(r, part_of(p), &c);
  assign(p, &c, tell);
}

void room_unsettle(struct room *r)
{
  if (r->is_unsettled)
    return;
  r->is_unsettled = true;
  room_list_add(&r->media->unsettled, r);
}

void room_settle_all(struct media *m)
{
  for (size_t i = 0; i < m->unsettled.count; i++) {
    struct room *r = slab_get(&m->rooms, m->unsettled.id[i]);
    if (r == NULL)
      continue;
    struct choice c[ROOM_PARTS];
    update_speakers(r);
    for (int part = 0; part < ROOM_PARTS; part++)
      choose(r, (enum room_part)part, &c[part]);
    for (uint32_t k = 0; k < r->peer_count; k++)
      assign(r->peers[k], &c[part_of(r->peers[k])], false);
    r->is_unsettled = false;
    r->is_mixed = true;
    far_tell(r);
  }
  m->unsettled.count = 0;
}

/* ---- what is to be sent ---- */

void room_due(struct room *r)
{
  if (r->is_due)
    return;
  r->is_due = true;
  room_list_add(&r->media->due, r);
}

void room_ready(struct room *r, struct source *s)
{
  set_bit(r->ready, s->place);
  room_due(r);
}
