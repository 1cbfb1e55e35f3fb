/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/demux.h"
#include "proto/stun.h"

#define CHECK_FAST_US 200000u  /* until the first answer: longer than any round trip here */
#define CHECK_SLOW_US 2500000u /* consent */
#define REPORT_US 1000000u
#define NEVER UINT64_MAX

static void must(bool right)
{
  if (!right)
    abort();
}

static uint32_t random_ssrc(struct client *c)
{
  uint32_t ssrc;
  do
    ssrc = random_u32(c->random);
  while (ssrc == 0);
  return ssrc;
}

enum media_source client_kind(const struct client *c, const struct client_source *s)
{
  return s - c->source < SOURCE_COUNT ? (enum media_source)(s - c->source) : SOURCE_CAMERA;
}

uint8_t client_layer(const struct client *c, const struct client_source *s)
{
  return s - c->source < SOURCE_COUNT ? 0 : (uint8_t)(s - c->source - SOURCE_COUNT + 1);
}

static void init_source(struct client *c, int stream, bool offered)
{
  static const char *const rids[LIMIT_LAYERS] = {"l", "m", "h"};
  struct client_source *s = &c->source[stream];
  enum media_source kind = client_kind(c, s);
  s->offered = s->on = offered;
  s->h264 = c->config.h264;
  s->rid = kind == SOURCE_CAMERA && c->config.camera_layers > 1 ? rids[client_layer(c, s)] : NULL;
  s->ssrc = random_ssrc(c);
  s->rtx_ssrc = random_ssrc(c);
  s->sequence = c->config.first_sequence != 0 ? c->config.first_sequence : (uint16_t)(random_u32(c->random) % 0x7000);
  s->rtx_sequence = (uint16_t)(random_u32(c->random) % 0x7000);
  s->timestamp_base = c->config.first_timestamp != 0 ? c->config.first_timestamp : random_u32(c->random);
  s->picture_id = (uint16_t)(random_u32(c->random) & 0x7fff);
  s->tl0picidx = (uint8_t)random_u32(c->random);
  s->level = 127;
  s->parts = media_source_is_video(kind) ? 2 : 1;
  s->key_due = true;
  if (offered)
    must((s->sent = calloc(CLIENT_SENT, sizeof *s->sent)) != NULL);
}

void client_init(struct client *c, const struct client_config *config, const struct random *random,
                 const struct aead_backend *aead, const struct dtls_context *dtls_context,
                 void (*send)(void *ctx, const uint8_t *data, size_t n), void *ctx, uint64_t now_us)
{
  memset(c, 0, sizeof *c);
  c->config = *config;
  c->random = random;
  c->aead = aead;
  c->dtls_context = dtls_context;
  c->send = send;
  c->ctx = ctx;
  c->now_us = now_us;
  c->rtcp_ssrc = random_ssrc(c);
  c->transport.next = config->first_number;
  ice_client_init(&c->ice, random);
  must(cert_new(&c->cert) == 0);
  memcpy(c->offered_fingerprint, cert_fingerprint(c->cert), CERT_FINGERPRINT);
  init_source(c, SOURCE_MIC, config->mic);
  init_source(c, SOURCE_CAMERA, config->camera);
  init_source(c, SOURCE_SCREEN, config->screen);
  init_source(c, SOURCE_SCREEN_SOUND, config->screen_sound);
  for (int i = 1; i < LIMIT_LAYERS; i++)
    init_source(c, SOURCE_COUNT + i - 1, config->camera && i < config->camera_layers);
  if (config->camera_layers > 1)
    c->source[SOURCE_CAMERA].parts = 1;
  c->source[CLIENT_STREAMS - 1].parts = 3;
}

void client_fini(struct client *c)
{
  dtls_free(c->dtls);
  cert_free(c->cert);
  srtp_keys_wipe(&c->tx);
  srtp_keys_wipe(&c->rx);
  free(c->transport.sent_bytes);
  free(c->transport.arrived_us);
  for (int i = 0; i < CLIENT_STREAMS; i++)
    free(c->source[i].sent);
  for (size_t i = 0; i < CLIENT_SLOTS; i++)
    free(c->slot[i].packets);
  memset(c, 0, sizeof *c);
}

void client_restart_ice(struct client *c)
{
  ice_client_init(&c->ice, c->random);
}

void client_set_source(struct client *c, enum media_source source, bool on)
{
  struct client_source *s = &c->source[source];
  s->on = on;
  s->key_due = true;
  if (s->next_us < c->now_us)
    s->next_us = c->now_us;
}

void client_set_layers(struct client *c, uint8_t mask)
{
  for (int i = 0; i < c->config.camera_layers; i++) {
    int stream = i == 0 ? (int)SOURCE_CAMERA : SOURCE_COUNT + i - 1;
    struct client_source *s = &c->source[stream];
    bool on = (mask >> i & 1) != 0;
    s->key_due |= on && !s->on;
    s->on = on;
    if (s->next_us < c->now_us)
      s->next_us = c->now_us;
  }
}

void client_close(struct client *c)
{
  if (c->dtls != NULL)
    dtls_close(c->dtls, c->now_us);
  c->state = CLIENT_ENDED;
}

/* ---- ICE and DTLS ---- */

static void check(struct client *c)
{
  uint8_t buffer[STUN_REQUEST_MAX];
  struct writer w = writer_of(buffer, sizeof buffer);
  if (ice_client_check(&c->ice, true, c->random, &w) == 0)
    c->send(c->ctx, buffer, w.n);
  c->next_check_us = c->now_us + (c->state == CLIENT_CHECKING ? CHECK_FAST_US : CHECK_SLOW_US);
}

static void start_dtls(struct client *c)
{
  const struct dtls_config config = {
      .cert = c->cert, .fingerprint = c->server_fingerprint, .send = c->send, .ctx = c->ctx};
  must(dtls_new(&c->dtls, c->dtls_context, &config) == 0);
  must(dtls_start(c->dtls, c->now_us) == 0);
  c->state = CLIENT_HANDSHAKING;
}

static void take_stun(struct client *c, struct span datagram)
{
  struct stun_message m;
  struct net_addr mapped;
  if (stun_parse(datagram, &m) != 0 || ice_client_response(&c->ice, c->now_us, &m, &mapped) != 0)
    return;
  if (c->state == CLIENT_CHECKING && !c->config.no_dtls)
    start_dtls(c);
}

static void follow_dtls(struct client *c)
{
  struct dtls_srtp_keys keys;
  enum dtls_state state = dtls_state(c->dtls);
  if (state == DTLS_FAILED || state == DTLS_CLOSED)
    c->state = CLIENT_ENDED;
  if (state != DTLS_ESTABLISHED || c->state != CLIENT_HANDSHAKING)
    return;
  must(dtls_take_keys(c->dtls, &keys) == 0);
  must(srtp_keys_init(&c->tx, c->aead, keys.local_key, keys.local_salt) == 0);
  must(srtp_keys_init(&c->rx, c->aead, keys.remote_key, keys.remote_salt) == 0);
  sodium_memzero(&keys, sizeof keys);
  c->state = CLIENT_CONNECTED;
  c->next_report_us = c->now_us + REPORT_US;
  for (int i = 0; i < CLIENT_STREAMS; i++)
    c->source[i].next_us = c->now_us;
}

void client_input(struct client *c, uint64_t now_us, const uint8_t *data, size_t n)
{
  uint8_t copy[LIMIT_DATAGRAM];
  c->now_us = now_us;
  if (n > sizeof copy)
    return;
  memcpy(copy, data, n);
  switch (demux_datagram(span_of(copy, n))) {
  case DEMUX_STUN: take_stun(c, span_of(copy, n)); break;
  case DEMUX_DTLS:
    if (c->dtls != NULL) {
      dtls_input(c->dtls, now_us, copy, n);
      follow_dtls(c);
    }
    break;
  case DEMUX_RTP:
    if (c->state == CLIENT_CONNECTED)
      client_take_rtp(c, copy, n);
    break;
  case DEMUX_RTCP:
    if (c->state == CLIENT_CONNECTED)
      client_take_rtcp(c, copy, n);
    break;
  case DEMUX_OTHER: c->broken++; break;
  }
}

/* ---- time ---- */

void client_tick(struct client *c, uint64_t now_us)
{
  c->now_us = now_us;
  if (c->state == CLIENT_NEW || c->state == CLIENT_ENDED)
    return;
  if (c->next_check_us <= now_us)
    check(c);
  if (c->dtls != NULL) {
    dtls_tick(c->dtls, now_us);
    follow_dtls(c);
  }
  if (c->state != CLIENT_CONNECTED)
    return;
  client_make_media(c);
  client_repair(c);
  client_tell_transport(c);
  if (c->next_report_us <= now_us) {
    client_report(c);
    c->next_report_us = now_us + REPORT_US;
  }
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

uint64_t client_next_us(const struct client *c)
{
  if (c->state == CLIENT_NEW || c->state == CLIENT_ENDED)
    return NEVER;
  uint64_t next = c->next_check_us;
  if (c->dtls != NULL)
    next = sooner(next, dtls_next_us(c->dtls));
  if (c->state != CLIENT_CONNECTED)
    return next;
  next = sooner(next, sooner(c->next_report_us, client_transport_next_us(c)));
  return sooner(next, sooner(client_media_next_us(c), client_repair_next_us(c)));
}
