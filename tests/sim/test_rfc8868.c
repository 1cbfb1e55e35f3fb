/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each network parameter and traffic model of RFC 8868: the figures must reach what rfc8868.c demands of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#include "check_case.h"
#include "rfc8868.h"

#define SEEDS 2

static struct rfc8867_run run;

static void test_case(void **state)
{
  for (uint64_t seed = 1; seed <= SEEDS; seed++)
    check_case(&run, *state, seed);
}

int main(void)
{
  struct CMUnitTest tests[32];
  char names[32][120];
  for (size_t n = 0; n < rfc8868_case_count; n++) {
    const struct rfc8867_case *c = &rfc8868_cases[n];
    (void)snprintf(names[n], sizeof names[n], "%s %s", c->section, c->name);
    tests[n] = (struct CMUnitTest){.name = names[n], .test_func = test_case, .initial_state = (void *)(uintptr_t)c};
  }
  return _cmocka_run_group_tests("rfc8868", tests, rfc8868_case_count, NULL, NULL);
}
