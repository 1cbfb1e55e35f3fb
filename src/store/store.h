/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server remembers: people, sessions, rooms, tickets, attendance, keys of the REST API, and the log of security
 * events. One interface of typed functions; SQLite is behind it today (WAL, synchronous = FULL, foreign keys), so that
 * another database can take its place without a change above.
 *
 * Rules for all functions of the store_*.h headers:
 * - A change that has returned 0 survives the death of the process and of the machine at any instant after that.
 * - Texts are UTF-8 with a terminating zero, in arrays of the struct; "" means: none. A struct's `id` is random and never
 *   reused; an all-zero id means: none. Times are Unix seconds, 0 for never; they come from the caller.
 * - Errors: ERR_NOT_FOUND (no such row), ERR_STATE (a unique value is taken: the address of an account, a used code),
 *   ERR_LIMIT (a table of limits.h is full), ERR_RANGE (a text is too long or a number out of range), ERR_IO (the
 *   database failed: logged; nothing was changed).
 * - Several calls can be one change: store_begin ... store_commit. A function that must be atomic is so by itself.
 * - A list is given in pages: at most `most` rows from the `offset`th on; `n` says how many came.
 * - One handle belongs to one thread. Several processes may have the database open (the command line does).
 * - Secrets that the server must be able to read again (TOTP, webhook) are sealed with the key file before they are
 *   written; all others (cookies, codes, API keys, tickets' codes) are stored as SHA-256 and never as themselves. */
#ifndef TESTUDO_STORE_STORE_H
#define TESTUDO_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/limits.h"

#define UID_BYTES 16

/* The public id of an account, session, room, ticket, ... */
struct uid {
  uint8_t b[UID_BYTES];
};

static inline bool uid_is_none(const struct uid *id)
{
  static const struct uid none;
  return memcmp(id->b, none.b, UID_BYTES) == 0;
}

static inline bool uid_equal(const struct uid *a, const struct uid *b)
{
  return memcmp(a->b, b->b, UID_BYTES) == 0;
}

#define EMAIL_BYTES 255  /* with the zero: addresses have at most 254 (RFC 5321, section 4.5.3.1) */
#define PHONE_BYTES 17   /* "+" and 15 digits (E.164), and the zero */
#define NAME_BYTES (LIMIT_NAME_BYTES + 1)
#define TITLE_BYTES 121  /* of a room, a series, a key, a passkey */

struct page {
  size_t offset, most;
};

struct store;

/* Opens the database `folder`/testudo.db, makes it at the first start, runs migrations forward, each in a transaction.
 * `key_file` (32 random bytes, mode 0600, made at the first start, outside `folder`) seals what must be read again and keys
 * the log's chain. ERR_UNSUPPORTED: the database is of a newer version of the program; ERR_AUTH: the key file is not the
 * one that this database was made with, is missing, or others may read it; ERR_IO: logged with the reason. The head of the
 * security log is kept in `key_file`.log-head. Folders that are missing are made, with mode 0700. */
int store_open(struct store **store, const char *folder, const char *key_file);
void store_close(struct store *store); /* NULL is fine */

/* Makes the folders that store_open needs and gives what it makes to this user: for a process that was started by root,
 * before it becomes that user. ERR_IO: logged. */
int store_prepare(const char *folder, const char *key_file, uid_t uid, gid_t gid);

int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

/* For what consists of several changes and may itself be called within one: a part of it, or a whole one of its own.
 * With an error all since the beginning is undone, and no more. Returns `err`, or why it could not be committed. */
int store_part_begin(struct store *store, bool *whole);
int store_part_end(struct store *store, bool whole, int err);

/* How many rows the last change has changed, made or removed: for what concerns many at once (..._all, ..._everybody,
 * store_account_demand_passwords). */
size_t store_changed(const struct store *store);

/* Grows whenever another process has changed the database: then look again at what is live. */
uint64_t store_foreign_changes(struct store *store);

/* Removes what has expired: sessions, one-time links, idempotency keys, seen webhook events. Call it once a minute. */
int store_tidy(struct store *store, uint64_t now_s);

/* A consistent copy of the database into a new file while the server runs; ERR_STATE when the file is there already, or
 * between store_begin and store_commit. The file is at its place only when it is whole. The key file is not in it. */
int store_backup(struct store *store, const char *file);

/* Puts a backup in place of `folder`/testudo.db. No server may have it open (ERR_STATE). The backup is checked first
 * (ERR_IO, ERR_UNSUPPORTED, ERR_AUTH: integrity, version, key); the replaced database is kept beside it as
 * testudo.db.before-restore. At every instant testudo.db is the one or the other. The security log then ends where the
 * backup's does, and its head says so: note the restore in it. */
int store_restore(const char *folder, const char *key_file, const char *file);

/* Whether a process has the database of this folder open, such as the server. */
bool store_is_open(const char *folder);

/* Integrity of the database itself: 0, or ERR_IO with one line for a person in `problem`. */
int store_check(struct store *store, char problem[256]);

#endif
