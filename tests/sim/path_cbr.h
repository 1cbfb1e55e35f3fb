/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What asks nobody for room: a flow of a constant bit rate (RFC 8868, 5.3), for so long on and so long off. */
#ifndef TESTUDO_SIM_PATH_CBR_H
#define TESTUDO_SIM_PATH_CBR_H

#include "path.h"

struct path_cbr {
  uint32_t rate_bps;
  uint64_t on_us, off_us; /* it begins with a rest; on_us 0: there is none */
  uint32_t flow;
  uint64_t number, arrived_bytes;
};

/* Whether it sends at that time. */
bool path_cbr_is_on(const struct path_cbr *c, uint64_t at_us);

/* rate_bps, on_us and off_us are set. */
void path_cbr_add(struct path *p, uint32_t flow, struct path_cbr *c);

#endif
