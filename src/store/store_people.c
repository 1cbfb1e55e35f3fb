/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_people.h"

#include <sodium.h>

#include "store/db.h"

#define ACCOUNT                                                                                                        \
  "id, role, email, name, phone, email_verified, disabled, two_factors_wanted, must_set_password, password, totp,"     \
  " signed_in_s, calls_consent, two_factors_demanded, language, totp_step, created_s"

static struct seal_place totp_place(const struct uid *id)
{
  return (struct seal_place){.table = "account", .row = id->b};
}

/* The columns that store_account_set writes. */
static void bind_account(struct query *q, const struct account *a)
{
  struct seal_place place = totp_place(&a->id);
  bind_uid(q, &a->id);
  bind_int(q, a->role);
  bind_text(q, a->email, sizeof a->email);
  bind_text(q, a->name, sizeof a->name);
  bind_text(q, a->phone, sizeof a->phone);
  bind_int(q, a->email_verified);
  bind_int(q, a->disabled);
  bind_int(q, a->two_factors_wanted);
  bind_int(q, a->must_set_password);
  bind_text(q, a->password, sizeof a->password);
  if (a->has_totp)
    bind_sealed(q, &place, a->totp, sizeof a->totp);
  else
    bind_null(q);
  bind_u64(q, a->signed_in_s);
  bind_u64(q, a->calls_consent);
  bind_int(q, a->two_factors_demanded);
  bind_text(q, a->language, sizeof a->language);
}

static void read_account(struct query *q, void *row)
{
  struct account *a = row;
  size_t n;
  *a = (struct account){0};
  take_uid(q, &a->id);
  a->role = (enum account_role)take_u64(q);
  take_text(q, a->email, sizeof a->email);
  take_text(q, a->name, sizeof a->name);
  take_text(q, a->phone, sizeof a->phone);
  a->email_verified = take_bool(q);
  a->disabled = take_bool(q);
  a->two_factors_wanted = take_bool(q);
  a->must_set_password = take_bool(q);
  take_text(q, a->password, sizeof a->password);
  struct seal_place place = totp_place(&a->id);
  a->has_totp = take_sealed(q, &place, a->totp, sizeof a->totp, &n);
  a->signed_in_s = take_u64(q);
  a->calls_consent = take_u64(q);
  a->two_factors_demanded = take_bool(q);
  take_text(q, a->language, sizeof a->language);
  a->totp_step = take_u64(q);
  a->created_s = take_u64(q);
}

int store_account_add(struct store *st, struct account *a)
{
  uid_make(&a->id);
  struct query q = query_of(st, "INSERT INTO account (" ACCOUNT ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                                " ?12, ?13, ?14, ?15, ?16, ?17 WHERE " HAS_ROOM("account", LIMIT_ACCOUNTS));
  bind_account(&q, a);
  bind_u64(&q, a->totp_step);
  bind_u64(&q, a->created_s);
  return query_insert(&q);
}

int store_account_get(struct store *st, const struct uid *id, struct account *a)
{
  struct query q = query_of(st, "SELECT " ACCOUNT " FROM account WHERE id = ?1");
  bind_uid(&q, id);
  return query_one(&q, read_account, a);
}

int store_account_by_email(struct store *st, const char *email, struct account *a)
{
  struct query q = query_of(st, "SELECT " ACCOUNT " FROM account WHERE email = ?1");
  bind_text(&q, email, EMAIL_BYTES);
  return query_one(&q, read_account, a);
}

int store_account_set(struct store *st, const struct account *a)
{
  struct query q = query_of(st, "UPDATE account SET role = ?2, email = ?3, name = ?4, phone = ?5, email_verified = ?6,"
                                " disabled = ?7, two_factors_wanted = ?8, must_set_password = ?9, password = ?10,"
                                " totp = ?11, signed_in_s = ?12, calls_consent = ?13,"
                                " two_factors_demanded = ?14, language = ?15 WHERE id = ?1");
  bind_account(&q, a);
  return query_change(&q);
}

/* --- removing --- */

static int run_with(struct store *st, const char *sql, const struct uid *id)
{
  struct query q = query_of(st, sql);
  size_t changed;
  bind_uid(&q, id);
  return query_run(&q, &changed);
}

static int run_with_time(struct store *st, const char *sql, const struct uid *id, uint64_t now_s)
{
  struct query q = query_of(st, sql);
  size_t changed;
  bind_uid(&q, id);
  bind_u64(&q, now_s);
  return query_run(&q, &changed);
}

/* What refers to the account by its id alone goes by the foreign keys; this is the rest. */
static int remove_account(struct store *st, const struct uid *id, uint64_t now_s)
{
  static const char tickets[] = "DELETE FROM ticket WHERE email = (SELECT email FROM account WHERE id = ?1)";
  static const char rooms[] = "UPDATE room SET closed_s = ?2 WHERE owner = ?1 AND closed_s = 0";
  static const char keys[] = "UPDATE api_key SET revoked_s = ?2 WHERE owner = ?1 AND revoked_s = 0";
  int err = run_with(st, tickets, id);
  if (err == 0)
    err = run_with_time(st, rooms, id, now_s);
  if (err == 0)
    err = run_with_time(st, keys, id, now_s);
  if (err != 0)
    return err;
  struct query q = query_of(st, "DELETE FROM account WHERE id = ?1");
  bind_uid(&q, id);
  return query_change(&q);
}

int store_account_remove(struct store *st, const struct uid *id, uint64_t now_s)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, remove_account(st, id, now_s));
}

/* --- lists --- */

int store_account_list(struct store *st, const char *search, struct page page, struct account *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " ACCOUNT " FROM account WHERE ?1 = '' OR instr(lower(email), lower(?1)) > 0"
                                " OR instr(lower(name), lower(?1)) > 0 ORDER BY email LIMIT ?2 OFFSET ?3");
  bind_text(&q, search, EMAIL_BYTES);
  return query_list(&q, page, read_account, out, sizeof *out, n);
}

struct account_counts {
  size_t accounts, administrators;
};

static void read_counts(struct query *q, void *row)
{
  struct account_counts *c = row;
  c->accounts = (size_t)take_u64(q);
  c->administrators = (size_t)take_u64(q);
}

int store_account_count(struct store *st, size_t *accounts, size_t *administrators)
{
  struct account_counts c = {0};
  struct query q = query_of(st, "SELECT count(*), count(*) FILTER (WHERE role = 1 AND disabled = 0) FROM account");
  int err = query_one(&q, read_counts, &c);
  *accounts = c.accounts;
  *administrators = c.administrators;
  return err;
}

int store_account_demand_passwords(struct store *st)
{
  struct query q = query_of(st, "UPDATE account SET must_set_password = 1 WHERE password <> ''");
  size_t changed;
  return query_run(&q, &changed);
}

/* --- second factors --- */

static void read_nothing(struct query *q, void *row)
{
  (void)q;
  (void)row;
}

static int account_exists(struct store *st, const struct uid *id)
{
  struct query q = query_of(st, "SELECT 1 FROM account WHERE id = ?1");
  bind_uid(&q, id);
  return query_one(&q, read_nothing, NULL);
}

int store_totp_use(struct store *st, const struct uid *account, uint64_t step)
{
  struct query q = query_of(st, "UPDATE account SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2");
  bind_uid(&q, account);
  bind_u64(&q, step);
  int err = query_change(&q);
  if (err != ERR_NOT_FOUND)
    return err;
  err = account_exists(st, account);
  return err == 0 ? ERR_REPLAY : err;
}

static int add_recovery(struct store *st, const struct uid *account, const uint8_t hash[32])
{
  struct query q = query_of(st, "INSERT INTO recovery (account, hash) VALUES (?1, ?2)");
  bind_uid(&q, account);
  bind_bytes(&q, hash, 32);
  return query_insert(&q);
}

int store_recovery_set(struct store *st, const struct uid *account, const uint8_t hash[][32], size_t n)
{
  if (n > RECOVERY_CODES)
    return ERR_LIMIT;
  int err = change_open(st);
  if (err != 0)
    return err;
  err = run_with(st, "DELETE FROM recovery WHERE account = ?1", account);
  for (size_t i = 0; i < n && err == 0; i++)
    err = add_recovery(st, account, hash[i]);
  return change_close(st, err);
}

int store_recovery_use(struct store *st, const struct uid *account, const uint8_t hash[32])
{
  struct query q = query_of(st, "DELETE FROM recovery WHERE account = ?1 AND hash = ?2");
  bind_uid(&q, account);
  bind_bytes(&q, hash, 32);
  return query_change(&q);
}

static void read_size(struct query *q, void *row)
{
  *(size_t *)row = (size_t)take_u64(q);
}

int store_recovery_left(struct store *st, const struct uid *account, size_t *n)
{
  struct query q = query_of(st, "SELECT count(*) FROM recovery WHERE account = ?1");
  bind_uid(&q, account);
  return query_one(&q, read_size, n);
}
