/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What srtp.h promises: round trips, Cryptex, replay, rollover, limits, refusal of all that was touched. Compliance is
 * shown by test_srtp_vectors.c and test_srtp_oracle.c. */
#include "crypto_testing.h"

#include "base/bytes.h"
#include "proto/srtp.h"
#include "proto/srtp_index.h"

#define PACKET_BYTES 1600

struct packet {
  uint8_t bytes[PACKET_BYTES];
  size_t header_n, n;
};

struct fixture {
  struct aead_backend *backend;
  struct srtp_keys keys;
  uint64_t random;
};

static struct fixture fixture;

static int set_up(void **state)
{
  (void)state;
  uint8_t master[SRTP_MASTER_KEY_BYTES + SRTP_MASTER_SALT_BYTES];
  fixture.random = 42;
  test_random_fill(&fixture.random, master, sizeof master);
  if (aead_backend_new(&fixture.backend, AEAD_FASTEST) != 0)
    return -1;
  return srtp_keys_init(&fixture.keys, fixture.backend, master, master + SRTP_MASTER_KEY_BYTES);
}

static int tear_down(void **state)
{
  (void)state;
  srtp_keys_wipe(&fixture.keys);
  aead_backend_free(fixture.backend);
  return 0;
}

/* ---- making packets ---- */

struct shape {
  unsigned csrcs;
  uint16_t profile; /* 0: no extension */
  uint16_t words;   /* of the extension */
  size_t payload_n;
};

static void put_random(struct writer *w, size_t n)
{
  uint8_t *at = put_space(w, n);
  assert_non_null(at);
  test_random_fill(&fixture.random, at, n);
}

static struct packet clear_packet(const struct shape *shape, uint32_t ssrc, uint16_t seq)
{
  struct packet p;
  struct writer w = writer_of(p.bytes, sizeof p.bytes);
  put_u8(&w, (uint8_t)(0x80 | (shape->profile != 0 ? 0x10 : 0) | shape->csrcs));
  put_u8(&w, 0xe0);
  put_u16(&w, seq);
  put_u32(&w, 0x12345678);
  put_u32(&w, ssrc);
  put_random(&w, 4 * (size_t)shape->csrcs);
  if (shape->profile != 0) {
    put_u16(&w, shape->profile);
    put_u16(&w, shape->words);
    put_random(&w, 4 * (size_t)shape->words);
  }
  p.header_n = w.n;
  put_random(&w, shape->payload_n);
  assert_int_equal(writer_finish(&w, &p.n), 0);
  return p;
}

static int protect(const struct packet *clear, uint32_t roc, bool cryptex, size_t cap, struct packet *out)
{
  struct span payload = span_of(clear->bytes + clear->header_n, clear->n - clear->header_n);
  memcpy(out->bytes, clear->bytes, clear->header_n);
  out->header_n = clear->header_n;
  return srtp_protect(&fixture.keys, roc, cryptex, out->bytes, cap, clear->header_n, payload, &out->n);
}

static struct packet sealed_packet(const struct packet *clear, uint32_t roc, bool cryptex)
{
  struct packet out;
  assert_int_equal(protect(clear, roc, cryptex, sizeof out.bytes, &out), 0);
  return out;
}

/* A small packet of one stream, for all that is about indices. */
static struct packet sealed_index(uint64_t index)
{
  static const struct shape shape = {.payload_n = 20};
  struct packet clear = clear_packet(&shape, 5, (uint16_t)index);
  return sealed_packet(&clear, (uint32_t)(index >> 16), false);
}

/* Unprotects a copy, so that the packet can be used again. */
static int receive(struct srtp_rx_stream *s, const struct packet *p)
{
  struct packet copy = *p;
  bool cryptex;
  return srtp_unprotect(&fixture.keys, s, copy.bytes, copy.n, &copy.n, &cryptex);
}

static int receive_index(struct srtp_rx_stream *s, uint64_t index)
{
  struct packet p = sealed_index(index);
  return receive(s, &p);
}

/* ---- round trips ---- */

static const struct shape shapes[] = {
  {.payload_n = 0},
  {.payload_n = 1},
  {.payload_n = 1200},
  {.csrcs = 1, .payload_n = 160},
  {.csrcs = 15, .payload_n = 160},
  {.profile = 0xbede, .words = 0, .payload_n = 33},
  {.profile = 0xbede, .words = 3, .payload_n = 0},
  {.profile = 0xbede, .words = 4, .payload_n = 1100},
  {.profile = 0x1000, .words = 9, .payload_n = 17},
  {.csrcs = 2, .profile = 0xbede, .words = 0, .payload_n = 64},
  {.csrcs = 3, .profile = 0x1000, .words = 5, .payload_n = 640},
  {.csrcs = 15, .profile = 0xbede, .words = 200, .payload_n = 1},
};

#define for_each_shape(shape)                                                                                          \
  for (const struct shape *shape = shapes; shape < shapes + sizeof shapes / sizeof shapes[0]; shape++)

static bool hides_header(const struct shape *shape)
{
  return shape->csrcs > 0 || shape->profile != 0;
}

/* The same packet as the receiver will see it: CSRCs alone come with an empty extension after Cryptex. */
static struct packet as_received(const struct packet *clear, const struct shape *shape, bool cryptex)
{
  static const uint8_t empty_extension[] = {0xbe, 0xde, 0, 0};
  struct packet p = *clear;
  if (!cryptex || shape->csrcs == 0 || shape->profile != 0)
    return p;
  memmove(p.bytes + p.header_n + 4, p.bytes + p.header_n, p.n - p.header_n);
  memcpy(p.bytes + p.header_n, empty_extension, 4);
  p.bytes[0] |= 0x10;
  p.header_n += 4;
  p.n += 4;
  return p;
}

static void assert_round_trip(const struct shape *shape, bool cryptex)
{
  struct packet clear = clear_packet(shape, 9, 1000), before = clear;
  struct packet wire = sealed_packet(&clear, 0, cryptex);
  struct packet expected = as_received(&clear, shape, cryptex);
  struct srtp_rx_stream s = {0};
  bool was_cryptex;
  assert_memory_equal(clear.bytes, before.bytes, clear.n); /* the shared plaintext is as it was */
  assert_int_equal(wire.n, expected.n + AEAD_TAG_BYTES);
  assert_int_equal(srtp_unprotect(&fixture.keys, &s, wire.bytes, wire.n, &wire.n, &was_cryptex), 0);
  assert_int_equal(was_cryptex, cryptex && hides_header(shape));
  assert_int_equal(wire.n, expected.n);
  assert_memory_equal(wire.bytes, expected.bytes, wire.n);
}

static void test_round_trips(void **state)
{
  (void)state;
  for_each_shape(shape)
  {
    assert_round_trip(shape, false);
    assert_round_trip(shape, true);
  }
}

static void test_payload_already_in_place(void **state)
{
  (void)state;
  for_each_shape(shape) for (int cryptex = 0; cryptex < 2; cryptex++)
  {
    struct packet p = clear_packet(shape, 9, 1000), apart = sealed_packet(&p, 0, cryptex);
    struct span payload = span_of(p.bytes + p.header_n, p.n - p.header_n);
    size_t n;
    assert_int_equal(srtp_protect(&fixture.keys, 0, cryptex, p.bytes, sizeof p.bytes, p.header_n, payload, &n), 0);
    assert_int_equal(n, apart.n);
    assert_memory_equal(p.bytes, apart.bytes, n);
  }
}

static void test_absent_payload(void **state)
{
  (void)state;
  static const struct shape shape = {.profile = 0xbede, .words = 1};
  for (int cryptex = 0; cryptex < 2; cryptex++) {
    struct packet p = clear_packet(&shape, 9, 1);
    size_t n;
    assert_int_equal(srtp_protect(&fixture.keys, 0, cryptex, p.bytes, sizeof p.bytes, p.header_n, span_of(NULL, 0), &n),
                     0);
    assert_int_equal(n, p.header_n + AEAD_TAG_BYTES);
  }
}

/* Exactly the room that is needed, and nothing behind it touched; one byte less is refused. */
static void test_capacity(void **state)
{
  (void)state;
  for_each_shape(shape) for (int cryptex = 0; cryptex < 2; cryptex++)
  {
    struct packet clear = clear_packet(shape, 9, 1000), wire = sealed_packet(&clear, 0, cryptex), tight;
    memset(tight.bytes, 0xa5, sizeof tight.bytes);
    assert_int_equal(protect(&clear, 0, cryptex, wire.n - 1, &tight), ERR_LIMIT);
    memset(tight.bytes, 0xa5, sizeof tight.bytes);
    assert_int_equal(protect(&clear, 0, cryptex, wire.n, &tight), 0);
    assert_int_equal(tight.n, wire.n);
    for (size_t i = wire.n; i < sizeof tight.bytes; i++)
      assert_int_equal(tight.bytes[i], 0xa5);
  }
}

/* ---- Cryptex on the wire ---- */

static bool contains(struct span haystack, struct span needle)
{
  return memmem(haystack.p, haystack.n, needle.p, needle.n) != NULL;
}

static void test_cryptex_hides_the_header(void **state)
{
  (void)state;
  for_each_shape(shape)
  {
    struct packet clear = clear_packet(shape, 9, 1000);
    struct packet plain = sealed_packet(&clear, 0, false), hidden = sealed_packet(&clear, 0, true);
    struct span plain_wire = span_of(plain.bytes, plain.n), hidden_wire = span_of(hidden.bytes, hidden.n);
    if (!hides_header(shape)) {
      assert_true(span_equal(plain_wire, hidden_wire));
      continue;
    }
    struct span csrcs = span_of(clear.bytes + 12, 4 * (size_t)shape->csrcs);
    struct span body = span_of(clear.bytes + clear.header_n - 4 * (size_t)shape->words, 4 * (size_t)shape->words);
    assert_memory_equal(plain.bytes, clear.bytes, clear.header_n);
    assert_memory_equal(hidden.bytes + 1, clear.bytes + 1, 11);
    assert_true(csrcs.n == 0 || !contains(hidden_wire, csrcs));
    assert_true(body.n == 0 || !contains(hidden_wire, body));
    size_t at = 12 + csrcs.n;
    assert_int_equal(hidden.bytes[0], clear.bytes[0] | 0x10);
    assert_int_equal(hidden.bytes[at], shape->profile == 0x1000 ? 0xc2 : 0xc0);
    assert_int_equal(hidden.bytes[at + 1], 0xde);
    assert_int_equal(hidden.bytes[at + 2] << 8 | hidden.bytes[at + 3], shape->words);
  }
}

static void test_cryptex_refuses_other_extensions(void **state)
{
  (void)state;
  static const uint16_t foreign[] = {0x1001, 0x100f, 0xc0de, 0xc2de, 0xabcd, 0x0001, 0xffff};
  for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
    struct shape shape = {.profile = foreign[i], .words = 1, .payload_n = 10};
    struct packet clear = clear_packet(&shape, 9, 1), out;
    assert_int_equal(protect(&clear, 0, true, sizeof out.bytes, &out), ERR_UNSUPPORTED);
  }
}

static void test_clear_header_must_not_look_encrypted(void **state)
{
  (void)state;
  static const uint16_t words[] = {0xc0de, 0xc2de};
  for (size_t i = 0; i < 2; i++) {
    struct shape shape = {.profile = words[i], .words = 1, .payload_n = 10};
    struct packet clear = clear_packet(&shape, 9, 1), out;
    assert_int_equal(protect(&clear, 0, false, sizeof out.bytes, &out), ERR_UNSUPPORTED);
  }
}

/* ---- what is not as it should be ---- */

static void test_headers_that_we_got_wrong(void **state)
{
  (void)state;
  for_each_shape(shape)
  {
    struct packet clear = clear_packet(shape, 9, 1000), p = clear;
    struct span payload = span_of(clear.bytes, 10);
    size_t n;
    for (size_t header_n = 0; header_n < clear.header_n; header_n++)
      assert_int_equal(srtp_protect(&fixture.keys, 0, false, p.bytes, sizeof p.bytes, header_n, payload, &n),
                       ERR_MALFORMED);
    assert_int_equal(srtp_protect(&fixture.keys, 0, false, p.bytes, sizeof p.bytes, clear.header_n + 1, payload, &n),
                     ERR_MALFORMED);
    assert_int_equal(srtp_protect(&fixture.keys, 0, false, p.bytes, clear.header_n - 1, clear.header_n, payload, &n),
                     ERR_LIMIT);
    p.bytes[0] ^= 0xc0;
    assert_int_equal(srtp_protect(&fixture.keys, 0, false, p.bytes, sizeof p.bytes, clear.header_n, payload, &n),
                     ERR_MALFORMED);
  }
}

static void assert_refused(const struct packet *p)
{
  struct srtp_rx_stream s = {0}, zero = {0};
  assert_int_not_equal(receive(&s, p), 0);
  assert_memory_equal(&s, &zero, sizeof s);
}

static void test_every_bit_counts(void **state)
{
  (void)state;
  static const struct shape small[] = {{.payload_n = 20},
                                       {.csrcs = 2, .payload_n = 20},
                                       {.csrcs = 2, .profile = 0xbede, .words = 2, .payload_n = 20},
                                       {.profile = 0x1000, .words = 2, .payload_n = 20}};
  for (size_t i = 0; i < 8; i++) {
    struct packet clear = clear_packet(&small[i / 2], 9, 1000), wire = sealed_packet(&clear, 0, i % 2 != 0);
    struct srtp_rx_stream s = {0};
    for (size_t bit = 0; bit < 8 * wire.n; bit++) {
      wire.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
      assert_refused(&wire);
      wire.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(receive(&s, &wire), 0);
  }
}

static void test_every_truncation_is_refused(void **state)
{
  (void)state;
  for_each_shape(shape)
  {
    struct packet clear = clear_packet(shape, 9, 1000), wire = sealed_packet(&clear, 0, true);
    size_t shortest = as_received(&clear, shape, true).header_n + AEAD_TAG_BYTES;
    for (size_t n = 0; n < wire.n; n++) {
      struct packet cut = wire;
      cut.n = n;
      assert_refused(&cut);
      struct srtp_rx_stream s = {0};
      assert_int_equal(receive(&s, &cut), n < shortest ? ERR_TRUNCATED : ERR_AUTH);
    }
  }
}

static void test_other_versions_are_refused(void **state)
{
  (void)state;
  struct packet p = sealed_index(1);
  struct srtp_rx_stream s = {0};
  for (unsigned version = 0; version < 4; version++) {
    p.bytes[0] = (uint8_t)((p.bytes[0] & 0x3f) | version << 6);
    if (version != 2)
      assert_int_equal(receive(&s, &p), ERR_MALFORMED);
  }
}

static void test_refused_before_crypto_is_unchanged(void **state)
{
  (void)state;
  struct packet p = sealed_index(7), before = p;
  struct srtp_rx_stream s = {0};
  size_t n;
  bool cryptex;
  assert_int_equal(receive(&s, &p), 0);
  assert_int_equal(srtp_unprotect(&fixture.keys, &s, p.bytes, p.n, &n, &cryptex), ERR_REPLAY);
  assert_memory_equal(p.bytes, before.bytes, p.n);
}

static void test_nothing_is_revealed_of_forgeries(void **state)
{
  (void)state;
  static const struct shape shape = {.profile = 0xbede, .words = 2, .payload_n = 100};
  static const uint8_t zero[108];
  struct packet clear = clear_packet(&shape, 9, 1), wire = sealed_packet(&clear, 0, true);
  struct srtp_rx_stream s = {0};
  bool cryptex;
  wire.bytes[wire.n - 1] ^= 1;
  assert_int_equal(srtp_unprotect(&fixture.keys, &s, wire.bytes, wire.n, &wire.n, &cryptex), ERR_AUTH);
  assert_memory_equal(wire.bytes + 16, zero, sizeof zero);
}

static void test_another_ssrc(void **state)
{
  (void)state;
  static const struct shape shape = {.payload_n = 20};
  struct packet one = clear_packet(&shape, 1, 10), other = clear_packet(&shape, 2, 11);
  struct packet one_wire = sealed_packet(&one, 0, false), other_wire = sealed_packet(&other, 0, false);
  struct srtp_rx_stream s = {0};
  assert_int_equal(receive(&s, &one_wire), 0);
  assert_int_equal(receive(&s, &other_wire), ERR_STATE);
}

/* ---- replay and rollover ---- */

static void test_replay(void **state)
{
  (void)state;
  struct srtp_rx_stream s = {0};
  assert_int_equal(receive_index(&s, 5000), 0);
  assert_int_equal(receive_index(&s, 5000), ERR_REPLAY);
  assert_int_equal(receive_index(&s, 4990), 0);
  assert_int_equal(receive_index(&s, 4990), ERR_REPLAY);
  assert_int_equal(receive_index(&s, 5000 - 1023), 0);
  assert_int_equal(receive_index(&s, 5000 - 1024), ERR_REPLAY);
  assert_int_equal(receive_index(&s, 5000 + 1023), 0);
  assert_int_equal(receive_index(&s, 5000), ERR_REPLAY); /* still known after the window has moved */
  assert_int_equal(receive_index(&s, 5001), 0);
  assert_int_equal(receive_index(&s, 9000), 0); /* beyond the whole window */
  assert_int_equal(receive_index(&s, 9000 - 1), 0);
  assert_int_equal(receive_index(&s, 5001), ERR_REPLAY);
}

static void test_replay_over_the_wrap(void **state)
{
  (void)state;
  struct srtp_rx_stream s = {0};
  assert_int_equal(receive_index(&s, 0xfffe), 0);
  assert_int_equal(receive_index(&s, 0x10001), 0);
  assert_int_equal(receive_index(&s, 0xffff), 0);
  assert_int_equal(receive_index(&s, 0x10000), 0);
  assert_int_equal(receive_index(&s, 0xfffe), ERR_REPLAY);
  assert_int_equal(receive_index(&s, 0xffff), ERR_REPLAY);
  assert_int_equal(receive_index(&s, 0x10000), ERR_REPLAY);
  assert_int_equal(receive_index(&s, 0x10001), ERR_REPLAY);
  assert_true(s.window.end == 0x10002);
}

/* The first packet has ROC 0, even the last of it; and nothing lies before index 0. */
static void test_first_packet(void **state)
{
  (void)state;
  struct srtp_rx_stream low = {0}, high = {0};
  assert_int_equal(receive_index(&high, 0xffff), 0);
  assert_int_equal(receive_index(&high, 0x10000), 0);
  assert_int_equal(receive_index(&low, 3), 0);
  assert_int_equal(receive_index(&low, 0xfff0), ERR_REPLAY);
}

/* A forged packet with a sequence number far ahead must not move the stream. */
static void test_forgery_moves_nothing(void **state)
{
  (void)state;
  struct srtp_rx_stream s = {0}, before;
  assert_int_equal(receive_index(&s, 100), 0);
  before = s;
  struct packet forged = sealed_index(20000);
  forged.bytes[forged.n - 1] ^= 1;
  assert_int_equal(receive(&s, &forged), ERR_AUTH);
  assert_memory_equal(&s, &before, sizeof s);
  assert_int_equal(receive_index(&s, 101), 0);
}

static void test_rx_index_limit(void **state)
{
  (void)state;
  struct srtp_rx_stream s = {.ssrc = 5, .window = {.end = SRTP_INDEX_MAX}};
  assert_int_equal(receive_index(&s, SRTP_INDEX_MAX), 0);
  assert_int_equal(receive_index(&s, SRTP_INDEX_MAX), ERR_REPLAY);
  assert_int_equal(receive_index(&s, 0), ERR_LIMIT);
  assert_int_equal(receive_index(&s, SRTP_INDEX_MAX - 1), 0);
}

/* The window against the plainest model of it: a list of all that was ever seen. */
static void test_window_against_model(void **state)
{
  (void)state;
  enum { RANGE = 20000 };
  static bool seen[RANGE];
  struct srtp_window w = {0};
  struct srtcp_window small = {0};
  uint64_t end = 0;
  memset(seen, 0, sizeof seen);
  while (end < RANGE - 3000) {
    uint64_t from = end > 1100 ? end - 1100 : 0;
    uint64_t ahead = test_random_below(&fixture.random, 50) == 0 ? 2500 : 30;
    uint64_t index = from + test_random_below(&fixture.random, (uint32_t)(end - from + ahead));
    bool replay = seen[index] || index + SRTP_WINDOW_PACKETS < end;
    bool replay_small = seen[index] || index + SRTCP_WINDOW_PACKETS < end;
    assert_int_equal(srtp_window_check(&w, index), replay ? ERR_REPLAY : 0);
    assert_int_equal(srtcp_window_check(&small, index), replay_small ? ERR_REPLAY : 0);
    if (!replay_small)
      srtcp_window_commit(&small, index);
    if (replay)
      continue;
    srtp_window_commit(&w, index);
    seen[index] = true;
    end = index >= end ? index + 1 : end;
    assert_true(w.end == end);
  }
}

/* The estimate against its definition: the nearest index that ends in the sequence number. */
static void test_index_estimate(void **state)
{
  (void)state;
  for (int i = 0; i < 200000; i++) {
    uint64_t highest = test_random(&fixture.random) >> (i % 2 == 0 ? 16 : 44);
    uint16_t seq = (uint16_t)test_random(&fixture.random);
    uint64_t got, best = UINT64_MAX, best_distance = UINT64_MAX;
    for (int64_t roc = (int64_t)(highest >> 16) - 1; roc <= (int64_t)(highest >> 16) + 1; roc++) {
      int64_t candidate = roc * 0x10000 + seq, distance = candidate - (int64_t)highest;
      uint64_t size = (uint64_t)(distance < 0 ? -distance : distance);
      if (size < best_distance || (size == best_distance && (uint64_t)roc == highest >> 16)) {
        best = (uint64_t)candidate;
        best_distance = size;
      }
    }
    int err = srtp_index_estimate(highest + 1, seq, &got);
    if ((int64_t)best < 0)
      assert_int_equal(err, ERR_REPLAY);
    else if (best > SRTP_INDEX_MAX)
      assert_int_equal(err, ERR_LIMIT);
    else
      assert_true(err == 0 && got == best);
  }
}

/* ---- the sender's ROC ---- */

static uint32_t roc_of(struct srtp_tx_stream *s, uint16_t seq)
{
  uint32_t roc;
  assert_int_equal(srtp_tx_roc(s, seq, &roc), 0);
  return roc;
}

static void test_tx_roc(void **state)
{
  (void)state;
  struct srtp_tx_stream s = {0};
  assert_int_equal(roc_of(&s, 65530), 0);
  assert_int_equal(roc_of(&s, 65535), 0);
  assert_int_equal(roc_of(&s, 0), 1);
  assert_int_equal(roc_of(&s, 2), 1);
  assert_int_equal(roc_of(&s, 65535), 0); /* sent again */
  assert_int_equal(roc_of(&s, 1), 1);
  assert_int_equal(roc_of(&s, 2), 1);
  assert_int_equal(roc_of(&s, 3), 1);
}

static void test_tx_limits(void **state)
{
  (void)state;
  struct srtp_tx_stream last = {.roc = UINT32_MAX, .seq = 65535, .started = true}, before = last;
  struct srtp_tx_stream first = {0};
  uint32_t roc;
  assert_int_equal(roc_of(&last, 65535), UINT32_MAX);
  assert_int_equal(srtp_tx_roc(&last, 0, &roc), ERR_LIMIT);
  assert_memory_equal(&last, &before, sizeof last);
  assert_int_equal(roc_of(&first, 10), 0);
  assert_int_equal(srtp_tx_roc(&first, 65530, &roc), ERR_RANGE);
  assert_int_equal(roc_of(&first, 11), 0);
}

/* Sender and receiver agree over many wraps, with retransmissions of what is within the window. */
static void test_tx_and_rx_agree(void **state)
{
  (void)state;
  struct srtp_tx_stream tx = {0};
  struct srtp_rx_stream rx = {0};
  uint64_t end = 0;
  for (uint64_t index = 40000; index < 8 * 65536; index += 1 + test_random_below(&fixture.random, 500)) {
    uint64_t again = index - test_random_below(&fixture.random, 400);
    assert_int_equal(roc_of(&tx, (uint16_t)index), index >> 16);
    assert_int_equal(receive_index(&rx, index), 0);
    if (again >= 40000 && again != index)
      assert_int_equal(roc_of(&tx, (uint16_t)again), again >> 16);
    end = index + 1;
  }
  assert_true(rx.window.end == end);
}

/* ---- SRTCP ---- */

#define RTCP_BYTES 64

static struct packet clear_rtcp(uint32_t ssrc, size_t n)
{
  struct packet p;
  struct writer w = writer_of(p.bytes, sizeof p.bytes);
  put_u8(&w, 0x80);
  put_u8(&w, 201);
  put_u16(&w, 1);
  put_u32(&w, ssrc);
  put_random(&w, n - 8);
  assert_int_equal(writer_finish(&w, &p.n), 0);
  return p;
}

static struct packet sealed_rtcp(uint32_t ssrc, uint32_t index, size_t n)
{
  struct packet p = clear_rtcp(ssrc, n);
  assert_int_equal(srtcp_protect(&fixture.keys, index, p.bytes, p.n, sizeof p.bytes, &p.n), 0);
  return p;
}

static int receive_rtcp(struct srtcp_rx *s, const struct packet *p)
{
  struct packet copy = *p;
  return srtcp_unprotect(&fixture.keys, s, copy.bytes, copy.n, &copy.n);
}

static void test_srtcp_round_trip(void **state)
{
  (void)state;
  struct srtcp_rx s = {0};
  uint32_t index = 0;
  for (size_t n = 8; n < 1400; n += 4 * (1 + n / 64)) {
    struct packet clear = clear_rtcp(3, n), p = clear;
    assert_int_equal(srtcp_protect(&fixture.keys, index++, p.bytes, p.n, n + SRTCP_OVERHEAD, &p.n), 0);
    assert_int_equal(p.n, n + SRTCP_OVERHEAD);
    assert_memory_equal(p.bytes, clear.bytes, 8);
    assert_true(n < 24 || !contains(span_of(p.bytes, p.n), span_of(clear.bytes + 8, n - 8)));
    assert_int_equal(srtcp_unprotect(&fixture.keys, &s, p.bytes, p.n, &p.n), 0);
    assert_int_equal(p.n, n);
    assert_memory_equal(p.bytes, clear.bytes, n);
  }
}

static void test_srtcp_limits(void **state)
{
  (void)state;
  struct packet p = clear_rtcp(3, RTCP_BYTES), before = p;
  struct srtcp_rx s = {0};
  size_t n;
  assert_int_equal(srtcp_protect(&fixture.keys, SRTCP_INDEX_MAX + 1, p.bytes, p.n, sizeof p.bytes, &n), ERR_LIMIT);
  assert_int_equal(srtcp_protect(&fixture.keys, 1, p.bytes, p.n, p.n + SRTCP_OVERHEAD - 1, &n), ERR_LIMIT);
  assert_int_equal(srtcp_protect(&fixture.keys, 1, p.bytes, p.n, p.n - 1, &n), ERR_LIMIT);
  assert_int_equal(srtcp_protect(&fixture.keys, 1, p.bytes, 7, sizeof p.bytes, &n), ERR_TRUNCATED);
  assert_memory_equal(p.bytes, before.bytes, p.n);
  p = sealed_rtcp(3, SRTCP_INDEX_MAX, RTCP_BYTES);
  assert_int_equal(receive_rtcp(&s, &p), 0);
  p.bytes[0] = 0x40;
  assert_int_equal(srtcp_protect(&fixture.keys, 1, p.bytes, RTCP_BYTES, sizeof p.bytes, &n), ERR_MALFORMED);
  assert_int_equal(receive_rtcp(&s, &p), ERR_MALFORMED);
}

static void test_srtcp_replay(void **state)
{
  (void)state;
  static const struct {
    uint32_t index;
    int verdict;
  } steps[] = {{9, 0},    {9, ERR_REPLAY},   {8, 0},   {12, 0},        {8, ERR_REPLAY},
               {2000, 0}, {1872, ERR_REPLAY}, {1873, 0}, {0, ERR_REPLAY}};
  struct srtcp_rx s = {0};
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    struct packet p = sealed_rtcp(3, steps[i].index, RTCP_BYTES);
    assert_int_equal(receive_rtcp(&s, &p), steps[i].verdict);
  }
}

/* Two SSRCs of one sender may use the same index: each has a window of its own, and they are not mixed up. */
static void test_srtcp_per_ssrc(void **state)
{
  (void)state;
  struct srtcp_rx one = {0}, other = {0};
  struct packet from_one = sealed_rtcp(1, 77, RTCP_BYTES), from_other = sealed_rtcp(2, 77, RTCP_BYTES);
  assert_int_equal(receive_rtcp(&one, &from_one), 0);
  assert_int_equal(receive_rtcp(&other, &from_other), 0);
  assert_int_equal(receive_rtcp(&one, &from_other), ERR_STATE);
}

static void test_srtcp_every_bit_and_length_counts(void **state)
{
  (void)state;
  struct packet p = sealed_rtcp(3, 0x12345, RTCP_BYTES);
  struct srtcp_rx s = {0}, zero = {0};
  for (size_t bit = 0; bit < 8 * p.n; bit++) {
    bool e_bit = bit == 8 * (p.n - 4) + 7;
    p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    int err = receive_rtcp(&s, &p);
    assert_int_equal(err, e_bit ? ERR_REFUSED : bit == 6 || bit == 7 ? ERR_MALFORMED : ERR_AUTH);
    p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  for (size_t n = 0; n < p.n; n++) {
    struct packet cut = p;
    cut.n = n;
    assert_int_not_equal(receive_rtcp(&s, &cut), 0);
    if (n < 8 + SRTCP_OVERHEAD)
      assert_int_equal(receive_rtcp(&s, &cut), ERR_TRUNCATED);
  }
  assert_memory_equal(&s, &zero, sizeof s);
  assert_int_equal(receive_rtcp(&s, &p), 0);
}

/* ---- keys ---- */

static void test_wiped_keys(void **state)
{
  (void)state;
  uint8_t master[SRTP_MASTER_KEY_BYTES] = {1}, salt[SRTP_MASTER_SALT_BYTES] = {2};
  struct srtp_keys k, zero;
  memset(&zero, 0, sizeof zero);
  assert_int_equal(srtp_keys_init(&k, fixture.backend, master, salt), 0);
  srtp_keys_wipe(&k);
  assert_memory_equal(&k, &zero, sizeof k);

  struct packet p = sealed_index(1), rtcp = sealed_rtcp(3, 1, RTCP_BYTES);
  struct srtp_rx_stream s = {0};
  struct srtcp_rx s_rtcp = {0};
  size_t n;
  bool cryptex;
  assert_int_equal(srtp_protect(&k, 0, false, p.bytes, sizeof p.bytes, 12, span_of(p.bytes + 12, 20), &n), ERR_STATE);
  assert_int_equal(srtp_unprotect(&k, &s, p.bytes, p.n, &n, &cryptex), ERR_STATE);
  assert_int_equal(srtcp_protect(&k, 1, rtcp.bytes, RTCP_BYTES, sizeof rtcp.bytes, &n), ERR_STATE);
  assert_int_equal(srtcp_unprotect(&k, &s_rtcp, rtcp.bytes, rtcp.n, &n), ERR_STATE);
}

static void test_keys_differ(void **state)
{
  (void)state;
  uint8_t master[SRTP_MASTER_KEY_BYTES] = {1}, salt[SRTP_MASTER_SALT_BYTES] = {2};
  struct packet p = sealed_index(1);
  struct srtp_rx_stream s = {0};
  struct srtp_keys k;
  bool cryptex;
  struct aead_key rtcp;
  assert_int_equal(aead_key_init(&rtcp, fixture.backend, fixture.keys.rtcp), 0);
  assert_memory_not_equal(&fixture.keys.rtp, &rtcp, sizeof rtcp);
  aead_key_wipe(&rtcp);
  assert_memory_not_equal(fixture.keys.rtp_salt, fixture.keys.rtcp_salt, AEAD_IV_BYTES);
  assert_int_equal(srtp_keys_init(&k, fixture.backend, master, salt), 0);
  assert_int_equal(srtp_unprotect(&k, &s, p.bytes, p.n, &p.n, &cryptex), ERR_AUTH);
  srtp_keys_wipe(&k);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_round_trips),
    cmocka_unit_test(test_payload_already_in_place),
    cmocka_unit_test(test_absent_payload),
    cmocka_unit_test(test_capacity),
    cmocka_unit_test(test_cryptex_hides_the_header),
    cmocka_unit_test(test_cryptex_refuses_other_extensions),
    cmocka_unit_test(test_clear_header_must_not_look_encrypted),
    cmocka_unit_test(test_headers_that_we_got_wrong),
    cmocka_unit_test(test_every_bit_counts),
    cmocka_unit_test(test_every_truncation_is_refused),
    cmocka_unit_test(test_other_versions_are_refused),
    cmocka_unit_test(test_refused_before_crypto_is_unchanged),
    cmocka_unit_test(test_nothing_is_revealed_of_forgeries),
    cmocka_unit_test(test_another_ssrc),
    cmocka_unit_test(test_replay),
    cmocka_unit_test(test_replay_over_the_wrap),
    cmocka_unit_test(test_first_packet),
    cmocka_unit_test(test_forgery_moves_nothing),
    cmocka_unit_test(test_rx_index_limit),
    cmocka_unit_test(test_window_against_model),
    cmocka_unit_test(test_index_estimate),
    cmocka_unit_test(test_tx_roc),
    cmocka_unit_test(test_tx_limits),
    cmocka_unit_test(test_tx_and_rx_agree),
    cmocka_unit_test(test_srtcp_round_trip),
    cmocka_unit_test(test_srtcp_limits),
    cmocka_unit_test(test_srtcp_replay),
    cmocka_unit_test(test_srtcp_per_ssrc),
    cmocka_unit_test(test_srtcp_every_bit_and_length_counts),
    cmocka_unit_test(test_wiped_keys),
    cmocka_unit_test(test_keys_differ),
  };
  return cmocka_run_group_tests_name("srtp", tests, set_up, tear_down);
}
