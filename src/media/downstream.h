/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one receiver's path carries, and that no more is sent to it at once: the estimator (bandwidth.h) fed with what
 * leaves and what the receiver reports, the pacer at the rate that follows, the budget for its slots (layers.h), and
 * the packets that only try the path. What does not fit now is held back in the rings (backlog.h).
 *
 * Nobody is limited before the path was seen to be full: a target that has fallen says so. From then on he is, until
 * the path carries clearly more than he wants. But of a pair, whose senders can send any rate, each begins limited to
 * little, and probes show within a second what more there is: a narrow path is not filled before it is known. All of it
 * only with controls_receivers of the configuration; without, a receiver is always free. */
#ifndef TESTUDO_MEDIA_DOWNSTREAM_H
#define TESTUDO_MEDIA_DOWNSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/slab.h"
#include "base/wheel.h"
#include "media/bandwidth.h"
#include "media/pacer.h"

#define DOWNSTREAM_START_BPS 2000000u /* until the path is known */
#define DOWNSTREAM_CAREFUL_BPS 300000u /* ... of one of a pair: with this browsers begin, too */
#define DOWNSTREAM_LEAST_BPS 60000u   /* speech with its headers goes on */
#define DOWNSTREAM_MOST_BPS 50000000u
#define DOWNSTREAM_BURST_US 40000u /* what may be owed to the pacer while packets still go out at once: a frame */
#define DOWNSTREAM_LASTING_US 200000u /* what is held for longer is no single large frame, but more than fits */
#define DOWNSTREAM_FELL_PERCENT 90u  /* of the highest target: below it the receiver is limited */
#define DOWNSTREAM_FREE_PERCENT 140u /* of what is wanted: above it, it is not any more */
#define DOWNSTREAM_BUDGET_PERCENT 3u /* a change of the target by less is told once a second */
#define DOWNSTREAM_BUDGET_US 1000000u

#define DOWNSTREAM_SLOTS (LIMIT_AUDIO_SLOTS + LIMIT_VIDEO_SLOTS)

struct peer;

/* What one slot is still to get (backlog.h): packets of this source from this index on. */
struct held {
  slab_id source;
  uint64_t from;
};

struct downstream {
  struct pacer pacer;
  uint32_t held;   /* slots of which packets are held back, bits */
  uint64_t held_us; /* since when something has been held all the time; 0: nothing is */
  uint32_t paused; /* slots that wait for a key frame because they were too far behind, bits */
  struct bandwidth bandwidth;
  int64_t reference; /* of its feedback, over the wrap; valid with has_reference */
  bool has_reference;
  uint32_t reports; /* that it may still send in this second, see downstream_feedback */
  uint64_t reports_us, budget_us;
  uint32_t budget_bps; /* the target that the slots were told of last */
  uint32_t peak_bps;   /* the highest target since it was not limited */
  bool limited;        /* the path was seen to be full: packets are paced, and slots have a budget */
  bool careful;        /* limited from the beginning on; until the path has shown to carry what others begin with */
  uint32_t pause_us;   /* how long a slot that was too far behind pauses now */
  uint64_t resume_us;  /* no paused slot goes on before ... */
  uint64_t ask_us;     /* ... and no key frame is asked for before */
  struct wheel_timer timer;
  struct held waiting[DOWNSTREAM_SLOTS]; /* valid where `held` says so */
};
_Static_assert(DOWNSTREAM_SLOTS <= 32, "each slot has a bit");

/* Does nothing without controls_receivers, as the others with a peer. ERR_NOMEM. */
int downstream_init(struct peer *p);
void downstream_fini(struct peer *p);

/* The offer says that the receiver reports: of a pair, it begins carefully. Before any slot is assigned. */
void downstream_follow_offer(struct peer *p);

/* Keys are there: packets will flow. */
void downstream_begin(struct peer *p);

/* Whether what is there may go at once. */
static inline bool downstream_is_free(const struct downstream *d, uint64_t now_us)
{
  return (d->held | d->paused) == 0 && d->pacer.paid_us <= now_us + DOWNSTREAM_BURST_US;
}

/* More than a single large frame is held back. */
static inline bool downstream_lags(const struct downstream *d, uint64_t now_us)
{
  return d->held_us != 0 && now_us - d->held_us > DOWNSTREAM_LASTING_US;
}

/* Something is held back: it goes when the pacer says so. */
void downstream_schedule(struct peer *p);

/* Asks for what sending a packet touches; the beginning should be there already. (Forced inline: see egress.c.) */
static inline __attribute__((always_inline)) void downstream_prefetch(const struct downstream *d)
{
  const struct bandwidth *b = &d->bandwidth;
  __builtin_prefetch(&b->history[b->sent & b->mask], 1);
  __builtin_prefetch(&b->reported, 1);
  __builtin_prefetch(&b->sending, 1);
  __builtin_prefetch((const uint8_t *)&b->sending + sizeof b->sending - 1, 1);
  __builtin_prefetch(&b->prober);
}

/* Transport-wide feedback: the body of the RTCP packet. What is no feedback is counted, what is too much as well. */
void downstream_feedback(struct peer *p, struct span fci);

/* A receiver report's average fraction lost, of 256. */
void downstream_loss_report(struct peer *p, uint8_t fraction_lost);

/* It is limited because it began carefully, and that says nothing of its path yet. */
static inline bool downstream_is_unknown(const struct downstream *d)
{
  return d->careful && bandwidth_is_starting(&d->bandwidth);
}

/* Whether the path is known to carry less than this. */
static inline bool downstream_is_below(const struct downstream *d, uint32_t bps)
{
  return d->limited && d->budget_bps < bps && !downstream_is_unknown(d);
}

#endif
