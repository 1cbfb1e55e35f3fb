/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line per event on standard error: "2026-11-23T06:40:01Z media notice: text key=value". Lines are made for operators:
 * no addresses, names, keys or content of people ever (T9), and nothing per packet. Control characters and bytes outside
 * ASCII are shown as '?', so that nothing from outside can forge a line. */
#ifndef TESTUDO_BASE_LOG_H
#define TESTUDO_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_NOTICE, LOG_WARNING, LOG_ERROR };

/* `process` is kept, not copied ("supervisor", "web", "media"). Lines below `least` are left out. */
void log_open(const char *process, enum log_level least);

void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_notice(...) log_line(LOG_NOTICE, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

#endif
