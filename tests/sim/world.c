/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sodium.h>

#include "nonces.h"
#include "proto/demux.h"

#define START_US 1000000u
#define UNIX_AT_ZERO_US 1795413600000000u
#define DELAY_US 10000u
#define NOT_LATER UINT64_MAX
#define IP_UDP_BYTES 28u

struct flight {
  uint64_t at_us;
  uint64_t order; /* those of the same moment arrive as they were sent */
  size_t client;
  bool to_server;
  struct net_addr from;
  size_t n;
  uint8_t data[LIMIT_DATAGRAM];
};

/* ---- chance ---- */

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t next_random(struct world *w)
{
  uint64_t z = w->seed += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double world_chance(struct world *w)
{
  return (double)(next_random(w) >> 11) / 9007199254740992.0;
}

uint32_t world_u32(struct world *w)
{
  return (uint32_t)next_random(w);
}

static void fill_random(void *ctx, void *out, size_t n)
{
  uint8_t *at = out;
  for (size_t i = 0; i < n; i++)
    at[i] = (uint8_t)next_random(ctx);
}

/* ---- the wire ---- */

static void fly(struct world *w, size_t client, bool to_server, uint64_t at_us, const uint8_t *data, size_t n)
{
  static uint64_t order;
  assert_true(w->n_flights < WORLD_EVENTS && n <= LIMIT_DATAGRAM);
  struct flight *f = &w->flights[w->n_flights++];
  f->at_us = at_us;
  f->order = order++;
  f->client = client;
  f->to_server = to_server;
  f->from = w->clients[client].addr;
  f->n = n;
  memcpy(f->data, data, n);
}

static bool is_lost(struct world *w, struct link *link)
{
  if (link->burst_begins > 0)
    link->in_burst = world_chance(w) < (link->in_burst ? 1 - link->burst_ends : link->burst_begins);
  return world_chance(w) < link->loss || link->in_burst;
}

static void enter_link(struct world *w, struct link *link, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  if (w->tap != NULL)
    w->tap(w->tap_ctx, client, to_server, data, n);
  if (w->lose != NULL && w->lose(w, client, to_server, data, n))
    return;
  int copies = world_chance(w) < link->duplicates ? 2 : 1;
  for (int i = 0; i < copies; i++) {
    if (link->queue_us > 0 && link->free_us > w->now_us + link->queue_us)
      continue;
    link->free_us = (link->free_us > w->now_us ? link->free_us : w->now_us) + link->gap_us;
    link->free_us += link->rate_bps > 0 ? (n + IP_UDP_BYTES) * 8000000u / link->rate_bps : 0;
    uint64_t at_us = link->free_us + link->delay_us + (link->jitter_us > 0 ? world_u32(w) % link->jitter_us : 0);
    if (!is_lost(w, link))
      fly(w, client, to_server, at_us, data, n);
  }
}

static void client_sends(void *ctx, const uint8_t *data, size_t n)
{
  struct world_client *c = ctx;
  enter_link(c->world, &c->up, c->index, true, data, n);
}

static struct world_client *client_at(struct world *w, const struct net_addr *addr)
{
  for (size_t i = 0; i < WORLD_CLIENTS; i++)
    if (w->clients[i].exists && net_addr_equal(&w->clients[i].addr, addr))
      return &w->clients[i];
  return NULL;
}

/* In clear there is the transport-wide number, and nothing else. */
static bool tells_of_nobody(const struct rtp_packet *p)
{
  struct rtp_ext_walk walk;
  struct rtp_ext ext;
  size_t n = 0;
  rtp_ext_begin(p, &walk);
  for (; rtp_ext_next(&walk, &ext); n++)
    if (ext.id != CLIENT_EXT_TRANSPORT || ext.data.n != 2)
      return false;
  return n == 1;
}

static void check_wire(struct world_client *c, const uint8_t *data, size_t n)
{
  enum demux_kind kind = demux_datagram(span_of(data, n));
  struct rtp_packet p;
  if (kind == DEMUX_RTCP) {
    assert_true(c->client.state >= CLIENT_HANDSHAKING);
    assert_true(nonces_add_rtcp(c->nonces, data, n));
  }
  if (kind != DEMUX_RTP)
    return;
  assert_true(c->client.state >= CLIENT_HANDSHAKING); /* the server's end is established a flight earlier */
  c->media_datagrams++;
  assert_int_equal(rtp_parse_header(span_of(data, n), &p), 0);
  assert_true(!p.has_extension || p.profile == 0xc0de || p.profile == 0xc2de ||
              (!c->client.cryptex && tells_of_nobody(&p)));
  assert_true(nonces_add_rtp(c->nonces, p.ssrc, p.sequence));
}

static uint8_t *sink_reserve(void *ctx, size_t n)
{
  struct world *w = ((struct world_part *)ctx)->world;
  assert_true(n <= sizeof w->space);
  return w->space;
}

static void sink_commit(void *ctx, const struct net_addr *to, size_t n, size_t segment)
{
  struct world *w = ((struct world_part *)ctx)->world;
  struct world_client *c = client_at(w, to);
  assert_true(n == 0 || (segment > 0 && segment <= LIMIT_DATAGRAM));
  assert_true(n == 0 || (n + segment - 1) / segment <= LIMIT_GSO_SEGMENTS);
  if (c != NULL && demux_datagram(span_of(w->space, n)) == DEMUX_RTP)
    c->media_sends++;
  for (size_t at = 0; at < n; at += segment) {
    size_t size = n - at < segment ? n - at : segment;
    if (c == NULL)
      continue; /* to an address that the client has left */
    check_wire(c, w->space + at, size);
    enter_link(w, &c->down, c->index, false, w->space + at, size);
  }
}

/* ---- the web process ---- */

static struct world_client *client_of_peer(struct world *w, uint64_t peer)
{
  return peer >= 1 && peer <= WORLD_CLIENTS ? &w->clients[peer - 1] : NULL;
}

static const char *keep_text(char *to, size_t cap, struct span s)
{
  size_t n = s.n < cap - 1 ? s.n : cap - 1;
  memcpy(to, s.p, n);
  to[n] = '\0';
  return to;
}

static void on_answer(struct world *w, struct span s)
{
  struct ipc_answer m;
  assert_int_equal(ipc_decode_answer(s, &m), 0);
  struct world_client *c = client_of_peer(w, m.peer);
  if (c == NULL) {
    w->others_answered++;
    return;
  }
  assert_int_equal(m.id, c->web.offer_id);
  assert_true(client_answer(&c->client, m.sdp));
  c->web.answered = true;
}

static void on_refused(struct world *w, struct span s)
{
  struct ipc_refused m;
  assert_int_equal(ipc_decode_refused(s, &m), 0);
  struct world_client *c = client_of_peer(w, m.peer);
  assert_true(m.text.n > 10);
  if (c == NULL) {
    w->others_refused++;
    keep_text(w->others_refused_code, sizeof w->others_refused_code, m.code);
    return;
  }
  assert_int_equal(m.id, c->web.offer_id);
  keep_text(c->web.refused_code, sizeof c->web.refused_code, m.code);
  c->web.refused = true;
}

static void on_security(struct world *w, struct span s)
{
  struct ipc_security m;
  assert_int_equal(ipc_decode_security(s, &m), 0);
  if (client_of_peer(w, m.peer) == NULL)
    return;
  struct web_view *v = &client_of_peer(w, m.peer)->web;
  v->security = m;
  v->security_messages++;
  keep_text(v->reason, sizeof v->reason, m.reason);
  keep_text(v->dtls, sizeof v->dtls, m.dtls);
  keep_text(v->cipher, sizeof v->cipher, m.cipher);
  keep_text(v->group, sizeof v->group, m.group);
  keep_text(v->srtp, sizeof v->srtp, m.srtp);
}

static void on_slots(struct world *w, struct span s)
{
  struct ipc_slots m;
  assert_int_equal(ipc_decode_slots(s, &m), 0);
  if (client_of_peer(w, m.peer) == NULL)
    return;
  struct web_view *v = &client_of_peer(w, m.peer)->web;
  assert_int_equal(m.connection, v->connection);
  v->slots = m;
  v->slots_messages++;
}

static void on_speaker(struct world *w, struct span s)
{
  struct ipc_speaker m;
  assert_int_equal(ipc_decode_speaker(s, &m), 0);
  *(m.backstage ? &w->backstage_speaker : &w->speaker) = m.peer;
  w->speaker_messages++;
}

static void on_gone(struct world *w, struct span s)
{
  struct ipc_gone m;
  assert_int_equal(ipc_decode_gone(s, &m), 0);
  if (client_of_peer(w, m.peer) == NULL)
    return;
  struct web_view *v = &client_of_peer(w, m.peer)->web;
  v->gone = true;
  v->gone_reason = m.reason;
}

static void on_layers(struct world *w, struct span s)
{
  struct ipc_layers m;
  assert_int_equal(ipc_decode_layers(s, &m), 0);
  struct world_client *c = client_of_peer(w, m.peer);
  if (c == NULL)
    return;
  assert_int_equal(m.connection, c->web.connection);
  c->web.layers[m.source] = m.mask;
  c->web.most_bps[m.source] = m.most_bps;
  c->web.layers_messages++;
  if (m.source != SOURCE_CAMERA || !c->obeys)
    return;
  client_set_layers(&c->client, m.mask);
  client_set_most(&c->client, m.most_bps);
}

static void on_weakness(struct world *w, struct span s)
{
  struct ipc_weakness m;
  assert_int_equal(ipc_decode_weakness(s, &m), 0);
  struct world_client *c = client_of_peer(w, m.peer);
  if (c == NULL)
    return;
  assert_int_equal(m.connection, c->web.connection);
  c->web.weak = m.weak;
  c->web.weakness_messages++;
}

static void sink_message(void *ctx, struct span message)
{
  struct world *w = ((struct world_part *)ctx)->world;
  uint8_t type;
  assert_int_equal(span_u8(&message, &type), 0);
  switch (type) {
  case IPC_ANSWER: on_answer(w, message); break;
  case IPC_OFFER_REFUSED: on_refused(w, message); break;
  case IPC_SECURITY: on_security(w, message); break;
  case IPC_SLOTS: on_slots(w, message); break;
  case IPC_SPEAKER: on_speaker(w, message); break;
  case IPC_GONE: on_gone(w, message); break;
  case IPC_LAYERS: on_layers(w, message); break;
  case IPC_WEAKNESS: on_weakness(w, message); break;
  default: fail_msg("a message of type %d", type);
  }
}

static void sink_share(void *ctx, uint64_t room, uint64_t to, struct span head, struct span body)
{
  struct world_part *p = ctx;
  assert_true(to == 1 || to == 2);
  assert_true(head.n + body.n <= SHARE_RECORD_BYTES);
  share_write(&p->writer, room, head, body);
}

static void sink_share_wipe(void *ctx, uint64_t room)
{
  struct world_part *p = ctx;
  share_wipe(&p->writer, room);
}

static void command(struct world *w, size_t i, const struct writer *message)
{
  assert_false(message->overflow);
  assert_int_equal(media_command(w->part[w->clients[i].part].media, w->now_us, writer_span(message)), 0);
}

static void send_offer(struct world *w, size_t i, uint64_t peer)
{
  static uint8_t sdp[LIMIT_SDP_BYTES], buffer[LIMIT_IPC_MESSAGE];
  struct world_client *c = &w->clients[i];
  struct writer text = writer_of(sdp, sizeof sdp), message = writer_of(buffer, sizeof buffer);
  char mids[SOURCE_COUNT][8];
  client_offer(&c->client, &text);
  assert_false(text.overflow);
  struct ipc_offer o = {.room = c->web.room,
                        .peer = peer,
                        .connection = c->web.connection,
                        .id = ++c->web.offer_id,
                        .publish = c->web.publish,
                        .post_quantum = w->post_quantum,
                        .backstage = c->web.backstage,
                        .members = w->parts > 1 ? 2 : 0,
                        .sdp = writer_span(&text)};
  for (int k = 0; k < SOURCE_COUNT; k++) {
    strcpy(mids[k], client_source_mid(&c->client, (enum media_source)k));
    o.source_mid[k] = span_str(mids[k]);
  }
  c->web.answered = c->web.refused = false;
  ipc_encode_offer(&message, &o);
  command(w, i, &message);
}

void world_make_client(struct world *w, size_t i, const struct client_config *config)
{
  struct world_client *c = &w->clients[i];
  uint32_t connection = c->web.connection;
  bool backstage = c->web.backstage;
  uint8_t part = c->part;
  if (c->exists) {
    client_fini(&c->client);
    nonces_free(c->nonces);
  }
  *c = (struct world_client){.world = w, .index = i, 
    .exists = true, .part = part, .nonces = nonces_new()};
  c->up = c->down = (struct link){.delay_us = DELAY_US};
  c->web.room = WORLD_ROOM;
  memset(c->web.layers, IPC_LAYERS_ALL, sizeof c->web.layers);
  c->web.connection = connection + 1;
  c->web.publish = 7;
  c->web.backstage = backstage;
  c->addr = (struct net_addr){.family = 4, .port = (uint16_t)(40000 + world_u32(w) % 20000)};
  c->addr.ip[0] = 192;
  c->addr.ip[2] = 2;
  c->addr.ip[3] = (uint8_t)(i + 1);
  struct client_config own = *config;
  own.tag = (uint32_t)(i + 1);
  client_init(&c->client, &own, &w->random, w->aead, w->dtls, client_sends, c, w->now_us);
}

void world_try(struct world *w, size_t i)
{
  send_offer(w, i, i + 1);
  assert_true(w->clients[i].web.answered != w->clients[i].web.refused);
}

void world_join(struct world *w, size_t i, const struct client_config *config)
{
  world_make_client(w, i, config);
  world_try(w, i);
  assert_true(w->clients[i].web.answered);
}

void world_offer_as(struct world *w, size_t i, uint64_t peer)
{
  send_offer(w, i, peer);
}

void world_offer_again(struct world *w, size_t i)
{
  world_try(w, i);
}

void world_publish(struct world *w, size_t i, uint8_t mask)
{
  uint8_t buffer[64];
  struct writer message = writer_of(buffer, sizeof buffer);
  w->clients[i].web.publish = mask;
  ipc_encode_publish(&message, &(struct ipc_publish){.peer = i + 1, .publish = mask,
                                                     .backstage = w->clients[i].web.backstage});
  command(w, i, &message);
}

void world_backstage(struct world *w, size_t i, bool on)
{
  w->clients[i].web.backstage = on;
  world_publish(w, i, w->clients[i].web.publish);
}

void world_level(struct world *w, size_t i, uint8_t level)
{
  uint8_t buffer[64];
  struct writer message = writer_of(buffer, sizeof buffer);
  ipc_encode_level(&message, &(struct ipc_level){.peer = i + 1, .level = level});
  command(w, i, &message);
}

void world_close(struct world *w, size_t i)
{
  uint8_t buffer[64];
  struct writer message = writer_of(buffer, sizeof buffer);
  ipc_encode_close(&message, &(struct ipc_peer){.peer = i + 1});
  command(w, i, &message);
}

/* ---- time ---- */

static void start_part(struct world *w, size_t i)
{
  struct world_part *p = &w->part[i];
  const struct media_sink sink = {.reserve = sink_reserve, .commit = sink_commit, .message = sink_message,
                                  .share = sink_share, .share_wipe = sink_share_wipe, .ctx = p};
  struct media_config config = w->media_config;
  *p = (struct world_part){.world = w, .memory = calloc(1, sizeof *p->memory)};
  assert_non_null(p->memory);
  assert_int_equal(share_writer_init(&p->writer, p->memory), 0);
  config.process = (uint8_t)i;
  assert_int_equal(media_new(&p->media, &config, &sink, &w->random, w->now_us), 0);
  w->media = w->part[0].media;
}

static void end_part(struct world_part *p)
{
  media_free(p->media);
  share_writer_fini(&p->writer);
  free(p->memory);
}

static void restart_reading(struct world *w)
{
  for (size_t i = 0; i < w->parts; i++)
    for (size_t k = 0; k < w->parts; k++)
      share_reader_init(&w->part[i].reader[k], w->part[k].memory);
}

static void init(struct world *w, uint64_t seed, uint32_t max_peers, bool controls_receivers)
{
  memset(w, 0, sizeof *w);
  assert_true(sodium_init() >= 0);
  w->seed = seed;
  w->now_us = START_US;
  w->random = (struct random){.fill = fill_random, .ctx = w};
  w->flights = calloc(WORLD_EVENTS, sizeof *w->flights);
  assert_non_null(w->flights);
  assert_int_equal(aead_backend_new(&w->aead, AEAD_FASTEST), 0);
  assert_int_equal(dtls_context_new(&w->dtls, DTLS_CLIENT), 0);
  w->media_config = (struct media_config){.candidates = 1, .max_peers = max_peers, .unix_us_at_zero = UNIX_AT_ZERO_US,
                                           .controls_receivers = controls_receivers};
  assert_int_equal(net_addr_parse("198.51.100.1", 8443, &w->media_config.candidate[0]), 0);
  w->parts = 1;
  start_part(w, 0);
}

void world_init_parts(struct world *w, uint64_t seed, bool controls)
{
  init(w, seed, 64, controls);
  w->parts = WORLD_PARTS;
  start_part(w, 1);
  restart_reading(w);
}

void world_restart_part(struct world *w, size_t part)
{
  end_part(&w->part[part]);
  for (size_t i = 0; i < w->parts; i++)
    if (i != part)
      media_share_gone(w->part[i].media, w->now_us, (uint8_t)part);
  start_part(w, part);
  restart_reading(w);
}

void world_init(struct world *w, uint64_t seed)
{
  init(w, seed, 64, false);
}

void world_init_limited(struct world *w, uint64_t seed, uint32_t max_peers)
{
  init(w, seed, max_peers, false);
}

void world_init_controlling(struct world *w, uint64_t seed)
{
  init(w, seed, 64, true);
}

void world_fini(struct world *w)
{
  for (size_t i = 0; i < w->parts; i++)
    end_part(&w->part[i]);
  for (size_t i = 0; i < WORLD_CLIENTS; i++)
    if (w->clients[i].exists) {
      client_fini(&w->clients[i].client);
      nonces_free(w->clients[i].nonces);
    }
  dtls_context_free(w->dtls);
  aead_backend_free(w->aead);
  free(w->flights);
}

static size_t first_flight(const struct world *w)
{
  size_t first = 0;
  for (size_t i = 1; i < w->n_flights; i++) {
    const struct flight *a = &w->flights[i], *b = &w->flights[first];
    if (a->at_us < b->at_us || (a->at_us == b->at_us && a->order < b->order))
      first = i;
  }
  return first;
}

void world_inject(struct world *w, const struct net_addr *from, const uint8_t *data, size_t n)
{
  uint8_t copy[LIMIT_DATAGRAM];
  memcpy(copy, data, n);
  media_receive(w->media, w->now_us, from, copy, n);
  media_flush(w->media, w->now_us);
}

static void land(struct world *w, size_t i)
{
  static struct flight f;
  f = w->flights[i];
  w->flights[i] = w->flights[--w->n_flights];
  struct world_client *c = &w->clients[f.client];
  if (f.to_server)
    media_receive(w->part[c->part].media, w->now_us, &f.from, f.data, f.n);
  else if (c->exists && net_addr_equal(&f.from, &c->addr))
    client_input(&c->client, w->now_us, f.data, f.n);
}

/* What part `to` has not read yet of part `from`. */
static bool has_records(const struct world *w, size_t from, size_t to)
{
  return from != to && !w->part[to].stalled && w->part[to].reader[from].next < w->part[from].writer.next;
}

static void read_records(struct world *w, size_t from, size_t to)
{
  struct world_part *p = &w->part[to];
  uint64_t record[SHARE_RECORD_WORDS];
  uint64_t lost = p->reader[from].lost;
  size_t n;
  while (has_records(w, from, to) && share_read(&p->reader[from], record, &n) == 0)
    media_share(p->media, w->now_us, (uint8_t)from, span_of(record, n));
  if (p->reader[from].lost != lost)
    media_share_lost(p->media, w->now_us, (uint8_t)from);
  assert_int_equal(media_counters(p->media)->far_bad, 0);
}

static uint64_t next_moment(const struct world *w)
{
  uint64_t next = w->holds_time ? NOT_LATER : media_next_us(w->media);
  for (size_t i = 0; i < w->parts; i++)
    for (size_t k = 0; k < w->parts; k++)
      next = has_records(w, i, k) ? w->now_us : next;
  for (size_t i = 1; i < w->parts && !w->holds_time; i++)
    next = media_next_us(w->part[i].media) < next ? media_next_us(w->part[i].media) : next;
  for (size_t i = 0; i < WORLD_CLIENTS; i++) {
    uint64_t due = w->clients[i].exists ? client_next_us(&w->clients[i].client) : NOT_LATER;
    next = due < next ? due : next;
  }
  if (w->n_flights > 0) {
    uint64_t due = w->flights[first_flight(w)].at_us;
    next = due < next ? due : next;
  }
  return next;
}

static void do_moment(struct world *w)
{
  while (w->n_flights > 0) {
    size_t first = first_flight(w);
    if (w->flights[first].at_us > w->now_us)
      break;
    land(w, first);
  }
  for (size_t i = 0; i < w->parts; i++) {
    struct media *m = w->part[i].media;
    for (size_t k = 0; k < w->parts; k++)
      read_records(w, k, i);
    media_flush(m, w->now_us); /* what arrives at one moment is one batch, as it is for the worker */
    while (!w->holds_handshakes && media_work(m, w->now_us))
      ;
    bool steps = media_is_busy(m);
    if (!w->holds_time && media_next_us(m) <= w->now_us)
      media_tick(m, w->now_us);
    w->now_us += steps && !w->holds_time ? w->step_us : 0;
  }
  for (size_t i = 0; i < WORLD_CLIENTS; i++)
    if (w->clients[i].exists && client_next_us(&w->clients[i].client) <= w->now_us)
      client_tick(&w->clients[i].client, w->now_us);
}

void world_run(struct world *w, uint64_t us)
{
  uint64_t end = w->now_us + us;
  while (next_moment(w) <= end) {
    uint64_t next = next_moment(w);
    w->now_us = next > w->now_us ? next : w->now_us;
    do_moment(w);
  }
  w->now_us = end > w->now_us ? end : w->now_us;
}

static bool all_connected(const struct world *w)
{
  for (size_t i = 0; i < WORLD_CLIENTS; i++)
    if (w->clients[i].exists && w->clients[i].web.answered &&
        (w->clients[i].client.state != CLIENT_CONNECTED || w->clients[i].web.security.state != IPC_MEDIA_CONNECTED))
      return false;
  return true;
}

void world_run_until_connected(struct world *w, uint64_t us)
{
  uint64_t end = w->now_us + us;
  while (!all_connected(w)) {
    assert_true(w->now_us < end);
    world_run(w, 10000);
  }
}

/* ---- looking ---- */

const struct media_counters *world_counters(const struct world *w)
{
  return media_counters(w->media);
}

bool world_shows(const struct world *w, size_t client, size_t who, enum media_source source)
{
  const struct ipc_slots *s = &w->clients[client].web.slots;
  for (size_t i = 0; i < s->count; i++)
    if (s->slot[i].who == who + 1 && s->slot[i].source == (uint8_t)source)
      return true;
  return false;
}

void world_view(struct world *w, size_t i, const struct ipc_shown *shown, uint8_t count)
{
  uint8_t buffer[1024];
  struct writer m = writer_of(buffer, sizeof buffer);
  struct ipc_view view = {.peer = i + 1, .count = count};
  for (uint8_t k = 0; k < count; k++)
    view.shown[k] = shown[k];
  ipc_encode_view(&m, &view);
  command(w, i, &m);
}

void world_show(struct world *w, size_t i, size_t who, enum media_source source, uint16_t height)
{
  struct ipc_shown shown = {.height = height};
  const char *mid = client_slot_mid(&w->clients[i].client, world_slot_of(w, i, who, source));
  shown.mid_n = (uint8_t)strlen(mid);
  memcpy(shown.mid, mid, shown.mid_n);
  world_view(w, i, &shown, height > 0);
}

size_t world_slot_of(const struct world *w, size_t client, size_t who, enum media_source source)
{
  const struct world_client *c = &w->clients[client];
  for (size_t i = 0; i < c->web.slots.count; i++) {
    const struct ipc_slot *s = &c->web.slots.slot[i];
    if (s->who != who + 1 || s->source != (uint8_t)source)
      continue;
    for (size_t k = 0; k < c->client.n_slots; k++)
      if (span_equal(span_of(s->mid, s->mid_n), span_str(client_slot_mid(&c->client, k))))
        return k;
  }
  fail_msg("client %zu has no slot with source %d of client %zu", client, source, who);
  return 0;
}
