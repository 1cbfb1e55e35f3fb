/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ClientHello, before wolfSSL sees it: put together, judged, handed over; and what a repeated one brings about. */
#include <stdlib.h>

#include "base/err.h"
#include "proto/dtls_internal.h"

#define REPEAT_LEAST_US 25000u /* a repeated ClientHello repeats our flight at most this often */

static uint8_t alert_for(enum dtls_failure f)
{
  enum { HANDSHAKE_FAILURE = 40, PROTOCOL_VERSION = 70, INSUFFICIENT_SECURITY = 71 }; /* RFC 8446 section 6 */
  if (f == DTLS_FAIL_VERSION)
    return PROTOCOL_VERSION;
  return f == DTLS_FAIL_SRTP_MISSING ? HANDSHAKE_FAILURE : INSUFFICIENT_SECURITY;
}

/* Tells the peer, so that it need not wait for its own time-out. */
static void refuse(struct dtls *d, enum dtls_failure failure)
{
  enum { FATAL = 2 };
  uint8_t space[DTLS_RECORD_HEADER + 2];
  struct writer w = writer_of(space, sizeof space);
  put_u8(&w, DTLS_CONTENT_ALERT);
  put_u16(&w, DTLS_VERSION_12);
  put_u16(&w, 0); /* epoch */
  put_u16(&w, 0); /* record number: above all that we sent */
  put_u32(&w, (uint32_t)d->sent + 1);
  put_u16(&w, 2);
  put_u8(&w, FATAL);
  put_u8(&w, alert_for(failure));
  dtls_send_datagram(d, writer_span(&w));
  dtls_fail(d, failure);
}

/* Gives wolfSSL the whole message as one record, which it takes for what the client sent. */
static void feed_hello(struct dtls *d, const struct dtls_record *last)
{
  uint8_t space[DTLS_RECORD_HEADER + DTLS_HANDSHAKE_HEADER + LIMIT_DTLS_HELLO];
  const struct dtls_hello_assembly *a = d->gate.assembly;
  struct writer w = writer_of(space, sizeof space);
  put_u8(&w, DTLS_CONTENT_HANDSHAKE);
  put_u16(&w, last->version);
  put_u16(&w, last->epoch);
  put_u16(&w, (uint16_t)(last->number >> 32));
  put_u32(&w, (uint32_t)last->number);
  put_u16(&w, (uint16_t)(DTLS_HANDSHAKE_HEADER + a->total));
  put_u8(&w, DTLS_CLIENT_HELLO);
  put_u24(&w, a->total);
  put_u16(&w, a->seq);
  put_u24(&w, 0);
  put_u24(&w, a->total);
  put_bytes(&w, a->data, a->total);
  d->input = writer_span(&w);
  if (w.n > d->mtu)
    (void)wolfSSL_dtls_set_mtu(d->ssl, (unsigned short)w.n); /* for this read: the MTU bounds that, too */
  dtls_advance(d);
  d->input = (struct span){0};
}

/* Without a key share for the hybrid a server would settle for X25519: leave it no choice but to ask for one (T4). */
static void insist_on_hybrid(struct dtls *d)
{
  int hybrid[] = {WOLFSSL_X25519MLKEM768};
  if (d->facts.offer.dtls13 && d->facts.offer.hybrid_group)
    (void)wolfSSL_set_groups(d->ssl, hybrid, 1);
}

static void take_hello(struct dtls *d, const struct dtls_record *last)
{
  struct dtls_hello hello;
  if (dtls_hello_parse(span_of(d->gate.assembly->data, d->gate.assembly->total), &hello) != 0) {
    dtls_hello_reset(d->gate.assembly); /* damaged or forged: a good one may follow */
    return;
  }
  d->facts.offer = hello.offer;
  enum dtls_failure failure = dtls_hello_judge(&hello.offer, d->require_post_quantum);
  if (failure != DTLS_OK) {
    refuse(d, failure);
    return;
  }
  memcpy(d->gate.random, hello.random, sizeof d->gate.random);
  d->gate.wanted = false;
  d->gate.seq++;
  insist_on_hybrid(d);
  feed_hello(d, last);
  free(d->gate.assembly);
  d->gate.assembly = NULL;
}

static void add_wanted(struct dtls *d, const struct dtls_record *r, const struct dtls_fragment *f)
{
  if (d->gate.assembly == NULL && (d->gate.assembly = calloc(1, sizeof *d->gate.assembly)) == NULL)
    return; /* as if lost: the client repeats it */
  dtls_begin(d);
  if (dtls_hello_add(d->gate.assembly, f) == 0)
    take_hello(d, r);
}

/* The client has not heard our answer. Only the first fragment of the very hello that was answered counts, and only as
 * often as a client would repeat it. */
static void answer_again(struct dtls *d, struct dtls_fragment f)
{
  struct span random;
  if (d->state != DTLS_HANDSHAKING || d->now_us - d->sent_us < REPEAT_LEAST_US || f.offset != 0)
    return;
  if (span_skip(&f.body, 2) != 0 || span_take(&f.body, DTLS_HELLO_RANDOM, &random) != 0 ||
      memcmp(random.p, d->gate.random, random.n) != 0)
    return;
  dtls_retry(d);
}

static void hello_fragment(struct dtls *d, const struct dtls_record *r, const struct dtls_fragment *f)
{
  if (d->gate.wanted && f->seq == d->gate.seq)
    add_wanted(d, r, f);
  else if (f->seq < d->gate.seq)
    answer_again(d, *f);
}

bool dtls_server_gate(struct dtls *d, struct span datagram)
{
  struct dtls_record r;
  struct dtls_fragment f;
  bool only_hello = d->gate.wanted, is_hello = false;
  while (dtls_record_take(&datagram, &r) == 0 && r.epoch == 0 && r.type == DTLS_CONTENT_HANDSHAKE)
    while (d->ssl != NULL && dtls_fragment_take(&r.body, &f) == 0 && f.type == DTLS_CLIENT_HELLO) {
      is_hello = true;
      hello_fragment(d, &r, &f);
    }
  return only_hello || is_hello;
}

/* RFC 8446 section 4.1.3: a ServerHello with this random is a HelloRetryRequest. */
static const uint8_t hello_retry_random[DTLS_HELLO_RANDOM] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

static bool is_hello_retry(struct span datagram)
{
  struct dtls_record r;
  struct dtls_fragment f;
  struct span random;
  return dtls_record_take(&datagram, &r) == 0 && r.type == DTLS_CONTENT_HANDSHAKE && r.epoch == 0 &&
         dtls_fragment_take(&r.body, &f) == 0 && f.type == DTLS_SERVER_HELLO && span_skip(&f.body, 2) == 0 &&
         span_take(&f.body, sizeof hello_retry_random, &random) == 0 &&
         memcmp(random.p, hello_retry_random, random.n) == 0;
}

void dtls_server_sees_output(struct dtls *d, struct span datagram)
{
  if (datagram.n > sizeof d->gate.retry_request || !is_hello_retry(datagram))
    return;
  memcpy(d->gate.retry_request, datagram.p, datagram.n);
  d->gate.retry_request_n = datagram.n;
  d->gate.wanted = true;
}
