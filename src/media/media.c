/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "media/core.h"
#include "media/crowd.h"
#include "media/egress.h"
#include "media/far.h"
#include "media/layers.h"
#include "media/negotiate.h"
#include "media/peer.h"
#include "media/room.h"
#include "media/transport.h"

#define MAX_SOURCES (2 * LIMIT_PEERS) /* in one process */

/* ---- beginning and end ---- */

static int make_tables(struct media *m)
{
  uint32_t peers = m->config.max_peers;
  const struct random *random = &m->random;
  int err = slab_init(&m->peers, sizeof(struct peer), peers);
  if (err == 0)
    err = slab_init(&m->sources, sizeof(struct source), MAX_SOURCES);
  if (err == 0)
    err = slab_init(&m->rooms, sizeof(struct room), LIMIT_ROOMS);
  if (err == 0)
    err = map_init(&m->peer_by_key, sizeof(uint64_t), peers, random);
  if (err == 0)
    err = map_init(&m->peer_by_ufrag, ICE_UFRAG_BYTES, 2u * peers, random); /* two generations during a restart */
  if (err == 0)
    err = map_init(&m->peer_by_tuple, sizeof(struct net_addr), LIMIT_TUPLES, random);
  if (err == 0)
    err = map_init(&m->room_by_key, sizeof(uint64_t), LIMIT_ROOMS, random);
  if (err == 0)
    err = map_init(&m->far_sources, 2 * sizeof(uint64_t), LIMIT_FAR_SOURCES, random);
  return err;
}

static int make_scratch(struct media *m)
{
  m->ready = calloc(LIMIT_ROOM_SOURCES, sizeof *m->ready);
  m->crowd_ready = calloc(LIMIT_ROOM_SOURCES, sizeof *m->crowd_ready);
  m->message = malloc(LIMIT_IPC_MESSAGE);
  m->answer = malloc(LIMIT_SDP_BYTES);
  return m->ready != NULL && m->crowd_ready != NULL && m->message != NULL && m->answer != NULL ? 0 : ERR_NOMEM;
}

int media_new(struct media **media, const struct media_config *config, const struct media_sink *sink,
              const struct random *random, uint64_t now_us)
{
  struct media *m = calloc(1, sizeof *m);
  if (m == NULL)
    return ERR_NOMEM;
  m->config = *config;
  m->sink = *sink;
  m->random = *random;
  m->now_us = now_us;
  if (m->config.max_peers > LIMIT_PEERS)
    m->config.max_peers = LIMIT_PEERS;
  wheel_init(&m->wheel, now_us);
  int err = make_tables(m);
  if (err == 0)
    err = make_scratch(m);
  if (err == 0)
    err = handshakes_init(&m->waiting);
  if (err == 0)
    err = aead_backend_new(&m->aead, AEAD_FASTEST);
  if (err == 0)
    err = dtls_context_new(&m->dtls, DTLS_SERVER);
  if (err != 0) {
    media_free(m);
    return err;
  }
  *media = m;
  return 0;
}

static void free_peers(struct media *m)
{
  slab_id id;
  for (uint32_t i = 0; i < m->peers.capacity; i++) {
    struct peer *p = slab_at(&m->peers, i, &id);
    if (p != NULL)
      peer_free(p);
  }
}

void media_free(struct media *m)
{
  if (m == NULL)
    return;
  free_peers(m);
  slab_fini(&m->peers);
  slab_fini(&m->sources);
  slab_fini(&m->rooms);
  map_fini(&m->peer_by_key);
  map_fini(&m->peer_by_ufrag);
  map_fini(&m->peer_by_tuple);
  map_fini(&m->room_by_key);
  map_fini(&m->far_sources);
  dtls_context_free(m->dtls);
  aead_backend_free(m->aead);
  handshakes_fini(&m->waiting);
  free(m->ready);
  free(m->crowd_ready);
  free(m->message);
  free(m->answer);
  free(m);
}

/* ---- out ---- */

struct writer media_message_begin(struct media *m)
{
  return writer_of(m->message, LIMIT_IPC_MESSAGE);
}

void media_message_end(struct media *m, const struct writer *w)
{
  if (!w->overflow)
    m->sink.message(m->sink.ctx, writer_span(w));
}

void media_send(struct media *m, const struct net_addr *to, const uint8_t *data, size_t n)
{
  if (to->family == 0 || n == 0)
    return;
  memcpy(m->sink.reserve(m->sink.ctx, n), data, n);
  m->sink.commit(m->sink.ctx, to, n, n);
  m->counters.datagrams_out++;
  m->counters.bytes_out += n;
}

/* ---- commands ---- */

static int take_offer(struct media *m, struct span s)
{
  struct ipc_offer o;
  int err = ipc_decode_offer(s, &o);
  if (err == 0)
    negotiate_offer(m, &o);
  return err;
}

static int take_publish(struct media *m, struct span s)
{
  struct ipc_publish message;
  int err = ipc_decode_publish(s, &message);
  struct peer *p = err == 0 ? peer_find(m, message.peer) : NULL;
  if (p == NULL)
    return err;
  p->publish = message.publish;
  room_move_peer(p, message.backstage);
  for (int kind = 0; kind < SOURCE_COUNT; kind++)
    if (p->sources[kind] != NULL)
      source_publish(p->sources[kind], p->publish);
  return 0;
}

static int take_level(struct media *m, struct span s)
{
  struct ipc_level message;
  int err = ipc_decode_level(s, &message);
  struct peer *p = err == 0 ? peer_find(m, message.peer) : NULL;
  struct source *mic = p != NULL ? p->sources[SOURCE_MIC] : NULL;
  if (mic == NULL || !mic->published)
    return err;
  source_level(mic, message.level);
  return 0;
}

static int take_close(struct media *m, struct span s)
{
  struct ipc_peer message;
  int err = ipc_decode_close(s, &message);
  struct peer *p = err == 0 ? peer_find(m, message.peer) : NULL;
  if (p != NULL)
    peer_close(p);
  return err;
}

static int take_view(struct media *m, struct span s)
{
  struct ipc_view message;
  int err = ipc_decode_view(s, &message);
  struct peer *p = err == 0 ? peer_find(m, message.peer) : NULL;
  if (p != NULL)
    layers_view(p, &message);
  return err;
}

static int take_spread(struct media *m, struct span s)
{
  struct ipc_spread message;
  uint64_t id;
  int err = ipc_decode_spread(s, &message);
  struct room *r = err == 0 && map_get(&m->room_by_key, &message.room, &id) == 0 ? slab_get(&m->rooms, id) : NULL;
  if (r != NULL)
    far_follow(r, message.home, message.members);
  return err;
}

static const struct {
  uint8_t type;
  int (*take)(struct media *m, struct span fields);
} commands[] = {
    {IPC_OFFER, take_offer},
    {IPC_PUBLISH, take_publish},
    {IPC_LEVEL, take_level},
    {IPC_CLOSE, take_close},
    {IPC_VIEW, take_view},
    {IPC_SPREAD, take_spread},
};

/* ---- in ---- */

static void enter(struct media *m, uint64_t now_us)
{
  if (now_us > m->now_us)
    m->now_us = now_us;
}

/* The order matters: what receivers watch goes by places in their room, which may have changed hands. */
static void finish(struct media *m)
{
  room_settle_all(m);
  egress_flush(m);
  m->source_is_full = false;
}

int media_command(struct media *m, uint64_t now_us, struct span message)
{
  uint8_t type;
  int err = span_u8(&message, &type);
  enter(m, now_us);
  for (size_t i = 0; err == 0 && i < sizeof commands / sizeof commands[0]; i++)
    if (commands[i].type == type) {
      err = commands[i].take(m, message);
      finish(m);
      return err;
    }
  return err != 0 ? err : ERR_UNSUPPORTED;
}

void media_receive(struct media *m, uint64_t now_us, const struct net_addr *from, uint8_t *data, size_t n)
{
  media_receive_late(m, now_us, now_us, from, data, n);
}

void media_receive_late(struct media *m, uint64_t now_us, uint64_t arrival_us, const struct net_addr *from,
                        uint8_t *data, size_t n)
{
  enter(m, now_us);
  m->arrival_us = arrival_us < m->now_us ? arrival_us : m->now_us;
  transport_receive(m, from, data, n);
  if (m->source_is_full)
    finish(m);
}

void media_address_gone(struct media *m, uint64_t now_us, const struct net_addr *addr)
{
  enter(m, now_us);
  transport_address_gone(m, addr);
}

void media_share(struct media *m, uint64_t now_us, uint8_t from, struct span record)
{
  enter(m, now_us);
  m->arrival_us = m->now_us;
  if (from >= LIMIT_MEDIA_PROCESSES || from == m->config.process || far_receive(m, from, record) != 0)
    m->counters.far_bad++;
  if (m->source_is_full)
    finish(m);
}

void media_share_gone(struct media *m, uint64_t now_us, uint8_t from)
{
  enter(m, now_us);
  far_gone(m, from);
  finish(m);
}

void media_share_lost(struct media *m, uint64_t now_us, uint8_t from)
{
  enter(m, now_us);
  far_lost(m, from);
}

void media_flush(struct media *m, uint64_t now_us)
{
  enter(m, now_us);
  finish(m);
}

bool media_work(struct media *m, uint64_t now_us)
{
  enter(m, now_us);
  if (!transport_work(m))
    return false;
  finish(m);
  return true;
}

void media_tick(struct media *m, uint64_t now_us)
{
  enter(m, now_us);
  wheel_advance(&m->wheel, now_us);
  finish(m);
  (void)crowd_step(m);
}

uint64_t media_next_us(const struct media *m)
{
  uint64_t next = wheel_next_us(&m->wheel);
  return media_is_busy(m) && m->now_us < next ? m->now_us : next;
}

bool media_is_busy(const struct media *m)
{
  return m->passes.count > 0;
}

uint32_t media_peers(const struct media *m)
{
  return m->peers.used;
}

const struct media_counters *media_counters(const struct media *m)
{
  return &m->counters;
}
