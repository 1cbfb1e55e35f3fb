/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/db.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/log.h"
#include "base/random.h"
#include "store/log_chain.h"

#define BUSY_MS 5000

/* --- the connection --- */

int db_error(sqlite3 *db, int rc)
{
  switch (sqlite3_extended_errcode(db)) {
  case SQLITE_CONSTRAINT_UNIQUE:
  case SQLITE_CONSTRAINT_PRIMARYKEY:
    return ERR_STATE;
  case SQLITE_CONSTRAINT_FOREIGNKEY:
    return ERR_NOT_FOUND;
  case SQLITE_CONSTRAINT_CHECK:
  case SQLITE_CONSTRAINT_NOTNULL:
  case SQLITE_CONSTRAINT_DATATYPE:
    return ERR_RANGE;
  default:
    /* The text of an error names tables and columns, never their content. */
    log_error("store: the database failed: %s code=%d", sqlite3_errmsg(db), rc);
    return ERR_IO;
  }
}

int db_exec(sqlite3 *db, const char *sql)
{
  int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK ? 0 : db_error(db, rc);
}

int db_number(sqlite3 *db, const char *sql, int64_t *value)
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW)
    *value = sqlite3_column_int64(stmt, 0);
  int err = rc == SQLITE_ROW ? 0 : db_error(db, rc);
  (void)sqlite3_finalize(stmt);
  return err;
}

static int make_private(const char *path)
{
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return ERR_IO;
  (void)close(fd);
  return 0;
}

int db_open(sqlite3 **db, const char *path)
{
  static const char settings[] = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                                 "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
                                 "PRAGMA journal_size_limit = 16777216";
  *db = NULL;
  if (make_private(path) != 0) {
    log_error("store: the database cannot be opened");
    return ERR_IO;
  }
  int rc = sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_busy_timeout(*db, BUSY_MS);
  if (rc == SQLITE_OK)
    rc = sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  int err = rc == SQLITE_OK ? db_exec(*db, settings) : ERR_IO;
  if (err != 0) {
    (void)sqlite3_close(*db);
    *db = NULL;
  }
  return err;
}

void db_without_waiting(struct store *st, bool on)
{
  if (!st->in_change)
    (void)db_exec(st->db, on ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

/* --- queries --- */

static sqlite3_stmt *find_statement(struct store *st, const char *sql)
{
  for (size_t i = 0; i < st->cached_n; i++)
    if (st->cached[i].sql == sql)
      return st->cached[i].stmt;
  sqlite3_stmt *stmt = NULL;
  if (st->cached_n == STORE_STATEMENTS) {
    log_error("store: more statements than STORE_STATEMENTS");
    return NULL;
  }
  int rc = sqlite3_prepare_v3(st->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
  if (rc != SQLITE_OK) {
    (void)db_error(st->db, rc);
    return NULL;
  }
  st->cached[st->cached_n].sql = sql;
  st->cached[st->cached_n++].stmt = stmt;
  return stmt;
}

void db_finalize_all(struct store *st)
{
  for (size_t i = 0; i < st->cached_n; i++)
    (void)sqlite3_finalize(st->cached[i].stmt);
  st->cached_n = 0;
}

/* SQLite may roll a change back by itself (disk full): what follows must not be committed alone. */
static bool change_is_lost(const struct store *st)
{
  return st->in_change && sqlite3_get_autocommit(st->db) != 0;
}

struct query query_of(struct store *st, const char *sql)
{
  struct query q = {.st = st};
  if (!change_is_lost(st))
    q.stmt = find_statement(st, sql);
  if (q.stmt == NULL)
    q.err = ERR_IO;
  return q;
}

static void bind_done(struct query *q, int rc)
{
  if (rc != SQLITE_OK)
    q->err = rc == SQLITE_TOOBIG ? ERR_RANGE : ERR_IO;
}

void bind_text(struct query *q, const char *text, size_t size)
{
  size_t n = strnlen(text, size);
  if (q->err == 0 && n == size)
    q->err = ERR_RANGE;
  if (q->err == 0)
    bind_done(q, sqlite3_bind_text(q->stmt, ++q->bound, text, (int)n, SQLITE_STATIC));
}

void bind_bytes(struct query *q, const void *p, size_t n)
{
  if (q->err == 0)
    bind_done(q, sqlite3_bind_blob64(q->stmt, ++q->bound, p, n, SQLITE_STATIC));
}

void bind_uid(struct query *q, const struct uid *id)
{
  if (uid_is_none(id))
    bind_null(q);
  else
    bind_bytes(q, id->b, sizeof id->b);
}

void bind_int(struct query *q, int64_t v)
{
  if (q->err == 0)
    bind_done(q, sqlite3_bind_int64(q->stmt, ++q->bound, v));
}

void bind_u64(struct query *q, uint64_t v)
{
  if (q->err == 0 && v > INT64_MAX)
    q->err = ERR_RANGE;
  bind_int(q, (int64_t)v);
}

void bind_null(struct query *q)
{
  if (q->err == 0)
    bind_done(q, sqlite3_bind_null(q->stmt, ++q->bound));
}

void bind_sealed(struct query *q, const struct seal_place *place, const void *p, size_t n)
{
  uint8_t sealed[SEALED_MOST + SEAL_EXTRA];
  if (q->err == 0 && n > SEALED_MOST)
    q->err = ERR_RANGE;
  if (q->err != 0)
    return;
  seal(&q->st->keys, place, p, n, sealed);
  bind_done(q, sqlite3_bind_blob64(q->stmt, ++q->bound, sealed, n + SEAL_EXTRA, SQLITE_TRANSIENT));
}

int query_end(struct query *q, int err)
{
  if (q->stmt != NULL) {
    (void)sqlite3_reset(q->stmt); /* its error was reported by the step */
    (void)sqlite3_clear_bindings(q->stmt);
  }
  return q->err != 0 ? q->err : err;
}

int query_next(struct query *q)
{
  if (q->err != 0)
    return q->err;
  q->taken = 0;
  int rc = sqlite3_step(q->stmt);
  if (rc == SQLITE_ROW)
    return 0;
  if (rc == SQLITE_DONE)
    return ERR_NOT_FOUND;
  q->err = db_error(q->st->db, rc);
  return q->err;
}

int query_run(struct query *q, size_t *changed)
{
  *changed = 0;
  int err = query_next(q);
  if (err == ERR_NOT_FOUND && q->err == 0) {
    *changed = (size_t)sqlite3_changes64(q->st->db);
    err = 0;
  }
  return query_end(q, err);
}

int query_change(struct query *q)
{
  size_t changed;
  int err = query_run(q, &changed);
  return err == 0 && changed == 0 ? ERR_NOT_FOUND : err;
}

int query_insert(struct query *q)
{
  size_t changed;
  int err = query_run(q, &changed);
  return err == 0 && changed == 0 ? ERR_LIMIT : err;
}

/* --- columns --- */

void take_text(struct query *q, char *text, size_t size)
{
  const unsigned char *p = sqlite3_column_text(q->stmt, q->taken);
  size_t n = (size_t)sqlite3_column_bytes(q->stmt, q->taken++);
  memset(text, 0, size);
  if (n >= size)
    q->err = ERR_RANGE;
  else if (n > 0)
    memcpy(text, p, n);
}

struct span take_blob(struct query *q)
{
  const void *p = sqlite3_column_blob(q->stmt, q->taken);
  return span_of(p, (size_t)sqlite3_column_bytes(q->stmt, q->taken++));
}

void take_bytes(struct query *q, void *p, size_t n)
{
  struct span s = take_blob(q);
  memset(p, 0, n);
  if (s.n == n)
    memcpy(p, s.p, n);
  else if (s.n != 0)
    q->err = ERR_RANGE;
}

void take_uid(struct query *q, struct uid *id)
{
  take_bytes(q, id->b, sizeof id->b);
}

uint64_t take_u64(struct query *q)
{
  return (uint64_t)sqlite3_column_int64(q->stmt, q->taken++);
}

bool take_bool(struct query *q)
{
  return take_u64(q) != 0;
}

bool take_sealed(struct query *q, const struct seal_place *place, void *p, size_t size, size_t *n)
{
  struct span sealed = take_blob(q);
  *n = 0;
  if (sealed.n == 0)
    return false;
  int err = unseal(&q->st->keys, place, sealed, p, size, n);
  if (err != 0 && q->err == 0) {
    log_error("store: a sealed value does not open: it was changed, or belongs elsewhere");
    q->err = err;
  }
  return err == 0;
}

int query_one(struct query *q, row_reader read, void *row)
{
  int err = query_next(q);
  if (err == 0)
    read(q, row);
  return query_end(q, err);
}

int query_list(struct query *q, struct page page, row_reader read, void *rows, size_t row_size, size_t *n)
{
  int err = 0;
  bind_u64(q, page.most);
  bind_u64(q, page.offset);
  *n = 0;
  while (*n < page.most && (err = query_next(q)) == 0)
    read(q, (uint8_t *)rows + row_size * (*n)++);
  return query_end(q, err == ERR_NOT_FOUND ? 0 : err);
}

/* --- changes --- */

int change_open(struct store *st)
{
  if (change_is_lost(st))
    return ERR_IO;
  return db_exec(st->db, st->in_change ? "SAVEPOINT part" : "BEGIN IMMEDIATE");
}

static int part_close(struct store *st, int err)
{
  if (change_is_lost(st))
    return err != 0 ? err : ERR_IO;
  if (err != 0 && db_exec(st->db, "ROLLBACK TO part") != 0)
    return err;
  int released = db_exec(st->db, "RELEASE part");
  return err != 0 ? err : released;
}

int change_close(struct store *st, int err)
{
  if (st->in_change)
    return part_close(st, err);
  if (err == 0)
    err = db_exec(st->db, "COMMIT");
  if (err == 0) {
    log_chain_committed(st);
    return 0;
  }
  if (sqlite3_get_autocommit(st->db) == 0)
    (void)db_exec(st->db, "ROLLBACK");
  st->log_last.number = 0;
  return err;
}

void uid_make(struct uid *id)
{
  random_fill(&random_system, id->b, sizeof id->b);
}
