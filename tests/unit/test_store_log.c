/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log of security events (B10): whoever edits the database is found. The editing is done with SQLite itself, past the
 * store. */
#include "store_testing.h"

#include <sqlite3.h>

#include "store/store_log.h"

static void add(struct store *st, const char *kind, const char *detail)
{
  struct log_event e = {.time_s = NOW, .actor = "cli", .subject = "ann@example.org"};
  (void)snprintf(e.kind, sizeof e.kind, "%s", kind);
  (void)snprintf(e.detail, sizeof e.detail, "%s", detail);
  assert_int_equal(store_log_add(st, &e), 0);
}

static void add_ten(struct store *st)
{
  char detail[16];
  for (int i = 1; i <= 10; i++) {
    (void)snprintf(detail, sizeof detail, "event %d", i);
    add(st, i % 2 == 0 ? "sign_in" : "sign_in_failed", detail);
  }
}

static void edit(const struct place *p, const char *sql)
{
  sqlite3 *db;
  assert_int_equal(sqlite3_open(p->database, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  assert_true(sqlite3_total_changes(db) > 0);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void expect_broken(struct store *st, uint64_t at, const char *words)
{
  uint64_t entries, broken_at;
  char problem[256];
  assert_int_equal(store_log_verify(st, &entries, &broken_at, problem), ERR_AUTH);
  assert_int_equal(broken_at, at);
  assert_non_null(strstr(problem, words));
}

static void expect_whole(struct store *st, uint64_t number)
{
  uint64_t entries, broken_at;
  char problem[256];
  assert_int_equal(store_log_verify(st, &entries, &broken_at, problem), 0);
  assert_int_equal(entries, number);
}

static void test_whole(void **state)
{
  struct place *p = *state;
  struct log_event list[8];
  size_t n;
  expect_whole(p->st, 0);
  add_ten(p->st);
  expect_whole(p->st, 10);
  reopen(p);
  add(p->st, "sign_in", "");
  expect_whole(p->st, 11);
  assert_int_equal(store_log_list(p->st, "", first_page, list, &n), 0);
  assert_int_equal(n, 8);
  assert_int_equal(list[0].number, 11);
  assert_string_equal(list[1].detail, "event 10");
  assert_int_equal(store_log_list(p->st, "sign_in_failed", first_page, list, &n), 0);
  assert_int_equal(n, 5);
  assert_int_equal(list[4].number, 1);
}

static void test_within_a_change(void **state)
{
  struct place *p = *state;
  assert_int_equal(store_begin(p->st), 0);
  add(p->st, "sign_in", "kept");
  add(p->st, "sign_in", "kept");
  assert_int_equal(store_commit(p->st), 0);
  assert_int_equal(store_begin(p->st), 0);
  add(p->st, "sign_in", "taken back");
  store_rollback(p->st);
  expect_whole(p->st, 2);
}

static void test_too_long(void **state)
{
  struct place *p = *state;
  struct log_event e = {.time_s = NOW};
  memset(e.detail, 'x', sizeof e.detail);
  assert_int_equal(store_log_add(p->st, &e), ERR_RANGE);
  expect_whole(p->st, 0);
}

static void test_edited(void **state)
{
  static const char *const edits[] = {
    "UPDATE log SET detail = 'nothing' WHERE number = 4", "UPDATE log SET time_s = time_s + 1 WHERE number = 4",
    "UPDATE log SET actor = 'server' WHERE number = 4", "UPDATE log SET mac = zeroblob(32) WHERE number = 4",
    "UPDATE log SET mac = x'' WHERE number = 4", "DELETE FROM log WHERE number = 4",
    "UPDATE log SET kind = '', actor = kind || actor WHERE number = 4",
    "UPDATE log SET detail = hex(zeroblob(1000)) WHERE number = 4",
    "DELETE FROM log WHERE number = 4; UPDATE log SET number = number - 1 WHERE number > 4",
    "UPDATE log SET (detail, mac) = (SELECT detail, mac FROM log WHERE number = 5) WHERE number = 4",
  };
  struct place *p = *state;
  add_ten(p->st);
  for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
    edit(p, "CREATE TABLE kept AS SELECT * FROM log; UPDATE kept SET mac = mac");
    edit(p, edits[i]);
    expect_broken(p->st, 4, "entry 4");
    edit(p, "DELETE FROM log; INSERT INTO log SELECT * FROM kept; DROP TABLE kept");
    expect_whole(p->st, 10);
  }
}

static void test_first_entry_removed(void **state)
{
  struct place *p = *state;
  add_ten(p->st);
  edit(p, "DELETE FROM log WHERE number = 1");
  expect_broken(p->st, 1, "entry 1");
}

static void test_cut(void **state)
{
  struct place *p = *state;
  add_ten(p->st);
  edit(p, "DELETE FROM log WHERE number > 8");
  expect_broken(p->st, 9, "10 were written");
  reopen(p); /* a start does not make it good */
  expect_broken(p->st, 9, "10 were written");
  for (int i = 0; i < 5; i++) /* nor do new entries over the gap */
    add(p->st, "sign_in", "after the cut");
  expect_broken(p->st, 10, "entry 10");
  reopen(p);
  expect_broken(p->st, 10, "entry 10");
}

static void test_all_removed(void **state)
{
  struct place *p = *state;
  add_ten(p->st);
  edit(p, "DELETE FROM log");
  expect_broken(p->st, 1, "10 were written");
}

static void test_database_replaced_by_an_empty_one(void **state)
{
  struct place *p = *state;
  add_ten(p->st);
  store_close(p->st);
  empty_folder(p->data);
  p->st = opened(p);
  expect_broken(p->st, 1, "10 were written");
}

static void test_head_removed(void **state)
{
  struct place *p = *state;
  char head[PATH_SIZE + 16];
  (void)snprintf(head, sizeof head, "%s.log-head", p->key);
  add_ten(p->st);
  assert_int_equal(unlink(head), 0);
  add(p->st, "sign_in", "");
  expect_broken(p->st, 12, "head");
}

/* The process died after the commit and before the head: the head is brought up at the next start. */
static void test_head_behind(void **state)
{
  struct place *p = *state;
  char head[PATH_SIZE + 16], kept[PATH_SIZE + 32];
  (void)snprintf(head, sizeof head, "%s.log-head", p->key);
  (void)snprintf(kept, sizeof kept, "%s.kept", head);
  assert_int_equal(rename(head, kept), 0); /* the head of no entry; the five are written without one */
  for (int i = 0; i < 5; i++)
    add(p->st, "sign_in", "");
  assert_int_equal(rename(kept, head), 0);
  expect_whole(p->st, 5);
  reopen(p);
  edit(p, "DELETE FROM log WHERE number = 5");
  expect_broken(p->st, 5, "5 were written");
}

static void write_head(const struct place *p, off_t at, const uint8_t bytes[256])
{
  char head[PATH_SIZE + 16];
  (void)snprintf(head, sizeof head, "%s.log-head", p->key);
  int fd = open(head, O_WRONLY | O_CLOEXEC);
  assert_int_equal(pwrite(fd, bytes, 256, at), 256);
  (void)close(fd);
}

/* The power ended a write of the head in the middle: what was written before it still counts. */
static void test_head_half_written(void **state)
{
  struct place *p = *state;
  static const uint8_t nonsense[256] = {1};
  add_ten(p->st);
  for (int i = 0; i < 2; i++) {
    write_head(p, i * 4096, nonsense);
    expect_whole(p->st, (uint64_t)(10 + i));
    add(p->st, "sign_in", "mends it");
  }
  write_head(p, 0, nonsense);
  write_head(p, 4096, nonsense);
  expect_broken(p->st, 13, "head");
}

/* The first start ended after the key file was made and before anything else was. */
static void test_key_file_alone(void **state)
{
  struct place *p = *state;
  char head[PATH_SIZE + 16];
  (void)snprintf(head, sizeof head, "%s.log-head", p->key);
  store_close(p->st);
  empty_folder(p->data);
  assert_int_equal(unlink(head), 0);
  p->st = opened(p);
  add(p->st, "sign_in", "");
  expect_whole(p->st, 1);
}

static void test_two_writers(void **state)
{
  struct place *p = *state;
  struct store *other = opened(p);
  for (int i = 0; i < 5; i++) {
    add(p->st, "sign_in", "one");
    add(other, "sign_in", "other");
  }
  expect_whole(p->st, 10);
  store_close(other);
  edit(p, "DELETE FROM log WHERE number = 10");
  expect_broken(p->st, 10, "10 were written");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_whole), TEST(test_within_a_change), TEST(test_too_long), TEST(test_edited), TEST(test_first_entry_removed),
    TEST(test_cut), TEST(test_all_removed), TEST(test_database_replaced_by_an_empty_one), TEST(test_head_removed),
    TEST(test_head_behind), TEST(test_head_half_written), TEST(test_key_file_alone),
    TEST(test_two_writers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
