/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/transport.h"

#include <string.h>

#include "media/feedback.h"
#include "media/peer.h"
#include "media/source.h"
#include "media/upstream.h"
#include "proto/demux.h"
#include "proto/stun.h"

static struct peer *peer_at(const struct media *m, const struct net_addr *from)
{
  uint64_t id;
  return map_get(&m->peer_by_tuple, from, &id) == 0 ? slab_get(&m->peers, id) : NULL;
}

/* ---- ICE ---- */

static struct peer *peer_of_check(const struct media *m, const struct stun_message *check)
{
  struct span ufrag;
  uint64_t id;
  if (ice_local_ufrag(check, &ufrag) != 0 || map_get(&m->peer_by_ufrag, ufrag.p, &id) != 0)
    return NULL;
  return slab_get(&m->peers, id);
}

/* A participant can put another's address on a check of his own; the one who is there keeps it (ice_lite_holds). */
static bool held_by_another(const struct peer *p, const struct net_addr *from)
{
  const struct peer *holder = peer_at(p->media, from);
  return holder != NULL && holder != p && ice_lite_holds(&holder->ice, from, p->media->now_us);
}

void transport_address_gone(struct media *m, const struct net_addr *addr)
{
  struct peer *p = peer_at(m, addr);
  if (p == NULL)
    return;
  (void)map_remove(&m->peer_by_tuple, addr);
  ice_lite_forget(&p->ice, addr);
  peer_follow_ice(p);
}

static void add_tuple(struct peer *p, const struct net_addr *from)
{
  struct media *m = p->media;
  struct peer *former = peer_at(m, from);
  if (former != NULL && former != p) {
    ice_lite_forget(&former->ice, from);
    peer_follow_ice(former);
  }
  if (map_put(&m->peer_by_tuple, from, p->id) != 0) {
    m->counters.limit_reached++;
    ice_lite_forget(&p->ice, from);
  }
}

static void take_ice_event(struct peer *p, const struct net_addr *from, const struct ice_event *event)
{
  if (event->tuple_dropped && peer_at(p->media, &event->dropped) == p)
    (void)map_remove(&p->media->peer_by_tuple, &event->dropped);
  if (event->tuple_added)
    add_tuple(p, from);
  if (event->ufrag_retired)
    (void)map_remove(&p->media->peer_by_ufrag, event->retired);
  peer_follow_ice(p);
}

static void receive_stun(struct media *m, const struct net_addr *from, struct span datagram)
{
  struct stun_message check;
  struct ice_event event;
  uint8_t response[STUN_RESPONSE_MAX];
  struct writer w = writer_of(response, sizeof response);
  if (stun_parse(datagram, &check) != 0) {
    m->counters.stun_bad++;
    return;
  }
  struct peer *p = peer_of_check(m, &check);
  if (p == NULL) {
    m->counters.stun_unknown_user++;
    return;
  }
  if (ingress_control_full(&p->ingress, m->now_us)) {
    m->counters.flood_dropped++;
    return;
  }
  if (held_by_another(p, from) || ice_lite_input(&p->ice, m->now_us, from, &check, &w, &event) != 0) {
    m->counters.stun_bad++;
    return;
  }
  ingress_control(&p->ingress);
  take_ice_event(p, from, &event);
  if (event.respond)
    media_send(m, from, response, w.n);
}

/* ---- SRTP ---- */

static void count_srtp_error(struct media_counters *c, int err)
{
  if (err == ERR_REPLAY)
    c->srtp_replayed++;
  else if (err == ERR_AUTH)
    c->srtp_auth_failed++;
  else
    c->srtp_malformed++;
}

/* Decrypts and parses. Cryptex without agreement is no format of ours (RFC 9335, section 4). */
static bool open_packet(struct peer *p, struct srtp_rx_stream *rx, uint8_t *data, size_t n, struct rtp_packet *packet,
                        bool *cryptex)
{
  struct media_counters *c = &p->media->counters;
  int err = srtp_unprotect(&p->rx, rx, data, n, &n, cryptex);
  if (err == 0)
    err = rtp_parse(span_of(data, n), packet);
  if (err == 0 && *cryptex && !p->cryptex)
    err = ERR_UNSUPPORTED;
  if (err != 0) {
    count_srtp_error(c, err);
    return false;
  }
  ingress_media(&p->ingress, n);
  upstream_received(p, packet, n);
  if (*cryptex && !p->cryptex_in) {
    p->cryptex_in = true;
    peer_report_security(p, IPC_MEDIA_CONNECTED, NULL);
  }
  return true;
}

/* Which of a source's layers a packet belongs to, or repairs. */
static struct source *layer_of(const struct peer *p, struct source *base, const struct rtp_packet *packet, bool rtx)
{
  struct span rid;
  uint8_t id = p->offer->extension_id[rtx ? SDP_EXT_REPAIRED_RID : SDP_EXT_RID];
  if (base->setup.layers.n == 0)
    return base;
  return id != 0 && rtp_ext_find(packet, id, &rid) == 0 ? source_of_rid(base, rid) : NULL;
}

static bool has_mid(const struct peer *p, const struct source *s, const struct rtp_packet *packet)
{
  struct span mid;
  uint8_t id = p->offer->extension_id[SDP_EXT_MID];
  return id != 0 && rtp_ext_find(packet, id, &mid) == 0 &&
         span_equal(mid, span_str(p->offer->sections[s->setup.section].mid));
}

/* A source whose SSRCs the offer doesn't tell: the first authentic packet with its mid does (RFC 9143, section 9.2), of
 * one with layers that which has the layer's rid, too (RFC 8853, section 5.5). Once known, an SSRC stays. */
static void learn_stream(struct peer *p, uint8_t *data, size_t n)
{
  struct srtp_rx_stream fresh = {0};
  struct rtp_packet packet;
  bool cryptex;
  if (!open_packet(p, &fresh, data, n, &packet, &cryptex))
    return;
  for (int i = 0; i < SOURCE_COUNT; i++) {
    struct source *s = p->sources[i];
    if (s == NULL || !has_mid(p, s, &packet))
      continue;
    bool rtx = source_is_video(s) && packet.payload_type != s->setup.codec.payload_type;
    s = layer_of(p, s, &packet, rtx);
    if (s == NULL)
      return;
    struct source_stream *stream = rtx ? &s->rtx_stream : &s->media_stream;
    if (stream->ssrc != 0)
      return;
    *stream = (struct source_stream){.ssrc = packet.ssrc, .rx = fresh};
    if (rtx)
      source_receive_rtx(s, &packet);
    else
      source_receive(s, &packet, cryptex);
    return;
  }
}

static bool has_unknown_streams(const struct peer *p)
{
  for (int i = 0; i < PEER_STREAMS; i++) {
    const struct source *s = peer_stream(p, i);
    if (s != NULL && (s->media_stream.ssrc == 0 || (source_is_video(s) && s->rtx_stream.ssrc == 0)))
      return true;
  }
  return false;
}

static void receive_rtp(struct peer *p, uint8_t *data, size_t n)
{
  struct rtp_packet packet;
  bool cryptex;
  if (rtp_parse_header(span_of(data, n), &packet) != 0 || packet.ssrc == 0) {
    p->media->counters.srtp_malformed++;
    return;
  }
  for (int i = 0; i < PEER_STREAMS; i++) {
    struct source *s = peer_stream(p, i);
    if (s == NULL)
      continue;
    if (packet.ssrc == s->media_stream.ssrc) {
      if (open_packet(p, &s->media_stream.rx, data, n, &packet, &cryptex))
        source_receive(s, &packet, cryptex);
      return;
    }
    if (packet.ssrc == s->rtx_stream.ssrc) {
      if (open_packet(p, &s->rtx_stream.rx, data, n, &packet, &cryptex))
        source_receive_rtx(s, &packet);
      return;
    }
  }
  p->media->counters.srtp_unknown_ssrc++;
  if (has_unknown_streams(p))
    learn_stream(p, data, n);
}

/* ---- all ---- */

static bool is_too_much(struct peer *p, enum demux_kind kind)
{
  uint64_t now_us = p->media->now_us;
  if (kind == DEMUX_DTLS)
    return !ingress_handshake(&p->ingress, now_us);
  return kind == DEMUX_RTP ? ingress_media_full(&p->ingress, now_us) : ingress_control_full(&p->ingress, now_us);
}

/* What comes of a handshake waits until media has been served; the little that comes later is no work. */
static void receive_dtls(struct peer *p, const uint8_t *data, size_t n)
{
  if (p->state == PEER_CONNECTED)
    peer_receive_dtls(p, data, n);
  else if (handshakes_put(&p->media->waiting, p, data, n) != 0)
    p->media->counters.limit_reached++;
}

bool transport_work(struct media *m)
{
  const struct handshake_datagram *d = handshakes_take(&m->waiting);
  struct peer *p = d != NULL ? slab_get(&m->peers, d->peer) : NULL;
  if (p != NULL) {
    p->waiting--;
    peer_receive_dtls(p, d->data, d->n);
  }
  return d != NULL;
}

static void receive_from_peer(struct media *m, const struct net_addr *from, enum demux_kind kind, uint8_t *data,
                              size_t n)
{
  struct peer *p = peer_at(m, from);
  if (p == NULL) {
    *(kind == DEMUX_DTLS ? &m->counters.dtls_unknown_tuple : &m->counters.rtp_unknown_tuple) += 1;
    return;
  }
  if (is_too_much(p, kind))
    m->counters.flood_dropped++;
  else if (kind == DEMUX_DTLS)
    receive_dtls(p, data, n);
  else if (p->state != PEER_CONNECTED)
    m->counters.other_dropped++; /* no key, no media (T1) */
  else if (kind == DEMUX_RTP)
    receive_rtp(p, data, n);
  else
    feedback_receive(p, data, n);
}

void transport_receive(struct media *m, const struct net_addr *from, uint8_t *data, size_t n)
{
  enum demux_kind kind = demux_datagram(span_of(data, n));
  m->counters.datagrams_in++;
  m->counters.bytes_in += n;
  switch (kind) {
  case DEMUX_STUN: receive_stun(m, from, span_of(data, n)); break;
  case DEMUX_DTLS:
  case DEMUX_RTP:
  case DEMUX_RTCP: receive_from_peer(m, from, kind, data, n); break;
  case DEMUX_OTHER: m->counters.other_dropped++; break;
  }
}
