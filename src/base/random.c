/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <sodium.h>

static void fill_system(void *ctx, void *out, size_t n)
{
  (void)ctx;
  randombytes_buf(out, n);
}

const struct random random_system = {.fill = fill_system};
