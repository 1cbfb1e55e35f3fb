/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In the processes of a room that are not its home. */
#include <stdlib.h>

#include "base/err.h"
#include "media/far.h"
#include "media/layers.h"

#define WORD_BYTES 32u
#define LONGEST_JUMP 8192u /* from one packet of a source to the next: more than a ring of records can lose */

struct far_key {
  uint64_t process;
  slab_id source;
};

static struct far_source *far_of(const struct source *base)
{
  return CONTAINER_OF(base->peer, struct far_source, peer);
}


/* ---- sources that come and go ---- */

static struct source *find(const struct media *m, uint8_t from, slab_id source)
{
  const struct far_key key = {from, source};
  uint64_t id;
  return map_get(&m->far_sources, &key, &id) == 0 ? slab_get(&m->sources, id) : NULL;
}

static void remove_source(struct source *base)
{
  struct far_source *f = far_of(base);
  const struct far_key key = {f->peer.room->home, f->home_id};
  (void)map_remove(&f->peer.media->far_sources, &key);
  source_free(base);
  free(f);
}

static void remove_all(struct room *r)
{
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++)
    if (r->sources[i] != NULL && r->sources[i]->base == r->sources[i] && r->sources[i]->peer->far)
      remove_source(r->sources[i]);
}

static int add_source(struct room *r, const struct far_source_record *record)
{
  struct media *m = r->media;
  const struct far_key key = {r->home, record->source};
  struct far_source *f = aligned_alloc(alignof(struct far_source), sizeof *f);
  if (f == NULL)
    return ERR_NOMEM;
  memset(f, 0, sizeof *f);
  f->peer.media = m;
  f->peer.key = record->peer;
  f->peer.room = r;
  f->peer.far = true;
  f->peer.publish = (uint8_t)(1u << record->kind);
  f->home_id = record->source;
  f->since_us = record->since_us;
  struct source_setup setup = {.kind = (enum media_source)record->kind, .codec.id = (enum sdp_codec_id)record->codec};
  setup.codec.red_payload_type = record->red;
  setup.layers.n = record->layers > 1 ? record->layers : 0;
  setup.dependency_id = sdp_is_scalable(setup.codec.id); /* which number it had on the wire tells nothing here */
  struct source **base = &f->peer.sources[record->kind];
  int err = source_new(&f->peer, &setup, base);
  if (err == 0 && (err = map_put(&m->far_sources, &key, (*base)->id)) != 0)
    source_free(*base);
  if (err != 0) {
    free(f);
    return err;
  }
  f->version = record->version;
  if (source_is_video(*base))
    far_want(*base, (*base)->told);
  return 0;
}

static bool is_same(const struct source *base, const struct room *r, const struct far_source_record *record)
{
  return base->peer->room == r && base->peer->key == record->peer && (uint8_t)base->setup.kind == record->kind &&
         (uint8_t)base->setup.codec.id == record->codec && base->n_layers == record->layers &&
         far_of(base)->since_us == record->since_us;
}

/* The room, if it is here and its home is that process; else NULL. */
static struct room *room_of(const struct media *m, uint64_t key, uint8_t from)
{
  uint64_t id;
  struct room *r = map_get(&m->room_by_key, &key, &id) == 0 ? slab_get(&m->rooms, id) : NULL;
  return r != NULL && far_is_guest(r) && r->home == from ? r : NULL;
}

static void begin_list(struct room *r, uint32_t version)
{
  if (r->far_version == version)
    return;
  r->far_version = version;
  r->far_listed = 0;
}

int far_take_source(struct media *m, uint8_t from, struct span fields)
{
  struct far_source_record record;
  int err = far_decode_source(fields, &record);
  struct room *r = err == 0 ? room_of(m, record.room, from) : NULL;
  if (r == NULL)
    return err;
  begin_list(r, record.version);
  r->far_listed++;
  struct source *base = find(m, from, record.source);
  if (base != NULL && is_same(base, r, &record)) {
    far_of(base)->version = record.version;
    return 0;
  }
  if (base != NULL)
    remove_source(base);
  return add_source(r, &record) == 0 ? 0 : ERR_LIMIT;
}

/* ---- who speaks, and what is not there any more ---- */

/* Only a list that came as a whole says what is missing from it. */
static void remove_unlisted(struct room *r, const struct far_room_record *record)
{
  if (record->version != r->far_version || record->sources != r->far_listed)
    return;
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++) {
    struct source *s = r->sources[i];
    if (s != NULL && s->base == s && s->peer->far && far_of(s)->version != record->version)
      remove_source(s);
  }
}

int far_take_room(struct media *m, uint8_t from, struct span fields)
{
  struct far_room_record record;
  int err = far_decode_room(fields, &record);
  struct room *r = err == 0 ? room_of(m, record.room, from) : NULL;
  if (r == NULL)
    return err;
  begin_list(r, record.version);
  r->far_heard_us[from] = m->now_us;
  remove_unlisted(r, &record);
  struct room_voices *v = &r->voices[ROOM_STAGE];
  if (v->speakers.active == record.active && memcmp(v->speakers.place, record.place, sizeof record.place) == 0 &&
      memcmp(v->recent, record.recent, sizeof record.recent) == 0)
    return 0;
  v->speakers.active = record.active;
  memcpy(v->speakers.place, record.place, sizeof record.place);
  memcpy(v->recent, record.recent, sizeof record.recent);
  room_unsettle(r);
  return 0;
}

int far_take_packet(struct media *m, uint8_t from, struct span fields)
{
  struct far_packet_record record;
  int err = far_decode_packet(fields, &record);
  struct source *base = err == 0 ? find(m, from, record.source) : NULL;
  if (base == NULL || base->peer->room->key != record.room || record.layer >= base->n_layers)
    return err;
  struct source *s = base->layers[record.layer];
  if (s->highest != 0 && record.index > s->highest + LONGEST_JUMP) {
    remove_source(base); /* it comes anew with the next list */
    return 0;
  }
  m->counters.far_in++;
  source_receive_far(s, &record);
  return 0;
}

/* ---- back to the home ---- */

static void say_word(struct source *base, enum far_type type, uint8_t layers)
{
  uint8_t buffer[WORD_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  struct room *r = base->peer->room;
  const struct far_source_word word = {.room = r->key, .source = far_of(base)->home_id, .layers = layers};
  far_encode_word(&w, type, &word);
  far_write(r, &w, (struct span){0});
}

void far_want(struct source *base, uint8_t mask)
{
  say_word(base, FAR_WANT, mask);
}

void far_ask_key(struct source *s)
{
  s->media->counters.far_keys_out++;
  say_word(s->base, FAR_KEY, s->layer);
}

static uint8_t lacking_of(const struct peer *p)
{
  return (uint8_t)(FAR_SCALABLE & ~p->scalable);
}

static void say_here(struct room *r, uint8_t lacking)
{
  uint8_t buffer[WORD_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  r->far_lacking[r->media->config.process] = lacking;
  far_encode_here(&w, &(struct far_here_record){.room = r->key, .lacking = lacking});
  far_write(r, &w, (struct span){0});
}

void far_see_codecs(const struct peer *p)
{
  uint8_t told = p->room->far_lacking[p->media->config.process];
  if ((lacking_of(p) & ~told) != 0)
    say_here(p->room, told | lacking_of(p));
}

void far_guest_timer(struct room *r)
{
  uint8_t lacking = 0;
  uint64_t heard_us = r->far_heard_us[r->home];
  if (heard_us != 0 && r->media->now_us - heard_us > FAR_SILENT_US)
    remove_all(r);
  for (uint32_t i = 0; i < r->peer_count; i++)
    lacking |= lacking_of(r->peers[i]);
  say_here(r, lacking);
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++)
    if (r->sources[i] != NULL && r->sources[i]->base == r->sources[i] && source_is_video(r->sources[i]) &&
        r->sources[i]->peer->far)
      far_want(r->sources[i], r->sources[i]->told);
}

void far_guest_end(struct room *r)
{
  remove_all(r);
  r->far_heard_us[r->home] = 0;
  r->far_lacking[r->media->config.process] = 0;
  if (r->media->sink.share_wipe != NULL)
    r->media->sink.share_wipe(r->media->sink.ctx, r->key); /* our own words alone */
}

/* ---- a process that has ended, or was faster than we are ---- */

void far_gone(struct media *m, uint8_t from)
{
  slab_id id;
  for (uint32_t i = 0; i < m->rooms.capacity; i++) {
    struct room *r = slab_at(&m->rooms, i, &id);
    if (r != NULL && far_is_guest(r) && r->home == from)
      remove_all(r);
  }
}

/* What was in them is not known; pictures need a new beginning. */
void far_lost(struct media *m, uint8_t from)
{
  slab_id id;
  for (uint32_t i = 0; i < m->rooms.capacity; i++) {
    struct room *r = slab_at(&m->rooms, i, &id);
    if (r == NULL || !far_is_guest(r) || r->home != from)
      continue;
    for (size_t k = 0; k < LIMIT_ROOM_SOURCES; k++)
      if (r->sources[k] != NULL && r->sources[k]->peer->far)
        source_request_key(r->sources[k]);
  }
}
