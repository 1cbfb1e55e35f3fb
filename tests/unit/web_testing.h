/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the web process share. */
#ifndef TESTUDO_TESTS_WEB_TESTING_H
#define TESTUDO_TESTS_WEB_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "counting_random.h"
#include "web/browser.h"

#define SECOND UINT64_C(1000000)

static inline struct browser browser_number(uint8_t number)
{
  struct browser browser;
  memset(browser.hash, number, sizeof browser.hash);
  return browser;
}

static inline int run_web_tests(const char *name, const struct CMUnitTest *tests, size_t n)
{
  if (sodium_init() < 0)
    return 1;
  return _cmocka_run_group_tests(name, tests, n, NULL, NULL);
}

#define RUN_TESTS(name, tests) run_web_tests(name, tests, sizeof(tests) / sizeof(tests)[0])

#endif
