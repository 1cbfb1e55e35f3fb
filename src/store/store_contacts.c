/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_contacts.h"

#include "store/db.h"

#define PERSON "a.id, a.email, a.name, a.email_verified"
#define BLOCKED(account, other)                                                                                        \
  "EXISTS (SELECT 1 FROM contact_block b WHERE b.account = " account " AND b.other = " other ")"

static void take_person(struct query *q, struct contact *c)
{
  *c = (struct contact){0};
  take_uid(q, &c->account);
  take_text(q, c->email, sizeof c->email);
  take_text(q, c->name, sizeof c->name);
  c->email_verified = take_bool(q);
  c->id = c->account;
}

static void read_contact(struct query *q, void *row)
{
  struct contact *c = row;
  take_person(q, c);
  c->hidden = take_bool(q);
  c->time_s = take_u64(q);
}

/* With an id of its own. */
static void read_event(struct query *q, void *row)
{
  struct contact *c = row;
  take_person(q, c);
  take_uid(q, &c->id);
  c->time_s = take_u64(q);
}

static void read_nothing(struct query *q, void *row)
{
  (void)q;
  (void)row;
}

static void read_size(struct query *q, void *row)
{
  *(size_t *)row = (size_t)take_u64(q);
}

static void read_uid(struct query *q, void *row)
{
  take_uid(q, row);
}

/* --- contacts --- */

int store_contact_list(struct store *st, const struct uid *account, struct page page, struct contact *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " PERSON ", c.hidden, c.since_s FROM contact c JOIN account a ON a.id = c.other"
                                " WHERE c.account = ?1 AND NOT " BLOCKED("?1", "c.other")
                                " ORDER BY lower(a.name), a.id LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_contact, out, sizeof *out, n);
}

int store_contact_ids(struct store *st, const struct uid *account, struct page page, struct uid *out, size_t *n)
{
  struct query q = query_of(st, "SELECT other FROM contact WHERE account = ?1 LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_uid, out, sizeof *out, n);
}

int store_contact_get(struct store *st, const struct uid *account, const struct uid *other, struct contact *c)
{
  struct query q = query_of(st, "SELECT " PERSON ", c.hidden, c.since_s FROM contact c JOIN account a ON a.id = c.other"
                                " WHERE c.account = ?1 AND c.other = ?2 AND NOT " BLOCKED("?1", "?2"));
  bind_uid(&q, account);
  bind_uid(&q, other);
  return query_one(&q, read_contact, c);
}

static int contact_exists(struct store *st, const struct uid *account, const struct uid *other)
{
  struct query q = query_of(st, "SELECT 1 FROM contact WHERE account = ?1 AND other = ?2");
  bind_uid(&q, account);
  bind_uid(&q, other);
  return query_one(&q, read_nothing, NULL);
}

static int add_one_way(struct store *st, const struct uid *account, const struct uid *other, uint64_t now_s)
{
  struct query q =
      query_of(st, "INSERT INTO contact (account, other, hidden, since_s) SELECT ?1, ?2, 0, ?3"
                   " WHERE (SELECT count(*) FROM contact WHERE account = ?1) < " TEXT_OF(LIMIT_ACCOUNT_CONTACTS)
                   " AND " HAS_ROOM("contact", LIMIT_CONTACTS));
  bind_uid(&q, account);
  bind_uid(&q, other);
  bind_u64(&q, now_s);
  return query_insert(&q);
}

static int contact_add(struct store *st, const struct uid *a, const struct uid *b, uint64_t now_s)
{
  int err = contact_exists(st, a, b);
  if (err != ERR_NOT_FOUND)
    return err;
  err = add_one_way(st, a, b, now_s);
  return err != 0 ? err : add_one_way(st, b, a, now_s);
}

int store_contact_add(struct store *st, const struct uid *a, const struct uid *b, uint64_t now_s)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, contact_add(st, a, b, now_s));
}

int store_contact_remove(struct store *st, const struct uid *account, const struct uid *other)
{
  struct query q = query_of(st, "DELETE FROM contact WHERE (account = ?1 AND other = ?2)"
                                " OR (account = ?2 AND other = ?1)");
  bind_uid(&q, account);
  bind_uid(&q, other);
  return query_change(&q);
}

int store_contact_hide(struct store *st, const struct uid *account, const struct uid *other, bool hidden)
{
  struct query q = query_of(st, "UPDATE contact SET hidden = ?3 WHERE account = ?1 AND other = ?2");
  bind_uid(&q, account);
  bind_uid(&q, other);
  bind_int(&q, hidden);
  return query_change(&q);
}

/* --- asking by address --- */

static int ask_again(struct store *st, const struct uid *asker, const char *email)
{
  struct query q = query_of(st, "UPDATE contact_ask SET withdrawn = 0 WHERE asker = ?1 AND email = ?2");
  bind_uid(&q, asker);
  bind_text(&q, email, EMAIL_BYTES);
  return query_change(&q);
}

static int ask_add(struct store *st, const struct uid *asker, const char *email, uint64_t now_s)
{
  struct uid id;
  int err = ask_again(st, asker, email);
  if (err != ERR_NOT_FOUND)
    return err;
  uid_make(&id);
  struct query q =
      query_of(st, "INSERT INTO contact_ask (id, asker, email, declined, withdrawn, time_s) SELECT ?1, ?2, ?3, 0, 0, ?4"
                   " WHERE (SELECT count(*) FROM contact_ask WHERE asker = ?2) < " TEXT_OF(LIMIT_ACCOUNT_ASKS)
                   " AND " HAS_ROOM("contact_ask", LIMIT_CONTACT_ASKS));
  bind_uid(&q, &id);
  bind_uid(&q, asker);
  bind_text(&q, email, EMAIL_BYTES);
  bind_u64(&q, now_s);
  return query_insert(&q);
}

int store_ask_add(struct store *st, const struct uid *asker, const char *email, uint64_t now_s)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, ask_add(st, asker, email, now_s));
}

static void read_sent(struct query *q, void *row)
{
  struct contact *c = row;
  *c = (struct contact){0};
  take_uid(q, &c->id);
  take_text(q, c->email, sizeof c->email);
  c->time_s = take_u64(q);
}

int store_ask_list_sent(struct store *st, const struct uid *asker, struct page page, struct contact *out, size_t *n)
{
  struct query q = query_of(st, "SELECT id, email, time_s FROM contact_ask WHERE asker = ?1 AND withdrawn = 0"
                                " ORDER BY time_s DESC, id LIMIT ?2 OFFSET ?3");
  bind_uid(&q, asker);
  return query_list(&q, page, read_sent, out, sizeof *out, n);
}

/* Kept until it is too old: asked again it is no new one. */
int store_ask_withdraw(struct store *st, const struct uid *asker, const struct uid *id)
{
  struct query q = query_of(st, "UPDATE contact_ask SET withdrawn = 1 WHERE asker = ?1 AND id = ?2 AND withdrawn = 0");
  bind_uid(&q, asker);
  bind_uid(&q, id);
  return query_change(&q);
}

int store_ask_list(struct store *st, const struct uid *account, const char *email, struct page page,
                   struct contact *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " PERSON ", k.id, k.time_s FROM"
                                " (SELECT * FROM contact_ask WHERE email = ?2 AND declined = 0 AND withdrawn = 0"
                                "  AND asker <> ?1 AND NOT " BLOCKED("?1", "asker")
                                "  ORDER BY time_s LIMIT " TEXT_OF(LIMIT_ASKS_TO_ACCOUNT) ") k"
                                " JOIN account a ON a.id = k.asker"
                                " ORDER BY k.time_s, k.id LIMIT ?3 OFFSET ?4");
  bind_uid(&q, account);
  bind_text(&q, email, EMAIL_BYTES);
  return query_list(&q, page, read_event, out, sizeof *out, n);
}

static int ask_accept(struct store *st, const struct uid *account, const char *email, const struct uid *id,
                      uint64_t now_s, struct uid *asker)
{
  struct query q = query_of(st, "SELECT asker FROM contact_ask WHERE id = ?1 AND email = ?2 AND declined = 0"
                                " AND withdrawn = 0 AND asker <> ?3");
  bind_uid(&q, id);
  bind_text(&q, email, EMAIL_BYTES);
  bind_uid(&q, account);
  int err = query_one(&q, read_uid, asker);
  if (err == 0)
    err = contact_add(st, account, asker, now_s);
  if (err != 0)
    return err;
  q = query_of(st, "DELETE FROM contact_ask WHERE id = ?1");
  bind_uid(&q, id);
  return query_change(&q);
}

int store_ask_accept(struct store *st, const struct uid *account, const char *email, const struct uid *id,
                     uint64_t now_s, struct uid *asker)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, ask_accept(st, account, email, id, now_s, asker));
}

int store_ask_decline(struct store *st, const char *email, const struct uid *id)
{
  struct query q = query_of(st, "UPDATE contact_ask SET declined = 1 WHERE id = ?1 AND email = ?2 AND declined = 0"
                                " AND withdrawn = 0");
  bind_uid(&q, id);
  bind_text(&q, email, EMAIL_BYTES);
  return query_change(&q);
}

/* --- links --- */

int store_contact_link_add(struct store *st, const struct uid *account, const uint8_t hash[32], uint64_t until_s)
{
  struct query q = query_of(st, "INSERT INTO contact_link (hash, account, until_s) SELECT ?1, ?2, ?3"
                                " WHERE (SELECT count(*) FROM contact_link WHERE account = ?2) < " TEXT_OF(
                                    LIMIT_ACCOUNT_CONTACT_LINKS));
  bind_bytes(&q, hash, 32);
  bind_uid(&q, account);
  bind_u64(&q, until_s);
  return query_insert(&q);
}

static void read_person(struct query *q, void *row)
{
  take_person(q, row);
}

int store_contact_link_find(struct store *st, const uint8_t hash[32], uint64_t now_s, struct contact *owner)
{
  struct query q = query_of(st, "SELECT " PERSON " FROM contact_link l JOIN account a ON a.id = l.account"
                                " WHERE l.hash = ?1 AND l.until_s > ?2");
  bind_bytes(&q, hash, 32);
  bind_u64(&q, now_s);
  return query_one(&q, read_person, owner);
}

static int link_use(struct store *st, const uint8_t hash[32], const struct uid *account, uint64_t now_s,
                    struct uid *owner)
{
  struct contact found;
  int err = store_contact_link_find(st, hash, now_s, &found);
  if (err != 0)
    return err;
  if (uid_equal(&found.id, account))
    return ERR_STATE;
  *owner = found.id;
  err = contact_add(st, owner, account, now_s);
  if (err != 0)
    return err;
  struct query q = query_of(st, "DELETE FROM contact_link WHERE hash = ?1");
  bind_bytes(&q, hash, 32);
  return query_change(&q);
}

int store_contact_link_use(struct store *st, const uint8_t hash[32], const struct uid *account, uint64_t now_s,
                           struct uid *owner)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, link_use(st, hash, account, now_s, owner));
}

/* --- blocking --- */

int store_block_find(struct store *st, const struct uid *account, const struct uid *other)
{
  struct query q = query_of(st, "SELECT 1 FROM contact_block WHERE account = ?1 AND other = ?2");
  bind_uid(&q, account);
  bind_uid(&q, other);
  return query_one(&q, read_nothing, NULL);
}

static int block_add(struct store *st, const struct uid *account, const struct uid *other, uint64_t now_s)
{
  int err = store_block_find(st, account, other);
  if (err != ERR_NOT_FOUND)
    return err;
  struct query q = query_of(st, "INSERT INTO contact_block (account, other, time_s) SELECT ?1, ?2, ?3"
                                " WHERE (SELECT count(*) FROM contact_block WHERE account = ?1) < " TEXT_OF(
                                    LIMIT_ACCOUNT_BLOCKS));
  bind_uid(&q, account);
  bind_uid(&q, other);
  bind_u64(&q, now_s);
  return query_insert(&q);
}

int store_block_add(struct store *st, const struct uid *account, const struct uid *other, uint64_t now_s)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, block_add(st, account, other, now_s));
}

int store_block_remove(struct store *st, const struct uid *account, const struct uid *other)
{
  struct query q = query_of(st, "DELETE FROM contact_block WHERE account = ?1 AND other = ?2");
  bind_uid(&q, account);
  bind_uid(&q, other);
  return query_change(&q);
}

static void read_blocked(struct query *q, void *row)
{
  struct contact *c = row;
  take_person(q, c);
  c->time_s = take_u64(q);
}

int store_block_list(struct store *st, const struct uid *account, struct page page, struct contact *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " PERSON ", b.time_s FROM contact_block b JOIN account a ON a.id = b.other"
                                " WHERE b.account = ?1 ORDER BY lower(a.name), a.id LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_blocked, out, sizeof *out, n);
}

/* --- presence --- */

static void read_bool(struct query *q, void *row)
{
  *(bool *)row = take_bool(q);
}

int store_presence_get(struct store *st, const struct uid *account, bool *on)
{
  struct query q = query_of(st, "SELECT presence FROM call_choice WHERE account = ?1");
  *on = false;
  bind_uid(&q, account);
  int err = query_one(&q, read_bool, on);
  return err == ERR_NOT_FOUND ? 0 : err;
}

int store_presence_set(struct store *st, const struct uid *account, bool on)
{
  struct query q = query_of(st, "INSERT INTO call_choice (account, presence) VALUES (?1, ?2)"
                                " ON CONFLICT (account) DO UPDATE SET presence = excluded.presence");
  bind_uid(&q, account);
  bind_int(&q, on);
  return query_change(&q);
}

/* A pair (t, l): t's presence is told to l. */
#define IS_TOLD(t, l)                                                                                                  \
  "EXISTS (SELECT 1 FROM call_choice s WHERE s.account = " t " AND s.presence = 1)"                                    \
  " AND NOT " BLOCKED(t, l) " AND NOT " BLOCKED(l, t)

int store_presence_told(struct store *st, const struct uid *account, struct page page, struct uid *out, size_t *n)
{
  struct query q = query_of(st, "SELECT c.other FROM contact c WHERE c.account = ?1 AND c.hidden = 0 AND " IS_TOLD(
                                    "?1", "c.other") " LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_uid, out, sizeof *out, n);
}

int store_presence_heard(struct store *st, const struct uid *account, struct page page, struct uid *out, size_t *n)
{
  struct query q = query_of(st, "SELECT c.account FROM contact c WHERE c.other = ?1 AND c.hidden = 0 AND " IS_TOLD(
                                    "c.account", "?1") " LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_uid, out, sizeof *out, n);
}

/* --- missed calls --- */

static int missed_add(struct store *st, const struct uid *account, const struct uid *caller, uint64_t now_s)
{
  struct uid id;
  size_t changed;
  uid_make(&id);
  struct query q = query_of(st, "DELETE FROM missed_call WHERE id IN (SELECT id FROM missed_call WHERE account = ?1"
                                " ORDER BY time_s DESC, rowid DESC LIMIT -1 OFFSET " TEXT_OF(LIMIT_ACCOUNT_MISSED)
                                " - 1)");
  bind_uid(&q, account);
  int err = query_run(&q, &changed);
  if (err != 0)
    return err;
  q = query_of(st, "INSERT INTO missed_call (id, account, caller, time_s) VALUES (?1, ?2, ?3, ?4)");
  bind_uid(&q, &id);
  bind_uid(&q, account);
  bind_uid(&q, caller);
  bind_u64(&q, now_s);
  return query_insert(&q);
}

int store_missed_add(struct store *st, const struct uid *account, const struct uid *caller, uint64_t now_s)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, missed_add(st, account, caller, now_s));
}

int store_missed_list(struct store *st, const struct uid *account, struct page page, struct contact *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " PERSON ", m.id, m.time_s FROM missed_call m JOIN account a ON a.id = m.caller"
                                " WHERE m.account = ?1 ORDER BY m.time_s DESC, m.rowid DESC LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_event, out, sizeof *out, n);
}

int store_missed_count(struct store *st, const struct uid *account, size_t *n)
{
  struct query q = query_of(st, "SELECT count(*) FROM missed_call WHERE account = ?1");
  bind_uid(&q, account);
  return query_one(&q, read_size, n);
}

int store_missed_remove(struct store *st, const struct uid *account, const struct uid *id)
{
  struct query q = query_of(st, "DELETE FROM missed_call WHERE account = ?1 AND id = ?2");
  bind_uid(&q, account);
  bind_uid(&q, id);
  return query_change(&q);
}

int store_missed_remove_all(struct store *st, const struct uid *account)
{
  struct query q = query_of(st, "DELETE FROM missed_call WHERE account = ?1");
  size_t changed;
  bind_uid(&q, account);
  return query_run(&q, &changed);
}
