/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SRTP against the test vectors of RFC 3711, 6188, 7714 and 9335. */
#include "crypto_testing.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/aes.h>

#include "proto/aead_backend.h"
#include "proto/srtp.h"
#include "proto/srtp_kdf.h"

#define PACKET_BYTES 256

static void assert_derives(const char *master_key, const char *master_salt, enum srtp_kdf_label label,
                           const char *expected)
{
  uint8_t key[32], salt[14], want[64], got[64];
  size_t key_n = from_hex(key, sizeof key, master_key);
  size_t salt_n = from_hex(salt, sizeof salt, master_salt);
  size_t n = from_hex(want, sizeof want, expected);
  assert_int_equal(srtp_kdf(span_of(key, key_n), span_of(salt, salt_n), label, got, n), 0);
  assert_memory_equal(got, want, n);
}

/* RFC 3711 appendix B.3: AES-128. */
static void test_kdf_rfc3711(void **state)
{
  (void)state;
  const char *key = "e1f97a0d3e018be0d64fa32c06de4139", *salt = "0ec675ad498afeebb6960b3aabe6";
  assert_derives(key, salt, SRTP_KDF_RTP_KEY, "c61e7a93744f39ee10734afe3ff7a087");
  assert_derives(key, salt, SRTP_KDF_RTP_SALT, "30cbbc08863d8c85d49db34a9ae1");
  assert_derives(key, salt, SRTP_KDF_RTP_AUTH, "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
}

/* RFC 6188 section 7.2: AES-256. */
static void test_kdf_rfc6188(void **state)
{
  (void)state;
  const char *key = "f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6";
  const char *salt = "3b04803de51ee7c96423ab5b78d2";
  assert_derives(key, salt, SRTP_KDF_RTP_KEY, "5ba1064e30ec51613cad926c5a28ef73 1ec7fb397f70a960653caf06554cd8c4");
  assert_derives(key, salt, SRTP_KDF_RTP_SALT, "fa31791685ca444a9e07c6c64e93");
  assert_derives(key, salt, SRTP_KDF_RTP_AUTH, "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05");
}

static void test_kdf_refuses_other_lengths(void **state)
{
  (void)state;
  uint8_t bytes[64] = {0}, out[32];
  assert_int_equal(srtp_kdf(span_of(bytes, 20), span_of(bytes, 12), SRTP_KDF_RTP_KEY, out, 32), ERR_CRYPTO);
  assert_int_equal(srtp_kdf(span_of(bytes, 32), span_of(bytes, 15), SRTP_KDF_RTP_KEY, out, 32), ERR_CRYPTO);
}

/* ---- RFC 7714: the session keys themselves are given ---- */

static const enum aead_choice choices[] = {AEAD_FASTEST, AEAD_WOLFSSL};

static struct aead_backend *make_rfc7714_keys(struct srtp_keys *k, enum aead_choice choice)
{
  struct aead_backend *b;
  uint8_t key[AEAD_KEY_BYTES];
  assert_int_equal(aead_backend_new(&b, choice), 0);
  from_hex(key, sizeof key, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  assert_int_equal(aead_key_init(&k->rtp, b, key), 0);
  memcpy(k->rtcp, key, sizeof k->rtcp);
  from_hex(k->rtp_salt, AEAD_IV_BYTES, "517569642070726f2071756f");
  from_hex(k->rtcp_salt, AEAD_IV_BYTES, "517569642070726f2071756f");
  return b;
}

/* Protects `clear` and compares with `wire`, then the reverse. */
static void assert_srtp(const struct srtp_keys *k, bool cryptex, size_t header_n, const char *clear, const char *wire)
{
  uint8_t plain[PACKET_BYTES], want[PACKET_BYTES], packet[PACKET_BYTES];
  struct srtp_rx_stream stream = {0};
  size_t plain_n = from_hex(plain, sizeof plain, clear), want_n = from_hex(want, sizeof want, wire), n;
  bool was_cryptex;
  memcpy(packet, plain, header_n);
  struct span payload = span_of(plain + header_n, plain_n - header_n);
  assert_int_equal(srtp_protect(k, 0, cryptex, packet, sizeof packet, header_n, payload, &n), 0);
  assert_int_equal(n, want_n);
  assert_memory_equal(packet, want, n);
  assert_int_equal(srtp_unprotect(k, &stream, packet, n, &n, &was_cryptex), 0);
  assert_int_equal(n, plain_n);
  assert_memory_equal(packet, plain, n);
  assert_int_equal(was_cryptex, cryptex);
}

/* Section 16.2. */
static void test_srtp_rfc7714(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
    struct srtp_keys k;
    struct aead_backend *b = make_rfc7714_keys(&k, choices[i]);
    assert_srtp(&k, false, 12,
                "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465"
                "73207472 6573",
                "8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f"
                "1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13");
    srtp_keys_wipe(&k);
    aead_backend_free(b);
  }
}

/* Section 17.2. */
static void test_srtcp_rfc7714(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
    struct srtp_keys k;
    struct srtcp_rx stream = {0};
    struct aead_backend *b = make_rfc7714_keys(&k, choices[i]);
    uint8_t plain[PACKET_BYTES], want[PACKET_BYTES], packet[PACKET_BYTES];
    size_t plain_n = from_hex(plain, sizeof plain,
                              "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef"
                              "deadbeef deadbeef deadbeef deadbeef");
    size_t want_n = from_hex(want, sizeof want,
                             "81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1"
                             "110555be 8415f658 c61de047 6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4");
    size_t n;
    memcpy(packet, plain, plain_n);
    assert_int_equal(srtcp_protect(&k, 0x5d4, packet, plain_n, sizeof packet, &n), 0);
    assert_int_equal(n, want_n);
    assert_memory_equal(packet, want, n);
    assert_int_equal(srtcp_unprotect(&k, &stream, packet, n, &n), 0);
    assert_int_equal(n, plain_n);
    assert_memory_equal(packet, plain, n);
    srtp_keys_wipe(&k);
    aead_backend_free(b);
  }
}

/* Section 17.3: authenticated, but in clear. It is not for us, whatever its tag says. */
static void test_clear_srtcp_is_refused(void **state)
{
  (void)state;
  struct srtp_keys k;
  struct srtcp_rx stream = {0};
  struct aead_backend *b = make_rfc7714_keys(&k, AEAD_FASTEST);
  uint8_t packet[PACKET_BYTES];
  size_t n = from_hex(packet, sizeof packet,
                      "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef"
                      "deadbeef deadbeef deadbeef 841dd968 3dd78ec9 2ae58790 125f62b3 000005d4");
  assert_int_equal(srtcp_unprotect(&k, &stream, packet, n, &n), ERR_REFUSED);
  srtp_keys_wipe(&k);
  aead_backend_free(b);
}

/* ---- RFC 9335 appendix A.2 ----
 * Its vectors are of AEAD_AES_128_GCM, which we do not speak. What they are to show, which bytes are authenticated and
 * which are encrypted in what order, has nothing to do with the key's length: so a backend with 128-bit keys is made up
 * for them. */

static int key_init_128(struct aead_key *key, const uint8_t bytes[AEAD_KEY_BYTES])
{
  Aes *aes = (Aes *)(void *)key->schedule;
  if (wc_AesInit(aes, NULL, INVALID_DEVID) != 0 || wc_AesGcmSetKey(aes, bytes, 16) != 0)
    return ERR_CRYPTO;
  return 0;
}

static void make_rfc9335_keys(struct srtp_keys *k, struct aead_backend *b)
{
  uint8_t master_key[16], master_salt[12], key[AEAD_KEY_BYTES] = {0};
  assert_int_equal(aead_wolfssl_start(b), 0);
  b->key_init = key_init_128;
  size_t key_n = from_hex(master_key, sizeof master_key, "000102030405060708090a0b0c0d0e0f");
  size_t salt_n = from_hex(master_salt, sizeof master_salt, "a0a1a2a3a4a5a6a7a8a9aaab");
  struct span from_key = span_of(master_key, key_n), from_salt = span_of(master_salt, salt_n);
  memset(k, 0, sizeof *k);
  assert_int_equal(srtp_kdf(from_key, from_salt, SRTP_KDF_RTP_KEY, key, 16), 0);
  assert_int_equal(srtp_kdf(from_key, from_salt, SRTP_KDF_RTP_SALT, k->rtp_salt, sizeof k->rtp_salt), 0);
  assert_int_equal(aead_key_init(&k->rtp, b, key), 0);
}

/* A salt of 12 bytes counts as filled up with zeros: the vectors name the session key and salt. */
static void test_kdf_rfc9335(void **state)
{
  (void)state;
  const char *key = "000102030405060708090a0b0c0d0e0f", *salt = "a0a1a2a3a4a5a6a7a8a9aaab";
  assert_derives(key, salt, SRTP_KDF_RTP_KEY, "077c6143cb221bc355ff23d5f984a16e");
  assert_derives(key, salt, SRTP_KDF_RTP_SALT, "9af3e95364ebac9c99c5a7c4");
}

#define PAYLOAD_9335 "abababab abababab abababab abababab"

static void test_cryptex_rfc9335(void **state)
{
  (void)state;
  struct aead_backend b;
  struct srtp_keys k;
  make_rfc9335_keys(&k, &b);
  /* one-byte extension, two-byte extension */
  assert_srtp(&k, true, 20, "900f1235 decafbad cafebabe bede0001 51000200" PAYLOAD_9335,
              "900f1235 decafbad cafebabe c0de0001 39972dc9 572c4d99 e8fc355d e743fb2e 94f9d8ff 54e72f41 93bbc5c7"
              "4ffab0fa 9fa0fbeb");
  assert_srtp(&k, true, 20, "900f1236 decafbad cafebabe 10000001 05020002" PAYLOAD_9335,
              "900f1236 decafbad cafebabe c2de0001 bb75a4c5 45cd1f41 3bdb7daa 2b1e3263 de313667 c9632490 81b35a65"
              "f5cb6c88 b394235f");
  /* the same with two CSRCs */
  assert_srtp(&k, true, 28, "920f1238 decafbad cafebabe 0001e240 0000b26e bede0001 51000200" PAYLOAD_9335,
              "920f1238 decafbad cafebabe 63bbccc4 a7f695c4 c0de0001 8ad7c71f ac70a80c 92866b4c 6ba98546 ef913586"
              "e95ffaaf fe956885 bb0647a8 bc094ac8");
  assert_srtp(&k, true, 28, "920f1239 decafbad cafebabe 0001e240 0000b26e 10000001 05020002" PAYLOAD_9335,
              "920f1239 decafbad cafebabe 3680524f 8d312b00 c2de0001 c78d1200 38422bc1 11a7187a 18246f98 0c059cc6"
              "bc9df8b6 26394eca 344e4b05 d80fea83");
  /* empty extensions */
  assert_srtp(&k, true, 24, "920f123a decafbad cafebabe 0001e240 0000b26e bede0000" PAYLOAD_9335,
              "920f123a decafbad cafebabe 15b6bb43 37906fff c0de0000 b7b96453 7a2b03ab 7ba5389c e9331712 6b5d974d"
              "f30c6884 dcb651c5 e120c1da");
  assert_srtp(&k, true, 24, "920f123b decafbad cafebabe 0001e240 0000b26e 10000000" PAYLOAD_9335,
              "920f123b decafbad cafebabe dcb38c9e 48bf95f4 c2de0000 61ee432c f9203170 76613258 d3ce4236 c06ac429"
              "681ad084 13512dc9 8b5207d8");
  aead_key_wipe(&k.rtp);
  b.stop(&b);
}

/* What the sender must add by itself: the vector with the empty one-byte extension, from a header without any. */
static void test_cryptex_adds_empty_extension(void **state)
{
  (void)state;
  struct aead_backend b;
  struct srtp_keys k;
  uint8_t packet[PACKET_BYTES], want[PACKET_BYTES], payload[16];
  size_t n;
  make_rfc9335_keys(&k, &b);
  size_t header_n = from_hex(packet, sizeof packet, "820f123a decafbad cafebabe 0001e240 0000b26e");
  memset(payload, 0xab, sizeof payload);
  size_t want_n = from_hex(want, sizeof want,
                           "920f123a decafbad cafebabe 15b6bb43 37906fff c0de0000 b7b96453 7a2b03ab 7ba5389c e9331712"
                           "6b5d974d f30c6884 dcb651c5 e120c1da");
  struct span from = span_of(payload, sizeof payload);
  assert_int_equal(srtp_protect(&k, 0, true, packet, want_n - 1, header_n, from, &n), ERR_LIMIT);
  assert_int_equal(srtp_protect(&k, 0, true, packet, want_n, header_n, from, &n), 0);
  assert_int_equal(n, want_n);
  assert_memory_equal(packet, want, n);
  aead_key_wipe(&k.rtp);
  b.stop(&b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_kdf_rfc3711),
    cmocka_unit_test(test_kdf_rfc6188),
    cmocka_unit_test(test_kdf_refuses_other_lengths),
    cmocka_unit_test(test_srtp_rfc7714),
    cmocka_unit_test(test_srtcp_rfc7714),
    cmocka_unit_test(test_clear_srtcp_is_refused),
    cmocka_unit_test(test_kdf_rfc9335),
    cmocka_unit_test(test_cryptex_rfc9335),
    cmocka_unit_test(test_cryptex_adds_empty_extension),
  };
  return cmocka_run_group_tests_name("srtp_vectors", tests, NULL, NULL);
}
