/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of AEAD and SRTP share: bytes from hex, and random bytes that are the same in every run. */
#ifndef TESTUDO_TESTS_CRYPTO_TESTING_H
#define TESTUDO_TESTS_CRYPTO_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

/* The number of bytes that the hex digits (blanks between them are skipped) stand for; fails the test if they don't
 * fit. */
static inline size_t from_hex(uint8_t *out, size_t cap, const char *hex)
{
  size_t n = 0;
  assert_int_equal(sodium_hex2bin(out, cap, hex, strlen(hex), " ", &n, NULL), 0);
  return n;
}

/* splitmix64: good enough to vary tests, and one word of state. */
static inline uint64_t test_random(uint64_t *state)
{
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static inline uint32_t test_random_below(uint64_t *state, uint32_t n)
{
  return (uint32_t)(test_random(state) % n);
}

static inline void test_random_fill(uint64_t *state, void *out, size_t n)
{
  uint8_t *p = out;
  for (size_t i = 0; i < n; i++)
    p[i] = (uint8_t)test_random(state);
}

#endif
