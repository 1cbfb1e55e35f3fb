/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls among people who mean harm: nothing of it reaches anyone, and the call goes on untouched (T1, T3, T5, T6, A2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "expect.h"
#include "media/core.h"
#include "media/source.h"
#include "proto/demux.h"

#define CAUGHT 512

static const struct client_config person = {.mic = true, .camera = true, .audio_slots = 3, .video_slots = 4};

/* What someone on the wire has written down. */
struct caught {
  size_t client, n;
  bool to_server;
  uint8_t data[LIMIT_DATAGRAM];
};

static struct world w;
static struct caught caught[CAUGHT];
static size_t n_caught;

static int set_up(void **state)
{
  (void)state;
  n_caught = 0;
  world_init(&w, 5);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  world_fini(&w);
  return 0;
}

static void join_people(size_t n)
{
  for (size_t i = 0; i < n; i++)
    world_join(&w, i, &person);
  world_run_until_connected(&w, 3000000);
}

static void catch (void *ctx, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  (void)ctx;
  if (n_caught == CAUGHT)
    return;
  struct caught *c = &caught[n_caught++];
  c->client = client;
  c->to_server = to_server;
  c->n = n;
  memcpy(c->data, data, n);
}

static struct net_addr stranger(void)
{
  struct net_addr a = {.family = 4, .port = (uint16_t)(1024 + world_u32(&w) % 60000), .ip = {203, 0, 113, 9}};
  return a;
}

static void replay(bool from_stranger)
{
  for (size_t i = 0; i < n_caught; i++) {
    struct net_addr from = from_stranger ? stranger() : w.clients[caught[i].client].addr;
    if (caught[i].to_server)
      world_inject(&w, &from, caught[i].data, caught[i].n);
  }
}

/* Everything that a client has sent, once more from its own address and from another one. */
static void test_replayed_datagrams(void **state)
{
  (void)state;
  join_people(2);
  w.tap = catch;
  world_run(&w, 1000000);
  w.tap = NULL;
  world_run(&w, 100000);
  struct media_counters before = *world_counters(&w);
  size_t packets = w.clients[0].client.slot[3].count;
  replay(false);
  const struct media_counters *after = world_counters(&w);
  assert_true(after->srtp_replayed - before.srtp_replayed > 200);
  assert_int_equal(after->rtp_forwarded, before.rtp_forwarded);
  assert_int_equal(after->rtp_retransmitted, before.rtp_retransmitted);
  replay(true);
  assert_int_equal(after->rtp_forwarded, before.rtp_forwarded);
  assert_true(after->rtp_unknown_tuple > before.rtp_unknown_tuple);
  assert_true(w.clients[0].client.slot[3].count <= packets + 2);
  world_run(&w, 1000000);
  expect_whole_call(&w, 2, 50);
}

/* A copied check must not draw the media to whoever copied it. */
static void test_replayed_checks_from_a_foreign_address(void **state)
{
  (void)state;
  w.tap = catch;
  join_people(2);
  w.tap = NULL;
  struct net_addr from = stranger();
  uint64_t before = w.clients[0].media_datagrams;
  for (size_t i = 0; i < n_caught; i++)
    if (caught[i].to_server && demux_datagram(span_of(caught[i].data, caught[i].n)) == DEMUX_STUN)
      world_inject(&w, &from, caught[i].data, caught[i].n);
  world_run(&w, 1000000);
  assert_true(w.clients[0].media_datagrams > before + 50);
  expect_whole_call(&w, 2, 25);
}

/* Client 1's own, authentic check, but with the source address of client 0: it must neither take client 0's place in
 * the look-up of addresses nor lead client 1's media there. */
static void test_check_with_a_participants_forged_address(void **state)
{
  (void)state;
  uint8_t request[STUN_REQUEST_MAX];
  struct writer check = writer_of(request, sizeof request);
  join_people(2);
  assert_int_equal(ice_client_check(&w.clients[1].client.ice, true, &w.random, &check), 0);
  world_inject(&w, &w.clients[0].addr, request, check.n);
  world_run(&w, 1000000);
  expect_whole_call(&w, 2, 25);
}

static void test_changed_packets(void **state)
{
  (void)state;
  join_people(2);
  w.tap = catch;
  world_run(&w, 500000);
  w.tap = NULL;
  uint64_t forwarded = world_counters(&w)->rtp_forwarded;
  for (size_t i = 0; i < n_caught; i++) {
    struct caught *c = &caught[i];
    if (!c->to_server || c->n < 40)
      continue;
    c->data[2] = (uint8_t)(c->data[2] + 1); /* another sequence number, so that the replay window doesn't know it */
    world_inject(&w, &w.clients[c->client].addr, c->data, c->n);
  }
  assert_int_equal(world_counters(&w)->rtp_forwarded, forwarded);
  assert_true(world_counters(&w)->srtp_auth_failed > 50);
  world_run(&w, 1000000);
  expect_whole_call(&w, 2, 25);
}

static void test_wrong_fingerprint(void **state)
{
  (void)state;
  world_join(&w, 0, &person);
  world_make_client(&w, 1, &person);
  w.clients[1].client.offered_fingerprint[7] ^= 1;
  world_try(&w, 1);
  world_run(&w, 3000000);
  const struct web_view *v = &w.clients[1].web;
  assert_true(v->answered && v->gone);
  assert_int_equal(v->gone_reason, IPC_GONE_DTLS_FAILED);
  assert_int_equal(v->security.state, IPC_MEDIA_FAILED);
  assert_string_equal(v->reason, dtls_failure_text(DTLS_FAIL_FINGERPRINT));
  assert_int_equal(w.clients[1].media_datagrams, 0);
  assert_int_equal(world_counters(&w)->handshakes_failed, 1);
}

/* Somebody on the way, or a browser that lacks it: no X25519MLKEM768 among the groups of a ClientHello. */
static bool strip_hybrid(struct world *world, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  static const uint8_t hybrid[] = {0x11, 0xec};
  uint8_t copy[LIMIT_DATAGRAM];
  bool found = false;
  memcpy(copy, data, n);
  for (size_t i = 0; client == 1 && to_server && data[0] == 22 && i + sizeof hybrid <= n; i++)
    if (memcmp(&copy[i], hybrid, sizeof hybrid) == 0) {
      copy[i] = 0x7a; /* a group that nobody has */
      found = true;
    }
  if (found)
    world_inject(world, &world->clients[client].addr, copy, n);
  return found;
}

/* A room that demands a post-quantum exchange: without it nothing begins, and the others' call goes on (T4). */
static void test_post_quantum_demanded(void **state)
{
  (void)state;
  w.post_quantum = true;
  world_join(&w, 0, &person);
  world_join(&w, 2, &person);
  world_make_client(&w, 1, &person);
  w.lose = strip_hybrid;
  world_try(&w, 1);
  world_run(&w, 3000000);
  const struct web_view *v = &w.clients[1].web;
  assert_true(v->answered && v->gone);
  assert_int_equal(v->gone_reason, IPC_GONE_POST_QUANTUM);
  assert_string_equal(v->reason, dtls_failure_text(DTLS_FAIL_POST_QUANTUM));
  assert_int_equal(w.clients[1].media_datagrams, 0);
  assert_string_equal(w.clients[0].web.group, "X25519MLKEM768");
  assert_false(w.clients[0].web.gone || w.clients[2].web.gone);
}

static void flood(size_t turns)
{
  static const uint8_t first[] = {0x00, 0x01, 0x16, 0x14, 0x17, 0x2c, 0x80, 0x90, 0xff, 0x45};
  uint8_t data[LIMIT_DATAGRAM];
  for (size_t i = 0; i < turns; i++) {
    size_t n = 1 + world_u32(&w) % 200;
    for (size_t k = 0; k < n; k++)
      data[k] = (uint8_t)world_u32(&w);
    data[0] = first[world_u32(&w) % sizeof first];
    if (n > 1 && data[0] >= 0x80 && world_u32(&w) % 2 == 0)
      data[1] = (uint8_t)(200 + world_u32(&w) % 8);
    struct net_addr from = i % 3 == 0 ? w.clients[i % 2].addr : stranger();
    world_inject(&w, &from, data, n);
  }
}

static void test_garbage_during_a_call(void **state)
{
  (void)state;
  join_people(2);
  for (int i = 0; i < 100; i++) {
    flood(50);
    world_run(&w, 20000);
  }
  world_run(&w, 1000000);
  expect_whole_call(&w, 2, 80);
  assert_false(w.clients[0].web.gone || w.clients[1].web.gone);
}

/* Authentic SRTP before the handshake cannot be; what looks like it is dropped before any key exists (T1). */
static void test_media_before_dtls(void **state)
{
  (void)state;
  join_people(1);
  w.tap = catch;
  world_run(&w, 300000);
  w.tap = NULL;
  world_make_client(&w, 1, &person);
  world_try(&w, 1);
  while (w.clients[1].client.state != CLIENT_HANDSHAKING)
    world_run(&w, 1000);
  uint64_t dropped = world_counters(&w)->other_dropped;
  for (size_t i = 0; i < n_caught; i++)
    world_inject(&w, &w.clients[1].addr, caught[i].data, caught[i].n);
  assert_true(world_counters(&w)->other_dropped > dropped);
  assert_int_equal(world_counters(&w)->rtp_forwarded, 0);
  world_run_until_connected(&w, 3000000);
}

/* ---- T6: what a sniffer can learn ---- */

struct sniffed {
  size_t packets, elements_in_clear, cryptex, levels; /* elements of header extensions but the transport-wide number */
};

static struct sniffed sniffed;

static size_t telling_elements(const struct rtp_packet *p)
{
  struct rtp_ext_walk walk;
  struct rtp_ext ext;
  size_t n = 0;
  rtp_ext_begin(p, &walk);
  while (rtp_ext_next(&walk, &ext))
    n += ext.id != CLIENT_EXT_TRANSPORT;
  return n;
}

static void sniff(void *ctx, size_t client, bool to_server, const uint8_t *data, size_t n)
{
  struct rtp_packet p;
  (void)ctx;
  (void)client;
  (void)to_server;
  if (demux_datagram(span_of(data, n)) != DEMUX_RTP || rtp_parse_header(span_of(data, n), &p) != 0)
    return;
  sniffed.packets++;
  sniffed.cryptex += p.has_extension && p.profile == 0xc0de;
  sniffed.elements_in_clear += telling_elements(&p);
  for (size_t i = 12; i + 1 < n && i < 28; i++)
    sniffed.levels += data[i] == (CLIENT_EXT_LEVEL << 4) && data[i + 1] == 33; /* the level of all of them */
}

static void listen_to_call(bool cryptex0, bool cryptex1)
{
  struct client_config config = person;
  config.cryptex = cryptex0;
  world_join(&w, 0, &config);
  config.cryptex = cryptex1;
  world_join(&w, 1, &config);
  w.clients[0].client.source[SOURCE_MIC].level = w.clients[1].client.source[SOURCE_MIC].level = 33;
  world_run_until_connected(&w, 3000000);
  sniffed = (struct sniffed){0};
  w.tap = sniff;
  for (int i = 0; i < 8; i++) {
    world_level(&w, 0, 33);
    world_level(&w, 1, 33);
    world_run(&w, 250000);
  }
  w.tap = NULL;
  expect_whole_call(&w, 2, 50);
  assert_true(sniffed.packets > 400);
  assert_int_equal(sniffed.elements_in_clear, 0);
  assert_in_range(sniffed.levels, 0, 3); /* two bytes are what they are by chance once in 65,536 times */
}

static bool hears_level(size_t client)
{
  const struct client_slot *s = &w.clients[client].client.slot[0];
  return s->count > 0 && s->packets[s->count - 1].level == 33;
}

static void test_cryptex(void **state)
{
  (void)state;
  listen_to_call(true, true);
  assert_true(sniffed.cryptex > 100);
  for (size_t i = 0; i < 2; i++) {
    assert_true(w.clients[i].web.security.cryptex_in && w.clients[i].web.security.cryptex_out);
    assert_true(hears_level(i));
    assert_true(w.clients[i].client.cryptex_packets > 50);
  }
}

static void test_no_cryptex(void **state)
{
  (void)state;
  listen_to_call(false, false);
  assert_int_equal(sniffed.cryptex, 0);
  for (size_t i = 0; i < 2; i++) {
    assert_false(w.clients[i].web.security.cryptex_in || w.clients[i].web.security.cryptex_out);
    assert_int_equal(w.clients[i].client.slot[0].packets[0].level, 0xff);
  }
}

/* One browser has it, the other doesn't: each gets what is safe on its own wire. */
static void test_cryptex_on_one_side(void **state)
{
  (void)state;
  listen_to_call(true, false);
  assert_true(w.clients[0].web.security.cryptex_in && w.clients[0].web.security.cryptex_out);
  assert_false(w.clients[1].web.security.cryptex_in || w.clients[1].web.security.cryptex_out);
  assert_true(hears_level(0)); /* by way of signalling */
  assert_false(hears_level(1));
}

/* A datagram of redundant sound brings five packets: many in one batch are more than a source keeps between flushes. */
static void test_redundancy_that_fills_a_source(void **state)
{
  (void)state;
  enum { BLOCKS = 4, SAMPLES = 960 };
  const struct client_config speaker = {.mic = true, .audio_slots = 3, .red = true};
  slab_id id;
  uint8_t bytes[64];
  struct writer w_payload = writer_of(bytes, sizeof bytes);
  struct source *s = NULL;
  world_join(&w, 0, &speaker);
  world_join(&w, 1, &speaker);
  world_run_until_connected(&w, 3000000);
  for (uint32_t i = 0; i < w.media->sources.capacity && s == NULL; i++)
    s = slab_at(&w.media->sources, i, &id);
  assert_non_null(s);
  assert_int_not_equal(s->setup.codec.red_payload_type, 0);
  uint8_t opus = s->setup.codec.payload_type;
  for (unsigned k = BLOCKS; k > 0; k--) { /* RFC 2198, section 3: F, PT, 14 bits of age, 10 bits of length */
    put_u8(&w_payload, 0x80 | opus);
    put_u8(&w_payload, (uint8_t)(SAMPLES * k >> 6));
    put_u16(&w_payload, (uint16_t)(((SAMPLES * k & 0x3f) << 10) | 4));
  }
  put_u8(&w_payload, opus);
  for (unsigned i = 0; i < 5 * BLOCKS; i++)
    put_u8(&w_payload, 1);
  for (unsigned i = 1; i <= 200; i++) {
    const struct rtp_packet p = {.payload_type = s->setup.codec.red_payload_type, .sequence = (uint16_t)(1000 + 5 * i),
                                 .timestamp = SAMPLES * 5 * i, .payload = span_of(bytes, w_payload.n)};
    source_receive(s, &p, false);
    assert_true(s->pending_count <= SOURCE_PENDING);
    if (w.media->source_is_full) /* as media_receive does behind each datagram */
      media_flush(w.media, w.now_us);
  }
  assert_true(world_counters(&w)->red_recovered >= 100 * BLOCKS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_replayed_datagrams, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_replayed_checks_from_a_foreign_address, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_check_with_a_participants_forged_address, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_changed_packets, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_wrong_fingerprint, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_post_quantum_demanded, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_garbage_during_a_call, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_media_before_dtls, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_cryptex, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_no_cryptex, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_cryptex_on_one_side, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_redundancy_that_fills_a_source, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
