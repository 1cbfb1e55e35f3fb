/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much one receiver's path carries, in the manner of Google congestion control (draft-ietf-rmcat-gcc-02 and what
 * became of it): the facade over bandwidth_delay (delay), bandwidth_loss (loss), bandwidth_acked (what arrived) and
 * bandwidth_probe (trying for more). It knows sizes, times and sequence numbers, nothing of RTP or RTCP.
 *
 * Rates and bytes are those of UDP payloads: what the caller counts is what the answers mean.
 *
 * A caller
 *  - tells of each packet that leaves: bandwidth_sent of one into which it writes the sequence number that it gets, and
 *    bandwidth_sent_unnumbered of the others,
 *  - passes on what the receiver reports (bandwidth_feedback, or bandwidth_loss_report where there is none),
 *  - says what it could use at most (bandwidth_set_demand),
 *  - asks for the target and the pace after each report and whenever bandwidth_next_us has come, when it also calls
 *    bandwidth_on_idle and then bandwidth_wants_probe. */
#ifndef TESTUDO_MEDIA_BANDWIDTH_H
#define TESTUDO_MEDIA_BANDWIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/bandwidth_acked.h"
#include "media/bandwidth_aimd.h"
#include "media/bandwidth_loss.h"
#include "media/bandwidth_probe.h"
#include "media/bandwidth_queue.h"

#define BANDWIDTH_NEVER UINT64_MAX

struct bandwidth_setup {
  uint32_t start_bps, min_bps, max_bps;
};

enum bandwidth_flags {
  BANDWIDTH_AUDIO = 1,
  BANDWIDTH_PROBE = 2,   /* sent because bandwidth_wants_probe said so */
  BANDWIDTH_PADDING = 4, /* no media: padding or a repeated packet */
};

/* What the receiver reports of one packet. */
struct bandwidth_arrival {
  int64_t arrival_us; /* in the receiver's clock, whose zero nobody knows; only if received */
  uint16_t sequence;
  bool received;
};

struct bandwidth_probe {
  uint32_t rate_bps;
  uint32_t bytes;  /* to be sent now, rounded up to whole packets */
  uint8_t cluster; /* which probe it is, for logs */
};

/* What was reported, and what of it could not be true. */
struct bandwidth_counters {
  uint32_t acknowledged, lost;
  uint32_t unsent;   /* reports about packets that never left, or so long ago that nothing is known of them */
  uint32_t repeated; /* about packets that were acknowledged before */
  uint32_t absurd;   /* with times that cannot be */
};

/* Packets that came at one time. */
struct bandwidth_lump {
  int64_t first_sent_us;
  int64_t first_us, last_us; /* arrivals */
  uint32_t bytes;
};

/* A packet that has left. */
struct bandwidth_sent {
  uint32_t sent_us; /* low bits of the time */
  uint16_t bytes; /* with those that left unnumbered before it */
  uint8_t state;
  uint8_t cluster;
};

struct bandwidth {
  /* what each packet touches */
  struct bandwidth_sent *history; /* ring by sequence number; a power of two that grows with the rate */
  uint32_t mask;                  /* its size - 1 */
  uint32_t unnumbered;            /* bytes that left without a number since the last packet that has one */
  uint32_t sent;                  /* packets so far; the low 16 bits are the next sequence number */
  uint64_t last_sent_us;
  bool reported;    /* feedback has come */
  bool told_losses; /* reports without feedback have */
  bool blind;       /* no report of any kind has, for too long */

  uint32_t target_bps, demand_bps;
  uint32_t rtt_us; /* smoothed; 0: not known */
  struct bandwidth_setup setup;
  uint64_t begun_us;         /* the first packet's time; BANDWIDTH_NEVER before */
  uint64_t last_feedback_us; /* that told of something new */
  uint64_t silence_us;       /* when the next decrease because of silence is due */
  int64_t offset_us;         /* the receiver's clock less ours, as of the last packet */
  bool has_offset;
  uint32_t wait_us;     /* the least in the last report */
  uint64_t waits_us;    /* when the packet left since which all have waited; 0: some did not */
  struct bandwidth_lump lump;
  uint64_t stalled_us;  /* the last report of a lump that no queue makes; 0: none yet */
  uint32_t recover_bps; /* to be tried when feedback is back; 0: none */
  struct bandwidth_window sending; /* what leaves */
  struct bandwidth_acked acked;
  struct bandwidth_delay delay;
  struct bandwidth_queue queue;
  struct bandwidth_aimd aimd;
  struct bandwidth_loss loss;
  struct bandwidth_prober prober;
  struct bandwidth_counters counters;
};

/* ERR_RANGE (a rate of zero, or not min <= start <= max), ERR_NOMEM. */
int bandwidth_init(struct bandwidth *b, const struct bandwidth_setup *setup, uint64_t now_us);
void bandwidth_fini(struct bandwidth *b);

/* Begins anew with this target, within the setup's bounds, because nothing is known of the path yet. */
void bandwidth_start(struct bandwidth *b, uint32_t bps, uint64_t now_us);

/* Nothing was reported yet, or the probes of the beginning still show more and more. */
static inline bool bandwidth_is_starting(const struct bandwidth *b)
{
  return !b->reported || b->prober.starting;
}

/* A packet leaves now: its transport-wide sequence number. Flags: enum bandwidth_flags. */
uint16_t bandwidth_sent(struct bandwidth *b, uint32_t bytes, uint8_t flags, uint64_t now_us);

/* A packet leaves that has no number: the receiver speaks no transport-wide feedback, or not for this stream (Firefox
 * reports on pictures, not on sound). It takes part of the path, and is taken to arrive with the next one that has. */
void bandwidth_sent_unnumbered(struct bandwidth *b, uint32_t bytes, uint64_t now_us);

/* One feedback message about n packets, in the order of their sequence numbers. */
void bandwidth_feedback(struct bandwidth *b, const struct bandwidth_arrival *a, size_t n, uint64_t now_us);

/* From receiver reports, where transport-wide feedback is not spoken: lost of 256, and the round trip's time (0: not
 * known). Ignored once feedback came. */
void bandwidth_loss_report(struct bandwidth *b, uint8_t fraction_lost, uint32_t rtt_us, uint64_t now_us);

/* What all streams together, audio and repetitions too, should send. */
uint32_t bandwidth_target_bps(const struct bandwidth *b);

/* The pacer's rate: higher than the target, so that a large frame does not wait long. */
uint32_t bandwidth_pacing_bps(const struct bandwidth *b);

/* Round trip's time as seen by feedback, the receiver's waiting included; 0: not known. */
uint32_t bandwidth_rtt_us(const struct bandwidth *b);

/* What the caller could use at most if the path carried it: there is no probing for more. 0: nothing is to be sent. */
void bandwidth_set_demand(struct bandwidth *b, uint32_t demand_bps);

/* True: send probe->bytes now as padding (BANDWIDTH_PROBE, and BANDWIDTH_PADDING) past the pacer, then ask again at
 * bandwidth_next_us. Media that leaves meanwhile counts as part of the probe. */
bool bandwidth_wants_probe(struct bandwidth *b, uint64_t now_us, struct bandwidth_probe *probe);

/* When bandwidth_on_idle and bandwidth_wants_probe are due, or BANDWIDTH_NEVER. May change with every other call. */
uint64_t bandwidth_next_us(const struct bandwidth *b);
void bandwidth_on_idle(struct bandwidth *b, uint64_t now_us);

#endif
