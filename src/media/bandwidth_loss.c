/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth_loss.h"

#define WINDOW_US 500000u
#define WINDOW_MOST_US 3000000u
#define WINDOW_PACKETS 60u
#define WINDOW_PACKETS_LEAST 10u
#define HIGH 0.10f
#define LOW 0.02f
#define NATURE_MOST 0.35f /* more is never taken as nature: nothing works there anyway */
#define CUT_LEAST 0.15f   /* less would show nothing */
#define INCREASE 1.08f    /* at each window */
#define INCREASE_SLOWLY 1.03f
#define CLEAR 1.5f        /* a limit so much above the rate is none */

void bandwidth_loss_init(struct bandwidth_loss *l, uint64_t now_us)
{
  *l = (struct bandwidth_loss){.limit_bps = BANDWIDTH_UNLIMITED, .window_us = now_us};
}

static bool lower(struct bandwidth_loss *l, float loss, float excess, uint32_t rate_bps, uint32_t rtt_us, uint64_t now_us)
{
  l->from_bps = l->limit_bps < rate_bps ? l->limit_bps : rate_bps;
  l->cut = 1.0f - (0.5f * excess > CUT_LEAST ? 0.5f * excess : CUT_LEAST);
  l->limit_bps = (uint32_t)((float)l->from_bps * l->cut);
  l->tried = loss;
  l->settled_us = now_us + rtt_us;
  return true;
}

/* Were it a full path, the lower rate would have lost this much less. Nearer to that than to what it was? */
static void learn_nature(struct bandwidth_loss *l, float loss)
{
  float expected = 1.0f - (1.0f - l->tried) / l->cut;
  if (loss > (l->tried + (expected > 0 ? expected : 0)) / 2.0f) {
    l->nature = loss < l->tried ? loss : l->tried;
    l->limit_bps = l->from_bps;
  }
  l->tried = 0;
  if (l->nature > NATURE_MOST)
    l->nature = NATURE_MOST;
}

static void raise(struct bandwidth_loss *l, float times, uint32_t rate_bps)
{
  if (l->limit_bps == BANDWIDTH_UNLIMITED)
    return;
  float bps = (float)l->limit_bps * times;
  l->limit_bps = bps > (float)rate_bps * CLEAR ? BANDWIDTH_UNLIMITED : (uint32_t)bps;
}

static bool judge(struct bandwidth_loss *l, float loss, uint32_t rate_bps, uint32_t rtt_us, uint64_t now_us)
{
  if (l->tried > 0)
    learn_nature(l, loss);
  if (loss < l->nature)
    l->nature += 0.25f * (loss - l->nature);
  float excess = loss - l->nature;
  if (excess > HIGH)
    return lower(l, loss, excess, rate_bps, rtt_us, now_us);
  if (excess < LOW + 0.5f * l->nature)
    raise(l, INCREASE, rate_bps);
  else if (excess < HIGH / 2)
    raise(l, INCREASE_SLOWLY, rate_bps);
  return false;
}

bool bandwidth_loss_update(struct bandwidth_loss *l, uint32_t lost, uint32_t arrived, uint32_t rate_bps, uint32_t rtt_us,
                           uint64_t now_us)
{
  if (now_us < l->settled_us) {
    l->window_us = now_us;
    return false;
  }
  l->lost += lost;
  l->arrived += arrived;
  uint32_t all = l->lost + l->arrived;
  uint64_t elapsed_us = now_us - l->window_us;
  uint32_t enough = l->tried > 0 ? 2u * WINDOW_PACKETS : WINDOW_PACKETS;
  if (elapsed_us < WINDOW_US || (all < enough && elapsed_us < WINDOW_MOST_US))
    return false;
  float loss = all > 0 ? (float)l->lost / (float)all : 0;
  l->lost = l->arrived = 0;
  l->window_us = now_us;
  return all >= WINDOW_PACKETS_LEAST && judge(l, loss, rate_bps, rtt_us, now_us);
}
