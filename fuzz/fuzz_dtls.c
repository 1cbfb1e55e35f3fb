/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is a mode and datagrams, each behind its length (two bytes): to a new server session, or to one that is
 * established with an authentic client. No input may crash it, make a new session established (the client's certificate
 * is one that nobody has), end an established one, or make it send more than its allowance. Each datagram is read as a
 * ClientHello as well. */
#include <assert.h>
#include <stdlib.h>

#include "proto/dtls.h"
#include "proto/dtls_hello.h"

#define STEP_US 20000u
#define PENDING 16

/* Made once: libFuzzer calls again and again. */
static struct dtls_context *server_context, *client_context;
static struct cert *server_cert, *client_cert;

/* Datagrams on their way between the two ends of an authentic handshake. */
struct mail {
  size_t count, delivered;
  size_t n[PENDING];
  uint8_t data[PENDING][LIMIT_DATAGRAM];
};

static void post(void *ctx, const uint8_t *data, size_t n)
{
  struct mail *m = ctx;
  assert(m->count < PENDING && n <= LIMIT_DATAGRAM);
  memcpy(m->data[m->count], data, n);
  m->n[m->count++] = n;
}

static bool deliver(struct mail *m, struct dtls *to, uint64_t now_us)
{
  bool any = m->delivered < m->count;
  for (; m->delivered < m->count; m->delivered++)
    dtls_input(to, now_us, m->data[m->delivered], m->n[m->delivered]);
  return any;
}

static void count_sent(void *ctx, const uint8_t *data, size_t n)
{
  uint64_t *sent = ctx;
  (void)data;
  assert(n <= DTLS_MTU);
  ++*sent;
}

struct session {
  struct mail to_client, to_server;
  struct dtls *server;
  uint64_t sent; /* since the input took over */
  bool established;
};

static void send_by_server(void *ctx, const uint8_t *data, size_t n)
{
  struct session *s = ctx;
  if (s->established)
    count_sent(&s->sent, data, n);
  else
    post(&s->to_client, data, n);
}

static void establish(struct session *s)
{
  struct dtls *client;
  struct dtls_config a = {
      .cert = client_cert, .fingerprint = cert_fingerprint(server_cert), .send = post, .ctx = &s->to_server};
  struct dtls_config b = {
      .cert = server_cert, .fingerprint = cert_fingerprint(client_cert), .send = send_by_server, .ctx = s};
  assert(dtls_new(&client, client_context, &a) == 0 && dtls_new(&s->server, server_context, &b) == 0);
  assert(dtls_start(client, 0) == 0);
  bool any = true;
  while (any) {
    any = deliver(&s->to_server, s->server, 0);
    any |= deliver(&s->to_client, client, 0);
  }
  assert(dtls_state(s->server) == DTLS_ESTABLISHED);
  dtls_free(client);
  s->established = true;
}

static void begin(struct session *s)
{
  static const uint8_t nobodys[CERT_FINGERPRINT];
  struct dtls_config config = {.cert = server_cert, .fingerprint = nobodys, .send = count_sent, .ctx = &s->sent};
  assert(dtls_new(&s->server, server_context, &config) == 0);
}

static void read_as_hello(struct span datagram)
{
  struct dtls_hello h;
  if (dtls_hello_parse(datagram, &h) != 0 || dtls_hello_judge(&h.offer, true) != DTLS_OK)
    return;
  assert(h.offer.dtls13 && h.offer.suite_ok && h.offer.srtp_ok && h.offer.hybrid_group && h.offer.group_ok);
}

static uint64_t feed(struct session *s, struct span input)
{
  uint64_t now_us = 0;
  uint16_t n;
  struct span datagram;
  while (span_u16(&input, &n) == 0) {
    if (span_take(&input, n < input.n ? n : input.n, &datagram) != 0)
      break;
    now_us += STEP_US;
    read_as_hello(datagram);
    dtls_input(s->server, now_us, datagram.p, datagram.n);
    dtls_tick(s->server, now_us);
  }
  return now_us;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  assert(dtls_context_new(&server_context, DTLS_SERVER) == 0 && dtls_context_new(&client_context, DTLS_CLIENT) == 0);
  assert(cert_new(&server_cert) == 0 && cert_new(&client_cert) == 0);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct session s;
  struct span input = span_of(data, size);
  uint8_t mode;
  if (span_u8(&input, &mode) != 0)
    return 0;
  s = (struct session){0};
  if (mode == 1)
    establish(&s);
  else
    begin(&s);
  uint64_t now_us = feed(&s, input);
  assert((dtls_state(s.server) == DTLS_ESTABLISHED) == s.established);
  assert(s.sent <= LIMIT_DTLS_BURST + 1 + now_us * LIMIT_DTLS_PER_SECOND / 1000000);
  dtls_free(s.server);
  return 0;
}
