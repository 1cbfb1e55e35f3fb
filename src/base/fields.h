/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the fields of a message one after the other, without asking after each: the first error stays, and what is
 * taken after it is zero or empty. Integers are big-endian. */
#ifndef TESTUDO_BASE_FIELDS_H
#define TESTUDO_BASE_FIELDS_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct fields {
  struct span rest;
  int err; /* 0, ERR_TRUNCATED, or what fields_fail was given */
};

static inline void fields_fail(struct fields *f, int err)
{
  if (f->err == 0)
    f->err = err;
  f->rest = (struct span){0};
}

static inline struct span take_bytes(struct fields *f, size_t n)
{
  struct span out = {0};
  if (span_take(&f->rest, n, &out) != 0)
    fields_fail(f, ERR_TRUNCATED);
  return out;
}

/* More than `max` is ERR_RANGE. */
static inline uint8_t take_u8(struct fields *f, unsigned max)
{
  uint8_t v = 0;
  if (span_u8(&f->rest, &v) != 0)
    fields_fail(f, ERR_TRUNCATED);
  else if (v > max)
    fields_fail(f, ERR_RANGE);
  return f->err == 0 ? v : 0;
}

static inline uint16_t take_u16(struct fields *f)
{
  uint16_t v = 0;
  if (span_u16(&f->rest, &v) != 0)
    fields_fail(f, ERR_TRUNCATED);
  return v;
}

static inline uint32_t take_u32(struct fields *f)
{
  uint32_t v = 0;
  if (span_u32(&f->rest, &v) != 0)
    fields_fail(f, ERR_TRUNCATED);
  return v;
}

static inline uint64_t take_u64(struct fields *f)
{
  uint64_t v = 0;
  if (span_u64(&f->rest, &v) != 0)
    fields_fail(f, ERR_TRUNCATED);
  return v;
}

/* An id: 0, which is none, is ERR_RANGE. */
static inline uint64_t take_id(struct fields *f)
{
  uint64_t id = take_u64(f);
  if (id == 0)
    fields_fail(f, ERR_RANGE);
  return id;
}

/* What came of it; bytes that are left are ERR_MALFORMED. */
static inline int fields_end(const struct fields *f)
{
  if (f->err != 0)
    return f->err;
  return f->rest.n == 0 ? 0 : ERR_MALFORMED;
}

#endif
