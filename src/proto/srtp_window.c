/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/srtp_window.h"

#include <string.h>

static uint64_t *word_of(struct srtp_window *w, uint64_t index)
{
  return &w->seen[index % SRTP_WINDOW_PACKETS / 64];
}

static uint64_t bit_of(uint64_t index)
{
  return 1ull << (index % 64);
}

int srtp_window_check(const struct srtp_window *w, uint64_t index)
{
  if (index >= w->end)
    return 0;
  if (w->end - index > SRTP_WINDOW_PACKETS)
    return ERR_REPLAY;
  return (w->seen[index % SRTP_WINDOW_PACKETS / 64] & bit_of(index)) != 0 ? ERR_REPLAY : 0;
}

/* Moves the end beyond `index`. The places of the indices that come in still show those that went out: they are
 * cleared. */
static void advance(struct srtp_window *w, uint64_t index)
{
  if (index - w->end >= SRTP_WINDOW_PACKETS)
    memset(w->seen, 0, sizeof w->seen);
  else
    for (uint64_t i = w->end; i <= index; i++)
      *word_of(w, i) &= ~bit_of(i);
  w->end = index + 1;
}

void srtp_window_commit(struct srtp_window *w, uint64_t index)
{
  if (index >= w->end)
    advance(w, index);
  *word_of(w, index) |= bit_of(index);
}
