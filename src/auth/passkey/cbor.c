/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/passkey/cbor.h"

#define DEPTH 4

enum major { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

#define FALSE_VALUE 20
#define NULL_VALUE 22

/* An unsigned integer of 1, 2, 4 or 8 bytes, and the largest one that would have fitted in fewer. */
static int take_wide(struct span *s, uint8_t info, uint64_t *v, uint64_t *fewer)
{
  static const uint64_t fits_before[] = {23, UINT8_MAX, UINT16_MAX, UINT32_MAX};
  struct span bytes;
  int err = span_take(s, (size_t)1 << (info - 24), &bytes);
  *v = 0;
  for (size_t i = 0; err == 0 && i < bytes.n; i++)
    *v = *v << 8 | bytes.p[i];
  *fewer = fits_before[info - 24];
  return err;
}

/* The argument, in its shortest form. 28 to 31 are reserved, or say that the length is not known yet. */
static int take_argument(struct span *s, uint8_t info, uint64_t *v)
{
  uint64_t fewer;
  *v = info;
  if (info < 24)
    return 0;
  if (info > 27)
    return ERR_MALFORMED;
  int err = take_wide(s, info, v, &fewer);
  return err == 0 && *v <= fewer ? ERR_MALFORMED : err;
}

static int take_head(struct span *s, uint8_t *major, uint64_t *argument)
{
  uint8_t first;
  if (span_u8(s, &first) != 0)
    return ERR_TRUNCATED;
  *major = first >> 5;
  return take_argument(s, first & 31u, argument);
}

static int take_of(struct span *s, enum major wanted, uint64_t *argument)
{
  uint8_t major;
  int err = take_head(s, &major, argument);
  return err == 0 && major != (uint8_t)wanted ? ERR_MALFORMED : err;
}

int cbor_take_int(struct span *s, int64_t *v)
{
  uint64_t argument;
  uint8_t major;
  int err = take_head(s, &major, &argument);
  if (err != 0)
    return err;
  if (major != UNSIGNED && major != NEGATIVE)
    return ERR_MALFORMED;
  if (argument > INT64_MAX)
    return ERR_RANGE;
  *v = major == UNSIGNED ? (int64_t)argument : -1 - (int64_t)argument;
  return 0;
}

static int take_string(struct span *s, enum major wanted, struct span *string)
{
  uint64_t n;
  int err = take_of(s, wanted, &n);
  if (err != 0)
    return err;
  return n > s->n ? ERR_TRUNCATED : span_take(s, (size_t)n, string);
}

int cbor_take_bytes(struct span *s, struct span *bytes)
{
  return take_string(s, BYTES, bytes);
}

int cbor_take_text(struct span *s, struct span *text)
{
  return take_string(s, TEXT, text);
}

int cbor_take_map(struct span *s, uint64_t *pairs)
{
  return take_of(s, MAP, pairs);
}

static int skip_at(struct span *s, unsigned depth);

static int skip_items(struct span *s, uint64_t n, unsigned depth)
{
  int err = depth >= DEPTH ? ERR_LIMIT : 0;
  for (; err == 0 && n > 0; n--) /* each takes at least a byte: ends with the input */
    err = skip_at(s, depth + 1);
  return err;
}

static int skip_at(struct span *s, unsigned depth)
{
  uint64_t argument;
  uint8_t major;
  int err = take_head(s, &major, &argument);
  if (err != 0)
    return err;
  switch (major) {
  case UNSIGNED:
  case NEGATIVE: return 0;
  case BYTES:
  case TEXT: return argument > s->n ? ERR_TRUNCATED : span_skip(s, (size_t)argument);
  case ARRAY: return skip_items(s, argument, depth);
  case MAP: return argument > s->n ? ERR_TRUNCATED : skip_items(s, 2 * argument, depth);
  case SIMPLE: return argument >= FALSE_VALUE && argument <= NULL_VALUE ? 0 : ERR_MALFORMED;
  default: return ERR_MALFORMED;
  }
}

int cbor_skip(struct span *s)
{
  return skip_at(s, 0);
}
