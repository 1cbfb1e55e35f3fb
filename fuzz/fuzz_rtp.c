/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is a packet. If it is RTP, the same fields, extension elements, payload and padding are written again,
 * and must be read back as they were. */
#include <assert.h>
#include <stdlib.h>

#include "proto/demux.h"
#include "proto/rtp.h"

#define ELEMENTS_MAX 4096u

static size_t elements_of(const struct rtp_packet *p, struct rtp_ext *ext)
{
  struct rtp_ext_walk walk;
  struct span data;
  size_t n = 0;
  rtp_ext_begin(p, &walk);
  while (n < ELEMENTS_MAX && rtp_ext_next(&walk, &ext[n])) {
    assert(ext[n].id != 0 && rtp_ext_find(p, ext[n].id, &data) == 0);
    n++;
  }
  return n;
}

static void put_padding(struct writer *w, uint8_t n)
{
  if (n == 0)
    return;
  put_zero(w, n - 1u);
  put_u8(w, n);
}

static void assert_same(const struct rtp_packet *a, const struct rtp_packet *b)
{
  assert(a->marker == b->marker && a->payload_type == b->payload_type && a->padding == b->padding);
  assert(a->sequence == b->sequence && a->timestamp == b->timestamp && a->ssrc == b->ssrc);
  assert(span_equal(a->csrc, b->csrc) && span_equal(a->payload, b->payload));
}

static void write_again(const struct rtp_packet *p, size_t size)
{
  static struct rtp_ext ext[ELEMENTS_MAX], again[ELEMENTS_MAX];
  size_t count = elements_of(p, ext);
  size_t cap = 2 * size + 64; /* an element may grow by a byte of header and 3 of padding in all */
  uint8_t *bytes = malloc(cap);
  assert(bytes != NULL);
  struct writer w = writer_of(bytes, cap);
  struct rtp_packet q;
  assert(rtp_write_header(&w, p, ext, count) == 0);
  put_span(&w, p->payload);
  put_padding(&w, p->padding);
  assert(rtp_parse(writer_span(&w), &q) == 0);
  assert_same(p, &q);
  assert(elements_of(&q, again) == count);
  for (size_t i = 0; i < count; i++)
    assert(again[i].id == ext[i].id && span_equal(again[i].data, ext[i].data));
  free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span packet = span_of(data, size);
  struct rtp_packet header, p;
  int err = rtp_parse(packet, &p);
  assert(err != 0 || rtp_parse_header(packet, &header) == 0);
  if (err != 0)
    return 0;
  assert(demux_datagram(packet) == DEMUX_RTP || demux_datagram(packet) == DEMUX_RTCP);
  assert(header.payload.p == p.payload.p && header.payload.n == p.payload.n + p.padding);
  write_again(&p, size);
  return 0;
}
