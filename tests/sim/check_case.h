/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTUDO_SIM_CHECK_CASE_H
#define TESTUDO_SIM_CHECK_CASE_H

#include "rfc8867.h"

/* Runs the case and fails where a figure misses its target. */
void check_case(struct rfc8867_run *run, const struct rfc8867_case *c, uint64_t seed);

#endif
