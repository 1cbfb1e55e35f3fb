/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounded reading and writing of bytes. All packet parsers and writers go through these two types, so that no other code
 * does pointer arithmetic on what came from the network. Integers are big-endian (network order) unless the name says "le".
 *
 * Neither type owns memory: the caller keeps the bytes alive. Both are cheap to copy; copying a span is how one looks ahead. */
#ifndef TESTUDO_BASE_BYTES_H
#define TESTUDO_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

/* Bytes still to be read. A take moves past what it returns, or returns ERR_TRUNCATED and moves nothing. */
struct span {
  const uint8_t *p;
  size_t n;
};

/* Bytes written so far. A put that does not fit sets `overflow` and writes nothing; later puts then do nothing either, so
 * that a writer is checked once, at the end, by writer_finish. */
struct writer {
  uint8_t *base;
  size_t n;
  size_t cap;
  bool overflow;
};

static inline struct span span_of(const void *p, size_t n)
{
  return (struct span){.p = p, .n = n};
}

static inline struct span span_str(const char *s)
{
  return span_of(s, strlen(s));
}

static inline int span_take(struct span *s, size_t n, struct span *out)
{
  if (n > s->n)
    return ERR_TRUNCATED;
  *out = span_of(s->p, n);
  if (n > 0) { /* an empty span may be at NULL, and C has no NULL + 0 */
    s->p += n;
    s->n -= n;
  }
  return 0;
}

static inline int span_skip(struct span *s, size_t n)
{
  struct span ignored;
  return span_take(s, n, &ignored);
}

static inline int span_u8(struct span *s, uint8_t *v)
{
  struct span b;
  if (span_take(s, 1, &b) != 0)
    return ERR_TRUNCATED;
  *v = b.p[0];
  return 0;
}

static inline int span_u16(struct span *s, uint16_t *v)
{
  struct span b;
  if (span_take(s, 2, &b) != 0)
    return ERR_TRUNCATED;
  *v = (uint16_t)(b.p[0] << 8 | b.p[1]);
  return 0;
}

static inline int span_u24(struct span *s, uint32_t *v)
{
  struct span b;
  if (span_take(s, 3, &b) != 0)
    return ERR_TRUNCATED;
  *v = (uint32_t)b.p[0] << 16 | (uint32_t)b.p[1] << 8 | b.p[2];
  return 0;
}

static inline int span_u32(struct span *s, uint32_t *v)
{
  struct span b;
  if (span_take(s, 4, &b) != 0)
    return ERR_TRUNCATED;
  *v = (uint32_t)b.p[0] << 24 | (uint32_t)b.p[1] << 16 | (uint32_t)b.p[2] << 8 | b.p[3];
  return 0;
}

static inline int span_u64(struct span *s, uint64_t *v)
{
  uint32_t hi, lo;
  if (s->n < 8)
    return ERR_TRUNCATED;
  (void)span_u32(s, &hi);
  (void)span_u32(s, &lo);
  *v = (uint64_t)hi << 32 | lo;
  return 0;
}

/* True if both hold the same bytes. Not for secrets: its time depends on them (use sodium_memcmp). */
static inline bool span_equal(struct span a, struct span b)
{
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline struct writer writer_of(void *p, size_t cap)
{
  return (struct writer){.base = p, .cap = cap};
}

/* Reserves n bytes and returns where they are, or NULL on overflow. */
static inline uint8_t *put_space(struct writer *w, size_t n)
{
  if (w->overflow || n > w->cap - w->n) {
    w->overflow = true;
    return NULL;
  }
  if (w->base == NULL) /* no bytes at no place; C has no NULL + 0 */
    return NULL;
  uint8_t *at = w->base + w->n;
  w->n += n;
  return at;
}

static inline void put_bytes(struct writer *w, const void *p, size_t n)
{
  uint8_t *at = put_space(w, n);
  if (at != NULL && n > 0)
    memcpy(at, p, n);
}

static inline void put_span(struct writer *w, struct span s)
{
  put_bytes(w, s.p, s.n);
}

static inline void put_str(struct writer *w, const char *s)
{
  put_bytes(w, s, strlen(s));
}

static inline void put_zero(struct writer *w, size_t n)
{
  uint8_t *at = put_space(w, n);
  if (at != NULL)
    memset(at, 0, n);
}

static inline void put_u8(struct writer *w, uint8_t v)
{
  uint8_t *at = put_space(w, 1);
  if (at != NULL)
    at[0] = v;
}

static inline void put_u16(struct writer *w, uint16_t v)
{
  uint8_t *at = put_space(w, 2);
  if (at != NULL) {
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
  }
}

static inline void put_u24(struct writer *w, uint32_t v)
{
  uint8_t *at = put_space(w, 3);
  if (at != NULL) {
    at[0] = (uint8_t)(v >> 16);
    at[1] = (uint8_t)(v >> 8);
    at[2] = (uint8_t)v;
  }
}

static inline void put_u32(struct writer *w, uint32_t v)
{
  uint8_t *at = put_space(w, 4);
  if (at != NULL) {
    at[0] = (uint8_t)(v >> 24);
    at[1] = (uint8_t)(v >> 16);
    at[2] = (uint8_t)(v >> 8);
    at[3] = (uint8_t)v;
  }
}

static inline void put_u64(struct writer *w, uint64_t v)
{
  uint8_t *at = put_space(w, 8);
  if (at != NULL)
    for (int i = 0; i < 8; i++)
      at[i] = (uint8_t)(v >> (56 - 8 * i));
}

/* Formats as printf does; no terminating zero is kept. */
void put_fmt(struct writer *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Overwrites two bytes already written, for length fields that are known late. `at` must lie within what was written. */
static inline void writer_patch_u16(struct writer *w, size_t at, uint16_t v)
{
  if (w->overflow || w->n < 2 || at > w->n - 2)
    return;
  w->base[at] = (uint8_t)(v >> 8);
  w->base[at + 1] = (uint8_t)v;
}

static inline struct span writer_span(const struct writer *w)
{
  return span_of(w->base, w->n);
}

/* 0 with the length written, or ERR_LIMIT if anything did not fit. */
static inline int writer_finish(const struct writer *w, size_t *n)
{
  if (w->overflow)
    return ERR_LIMIT;
  *n = w->n;
  return 0;
}

#endif
