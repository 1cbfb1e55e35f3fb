/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/red.h"

#include <assert.h>

#define FOLLOWS 0x80u /* another block's header comes behind this one */

struct head {
  uint16_t age, n;
};

/* One header. *last: it was the primary block's. */
static int take_head(struct span *s, uint8_t payload_type, struct head *head, bool *last)
{
  uint8_t first, low;
  uint16_t high;
  if (span_u8(s, &first) != 0)
    return ERR_TRUNCATED;
  if ((first & 0x7f) != payload_type)
    return ERR_MALFORMED;
  *last = (first & FOLLOWS) == 0;
  if (*last)
    return 0;
  if (span_u16(s, &high) != 0 || span_u8(s, &low) != 0)
    return ERR_TRUNCATED;
  head->age = (uint16_t)(high >> 2);
  head->n = (uint16_t)((high & 3u) << 8 | low);
  return 0;
}

int red_parse(struct span payload, uint8_t payload_type, struct red_packet *r)
{
  struct head heads[RED_OLDER + 1];
  size_t n = 0;
  bool last = false;
  *r = (struct red_packet){0};
  while (!last) {
    int err = take_head(&payload, payload_type, &heads[n], &last);
    if (err != 0)
      return err;
    if (!last && n++ == RED_OLDER)
      return ERR_LIMIT;
  }
  for (size_t i = 0; i < n; i++) {
    struct red_block *b = &r->older[r->n_older];
    b->age = heads[i].age;
    if (span_take(&payload, heads[i].n, &b->data) != 0)
      return ERR_TRUNCATED;
    r->n_older += b->data.n > 0;
  }
  r->primary = payload;
  return payload.n > 0 ? 0 : ERR_TRUNCATED;
}

void red_write_one(struct writer *w, uint8_t payload_type, uint32_t age, struct span older)
{
  assert(red_fits(age, older.n));
  put_u8(w, (uint8_t)(FOLLOWS | payload_type));
  put_u16(w, (uint16_t)(age << 2 | older.n >> 8));
  put_u8(w, (uint8_t)older.n);
  put_u8(w, payload_type);
  put_span(w, older);
}

void red_stamp_one(uint8_t *head, uint8_t payload_type)
{
  head[0] = (uint8_t)(FOLLOWS | payload_type);
  head[4] = payload_type;
}
