/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the client does: a ClientHello with a post-quantum key share is longer than a datagram. wolfSSL would
 * rather leave the share out and wait for a cookie that servers behind ICE don't send; so it is told of a large MTU,
 * and the hello is cut here, as browsers do it. The pieces need record numbers of their own, so all unprotected records
 * are numbered here. */
#include "proto/dtls_internal.h"

static void put_record(struct dtls *d, struct writer *w, const struct dtls_record *r, size_t n)
{
  uint64_t number = d->client_records++;
  put_u8(w, r->type);
  put_u16(w, r->version);
  put_u16(w, r->epoch);
  put_u16(w, (uint16_t)(number >> 32));
  put_u32(w, (uint32_t)number);
  put_u16(w, (uint16_t)n);
}

static void send_fragment(struct dtls *d, const struct dtls_record *r, const struct dtls_fragment *f)
{
  uint8_t space[LIMIT_DATAGRAM];
  struct writer w = writer_of(space, d->mtu);
  put_record(d, &w, r, DTLS_HANDSHAKE_HEADER + f->body.n);
  put_u8(&w, f->type);
  put_u24(&w, f->total);
  put_u16(&w, f->seq);
  put_u24(&w, f->offset);
  put_u24(&w, (uint32_t)f->body.n);
  put_span(&w, f->body);
  dtls_send_datagram(d, writer_span(&w));
}

static void send_in_fragments(struct dtls *d, struct dtls_record *r)
{
  struct dtls_fragment whole, part;
  size_t most = d->mtu - DTLS_RECORD_HEADER - DTLS_HANDSHAKE_HEADER;
  while (dtls_fragment_take(&r->body, &whole) == 0)
    while (whole.body.n > 0) {
      part = whole;
      (void)span_take(&whole.body, whole.body.n < most ? whole.body.n : most, &part.body);
      whole.offset += (uint32_t)part.body.n;
      send_fragment(d, r, &part);
    }
}

void dtls_client_send(struct dtls *d, struct span datagram)
{
  uint8_t space[LIMIT_DATAGRAM];
  struct writer w = writer_of(space, d->mtu);
  struct span rest = datagram;
  struct dtls_record r;
  while (dtls_record_take(&rest, &r) == 0 && r.epoch == 0) {
    datagram = rest;
    if (DTLS_RECORD_HEADER + r.body.n > d->mtu) {
      send_in_fragments(d, &r);
      continue;
    }
    put_record(d, &w, &r, r.body.n);
    put_span(&w, r.body);
  }
  put_span(&w, datagram); /* protected records: their numbers are part of the protection */
  if (w.n > 0)
    dtls_send_datagram(d, writer_span(&w));
}
