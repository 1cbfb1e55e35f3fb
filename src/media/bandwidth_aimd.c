/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth_aimd.h"

#define DECREASE 0.85f
#define DECREASE_LONG 0.5f      /* the least, of a long queue ... */
#define DRAIN_S 1.0f            /* ... that is to be gone after so long */
#define PACKET_BITS 9600.0f
#define RESPONSE_S 0.15f        /* a packet more each: the slow climb */
#define BEYOND_S 2.0f           /* after so long above the goal the climb is twice as fast, then three times ... */
#define INCREASE_PER_S 0.08f    /* ... but no faster than this part of the rate */
#define BACK_S 1.5f             /* the way back to the goal, were it at constant speed */
#define BACK_PER_S 0.4f         /* and no faster than this part of the rate */
#define BACK_QUEUE_US 20000u    /* with no more queue than this */
#define RELEASE 0.95f
#define USED 1.2f
#define EPISODE_US 1000000u     /* decreases within it have one cause */
#define BEYOND_ACKED 1.5f       /* no rate is higher than so many times what arrives, ... */
#define BEYOND_ACKED_BPS 10000.0f /* ... and that */
#define AGAIN_LEAST_US 50000u   /* between decreases: a round trip within these bounds */
#define AGAIN_MOST_US 300000u
#define UNDO 0.97f
#define UNDO_US 100000u
#define UNDO_WITHIN_US 200000u
#define UNDO_WAIT_US 20000u
#define STEP_MOST_US 500000u
#define HOLD_US 40000u          /* with more queue than this the rate goes no further up */
#define STANDS_US 50000u        /* a queue of so long stands ... */
#define GONE_US 25000u          /* ... until it is this short */
#define STANDS_FOR_US 3000000u
#define FALLS 0.85f             /* a queue that is so much shorter than it was is on its way out */
#define STUCK_US 1000000u       /* longer than this after a decrease: another one */
#define CROWDED_DECREASE 0.7f
#define CROWDED_PER_S 0.2f

void bandwidth_aimd_init(struct bandwidth_aimd *a, uint32_t start_bps, uint64_t now_us)
{
  *a = (struct bandwidth_aimd){.bps = (float)start_bps, .updated_us = now_us};
}

static float smaller(float a, float b)
{
  return a < b ? a : b;
}

/* A rate that has gone below what arrives empties its own queue, however long that one is: it is another's if it does
 * not get shorter. */
static void look_for_others(struct bandwidth_aimd *a, const struct bandwidth_state *s, uint64_t now_us)
{
  if (s->queue_us < GONE_US) {
    a->standing = a->crowded = false;
    return;
  }
  bool falls = (float)s->queue_us < FALLS * (float)a->high_us;
  if (falls || s->queue_us > a->high_us)
    a->high_us = s->queue_us;
  if (a->standing ? falls : s->queue_us >= STANDS_US)
    a->standing_us = now_us;
  a->standing = a->standing || s->queue_us >= STANDS_US;
  if (a->standing && now_us - a->standing_us > STANDS_FOR_US)
    a->crowded = true;
}

/* Bits per second, each second. */
static float climb(struct bandwidth_aimd *a, const struct bandwidth_state *s, float elapsed_s)
{
  float slow = PACKET_BITS / RESPONSE_S;
  if (a->crowded) {
    float rtt_s = s->rtt_us > 50000u ? (float)s->rtt_us / 1000000.0f : 0.05f;
    return smaller(PACKET_BITS / (rtt_s * rtt_s), CROWDED_PER_S * a->bps);
  }
  if (s->queue_us > HOLD_US)
    return 0;
  if (a->bps < a->goal_bps) {
    float back = smaller((a->goal_bps - a->bps) / BACK_S, BACK_PER_S * a->bps);
    return s->queue_us < BACK_QUEUE_US ? slow + back : slow;
  }
  float most = INCREASE_PER_S * a->bps;
  if (a->goal_bps <= 0)
    return most > slow ? most : slow;
  a->beyond_s += elapsed_s;
  slow *= 1.0f + a->beyond_s / BEYOND_S;
  return most > PACKET_BITS / RESPONSE_S ? smaller(slow, most) : PACKET_BITS / RESPONSE_S;
}

static void increase(struct bandwidth_aimd *a, const struct bandwidth_state *s, float elapsed_s)
{
  float most = BEYOND_ACKED * (float)s->acked_bps + BEYOND_ACKED_BPS;
  if (s->application_limited || (s->acked_bps > 0 && a->bps >= most))
    return;
  float bps = a->bps + climb(a, s, elapsed_s) * elapsed_s;
  a->bps = s->acked_bps > 0 && bps > most ? most : bps;
}

/* Of what comes out of a queue: the rest is what it gets shorter by. */
static float part_of(uint32_t queue_us)
{
  float part = 1.0f - (float)queue_us / (DRAIN_S * 1000000.0f);
  return part > DECREASE ? DECREASE : part < DECREASE_LONG ? DECREASE_LONG : part;
}

static void decrease(struct bandwidth_aimd *a, const struct bandwidth_state *s, uint64_t now_us)
{
  float came = (float)(s->drained_bps > s->acked_bps ? s->drained_bps : s->acked_bps);
  float bps = part_of(s->queue_us) * came;
  if (a->crowded)
    bps = CROWDED_DECREASE * a->bps;
  else if (s->acked_bps == 0)
    bps = a->bps / 2.0f;
  if (s->application_limited && !a->crowded && bps < a->bps / 2.0f)
    bps = a->bps / 2.0f; /* so little was sent that what came of it does not tell what the path carries */
  float used = USED * came > bps ? USED * came : bps;
  float from = s->acked_bps > 0 ? smaller(a->bps, used) : a->bps;
  if (now_us - a->decreased_us > EPISODE_US)
    a->goal_bps = RELEASE * from;
  a->beyond_s = 0;
  if (a->before_bps <= 0 && !a->crowded)
    a->before_bps = from;
  a->bps = smaller(bps, a->bps);
}

/* A queue that is gone before the lower rate could show any effect was not ours: a radio that paused, a short transfer. */
static void undo(struct bandwidth_aimd *a, const struct bandwidth_state *s, uint64_t now_us)
{
  if (s->newest_us > a->decreased_us + UNDO_US || now_us - a->decreased_us > UNDO_WITHIN_US) {
    a->before_bps = 0;
  } else if (s->usage != BANDWIDTH_OVERUSE && s->wait_us < UNDO_WAIT_US && a->before_bps > a->bps) {
    a->bps = UNDO * a->before_bps;
    a->before_bps = 0;
  }
}

static bool may_decrease(const struct bandwidth_aimd *a, const struct bandwidth_state *s, uint64_t now_us)
{
  uint64_t wait_us = s->rtt_us < AGAIN_LEAST_US ? AGAIN_LEAST_US : s->rtt_us > AGAIN_MOST_US ? AGAIN_MOST_US : s->rtt_us;
  return now_us - a->decreased_us >= wait_us;
}

bool bandwidth_aimd_update(struct bandwidth_aimd *a, const struct bandwidth_state *s, uint64_t now_us)
{
  uint64_t elapsed_us = now_us - a->updated_us;
  look_for_others(a, s, now_us);
  undo(a, s, now_us);
  bool stuck = a->standing && s->queue_us > STANDS_US && now_us - a->decreased_us > STUCK_US;
  bool full = a->crowded ? s->lost : stuck || s->usage == BANDWIDTH_OVERUSE, down = full && may_decrease(a, s, now_us);
  a->updated_us = now_us;
  if (down) {
    decrease(a, s, now_us);
    a->decreased_us = now_us;
  }
  if (full || (!a->crowded && s->usage == BANDWIDTH_UNDERUSE)) { /* a queue that drains is let to */
    a->increasing = false;
    return down;
  }
  if (a->increasing)
    increase(a, s, (float)(elapsed_us < STEP_MOST_US ? elapsed_us : STEP_MOST_US) / 1000000.0f);
  a->increasing = true;
  return down;
}

void bandwidth_aimd_set(struct bandwidth_aimd *a, uint32_t bps, uint64_t now_us)
{
  a->bps = (float)bps;
  a->updated_us = now_us;
}
