/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SRTP and SRTCP against libsrtp2, byte for byte and verdict for verdict, in both directions. Cryptex is not tested
 * here: libsrtp 2.5 does not know it (test_srtp_vectors.c has the RFC's vectors). */
#include "crypto_testing.h"

#include <stdalign.h>

#include "base/bytes.h"
#include "proto/srtp.h"
#include "srtp_oracle.h"

#define PACKET_BYTES 1600
#define PAYLOAD_BYTES 1200
#define PACKETS 4000

struct pair {
  struct aead_backend *backend;
  struct srtp_keys ours;
  struct srtp_oracle *sender, *receiver;
  uint64_t random;
};

struct packet {
  alignas(8) uint8_t bytes[PACKET_BYTES];
  size_t header_n, n;
};

static void pair_init(struct pair *p, enum aead_choice choice, uint64_t seed)
{
  uint8_t master[SRTP_ORACLE_MASTER_BYTES];
  p->random = seed;
  test_random_fill(&p->random, master, sizeof master);
  assert_int_equal(aead_backend_new(&p->backend, choice), 0);
  assert_int_equal(srtp_keys_init(&p->ours, p->backend, master, master + SRTP_MASTER_KEY_BYTES), 0);
  p->sender = srtp_oracle_new(true, 0, master);
  p->receiver = srtp_oracle_new(false, 0, master);
  assert_non_null(p->sender);
  assert_non_null(p->receiver);
}

static void pair_fini(struct pair *p)
{
  srtp_oracle_free(p->sender);
  srtp_oracle_free(p->receiver);
  srtp_keys_wipe(&p->ours);
  aead_backend_free(p->backend);
}

static void put_random(uint64_t *random, struct writer *w, size_t n)
{
  uint8_t *at = put_space(w, n);
  assert_non_null(at);
  test_random_fill(random, at, n);
}

/* A clear RTP packet, with CSRCs and an extension or without. */
static void random_rtp(uint64_t *random, uint32_t ssrc, uint16_t seq, struct packet *p)
{
  unsigned csrcs = test_random_below(random, 4) == 0 ? test_random_below(random, 16) : 0;
  bool extension = test_random_below(random, 2) != 0;
  struct writer w = writer_of(p->bytes, sizeof p->bytes);
  put_u8(&w, (uint8_t)(0x80 | (extension ? 0x10 : 0) | csrcs));
  put_random(random, &w, 1);
  put_u16(&w, seq);
  put_random(random, &w, 4);
  put_u32(&w, ssrc);
  put_random(random, &w, 4 * (size_t)csrcs);
  if (extension) {
    uint16_t words = (uint16_t)test_random_below(random, 12);
    put_u16(&w, test_random_below(random, 2) != 0 ? 0xbede : 0x1000);
    put_u16(&w, words);
    put_random(random, &w, 4 * (size_t)words);
  }
  p->header_n = w.n;
  put_random(random, &w, test_random_below(random, PAYLOAD_BYTES));
  assert_int_equal(writer_finish(&w, &p->n), 0);
}

/* A packet whose first 8 bytes are RTCP's. SRTCP looks no further. */
static void random_rtcp(uint64_t *random, uint32_t ssrc, struct packet *p)
{
  struct writer w = writer_of(p->bytes, sizeof p->bytes);
  put_u8(&w, 0x81);
  put_u8(&w, 200);
  put_u16(&w, 6);
  put_u32(&w, ssrc);
  put_random(random, &w, 4 * (size_t)test_random_below(random, 200));
  assert_int_equal(writer_finish(&w, &p->n), 0);
}

static void protect_ours(const struct pair *pair, uint32_t roc, const struct packet *clear, struct packet *out)
{
  struct span payload = span_of(clear->bytes + clear->header_n, clear->n - clear->header_n);
  memcpy(out->bytes, clear->bytes, clear->header_n);
  int err = srtp_protect(&pair->ours, roc, false, out->bytes, sizeof out->bytes, clear->header_n, payload, &out->n);
  assert_int_equal(err, 0);
}

static void assert_same_packet(const struct packet *a, const struct packet *b)
{
  assert_int_equal(a->n, b->n);
  assert_memory_equal(a->bytes, b->bytes, a->n);
}

/* One stream from sequence number `seq` on over several wraps: both seal it to the same bytes and open each other's. */
static void run_stream(struct pair *pair, uint32_t ssrc, uint16_t seq)
{
  struct srtp_tx_stream tx = {0};
  struct srtp_rx_stream rx = {0};
  for (int i = 0; i < PACKETS; i++) {
    struct packet clear, mine, theirs;
    uint32_t roc;
    bool cryptex;
    random_rtp(&pair->random, ssrc, seq, &clear);
    assert_int_equal(srtp_tx_roc(&tx, seq, &roc), 0);
    protect_ours(pair, roc, &clear, &mine);
    theirs = clear;
    assert_int_equal(srtp_oracle_protect(pair->sender, theirs.bytes, &theirs.n), 0);
    assert_same_packet(&mine, &theirs);
    assert_int_equal(srtp_unprotect(&pair->ours, &rx, theirs.bytes, theirs.n, &theirs.n, &cryptex), 0);
    assert_same_packet(&theirs, &clear);
    assert_false(cryptex);
    assert_int_equal(srtp_oracle_unprotect(pair->receiver, mine.bytes, &mine.n), 0);
    assert_same_packet(&mine, &clear);
    seq = (uint16_t)(seq + 1 + test_random_below(&pair->random, 100));
  }
  assert_true(tx.roc >= 2);
}

static void test_streams(void **state)
{
  (void)state;
  static const enum aead_choice choices[] = {AEAD_FASTEST, AEAD_WOLFSSL};
  for (uint64_t i = 0; i < 2; i++) {
    struct pair pair;
    pair_init(&pair, choices[i], i + 1);
    run_stream(&pair, 0x01020304, 0);
    run_stream(&pair, 0xfffffffe, 32767);
    run_stream(&pair, 0x80000000, 65535);
    pair_fini(&pair);
  }
}

/* The index up to which the stream was, moved about as a bad network does: near, or far back, or again, or forged. */
static uint64_t next_index(uint64_t *random, uint64_t *highest)
{
  uint64_t index;
  switch (test_random_below(random, 8)) {
  case 0: index = *highest - test_random_below(random, 40); break;
  case 1: index = *highest - test_random_below(random, 1100); break;
  case 2: index = *highest + test_random_below(random, 1500); break;
  default: index = *highest + 1; break;
  }
  if (index > *highest)
    *highest = index;
  return index;
}

/* Reordered, repeated, late and forged packets over several wraps: both receivers say the same of each. */
static void test_same_verdicts(void **state)
{
  (void)state;
  struct pair pair;
  pair_init(&pair, AEAD_FASTEST, 3);
  struct srtp_rx_stream rx = {0};
  uint64_t highest = 30000;
  unsigned counts[3] = {0};
  for (int i = 0; i < 3 * PACKETS; i++) {
    struct packet clear, mine, theirs;
    bool cryptex;
    uint64_t index = next_index(&pair.random, &highest);
    random_rtp(&pair.random, 7, (uint16_t)index, &clear);
    protect_ours(&pair, (uint32_t)(index >> 16), &clear, &mine);
    if (test_random_below(&pair.random, 10) == 0)
      mine.bytes[test_random_below(&pair.random, (uint32_t)(mine.n - 12)) + 12] ^= 0x10;
    theirs = mine;
    int verdict = srtp_unprotect(&pair.ours, &rx, mine.bytes, mine.n, &mine.n, &cryptex);
    int oracle = srtp_oracle_unprotect(pair.receiver, theirs.bytes, &theirs.n);
    /* A flipped bit in the extension's length may make the packet look too short. */
    if (verdict == ERR_TRUNCATED)
      assert_int_not_equal(oracle, 0);
    else
      assert_int_equal(verdict, oracle);
    counts[verdict == 0 ? 0 : verdict == ERR_AUTH ? 1 : 2]++;
  }
  for (int i = 0; i < 3; i++)
    assert_true(counts[i] > 100);
  assert_true(rx.window.end >> 16 >= 2);
  pair_fini(&pair);
}

static void test_srtcp(void **state)
{
  (void)state;
  struct pair pair;
  pair_init(&pair, AEAD_FASTEST, 4);
  struct srtcp_rx rx = {0};
  for (uint32_t index = 1; index <= PACKETS; index++) { /* libsrtp2 begins at 1 */
    struct packet clear, mine, theirs;
    random_rtcp(&pair.random, 0xc0ffee, &clear);
    mine = clear;
    theirs = clear;
    assert_int_equal(srtcp_protect(&pair.ours, index, mine.bytes, mine.n, sizeof mine.bytes, &mine.n), 0);
    assert_int_equal(srtp_oracle_protect_rtcp(pair.sender, theirs.bytes, &theirs.n), 0);
    assert_same_packet(&mine, &theirs);
    assert_int_equal(srtcp_unprotect(&pair.ours, &rx, theirs.bytes, theirs.n, &theirs.n), 0);
    assert_same_packet(&theirs, &clear);
    assert_int_equal(srtp_oracle_unprotect_rtcp(pair.receiver, mine.bytes, &mine.n), 0);
    assert_same_packet(&mine, &clear);
  }
  pair_fini(&pair);
}

static int load(void **state)
{
  (void)state;
  return srtp_oracle_load() ? 0 : -1;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_streams),
    cmocka_unit_test(test_same_verdicts),
    cmocka_unit_test(test_srtcp),
  };
  return cmocka_run_group_tests_name("srtp_oracle", tests, load, NULL);
}
