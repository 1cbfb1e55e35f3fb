/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/watch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

#define LINE 1024

/* The name is in brackets and may hold brackets itself: it ends at the last one. Then come, by proc(5), the state (3),
 * the parent (4), nine others, user time (14), system time (15), eight others and resident pages (24). */
int watch_parse(const char *line, char name[WATCH_NAME], pid_t *parent, uint64_t *ticks, uint64_t *pages)
{
  const char *open = strchr(line, '('), *close = strrchr(line, ')');
  unsigned long long user, system;
  long long resident;
  int ppid;
  if (open == NULL || close == NULL || close < open ||
      sscanf(close + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %*u %*u %lld",
             &ppid, &user, &system, &resident) != 4 ||
      resident < 0)
    return ERR_MALFORMED;
  size_t n = (size_t)(close - open - 1);
  n = n < WATCH_NAME - 1 ? n : WATCH_NAME - 1;
  memcpy(name, open + 1, n);
  name[n] = '\0';
  *parent = ppid;
  *ticks = user + system;
  *pages = (uint64_t)resident;
  return 0;
}

static int read_process(const char *pid, struct watch_process *p, pid_t *parent)
{
  char path[64], line[LINE];
  uint64_t ticks, pages;
  (void)snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  FILE *f = fopen(path, "re");
  if (f == NULL)
    return ERR_NOT_FOUND;
  char *got = fgets(line, sizeof line, f);
  (void)fclose(f);
  if (got == NULL || watch_parse(line, p->name, parent, &ticks, &pages) != 0)
    return ERR_NOT_FOUND;
  p->pid = (pid_t)strtol(pid, NULL, 10);
  p->cpu_s = (double)ticks / (double)sysconf(_SC_CLK_TCK);
  p->resident_bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
  return 0;
}

int watch_take(struct watch *w, pid_t pid)
{
  char own[24];
  struct watch_process p;
  pid_t parent;
  *w = (struct watch){0};
  (void)snprintf(own, sizeof own, "%ld", (long)pid);
  if (read_process(own, &w->process[0], &parent) != 0)
    return ERR_NOT_FOUND;
  w->n = 1;
  DIR *proc = opendir("/proc");
  for (const struct dirent *d = NULL; proc != NULL && (d = readdir(proc)) != NULL;)
    if (d->d_name[0] >= '0' && d->d_name[0] <= '9' && w->n < WATCH_PROCESSES &&
        read_process(d->d_name, &p, &parent) == 0 && parent == pid)
      w->process[w->n++] = p;
  if (proc != NULL)
    (void)closedir(proc);
  return 0;
}

uint64_t watch_resident(const struct watch *w)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < w->n; i++)
    sum += w->process[i].resident_bytes;
  return sum;
}

uint64_t watch_resident_of(const struct watch *w, const char *name)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < w->n; i++)
    sum += strcmp(w->process[i].name, name) == 0 ? w->process[i].resident_bytes : 0;
  return sum;
}

double watch_cpu(const struct watch *w)
{
  double sum = 0;
  for (size_t i = 0; i < w->n; i++)
    sum += w->process[i].cpu_s;
  return sum;
}

double watch_cpu_of(const struct watch *w, const char *name)
{
  double cpu_s = 0;
  for (size_t i = 0; i < w->n; i++)
    cpu_s += strcmp(w->process[i].name, name) == 0 ? w->process[i].cpu_s : 0;
  return cpu_s;
}
