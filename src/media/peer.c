/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "media/allocate.h"
#include "media/far.h"
#include "media/feedback.h"
#include "media/layers.h"
#include "media/room.h"
#include "media/upstream.h"

#define FIRST_RTT_US 100000u /* until a report tells */

static void fire_timer(struct wheel_timer *timer, uint64_t now_us);

struct peer *peer_find(struct media *m, uint64_t key)
{
  uint64_t id;
  return map_get(&m->peer_by_key, &key, &id) == 0 ? slab_get(&m->peers, id) : NULL;
}

/* ---- beginning and end ---- */

static void make_cname(struct peer *p)
{
  uint8_t bytes[PEER_CNAME_BYTES * 3 / 4];
  char text[PEER_CNAME_BYTES + 1];
  random_fill(&p->media->random, bytes, sizeof bytes);
  sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  memcpy(p->cname, text, sizeof p->cname);
}

static int make_identity(struct peer *p, const struct sdp_offer *offer)
{
  struct media *m = p->media;
  int err = ice_lite_init(&p->ice, m->now_us, span_str(offer->ice_ufrag), &m->random);
  if (err == 0)
    err = map_put(&m->peer_by_ufrag, ice_lite_ufrag(&p->ice).p, p->id);
  if (err == 0)
    err = cert_new(&p->cert);
  if (err == 0)
    memcpy(p->fingerprint, cert_fingerprint(p->cert), sizeof p->fingerprint);
  make_cname(p);
  p->session_id = (uint64_t)random_u32(&m->random) << 16;
  return err;
}

int peer_new(struct media *m, const struct ipc_offer *o, const struct sdp_offer *offer, struct peer **peer)
{
  slab_id id;
  void *item;
  struct room *room;
  int err = slab_take(&m->peers, &id, &item);
  if (err != 0) {
    m->counters.limit_reached++;
    return err;
  }
  struct peer *p = item;
  p->media = m;
  p->id = id;
  p->key = o->peer;
  p->connection = o->connection;
  p->publish = o->publish;
  p->post_quantum = o->post_quantum;
  p->backstage = o->backstage;
  p->cryptex = offer->cryptex;
  p->rtt_us = FIRST_RTT_US;
  p->budget_bps = ALLOCATE_UNLIMITED;
  p->scalable = UINT8_MAX; /* until its offer was read */
  p->connect_by_us = m->now_us + LIMIT_CONNECT_US;
  p->timer.fire = fire_timer;
  err = downstream_init(p);
  if (err == 0)
    err = map_put(&m->peer_by_key, &p->key, id);
  if (err == 0)
    err = make_identity(p, offer);
  if (err == 0)
    err = room_get(m, o->room, &room);
  if (err == 0)
    err = room_join(room, p);
  if (err != 0) {
    peer_free(p);
    return err;
  }
  far_follow(room, o->home, o->members);
  peer_schedule(p);
  *peer = p;
  return 0;
}

static void leave_tables(struct peer *p)
{
  struct media *m = p->media;
  (void)map_remove(&m->peer_by_key, &p->key);
  (void)map_remove(&m->peer_by_ufrag, p->ice.now.ufrag);
  if (p->ice.restarting)
    (void)map_remove(&m->peer_by_ufrag, p->ice.before.ufrag);
  for (uint8_t i = 0; i < p->ice.tuples; i++)
    (void)map_remove(&m->peer_by_tuple, &p->ice.tuple[i].addr);
  if (p->counted)
    m->handshakes--;
}

void peer_free(struct peer *p)
{
  struct media *m = p->media;
  for (int i = 0; i < SOURCE_COUNT; i++)
    if (p->sources[i] != NULL)
      source_free(p->sources[i]);
  if (p->room != NULL)
    room_leave(p->room, p);
  leave_tables(p);
  wheel_cancel(&m->wheel, &p->timer);
  upstream_free(p->upstream);
  downstream_fini(p);
  dtls_free(p->dtls);
  cert_free(p->cert);
  srtp_keys_wipe(&p->tx);
  srtp_keys_wipe(&p->rx);
  ice_lite_fini(&p->ice);
  free(p->slots);
  free(p->offer);
  free(p->rtcp_rx);
  slab_release(&m->peers, p->id);
}

void peer_close(struct peer *p)
{
  if (p->state == PEER_CONNECTED)
    feedback_bye(p);
  if (p->dtls != NULL)
    dtls_close(p->dtls, p->media->now_us);
  peer_free(p);
}

void peer_gone(struct peer *p, enum ipc_gone_reason reason)
{
  const struct ipc_gone message = {.peer = p->key, .connection = p->connection, .reason = (uint8_t)reason};
  struct writer w = media_message_begin(p->media);
  ipc_encode_gone(&w, &message);
  media_message_end(p->media, &w);
  peer_free(p);
}

/* The server's map may not lose the agent's older generation: what is retired meanwhile is taken out first. */
int peer_restart_ice(struct peer *p, struct span remote_ufrag)
{
  struct media *m = p->media;
  if (p->ice.restarting)
    (void)map_remove(&m->peer_by_ufrag, ice_lite_ufrag(&p->ice).p);
  int err = ice_lite_restart(&p->ice, remote_ufrag, &m->random);
  return err == 0 ? map_put(&m->peer_by_ufrag, ice_lite_ufrag(&p->ice).p, p->id) : err;
}

/* ---- what it tells ---- */

void peer_report_security(struct peer *p, enum ipc_media_state state, const char *reason)
{
  struct dtls_facts facts = {.version = "", .cipher = "", .group = "", .srtp = ""};
  struct ipc_security message = {.peer = p->key, .connection = p->connection, .state = (uint8_t)state};
  if (p->dtls != NULL)
    dtls_facts(p->dtls, &facts);
  message.cryptex_in = p->cryptex_in;
  message.cryptex_out = p->cryptex_out;
  memcpy(message.fingerprint_server, p->fingerprint, sizeof message.fingerprint_server);
  if (facts.peer_cert)
    memcpy(message.fingerprint_client, facts.peer_fingerprint, sizeof message.fingerprint_client);
  message.reason = span_str(reason != NULL ? reason : "");
  message.dtls = span_str(facts.version);
  message.cipher = span_str(facts.cipher);
  message.group = span_str(facts.group);
  message.srtp = span_str(facts.srtp);
  struct writer w = media_message_begin(p->media);
  ipc_encode_security(&w, &message);
  media_message_end(p->media, &w);
}

void peer_send_rtcp(struct peer *p, const struct writer *compound)
{
  struct media *m = p->media;
  size_t n = 0;
  if (!peer_is_reachable(p) || compound->overflow || compound->n + SRTCP_OVERHEAD > LIMIT_DATAGRAM)
    return;
  uint8_t *at = m->sink.reserve(m->sink.ctx, LIMIT_DATAGRAM);
  memcpy(at, compound->base, compound->n);
  if (srtcp_protect(&p->tx, p->srtcp_index++, at, compound->n, LIMIT_DATAGRAM, &n) != 0)
    n = 0;
  m->sink.commit(m->sink.ctx, &p->remote, n, n);
  m->counters.datagrams_out += n > 0;
  m->counters.bytes_out += n;
}

/* ---- DTLS ---- */

static void send_dtls(void *ctx, const uint8_t *data, size_t n)
{
  struct peer *p = ctx;
  media_send(p->media, &p->remote, data, n);
}

static void end_handshake(struct peer *p)
{
  if (p->counted)
    p->media->handshakes--;
  p->counted = false;
}

/* The certificate is in DTLS's hands from here on; a copy would be one more to wipe. */
static int begin_handshake(struct peer *p)
{
  struct media *m = p->media;
  if (m->handshakes >= LIMIT_HANDSHAKES) {
    m->counters.limit_reached++;
    return ERR_LIMIT;
  }
  const struct dtls_config config = {
      .cert = p->cert, .fingerprint = p->offer->fingerprint, .send = send_dtls, .ctx = p,
      .require_post_quantum = p->post_quantum};
  int err = dtls_new(&p->dtls, m->dtls, &config);
  if (err != 0)
    return err;
  cert_free(p->cert);
  p->cert = NULL;
  p->state = PEER_HANDSHAKING;
  p->counted = true;
  m->handshakes++;
  return 0;
}

static int take_keys(struct peer *p)
{
  struct media *m = p->media;
  struct dtls_srtp_keys keys;
  int err = dtls_take_keys(p->dtls, &keys);
  if (err == 0)
    err = srtp_keys_init(&p->tx, m->aead, keys.local_key, keys.local_salt);
  if (err == 0)
    err = srtp_keys_init(&p->rx, m->aead, keys.remote_key, keys.remote_salt);
  sodium_memzero(&keys, sizeof keys);
  return err;
}

static void connect_media(struct peer *p)
{
  struct media *m = p->media;
  p->state = PEER_CONNECTED;
  p->report_us = m->now_us + random_u32(&m->random) % FEEDBACK_REPORT_US; /* spread, however many come at once */
  demand_begin(&p->demand);
  m->counters.handshakes++;
  peer_report_security(p, IPC_MEDIA_CONNECTED, NULL);
  room_assign_peer(p->room, p, false);
  downstream_begin(p);
}

static void fail(struct peer *p, enum dtls_failure failure)
{
  p->media->counters.handshakes_failed++;
  peer_report_security(p, IPC_MEDIA_FAILED, dtls_failure_text(failure));
  peer_gone(p, failure == DTLS_FAIL_POST_QUANTUM ? IPC_GONE_POST_QUANTUM : IPC_GONE_DTLS_FAILED);
}

/* Looks at what DTLS has become. False: the peer is gone. */
static bool follow_dtls(struct peer *p)
{
  struct dtls_facts facts;
  switch (dtls_state(p->dtls)) {
  case DTLS_NEW:
  case DTLS_HANDSHAKING: return true;
  case DTLS_ESTABLISHED:
    if (p->state == PEER_CONNECTED)
      return true;
    end_handshake(p);
    if (take_keys(p) == 0) {
      connect_media(p);
      return true;
    }
    fail(p, DTLS_FAIL_INTERNAL);
    return false;
  case DTLS_FAILED:
    dtls_facts(p->dtls, &facts);
    fail(p, facts.failure);
    return false;
  case DTLS_CLOSED: peer_gone(p, IPC_GONE_CLOSED_BY_PEER); return false;
  }
  return true;
}

/* After the handshake DTLS has little left to say. Its session would be a third of all that a viewer costs, and its keys
 * are wiped the sooner: it is let go once the peer waits for no answer any more. */
static void let_go_of_dtls(struct peer *p, uint64_t now_us)
{
  if (p->dtls != NULL && now_us - p->dtls_us >= PEER_DTLS_QUIET_US)
    (void)dtls_let_go(p->dtls);
}

/* What comes from then on may be a close_notify, which nobody can read, or was sent by somebody else: the peer's checks
 * tell, which end with it. */
static bool has_left(struct peer *p, uint64_t now_us)
{
  if (p->farewell_us == 0 || now_us - p->farewell_us < PEER_FAREWELL_US)
    return false;
  if (ice_lite_expires_us(&p->ice) <= p->farewell_us + ICE_CONSENT_US)
    return true;
  p->farewell_us = 0;
  return false;
}

void peer_receive_dtls(struct peer *p, const uint8_t *data, size_t n)
{
  if (p->dtls == NULL && begin_handshake(p) != 0)
    return; /* the peer will try again */
  if (dtls_is_let_go(p->dtls)) {
    p->farewell_us = p->farewell_us != 0 ? p->farewell_us : p->media->now_us;
    return;
  }
  p->dtls_us = p->media->now_us;
  dtls_input(p->dtls, p->media->now_us, data, n);
  if (follow_dtls(p))
    peer_schedule(p);
}

/* ---- time ---- */

void peer_follow_ice(struct peer *p)
{
  const struct net_addr *remote = ice_lite_remote(&p->ice);
  p->remote = remote != NULL ? *remote : (struct net_addr){0};
}

void peer_schedule(struct peer *p)
{
  uint64_t next = ice_lite_expires_us(&p->ice);
  uint64_t dtls = p->dtls != NULL ? dtls_next_us(p->dtls) : DTLS_NEVER;
  if (dtls < next)
    next = dtls;
  uint64_t own = p->state == PEER_CONNECTED ? p->report_us : p->connect_by_us;
  if (own < next)
    next = own;
  if (!wheel_is_set(&p->timer) || p->timer.deadline_us != next)
    wheel_set(&p->media->wheel, &p->timer, next);
}

static void fire_timer(struct wheel_timer *timer, uint64_t now_us)
{
  struct peer *p = CONTAINER_OF(timer, struct peer, timer);
  if (ice_lite_expired(&p->ice, now_us)) {
    p->media->counters.peers_expired++;
    peer_gone(p, IPC_GONE_CONSENT);
    return;
  }
  if (p->dtls != NULL) {
    dtls_tick(p->dtls, now_us);
    if (!follow_dtls(p))
      return;
  }
  if (p->state != PEER_CONNECTED && p->connect_by_us <= now_us) {
    fail(p, DTLS_FAIL_TIMEOUT); /* checks alone must not keep a place for ever */
    return;
  }
  if (p->state == PEER_CONNECTED && p->report_us <= now_us) {
    if (has_left(p, now_us)) {
      peer_gone(p, IPC_GONE_CLOSED_BY_PEER);
      return;
    }
    let_go_of_dtls(p, now_us);
    feedback_report(p);
    if (p->budget_bps != ALLOCATE_UNLIMITED)
      layers_assign(p); /* what layers cost has changed, and things may have been calm for long enough */
    p->report_us = now_us + FEEDBACK_REPORT_US;
  }
  peer_schedule(p);
}
