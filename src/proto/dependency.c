/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/dependency.h"

#include "base/err.h"

#define TEMPLATE_IDS 64u
#define NEXT_TEMPORAL 1u
#define NEXT_SPATIAL 2u
#define NO_MORE 3u
#define EXTENDED_BITS 5u   /* flags behind the fields of each packet */
#define ACTIVE_FLAG 0x40u /* the second of them */

/* ---- bits ---- */

struct bits {
  struct span data;
  size_t at; /* of the next bit */
  bool over; /* read behind the end: what came of it is 0 */
};

static uint32_t take(struct bits *b, unsigned n)
{
  uint32_t v = 0;
  if (b->over || b->at + n > 8 * b->data.n) {
    b->over = true;
    return 0;
  }
  for (; n > 0; n--, b->at++)
    v = v << 1 | ((uint32_t)b->data.p[b->at / 8] >> (7 - b->at % 8) & 1u);
  return v;
}

/* ns(n): one of n values in as few bits as it takes. */
static uint32_t take_one_of(struct bits *b, uint32_t n)
{
  unsigned width = 0;
  for (uint32_t x = n; x != 0; x >>= 1)
    width++;
  uint32_t shorter = (1u << width) - n;
  uint32_t v = take(b, width - 1);
  return v < shorter ? v : (v << 1) - shorter + take(b, 1);
}

static bool is_padding(struct bits *b)
{
  while (b->at < 8 * b->data.n)
    if (take(b, 1) != 0)
      return false;
  return true;
}

/* ---- the structure ---- */

static int take_layers(struct bits *b, struct dependency_structure *s)
{
  uint8_t spatial = 0, temporal = 0;
  for (uint32_t next = 0; next != NO_MORE;) {
    if (s->n_templates == LIMIT_DEPENDENCY_TEMPLATES || spatial == DEPENDENCY_SPATIAL ||
        temporal == DEPENDENCY_TEMPORAL)
      return ERR_LIMIT;
    s->templates[s->n_templates++] = (struct dependency_template){.spatial = spatial, .temporal = temporal};
    s->max_spatial = spatial;
    if (temporal > s->max_temporal)
      s->max_temporal = temporal;
    next = take(b, 2);
    temporal = (uint8_t)(next == NEXT_SPATIAL ? 0 : temporal + (next == NEXT_TEMPORAL));
    spatial = (uint8_t)(spatial + (next == NEXT_SPATIAL));
  }
  return 0;
}

static uint32_t take_indications(struct bits *b, uint8_t n_targets)
{
  uint32_t all = 0;
  for (uint8_t i = 0; i < n_targets; i++)
    all |= take(b, 2) << 2 * i;
  return all;
}

static int take_template_diffs(struct bits *b, struct dependency_template *t)
{
  while (take(b, 1) != 0) {
    if (t->n_diffs == LIMIT_DEPENDENCY_DIFFS)
      return ERR_LIMIT;
    t->diffs[t->n_diffs++] = (uint8_t)(take(b, 4) + 1);
  }
  return 0;
}

/* What chains say is not needed: it is known of each frame whether a receiver got those that it needs. */
static int take_chains(struct bits *b, struct dependency_structure *s)
{
  s->n_chains = (uint8_t)take_one_of(b, s->n_targets + 1u);
  if (s->n_chains == 0)
    return 0;
  for (uint8_t i = 0; i < s->n_targets; i++)
    (void)take_one_of(b, s->n_chains);
  for (unsigned i = 0; i < (unsigned)s->n_templates * s->n_chains; i++)
    (void)take(b, 4);
  return 0;
}

/* The layers of a decode target: the highest of which something belongs to it. False: nothing does. */
static bool layers_of_target(const struct dependency_structure *s, uint8_t target, uint8_t *spatial, uint8_t *temporal)
{
  bool any = false;
  *spatial = *temporal = 0;
  for (uint8_t i = 0; i < s->n_templates; i++) {
    const struct dependency_template *t = &s->templates[i];
    if ((t->indications >> 2 * target & 3) == DEPENDENCY_NOT_PRESENT)
      continue;
    any = true;
    *spatial = t->spatial > *spatial ? t->spatial : *spatial;
    *temporal = t->temporal > *temporal ? t->temporal : *temporal;
  }
  return any;
}

static bool has_cell(uint8_t cell, uint8_t other)
{
  return other / DEPENDENCY_TEMPORAL <= cell / DEPENDENCY_TEMPORAL &&
         other % DEPENDENCY_TEMPORAL <= cell % DEPENDENCY_TEMPORAL;
}

static uint16_t targets_within(const struct dependency_structure *s, uint8_t cell)
{
  uint32_t mask = 0;
  for (uint8_t i = 0; i < DEPENDENCY_CELLS; i++)
    if (has_cell(cell, i))
      mask |= 1u << s->target_of[i];
  return (uint16_t)mask;
}

/* For each cell the best target that is no more than it; where there is none, the least of all. */
static int fill_grid(struct dependency_structure *s)
{
  uint8_t spatial[LIMIT_DEPENDENCY_TARGETS], temporal[LIMIT_DEPENDENCY_TARGETS], least = 0;
  for (uint8_t i = 0; i < s->n_targets; i++) {
    if (!layers_of_target(s, i, &spatial[i], &temporal[i]))
      return ERR_MALFORMED;
    if (dependency_cell(spatial[i], temporal[i]) < dependency_cell(spatial[least], temporal[least]))
      least = i;
  }
  for (uint8_t cell = 0; cell < DEPENDENCY_CELLS; cell++) {
    uint8_t best = least;
    for (uint8_t i = 0; i < s->n_targets; i++)
      if (spatial[i] <= cell / DEPENDENCY_TEMPORAL && temporal[i] <= cell % DEPENDENCY_TEMPORAL &&
          dependency_cell(spatial[i], temporal[i]) > dependency_cell(spatial[best], temporal[best]))
        best = i;
    s->target_of[cell] = best;
  }
  for (uint8_t cell = 0; cell < DEPENDENCY_CELLS; cell++)
    s->targets_within[cell] = targets_within(s, cell);
  return 0;
}

static bool has_key_only(const struct dependency_structure *s)
{
  uint8_t most = s->target_of[dependency_cell(s->max_spatial, 0)];
  for (uint8_t i = 0; i < s->n_templates; i++) {
    const struct dependency_template *t = &s->templates[i];
    if (t->temporal == 0 && t->n_diffs > 0 && (t->indications >> 2 * most & 3) == DEPENDENCY_NOT_PRESENT)
      return true;
  }
  return false;
}

static void take_sizes(struct bits *b, struct dependency_structure *s)
{
  if (take(b, 1) == 0)
    return;
  for (uint8_t i = 0; i <= s->max_spatial; i++) {
    uint32_t width = take(b, 16) + 1, height = take(b, 16) + 1;
    s->width[i] = (uint16_t)(width > UINT16_MAX ? UINT16_MAX : width);
    s->height[i] = (uint16_t)(height > UINT16_MAX ? UINT16_MAX : height);
  }
}

static int take_structure(struct bits *b, struct dependency_structure *s)
{
  *s = (struct dependency_structure){.first_template = (uint8_t)take(b, 6)};
  uint32_t n_targets = take(b, 5) + 1;
  if (n_targets > LIMIT_DEPENDENCY_TARGETS)
    return ERR_LIMIT;
  s->n_targets = (uint8_t)n_targets;
  s->active = (uint16_t)((1u << n_targets) - 1);
  int err = take_layers(b, s);
  for (uint8_t i = 0; i < s->n_templates && err == 0; i++)
    s->templates[i].indications = take_indications(b, s->n_targets);
  for (uint8_t i = 0; i < s->n_templates && err == 0; i++)
    err = take_template_diffs(b, &s->templates[i]);
  if (err == 0)
    err = take_chains(b, s);
  if (err != 0)
    return err;
  take_sizes(b, s);
  if (b->over)
    return ERR_TRUNCATED;
  err = fill_grid(s);
  s->key_only = err == 0 && has_key_only(s);
  return err;
}

/* ---- a packet ---- */

static uint16_t mask_of(struct bits *b, uint8_t n_targets)
{
  return (uint16_t)take(b, n_targets); /* the first bit on the wire is the highest: bit 0, for target 0, comes last */
}

static int take_diffs(struct bits *b, struct dependency *d)
{
  d->n_diffs = 0;
  for (uint32_t size = take(b, 2); size != 0; size = take(b, 2)) {
    if (d->n_diffs == LIMIT_DEPENDENCY_DIFFS)
      return ERR_LIMIT;
    d->diffs[d->n_diffs++] = (uint16_t)(take(b, 4 * size) + 1);
  }
  return 0;
}

static void spread(struct dependency *d, const struct dependency_structure *s, uint32_t of_targets)
{
  for (uint8_t cell = 0; cell < DEPENDENCY_CELLS; cell++) {
    d->indications |= (of_targets >> 2 * s->target_of[cell] & 3) << 2 * cell;
    d->active[cell] = s->targets_within[cell] & d->all_active;
  }
}

struct extended {
  bool structure, indications, diffs, chains;
};

/* What follows from the template, or stands in its place. */
static int take_definition(struct bits *b, const struct dependency_structure *s, uint32_t id,
                           const struct extended *has, struct dependency *d)
{
  uint32_t index = (id + TEMPLATE_IDS - s->first_template) % TEMPLATE_IDS;
  if (index >= s->n_templates)
    return ERR_NOT_FOUND;
  const struct dependency_template *t = &s->templates[index];
  d->spatial = t->spatial;
  d->temporal = t->temporal;
  d->n_targets = s->n_targets;
  d->n_diffs = t->n_diffs;
  for (uint8_t i = 0; i < t->n_diffs; i++)
    d->diffs[i] = t->diffs[i];
  spread(d, s, has->indications ? take_indications(b, s->n_targets) : t->indications);
  int err = has->diffs ? take_diffs(b, d) : 0;
  for (uint8_t i = 0; has->chains && i < s->n_chains; i++)
    (void)take(b, 8);
  return err;
}

static void take_flags(struct bits *b, struct extended *has, struct dependency *d)
{
  d->has_extended = true;
  has->structure = take(b, 1) != 0;
  d->has_active = take(b, 1) != 0;
  has->indications = take(b, 1) != 0;
  has->diffs = take(b, 1) != 0;
  has->chains = take(b, 1) != 0;
}

int dependency_parse(struct span data, struct dependency_structure *s, struct dependency *d)
{
  struct bits b = {.data = data};
  struct extended has = {0};
  struct dependency_structure next;
  const struct dependency_structure *used = s;
  if (data.n < DEPENDENCY_BYTES)
    return ERR_TRUNCATED;
  if (data.n > DEPENDENCY_LONGEST)
    return ERR_RANGE;
  *d = (struct dependency){.frame_start = take(&b, 1) != 0};
  d->frame_end = take(&b, 1) != 0;
  uint32_t id = take(&b, 6);
  d->frame = (uint16_t)take(&b, 16);
  if (data.n > DEPENDENCY_BYTES)
    take_flags(&b, &has, d);
  int err = has.structure ? take_structure(&b, &next) : s->n_templates == 0 ? ERR_NOT_FOUND : 0;
  if (err != 0)
    return err;
  if (has.structure)
    used = &next;
  d->active_bit = (uint16_t)b.at;
  d->all_active = d->has_active ? mask_of(&b, used->n_targets) : used->active;
  err = take_definition(&b, used, id, &has, d);
  if (err != 0)
    return err;
  if (b.over)
    return ERR_TRUNCATED;
  if (!is_padding(&b) || (has.structure && !d->frame_start))
    return ERR_MALFORMED;
  d->has_structure = has.structure;
  d->key = has.structure && d->n_diffs == 0 && d->spatial == 0;
  if (has.structure)
    *s = next;
  s->active = d->all_active;
  return 0;
}

/* ---- writing ---- */

struct bit_writer {
  uint8_t bytes[DEPENDENCY_LONGEST + DEPENDENCY_MORE];
  size_t at;
};

static void put(struct bit_writer *w, uint32_t v, unsigned n)
{
  for (; n > 0; n--, w->at++)
    w->bytes[w->at / 8] |= (uint8_t)((v >> (n - 1) & 1u) << (7 - w->at % 8));
}

static void put_rest(struct bit_writer *w, struct bits *b, size_t until)
{
  while (b->at < until)
    put(w, take(b, 1), 1);
}

static bool writes_active(const struct dependency *d, uint16_t active)
{
  return d->has_active || active != d->all_active;
}

size_t dependency_size(struct span original, const struct dependency *d, uint16_t active)
{
  size_t bits = 8 * original.n;
  if (!writes_active(d, active) || d->has_active)
    return original.n;
  return (bits + (d->has_extended ? 0 : EXTENDED_BITS) + d->n_targets + 7) / 8;
}

/* `original`: what is behind the fields that each packet has. */
static void put_with_active(struct writer *w, struct span original, const struct dependency *d, uint16_t active)
{
  struct bits b = {.data = original};
  struct bit_writer out = {.at = 0};
  if (d->has_extended)
    put_rest(&out, &b, d->active_bit - 8u * DEPENDENCY_BYTES);
  else
    put(&out, 0, EXTENDED_BITS);
  out.bytes[0] |= ACTIVE_FLAG;
  put(&out, active, d->n_targets);
  b.at += d->has_active ? d->n_targets : 0;
  put_rest(&out, &b, 8 * original.n);
  put_bytes(w, out.bytes, (out.at + 7) / 8);
}

int dependency_write(struct writer *w, struct span original, const struct dependency *d, uint16_t frame,
                     uint16_t active)
{
  uint8_t first;
  if (original.n < DEPENDENCY_BYTES || original.n > DEPENDENCY_LONGEST)
    return ERR_RANGE;
  (void)span_u8(&original, &first);
  (void)span_skip(&original, DEPENDENCY_BYTES - 1);
  put_u8(w, first);
  put_u16(w, frame);
  if (writes_active(d, active))
    put_with_active(w, original, d, active);
  else
    put_span(w, original);
  return w->overflow ? ERR_LIMIT : 0;
}
