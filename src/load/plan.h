/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an event needs of a server, calculated from what its parts cost: what a viewer costs, what a packet to him
 * costs. The costs are those of bench/scale.mjs, or those of a rehearsal on the server itself. */
#ifndef TESTUDO_LOAD_PLAN_H
#define TESTUDO_LOAD_PLAN_H

#include <stdio.h>

#include "load/options.h"

struct plan_costs {
  double viewer_us, send_us, packet_us; /* of media processes, each second: for each viewer, for each send to one, and
                                         * for each packet of it but the first */
  double web_us;                        /* of the web process, each second, for each viewer */
  double join_us;                       /* of the web process, for each who comes in */
  double media_bytes, web_bytes;        /* of memory for each viewer */
};

/* What a rehearsal has measured while nobody came or left. */
struct plan_rehearsal {
  double people, packets, sends; /* a second, to all of them */
  double media_cores, web_cores;
  double media_bytes, web_bytes; /* grown by, since before the first viewer */
};

struct plan {
  double packets, sends, bits;               /* to each viewer, a second; bits on the wire */
  double media_cores, web_cores, join_cores; /* busy while all watch; the web process also while people come */
  unsigned media_processes, cores;           /* to have */
  double memory_bytes, network_bits;
  double least_over_s; /* the shortest time in which so many can come in */
};

/* As measured for this program. */
extern const struct plan_costs plan_costs_measured;

/* Those of a server on which this was measured: the same in their relation to each other. ERR_RANGE: it had too few
 * viewers, or too little was measured, to tell. */
int plan_costs_of(const struct plan_rehearsal *r, struct plan_costs *costs);

/* The report of `testudo load event --json`. ERR_IO: it cannot be read. ERR_MALFORMED: it is no such report. */
int plan_read_rehearsal(const char *path, struct plan_rehearsal *r);

/* Its text. ERR_MALFORMED; ERR_LIMIT: longer or deeper than any report is. */
int plan_parse_rehearsal(struct span text, struct plan_rehearsal *r);

void plan_make(const struct load_options *o, const struct plan_costs *costs, struct plan *p);
void plan_print(const struct load_options *o, const struct plan *p, FILE *out);

#endif
