/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a viewer of a camera in one stream of three sizes at three frame rates makes of it (client_config.scalable). */
#ifndef TESTUDO_SIM_SIZES_H
#define TESTUDO_SIM_SIZES_H

#include "world.h"

#define SIZE_LOW 0
#define SIZE_MIDDLE 1
#define SIZE_HIGH 2
#define SIZE_NONE 0xff
#define SIZES_FRAMES 65536u

struct sizes_seen {
  size_t pictures, sizes[3], keys;
  uint64_t longest_us;     /* between two pictures */
  bool has[SIZES_FRAMES]; /* frames that came whole, and could be decoded */
};

/* All that `client` has got of it: fails unless no numbers are missing, the marker is where each picture ends, and each
 * frame is whole and comes after all that it needs. Valid until the next call. */
const struct sizes_seen *sizes_watch(const struct world *w, size_t client, size_t who);

/* The largest size within the last `us`, and the highest frame rate. */
uint8_t sizes_lately(const struct world *w, size_t client, size_t who, uint64_t us, uint8_t *rate);
void sizes_expect(const struct world *w, size_t client, size_t who, uint8_t size, uint8_t rate);

#endif
