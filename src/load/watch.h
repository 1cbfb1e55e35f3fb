/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server on this machine uses: the resident memory and the CPU time of its processes, from /proc. */
#ifndef TESTUDO_LOAD_WATCH_H
#define TESTUDO_LOAD_WATCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WATCH_PROCESSES 16
#define WATCH_NAME 16 /* as the kernel keeps it */

struct watch_process {
  char name[WATCH_NAME];
  pid_t pid;
  uint64_t resident_bytes;
  double cpu_s;
};

/* A process and its children at one moment; the first is the process itself. */
struct watch {
  size_t n; /* 0: nothing is watched */
  struct watch_process process[WATCH_PROCESSES];
};

/* ERR_NOT_FOUND: there is no such process. Children beyond WATCH_PROCESSES are left out. */
int watch_take(struct watch *w, pid_t pid);

uint64_t watch_resident(const struct watch *w);
uint64_t watch_resident_of(const struct watch *w, const char *name); /* of all processes of this name */
double watch_cpu(const struct watch *w);
double watch_cpu_of(const struct watch *w, const char *name); /* of all processes of this name */

/* One line of /proc/PID/stat: its name, its parent, its CPU time in ticks. ERR_MALFORMED. */
int watch_parse(const char *line, char name[WATCH_NAME], pid_t *parent, uint64_t *ticks, uint64_t *pages);

#endif
