/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/frame.c: signalling frames, by the vectors that bind page and server (tests/data/signal-vectors.json). */
#include "web_testing.h"

#include "web/frame.h"

#define FRAME_BYTES 4096

static const struct entry_secrets secrets = {.entry = {1, 2, 3}, .codeword = {4, 5, 6}};

static struct span origin(void)
{
  return span_str("https://localhost:8443");
}

/* Both ends of one socket. */
struct pair {
  struct frame_channel server, client;
};

static struct pair make_pair(void)
{
  struct pair p;
  frame_channel_init(&p.server, FRAME_SERVER, &secrets, origin());
  frame_channel_init(&p.client, FRAME_CLIENT, &secrets, origin());
  return p;
}

static struct span seal(struct frame_channel *c, const char *json, uint8_t frame[FRAME_BYTES])
{
  struct writer w = writer_of(frame, FRAME_BYTES);
  frame_seal(c, span_str(json), &w);
  assert_false(w.overflow);
  return writer_span(&w);
}

/* RFC 5869, A.1 and A.3: the first 32 of their 42 bytes. */
static void test_hkdf_vectors(void **state)
{
  (void)state;
  uint8_t ikm[22], salt[13], info[10], okm[32];
  static const uint8_t expected_1[32] = {0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a, 0x90, 0x43, 0x4f,
                                         0x64, 0xd0, 0x36, 0x2f, 0x2a, 0x2d, 0x2d, 0x0a, 0x90, 0xcf, 0x1a,
                                         0x5a, 0x4c, 0x5d, 0xb0, 0x2d, 0x56, 0xec, 0xc4, 0xc5, 0xbf};
  static const uint8_t expected_3[32] = {0x8d, 0xa4, 0xe7, 0x75, 0xa5, 0x63, 0xc1, 0x8f, 0x71, 0x5f, 0x80,
                                         0x2a, 0x06, 0x3c, 0x5a, 0x31, 0xb8, 0xa1, 0x1f, 0x5c, 0x5e, 0xe1,
                                         0x87, 0x9e, 0xc3, 0x45, 0x4e, 0x5f, 0x3c, 0x73, 0x8d, 0x2d};
  memset(ikm, 0x0b, sizeof ikm);
  for (size_t i = 0; i < sizeof salt; i++)
    salt[i] = (uint8_t)i;
  for (size_t i = 0; i < sizeof info; i++)
    info[i] = (uint8_t)(0xf0 + i);
  hkdf_sha256(span_of(salt, sizeof salt), span_of(ikm, sizeof ikm), span_of(info, sizeof info), okm);
  assert_memory_equal(okm, expected_1, sizeof okm);
  hkdf_sha256(span_str(""), span_of(ikm, sizeof ikm), span_str(""), okm);
  assert_memory_equal(okm, expected_3, sizeof okm);
}

static const char *text_at(const json_t *vector, const char *name)
{
  const char *text = json_string_value(json_object_get(vector, name));
  assert_non_null(text);
  return text;
}

static void check_vector(const json_t *vector)
{
  struct entry_secrets s;
  struct frame_channel sender, receiver;
  uint8_t expected[FRAME_BYTES], frame[FRAME_BYTES];
  size_t n;
  bool server = strcmp(text_at(vector, "direction"), "server") == 0;
  struct span page = span_str(text_at(vector, "origin")), json;
  const char *hex = text_at(vector, "frame");
  uint64_t counter = (uint64_t)json_integer_value(json_object_get(vector, "counter"));

  assert_int_equal(token_from_text(span_str(text_at(vector, "entry")), s.entry, sizeof s.entry), 0);
  assert_int_equal(token_from_text(span_str(text_at(vector, "codeword")), s.codeword, sizeof s.codeword), 0);
  assert_int_equal(sodium_hex2bin(expected, sizeof expected, hex, strlen(hex), NULL, &n, NULL), 0);

  frame_channel_init(&sender, server ? FRAME_SERVER : FRAME_CLIENT, &s, page);
  sender.sent = counter - 1;
  struct span sealed = seal(&sender, text_at(vector, "json"), frame);
  assert_int_equal(sealed.n, n);
  assert_memory_equal(sealed.p, expected, n);

  frame_channel_init(&receiver, server ? FRAME_CLIENT : FRAME_SERVER, &s, page);
  receiver.received = counter - 1;
  assert_int_equal(frame_open(&receiver, span_of(expected, n), &json), 0);
  assert_true(span_equal(json, span_str(text_at(vector, "json"))));
}

static void test_shared_vectors(void **state)
{
  (void)state;
  json_t *file = json_load_file(SIGNAL_VECTORS, JSON_REJECT_DUPLICATES, NULL);
  const json_t *vectors = json_object_get(file, "vectors");
  assert_true(json_array_size(vectors) >= 4);
  for (size_t i = 0; i < json_array_size(vectors); i++)
    check_vector(json_array_get(vectors, i));
  json_decref(file);
}

static void test_frames_in_order(void **state)
{
  (void)state;
  struct pair p = make_pair();
  uint8_t frame[FRAME_BYTES];
  struct span json;
  for (int i = 0; i < 3; i++) {
    assert_int_equal(frame_open(&p.client, seal(&p.server, "{\"a\":1}", frame), &json), 0);
    assert_true(span_equal(json, span_str("{\"a\":1}")));
    assert_int_equal(frame_open(&p.server, seal(&p.client, "{}", frame), &json), 0);
  }
}

static void test_altered_frame(void **state)
{
  (void)state;
  uint8_t frame[FRAME_BYTES];
  struct span json;
  struct pair p = make_pair();
  size_t n = seal(&p.server, "{\"type\":\"hello\"}", frame).n;
  for (size_t bit = 0; bit < 8 * n; bit++) {
    struct frame_channel c = p.client;
    frame[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    assert_int_equal(frame_open(&c, span_of(frame, n), &json), ERR_AUTH);
    frame[bit / 8] ^= (uint8_t)(1u << (bit % 8));
  }
  for (size_t cut = 0; cut < n; cut++) {
    struct frame_channel c = p.client;
    assert_int_not_equal(frame_open(&c, span_of(frame, cut), &json), 0);
  }
  assert_int_equal(frame_open(&p.client, span_of(frame, n), &json), 0);
}

static void test_repeated_dropped_reordered(void **state)
{
  (void)state;
  struct pair p = make_pair();
  uint8_t first[FRAME_BYTES], second[FRAME_BYTES];
  struct span json, a = seal(&p.client, "{\"n\":1}", first), b = seal(&p.client, "{\"n\":2}", second);
  struct frame_channel skipped = p.server;
  assert_int_equal(frame_open(&skipped, b, &json), ERR_REPLAY);
  assert_int_equal(frame_open(&p.server, a, &json), 0);
  assert_int_equal(frame_open(&p.server, a, &json), ERR_REPLAY);
  assert_int_equal(frame_open(&p.server, b, &json), 0);
}

/* What the server said cannot be told to the server, and the other way round. */
static void test_reflected_frame(void **state)
{
  (void)state;
  struct pair p = make_pair();
  uint8_t frame[FRAME_BYTES];
  struct span json, mirrored = seal(&p.client, "{}", frame);
  assert_int_equal(frame_open(&p.client, mirrored, &json), ERR_AUTH);
}

static void test_other_secrets(void **state)
{
  (void)state;
  struct pair p = make_pair();
  struct entry_secrets other = secrets;
  struct frame_channel c;
  uint8_t frame[FRAME_BYTES];
  struct span json, sent = seal(&p.server, "{}", frame);
  frame_channel_init(&c, FRAME_CLIENT, &secrets, span_str("https://localhost:8444"));
  assert_int_equal(frame_open(&c, sent, &json), ERR_AUTH);
  other.codeword[31] ^= 1;
  frame_channel_init(&c, FRAME_CLIENT, &other, origin());
  assert_int_equal(frame_open(&c, sent, &json), ERR_AUTH);
  other = secrets;
  other.entry[15] ^= 1;
  frame_channel_init(&c, FRAME_CLIENT, &other, origin());
  assert_int_equal(frame_open(&c, sent, &json), ERR_AUTH);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_hkdf_vectors),     cmocka_unit_test(test_shared_vectors),
    cmocka_unit_test(test_frames_in_order),  cmocka_unit_test(test_altered_frame),
    cmocka_unit_test(test_repeated_dropped_reordered), cmocka_unit_test(test_reflected_frame),
    cmocka_unit_test(test_other_secrets),
  };
  return RUN_TESTS("signal", tests);
}
