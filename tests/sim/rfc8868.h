/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network parameters (section 4) and traffic models (section 5) of RFC 8868, one at a time where RFC 8867 leaves
 * them at one value: run and measured as its cases are. */
#ifndef TESTUDO_SIM_RFC8868_H
#define TESTUDO_SIM_RFC8868_H

#include "rfc8867.h"

extern const struct rfc8867_case rfc8868_cases[];
extern const size_t rfc8868_case_count;

#endif
