/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/pool.h"

#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum job_state { JOB_FREE, JOB_WAITING, JOB_RUNNING, JOB_DONE };

/* A job in JOB_RUNNING belongs to its thread, but for `state` and `cancelled`, which like all others are the lock's. */
struct job {
  enum job_state state;
  bool cancelled, verify;
  uint64_t order; /* of queueing, then of finishing */
  struct pool_result result;
  char hash[PASSWORD_HASH_BYTES]; /* to verify against, or "" */
  size_t password_n;
  uint8_t password[LIMIT_PASSWORD_BYTES];
};

struct pool {
  struct pool_hasher hasher;
  pthread_mutex_t lock;
  pthread_cond_t work;
  bool stopping;
  uint64_t order;
  int fd;
  unsigned threads_n;
  pthread_t threads[LIMIT_PASSWORD_THREADS];
  struct job jobs[LIMIT_PASSWORD_JOBS];
};

static int hash_it(const void *ctx, struct span password, char hash[PASSWORD_HASH_BYTES])
{
  return password_hash(ctx, password, hash);
}

static int verify_it(const void *ctx, const char *hash, struct span password)
{
  return password_verify(ctx, hash, password);
}

static bool is_stale(const void *ctx, const char *hash)
{
  return password_is_stale(ctx, hash);
}

struct pool_hasher pool_hasher_of(const struct passwords *p)
{
  return (struct pool_hasher){.hash = hash_it, .verify = verify_it, .is_stale = is_stale, .ctx = p};
}

/* The earliest in this state, or NULL. */
static struct job *first_in(struct pool *p, enum job_state state)
{
  struct job *first = NULL;
  for (size_t i = 0; i < LIMIT_PASSWORD_JOBS; i++)
    if (p->jobs[i].state == state && (first == NULL || p->jobs[i].order < first->order))
      first = &p->jobs[i];
  return first;
}

static void give_back(struct job *j)
{
  sodium_memzero(j, sizeof *j);
}

/* --- in the threads --- */

static void run(const struct pool_hasher *h, struct job *j)
{
  struct span password = span_of(j->password, j->password_n);
  struct pool_result *r = &j->result;
  if (j->verify) {
    r->err = h->verify(h->ctx, j->hash, password);
    r->stale = r->err == 0 && h->is_stale(h->ctx, j->hash);
  }
  if (r->stale || !j->verify) {
    int err = h->hash(h->ctx, password, r->hash);
    if (j->verify)
      r->stale = err == 0; /* a sign-in does not fail because the hash could not be renewed */
    else
      r->err = err;
    if (err != 0)
      sodium_memzero(r->hash, sizeof r->hash);
  }
  sodium_memzero(j->password, sizeof j->password);
}

static void finish(struct pool *p, struct job *j)
{
  uint64_t one = 1;
  if (j->cancelled) {
    give_back(j);
    return;
  }
  j->state = JOB_DONE;
  j->order = p->order++;
  /* It cannot fail: the counter holds at most one for each job, and who waits reads it. */
  ssize_t written = write(p->fd, &one, sizeof one);
  (void)written;
}

static void *work(void *arg)
{
  struct pool *p = arg;
  (void)pthread_mutex_lock(&p->lock);
  while (!p->stopping) {
    struct job *j = first_in(p, JOB_WAITING);
    if (j == NULL) {
      (void)pthread_cond_wait(&p->work, &p->lock);
      continue;
    }
    j->state = JOB_RUNNING;
    (void)pthread_mutex_unlock(&p->lock);
    run(&p->hasher, j);
    (void)pthread_mutex_lock(&p->lock);
    finish(p, j);
  }
  (void)pthread_mutex_unlock(&p->lock);
  return NULL;
}

/* --- in the thread that owns the pool --- */

/* Signals stay with the thread that owns the pool. */
static int start_threads(struct pool *p)
{
  sigset_t all, before;
  int err = 0;
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  while (err == 0 && p->threads_n < LIMIT_PASSWORD_THREADS) {
    err = pthread_create(&p->threads[p->threads_n], NULL, work, p);
    if (err == 0)
      p->threads_n++;
  }
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return err == 0 ? 0 : ERR_IO;
}

int pool_new(struct pool **pool, const struct pool_hasher *hasher)
{
  struct pool *p = calloc(1, sizeof *p);
  *pool = NULL;
  if (p == NULL)
    return ERR_NOMEM;
  p->hasher = *hasher;
  (void)pthread_mutex_init(&p->lock, NULL); /* with glibc neither can fail */
  (void)pthread_cond_init(&p->work, NULL);
  p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (p->fd < 0 || start_threads(p) != 0) {
    pool_free(p);
    return ERR_IO;
  }
  *pool = p;
  return 0;
}

void pool_free(struct pool *p)
{
  if (p == NULL)
    return;
  (void)pthread_mutex_lock(&p->lock);
  p->stopping = true;
  (void)pthread_cond_broadcast(&p->work);
  (void)pthread_mutex_unlock(&p->lock);
  for (unsigned i = 0; i < p->threads_n; i++)
    (void)pthread_join(p->threads[i], NULL);
  (void)pthread_cond_destroy(&p->work);
  (void)pthread_mutex_destroy(&p->lock);
  if (p->fd >= 0)
    (void)close(p->fd);
  sodium_memzero(p, sizeof *p);
  free(p);
}

int pool_fd(const struct pool *p)
{
  return p->fd;
}

static void fill(struct job *j, uint64_t owner, const char *hash, struct span password)
{
  j->result.owner = owner;
  if (hash != NULL)
    memcpy(j->hash, hash, strnlen(hash, sizeof j->hash - 1)); /* zeroed before, so it ends with a zero */
  if (password.n > 0)
    memcpy(j->password, password.p, password.n);
  j->password_n = password.n;
}

static int queue(struct pool *p, uint64_t owner, bool verify, const char *hash, struct span password)
{
  int err = ERR_LIMIT;
  if (password.n > LIMIT_PASSWORD_BYTES)
    return ERR_RANGE;
  (void)pthread_mutex_lock(&p->lock);
  struct job *j = first_in(p, JOB_FREE);
  if (j != NULL) {
    fill(j, owner, hash, password);
    j->verify = verify;
    j->order = p->order++;
    j->state = JOB_WAITING;
    (void)pthread_cond_signal(&p->work);
    err = 0;
  }
  (void)pthread_mutex_unlock(&p->lock);
  return err;
}

int pool_hash(struct pool *p, uint64_t owner, struct span password)
{
  return queue(p, owner, false, NULL, password);
}

int pool_verify(struct pool *p, uint64_t owner, const char *hash, struct span password)
{
  return queue(p, owner, true, hash, password);
}

void pool_cancel(struct pool *p, uint64_t owner)
{
  (void)pthread_mutex_lock(&p->lock);
  for (size_t i = 0; i < LIMIT_PASSWORD_JOBS; i++) {
    struct job *j = &p->jobs[i];
    if (j->state == JOB_FREE || j->result.owner != owner)
      continue;
    if (j->state == JOB_RUNNING)
      j->cancelled = true;
    else
      give_back(j);
  }
  (void)pthread_mutex_unlock(&p->lock);
}

int pool_take(struct pool *p, struct pool_result *r)
{
  uint64_t count;
  int err = ERR_AGAIN;
  (void)pthread_mutex_lock(&p->lock);
  struct job *j = first_in(p, JOB_DONE);
  if (j != NULL) {
    *r = j->result;
    give_back(j);
    err = 0;
  } else {
    ssize_t got = read(p->fd, &count, sizeof count); /* none are left: not readable until the next one */
    (void)got;
  }
  (void)pthread_mutex_unlock(&p->lock);
  return err;
}
