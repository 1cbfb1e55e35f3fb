/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The test cases of RFC 8867, section 5, and two of a radio link in the manner of RFC 8869, run against src/media's
 * bandwidth estimator, with what is measured and what is demanded of each; rfc8868.c has the network parameters and
 * traffic models of RFC 8868 in the same form. The tests check; bench_congestion writes the same figures as tables
 * and plots into docs/congestion. */
#ifndef TESTUDO_SIM_RFC8867_H
#define TESTUDO_SIM_RFC8867_H

#include "path_cbr.h"
#include "path_media.h"
#include "path_tcp.h"

#define RFC8867_MEDIA 5
#define RFC8867_TCP 10

struct rfc8867_targets {
  double utilisation_least; /* of what the link and the encoders allow */
  double p95_ms_most;       /* of queueing delay */
  double loss_most;
  double converge_s_most;   /* after a change of capacity, 0: not asked */
  double jain_least;        /* over the last minute; 0: not asked */
  double media_share_least; /* of a fair share beside TCP; 0: not asked */
  double p95_ms_today;      /* where p95_ms_most is missed: what it must not be worse than; 0: it is reached */
};

struct rfc8867_case {
  const char *section, *name;
  uint32_t duration_s, queue_ms, jitter_ms;
  uint32_t n_media, n_tcp, n_back; /* of media flows, the last `n_back` go the other way */
  struct path_change capacity[PATH_CHANGES], back[PATH_CHANGES]; /* rate 0 ends the list */
  uint32_t delay_ms[RFC8867_MEDIA];
  uint32_t start_s[RFC8867_MEDIA];
  uint32_t pause_s, resume_s; /* of the first flow */
  struct path_tcp_config tcp;
  uint32_t tcp_on; /* so many begin at once; the rest after a pause */
  double loss;
  double burst_begins, burst_ends; /* as of struct path_link */
  bool reorders, video;            /* of the links; of all media flows: as RFC 8593 has it */
  struct path_cbr cbr;             /* rate 0: none */
  bool is_radio; /* capacity in `capacity` is the mean of a trace, and the radio stalls */
  struct rfc8867_targets targets;
};

struct rfc8867_result {
  double utilisation, median_ms, p95_ms, loss, converge_s, jain, media_share, padding;
  double late;         /* of what came: more than MEDIA_LATE_US behind the path's own delay */
  double waited_ms;    /* in the sender's pacer, the 95th percentile */
  double falls_minute; /* of a flow's rate: from 0.8 to below 0.5 of its mean, within two seconds (RFC 8868, 3) */
  double rate_bps[RFC8867_MEDIA]; /* mean while it ran */
};

/* A run, kept for plots. */
struct rfc8867_run {
  struct path path;
  struct path_media media[RFC8867_MEDIA];
  struct path_tcp tcp[RFC8867_TCP];
  struct path_cbr cbr;
};

extern const struct rfc8867_case rfc8867_cases[];
extern const size_t rfc8867_case_count;

/* Runs the case and measures it. `r` is large: not on the stack. rfc8867_fini afterwards. */
void rfc8867_run(struct rfc8867_run *r, const struct rfc8867_case *c, uint64_t seed, struct rfc8867_result *result);
void rfc8867_fini(struct rfc8867_run *r, const struct rfc8867_case *c);

#endif
