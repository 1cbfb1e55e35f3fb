/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time links, settings, the server's own secrets, counts; and the step from the first version of the tables. */
#include "store_testing.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/prctl.h>

#include "store/store_links.h"
#include "store/store_settings.h"

static void edit(const char *file, const char *sql)
{
  sqlite3 *db;
  assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* --- links --- */

static struct sign_in_link a_link(const struct uid *account, uint8_t token, enum link_purpose purpose)
{
  struct sign_in_link l = {.account = *account, .purpose = purpose, .until_s = NOW + 100};
  memset(l.hash, token, sizeof l.hash);
  return l;
}

static void test_link_works_once(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct sign_in_link l = a_link(&a.id, 1, LINK_RECOVER), found;
  const uint8_t unknown[32] = {7};
  assert_int_equal(store_link_add(p->st, &l), 0);
  assert_int_equal(store_link_add(p->st, &l), ERR_STATE);
  reopen(p);
  assert_int_equal(store_link_use(p->st, unknown, LINK_RECOVER, NOW, &found), ERR_NOT_FOUND);
  assert_int_equal(store_link_use(p->st, l.hash, LINK_INVITE, NOW, &found), ERR_NOT_FOUND);
  assert_int_equal(store_link_use(p->st, l.hash, LINK_RECOVER, NOW + 100, &found), ERR_NOT_FOUND);
  assert_int_equal(store_link_use(p->st, l.hash, LINK_RECOVER, 0, &found), ERR_RANGE);
  assert_int_equal(store_link_find(p->st, l.hash, NOW + 100, &found), ERR_NOT_FOUND);
  assert_int_equal(store_link_find(p->st, l.hash, NOW + 99, &found), 0);
  assert_int_equal(store_link_use(p->st, l.hash, LINK_RECOVER, NOW + 99, &found), 0);
  assert_true(uid_equal(&found.account, &a.id));
  assert_memory_equal(found.hash, l.hash, 32);
  assert_int_equal(found.purpose, LINK_RECOVER);
  assert_int_equal(found.until_s, l.until_s);
  assert_int_equal(found.used_s, NOW + 99);
  assert_int_equal(store_link_use(p->st, l.hash, LINK_RECOVER, NOW + 99, &found), ERR_NOT_FOUND);
  assert_int_equal(store_link_find(p->st, l.hash, NOW, &found), ERR_NOT_FOUND);
}

static void test_links_of_an_account(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org"), b = added_account(p->st, "bob@example.org");
  struct sign_in_link l, found;
  for (uint8_t i = 0; i < LIMIT_ACCOUNT_LINKS; i++) {
    l = a_link(&a.id, (uint8_t)(i + 1), LINK_INVITE);
    l.until_s = NOW + 1 + i;
    assert_int_equal(store_link_add(p->st, &l), 0);
  }
  struct sign_in_link more = a_link(&a.id, 99, LINK_INVITE), other = a_link(&b.id, 100, LINK_INVITE);
  struct sign_in_link nobody = a_link(&(struct uid){.b = {1}}, 101, LINK_INVITE);
  assert_int_equal(store_link_add(p->st, &more), ERR_LIMIT);
  assert_int_equal(store_link_add(p->st, &other), 0);
  assert_int_equal(store_link_add(p->st, &nobody), ERR_NOT_FOUND);
  assert_int_equal(store_tidy(p->st, NOW + 1), 0); /* one has expired */
  assert_int_equal(store_link_add(p->st, &more), 0);
  assert_int_equal(store_link_remove_all(p->st, &a.id), 0);
  assert_int_equal(store_link_use(p->st, l.hash, LINK_INVITE, NOW, &found), ERR_NOT_FOUND);
  assert_int_equal(store_link_use(p->st, more.hash, LINK_INVITE, NOW, &found), ERR_NOT_FOUND);
  assert_int_equal(store_account_remove(p->st, &b.id, NOW), 0);
  assert_int_equal(store_link_use(p->st, other.hash, LINK_INVITE, NOW, &found), ERR_NOT_FOUND);
}

#define RACERS 4
#define RACES 20

static _Noreturn void race(const struct place *p, int go, int won)
{
  struct store *st;
  struct sign_in_link found;
  char byte;
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (store_open(&st, p->data, p->key) != 0 || write(won, "r", 1) != 1)
    _exit(1);
  for (uint8_t i = 0; i < RACES; i++) {
    uint8_t hash[32];
    memset(hash, i + 1, sizeof hash);
    if (read(go, &byte, 1) != 1)
      _exit(2);
    int err = store_link_use(st, hash, LINK_INVITE, NOW, &found);
    if (write(won, err == 0 ? "1" : err == ERR_NOT_FOUND ? "0" : "?", 1) != 1)
      _exit(3);
  }
  store_close(st);
  _exit(0);
}

/* Several processes use each link at the same time: one of them has it. */
static void test_link_race(void **state)
{
  struct place *p = *state;
  int go[RACERS][2], won[2], status;
  pid_t pid[RACERS];
  char said;
  for (uint8_t i = 0; i < RACES; i++) {
    char email[32];
    (void)snprintf(email, sizeof email, "p%u@example.org", i);
    struct account a = added_account(p->st, email);
    struct sign_in_link l = a_link(&a.id, (uint8_t)(i + 1), LINK_INVITE);
    assert_int_equal(store_link_add(p->st, &l), 0);
  }
  store_close(p->st);
  p->st = NULL;
  assert_int_equal(pipe(won), 0);
  for (int k = 0; k < RACERS; k++) {
    assert_int_equal(pipe(go[k]), 0);
    pid[k] = fork();
    if (pid[k] == 0)
      race(p, go[k][0], won[1]);
    assert_int_equal(read(won[0], &said, 1), 1);
  }
  for (int i = 0; i < RACES; i++) {
    int winners = 0;
    for (int k = 0; k < RACERS; k++)
      assert_int_equal(write(go[k][1], "", 1), 1);
    for (int k = 0; k < RACERS; k++) {
      assert_int_equal(read(won[0], &said, 1), 1);
      assert_int_not_equal(said, '?');
      winners += said == '1';
    }
    assert_int_equal(winners, 1);
  }
  for (int k = 0; k < RACERS; k++) {
    assert_int_equal(waitpid(pid[k], &status, 0), pid[k]);
    assert_int_equal(status, 0);
    (void)(close(go[k][0]) | close(go[k][1]));
  }
  (void)(close(won[0]) | close(won[1]));
}

/* --- settings and secrets --- */

static void test_settings(void **state)
{
  struct place *p = *state;
  char text[SETTING_BYTES], large[SETTING_BYTES + 1];
  assert_int_equal(store_setting_get(p->st, SETTING_SIGN_UP, text), ERR_NOT_FOUND);
  assert_string_equal(text, "");
  assert_int_equal(store_setting_set(p->st, SETTING_SIGN_UP, "open"), 0);
  assert_int_equal(store_setting_set(p->st, SETTING_TWO_FACTORS, "everybody"), 0);
  assert_int_equal(store_setting_set(p->st, SETTING_SIGN_UP, "invited"), 0);
  reopen(p);
  assert_int_equal(store_setting_get(p->st, SETTING_SIGN_UP, text), 0);
  assert_string_equal(text, "invited");
  assert_int_equal(store_setting_get(p->st, SETTING_TWO_FACTORS, text), 0);
  assert_string_equal(text, "everybody");
  memset(large, 'x', sizeof large - 1);
  large[sizeof large - 1] = '\0';
  assert_int_equal(store_setting_set(p->st, SETTING_ROOMS_BY, large), ERR_RANGE);
  assert_int_equal(store_setting_set(p->st, SETTING_SIGN_UP, ""), 0);
  assert_int_equal(store_setting_set(p->st, SETTING_SIGN_UP, ""), 0);
  assert_int_equal(store_setting_get(p->st, SETTING_SIGN_UP, text), ERR_NOT_FOUND);
}

static void test_secrets(void **state)
{
  struct place *p = *state;
  struct store *other = opened(p);
  uint8_t device[32], again[32], network[32], fresh[32];
  static const uint8_t zeros[32];
  assert_int_equal(store_secret(p->st, "device", device), 0);
  assert_memory_not_equal(device, zeros, 32);
  assert_int_equal(store_secret(other, "device", again), 0);
  assert_memory_equal(again, device, 32);
  assert_int_equal(store_secret(p->st, "network", network), 0);
  assert_memory_not_equal(network, device, 32);
  assert_int_equal(store_secret_renew(p->st, "device", fresh), 0);
  assert_memory_not_equal(fresh, device, 32);
  store_close(other);
  reopen(p);
  assert_int_equal(store_secret(p->st, "device", again), 0);
  assert_memory_equal(again, fresh, 32);
  assert_int_equal(store_secret(p->st, "", again), ERR_RANGE);
  assert_int_equal(store_secret(p->st, "sixteen letters.", again), ERR_RANGE);
  /* What could be taken back is not given out; what stands is. */
  assert_int_equal(store_begin(p->st), 0);
  assert_int_equal(store_secret(p->st, "csrf", again), ERR_STATE);
  assert_memory_equal(again, zeros, 32);
  assert_int_equal(store_secret_renew(p->st, "device", again), ERR_STATE);
  assert_int_equal(store_secret(p->st, "device", again), 0);
  assert_memory_equal(again, fresh, 32);
  store_rollback(p->st);
}

/* A secret that is put under another name, or in clear, does not open. */
static void test_secret_moved(void **state)
{
  struct place *p = *state;
  uint8_t secret[32];
  assert_int_equal(store_secret(p->st, "device", secret), 0);
  assert_int_equal(store_secret(p->st, "network", secret), 0);
  edit(p->database, "UPDATE secret SET value = (SELECT value FROM secret"
                    " WHERE substr(name, 1, 6) = CAST('device' AS BLOB))");
  assert_int_equal(store_secret(p->st, "device", secret), 0);
  assert_int_equal(store_secret(p->st, "network", secret), ERR_AUTH);
  edit(p->database, "UPDATE secret SET value = zeroblob(32)");
  assert_int_equal(store_secret(p->st, "device", secret), ERR_AUTH);
}

/* --- counts --- */

static void test_counts(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org");
  struct store_room r = added_room(p->st, &a.id, ROOM_TICKET);
  struct series s = {.owner = a.id, .title = "A course"};
  struct ticket t = {.room = r.id, .email = "bob@example.org"};
  struct room_member m = {.email = "bob@example.org"};
  struct attendance stay = {.room = r.id, .stay = 1};
  struct api_key k = {.hash = {1}};
  struct webhook w = {.name = "shop"};
  struct store_counts c;
  (void)added_session(p->st, &none, 1);
  (void)added_session(p->st, &a.id, 2);
  assert_int_equal(store_series_add(p->st, &s) | store_ticket_add(p->st, &t) | store_member_set(p->st, &r.id, &m), 0);
  assert_int_equal(store_attendance_put(p->st, &stay) | store_key_add(p->st, &k) | store_webhook_add(p->st, &w), 0);
  assert_int_equal(store_count(p->st, &c), 0);
  assert_int_equal(c.accounts, 1);
  assert_int_equal(c.sessions, 2);
  assert_true(c.rooms == 1 && c.series == 1 && c.members == 1 && c.stays == 1);
  assert_true(c.tickets == 1 && c.keys == 1 && c.webhooks == 1);
  assert_int_equal(store_room_remove(p->st, &r.id), 0);
  assert_int_equal(store_count(p->st, &c), 0);
  assert_true(c.rooms == 0 && c.tickets == 0 && c.members == 0 && c.stays == 0 && c.series == 1);
}

/* --- from the first version of the tables --- */

static void test_first_version(void **state)
{
  struct place *p = *state;
  struct account a = added_account(p->st, "ann@example.org"), found;
  struct sign_in_link l = a_link(&a.id, 1, LINK_INVITE);
  uint8_t secret[32];
  store_close(p->st);
  p->st = NULL;
  edit(p->database, "DROP TABLE link; DROP TABLE setting; DROP TABLE secret; DROP TABLE contact;"
                    "DROP TABLE contact_ask; DROP TABLE contact_link; DROP TABLE contact_block;"
                    "DROP TABLE call_choice; DROP TABLE missed_call; DROP TABLE message;"
                    "DELETE FROM counted WHERE name IN ('contact', 'contact_ask', 'message');"
                    "ALTER TABLE account DROP COLUMN two_factors_demanded;"
                    "ALTER TABLE account DROP COLUMN language; PRAGMA user_version = 1");
  p->st = opened(p);
  assert_int_equal(store_account_get(p->st, &a.id, &found), 0);
  assert_int_equal(store_link_add(p->st, &l), 0);
  assert_int_equal(store_setting_set(p->st, SETTING_ROOMS_BY, "members"), 0);
  assert_int_equal(store_secret(p->st, "device", secret), 0);
}

/* --- folders --- */

static void test_folders_are_made(void **state)
{
  struct place *p = *state;
  char folder[PATH_SIZE + 16], key[PATH_SIZE + 16], path[PATH_SIZE + 32];
  struct store *st;
  struct stat s;
  (void)snprintf(folder, sizeof folder, "%s/a//b/store", p->top);
  (void)snprintf(key, sizeof key, "%s/keys/deep/key", p->top);
  assert_int_equal(store_open(&st, folder, key), 0);
  store_close(st);
  assert_int_equal(stat(folder, &s) | access(key, R_OK), 0);
  assert_int_equal(s.st_mode & 0777, 0700);
  static const char *const made[] = {"a/b/store", "a/b", "a", "keys/deep", "keys"};
  for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
    (void)snprintf(path, sizeof path, "%s/%s", p->top, made[i]);
    empty_folder(path);
    assert_int_equal(rmdir(path), 0);
  }
  (void)snprintf(folder, sizeof folder, "%s/key/store", p->top); /* a file stands in the way */
  assert_int_equal(store_open(&st, folder, key), ERR_IO);
  assert_int_equal(store_prepare(p->data, folder, 0, 0), ERR_IO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_link_works_once), TEST(test_links_of_an_account), TEST(test_link_race), TEST(test_settings),
    TEST(test_secrets), TEST(test_secret_moved), TEST(test_counts), TEST(test_first_version),
    TEST(test_folders_are_made),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
