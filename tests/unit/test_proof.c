/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web: proofs, by the vectors that bind page and server (tests/data/proof-vectors.json), and device words (A2,
 * A3). */
#include "web_testing.h"

#include <stdio.h>
#include <stdlib.h>

#include "web/device.h"
#include "web/proof.h"

static json_t *vectors;

static int load_vectors(void **state)
{
  (void)state;
  vectors = json_load_file(PROOF_VECTORS, JSON_REJECT_DUPLICATES, NULL);
  return vectors == NULL ? -1 : 0;
}

static int free_vectors(void **state)
{
  (void)state;
  json_decref(vectors);
  return 0;
}

static const char *text_at(const json_t *vector, const char *name)
{
  const char *text = json_string_value(json_object_get(vector, name));
  assert_non_null(text);
  return text;
}

static const json_t *list(const char *name, size_t least)
{
  const json_t *found = json_object_get(vectors, name);
  assert_true(json_array_size(found) >= least);
  return found;
}

/* A request of the vectors with its proof. */
struct signed_request {
  struct proof proof;
  struct proof_request request;
  uint8_t key[SESSION_KEY_BYTES];
};

static struct signed_request request_at(size_t index)
{
  const json_t *v = json_array_get(list("proofs", 5), index);
  struct signed_request s = {.request = {.method = span_str(text_at(v, "method")),
                                         .target = span_str(text_at(v, "target")),
                                         .body = span_str(text_at(v, "body")),
                                         .origin = span_str(text_at(v, "origin"))}};
  assert_int_equal(proof_parse(span_str(text_at(v, "header")), &s.proof), 0);
  assert_int_equal(proof_key_from_text(span_str(text_at(v, "key")), s.key), 0);
  return s;
}

static int verify(const struct signed_request *s)
{
  return proof_verify(&s->proof, s->key, &s->request);
}

static void test_shared_proofs(void **state)
{
  (void)state;
  const json_t *proofs = list("proofs", 5);
  for (size_t i = 0; i < json_array_size(proofs); i++) {
    struct signed_request s = request_at(i);
    char text[PROOF_TEXT_BYTES], nonce[TOKEN_TEXT + 1];
    struct writer w = writer_of(text, sizeof text);
    token_to_text(s.proof.nonce, TOKEN_BYTES, nonce);
    assert_string_equal(nonce, text_at(json_array_get(proofs, i), "nonce"));
    assert_int_equal(proof_put_text(&w, &s.request, s.proof.nonce), 0);
    assert_true(span_equal(writer_span(&w), span_str(text_at(json_array_get(proofs, i), "text"))));
    assert_int_equal(verify(&s), 0);
  }
}

static void test_every_part_is_signed(void **state)
{
  (void)state;
  const struct signed_request good = request_at(1);
  struct signed_request s = good;
  s.request.method = span_str("PUT");
  assert_int_equal(verify(&s), ERR_AUTH);
  s = good;
  s.request.target = span_str("/api/v1/rooms?");
  assert_int_equal(verify(&s), ERR_AUTH);
  s = good;
  s.request.body = span_str("{\"title\":\"algebra\"}");
  assert_int_equal(verify(&s), ERR_AUTH);
  s.request.body = span_of(NULL, 0);
  assert_int_equal(verify(&s), ERR_AUTH);
  s = good;
  s.request.origin = span_str("https://localhost:8444");
  assert_int_equal(verify(&s), ERR_AUTH);
  s = good;
  s.proof.nonce[15] ^= 1;
  assert_int_equal(verify(&s), ERR_AUTH);
  s = good;
  memcpy(s.key, request_at(2).key, sizeof s.key);
  assert_int_equal(verify(&s), ERR_AUTH);
  assert_int_equal(verify(&good), 0);
}

static void test_altered_signature(void **state)
{
  (void)state;
  const struct signed_request good = request_at(0);
  for (size_t bit = 0; bit < 8 * PROOF_SIGNATURE_BYTES; bit += 7) {
    struct signed_request s = good;
    s.proof.signature[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    assert_int_equal(verify(&s), ERR_AUTH);
  }
}

/* r and s from 1 to n - 1 (FIPS 186-5, section 6.4.2): all else is a wrong signature, no failure of the library. */
static void test_signature_out_of_range(void **state)
{
  (void)state;
  static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                    0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                    0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
  const struct signed_request good = request_at(0);
  for (size_t half = 0; half < PROOF_SIGNATURE_BYTES; half += 32) {
    struct signed_request s = good;
    memset(s.proof.signature + half, 0, 32);
    assert_int_equal(verify(&s), ERR_AUTH);
    memcpy(s.proof.signature + half, order, 32);
    assert_int_equal(verify(&s), ERR_AUTH);
    memset(s.proof.signature + half, 0xff, 32);
    assert_int_equal(verify(&s), ERR_AUTH);
  }
  struct signed_request s = good;
  memset(s.proof.signature, 0, sizeof s.proof.signature);
  assert_int_equal(verify(&s), ERR_AUTH);
}

static void test_wrong_headers(void **state)
{
  (void)state;
  const json_t *headers = list("wrong_headers", 15);
  struct proof proof;
  for (size_t i = 0; i < json_array_size(headers); i++) {
    const json_t *v = json_array_get(headers, i);
    if (proof_parse(span_str(text_at(v, "header")), &proof) != ERR_MALFORMED)
      fail_msg("accepted: %s", text_at(v, "why"));
  }
  char header[PROOF_HEADER_TEXT + 1];
  strcpy(header, text_at(json_array_get(list("proofs", 1), 0), "header"));
  header[PROOF_HEADER_TEXT - 1] = '\0';
  assert_int_equal(proof_parse(span_of(header, PROOF_HEADER_TEXT), &proof), ERR_MALFORMED);
}

/* Also at every place of the text: base64url has 64 letters, and no other byte means one. */
static void test_every_byte_has_one_text(void **state)
{
  (void)state;
  struct proof proof;
  uint8_t key[SESSION_KEY_BYTES];
  const char *header = text_at(json_array_get(list("proofs", 1), 0), "header");
  const char *key_text = text_at(json_array_get(list("proofs", 1), 0), "key");
  for (int c = 0x80; c <= 0xff; c++) {
    char text[PROOF_HEADER_TEXT + 1];
    for (size_t at = 0; at < PROOF_HEADER_TEXT; at++) {
      strcpy(text, header);
      text[at] = (char)c;
      assert_int_equal(proof_parse(span_of(text, PROOF_HEADER_TEXT), &proof), ERR_MALFORMED);
    }
    strcpy(text, key_text);
    text[7] = (char)c;
    assert_int_equal(proof_key_from_text(span_of(text, PROOF_KEY_TEXT), key), ERR_MALFORMED);
  }
}

static void test_wrong_keys(void **state)
{
  (void)state;
  const json_t *keys = list("wrong_keys", 10);
  uint8_t key[SESSION_KEY_BYTES];
  for (size_t i = 0; i < json_array_size(keys); i++) {
    const json_t *v = json_array_get(keys, i);
    if (proof_key_from_text(span_str(text_at(v, "key")), key) != ERR_MALFORMED)
      fail_msg("accepted: %s", text_at(v, "why"));
  }
  struct signed_request s = request_at(0);
  memset(s.key, 0, sizeof s.key); /* a damaged store is no sign of a thief */
  assert_int_equal(verify(&s), ERR_CRYPTO);
}

static void test_shared_targets(void **state)
{
  (void)state;
  const json_t *targets = list("targets", 4);
  for (size_t i = 0; i < json_array_size(targets); i++) {
    const json_t *v = json_array_get(targets, i), *query = json_object_get(v, "query");
    char target[256], arguments[4][128];
    struct span spans[4];
    struct writer w = writer_of(target, sizeof target);
    size_t n = json_array_size(query);
    assert_true(n <= 4);
    for (size_t a = 0; a < n; a++) {
      const json_t *pair = json_array_get(query, a);
      (void)snprintf(arguments[a], sizeof arguments[a], "%s=%s", json_string_value(json_array_get(pair, 0)),
                     json_string_value(json_array_get(pair, 1)));
      spans[a] = span_str(arguments[a]);
    }
    proof_put_target(&w, span_str(text_at(v, "path")), spans, n);
    assert_false(w.overflow);
    assert_true(span_equal(writer_span(&w), span_str(text_at(v, "target"))));
  }
}

/* What could move bytes from one line of the text to another is no request. */
static void test_requests_that_are_none(void **state)
{
  (void)state;
  const struct signed_request good = request_at(0);
  char text[PROOF_TEXT_BYTES], target[LIMIT_PROOF_TARGET + 1];
  static const char *const bad[] = {"", "a\nb", "a b", "a\x7f", "\xc5\xbb", "\t"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    struct signed_request s = good;
    s.request.method = span_str(bad[i]);
    assert_int_equal(verify(&s), ERR_MALFORMED);
    s = good;
    s.request.origin = span_str(bad[i]);
    assert_int_equal(verify(&s), ERR_MALFORMED);
    s = good;
    char path[8] = "/";
    strcat(path, bad[i]);
    s.request.target = span_str(path);
    assert_int_equal(verify(&s), i == 0 ? ERR_AUTH : ERR_MALFORMED);
  }
  struct signed_request s = good;
  s.request.target = span_str("api");
  assert_int_equal(verify(&s), ERR_MALFORMED);
  memset(target, '/', sizeof target);
  s.request.target = span_of(target, sizeof target);
  assert_int_equal(verify(&s), ERR_LIMIT);
  s.request.target.n--;
  assert_int_equal(verify(&s), ERR_AUTH);
  struct writer narrow = writer_of(text, 64);
  assert_int_equal(proof_put_text(&narrow, &good.request, good.proof.nonce), ERR_LIMIT);
}

/* --- devices --- */

static void expect_words(const char *user_agent, const char *expected)
{
  char words[DEVICE_WORDS];
  device_words(span_str(user_agent), words);
  assert_string_equal(words, expected);
}

static void test_device_words(void **state)
{
  (void)state;
  expect_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux");
  expect_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
               "Safari/537.36 Edg/141.0.0.0", "Edge on Windows");
  expect_words("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
               "Safari/605.1.15", "Safari on macOS");
  expect_words("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
               "CriOS/141.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone");
  expect_words("Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) "
               "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android");
  expect_words("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
               "Safari/537.36", "Chrome on ChromeOS");
  expect_words("Firefox/", "Firefox");
  expect_words("something for Linux", "A browser on Linux");
  expect_words("curl/8.5.0", "An unknown device");
  expect_words("", "An unknown device");
}

static void test_device_words_are_bounded(void **state)
{
  (void)state;
  char words[DEVICE_WORDS];
  char *agent = malloc(LIMIT_USER_AGENT + 8);
  assert_non_null(agent);
  memset(agent, 'x', LIMIT_USER_AGENT + 8);
  memcpy(agent + LIMIT_USER_AGENT - 4, "Firefox/", 8); /* its end is behind the last byte that is read */
  device_words(span_of(agent, LIMIT_USER_AGENT + 8), words);
  assert_string_equal(words, "An unknown device");
  memcpy(agent + LIMIT_USER_AGENT - 8, "Firefox/", 8);
  device_words(span_of(agent, LIMIT_USER_AGENT + 8), words);
  assert_string_equal(words, "Firefox");
  free(agent);
}

static bool same_network(const char *a, const char *b, const uint8_t key_b[NETWORK_KEY_BYTES])
{
  static const uint8_t key[NETWORK_KEY_BYTES] = {1};
  struct net_addr first, second;
  uint8_t hash_a[NETWORK_BYTES], hash_b[NETWORK_BYTES];
  assert_int_equal(net_addr_parse(a, 1000, &first), 0);
  assert_int_equal(net_addr_parse(b, 2000, &second), 0);
  device_network(key, &first, hash_a);
  device_network(key_b == NULL ? key : key_b, &second, hash_b);
  return memcmp(hash_a, hash_b, sizeof hash_a) == 0;
}

static void test_networks(void **state)
{
  (void)state;
  static const uint8_t other_key[NETWORK_KEY_BYTES] = {2};
  assert_true(same_network("192.0.2.1", "192.0.2.254", NULL));
  assert_false(same_network("192.0.2.1", "192.0.3.1", NULL));
  assert_true(same_network("2001:db8:1:2::1", "2001:db8:1:3::1", NULL));
  assert_false(same_network("2001:db8:1::1", "2001:db8:2::1", NULL));
  assert_false(same_network("192.0.2.1", "c000:200::", NULL));
  assert_false(same_network("192.0.2.1", "192.0.2.1", other_key));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_shared_proofs),       cmocka_unit_test(test_every_part_is_signed),
    cmocka_unit_test(test_altered_signature),   cmocka_unit_test(test_signature_out_of_range),
    cmocka_unit_test(test_wrong_headers),       cmocka_unit_test(test_every_byte_has_one_text),
    cmocka_unit_test(test_wrong_keys),
    cmocka_unit_test(test_shared_targets),      cmocka_unit_test(test_requests_that_are_none),
    cmocka_unit_test(test_device_words),        cmocka_unit_test(test_device_words_are_bounded),
    cmocka_unit_test(test_networks),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("proof", tests, load_vectors, free_vectors);
}
