/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of the REST API, and the answers that were given under their idempotency keys. */
#include "store/store_tickets.h"

#include <sodium.h>

#include "store/db.h"

#define KEY "id, hash, name, scopes, owner, created_s, used_s, revoked_s"

static void read_key(struct query *q, void *row)
{
  struct api_key *k = row;
  *k = (struct api_key){0};
  take_uid(q, &k->id);
  take_bytes(q, k->hash, sizeof k->hash);
  take_text(q, k->name, sizeof k->name);
  k->scopes = (uint32_t)take_u64(q);
  take_uid(q, &k->owner);
  k->created_s = take_u64(q);
  k->used_s = take_u64(q);
  k->revoked_s = take_u64(q);
}

int store_key_add(struct store *st, struct api_key *k)
{
  uid_make(&k->id);
  struct query q = query_of(st, "INSERT INTO api_key (" KEY ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                                " WHERE " HAS_ROOM("api_key", LIMIT_API_KEYS));
  bind_uid(&q, &k->id);
  bind_bytes(&q, k->hash, sizeof k->hash);
  bind_text(&q, k->name, sizeof k->name);
  bind_u64(&q, k->scopes);
  bind_uid(&q, &k->owner);
  bind_u64(&q, k->created_s);
  bind_u64(&q, k->used_s);
  bind_u64(&q, k->revoked_s);
  return query_insert(&q);
}

int store_key_find(struct store *st, const uint8_t hash[32], struct api_key *k)
{
  struct query q = query_of(st, "SELECT " KEY " FROM api_key WHERE hash = ?1 AND revoked_s = 0");
  bind_bytes(&q, hash, 32);
  return query_one(&q, read_key, k);
}

int store_key_revoke(struct store *st, const struct uid *id, uint64_t now_s)
{
  struct query q = query_of(st, "UPDATE api_key SET revoked_s = iif(revoked_s = 0, ?2, revoked_s) WHERE id = ?1");
  bind_uid(&q, id);
  bind_u64(&q, now_s);
  return query_change(&q);
}

int store_key_touch(struct store *st, const struct uid *id, uint64_t now_s)
{
  db_without_waiting(st, true);
  struct query q = query_of(st, "UPDATE api_key SET used_s = ?2 WHERE id = ?1");
  bind_uid(&q, id);
  bind_u64(&q, now_s);
  int err = query_change(&q);
  db_without_waiting(st, false);
  return err;
}

int store_key_list(struct store *st, struct page page, struct api_key *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " KEY " FROM api_key ORDER BY created_s DESC, rowid DESC LIMIT ?1 OFFSET ?2");
  return query_list(&q, page, read_key, out, sizeof *out, n);
}

int store_key_get(struct store *st, const struct uid *id, struct api_key *k)
{
  struct query q = query_of(st, "SELECT " KEY " FROM api_key WHERE id = ?1");
  bind_uid(&q, id);
  return query_one(&q, read_key, k);
}

int store_key_revoke_all(struct store *st, uint64_t now_s)
{
  struct query q = query_of(st, "UPDATE api_key SET revoked_s = ?1 WHERE revoked_s = 0");
  size_t changed;
  bind_u64(&q, now_s);
  return query_run(&q, &changed);
}

/* --- idempotency --- */

/* An answer may show a secret for the only time: it is sealed, for this request of this key. */
static struct seal_place answer_place(const struct idempotent *i, uint8_t row[crypto_generichash_BYTES])
{
  crypto_generichash_state state;
  (void)crypto_generichash_init(&state, NULL, 0, crypto_generichash_BYTES);
  (void)crypto_generichash_update(&state, i->key.b, sizeof i->key.b);
  (void)crypto_generichash_update(&state, i->request, sizeof i->request);
  (void)crypto_generichash_update(&state, (const uint8_t *)i->token, strnlen(i->token, sizeof i->token));
  (void)crypto_generichash_final(&state, row, crypto_generichash_BYTES);
  return (struct seal_place){.table = "idempotent", .row = row};
}

struct first_answer {
  struct idempotent *i;
  bool same;
};

static void read_answer(struct query *q, void *row)
{
  struct first_answer *f = row;
  uint8_t request[sizeof f->i->request], place_row[crypto_generichash_BYTES];
  size_t n;
  take_bytes(q, request, sizeof request);
  f->same = memcmp(request, f->i->request, sizeof request) == 0;
  if (!f->same)
    return;
  f->i->status = (unsigned)take_u64(q);
  struct seal_place place = answer_place(f->i, place_row);
  (void)take_sealed(q, &place, f->i->body, sizeof f->i->body - 1, &n);
  f->i->body[n] = '\0';
}

int store_idempotent_find(struct store *st, struct idempotent *i)
{
  struct first_answer f = {.i = i};
  struct query q = query_of(st, "SELECT request, status, body FROM idempotent WHERE key = ?1 AND token = ?2");
  bind_uid(&q, &i->key);
  bind_text(&q, i->token, sizeof i->token);
  int err = query_one(&q, read_answer, &f);
  return err == 0 && !f.same ? ERR_STATE : err;
}

int store_idempotent_add(struct store *st, const struct idempotent *i, uint64_t now_s)
{
  uint8_t place_row[crypto_generichash_BYTES];
  struct seal_place place = answer_place(i, place_row);
  size_t n = strnlen(i->body, sizeof i->body);
  if (n == sizeof i->body)
    return ERR_RANGE;
  struct query q = query_of(st, "INSERT INTO idempotent (key, token, request, status, body, time_s)"
                                " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE " HAS_ROOM("idempotent", LIMIT_IDEMPOTENT));
  bind_uid(&q, &i->key);
  bind_text(&q, i->token, sizeof i->token);
  bind_bytes(&q, i->request, sizeof i->request);
  bind_u64(&q, i->status);
  bind_sealed(&q, &place, i->body, n);
  bind_u64(&q, now_s);
  return query_insert(&q);
}

int store_idempotent_answer(struct store *st, const struct idempotent *i)
{
  uint8_t place_row[crypto_generichash_BYTES];
  struct seal_place place = answer_place(i, place_row);
  size_t n = strnlen(i->body, sizeof i->body);
  if (n == sizeof i->body)
    return ERR_RANGE;
  struct query q = query_of(st, "UPDATE idempotent SET status = ?3, body = ?4 WHERE key = ?1 AND token = ?2");
  bind_uid(&q, &i->key);
  bind_text(&q, i->token, sizeof i->token);
  bind_u64(&q, i->status);
  bind_sealed(&q, &place, i->body, n);
  return query_change(&q);
}
