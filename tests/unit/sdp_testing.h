/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offers for the tests of src/proto/sdp: read from tests/data/sdp, or the small one, changed in one place. */
#ifndef TESTUDO_TESTS_SDP_TESTING_H
#define TESTUDO_TESTS_SDP_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/sdp.h"

/* A text of its exact size on the heap, so that the address sanitizer sees the first byte read beyond it. */
static inline uint8_t *sdp_copy(struct span text)
{
  uint8_t *copy = malloc(text.n > 0 ? text.n : 1);
  assert_non_null(copy);
  if (text.n > 0)
    memcpy(copy, text.p, text.n);
  return copy;
}

static inline int sdp_parse_copy(struct span text, struct sdp_offer *offer, struct sdp_error *error)
{
  uint8_t *copy = sdp_copy(text);
  int result = sdp_offer_parse(span_of(copy, text.n), offer, error);
  free(copy);
  return result;
}

#endif
