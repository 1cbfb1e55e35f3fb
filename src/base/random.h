/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Randomness is an argument: the real processes pass random_system, simulations pass a seeded generator. */
#ifndef TESTUDO_BASE_RANDOM_H
#define TESTUDO_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
  void (*fill)(void *ctx, void *out, size_t n);
  void *ctx;
};

static inline void random_fill(const struct random *r, void *out, size_t n)
{
  r->fill(r->ctx, out, n);
}

static inline uint32_t random_u32(const struct random *r)
{
  uint32_t v;
  random_fill(r, &v, sizeof v);
  return v;
}

/* The kernel's generator through libsodium; works inside the sandbox. Needs sodium_init() once before. */
extern const struct random random_system;

#endif
