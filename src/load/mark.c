/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/mark.h"

#define MAGIC 0x74734c64u

static uint8_t filler(const struct mark *m, size_t at)
{
  return (uint8_t)(m->who * 31u + m->source * 13u + m->frame * 7u + m->part * 3u + at);
}

void mark_put(struct writer *w, const struct mark *m, size_t size)
{
  if (size < w->n + MARK_BYTES || size > w->cap) {
    w->overflow = true;
    return;
  }
  while (w->n < size - MARK_BYTES)
    put_u8(w, filler(m, w->n));
  put_u32(w, MAGIC);
  put_u32(w, m->run);
  put_u16(w, m->who);
  put_u8(w, m->source);
  put_u8(w, (uint8_t)(m->layer << 1 | m->key));
  put_u32(w, m->frame);
  put_u16(w, m->part);
  put_u16(w, m->parts);
  put_u32(w, (uint32_t)(m->made_us >> 32));
  put_u32(w, (uint32_t)m->made_us);
}

int mark_read(struct span payload, struct mark *m)
{
  uint32_t magic;
  uint8_t key;
  if (payload.n < MARK_BYTES)
    return ERR_MALFORMED;
  struct span s = span_of(payload.p + payload.n - MARK_BYTES, MARK_BYTES);
  (void)span_u32(&s, &magic);
  (void)span_u32(&s, &m->run);
  (void)span_u16(&s, &m->who);
  (void)span_u8(&s, &m->source);
  (void)span_u8(&s, &key);
  (void)span_u32(&s, &m->frame);
  (void)span_u16(&s, &m->part);
  (void)span_u16(&s, &m->parts);
  (void)span_u64(&s, &m->made_us);
  m->key = (key & 1) != 0;
  m->layer = key >> 1;
  return magic == MAGIC && m->layer < LIMIT_LAYERS && m->part < m->parts ? 0 : ERR_MALFORMED;
}

bool mark_is_whole(struct span payload, const struct mark *m)
{
  for (size_t at = MARK_FILLER_FROM; at + MARK_BYTES < payload.n; at++)
    if (payload.p[at] != filler(m, at))
      return false;
  return true;
}
