/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaving out a packet lowers the shift by one. So the highest index of the source that has come, sent or left out, is
 * always the one whose shifted number is the last that was given out. */
#include "media/forward_thin.h"

#include "base/err.h"

#define PICTURE_ID_HALF 0x4000u

static uint64_t highest(const struct forward *f)
{
  return f->next - 1 - f->now.index;
}

void forward_thin_begin(struct forward_thin *t)
{
  *t = (struct forward_thin){.left_out = UINT64_MAX};
}

void forward_thin_go_on(struct forward_thin *t, const struct forward *f)
{
  uint64_t sent = f->waiting ? 0 : f->next - f->now.first;
  *t = (struct forward_thin){.left_out = sent < THIN_WINDOW ? UINT64_MAX << sent : 0};
}

static uint16_t count(uint64_t bits)
{
  return (uint16_t)__builtin_popcountll(bits);
}

/* The bits of the `n` packets that came last. */
static uint64_t last(uint64_t bits, uint64_t n)
{
  return n >= THIN_WINDOW ? bits : bits & ((1ull << n) - 1);
}

/* The shift as it was `back` packets ago. */
static struct forward_shift shift_before(const struct forward *f, const struct forward_thin *t, uint64_t back)
{
  struct forward_shift shift = f->now;
  shift.index += count(last(t->left_out, back));
  shift.picture_id = (uint16_t)(shift.picture_id + count(last(t->starts, back)));
  return shift;
}

/* At the beginning of a frame: which layers go out from here on. */
static uint8_t choose_top(const struct vp8_descriptor *d, uint8_t top, uint8_t wanted)
{
  if (d->key_frame || wanted < top)
    return wanted;
  return wanted > top && d->tid == top + 1 && d->layer_sync ? d->tid : top;
}

/* The slot's time goes on, too: what lost parts of the frame may still come are before all that follows. */
static void leave_out(struct forward *f, struct forward_thin *t, const struct ring_packet *p)
{
  bool frame_start = p->vp8.frame_start;
  f->clock_us = p->arrival_us;
  f->timestamp = p->timestamp + f->now.timestamp;
  t->left_out |= 1;
  t->starts |= frame_start;
  f->now.index--;
  f->now.first = f->next;
  f->now.picture_id = (uint16_t)(f->now.picture_id - frame_start);
}

static bool map_late(struct forward *f, struct forward_window *window, const struct forward_thin *t,
                     const struct ring_packet *p, struct forward_out *out)
{
  uint64_t back = highest(f) - p->index;
  if (back >= THIN_WINDOW || (t->left_out >> back & 1) != 0)
    return false;
  const struct forward_shift shift = shift_before(f, t, back);
  *out = forward_apply(&shift, p);
  if (out->index >= f->next || !forward_claim(f, window, out->index))
    return false;
  if (p->is_vp8 && (uint16_t)(out->picture_id - f->picture_id - 1u) < PICTURE_ID_HALF)
    f->picture_id = out->picture_id; /* the others of its frame were left out: this id is taken all the same */
  return true;
}

bool forward_thin_is_late(const struct forward *f, const struct ring_packet *p)
{
  return p->index <= highest(f);
}

bool forward_thin_pass(struct forward *f, struct forward_window *window, struct forward_thin *t, bool goes,
                       const struct ring_packet *p, uint32_t clock_rate, struct forward_out *out)
{
  if (forward_thin_is_late(f, p))
    return map_late(f, window, t, p, out);
  uint64_t step = p->index - highest(f);
  t->left_out = step < THIN_WINDOW ? t->left_out << step : 0;
  t->starts = step < THIN_WINDOW ? t->starts << step : 0;
  if (goes)
    return forward_map(f, window, p, clock_rate, out);
  if (step > 1) /* those between are missing: their numbers stay free, and they go out when they come */
    forward_skip(f, window, p->index + f->now.index);
  leave_out(f, t, p);
  return false;
}

bool forward_thin_map(struct forward *f, struct forward_window *window, struct forward_thin *t, uint8_t *top,
                      uint8_t wanted, const struct ring_packet *p, uint32_t clock_rate, struct forward_out *out)
{
  if (f->now.source == 0 || (f->waiting && !p->key_start))
    return false;
  if (f->waiting)
    forward_begin(f, p, clock_rate, NULL);
  bool late = forward_thin_is_late(f, p);
  if (!late && p->vp8.frame_start)
    *top = choose_top(&p->vp8, *top, wanted);
  bool goes = !p->is_vp8 || p->vp8.tid <= *top;
  bool sent = forward_thin_pass(f, window, t, goes, p, clock_rate, out);
  if (!late && goes && wanted == THIN_ALL && t->left_out == 0)
    *top = THIN_OFF;
  return sent;
}

int forward_thin_find(const struct forward *f, const struct forward_thin *t, uint16_t sequence,
                      struct forward_shift *shift, uint64_t *source_index)
{
  uint16_t missed = (uint16_t)(f->next - 1 - sequence); /* packets that were sent after it */
  if (f->waiting)
    return ERR_NOT_FOUND;
  for (uint64_t back = 0; back < THIN_WINDOW; back++) {
    if ((t->left_out >> back & 1) != 0)
      continue;
    if (missed-- > 0)
      continue;
    *shift = shift_before(f, t, back);
    *source_index = highest(f) - back;
    return 0;
  }
  return ERR_NOT_FOUND;
}
