/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/framing.h"

static size_t length_at(const uint8_t *prefix)
{
  return (size_t)prefix[0] << 8 | prefix[1];
}

static void pass(struct framing_input *input, size_t n)
{
  input->p += n;
  input->n -= n;
}

/* Keeps bytes of the input until `wanted` are here. False: there are not enough. */
static bool keep_until(struct framing *f, struct framing_input *input, size_t wanted)
{
  size_t n = wanted - f->n < input->n ? wanted - f->n : input->n;
  if (n > 0) {
    memcpy(f->partial + f->n, input->p, n);
    f->n = (uint16_t)(f->n + n);
    pass(input, n);
  }
  return f->n == wanted;
}

/* Goes on with the datagram whose beginning is kept. */
static int finish_kept(struct framing *f, struct framing_input *input, uint8_t **datagram, size_t *n)
{
  if (f->n < FRAMING_PREFIX && !keep_until(f, input, FRAMING_PREFIX))
    return ERR_TRUNCATED;
  *n = length_at(f->partial);
  if (*n > LIMIT_DATAGRAM)
    return ERR_LIMIT;
  if (!keep_until(f, input, FRAMING_PREFIX + *n))
    return ERR_TRUNCATED;
  *datagram = f->partial + FRAMING_PREFIX;
  f->n = 0;
  return 0;
}

static int take(struct framing *f, struct framing_input *input, uint8_t **datagram, size_t *n)
{
  if (f->n > 0 || input->n < FRAMING_PREFIX)
    return finish_kept(f, input, datagram, n);
  *n = length_at(input->p);
  if (*n > LIMIT_DATAGRAM)
    return ERR_LIMIT;
  if (input->n < FRAMING_PREFIX + *n)
    return finish_kept(f, input, datagram, n);
  *datagram = input->p + FRAMING_PREFIX;
  pass(input, FRAMING_PREFIX + *n);
  return 0;
}

int framing_next(struct framing *f, struct framing_input *input, uint8_t **datagram, size_t *n)
{
  int err;
  do
    err = input->n > 0 ? take(f, input, datagram, n) : ERR_TRUNCATED;
  while (err == 0 && *n == 0);
  return err;
}

int framing_prefix(size_t n, uint8_t prefix[FRAMING_PREFIX])
{
  if (n == 0 || n > LIMIT_DATAGRAM)
    return ERR_RANGE;
  prefix[0] = (uint8_t)(n >> 8);
  prefix[1] = (uint8_t)n;
  return 0;
}
