/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/endpoint.h"

#include <sodium.h>
#include <stdlib.h>

#include "proto/demux.h"
#include "proto/stun.h"

#define CHECK_FAST_US 200000u  /* until media flows: some servers want a second one */
#define CHECK_SLOW_US 4000000u /* consent (RFC 7675) */
#define CONNECT_US 30000000u
#define REPORT_US 1000000u

/* A size's share of the largest one. */
static struct outlet_shape shape_of(const struct endpoint_world *world, uint8_t layer)
{
  static const uint16_t bytes[LIMIT_LAYERS] = {350, 700, 0};
  struct outlet_shape shape = world->video;
  if (layer + 1u < world->layers) {
    shape.parts = (uint16_t)(layer == 0 ? 1 : (shape.parts + 1) / 2);
    shape.bytes = bytes[layer];
  }
  return shape;
}

static void init_outlets(struct endpoint *e)
{
  static const char *const rids[LIMIT_LAYERS] = {"l", "m", "h"};
  const struct endpoint_world *world = e->world;
  outlet_init(&e->outlets[0], SOURCE_MIC, &world->audio, world->rules.run, e->who, world->random);
  for (uint8_t i = 0; i < world->layers; i++) {
    const struct outlet_shape shape = shape_of(world, i);
    struct outlet *o = &e->outlets[1 + i];
    outlet_init(o, SOURCE_CAMERA, &shape, world->rules.run, e->who, world->random);
    o->layer = i;
    o->mid = world->layers > 1 ? "1" : NULL;
    o->rid = world->layers > 1 ? rids[i] : NULL;
  }
}

int endpoint_new(struct endpoint **out, struct endpoint_world *world, uint16_t who, bool publishes, uint8_t pictures,
                 void (*send)(void *ctx, const uint8_t *data, size_t n), void *ctx, uint64_t now_us)
{
  struct endpoint *e = aligned_alloc(64, (sizeof *e + 63) / 64 * 64); /* struct srtp_keys */
  if (e == NULL)
    return ERR_NOMEM;
  memset(e, 0, sizeof *e);
  e->world = world;
  e->who = who;
  e->publishes = publishes;
  e->n_inlets = (uint8_t)(ENDPOINT_VOICES + pictures);
  e->send = send;
  e->ctx = ctx;
  e->begun_us = now_us;
  e->inlets = calloc(e->n_inlets, sizeof *e->inlets);
  e->n_outlets = (uint8_t)(publishes ? 1 + world->layers : 0);
  e->outlets = publishes ? calloc(e->n_outlets, sizeof *e->outlets) : NULL;
  int err = e->inlets == NULL || (publishes && e->outlets == NULL) ? ERR_NOMEM : cert_new(&e->cert);
  if (err != 0) {
    endpoint_free(e);
    return err;
  }
  ice_client_init(&e->ice, world->random);
  e->ssrc = random_u32(world->random) | 1;
  for (size_t i = 0; i < e->n_inlets; i++)
    e->inlets[i].is_video = i >= ENDPOINT_VOICES;
  if (publishes)
    init_outlets(e);
  *out = e;
  return 0;
}

int endpoint_new_source(struct endpoint **e, struct endpoint_world *world, uint16_t who,
                        void (*send)(void *ctx, const uint8_t *data, size_t n), void *ctx, uint64_t now_us)
{
  int err = endpoint_new(e, world, who, true, 0, send, ctx, now_us);
  if (err != 0)
    return err;
  (*e)->n_inlets = 0;
  (*e)->begins = true;
  return 0;
}

void endpoint_free(struct endpoint *e)
{
  if (e == NULL)
    return;
  if (e->lite != NULL)
    ice_lite_fini(e->lite);
  free(e->lite);
  dtls_free(e->dtls);
  cert_free(e->cert);
  srtp_keys_wipe(&e->tx);
  srtp_keys_wipe(&e->rx);
  for (size_t i = 0; e->inlets != NULL && i < e->n_inlets; i++)
    inlet_fini(&e->inlets[i]);
  free(e->inlets);
  free(e->outlets);
  free(e);
}

static void fail(struct endpoint *e, const char *why)
{
  e->state = ENDPOINT_FAILED;
  e->why = why;
}

/* --- ICE and DTLS --- */

static void check(struct endpoint *e, uint64_t now_us)
{
  uint8_t buffer[STUN_REQUEST_MAX];
  struct writer w = writer_of(buffer, sizeof buffer);
  if (ice_client_check(&e->ice, true, e->world->random, &w) == 0)
    e->send(e->ctx, buffer, w.n);
  e->check_us = now_us + (e->state < ENDPOINT_FLOWS ? CHECK_FAST_US : CHECK_SLOW_US);
}

static void shake(struct endpoint *e, uint64_t now_us)
{
  const struct dtls_config config = {.cert = e->cert, .fingerprint = e->fingerprint, .send = e->send, .ctx = e->ctx};
  if (dtls_new(&e->dtls, e->world->dtls, &config) != 0 || dtls_start(e->dtls, now_us) != 0) {
    fail(e, "no DTLS could be begun");
    return;
  }
  cert_free(e->cert); /* DTLS has its copy */
  e->cert = NULL;
  e->state = ENDPOINT_SHAKES;
}

static void answer_check(struct endpoint *e, const struct stun_message *m, uint64_t now_us)
{
  uint8_t buffer[STUN_RESPONSE_MAX];
  struct writer w = writer_of(buffer, sizeof buffer);
  struct ice_event event;
  if (ice_lite_input(e->lite, now_us, &e->server, m, &w, &event) != 0)
    return;
  if (event.respond)
    e->send(e->ctx, buffer, w.n);
  if (e->state == ENDPOINT_CHECKS && event.selected_changed)
    shake(e, now_us);
}

/* By a server that is no lite one. */
static void answer_its_check(struct endpoint *e, const struct stun_message *m)
{
  uint8_t buffer[STUN_RESPONSE_MAX];
  struct writer w = writer_of(buffer, sizeof buffer);
  if (ice_client_request(&e->ice, &e->server, m, &w) == 0)
    e->send(e->ctx, buffer, w.n);
}

static void take_stun(struct endpoint *e, struct span datagram, uint64_t now_us)
{
  struct stun_message m;
  struct net_addr mapped;
  if (stun_parse(datagram, &m) != 0)
    return;
  if (e->lite != NULL)
    answer_check(e, &m, now_us);
  else if (m.class == STUN_REQUEST)
    answer_its_check(e, &m);
  else if (ice_client_response(&e->ice, now_us, &m, &mapped) == 0 && e->state == ENDPOINT_CHECKS)
    shake(e, now_us);
}

static int take_keys(struct endpoint *e)
{
  struct dtls_srtp_keys keys;
  int err = dtls_take_keys(e->dtls, &keys);
  if (err == 0)
    err = srtp_keys_init(&e->tx, e->world->aead, keys.local_key, keys.local_salt);
  if (err == 0)
    err = srtp_keys_init(&e->rx, e->world->aead, keys.remote_key, keys.remote_salt);
  sodium_memzero(&keys, sizeof keys);
  return err;
}

static void follow_dtls(struct endpoint *e, uint64_t now_us)
{
  enum dtls_state state = dtls_state(e->dtls);
  struct dtls_facts facts;
  if (state == DTLS_FAILED || state == DTLS_CLOSED) {
    dtls_facts(e->dtls, &facts);
    fail(e, state == DTLS_CLOSED ? "the server has ended the media connection" : dtls_failure_text(facts.failure));
  } else if (state == DTLS_ESTABLISHED && e->state == ENDPOINT_SHAKES) {
    if (take_keys(e) != 0) {
      fail(e, "no keys came out of DTLS");
      return;
    }
    e->state = ENDPOINT_FLOWS;
    e->flows_us = now_us;
    e->report_us = now_us + e->who * 7919u % REPORT_US; /* not all in the same moment */
  }
}

/* --- media --- */

static void take_rtp(struct endpoint *e, uint8_t *data, size_t n, uint64_t arrived_us, uint64_t now_us)
{
  struct rtp_packet p;
  struct span data_of;
  uint16_t number;
  if (rtp_parse_header(span_of(data, n), &p) != 0) {
    e->world->malformed++;
    return;
  }
  if (rtp_ext_find(&p, OUTLET_EXT_TRANSPORT, &data_of) == 0 && span_u16(&data_of, &number) == 0)
    arrivals_add(&e->arrivals, number, p.ssrc, n, arrived_us);
  for (size_t i = 0; i < e->n_inlets; i++)
    if (p.ssrc != 0 && (e->inlets[i].ssrc == p.ssrc || e->inlets[i].rtx_ssrc == p.ssrc)) {
      inlet_take(&e->inlets[i], &e->world->rules, &e->rx, &p, data, n, now_us, arrived_us, &e->world->sum);
      return;
    }
  e->world->unknown_ssrc++;
}

void endpoint_input(struct endpoint *e, uint8_t *data, size_t n, uint64_t arrived_us, uint64_t now_us)
{
  switch (demux_datagram(span_of(data, n))) {
  case DEMUX_STUN: take_stun(e, span_of(data, n), now_us); break;
  case DEMUX_DTLS:
    if (e->dtls != NULL && e->state != ENDPOINT_FAILED) {
      dtls_input(e->dtls, now_us, data, n);
      follow_dtls(e, now_us);
    }
    break;
  case DEMUX_RTP:
    if (e->state == ENDPOINT_FLOWS)
      take_rtp(e, data, n, arrived_us, now_us);
    break;
  case DEMUX_RTCP:
    if (e->state == ENDPOINT_FLOWS)
      endpoint_take_rtcp(e, data, n, now_us);
    break;
  case DEMUX_OTHER: e->world->malformed++; break;
  }
}

/* --- time --- */

static void flow(struct endpoint *e, uint64_t now_us)
{
  for (size_t i = 0; i < e->n_outlets; i++)
    outlet_play(&e->outlets[i], &e->tx, now_us, e->send, e->ctx);
  endpoint_ask(e, now_us);
  if (arrivals_due_us(&e->arrivals) <= now_us)
    endpoint_tell_arrivals(e, now_us);
  if (e->report_us <= now_us) {
    endpoint_report(e, now_us);
    e->report_us = now_us + REPORT_US;
  }
}

void endpoint_tick(struct endpoint *e, uint64_t now_us)
{
  if (e->state == ENDPOINT_NEW || e->state == ENDPOINT_FAILED)
    return;
  if (e->state != ENDPOINT_FLOWS && now_us > e->begun_us + CONNECT_US) {
    fail(e, e->state == ENDPOINT_CHECKS ? "no answer to ICE checks" : "DTLS did not come to an end in time");
    return;
  }
  if (e->check_us <= now_us && e->lite == NULL)
    check(e, now_us);
  if (e->dtls != NULL && dtls_next_us(e->dtls) <= now_us) {
    dtls_tick(e->dtls, now_us);
    follow_dtls(e, now_us);
  }
  if (e->state == ENDPOINT_FLOWS)
    flow(e, now_us);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

uint64_t endpoint_next_us(const struct endpoint *e)
{
  if (e->state == ENDPOINT_NEW || e->state == ENDPOINT_FAILED)
    return ENDPOINT_NEVER;
  uint64_t next = sooner(e->lite == NULL ? e->check_us : e->begun_us + CONNECT_US,
                         e->dtls == NULL ? ENDPOINT_NEVER : dtls_next_us(e->dtls));
  if (e->state != ENDPOINT_FLOWS)
    return next;
  for (size_t i = 0; i < e->n_outlets; i++)
    next = sooner(next, e->outlets[i].next_us);
  for (size_t i = 0; i < e->n_inlets; i++)
    if (e->inlets[i].missing != NULL)
      next = sooner(next, nack_next_us(e->inlets[i].missing));
  return sooner(next, sooner(e->report_us, arrivals_due_us(&e->arrivals)));
}

void endpoint_close(struct endpoint *e, uint64_t now_us)
{
  for (size_t i = 0; i < e->n_inlets; i++)
    inlet_close(&e->inlets[i], now_us, &e->world->sum);
  if (e->dtls != NULL && e->state != ENDPOINT_FAILED)
    dtls_close(e->dtls, now_us);
  e->state = ENDPOINT_FAILED;
  e->why = "left";
}
