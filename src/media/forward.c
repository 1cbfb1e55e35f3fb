/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/forward.h"

#include <string.h>

#include "base/err.h"
#include "proto/rtp.h"

void forward_init(struct forward *f, const struct random *random)
{
  *f = (struct forward){.next = 1 + random_u32(random) % 0x7fff, .timestamp = random_u32(random)};
}

void forward_switch(struct forward *f, struct forward_history *history, slab_id source)
{
  if (f->now.source != 0 && !f->waiting) {
    memmove(history->before + 1, history->before, sizeof history->before[0] * (FORWARD_HISTORY - 1));
    history->before[0] = f->now;
  }
  f->now = (struct forward_shift){.source = source};
  f->waiting = source != 0;
}

uint32_t forward_timestamp_at(const struct forward *f, uint64_t now_us, uint32_t clock_rate)
{
  uint64_t elapsed_us = now_us > f->clock_us ? now_us - f->clock_us : 0;
  return f->timestamp + (uint32_t)(elapsed_us * clock_rate / 1000000u);
}

/* The source continues where the one before it ended: the next index and picture, at the time that has passed since. */
void forward_begin(struct forward *f, const struct ring_packet *p, uint32_t clock_rate, const uint32_t *shift)
{
  uint32_t timestamp = f->clock_us == 0 ? f->timestamp : forward_timestamp_at(f, p->arrival_us, clock_rate);
  if (f->clock_us != 0 && timestamp == f->timestamp)
    timestamp++; /* two pictures never share a timestamp */
  if (shift != NULL && rtp_timestamp_newer(p->timestamp + *shift, f->timestamp) &&
      p->timestamp + *shift - timestamp + clock_rate < 2 * clock_rate) /* to a second, earlier or later */
    timestamp = p->timestamp + *shift;
  f->now.first = f->next;
  f->now.index = f->next - p->index;
  f->now.timestamp = timestamp - p->timestamp;
  f->now.picture_id = (uint16_t)(f->picture_id + 1u - ring_picture_id(p));
  f->now.tl0picidx = (uint8_t)(f->tl0picidx + 1u - p->vp8.tl0picidx);
  f->waiting = false;
}

static bool was_sent(const struct forward_window *w, uint64_t index)
{
  return (w->sent[index % FORWARD_WINDOW / 64] >> (index % 64) & 1) != 0;
}

static void set_sent(struct forward_window *w, uint64_t index, bool sent)
{
  uint64_t *word = &w->sent[index % FORWARD_WINDOW / 64];
  uint64_t bit = 1ull << (index % 64);
  *word = sent ? *word | bit : *word & ~bit;
}

void forward_skip(struct forward *f, struct forward_window *w, uint64_t next)
{
  if (next - f->next > FORWARD_WINDOW)
    memset(w->sent, 0, sizeof w->sent);
  else
    for (uint64_t i = f->next; i < next; i++)
      set_sent(w, i, false);
  f->next = next;
}

/* True the first time that an index in the window is claimed; every later time, and below the window, false. */
bool forward_claim(struct forward *f, struct forward_window *w, uint64_t index)
{
  if (index >= f->next)
    forward_skip(f, w, index + 1);
  else if (f->next - index > FORWARD_WINDOW || was_sent(w, index))
    return false;
  set_sent(w, index, true);
  return true;
}

struct forward_out forward_apply(const struct forward_shift *shift, const struct ring_packet *p)
{
  uint64_t index = p->index + shift->index;
  return (struct forward_out){
      .index = index,
      .timestamp = p->timestamp + shift->timestamp,
      .picture_id = (uint16_t)(ring_picture_id(p) + shift->picture_id),
      .tl0picidx = (uint8_t)(p->vp8.tl0picidx + shift->tl0picidx),
      .marker = p->marker,
      .active = p->is_scalable ? p->dependency.all_active : 0,
  };
}

bool forward_map(struct forward *f, struct forward_window *window, const struct ring_packet *p, uint32_t clock_rate,
                 struct forward_out *out)
{
  bool first = f->waiting;
  if (f->now.source == 0 || (f->waiting && !p->key_start))
    return false;
  if (first)
    forward_begin(f, p, clock_rate, NULL);
  *out = forward_apply(&f->now, p);
  /* Compared at the source's end: an index from before its beginning would wrap around below 0 here. */
  if (p->index < f->now.first - f->now.index || out->index >= FORWARD_INDEX_END)
    return false;
  bool newest = out->index >= f->next;
  if (!forward_claim(f, window, out->index))
    return false;
  out->marker |= first && !p->is_video; /* a talk spurt begins (RFC 3551, section 4.1) */
  if (newest) {
    f->clock_us = p->arrival_us;
    f->timestamp = out->timestamp;
    if (p->is_vp8 || p->is_scalable) {
      f->picture_id = out->picture_id;
      f->tl0picidx = out->tl0picidx;
    }
  }
  return true;
}

bool forward_is_next(const struct forward *f, const struct ring_packet *p)
{
  return f->waiting ? p->key_start : p->index + f->now.index >= f->next && p->index >= f->now.first - f->now.index;
}

int forward_find(const struct forward *f, const struct forward_history *history, uint16_t sequence,
                 const struct forward_shift **shift, uint64_t *source_index)
{
  uint64_t newest = f->next - 1;
  uint64_t back = (uint16_t)(newest - sequence);
  if (back > newest || back >= 0x8000)
    return ERR_NOT_FOUND;
  uint64_t index = newest - back;
  const struct forward_shift *found = f->waiting ? NULL : &f->now;
  for (int i = 0; found == NULL || found->source == 0 || index < found->first; i++) {
    if (i == FORWARD_HISTORY)
      return ERR_NOT_FOUND;
    found = &history->before[i];
  }
  *shift = found;
  *source_index = index - found->index;
  return 0;
}
