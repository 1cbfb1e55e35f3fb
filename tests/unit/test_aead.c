/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AES-256-GCM: every backend of this machine alone, and all of them against each other. */
#include "crypto_testing.h"

#include <sys/mman.h>
#include <unistd.h>

#include "proto/aead.h"
#include "proto/aead_backend.h"

#define TEXT_BYTES 1600
#define AAD_BYTES 64

/* A backend is missing only where the CPU cannot run it. */
static const enum aead_choice choices[] = {AEAD_IPSEC_MB, AEAD_WOLFSSL};
#define CHOICES (sizeof choices / sizeof choices[0])

static struct aead_backend *backends[CHOICES];

static int make_backends(void **state)
{
  (void)state;
  for (size_t i = 0; i < CHOICES; i++) {
    int err = aead_backend_new(&backends[i], choices[i]);
    if (err == ERR_UNSUPPORTED && choices[i] == AEAD_IPSEC_MB)
      print_message("# no ipsec-mb on this machine: only wolfSSL is tested\n");
    else if (err != 0)
      return -1;
  }
  return 0;
}

static int free_backends(void **state)
{
  (void)state;
  for (size_t i = 0; i < CHOICES; i++)
    aead_backend_free(backends[i]);
  return 0;
}

#define for_each_backend(b)                                                                                            \
  for (size_t b##_i = 0; b##_i < CHOICES; b##_i++)                                                                     \
    for (const struct aead_backend *b = backends[b##_i]; b != NULL; b = NULL)

struct message {
  uint8_t key[AEAD_KEY_BYTES], iv[AEAD_IV_BYTES], aad[AAD_BYTES], text[TEXT_BYTES];
  size_t aad_n, text_n;
};

static void random_message(uint64_t *random, struct message *m, size_t text_n)
{
  test_random_fill(random, m->key, sizeof m->key);
  test_random_fill(random, m->iv, sizeof m->iv);
  test_random_fill(random, m->aad, sizeof m->aad);
  test_random_fill(random, m->text, text_n);
  m->text_n = text_n;
  m->aad_n = test_random_below(random, AAD_BYTES + 1);
}

static void seal_with(const struct aead_backend *b, const struct message *m, uint8_t *out, uint8_t *tag)
{
  struct aead_key key;
  assert_int_equal(aead_key_init(&key, b, m->key), 0);
  assert_int_equal(aead_seal(&key, m->iv, m->aad, m->aad_n, m->text, m->text_n, out, tag), 0);
  aead_key_wipe(&key);
}

/* RFC 7714 section 16.2.1. */
static void test_known_answer(void **state)
{
  (void)state;
  struct message m;
  uint8_t expected[TEXT_BYTES], out[TEXT_BYTES], tag[AEAD_TAG_BYTES];
  from_hex(m.key, sizeof m.key, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  from_hex(m.iv, sizeof m.iv, "51753c6580c2726f20718414");
  m.aad_n = from_hex(m.aad, sizeof m.aad, "8040f17b 8041f8d3 5501a0b2");
  m.text_n = from_hex(m.text, sizeof m.text,
                      "47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573");
  size_t n = from_hex(expected, sizeof expected,
                      "32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b"
                      "7aa3db36 dfffd6b0 f9bb7878 d7a76c13");
  assert_int_equal(n, m.text_n + AEAD_TAG_BYTES);
  for_each_backend(b)
  {
    seal_with(b, &m, out, tag);
    assert_memory_equal(out, expected, m.text_n);
    assert_memory_equal(tag, expected + m.text_n, AEAD_TAG_BYTES);
  }
}

/* Each length takes other paths through the vector code of the libraries. Each seals what the other opens. */
static void test_backends_agree(void **state)
{
  (void)state;
  uint64_t random = 1;
  if (backends[0] == NULL)
    skip();
  for (size_t n = 0; n < TEXT_BYTES; n++) {
    struct message m;
    uint8_t out[2][TEXT_BYTES], tag[2][AEAD_TAG_BYTES];
    random_message(&random, &m, n);
    for (int i = 0; i < 2; i++)
      seal_with(backends[i], &m, out[i], tag[i]);
    assert_memory_equal(out[0], out[1], n);
    assert_memory_equal(tag[0], tag[1], AEAD_TAG_BYTES);
  }
}

/* Packets lie at any address, and the tag lies right behind the text. */
static void test_round_trip_in_place_and_apart(void **state)
{
  (void)state;
  uint64_t random = 2;
  for_each_backend(b) for (size_t n = 0; n < TEXT_BYTES; n += 1 + n / 7)
  {
    struct message m;
    struct aead_key key;
    uint8_t apart[TEXT_BYTES + AEAD_TAG_BYTES], place[TEXT_BYTES + AEAD_TAG_BYTES + 64];
    random_message(&random, &m, n);
    uint8_t *at = place + test_random_below(&random, 64);
    memcpy(at, m.text, n);
    assert_int_equal(aead_key_init(&key, b, m.key), 0);
    assert_int_equal(aead_seal(&key, m.iv, m.aad, m.aad_n, m.text, n, apart, apart + n), 0);
    assert_int_equal(aead_seal(&key, m.iv, m.aad, m.aad_n, at, n, at, at + n), 0);
    assert_memory_equal(at, apart, n + AEAD_TAG_BYTES);
    assert_int_equal(aead_open(&key, m.iv, m.aad, m.aad_n, at, n, at, at + n), 0);
    assert_memory_equal(at, m.text, n);
    aead_key_wipe(&key);
  }
}

static void test_writes_nothing_around(void **state)
{
  (void)state;
  uint64_t random = 3;
  for_each_backend(b) for (size_t n = 0; n < 300; n++)
  {
    struct message m;
    uint8_t out[64 + 300 + 64], tag[16 + AEAD_TAG_BYTES + 16], before[64], around[16];
    random_message(&random, &m, n);
    memset(out, 0xa5, sizeof out);
    memset(tag, 0xa5, sizeof tag);
    memset(before, 0xa5, sizeof before);
    memset(around, 0xa5, sizeof around);
    seal_with(b, &m, out + 64, tag + 16);
    assert_memory_equal(out, before, 64);
    assert_memory_equal(out + 64 + n, before, 64);
    assert_memory_equal(tag, around, 16);
    assert_memory_equal(tag + 16 + AEAD_TAG_BYTES, around, 16);
  }
}

/* n bytes that end where memory ends: the sanitizers do not look into the assembly of the libraries, the kernel does.
 */
static uint8_t *at_end_of_memory(const void *bytes, size_t n)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  uint8_t *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(map != MAP_FAILED);
  assert_int_equal(mprotect(map + page, page, PROT_NONE), 0);
  memcpy(map + page - n, bytes, n);
  return map + page - n;
}

static void free_at_end_of_memory(uint8_t *p, size_t n)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  assert_int_equal(munmap(p + n - page, 2 * page), 0);
}

static void test_reads_nothing_behind(void **state)
{
  (void)state;
  uint64_t random = 7;
  for_each_backend(b) for (size_t n = 0; n < 300; n++)
  {
    struct message m;
    struct aead_key key;
    uint8_t tag[AEAD_TAG_BYTES] = {0};
    random_message(&random, &m, n);
    uint8_t *text = at_end_of_memory(m.text, n), *out = at_end_of_memory(m.text, n);
    uint8_t *aad = at_end_of_memory(m.aad, m.aad_n), *iv = at_end_of_memory(m.iv, sizeof m.iv);
    uint8_t *tag_end = at_end_of_memory(tag, sizeof tag);
    assert_int_equal(aead_key_init(&key, b, m.key), 0);
    assert_int_equal(aead_seal(&key, iv, aad, m.aad_n, text, n, out, tag_end), 0);
    assert_int_equal(aead_open(&key, iv, aad, m.aad_n, out, n, out, tag_end), 0);
    assert_memory_equal(out, m.text, n);
    aead_key_wipe(&key);
    free_at_end_of_memory(text, n);
    free_at_end_of_memory(out, n);
    free_at_end_of_memory(aad, m.aad_n);
    free_at_end_of_memory(iv, sizeof m.iv);
    free_at_end_of_memory(tag_end, sizeof tag);
  }
}

static void assert_refused(const struct aead_key *key, const struct message *m, const uint8_t *sealed,
                           const uint8_t *tag)
{
  uint8_t out[TEXT_BYTES], zero[TEXT_BYTES] = {0};
  memset(out, 0xa5, sizeof out);
  assert_int_equal(aead_open(key, m->iv, m->aad, m->aad_n, sealed, m->text_n, out, tag), ERR_AUTH);
  assert_memory_equal(out, zero, m->text_n);
}

/* Flips each bit of p in turn while `sealed` is tried. */
static void assert_each_bit_counts(uint8_t *p, size_t n, const struct aead_key *key, const struct message *m,
                                   const uint8_t *sealed, const uint8_t *tag)
{
  for (size_t bit = 0; bit < 8 * n; bit++) {
    p[bit / 8] ^= (uint8_t)(1u << bit % 8);
    assert_refused(key, m, sealed, tag);
    p[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

static void test_every_bit_is_authenticated(void **state)
{
  (void)state;
  uint64_t random = 4;
  for_each_backend(b)
  {
    struct message m;
    struct aead_key key;
    uint8_t sealed[TEXT_BYTES], tag[AEAD_TAG_BYTES], out[TEXT_BYTES];
    random_message(&random, &m, 77);
    assert_int_equal(aead_key_init(&key, b, m.key), 0);
    seal_with(b, &m, sealed, tag);
    assert_each_bit_counts(sealed, m.text_n, &key, &m, sealed, tag);
    assert_each_bit_counts(tag, sizeof tag, &key, &m, sealed, tag);
    assert_each_bit_counts(m.aad, m.aad_n, &key, &m, sealed, tag);
    assert_each_bit_counts(m.iv, sizeof m.iv, &key, &m, sealed, tag);
    assert_int_equal(aead_open(&key, m.iv, m.aad, m.aad_n, sealed, m.text_n, out, tag), 0);
    aead_key_wipe(&key);
  }
}

static void test_wiped_key_is_zero_and_useless(void **state)
{
  (void)state;
  uint64_t random = 5;
  for_each_backend(b)
  {
    struct message m;
    struct aead_key key, zero;
    uint8_t out[TEXT_BYTES], tag[AEAD_TAG_BYTES];
    memset(&zero, 0, sizeof zero);
    random_message(&random, &m, 100);
    assert_int_equal(aead_key_init(&key, b, m.key), 0);
    assert_memory_not_equal(&key, &zero, sizeof key);
    aead_key_wipe(&key);
    assert_memory_equal(&key, &zero, sizeof key);
    assert_int_equal(aead_seal(&key, m.iv, m.aad, m.aad_n, m.text, m.text_n, out, tag), ERR_STATE);
    assert_int_equal(aead_open(&key, m.iv, m.aad, m.aad_n, m.text, m.text_n, out, tag), ERR_STATE);
    aead_key_wipe(&key);
  }
}

static void test_too_long_is_refused(void **state)
{
  (void)state;
  uint64_t random = 6;
  for_each_backend(b)
  {
    struct message m;
    struct aead_key key;
    uint8_t tag[AEAD_TAG_BYTES];
    random_message(&random, &m, 0);
    assert_int_equal(aead_key_init(&key, b, m.key), 0);
    assert_int_equal(aead_seal(&key, m.iv, m.aad, 0, m.text, AEAD_MESSAGE_BYTES + 1, m.text, tag), ERR_RANGE);
    assert_int_equal(aead_seal(&key, m.iv, m.aad, AEAD_MESSAGE_BYTES + 1, m.text, 0, m.text, tag), ERR_RANGE);
    assert_int_equal(aead_open(&key, m.iv, m.aad, 0, m.text, AEAD_MESSAGE_BYTES + 1, m.text, tag), ERR_RANGE);
    aead_key_wipe(&key);
  }
}

static void test_names(void **state)
{
  (void)state;
  struct aead_backend *fastest;
  assert_string_equal(aead_backend_name(backends[1]), "wolfssl");
  assert_int_equal(aead_backend_new(&fastest, AEAD_FASTEST), 0);
  assert_string_equal(aead_backend_name(fastest), backends[0] != NULL ? "ipsec-mb" : "wolfssl");
  aead_backend_free(fastest);
  aead_backend_free(NULL);
}

/* ---- a library that computes wrongly must not be used ---- */

static int stopped;

static void count_stop(struct aead_backend *b)
{
  (void)b;
  stopped++;
}

static int seal_wrongly(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n,
                        const uint8_t *in, size_t n, uint8_t *out, uint8_t *tag)
{
  int err = backends[1]->seal(key, iv, aad, aad_n, in, n, out, tag);
  tag[AEAD_TAG_BYTES - 1] ^= n > 1000; /* only where the wide vector code would be at work */
  return err;
}

static int open_anything(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n,
                         const uint8_t *in, size_t n, uint8_t *out, const uint8_t *tag)
{
  int err = backends[1]->open(key, iv, aad, aad_n, in, n, out, tag);
  return err == ERR_AUTH ? 0 : err;
}

static int start_sealing_wrongly(struct aead_backend *b)
{
  *b = *backends[1];
  b->seal = seal_wrongly;
  b->stop = count_stop;
  return 0;
}

static int start_opening_anything(struct aead_backend *b)
{
  *b = *backends[1];
  b->open = open_anything;
  b->stop = count_stop;
  return 0;
}

static int start_nothing(struct aead_backend *b)
{
  (void)b;
  return ERR_UNSUPPORTED;
}

static void test_broken_backend_is_passed_over(void **state)
{
  (void)state;
  struct aead_backend b;
  stopped = 0;
  assert_int_equal(aead_backend_start(&b, (aead_starter *const[]){start_sealing_wrongly}, 1), ERR_CRYPTO);
  assert_int_equal(aead_backend_start(&b, (aead_starter *const[]){start_opening_anything}, 1), ERR_CRYPTO);
  assert_int_equal(stopped, 2);
  assert_int_equal(aead_backend_start(&b, (aead_starter *const[]){start_nothing}, 1), ERR_UNSUPPORTED);
  aead_starter *const chain[] = {start_nothing, start_sealing_wrongly, start_opening_anything, aead_wolfssl_start};
  assert_int_equal(aead_backend_start(&b, chain, 4), 0);
  assert_string_equal(aead_backend_name(&b), "wolfssl");
  assert_int_equal(stopped, 4);
  b.stop(&b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_known_answer),
    cmocka_unit_test(test_backends_agree),
    cmocka_unit_test(test_round_trip_in_place_and_apart),
    cmocka_unit_test(test_writes_nothing_around),
    cmocka_unit_test(test_reads_nothing_behind),
    cmocka_unit_test(test_every_bit_is_authenticated),
    cmocka_unit_test(test_wiped_key_is_zero_and_useless),
    cmocka_unit_test(test_too_long_is_refused),
    cmocka_unit_test(test_names),
    cmocka_unit_test(test_broken_backend_is_passed_over),
  };
  return cmocka_run_group_tests_name("aead", tests, make_backends, free_backends);
}
