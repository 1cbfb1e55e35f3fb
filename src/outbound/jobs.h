/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits to go out, in memory: bounded for each kind, so that mail that cannot leave does not stop sign-ins. Mail
 * is tried again with growing pauses; SMS and fetches are tried once, since they might be done twice. Sans-I/O. */
#ifndef TESTUDO_OUTBOUND_JOBS_H
#define TESTUDO_OUTBOUND_JOBS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "outbound/mail.h"

enum job_kind { JOB_MAIL, JOB_SMS, JOB_FETCH, JOB_KINDS };

#define JOBS_MAIL_TRIES 8
#define JOBS_FIRST_PAUSE_US 15000000ull /* doubled after each try: all of them take half an hour */

struct job {
  enum job_kind kind;
  uint32_t id;
  bool taken, running;
  unsigned tries;
  uint64_t due_us, order;
  int64_t created;           /* seconds since 1970, and the token: the same message at each try */
  uint8_t token[MAIL_TOKEN];
  uint8_t *message;          /* what web sent, wiped when the job ends */
  size_t n;
};

struct jobs {
  struct job *at;
  size_t count[JOB_KINDS], running[JOB_KINDS];
  uint64_t order;
};

/* ERR_NOMEM. */
int jobs_init(struct jobs *j);
void jobs_fini(struct jobs *j);

/* Copies the message. ERR_LIMIT: as many of this kind wait. ERR_NOMEM. */
int jobs_add(struct jobs *j, enum job_kind kind, uint32_t id, struct span message, uint64_t now_us, struct job **out);

/* The one that has been due for longest and may run (LIMIT_OUTBOUND_RUNNING of its kind), which now runs; or NULL. */
struct job *jobs_start_next(struct jobs *j, uint64_t now_us);

/* After a try that failed: it waits for the next one, or (false) there is none. */
bool jobs_try_again(struct jobs *j, struct job *job, uint64_t now_us);

/* Wiped and forgotten. */
void jobs_end(struct jobs *j, struct job *job);

/* When jobs_start_next finds one; UINT64_MAX: not by the time alone. */
uint64_t jobs_due_us(const struct jobs *j);

#endif
