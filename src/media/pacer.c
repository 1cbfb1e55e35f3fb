/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pacer.h"

#include "base/limits.h"

#define DEBT_MOST_US 2000000u /* a burst that could not be held back (audio, a probe) stops the rest for no longer */
#define CREDIT_US 5000u     /* time that was not used and still counts: timers are late by some */

static uint64_t time_us(size_t bytes, uint32_t rate_bps)
{
  return (uint64_t)bytes * 8u * 1000000u / rate_bps;
}

void pacer_set_rate(struct pacer *p, uint32_t rate_bps, uint64_t now_us)
{
  if (rate_bps == p->rate_bps)
    return;
  uint64_t owed_us = p->paid_us > now_us ? p->paid_us - now_us : 0;
  if (rate_bps == 0 || p->rate_bps == 0)
    owed_us = 0;
  else
    owed_us = owed_us * p->rate_bps / rate_bps;
  p->paid_us = now_us + (owed_us < DEBT_MOST_US ? owed_us : DEBT_MOST_US);
  p->rate_bps = rate_bps;
}

bool pacer_may_send(const struct pacer *p, uint64_t now_us)
{
  return p->rate_bps == 0 || p->paid_us <= now_us;
}

size_t pacer_room(const struct pacer *p)
{
  if (p->rate_bps == 0)
    return SIZE_MAX;
  size_t bytes = (size_t)((uint64_t)p->rate_bps * PACER_GROUP_US / 8000000u);
  return bytes > LIMIT_DATAGRAM ? bytes : LIMIT_DATAGRAM;
}

void pacer_sent(struct pacer *p, size_t bytes, uint64_t now_us)
{
  if (p->rate_bps == 0)
    return;
  if (p->paid_us + CREDIT_US < now_us)
    p->paid_us = now_us - CREDIT_US;
  p->paid_us += time_us(bytes, p->rate_bps);
  if (p->paid_us > now_us + DEBT_MOST_US)
    p->paid_us = now_us + DEBT_MOST_US;
}
