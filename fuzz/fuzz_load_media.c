/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server may send to people of the load tool: an answer, an offer, its checks, reports and feedback, payloads;
 * and the file that names the speakers. The first byte says which of them. */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "load/endpoint.h"
#include "load/speakers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_US 1000000000u

static void swallow(void *ctx, const uint8_t *data, size_t n)
{
  (void)data;
  *(size_t *)ctx += n;
}

static struct endpoint_world *world(void)
{
  static struct endpoint_world w;
  if (w.random != NULL)
    return &w;
  assert(sodium_init() >= 0);
  w.random = &random_system;
  w.rules = (struct inlet_rules){.run = 5, .verify_every = 1};
  w.layers = LIMIT_LAYERS;
  w.audio = (struct outlet_shape){.frame_us = 20000, .parts = 1, .bytes = 90};
  w.video = (struct outlet_shape){.frame_us = 33333, .parts = 2, .bytes = 1100};
  return &w;
}

/* A viewer of one picture, or a speaker too. */
static struct endpoint *person(bool publishes, size_t *sent)
{
  struct endpoint *e;
  if (endpoint_new(&e, world(), 1, publishes, 1, swallow, sent, NOW_US) != 0)
    abort();
  return e;
}

static void check_answer(struct span in)
{
  size_t sent = 0;
  struct endpoint *e = person(false, &sent);
  if (endpoint_answer(e, in, 0, NOW_US) == 0) {
    assert(e->server.port != 0 && e->state == ENDPOINT_CHECKS);
    endpoint_tick(e, NOW_US);
    assert(sent > 0);
  }
  endpoint_free(e);
}

static void check_offer(struct span in)
{
  static uint8_t answer[65536];
  struct writer w = writer_of(answer, sizeof answer);
  struct net_addr own;
  struct endpoint *e;
  size_t sent = 0;
  if (net_addr_parse("192.0.2.1", 5000, &own) != 0 ||
      endpoint_new_offered(&e, world(), 1, in, 0, swallow, &sent, NOW_US) != 0)
    return;
  endpoint_put_answer(e, in, &own, &w);
  endpoint_free(e);
}

static void check_speakers(struct span in)
{
  static struct load_speakers s;
  unsigned line;
  size_t n = in.n < sizeof s.text - 1 ? in.n : sizeof s.text - 1;
  if (n > 0)
    memcpy(s.text, in.p, n);
  s.text[n] = '\0';
  if (load_speakers_parse(&s, &line) != 0)
    return;
  for (size_t i = 0; i < s.n; i++)
    assert(s.account[i].email[0] != '\0' && s.account[i].password[0] != '\0');
}

static void check_mark(struct span in)
{
  struct mark m;
  if (mark_read(in, &m) == 0)
    (void)mark_is_whole(in, &m);
}

static void check_compound(struct span in)
{
  size_t sent = 0;
  struct endpoint *e = person(true, &sent);
  e->outlets[1].ssrc = 2;
  endpoint_take_compound(e, in, NOW_US);
  endpoint_free(e);
}

/* A datagram to a source that has its answer: what is no check of the server's is not answered. */
static void check_source(struct span in)
{
  static const char answer[] =
      "a=ice-ufrag:K1yK\na=ice-pwd:BBXkj7cssrJNZZ9e+AeDsO\na=fingerprint:sha-256 00:00:00:00:00:00:00:00:00:00:00:00:"
      "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00\na=candidate:1 1 udp 1 192.0.2.1 5000 typ host\n"
      "m=audio\nm=video\n";
  uint8_t datagram[LIMIT_DATAGRAM];
  size_t sent = 0, n = in.n < sizeof datagram ? in.n : sizeof datagram;
  struct endpoint *e;
  if (endpoint_new_source(&e, world(), 1, swallow, &sent, NOW_US) != 0 ||
      endpoint_answer(e, span_str(answer), 0, NOW_US) != 0)
    abort();
  if (n > 0)
    memcpy(datagram, in.p, n);
  endpoint_input(e, datagram, n, NOW_US, NOW_US);
  assert(e->state == ENDPOINT_CHECKS && sent == 0);
  endpoint_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span in = span_of(data, size);
  uint8_t how;
  if (span_u8(&in, &how) != 0)
    return 0;
  switch (how % 6) {
  case 0: check_answer(in); break;
  case 1: check_speakers(in); break;
  case 2: check_mark(in); break;
  case 4: check_offer(in); break;
  case 5: check_source(in); break;
  default: check_compound(in); break;
  }
  return 0;
}
