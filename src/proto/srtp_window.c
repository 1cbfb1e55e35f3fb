/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/srtp_window.h"

#include <stddef.h>
#include <string.h>

static uint64_t bit_of(uint64_t index)
{
  return 1ull << (index % 64);
}

static int check(uint64_t end, const uint64_t *seen, size_t packets, uint64_t index)
{
  if (index >= end)
    return 0;
  if (end - index > packets)
    return ERR_REPLAY;
  return (seen[index % packets / 64] & bit_of(index)) != 0 ? ERR_REPLAY : 0;
}

/* Makes room up to `index`. The places of the indices that come in still show those that went out: they are cleared. */
static void advance(uint64_t end, uint64_t *seen, size_t packets, uint64_t index)
{
  if (index - end >= packets)
    memset(seen, 0, packets / 8);
  else
    for (uint64_t i = end; i <= index; i++)
      seen[i % packets / 64] &= ~bit_of(i);
}

static void commit(uint64_t *end, uint64_t *seen, size_t packets, uint64_t index)
{
  if (index >= *end) {
    advance(*end, seen, packets, index);
    *end = index + 1;
  }
  seen[index % packets / 64] |= bit_of(index);
}

int srtp_window_check(const struct srtp_window *w, uint64_t index)
{
  return check(w->end, w->seen, SRTP_WINDOW_PACKETS, index);
}

void srtp_window_commit(struct srtp_window *w, uint64_t index)
{
  commit(&w->end, w->seen, SRTP_WINDOW_PACKETS, index);
}

int srtcp_window_check(const struct srtcp_window *w, uint64_t index)
{
  return check(w->end, w->seen, SRTCP_WINDOW_PACKETS, index);
}

void srtcp_window_commit(struct srtcp_window *w, uint64_t index)
{
  commit(&w->end, w->seen, SRTCP_WINDOW_PACKETS, index);
}
