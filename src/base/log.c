/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* The one setting of a process that is made once at its start and read ever after. */
static const char *log_process = "testudo";
static enum log_level log_least = LOG_NOTICE;

void log_open(const char *process, enum log_level least)
{
  log_process = process;
  log_least = least;
}

void log_line(enum log_level level, const char *fmt, ...)
{
  static const char *const names[] = {"debug", "notice", "warning", "error"};
  char line[1024];
  struct tm tm;
  if (level < log_least)
    return;
  time_t now = time(NULL);
  gmtime_r(&now, &tm);
  size_t n = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%SZ ", &tm);
  n += (size_t)snprintf(line + n, sizeof line - n, "%s %s: ", log_process, names[level]);
  va_list ap;
  va_start(ap, fmt);
  int m = vsnprintf(line + n, sizeof line - n - 1, fmt, ap);
  va_end(ap);
  if (m < 0)
    return;
  size_t end = n + (size_t)m < sizeof line - 2 ? n + (size_t)m : sizeof line - 2;
  for (size_t i = n; i < end; i++)
    if (line[i] < 0x20 || line[i] > 0x7e)
      line[i] = '?';
  line[end] = '\n';
  if (write(STDERR_FILENO, line, end + 1) < 0)
    return; /* nowhere left to say so */
}
