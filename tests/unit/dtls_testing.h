/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two ends of a DTLS session and a bad network between them, in virtual time: the same in every run, whatever the
 * machine. */
#ifndef TESTUDO_TESTS_DTLS_TESTING_H
#define TESTUDO_TESTS_DTLS_TESTING_H

#include <stdlib.h>

#include "crypto_testing.h"
#include "proto/dtls.h"

#define WIRE_MAX 512
#define WIRE_DELAY_US 10000u
#define WIRE_STEPS_MAX 100000

/* What the network does to datagrams, in percent. Reordering comes from jitter. */
struct weather {
  unsigned loss, duplicate;
  uint64_t jitter_us;
};

struct wire_datagram {
  uint64_t at_us;
  int to; /* 0: client, 1: server */
  size_t n;
  uint8_t *data; /* of exactly n bytes; NULL once delivered */
};

/* An end is ours or any other stack: a callback that takes a datagram, and a timer. */
struct end {
  void (*input)(void *self, uint64_t now_us, const uint8_t *data, size_t n);
  void (*tick)(void *self, uint64_t now_us);
  uint64_t (*next_us)(void *self);
  void *self;
};

struct wire {
  struct end end[2];
  struct weather weather;
  uint64_t random;
  uint64_t now_us;
  size_t sent[2]; /* by the client, by the server */
  size_t largest;
  bool (*swallow)(void *ctx, int from, const uint8_t *data, size_t n); /* true: this datagram is lost */
  void *swallow_ctx;
  size_t count;
  struct wire_datagram queue[WIRE_MAX];
};

struct wire_port { /* the send callback's context */
  struct wire *wire;
  int from;
};

static inline uint32_t wire_random(struct wire *w, uint32_t below)
{
  uint32_t v;
  test_random_fill(&w->random, &v, sizeof v);
  return v % below;
}

static inline void wire_put(struct wire *w, int to, const uint8_t *data, size_t n)
{
  struct wire_datagram *d = NULL;
  for (size_t i = 0; i < w->count && d == NULL; i++)
    if (w->queue[i].data == NULL)
      d = &w->queue[i];
  if (d == NULL) {
    assert_true(w->count < WIRE_MAX);
    d = &w->queue[w->count++];
  }
  uint64_t jitter = w->weather.jitter_us > 0 ? wire_random(w, (uint32_t)w->weather.jitter_us) : 0;
  *d = (struct wire_datagram){.at_us = w->now_us + WIRE_DELAY_US + jitter, .to = to, .n = n, .data = malloc(n)};
  assert_non_null(d->data);
  memcpy(d->data, data, n);
}

static inline void wire_send(void *ctx, const uint8_t *data, size_t n)
{
  struct wire_port *port = ctx;
  struct wire *w = port->wire;
  w->sent[port->from]++;
  if (n > w->largest)
    w->largest = n;
  if (w->swallow != NULL && w->swallow(w->swallow_ctx, port->from, data, n))
    return;
  if (wire_random(w, 100) < w->weather.loss)
    return;
  wire_put(w, !port->from, data, n);
  if (wire_random(w, 100) < w->weather.duplicate)
    wire_put(w, !port->from, data, n);
}

/* The earliest datagram of the queue, first in first out among equals by place; -1 if none. */
static inline int wire_first(const struct wire *w)
{
  int first = -1;
  for (size_t i = 0; i < w->count; i++)
    if (w->queue[i].data != NULL && (first < 0 || w->queue[i].at_us < w->queue[first].at_us))
      first = (int)i;
  return first;
}

static inline void wire_deliver(struct wire *w, int i)
{
  struct wire_datagram d = w->queue[i];
  w->queue[i].data = NULL;
  w->end[d.to].input(w->end[d.to].self, w->now_us, d.data, d.n);
  free(d.data);
}

static inline uint64_t wire_next_us(struct wire *w)
{
  int first = wire_first(w);
  uint64_t next = first < 0 ? DTLS_NEVER : w->queue[first].at_us;
  for (int i = 0; i < 2; i++)
    if (w->end[i].next_us(w->end[i].self) < next)
      next = w->end[i].next_us(w->end[i].self);
  return next;
}

/* Lets everything happen up to a time, or until nothing is left to happen. */
static inline void wire_run(struct wire *w, uint64_t until_us)
{
  for (size_t steps = 0;; steps++) {
    uint64_t next = wire_next_us(w);
    if (next > until_us)
      break;
    assert_true(steps < WIRE_STEPS_MAX); /* an end whose timer is due for ever */
    if (next > w->now_us)
      w->now_us = next;
    int first = wire_first(w);
    if (first >= 0 && w->queue[first].at_us <= w->now_us)
      wire_deliver(w, first);
    for (int i = 0; i < 2; i++)
      w->end[i].tick(w->end[i].self, w->now_us);
  }
  if (until_us != DTLS_NEVER)
    w->now_us = until_us;
}

static inline void wire_clear(struct wire *w)
{
  for (size_t i = 0; i < w->count; i++)
    free(w->queue[i].data);
  w->count = 0;
}

/* ---- our own implementation as an end ---- */

static inline void our_input(void *self, uint64_t now_us, const uint8_t *data, size_t n)
{
  dtls_input(self, now_us, data, n);
}

static inline void our_tick(void *self, uint64_t now_us)
{
  dtls_tick(self, now_us);
}

static inline uint64_t our_next_us(void *self)
{
  return dtls_next_us(self);
}

static inline struct end our_end(struct dtls *d)
{
  return (struct end){.input = our_input, .tick = our_tick, .next_us = our_next_us, .self = d};
}

#endif
