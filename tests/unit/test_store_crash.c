/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that is killed at any instant loses no change that it has acknowledged, and leaves a whole database. */
#include "store_testing.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include <time.h>

#include "store/store_log.h"

#define KILLS 30
#define MOST_ACKS 12

static uint32_t next_random(uint64_t *seed)
{
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(*seed >> 33);
}

/* The n-th change: an account with a recovery code and an entry of the log, in one. */
static int change(struct store *st, uint32_t n)
{
  char email[32];
  uint8_t hash[1][32] = {{1}};
  (void)snprintf(email, sizeof email, "p%u@example.org", n);
  struct account a = an_account(email);
  struct log_event e = {.time_s = NOW, .kind = "account_added", .actor = "cli"};
  (void)snprintf(e.subject, sizeof e.subject, "%s", email);
  int err = store_begin(st);
  if (err == 0)
    err = store_account_add(st, &a);
  if (err == 0)
    err = store_recovery_set(st, &a.id, (const uint8_t(*)[32])hash, 1);
  if (err == 0)
    err = store_log_add(st, &e);
  return err == 0 ? store_commit(st) : err;
}

static _Noreturn void work(const struct place *p, int acks, uint32_t from)
{
  struct store *st;
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (store_open(&st, p->data, p->key) != 0)
    _exit(1);
  for (uint32_t n = from;; n++)
    if (change(st, n) != 0 || write(acks, &n, sizeof n) != sizeof n)
      _exit(2);
}

/* Lets a child work and kills it; returns the number of changes that were acknowledged, of all children so far. */
static uint32_t killed_run(const struct place *p, uint32_t from, uint64_t *seed)
{
  int acks[2], status;
  uint32_t n, done = from;
  assert_int_equal(pipe(acks), 0);
  pid_t pid = fork();
  if (pid == 0) {
    (void)close(acks[0]);
    work(p, acks[1], from);
  }
  (void)close(acks[1]);
  for (uint32_t want = next_random(seed) % MOST_ACKS; want > 0 && read(acks[0], &n, sizeof n) == sizeof n; want--)
    done = n + 1;
  struct timespec instant = {.tv_nsec = (long)(next_random(seed) % 4000000)}; /* within the next change */
  (void)nanosleep(&instant, NULL);
  assert_int_equal(kill(pid, SIGKILL), 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status)); /* it has not ended by an error of its own */
  while (read(acks[0], &n, sizeof n) == sizeof n) /* acknowledged, and not yet read */
    done = n + 1;
  (void)close(acks[0]);
  return done;
}

/* All that was acknowledged, and at most one change more; each whole. Returns where the next child begins. */
static uint32_t look(const struct place *p, uint32_t acknowledged)
{
  struct store *st = opened(p);
  struct account a;
  char email[32], problem[256];
  size_t codes, accounts, administrators;
  uint64_t entries, broken_at;
  assert_int_equal(store_account_count(st, &accounts, &administrators), 0);
  assert_in_range(accounts, acknowledged, acknowledged + 1);
  for (uint32_t n = 0; n < accounts; n++) {
    (void)snprintf(email, sizeof email, "p%u@example.org", n);
    assert_int_equal(store_account_by_email(st, email, &a), 0);
    assert_int_equal(store_recovery_left(st, &a.id, &codes), 0);
    assert_int_equal(codes, 1);
  }
  assert_int_equal(store_log_verify(st, &entries, &broken_at, problem), 0);
  assert_int_equal(entries, accounts);
  assert_int_equal(store_check(st, problem), 0);
  store_close(st);
  return (uint32_t)accounts;
}

static void test_killed_at_any_instant(void **state)
{
  struct place *p = *state;
  uint64_t seed = 20261123;
  uint32_t begun = 0;
  store_close(p->st);
  p->st = NULL;
  for (int i = 0; i < KILLS; i++)
    begun = look(p, killed_run(p, begun, &seed));
  assert_true(begun > KILLS); /* something was done in between */
}

/* Killed in the very first start, over and over: the next one finds its way. */
static void test_killed_at_the_first_start(void **state)
{
  struct place *p = *state;
  uint64_t seed = 7;
  store_close(p->st);
  p->st = NULL;
  for (int i = 0; i < KILLS / 3; i++) {
    empty_folder(p->data);
    empty_folder(p->top);
    uint32_t done = killed_run(p, 0, &seed);
    (void)look(p, done);
  }
}

/* --- killed in the middle of each write of the database --- */

static int writes_left = -1;

static ssize_t write_or_die(int fd, const void *bytes, size_t n, off_t at)
{
  bool last = writes_left >= 0 && writes_left-- == 0;
  ssize_t written = pwrite(fd, bytes, last ? n / 2 : n, at);
  if (last)
    (void)raise(SIGKILL);
  return written;
}

static void count_writes(int left)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
  sqlite3_syscall_ptr call = (sqlite3_syscall_ptr)write_or_die;
  int set = 0; /* which one SQLite uses depends on how it was built */
  set += vfs->xSetSystemCall(vfs, "pwrite", call) == SQLITE_OK;
  set += vfs->xSetSystemCall(vfs, "pwrite64", call) == SQLITE_OK;
  if (set == 0)
    _exit(3);
  writes_left = left;
}

/* One change, and the closing after it, which writes the journal back. True if the child came to its end. */
static bool dies_at(const struct place *p, uint32_t n, int writes, bool *acknowledged)
{
  int acks[2], status;
  char byte;
  assert_int_equal(pipe(acks), 0);
  pid_t pid = fork();
  if (pid == 0) {
    struct store *st;
    count_writes(writes);
    if (store_open(&st, p->data, p->key) != 0 || change(st, n) != 0 || write(acks[1], "", 1) != 1)
      _exit(1);
    store_close(st);
    _exit(0);
  }
  (void)close(acks[1]);
  *acknowledged = read(acks[0], &byte, 1) == 1;
  (void)close(acks[0]);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  return status == 0;
}

static void test_killed_in_each_write(void **state)
{
  struct place *p = *state;
  uint32_t done = 0;
  int writes = 0, before = 0;
  bool acknowledged;
  store_close(p->st);
  p->st = NULL;
  for (bool ended = false; !ended; writes++) {
    ended = dies_at(p, done, writes, &acknowledged);
    before += !acknowledged;
    done = look(p, done + acknowledged);
  }
  assert_true(before > 1 && writes - before > 1); /* it died before and after the acknowledgement */
}

static void test_killed_in_each_write_of_the_first_start(void **state)
{
  struct place *p = *state;
  bool ended = false, acknowledged;
  store_close(p->st);
  p->st = NULL;
  for (int writes = 0; !ended; writes += 7) { /* there are hundreds, each with a wait for the disk */
    empty_folder(p->data);
    empty_folder(p->top);
    ended = dies_at(p, 0, writes, &acknowledged);
    (void)look(p, acknowledged);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_killed_at_any_instant, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_killed_at_the_first_start, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_killed_in_each_write, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_killed_in_each_write_of_the_first_start, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
