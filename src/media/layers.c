/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/layers.h"

#include <assert.h>
#include <string.h>

#include "media/allocate.h"
#include "media/far.h"
#include "media/pair.h"

#define FULL_HEIGHT 720u        /* of a camera's highest layer; nobody tells us, and coded video is not looked into (T7) */
#define AUDIO_BPS 50000u        /* of a voice with its headers; redundant, it takes twice as much */
#define NTP_CLOSE (60ll << 32)  /* sender reports further apart than this say nothing */
#define VIDEO_CLOCK_RATE 90000

/* ---- a source's layers ---- */

/* How many sizes there are to choose from. As long as nothing has come of scalable video, as many as there may be. */
static uint8_t sizes_of(const struct source *base)
{
  if (!source_is_scalable(base))
    return base->n_layers;
  return base->structure.n_templates > 0 ? (uint8_t)(base->structure.max_spatial + 1) : DEPENDENCY_SPATIAL;
}

static uint16_t height_of(const struct source *base, uint8_t layer)
{
  unsigned top = sizes_of(base) - 1u;
  if (source_is_scalable(base) && base->structure.height[layer] != 0)
    return base->structure.height[layer];
  if (base->n_layers == 2 && layer == 0)
    return FULL_HEIGHT / 3; /* two are further apart than three */
  return (uint16_t)(FULL_HEIGHT >> (top - layer));
}

/* Usual rates, for a layer that has not come yet. */
static uint32_t usual_bps(const struct source *base, uint8_t layer)
{
  uint64_t height = height_of(base, layer);
  return (uint32_t)(height * height * 3); /* 100 kb/s at 180 lines, 1.5 Mb/s at 720 */
}

static uint32_t measured_bps(const struct source *base, uint8_t layer)
{
  if (source_is_scalable(base))
    return base->cell_bps[dependency_cell(layer, DEPENDENCY_TEMPORAL - 1)];
  return base->layers[layer]->rate_bps;
}

static uint32_t rate_of(const struct source *base, uint8_t layer)
{
  uint32_t measured = measured_bps(base, layer);
  return measured != 0 ? measured : usual_bps(base, layer);
}

/* The temporal layer below the highest. */
static uint8_t thin_top(const struct source *base, uint8_t layer)
{
  uint8_t top = source_is_scalable(base) ? base->top : base->layers[layer]->top;
  return top > 0 ? (uint8_t)(top - 1) : 0;
}

/* Without the frames of its highest temporal layer. */
static uint32_t thin_rate_of(const struct source *base, uint8_t layer)
{
  uint32_t measured = source_is_scalable(base) ? base->cell_bps[dependency_cell(layer, thin_top(base, layer))]
                                               : base->layers[layer]->thin_bps;
  return measured != 0 ? measured : usual_bps(base, layer) / 5 * 3;
}

/* Whether frames of it can be left out. All its layers are alike. */
static bool is_thinnable(const struct source *base)
{
  for (uint8_t i = 0; i < base->n_layers; i++)
    if (base->layers[i]->top > 0)
      return true;
  return false;
}

/* The smallest layer that looks whole at this height. A screen's text should not be enlarged at all. */
static uint8_t best_layer(const struct source *base, uint16_t height)
{
  uint32_t needed = base->setup.kind == SOURCE_SCREEN ? 4u * height : height * 3u / 4u;
  for (uint8_t i = 0; i + 1u < sizes_of(base); i++)
    if (height_of(base, i) >= needed)
      return i;
  return (uint8_t)(sizes_of(base) - 1);
}

/* What comes in place of the wanted layer: the next lower one, or the next higher. Before any comes, the wanted one. */
static uint8_t live_layer(const struct source *base, uint8_t wanted)
{
  if (source_is_scalable(base))
    return 0; /* all its sizes are in one */
  for (int i = wanted; i >= 0; i--)
    if (base->layers[i]->live)
      return (uint8_t)i;
  for (uint8_t i = wanted; i < base->n_layers; i++)
    if (base->layers[i]->live)
      return i;
  return wanted;
}

static struct source *base_of(const struct peer *p, uint8_t slot)
{
  return slab_get(&p->media->sources, p->more[slot].assigned);
}

/* The layer that is being forwarded; NULL: none, or one of another source. */
static struct source *layer_now(const struct peer *p, uint8_t slot, const struct source *base)
{
  for (uint8_t i = 0; i < base->n_layers; i++)
    if (base->layers[i]->id == p->slots[slot].forward.now.source)
      return base->layers[i];
  return NULL;
}

/* ---- what forwarding goes by ---- */

static void watch(struct peer *p, uint8_t slot, const struct source *layer, bool on)
{
  uint64_t bit = 1ull << (layer->place % 64);
  uint64_t *word = &p->watch[layer->place / 64];
  *word = on ? *word | bit : *word & ~bit;
  if (on)
    p->slot_of[layer->place] = slot;
}

/* Of the source's layers the slot watches the one that it has and the one that it waits for. */
static void watch_layers(struct peer *p, uint8_t slot, const struct source *base)
{
  const struct slot_more *more = &p->more[slot];
  if (p->state != PEER_CONNECTED)
    return;
  assert(room_reaches(base->peer, p));
  for (uint8_t i = 0; i < base->n_layers; i++) {
    const struct source *layer = base->layers[i];
    bool has = layer->id == p->slots[slot].forward.now.source;
    watch(p, slot, layer, more->wanted != LAYER_NONE && (has || more->target == i));
  }
}

/* The slot begins anew with this layer: at a key frame, after which any temporal layer may come. */
static void switch_to(struct peer *p, uint8_t slot, slab_id layer)
{
  struct slot_more *more = &p->more[slot];
  const struct source *s = slab_get(&p->media->sources, layer);
  if (p->slots[slot].top == SLOT_SCALABLE)
    more->history = (struct forward_history){0};
  forward_switch(&p->slots[slot].forward, &more->history, layer);
  if (s != NULL && source_is_scalable(s)) {
    p->slots[slot].top = SLOT_SCALABLE;
    forward_layers_begin(&more->layers);
    return;
  }
  p->slots[slot].top = (more->wanted_top == THIN_ALL ? THIN_OFF : more->wanted_top) & THIN_OFF;
  if (more->wanted_top == THIN_ALL)
    return;
  forward_thin_begin(&more->thin);
  more->history = (struct forward_history){0};
}

void layers_restart(struct peer *p, uint8_t slot)
{
  switch_to(p, slot, p->slots[slot].forward.now.source);
}

/* Fewer frames or all of them, of what the slot has. */
static void thin_to(struct peer *p, uint8_t slot, uint8_t top)
{
  struct slot_more *more = &p->more[slot];
  more->wanted_top = top;
  if (top == THIN_ALL || p->slots[slot].top != THIN_OFF) /* SLOT_SCALABLE goes by wanted_top */
    return;
  p->slots[slot].top = THIN_ALL;
  forward_thin_go_on(&more->thin, &p->slots[slot].forward);
  more->history = (struct forward_history){0};
}

static uint8_t largest_active(const struct dependency_structure *s)
{
  uint8_t most = s->max_spatial;
  while (most > 0 && (s->active >> s->target_of[dependency_cell(most, 0)] & 1) == 0)
    most--;
  return most;
}

/* Only a key frame has the size that is wanted: a larger one, or one that the slot's present size does not build upon. */
static bool needs_key(const struct peer *p, uint8_t slot, const struct source *s)
{
  const struct slot_more *more = &p->more[slot];
  uint8_t now = more->layers.cell / DEPENDENCY_TEMPORAL, most = largest_active(&s->structure);
  uint8_t wanted = more->wanted < most ? more->wanted : most;
  return source_is_scalable(s) && (wanted > now || (wanted < now && s->structure.key_only));
}

/* Goes over to what comes of the wanted layer, at once if the slot has nothing that could go on meanwhile. */
static void aim(struct peer *p, uint8_t slot)
{
  struct forward *f = &p->slots[slot].forward;
  struct slot_more *more = &p->more[slot];
  struct source *base = base_of(p, slot);
  if (base == NULL || more->wanted == LAYER_NONE) {
    if (f->now.source != 0)
      switch_to(p, slot, 0);
    more->target = LAYER_NONE;
  } else {
    more->target = live_layer(base, more->wanted);
    struct source *target = base->layers[more->target];
    bool goes_on = layer_now(p, slot, base) != NULL && !f->waiting;
    p->slots[slot].payload_type = more->payload_type[base->setup.codec.id];
    if (!goes_on && f->now.source != target->id)
      switch_to(p, slot, target->id);
    bool pauses = (p->down.paused >> slot & 1) != 0; /* backlog.h: it asks when there is room again */
    bool needs = f->now.source != target->id || f->waiting || needs_key(p, slot, target);
    if (needs && p->state == PEER_CONNECTED && !pauses)
      source_request_key(target);
  }
  if (base != NULL)
    watch_layers(p, slot, base);
}

void layers_refresh(struct source *base)
{
  struct room *r = base->peer->room;
  for (uint32_t i = 0; i < r->peer_count; i++) {
    struct peer *p = r->peers[i];
    for (uint8_t k = 0; k < base->n_layers; k++) {
      uint8_t place = base->layers[k]->place;
      if ((p->watch[place / 64] >> (place % 64) & 1) == 0)
        continue;
      if (p->more[p->slot_of[place]].assigned == base->id)
        aim(p, p->slot_of[place]);
      break;
    }
  }
}

bool layers_awaits(const struct peer *p, uint8_t slot, const struct source *layer)
{
  const struct slot_more *more = &p->more[slot];
  return more->assigned == layer->base->id && more->target == layer->layer;
}

/* By how much the new layer's timestamps differ from the old one's, as the sender's reports tell. */
static bool timestamp_shift(const struct source *from, const struct source *to, uint32_t *shift)
{
  int64_t apart = (int64_t)(to->report_ntp - from->report_ntp);
  if (from->report_ntp == 0 || to->report_ntp == 0 || apart > NTP_CLOSE || apart < -NTP_CLOSE)
    return false;
  *shift += from->report_timestamp - to->report_timestamp + (uint32_t)(apart * VIDEO_CLOCK_RATE >> 32);
  return true;
}

void layers_begin(struct peer *p, uint8_t slot, const struct source *layer, const struct ring_packet *packet)
{
  struct forward *f = &p->slots[slot].forward;
  const struct source *before = layer_now(p, slot, layer->base);
  uint32_t shift = f->now.timestamp;
  bool known = before != NULL && !f->waiting && timestamp_shift(before, layer, &shift);
  layers_note_less(p->room); /* the one before is not needed any more */
  switch_to(p, slot, layer->id);
  forward_begin(f, packet, layer->clock_rate, known ? &shift : NULL);
  watch_layers(p, slot, layer->base);
}

struct source *layers_key_source(const struct peer *p, uint8_t slot)
{
  struct source *base = base_of(p, slot);
  if (base == NULL || p->more[slot].wanted == LAYER_NONE)
    return NULL;
  struct source *now = layer_now(p, slot, base);
  return now != NULL && now->live ? now : base->layers[p->more[slot].target];
}

/* ---- what is wanted ---- */

static bool watches_source(const struct peer *p, const struct source *base)
{
  for (uint8_t i = 0; i < p->n_slots; i++)
    if (p->more[i].assigned == base->id)
      return true;
  return false;
}

static void tell(struct source *base, uint8_t mask)
{
  const struct ipc_layers message = {.peer = base->peer->key, .connection = base->peer->connection,
                                     .source = (uint8_t)base->setup.kind,
                                     .mask = (uint8_t)(mask | (base->common ? IPC_LAYERS_COMMON : 0)),
                                     .most_bps = base->most_bps};
  base->told = mask;
  if (base->peer->far) {
    far_want(base, mask);
    return;
  }
  struct writer w = media_message_begin(base->media);
  ipc_encode_layers(&w, &message);
  media_message_end(base->media, &w);
}

static void tell_most(struct source *base, uint32_t bps)
{
  if (!pair_is_news(base, bps))
    return;
  base->most_bps = bps;
  tell(base, base->told);
}

static void want(struct peer *p, uint8_t slot, uint8_t layer, uint8_t top)
{
  struct slot_more *more = &p->more[slot];
  struct source *base = base_of(p, slot);
  if (more->wanted != layer)
    layers_note_less(p->room);
  more->wanted = layer;
  thin_to(p, slot, top);
  if (base != NULL && source_is_video(base) && layer != LAYER_NONE &&
      (base->told >> layer & 1) == 0)
    tell(base, (uint8_t)(base->told | 1u << layer));
  aim(p, slot);
}

static enum allocate_rank rank_of(const struct peer *p, uint8_t slot, const struct source *base)
{
  const struct room *r = p->room;
  if (base->setup.kind == SOURCE_SCREEN)
    return ALLOCATE_SCREEN;
  bool speaks = false;
  for (int part = ROOM_STAGE; part < ROOM_PARTS; part++)
    speaks |= r->voices[part].speakers.active == base->peer->key;
  return speaks || p->more[slot].shown_flags != 0 ? ALLOCATE_SPEAKER : ALLOCATE_OTHER;
}

/* Steps are layers, each with fewer frames first where that can be. */
static uint8_t step_of(bool thinnable, uint8_t layer, uint8_t top)
{
  return thinnable ? (uint8_t)(2 * layer + (top == THIN_ALL)) : layer;
}

static struct allocate_slot describe(const struct peer *p, uint8_t slot, struct source *base)
{
  const struct slot_more *more = &p->more[slot];
  bool thinnable = is_thinnable(base);
  struct allocate_slot s = {.rank = rank_of(p, slot, base), .height = more->shown_height, .now = ALLOCATE_NEW};
  s.n_steps = (uint8_t)(sizes_of(base) * (thinnable ? 2 : 1));
  s.best = step_of(thinnable, best_layer(base, more->shown_height), THIN_ALL);
  if (more->wanted != LAYER_NONE)
    s.now = step_of(thinnable, more->wanted, more->wanted_top);
  else if (more->starved)
    s.now = ALLOCATE_NONE;
  for (uint8_t i = 0; i < s.n_steps; i++) {
    uint8_t layer = thinnable ? i / 2 : i;
    s.rate_bps[i] = thinnable && i % 2 == 0 ? thin_rate_of(base, layer) : rate_of(base, layer);
    if (i > 0 && s.rate_bps[i] < s.rate_bps[i - 1])
      s.rate_bps[i] = s.rate_bps[i - 1];
  }
  pair_stretch(p, base, rate_of(base, live_layer(base, best_layer(base, more->shown_height))), &s);
  return s;
}

static void want_step(struct peer *p, uint8_t slot, uint8_t step, bool elastic)
{
  const struct source *base = base_of(p, slot);
  if (step == ALLOCATE_NONE)
    want(p, slot, LAYER_NONE, THIN_ALL);
  else if (elastic)
    want(p, slot, best_layer(base, p->more[slot].shown_height), THIN_ALL);
  else if (!is_thinnable(base))
    want(p, slot, step, THIN_ALL);
  else if (step % 2 == 1)
    want(p, slot, step / 2, THIN_ALL);
  else
    want(p, slot, step / 2, thin_top(base, step / 2));
}

void layers_assign(struct peer *p)
{
  struct allocate_slot slots[LIMIT_VIDEO_SLOTS];
  uint8_t index[LIMIT_VIDEO_SLOTS];
  uint64_t now_us = p->media->now_us;
  uint32_t audio_bps = 0;
  size_t n = 0;
  memset(p->watch, 0, sizeof p->watch);
  for (uint8_t i = 0; i < p->n_slots; i++) {
    struct source *base = base_of(p, i);
    if (base != NULL && p->slots[i].is_video) {
      slots[n] = describe(p, i, base);
      index[n++] = i;
      continue;
    }
    if (base != NULL)
      audio_bps += p->slots[i].red_payload_type != 0 ? 2 * AUDIO_BPS : AUDIO_BPS;
    want(p, i, base != NULL ? 0 : LAYER_NONE, THIN_ALL);
  }
  p->desired_bps = allocate(slots, n, p->budget_bps, audio_bps, now_us >= p->rise_us);
  for (size_t i = 0; i < n; i++) {
    const struct allocate_slot *s = &slots[i];
    bool less = s->now < ALLOCATE_NEW && (s->step == ALLOCATE_NONE || s->step < s->now) && s->height > 0;
    if (less && s->step < s->best)
      p->rise_us = now_us + ALLOCATE_CALM_US;
    p->more[index[i]].starved = s->step == ALLOCATE_NONE && s->height > 0;
    want_step(p, index[i], s->step, s->elastic);
    if (s->height > 0 && (s->elastic || !pair_is(p->room)))
      tell_most(base_of(p, index[i]), pair_most_bps(p, s));
  }
}

void layers_set_budget(struct peer *p, uint32_t budget_bps)
{
  bool limited = budget_bps != ALLOCATE_UNLIMITED || p->budget_bps != ALLOCATE_UNLIMITED;
  p->budget_bps = budget_bps;
  if (limited && p->state == PEER_CONNECTED)
    layers_assign(p);
}

void layers_view(struct peer *p, const struct ipc_view *view)
{
  for (uint8_t i = 0; i < p->n_slots; i++) {
    struct slot_more *more = &p->more[i];
    struct span mid = span_str(p->offer->sections[more->section].mid);
    if (!p->slots[i].is_video)
      continue;
    more->shown_height = 0;
    for (uint8_t k = 0; k < view->count; k++)
      if (span_equal(mid, span_of(view->shown[k].mid, view->shown[k].mid_n))) {
        more->shown_height = view->shown[k].height;
        more->shown_flags = view->shown[k].flags;
      }
  }
  layers_assign(p);
}

/* ---- what nobody wants ---- */

void layers_note_less(struct room *r)
{
  if (!wheel_is_set(&r->layers_timer))
    wheel_set(&r->media->wheel, &r->layers_timer, r->media->now_us + LAYERS_SHRINK_US);
}

/* Both the layer that a slot wants and the one that it has. */
static void collect(const struct room *r, uint8_t *masks)
{
  for (uint32_t i = 0; i < r->peer_count; i++) {
    const struct peer *p = r->peers[i];
    for (uint8_t k = 0; k < p->n_slots; k++) {
      const struct slot_more *more = &p->more[k];
      const struct source *base = more->wanted != LAYER_NONE ? base_of(p, k) : NULL;
      if (base == NULL || !p->slots[k].is_video)
        continue;
      const struct source *now = layer_now(p, k, base);
      masks[base->place] |= (uint8_t)(1u << more->wanted);
      if (now != NULL && !p->slots[k].forward.waiting && !pair_is(r)) /* there it would take from the wanted one */
        masks[base->place] |= (uint8_t)(1u << now->layer);
    }
  }
}

void layers_follow_far(struct source *base, uint8_t mask)
{
  uint8_t told = base->told | (uint8_t)(mask & ((1u << sizes_of(base)) - 1));
  if (told != base->told)
    tell(base, told);
  layers_note_less(base->peer->room);
}

/* Its sizes are others than they were. */
static void reassign(struct source *base)
{
  struct room *r = base->peer->room;
  base->reshaped = false;
  for (uint32_t i = 0; i < r->peer_count; i++)
    if (watches_source(r->peers[i], base))
      layers_assign(r->peers[i]);
}

static void use_common(struct source *s)
{
  if (!source_is_scalable(s) || s->peer->far || s->common) /* far: its home knows, and says so */
    return;
  s->common = true;
  tell(s, s->told);
}

void layers_see_codecs(const struct peer *p)
{
  if (far_is_guest(p->room))
    far_see_codecs(p);
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++) {
    struct source *s = p->room->sources[i];
    if (s != NULL && s->peer != p && (p->scalable >> s->setup.codec.id & 1) == 0)
      use_common(s);
  }
}

void layers_see_lacking(const struct room *r, uint8_t lacking)
{
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++)
    if (r->sources[i] != NULL && (lacking >> r->sources[i]->setup.codec.id & 1) != 0)
      use_common(r->sources[i]);
}

void layers_fire(struct wheel_timer *timer, uint64_t now_us)
{
  struct room *r = CONTAINER_OF(timer, struct room, layers_timer);
  uint8_t masks[LIMIT_ROOM_SOURCES] = {0};
  (void)now_us;
  collect(r, masks);
  for (size_t i = 0; i < LIMIT_ROOM_SOURCES; i++) {
    struct source *s = r->sources[i];
    if (s == NULL || s->base != s || !source_is_video(s) || !s->published)
      continue;
    if (s->reshaped)
      reassign(s);
    masks[i] |= far_watched(s);
    if (s->told != masks[i])
      tell(s, masks[i]);
    if (!pair_is(r))
      tell_most(s, 0);
  }
}
