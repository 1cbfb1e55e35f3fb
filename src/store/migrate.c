/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/migrate.h"

#include <sodium.h>
#include <stdio.h>

#include "base/log.h"
#include "store/db.h"

#define APPLICATION_ID 1414746447 /* "TSDO" */

/* The number of a table's rows is kept, so that a limit costs the same whatever the table's size. */
#define COUNTED(t)                                                                                                     \
  "INSERT INTO counted VALUES ('" t "', 0);"                                                                           \
  "CREATE TRIGGER " t "_added AFTER INSERT ON " t " BEGIN UPDATE counted SET n = n + 1 WHERE name = '" t "'; END;"     \
  "CREATE TRIGGER " t "_removed AFTER DELETE ON " t " BEGIN UPDATE counted SET n = n - 1 WHERE name = '" t "'; END;"

#define ID "id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16)"
#define BOOL(name) name " INTEGER NOT NULL CHECK (" name " IN (0, 1))"
#define TIME(name) name " INTEGER NOT NULL CHECK (" name " >= 0)"
#define ROLE(name) name " INTEGER NOT NULL CHECK (" name " BETWEEN 0 AND 4)"

static const char base_tables[] =
  "PRAGMA application_id = " TEXT_OF(APPLICATION_ID) ";"
  "CREATE TABLE owner_check (one INTEGER PRIMARY KEY CHECK (one = 1), mark BLOB NOT NULL) STRICT;"
  "CREATE TABLE counted (name TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE log (number INTEGER PRIMARY KEY, " TIME("time_s") ", kind TEXT NOT NULL, actor TEXT NOT NULL,"
  " subject TEXT NOT NULL, detail TEXT NOT NULL, mac BLOB NOT NULL) STRICT;"
  "CREATE INDEX log_kind ON log (kind, number);";

static const char people_tables[] =
  "CREATE TABLE account (" ID ", role INTEGER NOT NULL CHECK (role IN (0, 1)),"
  " email TEXT NOT NULL UNIQUE CHECK (email <> ''), name TEXT NOT NULL, phone TEXT NOT NULL, " BOOL("email_verified") ", "
  BOOL("disabled") ", " BOOL("two_factors_wanted") ", " BOOL("must_set_password") ", password TEXT NOT NULL, totp BLOB, "
  TIME("signed_in_s") ", calls_consent INTEGER NOT NULL, totp_step INTEGER NOT NULL, " TIME("created_s") ") STRICT;"
  COUNTED("account")
  "CREATE TABLE recovery (account BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE, hash BLOB NOT NULL,"
  " PRIMARY KEY (account, hash)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE passkey (" ID ", account BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,"
  " credential BLOB NOT NULL UNIQUE, key BLOB NOT NULL, sign_count INTEGER NOT NULL, label TEXT NOT NULL, "
  TIME("created_s") ", " TIME("used_s") ") STRICT;"
  "CREATE INDEX passkey_account ON passkey (account, created_s);"
  "CREATE TABLE oidc (issuer TEXT NOT NULL, subject TEXT NOT NULL,"
  " account BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE, PRIMARY KEY (issuer, subject)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX oidc_account ON oidc (account);"
  "CREATE TABLE session (" ID ", cookie_hash BLOB NOT NULL UNIQUE, key BLOB NOT NULL,"
  " account BLOB REFERENCES account (id) ON DELETE CASCADE, email TEXT NOT NULL, factors INTEGER NOT NULL, "
  TIME("used_s") ", " TIME("signed_in_s") ", " TIME("confirmed_s") ", device TEXT NOT NULL, network BLOB NOT NULL, "
  TIME("created_s") ") STRICT;"
  COUNTED("session")
  "CREATE INDEX session_account ON session (account, used_s);"
  "CREATE INDEX session_used ON session (used_s);"
  "CREATE TABLE notice (" ID ", account BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE, " TIME("time_s") ","
  " kind TEXT NOT NULL, text TEXT NOT NULL) STRICT;"
  "CREATE INDEX notice_account ON notice (account, time_s);";

static const char room_tables[] =
  "CREATE TABLE series (" ID ", owner BLOB REFERENCES account (id) ON DELETE SET NULL, title TEXT NOT NULL, "
  TIME("created_s") ") STRICT;"
  COUNTED("series")
  "CREATE INDEX series_owner ON series (owner, created_s);"
  "CREATE TABLE room (" ID ", series BLOB REFERENCES series (id) ON DELETE SET NULL,"
  " kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3), title TEXT NOT NULL, " ROLE("present") ", " ROLE("share") ", "
  ROLE("chat") ", " BOOL("unmute_self") ", " BOOL("guests") ", " BOOL("guests_verified") ", " BOOL("waiting_room") ", "
  BOOL("two_factors") ", " BOOL("post_quantum") ", " BOOL("locked") ", most INTEGER NOT NULL CHECK (most >= 2),"
  " invited INTEGER NOT NULL, " TIME("closed_s") ","
  " owner BLOB REFERENCES account (id) ON DELETE SET NULL, " TIME("created_s") ") STRICT;"
  COUNTED("room")
  "CREATE INDEX room_owner ON room (owner, created_s);"
  "CREATE INDEX room_created ON room (created_s);"
  "CREATE INDEX room_series ON room (series);"
  "CREATE TABLE member (room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE,"
  " email TEXT NOT NULL CHECK (email <> ''), " ROLE("role") ", PRIMARY KEY (room, email)) STRICT, WITHOUT ROWID;"
  COUNTED("member")
  "CREATE TABLE ban (" ID ", room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE, account BLOB, email TEXT NOT NULL,"
  " key_hash BLOB NOT NULL, device BLOB NOT NULL, name TEXT NOT NULL, " TIME("time_s") ") STRICT;"
  "CREATE INDEX ban_room ON ban (room, time_s);"
  "CREATE TABLE attendance (room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE, stay INTEGER NOT NULL,"
  " name TEXT NOT NULL, email TEXT NOT NULL, verified TEXT NOT NULL, " ROLE("role") ", " TIME("joined_s") ", "
  TIME("left_s") ", PRIMARY KEY (room, stay)) STRICT, WITHOUT ROWID;"
  COUNTED("attendance");

static const char ticket_tables[] =
  "CREATE TABLE ticket (" ID ", room BLOB REFERENCES room (id) ON DELETE CASCADE,"
  " series BLOB REFERENCES series (id) ON DELETE CASCADE, email TEXT NOT NULL CHECK (email <> ''),"
  " role INTEGER NOT NULL CHECK (role BETWEEN 0 AND 2), " TIME("from_s") ", " TIME("until_s") ", " TIME("revoked_s") ", "
  TIME("created_s") ", session BLOB REFERENCES session (id) ON DELETE SET NULL, reference TEXT NOT NULL,"
  " issuer TEXT NOT NULL, CHECK ((room IS NULL) <> (series IS NULL))) STRICT;"
  COUNTED("ticket")
  "CREATE UNIQUE INDEX ticket_reference ON ticket (issuer, reference) WHERE reference <> '';"
  "CREATE INDEX ticket_email ON ticket (email);"
  "CREATE INDEX ticket_room ON ticket (room, created_s);"
  "CREATE INDEX ticket_series ON ticket (series, created_s);"
  "CREATE INDEX ticket_session ON ticket (session);"
  "CREATE TABLE api_key (" ID ", hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, scopes INTEGER NOT NULL,"
  " owner BLOB REFERENCES account (id) ON DELETE SET NULL, " TIME("created_s") ", " TIME("used_s") ", " TIME("revoked_s")
  ") STRICT;"
  "CREATE INDEX api_key_owner ON api_key (owner);"
  COUNTED("api_key")
  "CREATE TABLE idempotent (key BLOB NOT NULL, token TEXT NOT NULL, request BLOB NOT NULL, status INTEGER NOT NULL,"
  " body BLOB NOT NULL, " TIME("time_s") ", PRIMARY KEY (key, token)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX idempotent_time ON idempotent (time_s);"
  COUNTED("idempotent")
  "CREATE TABLE webhook (" ID ", name TEXT NOT NULL, secret BLOB NOT NULL,"
  " room BLOB REFERENCES room (id) ON DELETE SET NULL, series BLOB REFERENCES series (id) ON DELETE SET NULL, "
  TIME("created_s") ", " TIME("revoked_s") ") STRICT;"
  COUNTED("webhook")
  "CREATE UNIQUE INDEX webhook_name ON webhook (name) WHERE revoked_s = 0;"
  "CREATE INDEX webhook_room ON webhook (room);"
  "CREATE INDEX webhook_series ON webhook (series);"
  "CREATE TABLE webhook_event (webhook BLOB NOT NULL REFERENCES webhook (id) ON DELETE CASCADE, event TEXT NOT NULL, "
  TIME("time_s") ", PRIMARY KEY (webhook, event)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX webhook_event_time ON webhook_event (time_s);"
  COUNTED("webhook_event");

/* --- the second step: one-time links, settings, the server's own secrets, what is demanded of people --- */

static const char link_tables[] =
  "CREATE TABLE link (hash BLOB PRIMARY KEY NOT NULL CHECK (length(hash) = 32),"
  " account BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,"
  " purpose INTEGER NOT NULL CHECK (purpose IN (0, 1)), " TIME("until_s") ", " TIME("used_s") ") STRICT, WITHOUT ROWID;"
  "CREATE INDEX link_account ON link (account);"
  "CREATE INDEX link_until ON link (until_s);";

static const char setting_tables[] =
  "CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE secret (name BLOB PRIMARY KEY NOT NULL CHECK (length(name) = 16), value BLOB NOT NULL) STRICT,"
  " WITHOUT ROWID;";

static const char demand_columns[] =
  "ALTER TABLE account ADD COLUMN two_factors_demanded INTEGER NOT NULL DEFAULT 0"
  " CHECK (two_factors_demanded IN (0, 1));";

/* --- contacts and calls --- */

#define OF_ACCOUNT(name) name " BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE"

static const char contact_tables[] =
  "CREATE TABLE contact (" OF_ACCOUNT("account") ", " OF_ACCOUNT("other") ", " BOOL("hidden") ", " TIME("since_s") ","
  " CHECK (account <> other), PRIMARY KEY (account, other)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX contact_other ON contact (other);"
  COUNTED("contact")
  "CREATE TABLE contact_ask (" ID ", " OF_ACCOUNT("asker") ", email TEXT NOT NULL CHECK (email <> ''), "
  BOOL("declined") ", " BOOL("withdrawn") ", " TIME("time_s") ", UNIQUE (asker, email)) STRICT;"
  "CREATE INDEX contact_ask_email ON contact_ask (email, time_s);"
  "CREATE INDEX contact_ask_time ON contact_ask (time_s);"
  COUNTED("contact_ask")
  "CREATE TABLE contact_link (hash BLOB PRIMARY KEY NOT NULL CHECK (length(hash) = 32), " OF_ACCOUNT("account") ", "
  TIME("until_s") ") STRICT, WITHOUT ROWID;"
  "CREATE INDEX contact_link_account ON contact_link (account);"
  "CREATE INDEX contact_link_until ON contact_link (until_s);"
  "CREATE TABLE contact_block (" OF_ACCOUNT("account") ", " OF_ACCOUNT("other") ", " TIME("time_s") ","
  " PRIMARY KEY (account, other)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX contact_block_other ON contact_block (other);";

static const char call_tables[] =
  "CREATE TABLE call_choice (account BLOB PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE, "
  BOOL("presence") ") STRICT, WITHOUT ROWID;"
  "CREATE TABLE missed_call (" ID ", " OF_ACCOUNT("account") ", " OF_ACCOUNT("caller") ", " TIME("time_s") ") STRICT;"
  "CREATE INDEX missed_call_account ON missed_call (account, time_s);"
  "CREATE INDEX missed_call_caller ON missed_call (caller);"
  "CREATE INDEX missed_call_time ON missed_call (time_s);";

/* --- what people write to the administrators --- */

static const char message_tables[] =
  "CREATE TABLE message (" ID ", account BLOB REFERENCES account (id) ON DELETE SET NULL, content BLOB NOT NULL, "
  BOOL("email_verified") ", " BOOL("is_read") ", " TIME("time_s") ") STRICT;"
  "CREATE INDEX message_account ON message (account);"
  "CREATE INDEX message_time ON message (time_s);"
  COUNTED("message");

/* --- in which language the server writes to people --- */

static const char language_column[] = "ALTER TABLE account ADD COLUMN language TEXT NOT NULL DEFAULT '';";

/* One step: up to four texts. */
static const char *const steps[][4] = {
  {base_tables, people_tables, room_tables, ticket_tables},
  {link_tables, setting_tables, demand_columns},
  {contact_tables, call_tables},
  {message_tables},
  {language_column},
};
#define STEPS ((int64_t)(sizeof steps / sizeof steps[0]))

int migrate_version(sqlite3 *db, int64_t *version)
{
  int64_t application;
  int err = db_number(db, "PRAGMA application_id", &application);
  if (err == 0)
    err = db_number(db, "PRAGMA user_version", version);
  if (err != 0)
    return err;
  if (application != (*version == 0 ? 0 : APPLICATION_ID)) {
    log_error("store: the database is another program's");
    return ERR_UNSUPPORTED;
  }
  if (*version < 0 || *version > STEPS) {
    log_error("store: the database is of a newer version of this program: version=%lld known=%lld", (long long)*version,
              (long long)STEPS);
    return ERR_UNSUPPORTED;
  }
  return 0;
}

static int write_check(sqlite3 *db, const uint8_t check[32])
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(db, "INSERT INTO owner_check VALUES (1, ?1)", -1, &stmt, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_bind_blob(stmt, 1, check, 32, SQLITE_STATIC);
  if (rc == SQLITE_OK)
    rc = sqlite3_step(stmt);
  int err = rc == SQLITE_DONE ? 0 : db_error(db, rc);
  (void)sqlite3_finalize(stmt);
  return err;
}

static int run_step(sqlite3 *db, int64_t step, const uint8_t check[32])
{
  char sql[64];
  int err = 0;
  for (size_t i = 0; i < sizeof steps[0] / sizeof steps[0][0] && err == 0; i++)
    if (steps[step][i] != NULL)
      err = db_exec(db, steps[step][i]);
  if (err == 0 && step == 0)
    err = write_check(db, check);
  (void)snprintf(sql, sizeof sql, "PRAGMA user_version = %lld", (long long)(step + 1));
  return err != 0 ? err : db_exec(db, sql);
}

/* One step, if there is one to do; `version` is what was found inside the transaction. */
static int migrate_once(sqlite3 *db, const uint8_t check[32], int64_t *version)
{
  int err = db_exec(db, "BEGIN IMMEDIATE");
  if (err != 0)
    return err;
  err = migrate_version(db, version);
  if (err == 0 && *version < STEPS)
    err = run_step(db, *version, check);
  if (err == 0)
    err = db_exec(db, "COMMIT");
  if (err != 0 && sqlite3_get_autocommit(db) == 0)
    (void)db_exec(db, "ROLLBACK");
  return err;
}

int migrate(sqlite3 *db, const uint8_t check[32])
{
  int64_t version = 0;
  int err = migrate_version(db, &version);
  while (err == 0 && version < STEPS)
    err = migrate_once(db, check, &version);
  return err;
}

int migrate_check_key(sqlite3 *db, const uint8_t check[32])
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(db, "SELECT mark FROM owner_check", -1, &stmt, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_step(stmt);
  int err = rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? ERR_AUTH : db_error(db, rc);
  if (err == 0 && (sqlite3_column_bytes(stmt, 0) != 32 || sodium_memcmp(sqlite3_column_blob(stmt, 0), check, 32) != 0))
    err = ERR_AUTH;
  (void)sqlite3_finalize(stmt);
  if (err == ERR_AUTH)
    log_error("store: the key file is not the one that this database was made with");
  return err;
}
