/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "store/db.h"
#include "store/files.h"
#include "store/locks.h"
#include "store/log_chain.h"
#include "store/migrate.h"
#include "store/store_contacts.h"
#include "store/store_messages.h"
#include "store/store_sessions.h"
#include "store/store_tickets.h"

/* --- opening --- */

/* A database without a step is new: its key file may be made. Any other has a key file, or is lost to this start. */
static int load_keys(struct store *st, const char *key_file, int64_t version)
{
  bool made = false;
  int err = version == 0 ? key_file_make(key_file, &made) : 0;
  if (err == 0)
    err = keys_load(&st->keys, key_file);
  /* Also for a key file that was made by a start that went no further. A head that is there stays: it may tell of a
   * database that was taken away. */
  if (err == 0 && version == 0 && (made || access(st->head_path, F_OK) != 0))
    err = log_head_reset(st->head_path, &st->keys, &(struct log_head){0});
  return err;
}

static int open_database(struct store *st, const char *path, const char *key_file)
{
  int64_t version;
  int err = db_open(&st->db, path);
  if (err == 0)
    err = migrate_version(st->db, &version);
  if (err == 0)
    err = load_keys(st, key_file, version);
  if (err == 0)
    err = db_exec(st->db, "PRAGMA journal_mode = WAL");
  if (err == 0)
    err = migrate(st->db, st->keys.check);
  if (err == 0)
    err = migrate_check_key(st->db, st->keys.check);
  if (err == 0)
    err = folder_sync(path);
  if (err == 0)
    err = db_number(st->db, "PRAGMA data_version", &st->data_version);
  return err;
}

static int open_paths(struct store *st, const char *folder, const char *key_file)
{
  char path[STORE_PATH_BYTES];
  int opening;
  if (path_with(path, sizeof path, folder, "/testudo.db") != 0 ||
      path_with(st->head_path, sizeof st->head_path, key_file, ".log-head") != 0)
    return ERR_IO;
  /* One at a time: the first start makes several files that belong together. */
  int err = lock_opening(folder, &opening);
  if (err != 0)
    return err;
  err = lock_shared(folder, &st->lock);
  if (err == 0)
    err = open_database(st, path, key_file);
  if (err == 0)
    log_chain_catch_up(st);
  lock_release(opening);
  return err;
}

int store_prepare(const char *folder, const char *key_file, uid_t uid, gid_t gid)
{
  int err = folder_make(folder, uid, gid);
  if (err == 0)
    err = folder_make_above(key_file, uid, gid);
  if (err != 0)
    log_error("store: the folder of the database or of its key cannot be made: %s", strerror(errno));
  return err;
}

int store_open(struct store **store, const char *folder, const char *key_file)
{
  *store = NULL;
  if (sodium_init() < 0)
    return ERR_CRYPTO;
  if (store_prepare(folder, key_file, 0, 0) != 0)
    return ERR_IO;
  struct store *st = calloc(1, sizeof *st);
  if (st == NULL)
    return ERR_NOMEM;
  st->lock = -1;
  int err = open_paths(st, folder, key_file);
  if (err != 0) {
    log_error("store: the database is not opened: %s", err_text(err));
    store_close(st);
    return err;
  }
  *store = st;
  return 0;
}

void store_close(struct store *store)
{
  if (store == NULL)
    return;
  db_finalize_all(store);
  (void)sqlite3_close(store->db); /* rolls back what was not committed */
  lock_release(store->lock);
  keys_wipe(&store->keys);
  free(store);
}

/* --- changes --- */

int store_begin(struct store *store)
{
  if (store->in_change)
    return ERR_STATE;
  int err = db_exec(store->db, "BEGIN IMMEDIATE");
  store->in_change = err == 0;
  return err;
}

int store_commit(struct store *store)
{
  if (!store->in_change)
    return ERR_STATE;
  bool lost = sqlite3_get_autocommit(store->db) != 0;
  store->in_change = false;
  return change_close(store, lost ? ERR_IO : 0);
}

void store_rollback(struct store *store)
{
  if (!store->in_change)
    return;
  store->in_change = false;
  (void)change_close(store, ERR_STATE);
}

int store_part_begin(struct store *store, bool *whole)
{
  *whole = !store->in_change;
  return *whole ? store_begin(store) : change_open(store);
}

int store_part_end(struct store *store, bool whole, int err)
{
  if (!whole)
    return change_close(store, err);
  if (err == 0)
    return store_commit(store);
  store_rollback(store);
  return err;
}

size_t store_changed(const struct store *store)
{
  return (size_t)sqlite3_changes64(store->db);
}

static void read_number(struct query *q, void *row)
{
  *(int64_t *)row = (int64_t)take_u64(q);
}

uint64_t store_foreign_changes(struct store *store)
{
  struct query q = query_of(store, "PRAGMA data_version");
  int64_t version = store->data_version;
  if (query_one(&q, read_number, &version) != 0 || version != store->data_version)
    store->foreign_changes++; /* also when it cannot be told */
  store->data_version = version;
  return store->foreign_changes;
}

/* --- tidying --- */

static int remove_before(struct store *st, const char *sql, uint64_t now_s, uint64_t kept_s)
{
  struct query q = query_of(st, sql);
  size_t changed;
  bind_u64(&q, now_s > kept_s ? now_s - kept_s : 0);
  return query_run(&q, &changed);
}

static int tidy(struct store *st, uint64_t now_s)
{
  static const char sessions[] = "DELETE FROM session WHERE account IS NOT NULL AND signed_in_s < ?1";
  static const char guests[] = "DELETE FROM session WHERE account IS NULL AND created_s < ?1";
  static const char idempotent[] = "DELETE FROM idempotent WHERE time_s < ?1";
  static const char links[] = "DELETE FROM link WHERE until_s <= ?1";
  static const char events[] = "DELETE FROM webhook_event WHERE time_s < ?1";
  static const char asks[] = "DELETE FROM contact_ask WHERE time_s < ?1";
  static const char contact_links[] = "DELETE FROM contact_link WHERE until_s <= ?1";
  static const char messages[] = "DELETE FROM message WHERE time_s < ?1";
  static const char missed[] = "DELETE FROM missed_call WHERE time_s < ?1";
  int err = remove_before(st, sessions, now_s, SESSION_KEPT_S);
  if (err == 0)
    err = remove_before(st, guests, now_s, SESSION_GUEST_KEPT_S);
  if (err == 0)
    err = remove_before(st, links, now_s, 0);
  if (err == 0)
    err = remove_before(st, idempotent, now_s, IDEMPOTENT_KEPT_S);
  if (err == 0)
    err = remove_before(st, events, now_s, WEBHOOK_EVENT_KEPT_S);
  if (err == 0)
    err = remove_before(st, asks, now_s, CONTACT_ASK_KEPT_S);
  if (err == 0)
    err = remove_before(st, contact_links, now_s, 0);
  if (err == 0)
    err = remove_before(st, missed, now_s, MISSED_CALL_KEPT_S);
  if (err == 0)
    err = remove_before(st, messages, now_s, MESSAGE_KEPT_S);
  return err;
}

int store_tidy(struct store *store, uint64_t now_s)
{
  int err = change_open(store);
  return err != 0 ? err : change_close(store, tidy(store, now_s));
}
