/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_sessions.h"

#include "store/db.h"

#define SESSION                                                                                                        \
  "id, cookie_hash, key, account, email, factors, used_s, signed_in_s, confirmed_s, device, network, created_s"

/* The columns that store_session_set writes. */
static void bind_session(struct query *q, const struct session *s)
{
  bind_uid(q, &s->id);
  bind_bytes(q, s->cookie_hash, sizeof s->cookie_hash);
  bind_bytes(q, s->key, sizeof s->key);
  bind_uid(q, &s->account);
  bind_text(q, s->email, sizeof s->email);
  bind_u64(q, s->factors);
  bind_u64(q, s->used_s);
  bind_u64(q, s->signed_in_s);
  bind_u64(q, s->confirmed_s);
  bind_text(q, s->device, sizeof s->device);
  bind_bytes(q, s->network, sizeof s->network);
}

static void read_session(struct query *q, void *row)
{
  struct session *s = row;
  *s = (struct session){0};
  take_uid(q, &s->id);
  take_bytes(q, s->cookie_hash, sizeof s->cookie_hash);
  take_bytes(q, s->key, sizeof s->key);
  take_uid(q, &s->account);
  take_text(q, s->email, sizeof s->email);
  s->factors = (uint32_t)take_u64(q);
  s->used_s = take_u64(q);
  s->signed_in_s = take_u64(q);
  s->confirmed_s = take_u64(q);
  take_text(q, s->device, sizeof s->device);
  take_bytes(q, s->network, sizeof s->network);
  s->created_s = take_u64(q);
}

static int session_insert(struct store *st, const struct session *s)
{
  struct query q = query_of(st, "INSERT INTO session (" SESSION ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                                " ?12 WHERE " HAS_ROOM("session", LIMIT_SESSIONS));
  bind_session(&q, s);
  bind_u64(&q, s->created_s);
  return query_insert(&q);
}

int store_session_add(struct store *st, struct session *s)
{
  bool guest = uid_is_none(&s->account);
  uid_make(&s->id);
  if (guest)
    db_without_waiting(st, true);
  int err = session_insert(st, s);
  if (guest)
    db_without_waiting(st, false);
  return err;
}

int store_session_by_cookie(struct store *st, const uint8_t cookie_hash[32], struct session *s)
{
  struct query q = query_of(st, "SELECT " SESSION " FROM session WHERE cookie_hash = ?1");
  bind_bytes(&q, cookie_hash, 32);
  return query_one(&q, read_session, s);
}

int store_session_get(struct store *st, const struct uid *id, struct session *s)
{
  struct query q = query_of(st, "SELECT " SESSION " FROM session WHERE id = ?1");
  bind_uid(&q, id);
  return query_one(&q, read_session, s);
}

int store_session_set(struct store *st, const struct session *s)
{
  struct query q = query_of(st, "UPDATE session SET cookie_hash = ?2, key = ?3, account = ?4, email = ?5, factors = ?6,"
                                " used_s = ?7, signed_in_s = ?8, confirmed_s = ?9, device = ?10, network = ?11"
                                " WHERE id = ?1");
  bind_session(&q, s);
  return query_change(&q);
}

int store_session_touch(struct store *st, const struct uid *id, uint64_t now_s)
{
  db_without_waiting(st, true);
  struct query q = query_of(st, "UPDATE session SET used_s = ?2 WHERE id = ?1");
  bind_uid(&q, id);
  bind_u64(&q, now_s);
  int err = query_change(&q);
  db_without_waiting(st, false);
  return err;
}

int store_session_drop_guests(struct store *st, size_t most, size_t *dropped)
{
  struct query q = query_of(st, "DELETE FROM session WHERE id IN"
                                " (SELECT id FROM session WHERE account IS NULL ORDER BY used_s LIMIT ?1)");
  bind_u64(&q, most);
  return query_run(&q, dropped);
}

int store_session_remove(struct store *st, const struct uid *id)
{
  struct query q = query_of(st, "DELETE FROM session WHERE id = ?1");
  bind_uid(&q, id);
  return query_change(&q);
}

int store_session_remove_all(struct store *st, const struct uid *account, const struct uid *keep)
{
  struct query q = query_of(st, "DELETE FROM session WHERE account = ?1 AND (?2 IS NULL OR id <> ?2)");
  size_t changed;
  bind_uid(&q, account);
  bind_uid(&q, keep);
  return query_run(&q, &changed);
}

int store_session_remove_everybody(struct store *st, const struct uid *keep)
{
  struct query q = query_of(st, "DELETE FROM session WHERE ?1 IS NULL OR id <> ?1");
  size_t changed;
  bind_uid(&q, keep);
  return query_run(&q, &changed);
}

int store_session_list(struct store *st, const struct uid *account, struct page page, struct session *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " SESSION " FROM session WHERE account = ?1 ORDER BY used_s DESC, id"
                                " LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_session, out, sizeof *out, n);
}

int store_session_list_all(struct store *st, struct page page, struct session *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " SESSION " FROM session WHERE account IS NOT NULL ORDER BY used_s DESC, id"
                                " LIMIT ?1 OFFSET ?2");
  return query_list(&q, page, read_session, out, sizeof *out, n);
}

/* --- notices --- */

static void read_notice(struct query *q, void *row)
{
  struct notice *n = row;
  *n = (struct notice){0};
  take_uid(q, &n->id);
  take_uid(q, &n->account);
  n->time_s = take_u64(q);
  take_text(q, n->kind, sizeof n->kind);
  take_text(q, n->text, sizeof n->text);
}

static int drop_old_notices(struct store *st, const struct uid *account)
{
  struct query q =
      query_of(st, "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE account = ?1"
                   " ORDER BY time_s DESC, rowid DESC LIMIT -1 OFFSET " TEXT_OF(LIMIT_ACCOUNT_NOTICES) ")");
  size_t changed;
  bind_uid(&q, account);
  return query_run(&q, &changed);
}

int store_notice_add(struct store *st, struct notice *n)
{
  int err = change_open(st);
  if (err != 0)
    return err;
  uid_make(&n->id);
  struct query q = query_of(st, "INSERT INTO notice (id, account, time_s, kind, text) VALUES (?1, ?2, ?3, ?4, ?5)");
  bind_uid(&q, &n->id);
  bind_uid(&q, &n->account);
  bind_u64(&q, n->time_s);
  bind_text(&q, n->kind, sizeof n->kind);
  bind_text(&q, n->text, sizeof n->text);
  err = query_insert(&q);
  if (err == 0)
    err = drop_old_notices(st, &n->account);
  return change_close(st, err);
}

int store_notice_list(struct store *st, const struct uid *account, struct page page, struct notice *out, size_t *n)
{
  struct query q = query_of(st, "SELECT id, account, time_s, kind, text FROM notice WHERE account = ?1"
                                " ORDER BY time_s DESC, rowid DESC LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_notice, out, sizeof *out, n);
}

int store_notice_remove(struct store *st, const struct uid *account, const struct uid *id)
{
  struct query q = query_of(st, "DELETE FROM notice WHERE account = ?1 AND id = ?2");
  bind_uid(&q, account);
  bind_uid(&q, id);
  return query_change(&q);
}
