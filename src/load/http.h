/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of an HTTP/1.1 server (RFC 9112), read piece by piece as they arrive. Without sockets, and with fixed memory:
 * thousands of clients each have one. */
#ifndef TESTUDO_LOAD_HTTP_H
#define TESTUDO_LOAD_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define HTTP_HEAD_BYTES 8192 /* status line and fields */
#define HTTP_BODY_KEPT 2048  /* of a longer body only the beginning is kept; its length counts all the same */

struct http_answer {
  bool in_body, whole;
  unsigned status;
  uint64_t rest; /* of the body */
  size_t head_n, body_n;
  uint8_t head[HTTP_HEAD_BYTES], body[HTTP_BODY_KEPT];
};

/* For the next answer of the connection. */
void http_answer_init(struct http_answer *a);

/* Takes from `in` what belongs to this answer and moves past it. 0: the answer is whole. ERR_AGAIN: more is needed.
 * ERR_MALFORMED; ERR_LIMIT: the head is longer than HTTP_HEAD_BYTES; ERR_UNSUPPORTED: a body without a plain length.
 * After an error the connection is of no more use. */
int http_answer_take(struct http_answer *a, struct span *in);

/* The value of the first field of this name (any case), without blanks around it; empty if there is none. Points into
 * the answer. */
struct span http_answer_field(const struct http_answer *a, const char *name);

/* The value of the cookie that the answer sets. The same. */
struct span http_answer_cookie(const struct http_answer *a, const char *name);

static inline struct span http_answer_body(const struct http_answer *a)
{
  return span_of(a->body, a->body_n);
}

#endif
