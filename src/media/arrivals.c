/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/arrivals.h"

#include "proto/rtp.h"
#include "proto/twcc.h"

#define WIRE_BYTES 68u /* of a message beside itself: IPv6, UDP, SRTCP's index and tag */

static uint32_t *tick_of(struct arrivals *a, uint64_t number)
{
  return &a->ticks[number % ARRIVALS_WINDOW];
}

/* What lies between the highest so far and a new one has not come (yet). */
static void move_window(struct arrivals *a, uint64_t number)
{
  uint64_t from = a->next;
  if (number - from >= ARRIVALS_WINDOW)
    from = number - ARRIVALS_WINDOW + 1;
  for (; from < number; from++)
    *tick_of(a, from) = 0;
  a->next = number + 1;
  if (a->next - a->untold > ARRIVALS_WINDOW)
    a->untold = a->next - ARRIVALS_WINDOW;
}

void arrivals_add(struct arrivals *a, uint16_t sequence, uint32_t ssrc, size_t bytes, uint64_t arrival_us)
{
  bool first = a->next == 0;
  uint64_t number = first ? rtp_seq_first(sequence) : rtp_seq_extend(a->next - 1, sequence);
  if (first)
    a->next = a->untold = number;
  if (number >= a->next)
    move_window(a, number);
  else if (a->next - number > ARRIVALS_WINDOW || *tick_of(a, number) != 0)
    return; /* too late, or a number given twice */
  uint32_t ticks = (uint32_t)(arrival_us / TWCC_TICK_US);
  *tick_of(a, number) = ticks != 0 ? ticks : 1;
  if (number < a->untold)
    a->untold = number; /* it was told to be missing */
  a->ssrc = ssrc;
  a->bytes += (uint32_t)bytes;
  if (a->due_us != 0)
    return;
  uint64_t regular = a->told_us + a->interval_us, soon = arrival_us + ARRIVALS_GATHER_US;
  a->due_us = regular > soon ? regular : soon;
}

uint64_t arrivals_due_us(const struct arrivals *a)
{
  return a->due_us != 0 ? a->due_us : ARRIVALS_NEVER;
}

/* The next pause follows from what this message has cost, at the rate that came since the one before. */
static void schedule(struct arrivals *a, size_t message_bytes, uint64_t now_us)
{
  uint64_t elapsed_us = now_us - a->told_us, pause_us = ARRIVALS_MOST_US;
  if (a->bytes > 0)
    pause_us = elapsed_us * (message_bytes + WIRE_BYTES) * ARRIVALS_SHARE / a->bytes;
  if (pause_us < ARRIVALS_LEAST_US || a->told_us == 0)
    pause_us = ARRIVALS_LEAST_US;
  a->interval_us = pause_us > ARRIVALS_MOST_US ? ARRIVALS_MOST_US : (uint32_t)pause_us;
  a->told_us = now_us;
  a->due_us = 0;
  a->bytes = 0;
}

/* The arrival with the low bits `ticks`, not later than now. */
static int64_t time_of(uint32_t ticks, uint64_t now_us)
{
  uint64_t now = now_us / TWCC_TICK_US;
  return (int64_t)((now - (uint32_t)((uint32_t)now - ticks)) * TWCC_TICK_US);
}

bool arrivals_write(struct arrivals *a, uint32_t sender_ssrc, struct writer *w, size_t room, uint64_t now_us)
{
  int64_t arrived[ARRIVALS_WINDOW];
  size_t n = 0, before = w->n;
  for (uint64_t i = a->untold; i < a->next; i++, n++)
    arrived[n] = *tick_of(a, i) != 0 ? time_of(*tick_of(a, i), now_us) : TWCC_NOT_RECEIVED;
  if (n == 0)
    return false;
  /* The highest one has come: so there is one at least. */
  a->untold += twcc_write(w, sender_ssrc, a->ssrc, a->number++, (uint16_t)a->untold, arrived, n, room);
  if (a->untold == a->next)
    schedule(a, w->n - before, now_us);
  return true;
}
