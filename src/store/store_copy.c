/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backup, restore and check. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "store/db.h"
#include "store/files.h"
#include "store/locks.h"
#include "store/log_chain.h"
#include "store/migrate.h"

/* --- copying --- */

/* In one step: one instant of the source, whoever else writes. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
  sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
  if (b == NULL)
    return db_error(to, sqlite3_errcode(to));
  int rc = sqlite3_backup_step(b, -1);
  int finished = sqlite3_backup_finish(b);
  if (rc == SQLITE_DONE && finished == SQLITE_OK)
    return 0;
  log_error("store: the database could not be copied: code=%d", rc);
  return ERR_IO;
}

/* A new file at `path`, whole and on the disk, without journals beside it. */
static int copy_to(sqlite3 *from, const char *path)
{
  sqlite3 *to;
  (void)unlink(path); /* of an attempt that was interrupted */
  int err = db_open(&to, path);
  if (err != 0)
    return err;
  err = copy_pages(from, to);
  if (err == 0)
    err = db_exec(to, "PRAGMA journal_mode = DELETE");
  if (sqlite3_close(to) != SQLITE_OK)
    err = ERR_IO;
  if (err == 0)
    err = file_sync(path);
  if (err != 0)
    (void)unlink(path);
  return err;
}

int store_backup(struct store *store, const char *file)
{
  char part[STORE_PATH_BYTES], ending[32];
  (void)snprintf(ending, sizeof ending, ".part.%ld", (long)getpid());
  if (store->in_change)
    return ERR_STATE;
  if (path_with(part, sizeof part, file, ending) != 0)
    return ERR_RANGE;
  if (access(file, F_OK) == 0)
    return ERR_STATE;
  int err = copy_to(store->db, part);
  if (err != 0)
    return err;
  if (link(part, file) != 0)
    err = errno == EEXIST ? ERR_STATE : ERR_IO;
  (void)unlink(part);
  return err == 0 ? folder_sync(file) : err;
}

/* --- checking --- */

static int first_text(sqlite3 *db, const char *sql, char text[256])
{
  sqlite3_stmt *stmt = NULL;
  text[0] = '\0';
  int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW)
    (void)snprintf(text, 256, "%s", (const char *)sqlite3_column_text(stmt, 0));
  else if (rc != SQLITE_DONE)
    (void)snprintf(text, 256, "%s", sqlite3_errmsg(db));
  (void)sqlite3_finalize(stmt);
  return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : ERR_IO;
}

static int check_database(sqlite3 *db, char problem[256])
{
  int err = first_text(db, "PRAGMA integrity_check(1)", problem);
  if (err != 0)
    return err;
  if (strcmp(problem, "ok") != 0)
    return ERR_IO;
  err = first_text(db,
                   "SELECT 'a row of ' || \"table\" || ' refers to a missing row of ' || parent"
                   " FROM pragma_foreign_key_check LIMIT 1",
                   problem);
  return err == 0 && problem[0] != '\0' ? ERR_IO : err;
}

int store_check(struct store *store, char problem[256])
{
  return check_database(store->db, problem);
}

/* --- restoring --- */

/* What a restore works on. */
struct restore {
  char path[STORE_PATH_BYTES];  /* testudo.db */
  char fresh[STORE_PATH_BYTES]; /* the backup's copy on its way there */
  char kept[STORE_PATH_BYTES];  /* testudo.db.before-restore */
  char link[STORE_PATH_BYTES];  /* ... on its way there */
  char wal[STORE_PATH_BYTES], kept_wal[STORE_PATH_BYTES], shm[STORE_PATH_BYTES];
};

static int name_files(struct restore *r, const char *folder)
{
  size_t size = STORE_PATH_BYTES;
  int err = path_with(r->path, size, folder, "/testudo.db");
  if (err == 0 && path_with(r->kept, size, r->path, ".before-restore") == 0 &&
      path_with(r->fresh, size, r->path, ".restoring") == 0 && path_with(r->link, size, r->kept, ".new") == 0 &&
      path_with(r->wal, size, r->path, "-wal") == 0 && path_with(r->kept_wal, size, r->kept, "-wal") == 0)
    return path_with(r->shm, size, r->path, "-shm");
  return ERR_RANGE;
}

static int check_copy(struct store *st, const char *key_file)
{
  char problem[256];
  int64_t version;
  int err = migrate_version(st->db, &version);
  if (err == 0 && version == 0)
    err = ERR_UNSUPPORTED; /* an empty file is no backup */
  if (err == 0)
    err = keys_load(&st->keys, key_file);
  if (err == 0)
    err = migrate_check_key(st->db, st->keys.check);
  if (err != 0)
    return err;
  err = check_database(st->db, problem);
  if (err != 0)
    log_error("store: the backup is damaged: %s", problem);
  return err;
}

/* The copy is checked, not the backup itself: what is looked at is what will be used. */
static int take_copy(const struct restore *r, const char *file)
{
  sqlite3 *from = NULL;
  int rc = sqlite3_open_v2(file, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  int err = rc == SQLITE_OK ? copy_to(from, r->fresh) : ERR_IO;
  (void)sqlite3_close(from);
  if (err != 0)
    log_error("store: the backup cannot be read");
  return err;
}

/* Brings all that was committed into the one file. A database that is too broken for that is kept with its log. */
static void settle_old(const struct restore *r)
{
  sqlite3 *db = NULL;
  if (sqlite3_open_v2(r->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
      sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
    log_warning("store: the replaced database is damaged; it is kept as it is");
  (void)sqlite3_close(db);
}

/* A second name for the old database, and only then the new one in its place: there is no instant without either. */
static int keep_old(const struct restore *r)
{
  if (access(r->path, F_OK) != 0)
    return 0;
  settle_old(r);
  (void)unlink(r->link);
  if (link(r->path, r->link) != 0 || rename(r->link, r->kept) != 0)
    return ERR_IO;
  (void)unlink(r->link);     /* rename leaves it when both are the same file: of a restore that was interrupted */
  (void)unlink(r->kept_wal); /* of an earlier restore */
  /* What could not be settled must not be taken for the new database's. */
  if (rename(r->wal, r->kept_wal) != 0 && errno != ENOENT)
    return ERR_IO;
  (void)unlink(r->shm);
  return folder_sync(r->path);
}

static int put_in_place(struct store *st, const struct restore *r)
{
  int err = keep_old(r);
  if (err == 0)
    err = log_chain_restart(st);
  db_finalize_all(st);
  (void)sqlite3_close(st->db);
  st->db = NULL;
  if (err == 0 && rename(r->fresh, r->path) != 0)
    err = ERR_IO;
  return err == 0 ? folder_sync(r->path) : err;
}

static int restore_locked(const struct restore *r, const char *key_file, const char *file)
{
  struct store st = {.lock = -1};
  int err = path_with(st.head_path, sizeof st.head_path, key_file, ".log-head");
  if (err == 0)
    err = take_copy(r, file);
  if (err == 0)
    err = db_open(&st.db, r->fresh);
  if (err == 0)
    err = check_copy(&st, key_file);
  if (err == 0)
    err = put_in_place(&st, r);
  db_finalize_all(&st);
  (void)sqlite3_close(st.db);
  keys_wipe(&st.keys);
  (void)unlink(r->fresh);
  return err;
}

bool store_is_open(const char *folder)
{
  int opening, alone = -1;
  if (access(folder, F_OK) != 0 || lock_opening(folder, &opening) != 0)
    return false;
  int err = lock_alone(folder, &alone);
  lock_release(alone);
  lock_release(opening);
  return err == ERR_STATE;
}

int store_restore(const char *folder, const char *key_file, const char *file)
{
  struct restore r;
  int opening, alone = -1;
  if (sodium_init() < 0)
    return ERR_CRYPTO;
  if (name_files(&r, folder) != 0)
    return ERR_RANGE;
  if (folder_make(folder, 0, 0) != 0)
    return ERR_IO;
  int err = lock_opening(folder, &opening);
  if (err == 0)
    err = lock_alone(folder, &alone);
  if (err == 0)
    err = restore_locked(&r, key_file, file);
  lock_release(alone);
  lock_release(opening);
  if (err != 0)
    log_error("store: nothing was restored: %s", err_text(err));
  return err;
}
