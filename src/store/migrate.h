/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables, and the steps from each version of them to the next. PRAGMA user_version counts the steps done. A step that
 * was released is never changed: a new one is added. */
#ifndef TESTUDO_STORE_MIGRATE_H
#define TESTUDO_STORE_MIGRATE_H

#include <sqlite3.h>
#include <stdint.h>

/* 0 with the number of steps done; ERR_UNSUPPORTED: more than this program knows, or another program's file. */
int migrate_version(sqlite3 *db, int64_t *version);
/* Each step in a transaction; several processes may try at once. `check` (32 bytes) marks whose key file it is. */
int migrate(sqlite3 *db, const uint8_t check[32]);
/* ERR_AUTH: the database was made with another key file. */
int migrate_check_key(sqlite3 *db, const uint8_t check[32]);

#endif
