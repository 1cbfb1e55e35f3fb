/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the last 1024 packet indices were seen (RFC 3711 section 3.3.2). All zero is the empty window. */
#ifndef TESTUDO_PROTO_SRTP_WINDOW_H
#define TESTUDO_PROTO_SRTP_WINDOW_H

#include <stdint.h>

#include "base/err.h"

#define SRTP_WINDOW_PACKETS 1024 /* a power of two, and a multiple of 64 */

struct srtp_window {
  uint64_t end;                            /* the highest index seen, plus one; 0 before the first */
  uint64_t seen[SRTP_WINDOW_PACKETS / 64]; /* index i at bit i modulo 1024; those from end - 1024 to end - 1 count */
};

/* ERR_REPLAY if the index was seen or is older than the window, else 0. Changes nothing: ask before decrypting. */
int srtp_window_check(const struct srtp_window *w, uint64_t index);

/* Marks an index that srtp_window_check has let pass as seen. Only after the packet was authenticated. */
void srtp_window_commit(struct srtp_window *w, uint64_t index);

#endif
