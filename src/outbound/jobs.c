/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/jobs.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/limits.h"

#define JOBS (LIMIT_OUTBOUND_MAIL + LIMIT_OUTBOUND_SMS + LIMIT_OUTBOUND_FETCH)

static size_t most_of(enum job_kind kind)
{
  switch (kind) {
  case JOB_MAIL: return LIMIT_OUTBOUND_MAIL;
  case JOB_SMS: return LIMIT_OUTBOUND_SMS;
  default: return LIMIT_OUTBOUND_FETCH;
  }
}

int jobs_init(struct jobs *j)
{
  *j = (struct jobs){.at = calloc(JOBS, sizeof *j->at)};
  return j->at != NULL ? 0 : ERR_NOMEM;
}

void jobs_fini(struct jobs *j)
{
  for (size_t i = 0; j->at != NULL && i < JOBS; i++)
    if (j->at[i].taken)
      jobs_end(j, &j->at[i]);
  free(j->at);
  j->at = NULL;
}

static struct job *free_place(struct jobs *j)
{
  for (size_t i = 0; i < JOBS; i++)
    if (!j->at[i].taken)
      return &j->at[i];
  return NULL;
}

int jobs_add(struct jobs *j, enum job_kind kind, uint32_t id, struct span message, uint64_t now_us, struct job **out)
{
  struct job *job = j->count[kind] < most_of(kind) ? free_place(j) : NULL;
  if (job == NULL)
    return ERR_LIMIT;
  uint8_t *copy = malloc(message.n > 0 ? message.n : 1);
  if (copy == NULL)
    return ERR_NOMEM;
  if (message.n > 0)
    memcpy(copy, message.p, message.n);
  *job = (struct job){
    .kind = kind, .id = id, .taken = true, .due_us = now_us, .order = j->order++, .message = copy, .n = message.n};
  j->count[kind]++;
  *out = job;
  return 0;
}

static bool may_start(const struct jobs *j, const struct job *job)
{
  return job->taken && !job->running && j->running[job->kind] < LIMIT_OUTBOUND_RUNNING;
}

static bool is_before(const struct job *a, const struct job *b)
{
  return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static struct job *first_waiting(const struct jobs *j)
{
  struct job *first = NULL;
  for (size_t i = 0; i < JOBS; i++)
    if (may_start(j, &j->at[i]) && (first == NULL || is_before(&j->at[i], first)))
      first = &j->at[i];
  return first;
}

struct job *jobs_start_next(struct jobs *j, uint64_t now_us)
{
  struct job *job = first_waiting(j);
  if (job == NULL || job->due_us > now_us)
    return NULL;
  job->running = true;
  job->tries++;
  j->running[job->kind]++;
  return job;
}

static void stop_running(struct jobs *j, struct job *job)
{
  if (job->running)
    j->running[job->kind]--;
  job->running = false;
}

bool jobs_try_again(struct jobs *j, struct job *job, uint64_t now_us)
{
  stop_running(j, job);
  if (job->kind != JOB_MAIL || job->tries >= JOBS_MAIL_TRIES)
    return false;
  job->due_us = now_us + (JOBS_FIRST_PAUSE_US << (job->tries - 1));
  return true;
}

void jobs_end(struct jobs *j, struct job *job)
{
  stop_running(j, job);
  sodium_memzero(job->message, job->n);
  free(job->message);
  j->count[job->kind]--;
  sodium_memzero(job, sizeof *job);
}

uint64_t jobs_due_us(const struct jobs *j)
{
  const struct job *first = first_waiting(j);
  return first != NULL ? first->due_us : UINT64_MAX;
}
