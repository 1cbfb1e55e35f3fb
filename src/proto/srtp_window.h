/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the last packet indices were seen (RFC 3711 section 3.3.2, which asks for 64 at least). All zero is the empty
 * window. */
#ifndef TESTUDO_PROTO_SRTP_WINDOW_H
#define TESTUDO_PROTO_SRTP_WINDOW_H

#include <stdint.h>

#include "base/err.h"

#define SRTP_WINDOW_PACKETS 1024 /* powers of two, and multiples of 64 */
#define SRTCP_WINDOW_PACKETS 128 /* a sender's reports are some twenty a second, and a receiver has many senders' */

struct srtp_window {
  uint64_t end;                            /* the highest index seen, plus one; 0 before the first */
  uint64_t seen[SRTP_WINDOW_PACKETS / 64]; /* index i at bit i modulo 1024; those from end - 1024 to end - 1 count */
};

struct srtcp_window {
  uint64_t end;
  uint64_t seen[SRTCP_WINDOW_PACKETS / 64];
};

/* ERR_REPLAY if the index was seen or is older than the window, else 0. Changes nothing: ask before decrypting. */
int srtp_window_check(const struct srtp_window *w, uint64_t index);
int srtcp_window_check(const struct srtcp_window *w, uint64_t index);

/* Marks an index that was let pass as seen. Only after the packet was authenticated. */
void srtp_window_commit(struct srtp_window *w, uint64_t index);
void srtcp_window_commit(struct srtcp_window *w, uint64_t index);

#endif
