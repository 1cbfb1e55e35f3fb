/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of src/auth share. */
#ifndef TESTUDO_TESTS_AUTH_TESTING_H
#define TESTUDO_TESTS_AUTH_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/bytes.h"
#include "base/random.h"

#define SECOND UINT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

/* Bytes that never repeat within a test, the same in every run. */
static inline void counting_fill(void *ctx, void *out, size_t n)
{
  uint64_t *count = ctx;
  uint8_t seed[randombytes_SEEDBYTES] = {0};
  ++*count;
  memcpy(seed, count, sizeof *count);
  randombytes_buf_deterministic(out, n, seed);
}

static inline struct random counting_random(uint64_t *count)
{
  *count = 0;
  return (struct random){.fill = counting_fill, .ctx = count};
}

static inline int run_auth_tests(const char *name, const struct CMUnitTest *tests, size_t n)
{
  if (sodium_init() < 0)
    return 1;
  return _cmocka_run_group_tests(name, tests, n, NULL, NULL);
}

#define RUN_TESTS(name, tests) run_auth_tests(name, tests, sizeof(tests) / sizeof(tests)[0])

#endif
