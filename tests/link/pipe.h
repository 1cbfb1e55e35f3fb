/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One direction of an impaired link, in virtual time: packets and the time go in, packets and the time of the next one
 * come out. A packet passes, in this order: outage, length, loss, the queue before the bottleneck (drop-tail), the
 * bottleneck with its rate, the way with its delay and jitter. Times are nanoseconds of any one clock that does not go
 * back. */
#ifndef TESTUDO_LINK_PIPE_H
#define TESTUDO_LINK_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIPE_NEVER UINT64_MAX
#define PIPE_PACKETS_MAX 16384 /* held at once; what comes beyond is dropped as if the queue were full */

struct pipe_settings {
  double loss;        /* probability for each packet by itself, 0 to 1 */
  double burst_enter; /* Gilbert-Elliott: probability, for each packet, to go from the good state to the bad, ... */
  double burst_leave; /* ... and back again */
  double burst_loss;  /* of a packet in the bad state */
  uint64_t delay_ns;
  uint64_t jitter_ns;   /* added to the delay, evenly from 0 to this */
  bool reorder;         /* jitter may change the order; else nobody overtakes */
  uint64_t rate_bps;    /* of the bottleneck, of all the bytes that it is given; 0: there is none */
  uint64_t queue_ns;    /* what may wait before the bottleneck, as the time that it needs for it */
  uint64_t queue_bytes; /* the same in bytes; 0: queue_ns counts */
  uint64_t longest;     /* of a UDP packet, with its headers: a longer one is lost untold; 0: any passes */
};

struct pipe_counters {
  uint64_t in, in_bytes;
  uint64_t out, out_bytes;
  uint64_t lost; /* by chance */
  uint64_t too_long;
  uint64_t queue_full;
  uint64_t outage;    /* came, or would have arrived, while nothing passed */
  uint64_t overtaken; /* arrived after one that was sent later */
};

struct pipe_packet {
  struct pipe_packet *next; /* in the queue */
  uint64_t number, due_ns;
  size_t n;
  uint8_t data[];
};

struct pipe {
  struct pipe_settings set;
  struct pipe_counters count;
  uint64_t random; /* state of the generator */
  bool bad;        /* the state of Gilbert-Elliott */
  uint64_t outage_until_ns;
  struct pipe_packet *head, *tail; /* the queue; its head is in the bottleneck */
  uint64_t head_done_ns;
  size_t queued_bytes;
  struct pipe_packet **way; /* on their way: a heap by due_ns, then number */
  size_t on_way, held;
  uint64_t last_due_ns, next_number, highest_out;
};

/* Nothing is impaired at first. The same `seed` gives the same chances. Returns 0 or ERR_NOMEM. */
int pipe_init(struct pipe *p, uint64_t seed);
void pipe_fini(struct pipe *p);

/* What is in the pipe already keeps its order; the head of the queue is finished at the old rate. */
void pipe_set(struct pipe *p, const struct pipe_settings *settings);

/* Nothing passes before `until_ns`: neither what comes nor what would arrive. */
void pipe_cut(struct pipe *p, uint64_t until_ns);

/* Takes a copy of the packet, or drops it. `now_ns` is never less than that of a call before. */
void pipe_push(struct pipe *p, uint64_t now_ns, const uint8_t *data, size_t n);

/* The next packet that has arrived by `now_ns`, or NULL. The caller frees it. */
struct pipe_packet *pipe_pop(struct pipe *p, uint64_t now_ns);

/* When pipe_pop has to be called next, or PIPE_NEVER. */
uint64_t pipe_next_ns(const struct pipe *p);

#endif
