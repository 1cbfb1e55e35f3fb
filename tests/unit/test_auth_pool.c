/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/auth/pool.c: threads, the queue's limit, cancelling, the end. A hasher that the test holds back decides what happens
 * when; nothing here waits for time. */
#include "auth_testing.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "auth/pool.h"

/* Holds every call until it is let go; "hashes" by copying, so that the test sees who was served. */
struct gate {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  unsigned entered, let_go;
  bool open, stale;
};

static void pass(struct gate *g)
{
  (void)pthread_mutex_lock(&g->lock);
  unsigned ticket = g->entered++;
  (void)pthread_cond_broadcast(&g->changed);
  while (!g->open && ticket >= g->let_go)
    (void)pthread_cond_wait(&g->changed, &g->lock);
  (void)pthread_mutex_unlock(&g->lock);
}

static int gate_hash(const void *ctx, struct span password, char hash[PASSWORD_HASH_BYTES])
{
  struct gate *g = *(struct gate *const *)ctx;
  pass(g);
  memset(hash, 0, PASSWORD_HASH_BYTES);
  memcpy(hash, password.p, password.n < 100 ? password.n : 100);
  return 0;
}

static int gate_verify(const void *ctx, const char *hash, struct span password)
{
  struct gate *g = *(struct gate *const *)ctx;
  pass(g);
  return span_equal(span_str(hash), password) ? 0 : ERR_AUTH;
}

static bool gate_is_stale(const void *ctx, const char *hash)
{
  const struct gate *g = *(struct gate *const *)ctx;
  (void)hash;
  return g->stale;
}

struct fixture {
  struct gate gate, *gate_at;
  struct pool *pool;
};

static int set_up(void **state)
{
  static struct fixture f;
  f = (struct fixture){.gate_at = &f.gate};
  (void)pthread_mutex_init(&f.gate.lock, NULL);
  (void)pthread_cond_init(&f.gate.changed, NULL);
  struct pool_hasher hasher = {gate_hash, gate_verify, gate_is_stale, &f.gate_at};
  *state = &f;
  return pool_new(&f.pool, &hasher);
}

static void open_gate(struct gate *g)
{
  (void)pthread_mutex_lock(&g->lock);
  g->open = true;
  (void)pthread_cond_broadcast(&g->changed);
  (void)pthread_mutex_unlock(&g->lock);
}

static void let_go(struct gate *g, unsigned n)
{
  (void)pthread_mutex_lock(&g->lock);
  g->let_go += n;
  (void)pthread_cond_broadcast(&g->changed);
  (void)pthread_mutex_unlock(&g->lock);
}

static void wait_entered(struct gate *g, unsigned n)
{
  (void)pthread_mutex_lock(&g->lock);
  while (g->entered < n)
    (void)pthread_cond_wait(&g->changed, &g->lock);
  (void)pthread_mutex_unlock(&g->lock);
}

static unsigned entered(struct gate *g)
{
  (void)pthread_mutex_lock(&g->lock);
  unsigned n = g->entered;
  (void)pthread_mutex_unlock(&g->lock);
  return n;
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  open_gate(&f->gate);
  pool_free(f->pool);
  (void)pthread_cond_destroy(&f->gate.changed);
  (void)pthread_mutex_destroy(&f->gate.lock);
  return 0;
}

static bool is_readable(const struct pool *p)
{
  struct pollfd fd = {.fd = pool_fd(p), .events = POLLIN};
  return poll(&fd, 1, 0) == 1;
}

/* Waits as an event loop does. */
static struct pool_result take(struct pool *p)
{
  struct pollfd fd = {.fd = pool_fd(p), .events = POLLIN};
  struct pool_result r;
  while (pool_take(p, &r) == ERR_AGAIN)
    assert_int_equal(poll(&fd, 1, -1), 1);
  return r;
}

static void test_results_come_back(void **state)
{
  struct fixture *f = *state;
  struct pool_result r;
  assert_int_equal(pool_take(f->pool, &r), ERR_AGAIN);
  assert_false(is_readable(f->pool));
  assert_int_equal(pool_hash(f->pool, 11, span_str("eins")), 0);
  let_go(&f->gate, 1);
  r = take(f->pool);
  assert_int_equal(r.owner, 11);
  assert_int_equal(r.err, 0);
  assert_string_equal(r.hash, "eins");
  assert_false(r.stale);
  assert_int_equal(pool_take(f->pool, &r), ERR_AGAIN);
  assert_false(is_readable(f->pool));
}

static void test_verify(void **state)
{
  struct fixture *f = *state;
  open_gate(&f->gate);
  assert_int_equal(pool_verify(f->pool, 1, "x", span_str("x")), 0);
  struct pool_result r = take(f->pool);
  assert_int_equal(r.err, 0);
  assert_string_equal(r.hash, "");
  assert_int_equal(pool_verify(f->pool, 2, NULL, span_str("x")), 0);
  r = take(f->pool);
  assert_int_equal(r.owner, 2);
  assert_int_equal(r.err, ERR_AUTH);
  assert_false(r.stale);
}

static void test_stale_is_renewed(void **state)
{
  struct fixture *f = *state;
  f->gate.stale = true;
  open_gate(&f->gate);
  assert_int_equal(pool_verify(f->pool, 1, "x", span_str("x")), 0);
  struct pool_result r = take(f->pool);
  assert_int_equal(r.err, 0);
  assert_true(r.stale);
  assert_string_equal(r.hash, "x");
  assert_int_equal(pool_verify(f->pool, 1, "x", span_str("y")), 0);
  r = take(f->pool);
  assert_int_equal(r.err, ERR_AUTH);
  assert_false(r.stale); /* whoever does not know the password changes nothing */
  assert_string_equal(r.hash, "");
}

static void test_queue_is_bounded(void **state)
{
  struct fixture *f = *state;
  unsigned seen[LIMIT_PASSWORD_JOBS] = {0};
  for (uint64_t i = 0; i < LIMIT_PASSWORD_JOBS; i++)
    assert_int_equal(pool_hash(f->pool, i, span_str("x")), 0);
  assert_int_equal(pool_hash(f->pool, 99, span_str("x")), ERR_LIMIT);
  assert_int_equal(pool_verify(f->pool, 99, "x", span_str("x")), ERR_LIMIT);
  wait_entered(&f->gate, LIMIT_PASSWORD_THREADS);
  assert_int_equal(entered(&f->gate), LIMIT_PASSWORD_THREADS); /* both held: no third thread */
  open_gate(&f->gate);
  for (unsigned i = 0; i < LIMIT_PASSWORD_JOBS; i++)
    seen[take(f->pool).owner]++;
  for (unsigned i = 0; i < LIMIT_PASSWORD_JOBS; i++)
    assert_int_equal(seen[i], 1);
  assert_int_equal(pool_hash(f->pool, 99, span_str("x")), 0);
  assert_int_equal(take(f->pool).owner, 99);
}

static void test_password_too_long(void **state)
{
  struct fixture *f = *state;
  static const char text[LIMIT_PASSWORD_BYTES + 1];
  open_gate(&f->gate);
  assert_int_equal(pool_hash(f->pool, 1, span_of(text, LIMIT_PASSWORD_BYTES + 1)), ERR_RANGE);
  assert_int_equal(pool_hash(f->pool, 1, span_of(text, LIMIT_PASSWORD_BYTES)), 0);
  assert_int_equal(take(f->pool).err, 0);
}

/* Two run, two wait; one of each is cancelled. */
static void test_cancel(void **state)
{
  struct fixture *f = *state;
  struct pool_result r;
  for (uint64_t i = 1; i <= 2; i++)
    assert_int_equal(pool_hash(f->pool, i, span_str("x")), 0);
  wait_entered(&f->gate, 2);
  for (uint64_t i = 3; i <= 4; i++)
    assert_int_equal(pool_hash(f->pool, i, span_str("x")), 0);
  pool_cancel(f->pool, 1);
  pool_cancel(f->pool, 3);
  pool_cancel(f->pool, 77);
  open_gate(&f->gate);
  unsigned sum = (unsigned)take(f->pool).owner;
  sum += (unsigned)take(f->pool).owner;
  assert_int_equal(sum, 2 + 4);
  assert_int_equal(pool_take(f->pool, &r), ERR_AGAIN);
  assert_int_equal(entered(&f->gate), 3); /* the third was never begun */
}

static void test_cancel_what_is_done(void **state)
{
  struct fixture *f = *state;
  struct pool_result r;
  struct pollfd fd = {.fd = pool_fd(f->pool), .events = POLLIN};
  open_gate(&f->gate);
  assert_int_equal(pool_hash(f->pool, 5, span_str("x")), 0);
  assert_int_equal(poll(&fd, 1, -1), 1);
  pool_cancel(f->pool, 5);
  assert_int_equal(pool_take(f->pool, &r), ERR_AGAIN);
  assert_false(is_readable(f->pool));
}

/* Cancelled places are given back, also those that run: the queue can be filled again. */
static void test_cancel_gives_back(void **state)
{
  struct fixture *f = *state;
  for (int round = 0; round < 3; round++) {
    for (unsigned i = 0; i < LIMIT_PASSWORD_JOBS - LIMIT_PASSWORD_THREADS; i++)
      assert_int_equal(pool_hash(f->pool, 6, span_str("x")), 0);
    wait_entered(&f->gate, LIMIT_PASSWORD_THREADS); /* in the first round; then the two still run */
    pool_cancel(f->pool, 6);
  }
  open_gate(&f->gate);
  assert_int_equal(pool_hash(f->pool, 7, span_str("x")), 0);
  assert_int_equal(take(f->pool).owner, 7);
}

static void *open_later(void *arg)
{
  open_gate(arg);
  return NULL;
}

/* The end drops what waits and waits for what runs; leaks and late writes are the sanitizer's to see. */
static void test_end_with_work_left(void **state)
{
  struct fixture *f = *state;
  pthread_t thread;
  for (uint64_t i = 0; i < 10; i++)
    assert_int_equal(pool_hash(f->pool, i, span_str("x")), 0);
  wait_entered(&f->gate, LIMIT_PASSWORD_THREADS);
  assert_int_equal(pthread_create(&thread, NULL, open_later, &f->gate), 0);
  pool_free(f->pool);
  f->pool = NULL;
  assert_int_equal(pthread_join(thread, NULL), 0);
}

static void test_real_hashes(void **state)
{
  static const struct password_cost cheap = {.passes = 1, .memory_bytes = 8192}, dearer = {.passes = 2, .memory_bytes = 8192};
  struct passwords p, q;
  struct pool *pool;
  (void)state;
  assert_int_equal(passwords_init(&p, &cheap, &random_system), 0);
  assert_int_equal(passwords_init(&q, &dearer, &random_system), 0);
  struct pool_hasher hasher = pool_hasher_of(&q);
  char hash[PASSWORD_HASH_BYTES];
  assert_int_equal(password_hash(&p, span_str("otter kiesel"), hash), 0);
  assert_int_equal(pool_new(&pool, &hasher), 0);
  for (uint64_t i = 0; i < 40; i++)
    assert_int_equal(pool_verify(pool, i, i % 4 == 3 ? NULL : hash, span_str(i % 2 ? "otter kiesel" : "otter")), 0);
  for (int i = 0; i < 40; i++) {
    struct pool_result r = take(pool);
    bool right = r.owner % 4 == 1;
    assert_int_equal(r.err, right ? 0 : ERR_AUTH);
    assert_int_equal(r.stale, right);
    if (right)
      assert_int_equal(password_verify(&q, r.hash, span_str("otter kiesel")), 0);
  }
  pool_free(pool);
}

#define POOL_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    POOL_TEST(test_results_come_back), POOL_TEST(test_verify),
    POOL_TEST(test_stale_is_renewed),  POOL_TEST(test_queue_is_bounded),
    POOL_TEST(test_password_too_long), POOL_TEST(test_cancel),
    POOL_TEST(test_cancel_what_is_done), POOL_TEST(test_cancel_gives_back),
    POOL_TEST(test_end_with_work_left), cmocka_unit_test(test_real_hashes),
  };
  return RUN_TESTS("auth_pool", tests);
}
