/* SPDX-License-Identifier: GPL-3.0-or-later */
/* At the home of a room that spans several processes. */
#include "base/err.h"
#include "media/far.h"
#include "media/layers.h"

#define SMALL_BYTES 160u

/* What others get of it: all of the stage that is on, and nothing of the green room. */
static bool is_shown(const struct source *s)
{
  return s->published && !s->peer->backstage && !s->peer->far;
}

static void tell_source(struct room *r, const struct source *s)
{
  uint8_t buffer[SMALL_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  const struct far_source_record record = {.room = r->key, .version = r->far_version, .source = s->id,
                                           .peer = s->peer->key, .since_us = s->since_us,
                                           .kind = (uint8_t)s->setup.kind, .codec = (uint8_t)s->setup.codec.id,
                                           .layers = s->n_layers, .red = s->setup.codec.red_payload_type != 0};
  far_encode_source(&w, &record);
  far_write(r, &w, (struct span){0});
}

static void tell_room(struct room *r, uint16_t sources)
{
  uint8_t buffer[SMALL_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  const struct room_voices *v = &r->voices[ROOM_STAGE];
  struct far_room_record record = {.room = r->key, .version = r->far_version, .sources = sources,
                                   .active = v->speakers.active};
  memcpy(record.place, v->speakers.place, sizeof record.place);
  memcpy(record.recent, v->recent, sizeof record.recent);
  far_encode_room(&w, &record);
  far_write(r, &w, (struct span){0});
}

/* In the order in which pictures came, which is the order in which all see them. */
void far_tell(struct room *r)
{
  uint16_t n = 0;
  if (r->members == 0)
    return;
  r->far_version++;
  for (uint8_t i = 0; i < r->video_count; i++)
    if (is_shown(r->sources[r->video_order[i]])) {
      tell_source(r, r->sources[r->video_order[i]]);
      n++;
    }
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++) {
    const struct source *s = r->sources[i];
    if (s == NULL || s->base != s || source_is_video(s) || !is_shown(s))
      continue;
    tell_source(r, s);
    n++;
  }
  tell_room(r, n);
}

static void show_packet(struct room *r, const struct source *s, struct ring_packet *p)
{
  uint8_t buffer[FAR_HEAD_BYTES];
  struct writer w = writer_of(buffer, sizeof buffer);
  const struct far_packet_record record = {.room = r->key, .source = s->base->id, .layer = s->layer, .index = p->index,
                                           .timestamp = p->timestamp, .marker = p->marker, .level = p->level,
                                           .report_ntp = s->report_ntp, .report_timestamp = s->report_timestamp,
                                           .dependency = ring_dependency(p)};
  far_encode_packet(&w, &record);
  far_write(r, &w, span_of(ring_payload(p), p->payload_n));
}

void far_show(struct room *r, const struct egress_ready *ready, size_t n)
{
  if (r->members == 0)
    return;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < ready[i].count && is_shown(ready[i].source); k++)
      show_packet(r, ready[i].source, ready[i].packets[k]);
  if (r->media->sink.share_ring != NULL) /* they can work on it while we do */
    r->media->sink.share_ring(r->media->sink.ctx);
}

uint8_t far_watched(const struct source *base)
{
  uint8_t mask = 0;
  if (base->peer->room->members != 0)
    for (size_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
      mask |= base->far_mask[i];
  return mask;
}

uint8_t far_lacking(const struct room *r)
{
  uint8_t lacking = 0;
  for (size_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    lacking |= (r->members >> i & 1) != 0 ? r->far_lacking[i] : 0;
  return lacking;
}

/* A process that has nothing to say of a room any more watches nothing of it. */
static void forget_process(struct room *r, uint8_t process)
{
  r->far_heard_us[process] = 0;
  r->far_lacking[process] = 0;
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++)
    if (r->sources[i] != NULL)
      r->sources[i]->far_mask[process] = 0;
  layers_note_less(r);
}

void far_home_timer(struct room *r)
{
  uint64_t now_us = r->media->now_us;
  for (uint8_t i = 0; i < LIMIT_MEDIA_PROCESSES; i++)
    if (r->far_heard_us[i] != 0 && ((r->members >> i & 1) == 0 || now_us - r->far_heard_us[i] > FAR_SILENT_US))
      forget_process(r, i);
  far_tell(r);
}

/* The room, if it lives here and web says that it spans that process, too; else NULL. */
static struct room *room_with(const struct media *m, uint64_t key, uint8_t from)
{
  uint64_t id;
  struct room *r = map_get(&m->room_by_key, &key, &id) == 0 ? slab_get(&m->rooms, id) : NULL;
  return r != NULL && !far_is_guest(r) && (r->members >> from & 1) != 0 ? r : NULL;
}

static struct source *base_in(const struct room *r, slab_id id)
{
  struct source *s = slab_get(&r->media->sources, id);
  return s != NULL && s->base == s && s->peer->room == r && source_is_video(s) && is_shown(s) ? s : NULL;
}

int far_take_here(struct media *m, uint8_t from, struct span fields)
{
  struct far_here_record here;
  int err = far_decode_here(fields, &here);
  struct room *r = err == 0 ? room_with(m, here.room, from) : NULL;
  if (r == NULL)
    return err;
  bool is_new = r->far_heard_us[from] == 0;
  r->far_heard_us[from] = m->now_us;
  r->far_lacking[from] = here.lacking;
  layers_see_lacking(r, here.lacking);
  if (is_new)
    far_tell(r);
  return 0;
}

int far_take_want(struct media *m, uint8_t from, struct span fields)
{
  struct far_source_word word;
  int err = far_decode_word(fields, FAR_WANT, &word);
  struct room *r = err == 0 ? room_with(m, word.room, from) : NULL;
  struct source *base = r != NULL ? base_in(r, word.source) : NULL;
  if (base == NULL || base->far_mask[from] == word.layers)
    return err;
  base->far_mask[from] = word.layers;
  layers_follow_far(base, word.layers);
  return 0;
}

int far_take_key(struct media *m, uint8_t from, struct span fields)
{
  struct far_source_word word;
  int err = far_decode_word(fields, FAR_KEY, &word);
  struct room *r = err == 0 ? room_with(m, word.room, from) : NULL;
  struct source *base = r != NULL ? base_in(r, word.source) : NULL;
  if (base == NULL || word.layers >= base->n_layers)
    return err;
  m->counters.far_keys_in++;
  source_request_key(base->layers[word.layers]);
  return 0;
}
