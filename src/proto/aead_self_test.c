/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <string.h>

#include "proto/aead_backend.h"

/* Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega): an incomplete last block and associated data.
 */
static const uint8_t test_key[AEAD_KEY_BYTES] = {0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c, 0x6d, 0x6a, 0x8f,
                                                 0x94, 0x67, 0x30, 0x83, 0x08, 0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65,
                                                 0x73, 0x1c, 0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08};
static const uint8_t test_iv[AEAD_IV_BYTES] = {0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88};
static const uint8_t test_aad[] = {0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xfe, 0xed,
                                   0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2};
static const uint8_t short_plain[] = {0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5, 0xa5, 0x59, 0x09, 0xc5,
                                      0xaf, 0xf5, 0x26, 0x9a, 0x86, 0xa7, 0xa9, 0x53, 0x15, 0x34, 0xf7, 0xda,
                                      0x2e, 0x4c, 0x30, 0x3d, 0x8a, 0x31, 0x8a, 0x72, 0x1c, 0x3c, 0x0c, 0x95,
                                      0x95, 0x68, 0x09, 0x53, 0x2f, 0xcf, 0x0e, 0x24, 0x49, 0xa6, 0xb5, 0x25,
                                      0xb1, 0x6a, 0xed, 0xf5, 0xaa, 0x0d, 0xe6, 0x57, 0xba, 0x63, 0x7b, 0x39};
static const uint8_t short_cipher[] = {0x52, 0x2d, 0xc1, 0xf0, 0x99, 0x56, 0x7d, 0x07, 0xf4, 0x7f, 0x37, 0xa3,
                                       0x2a, 0x84, 0x42, 0x7d, 0x64, 0x3a, 0x8c, 0xdc, 0xbf, 0xe5, 0xc0, 0xc9,
                                       0x75, 0x98, 0xa2, 0xbd, 0x25, 0x55, 0xd1, 0xaa, 0x8c, 0xb0, 0x8e, 0x48,
                                       0x59, 0x0d, 0xbb, 0x3d, 0xa7, 0xb0, 0x8b, 0x10, 0x56, 0x82, 0x88, 0x38,
                                       0xc5, 0xf6, 0x1e, 0x63, 0x93, 0xba, 0x7a, 0x0a, 0xbc, 0xc9, 0xf6, 0x62};
static const uint8_t short_tag[AEAD_TAG_BYTES] = {0x76, 0xfc, 0x6e, 0xce, 0x0f, 0x4e, 0x17, 0x68,
                                                  0xcd, 0xdf, 0x88, 0x53, 0xbb, 0x2d, 0x55, 0x1b};

/* The same key over byte i = i modulo 251: long enough for the widest vector code of a library, which short messages
 * never reach. The tag covers every byte of the ciphertext; it was computed with OpenSSL. */
#define LONG_BYTES 1187
static const uint8_t long_tag[AEAD_TAG_BYTES] = {0x0b, 0x5f, 0x00, 0x12, 0x84, 0x32, 0x78, 0x79,
                                                 0xba, 0xbb, 0x17, 0x63, 0xea, 0x8b, 0xe5, 0x41};

static bool seals_short(const struct aead_key *key)
{
  uint8_t out[sizeof short_plain], tag[AEAD_TAG_BYTES];
  return aead_seal(key, test_iv, test_aad, sizeof test_aad, short_plain, sizeof short_plain, out, tag) == 0 &&
         memcmp(out, short_cipher, sizeof out) == 0 && memcmp(tag, short_tag, sizeof tag) == 0;
}

static bool opens_short(const struct aead_key *key)
{
  uint8_t out[sizeof short_plain];
  return aead_open(key, test_iv, test_aad, sizeof test_aad, short_cipher, sizeof short_cipher, out, short_tag) == 0 &&
         memcmp(out, short_plain, sizeof out) == 0;
}

static bool refuses_wrong_tag(const struct aead_key *key)
{
  uint8_t out[sizeof short_plain], tag[AEAD_TAG_BYTES];
  memcpy(tag, short_tag, sizeof tag);
  tag[AEAD_TAG_BYTES - 1] ^= 1;
  return aead_open(key, test_iv, test_aad, sizeof test_aad, short_cipher, sizeof short_cipher, out, tag) == ERR_AUTH;
}

/* In place, as SRTP does it with what it receives. */
static bool long_round_trip(const struct aead_key *key)
{
  uint8_t text[LONG_BYTES], tag[AEAD_TAG_BYTES];
  for (size_t i = 0; i < sizeof text; i++)
    text[i] = (uint8_t)(i % 251);
  if (aead_seal(key, test_iv, test_aad, sizeof test_aad, text, sizeof text, text, tag) != 0 ||
      memcmp(tag, long_tag, sizeof tag) != 0 ||
      aead_open(key, test_iv, test_aad, sizeof test_aad, text, sizeof text, text, tag) != 0)
    return false;
  for (size_t i = 0; i < sizeof text; i++)
    if (text[i] != i % 251)
      return false;
  return true;
}

int aead_self_test(const struct aead_backend *b)
{
  struct aead_key key;
  int err = aead_key_init(&key, b, test_key);
  if (err != 0)
    return err;
  bool passed = seals_short(&key) && opens_short(&key) && refuses_wrong_tag(&key) && long_round_trip(&key);
  aead_key_wipe(&key);
  return passed ? 0 : ERR_CRYPTO;
}
