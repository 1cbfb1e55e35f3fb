/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `testudo doctor` looks at: each check says one line or more, "ok", "warning" or "problem", with what to do.
 * Nothing is changed. */
#ifndef TESTUDO_CLI_DOCTOR_H
#define TESTUDO_CLI_DOCTOR_H

#include <jansson.h>

#include "cli/console.h"

struct doctor {
  const struct config *config;
  uint64_t now_s;
  char folder[CONFIG_PATH]; /* of the database */
  bool running;             /* a server has the database open */
  unsigned warnings, problems;
  json_t *checks; /* NULL: lines of text */
};

void doctor_ok(struct doctor *d, const char *what, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The text ends with what to do, after " - ". */
void doctor_warn(struct doctor *d, const char *what, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void doctor_problem(struct doctor *d, const char *what, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* doctor_files.c */
void doctor_certificate(struct doctor *d);
void doctor_key_file(struct doctor *d);
void doctor_store(struct doctor *d); /* with the log and the administrators */
void doctor_secret_files(struct doctor *d);

/* doctor_machine.c */
void doctor_disk(struct doctor *d);
void doctor_ports(struct doctor *d);
void doctor_kernel(struct doctor *d);

#endif
