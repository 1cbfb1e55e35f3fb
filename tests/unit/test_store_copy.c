/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, the key file, migrations, backup, restore and what the files hold. */
#include "store_testing.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/prctl.h>

#include "store/store_log.h"

static void edit(const char *file, const char *sql)
{
  sqlite3 *db;
  assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int version_of(const char *file)
{
  sqlite3 *db;
  sqlite3_stmt *stmt;
  assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &stmt, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
  int version = sqlite3_column_int(stmt, 0);
  assert_int_equal(sqlite3_finalize(stmt) | sqlite3_close(db), SQLITE_OK);
  return version;
}

static void close_store(struct place *p)
{
  store_close(p->st);
  p->st = NULL;
}

static unsigned mode_of(const char *path)
{
  struct stat s;
  assert_int_equal(stat(path, &s), 0);
  return s.st_mode & 0777;
}

static bool has_account(struct store *st, const char *email)
{
  struct account a;
  int err = store_account_by_email(st, email, &a);
  assert_true(err == 0 || err == ERR_NOT_FOUND);
  return err == 0;
}

/* --- opening --- */

static void test_files_are_private(void **state)
{
  struct place *p = *state;
  char path[PATH_SIZE + 16];
  assert_int_equal(mode_of(p->key), 0600);
  assert_int_equal(mode_of(p->data), 0700);
  assert_int_equal(mode_of(p->database), 0600);
  (void)snprintf(path, sizeof path, "%s-wal", p->database);
  assert_int_equal(mode_of(path), 0600);
  (void)snprintf(path, sizeof path, "%s.log-head", p->key);
  assert_int_equal(mode_of(path), 0600);
}

static void test_newer_database(void **state)
{
  struct place *p = *state;
  char back[64];
  (void)added_account(p->st, "ann@example.org");
  close_store(p);
  (void)snprintf(back, sizeof back, "PRAGMA user_version = %d", version_of(p->database));
  edit(p->database, "PRAGMA user_version = 1000");
  assert_int_equal(store_open(&p->st, p->data, p->key), ERR_UNSUPPORTED);
  assert_null(p->st);
  edit(p->database, back);
  p->st = opened(p);
  assert_true(has_account(p->st, "ann@example.org"));
}

static void test_who_has_it_open(void **state)
{
  struct place *p = *state;
  assert_true(store_is_open(p->data));
  close_store(p);
  assert_false(store_is_open(p->data));
  assert_false(store_is_open("/nonexistent"));
  p->st = opened(p); /* nothing of the question is left */
}

static void test_other_program(void **state)
{
  struct place *p = *state;
  close_store(p);
  edit(p->database, "PRAGMA application_id = 1");
  assert_int_equal(store_open(&p->st, p->data, p->key), ERR_UNSUPPORTED);
}

static void test_wrong_key(void **state)
{
  struct place *p = *state;
  char kept[PATH_SIZE + 8];
  static const uint8_t other[32] = {1, 2, 3};
  (void)snprintf(kept, sizeof kept, "%s.kept", p->key);
  close_store(p);
  assert_int_equal(rename(p->key, kept), 0);
  assert_int_equal(store_open(&p->st, p->data, p->key), ERR_AUTH); /* missing: never made for a database that has one */
  assert_int_equal(access(p->key, F_OK), -1);
  int fd = open(p->key, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  assert_int_equal(write(fd, other, sizeof other), sizeof other);
  (void)close(fd);
  assert_int_equal(store_open(&p->st, p->data, p->key), ERR_AUTH);
  assert_int_equal(truncate(p->key, 31), 0);
  assert_int_equal(store_open(&p->st, p->data, p->key), ERR_AUTH);
  assert_int_equal(rename(kept, p->key), 0);
  assert_int_equal(chmod(p->key, 0640), 0);
  assert_int_equal(store_open(&p->st, p->data, p->key), ERR_AUTH);
  assert_int_equal(chmod(p->key, 0600), 0);
  p->st = opened(p);
}

static void test_not_a_database(void **state)
{
  struct place *p = *state;
  close_store(p);
  int fd = open(p->database, O_WRONLY | O_TRUNC | O_CLOEXEC);
  for (int i = 0; i < 100; i++)
    assert_int_equal(write(fd, "These bytes are not a database.\n", 32), 32);
  (void)close(fd);
  assert_int_equal(store_open(&p->st, p->data, p->key), ERR_IO);
}

static void test_check(void **state)
{
  struct place *p = *state;
  char problem[256];
  assert_int_equal(store_check(p->st, problem), 0);
  edit(p->database, "PRAGMA foreign_keys = OFF; INSERT INTO recovery VALUES (zeroblob(16), x'01')");
  assert_int_equal(store_check(p->st, problem), ERR_IO);
  assert_non_null(strstr(problem, "recovery"));
}

/* --- secrets --- */

static bool file_holds(const char *path, const void *bytes, size_t n)
{
  struct stat s;
  assert_int_equal(stat(path, &s), 0);
  char *content = malloc((size_t)s.st_size + 1);
  FILE *f = fopen(path, "re");
  size_t got = fread(content, 1, (size_t)s.st_size, f);
  (void)fclose(f);
  bool holds = memmem(content, got, bytes, n) != NULL;
  free(content);
  return holds;
}

static void expect_nowhere(const struct place *p, const void *bytes, size_t n)
{
  char wal[PATH_SIZE + 8];
  (void)snprintf(wal, sizeof wal, "%s-wal", p->database);
  assert_false(file_holds(p->database, bytes, n));
  assert_false(file_holds(wal, bytes, n));
  assert_false(file_holds(p->backup, bytes, n));
}

static void test_no_secret_in_the_files(void **state)
{
  struct place *p = *state;
  struct account a = an_account("ann@example.org"), found;
  struct webhook w = {.name = "shop", .created_s = NOW}, hook;
  struct idempotent i = {.token = "t", .status = 201, .body = "{\"key\":\"shown once and never again\"}"};
  memcpy(a.totp, "totp secret of ann !", sizeof a.totp);
  a.has_totp = true;
  memcpy(w.secret, "the secret of the shop's webhook", sizeof w.secret);
  i.key.b[0] = 1;
  assert_int_equal(store_account_add(p->st, &a), 0);
  assert_int_equal(store_webhook_add(p->st, &w), 0);
  assert_int_equal(store_idempotent_add(p->st, &i, NOW), 0);
  assert_int_equal(store_backup(p->st, p->backup), 0);
  assert_true(file_holds(p->backup, a.email, strlen(a.email))); /* the search does find what is there */
  expect_nowhere(p, a.totp, sizeof a.totp);
  expect_nowhere(p, w.secret, sizeof w.secret);
  expect_nowhere(p, i.body, strlen(i.body));
  reopen(p);
  assert_int_equal(store_account_get(p->st, &a.id, &found), 0);
  assert_true(found.has_totp);
  assert_memory_equal(found.totp, a.totp, sizeof a.totp);
  assert_int_equal(store_webhook_get(p->st, &w.id, &hook), 0);
  assert_memory_equal(hook.secret, w.secret, sizeof w.secret);
}

/* A sealed secret belongs to its row: whoever writes the database cannot give it to another account. */
static void test_sealed_secret_moved(void **state)
{
  struct place *p = *state;
  struct account a = an_account("ann@example.org"), b = an_account("bob@example.org"), found;
  a.has_totp = b.has_totp = true;
  assert_int_equal(store_account_add(p->st, &a), 0);
  assert_int_equal(store_account_add(p->st, &b), 0);
  edit(p->database, "UPDATE account SET totp = (SELECT totp FROM account WHERE email = 'bob@example.org')");
  assert_int_equal(store_account_get(p->st, &b.id, &found), 0);
  assert_int_equal(store_account_get(p->st, &a.id, &found), ERR_AUTH);
}

/* --- backup and restore --- */

static _Noreturn void write_for_ever(const struct place *p, int ready)
{
  struct store *st;
  char email[32];
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (store_open(&st, p->data, p->key) != 0)
    _exit(1);
  for (unsigned n = 0;; n++) {
    (void)snprintf(email, sizeof email, "w%u@example.org", n);
    struct account a = an_account(email);
    if (store_account_add(st, &a) != 0)
      _exit(2);
    if (n == 20 && write(ready, "", 1) != 1)
      _exit(3);
  }
}

static void test_backup_while_writing(void **state)
{
  struct place *p = *state;
  int ready[2], status;
  char byte;
  size_t accounts, later, administrators;
  close_store(p);
  assert_int_equal(pipe(ready), 0);
  pid_t pid = fork();
  if (pid == 0)
    write_for_ever(p, ready[1]);
  (void)close(ready[1]);
  assert_int_equal(read(ready[0], &byte, 1), 1);
  (void)close(ready[0]);
  p->st = opened(p);
  uint64_t foreign = store_foreign_changes(p->st);
  assert_int_equal(store_backup(p->st, p->backup), 0);
  while (store_foreign_changes(p->st) == foreign)
    ; /* the other process goes on writing */
  assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
  assert_int_equal(kill(pid, SIGKILL), 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(store_account_count(p->st, &later, &administrators), 0);
  close_store(p);
  assert_int_equal(store_restore(p->data, p->key, p->backup), 0);
  p->st = opened(p);
  assert_int_equal(store_account_count(p->st, &accounts, &administrators), 0);
  assert_in_range(accounts, 21, later);
  assert_true(has_account(p->st, "w20@example.org"));
}

static void test_backup_refused(void **state)
{
  struct place *p = *state;
  assert_int_equal(store_begin(p->st), 0);
  assert_int_equal(store_backup(p->st, p->backup), ERR_STATE);
  store_rollback(p->st);
  assert_int_equal(store_backup(p->st, p->backup), 0);
  assert_int_equal(mode_of(p->backup), 0600);
  assert_int_equal(store_backup(p->st, p->backup), ERR_STATE);
}

static void open_kept(const struct place *p, struct store **st)
{
  char from[PATH_SIZE + 32], to[PATH_SIZE], data[PATH_SIZE];
  (void)snprintf(from, sizeof from, "%s.before-restore", p->database);
  (void)snprintf(data, sizeof data, "%s", p->top); /* as a folder of its own */
  (void)snprintf(to, sizeof to, "%s/testudo.db", p->top);
  assert_int_equal(rename(from, to), 0);
  assert_int_equal(store_open(st, data, p->key), 0);
}

static void test_restore(void **state)
{
  struct place *p = *state;
  struct log_event e = {.time_s = NOW, .kind = "sign_in"};
  uint64_t entries, broken_at;
  char problem[256];
  struct store *kept;
  (void)added_account(p->st, "before@example.org");
  assert_int_equal(store_log_add(p->st, &e), 0);
  assert_int_equal(store_backup(p->st, p->backup), 0);
  (void)added_account(p->st, "after@example.org");
  assert_int_equal(store_log_add(p->st, &e), 0);
  assert_int_equal(store_restore(p->data, p->key, p->backup), ERR_STATE); /* it is open */
  close_store(p);
  assert_int_equal(store_restore(p->data, p->key, p->backup), 0);
  p->st = opened(p);
  assert_true(has_account(p->st, "before@example.org"));
  assert_false(has_account(p->st, "after@example.org"));
  assert_int_equal(store_log_verify(p->st, &entries, &broken_at, problem), 0);
  assert_int_equal(entries, 1);
  open_kept(p, &kept);
  assert_true(has_account(kept, "after@example.org"));
  store_close(kept);
}

/* The server was killed: what it had committed is in the journal alone, and must come to the kept database. */
static void test_restore_keeps_what_was_in_the_journal(void **state)
{
  struct place *p = *state;
  struct store *kept;
  int status;
  assert_int_equal(store_backup(p->st, p->backup), 0);
  close_store(p);
  pid_t pid = fork();
  if (pid == 0) {
    struct store *st = opened(p);
    (void)added_account(st, "journal@example.org");
    _exit(0); /* without closing */
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
  assert_int_equal(store_restore(p->data, p->key, p->backup), 0);
  p->st = opened(p);
  assert_false(has_account(p->st, "journal@example.org"));
  open_kept(p, &kept);
  assert_true(has_account(kept, "journal@example.org"));
  store_close(kept);
}

static void expect_refused(struct place *p, int err)
{
  assert_int_equal(store_restore(p->data, p->key, p->backup), err);
  p->st = opened(p);
  assert_true(has_account(p->st, "ann@example.org"));
  close_store(p);
}

static void test_restore_refused(void **state)
{
  struct place *p = *state;
  assert_int_equal(store_backup(p->st, p->backup), 0);
  (void)added_account(p->st, "ann@example.org");
  close_store(p);
  edit(p->backup, "PRAGMA user_version = 1000");
  expect_refused(p, ERR_UNSUPPORTED);
  edit(p->backup, "PRAGMA user_version = 1; UPDATE owner_check SET mark = zeroblob(32)");
  expect_refused(p, ERR_AUTH);
  assert_int_equal(truncate(p->backup, 4096 * 3), 0);
  expect_refused(p, ERR_IO);
  assert_int_equal(truncate(p->backup, 0), 0);
  expect_refused(p, ERR_UNSUPPORTED);
  assert_int_equal(unlink(p->backup), 0);
  expect_refused(p, ERR_IO);
}

/* On another machine: there is the key file, its head, and no database. */
static void test_restore_without_a_database(void **state)
{
  struct place *p = *state;
  (void)added_account(p->st, "ann@example.org");
  assert_int_equal(store_backup(p->st, p->backup), 0);
  close_store(p);
  empty_folder(p->data);
  assert_int_equal(store_restore(p->data, p->key, p->backup), 0);
  p->st = opened(p);
  assert_true(has_account(p->st, "ann@example.org"));
}

/* The database is beyond repair: it is kept all the same, and the backup takes its place. */
static void test_restore_over_a_broken_database(void **state)
{
  struct place *p = *state;
  char kept[PATH_SIZE + 32];
  (void)snprintf(kept, sizeof kept, "%s.before-restore", p->database);
  (void)added_account(p->st, "ann@example.org");
  assert_int_equal(store_backup(p->st, p->backup), 0);
  close_store(p);
  assert_int_equal(truncate(p->database, 5000), 0);
  assert_int_equal(store_restore(p->data, p->key, p->backup), 0);
  p->st = opened(p);
  assert_true(has_account(p->st, "ann@example.org"));
  assert_int_equal(access(kept, F_OK), 0);
}

/* --- a restore that dies at any of its steps --- */

/* Counts down with each call that changes a name or waits for the disk; at 0 the process is killed before the call. */
static int steps_left = -1;

static void step(void)
{
  if (steps_left >= 0 && steps_left-- == 0)
    (void)raise(SIGKILL);
}

int __real_rename(const char *from, const char *to);
int __real_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_fsync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_fsync(int fd);

int __wrap_rename(const char *from, const char *to)
{
  step();
  return __real_rename(from, to);
}

int __wrap_link(const char *from, const char *to)
{
  step();
  return __real_link(from, to);
}

int __wrap_unlink(const char *path)
{
  step();
  return __real_unlink(path);
}

int __wrap_fsync(int fd)
{
  step();
  return __real_fsync(fd);
}

/* True if the restore has come to its end. */
static bool restored_in(const struct place *p, int steps)
{
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    steps_left = steps;
    _exit(store_restore(p->data, p->key, p->backup) == 0 ? 0 : 1);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  return status == 0;
}

/* The one or the other is in place, whole; and the old one is not lost. */
static bool look_after_restore(struct place *p)
{
  struct store *kept;
  assert_int_equal(access(p->database, F_OK), 0);
  p->st = opened(p);
  bool is_new = !has_account(p->st, "old@example.org");
  assert_true(has_account(p->st, "both@example.org"));
  if (is_new) {
    open_kept(p, &kept);
    assert_true(has_account(kept, "old@example.org"));
    store_close(kept);
    (void)added_account(p->st, "old@example.org");
  }
  close_store(p);
  return is_new;
}

static void test_restore_killed_at_each_step(void **state)
{
  struct place *p = *state;
  int steps = 0, done = 0;
  (void)added_account(p->st, "both@example.org");
  assert_int_equal(store_backup(p->st, p->backup), 0);
  (void)added_account(p->st, "old@example.org");
  close_store(p);
  for (bool ended = false; !ended; steps++) {
    ended = restored_in(p, steps);
    bool is_new = look_after_restore(p);
    assert_true(is_new || !ended);
    done += is_new;
  }
  assert_true(steps > 8 && done > 1); /* it was killed before and after the change */
}

/* Somebody looks into the database with another program, so that its journal cannot be brought in: the journal is kept with
 * it, and is not taken for the new database's. */
static void test_restore_beside_a_reader(void **state)
{
  struct place *p = *state;
  char journal[PATH_SIZE + 32];
  sqlite3 *db;
  (void)snprintf(journal, sizeof journal, "%s.before-restore-wal", p->database);
  (void)added_account(p->st, "both@example.org");
  assert_int_equal(store_backup(p->st, p->backup), 0);
  assert_int_equal(sqlite3_open(p->database, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM account", NULL, NULL, NULL), SQLITE_OK);
  (void)added_account(p->st, "old@example.org");
  close_store(p);
  assert_int_equal(store_restore(p->data, p->key, p->backup), 0);
  p->st = opened(p);
  assert_true(has_account(p->st, "both@example.org"));
  assert_false(has_account(p->st, "old@example.org"));
  assert_true(file_holds(journal, "old@example.org", 15));
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_files_are_private), TEST(test_newer_database), TEST(test_who_has_it_open), TEST(test_other_program), TEST(test_wrong_key),
    TEST(test_not_a_database), TEST(test_check), TEST(test_no_secret_in_the_files), TEST(test_sealed_secret_moved),
    TEST(test_backup_while_writing), TEST(test_backup_refused), TEST(test_restore),
    TEST(test_restore_keeps_what_was_in_the_journal), TEST(test_restore_refused), TEST(test_restore_without_a_database),
    TEST(test_restore_over_a_broken_database), TEST(test_restore_killed_at_each_step),
    TEST(test_restore_beside_a_reader),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
