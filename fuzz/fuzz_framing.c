/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream, read at once and read in pieces whose size the first byte says, holds the same datagrams; what is read is
 * changed in place, as decryption does. */
#include <assert.h>
#include <stdlib.h>

#include "proto/framing.h"

struct reading {
  struct framing framing;
  size_t datagrams, bytes;
  uint32_t sum;
  int err; /* the last one */
};

static void read_on(struct reading *r, const uint8_t *p, size_t n)
{
  uint8_t *copy = malloc(n > 0 ? n : 1), *datagram;
  assert(copy != NULL);
  memcpy(copy, p, n);
  struct framing_input input = {.p = copy, .n = n};
  size_t length;
  while ((r->err = framing_next(&r->framing, &input, &datagram, &length)) == 0) {
    assert(length > 0 && length <= LIMIT_DATAGRAM);
    for (size_t i = 0; i < length; i++) {
      r->sum = r->sum * 31 + datagram[i];
      datagram[i] = 0xff;
    }
    r->datagrams++;
    r->bytes += length;
  }
  assert(r->err == ERR_LIMIT || (r->err == ERR_TRUNCATED && input.n == 0));
  free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct reading whole = {0}, pieces = {0};
  if (size < 1)
    return 0;
  size_t piece = data[0] % 64 + 1u;
  read_on(&whole, data + 1, size - 1);
  for (size_t at = 1; at < size && pieces.err != ERR_LIMIT; at += piece)
    read_on(&pieces, data + at, size - at < piece ? size - at : piece);
  assert(whole.datagrams == pieces.datagrams && whole.bytes == pieces.bytes && whole.sum == pieces.sum);
  assert((whole.err == ERR_LIMIT) == (pieces.err == ERR_LIMIT));
  return 0;
}
