/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of the store: the handle, cached prepared statements, and changes. Only files of src/store include this.
 *
 * A query is made, bound in the order of its parameters, and run; each of these does nothing after an error, so that only
 * the last call is checked:
 *
 *   struct query q = query_of(st, "UPDATE room SET closed_s = ?2 WHERE id = ?1");
 *   bind_uid(&q, id);
 *   bind_u64(&q, now_s);
 *   return query_change(&q);
 */
#ifndef TESTUDO_STORE_DB_H
#define TESTUDO_STORE_DB_H

#include <sqlite3.h>

#include "store/keys.h"
#include "store/log_head.h"
#include "store/store.h"

#define STORE_PATH_BYTES 4096
#define STORE_STATEMENTS 256

#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)
/* A condition of an INSERT ... SELECT: the table has room. Triggers keep the number of rows (migrate.c). */
#define HAS_ROOM(table, limit) "(SELECT n FROM counted WHERE name = '" table "') < " TEXT_OF(limit)

struct store {
  sqlite3 *db;
  int lock; /* the descriptor of the lock that is shared by all who have the database open */
  struct store_keys keys;
  char head_path[STORE_PATH_BYTES];
  struct {
    const char *sql; /* the literal itself: compared as a pointer */
    sqlite3_stmt *stmt;
  } cached[STORE_STATEMENTS];
  size_t cached_n;
  bool in_change;           /* between store_begin and store_commit */
  struct log_head log_last; /* the last entry that is written and not yet committed or not yet in the head; 0: none */
  int64_t data_version;
  uint64_t foreign_changes;
};

/* --- the connection --- */

/* Opens or makes the file with mode 0600 and sets what holds for every connection. ERR_IO. */
int db_open(sqlite3 **db, const char *path);
/* Runs a constant text without results. ERR_IO. */
int db_exec(sqlite3 *db, const char *sql);
/* The number that a PRAGMA or SELECT gives. ERR_IO. */
int db_number(sqlite3 *db, const char *sql, int64_t *value);
/* The codes of this program for those of SQLite; a failure of the database is logged. */
int db_error(sqlite3 *db, int rc);
void db_finalize_all(struct store *st);
/* What is written between true and false may be lost with the machine's power (never with the process), and is not worth
 * a wait for the disk. Nothing that was committed before is at risk. Does nothing inside a change. */
void db_without_waiting(struct store *st, bool on);

/* --- queries --- */

struct query {
  struct store *st;
  sqlite3_stmt *stmt;
  int bound, taken; /* parameters and columns so far */
  int err;
};

/* `sql` must be a literal: statements are kept by its address. */
struct query query_of(struct store *st, const char *sql);

/* Texts and bytes must live until the query has run. ERR_RANGE: no zero within `size`; a number above INT64_MAX. */
void bind_text(struct query *q, const char *text, size_t size);
void bind_bytes(struct query *q, const void *p, size_t n);
void bind_uid(struct query *q, const struct uid *id); /* none: NULL */
void bind_u64(struct query *q, uint64_t v);
void bind_int(struct query *q, int64_t v);
void bind_null(struct query *q);
/* Sealed for this place; `n` at most SEALED_MOST. */
void bind_sealed(struct query *q, const struct seal_place *place, const void *p, size_t n);

/* A statement that gives no rows. 0 with the number of rows changed; ERR_STATE for a unique value that is taken,
 * ERR_NOT_FOUND for what it refers to, ERR_RANGE for what a column does not allow. */
int query_run(struct query *q, size_t *changed);
int query_change(struct query *q); /* ERR_NOT_FOUND when no row was changed */
int query_insert(struct query *q); /* ERR_LIMIT when no row was added */

/* The next row: 0, or ERR_NOT_FOUND after the last. */
int query_next(struct query *q);
/* Gives the statement back; returns `err` or the query's own error. */
int query_end(struct query *q, int err);

/* The next column of the row. Text and bytes that are too long for their place are ERR_RANGE at the end. */
void take_text(struct query *q, char *text, size_t size);
void take_bytes(struct query *q, void *p, size_t n); /* exactly n, or zeros for NULL */
void take_uid(struct query *q, struct uid *id);
uint64_t take_u64(struct query *q);
bool take_bool(struct query *q);
struct span take_blob(struct query *q); /* until the next row */
/* False for NULL. ERR_AUTH when it was not sealed by this key for this place. */
bool take_sealed(struct query *q, const struct seal_place *place, void *p, size_t size, size_t *n);

typedef void (*row_reader)(struct query *q, void *row);
int query_one(struct query *q, row_reader read, void *row); /* ERR_NOT_FOUND */
/* Binds LIMIT and OFFSET as the last two parameters and reads up to page.most rows. */
int query_list(struct query *q, struct page page, row_reader read, void *rows, size_t row_size, size_t *n);

/* --- changes of several statements, alone or within the caller's own --- */

int change_open(struct store *st);
/* Commits when `err` is 0, else undoes what was done since change_open. Returns `err` or why it could not be committed. */
int change_close(struct store *st, int err);

void uid_make(struct uid *id);

#endif
