/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first byte is the payload type, the rest a payload. What is read lies within it and in order; a newest older block
 * that fits can be written before the primary one and is read back. */
#include <assert.h>
#include <stdlib.h>

#include "proto/red.h"

static void check_within(struct span payload, const struct red_packet *r)
{
  const uint8_t *at = payload.p, *end = payload.p + payload.n;
  for (size_t i = 0; i < r->n_older; i++) {
    assert(r->older[i].data.n > 0 && r->older[i].data.p >= at);
    at = r->older[i].data.p + r->older[i].data.n;
  }
  assert(r->primary.n > 0 && r->primary.p >= at && r->primary.p + r->primary.n == end);
}

static void check_again(uint8_t type, const struct red_block *b, struct span primary)
{
  size_t cap = RED_ONE_BYTES + b->data.n + primary.n;
  uint8_t *space = malloc(cap);
  struct red_packet again;
  assert(space != NULL);
  struct writer w = writer_of(space, cap);
  red_write_one(&w, type, b->age, b->data);
  put_span(&w, primary);
  assert(!w.overflow && w.n == cap);
  red_stamp_one(space, type ^ 1);
  assert(red_parse(writer_span(&w), type ^ 1, &again) == 0);
  assert(again.n_older == 1 && again.older[0].age == b->age && span_equal(again.older[0].data, b->data) &&
         span_equal(again.primary, primary));
  free(space);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct red_packet r;
  if (size == 0 || red_parse(span_of(data + 1, size - 1), data[0] & 0x7f, &r) != 0)
    return 0;
  check_within(span_of(data + 1, size - 1), &r);
  const struct red_block *newest = r.n_older > 0 ? &r.older[r.n_older - 1] : NULL;
  if (newest != NULL && red_fits(newest->age, newest->data.n))
    check_again(data[0] & 0x7f, newest, r.primary);
  return 0;
}
