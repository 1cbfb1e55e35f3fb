/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that did not hear the answer may ask again (A2): with the same Idempotency-Key the same request gets its first
 * answer, and nothing happens twice. The answer is stored, sealed, in one change with what the request has done. */
#ifndef TESTUDO_WEB_API_IDEMPOTENCY_H
#define TESTUDO_WEB_API_IDEMPOTENCY_H

#include "web/api/context.h"

/* Whether this request carries such a key and is of a kind that heeds it. */
bool idempotency_is_wanted(const struct context *c);

/* Calls the route's endpoint, or gives the earlier answer, or refuses: 409 `key_reused` for another request. Only answers of
 * success are kept: after a refusal nothing has happened, and it may be tried again. */
void idempotency_answer(struct context *c);

#endif
