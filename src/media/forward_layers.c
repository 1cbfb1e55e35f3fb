/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/forward_layers.h"

#define FRAMES 64u

void forward_layers_begin(struct forward_layers *l)
{
  *l = (struct forward_layers){0};
  forward_thin_begin(&l->thin);
}

static uint8_t spatial_of(uint8_t cell)
{
  return cell / DEPENDENCY_TEMPORAL;
}

static bool has_what_it_needs(const struct forward_layers *l, const struct dependency *d)
{
  for (uint8_t i = 0; i < d->n_diffs; i++)
    if (d->diffs[i] >= FRAMES || (l->sent >> d->diffs[i] & 1) == 0)
      return false;
  return true;
}

static bool may_switch(const struct forward_layers *l, const struct dependency *d, uint8_t cell)
{
  return dependency_of(d, cell) == DEPENDENCY_SWITCH && has_what_it_needs(l, d);
}

/* If the wanted size cannot be had yet, perhaps its frame rate can. */
static uint8_t choose_cell(const struct forward_layers *l, const struct dependency *d, uint8_t wanted)
{
  uint8_t same_size = dependency_cell(spatial_of(l->cell), wanted % DEPENDENCY_TEMPORAL);
  if (d->key || (wanted != l->cell && may_switch(l, d, wanted)))
    return wanted;
  return same_size != l->cell && may_switch(l, d, same_size) ? same_size : l->cell;
}

/* A frame of which nothing had come. */
static void see_frame(struct forward_layers *l, const struct dependency *d, uint8_t wanted)
{
  uint16_t step = (uint16_t)(d->frame - l->frame);
  l->sent = step < FRAMES ? l->sent << step : 0;
  l->frame = d->frame;
  l->cell = choose_cell(l, d, wanted);
  l->goes = dependency_of(d, l->cell) != DEPENDENCY_NOT_PRESENT;
  l->sent |= l->goes;
}

static bool choose(struct forward_layers *l, const struct dependency *d, uint8_t wanted)
{
  uint16_t step = (uint16_t)(d->frame - l->frame);
  if (d->key) /* whatever was before has no part in it */
    l->sent = 0;
  if (d->key || (step != 0 && step < 0x8000))
    see_frame(l, d, wanted);
  return l->goes;
}

void forward_layers_finish(const struct forward_layers *l, const struct ring_packet *p, struct forward_out *out)
{
  out->active = p->dependency.active[l->cell];
  out->marker |= p->dependency.frame_end && p->dependency.spatial == spatial_of(l->cell);
}

bool forward_layers_map(struct forward *f, struct forward_window *window, struct forward_layers *l, uint8_t wanted,
                        const struct ring_packet *p, uint32_t clock_rate, struct forward_out *out)
{
  if (f->now.source == 0 || (f->waiting && !p->key_start))
    return false;
  if (f->waiting)
    forward_begin(f, p, clock_rate, NULL);
  bool goes = forward_thin_is_late(f, p) || choose(l, &p->dependency, wanted);
  if (!forward_thin_pass(f, window, &l->thin, goes, p, clock_rate, out))
    return false;
  forward_layers_finish(l, p, out);
  return true;
}
