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
#include "counting_random.h"

#define SECOND UINT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

static inline int run_auth_tests(const char *name, const struct CMUnitTest *tests, size_t n)
{
  if (sodium_init() < 0)
    return 1;
  return _cmocka_run_group_tests(name, tests, n, NULL, NULL);
}

#define RUN_TESTS(name, tests) run_auth_tests(name, tests, sizeof(tests) / sizeof(tests)[0])

#endif
