/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Password hashing off the event loop: a fixed number of threads, a queue of fixed size, results handed back through an
 * eventfd. All functions are for the one thread that owns the pool.
 *
 * Start it after the process has locked itself in: Landlock and seccomp hold for the thread that asked and those that it
 * starts later, not for earlier ones. The filter must then allow clone for threads (and answer clone3 with ENOSYS), rseq,
 * set_robust_list, and what memory needs: mmap, mprotect, munmap, madvise.
 *
 * The pool keeps its own copies; passwords are wiped as soon as the hash is done, all else when its place is given back. */
#ifndef TESTUDO_AUTH_POOL_H
#define TESTUDO_AUTH_POOL_H

#include "auth/password.h"

/* What the threads call: both at the same time from several threads. */
struct pool_hasher {
  int (*hash)(const void *ctx, struct span password, char hash[PASSWORD_HASH_BYTES]);
  int (*verify)(const void *ctx, const char *hash, struct span password);
  bool (*is_stale)(const void *ctx, const char *hash);
  const void *ctx;
};

/* password.h's functions; `p` must outlive the pool. */
struct pool_hasher pool_hasher_of(const struct passwords *p);

struct pool;

struct pool_result {
  uint64_t owner;
  int err;    /* of password_hash or password_verify */
  bool stale; /* the password is right and its hash of an earlier cost: `hash` is a new one, to be stored */
  char hash[PASSWORD_HASH_BYTES]; /* the new hash, or "" */
};

/* With LIMIT_PASSWORD_THREADS threads. ERR_NOMEM, ERR_IO. */
int pool_new(struct pool **pool, const struct pool_hasher *hasher);

/* Drops what waits, waits for what runs (one hash long), wipes all. NULL is fine. */
void pool_free(struct pool *pool);

/* Readable while a result may be waiting. Owned by the pool. */
int pool_fd(const struct pool *pool);

/* Queues one job. `owner` comes back with the result and names the job to pool_cancel; an owner may have several.
 * ERR_LIMIT: LIMIT_PASSWORD_JOBS are queued, running or not yet taken; ERR_RANGE: more than LIMIT_PASSWORD_BYTES. */
int pool_hash(struct pool *pool, uint64_t owner, struct span password);

/* `hash` NULL or "": see password_verify. */
int pool_verify(struct pool *pool, uint64_t owner, const char *hash, struct span password);

/* No result of this owner comes any more; its waiting jobs are dropped. One that runs keeps its thread until it is done. */
void pool_cancel(struct pool *pool, uint64_t owner);

/* The next result, the earliest finished first, or ERR_AGAIN. Call it until then whenever pool_fd is readable; wipe `r`. */
int pool_take(struct pool *pool, struct pool_result *r);

#endif
