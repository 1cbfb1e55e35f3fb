/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The emulator's commands, one a line:
 *   set LEG WAY [loss=P] [burst_enter=P burst_leave=P burst_loss=P] [delay_ms=T] [jitter_ms=T] [reorder=1]
 *               [rate_kbps=R] [queue_ms=T | queue_bytes=N] [longest=N]   what is not named is not impaired
 *   cut LEG WAY MS                                               nothing passes for so long
 *   stats                                                        counters as JSON
 * LEG counts from 0; WAY is up (from the leg), down (to it) or both. */
#ifndef TESTUDO_LINK_COMMAND_H
#define TESTUDO_LINK_COMMAND_H

#include <stdbool.h>

#include "pipe.h"

enum command_verb { COMMAND_SET, COMMAND_CUT, COMMAND_STATS };

struct command {
  enum command_verb verb;
  unsigned leg;
  bool up, down;
  struct pipe_settings settings; /* of set */
  uint64_t cut_ns;               /* of cut */
};

/* Reads a line, which is changed. Returns 0 or ERR_MALFORMED. */
int command_parse(struct command *c, char *line, unsigned legs);

#endif
