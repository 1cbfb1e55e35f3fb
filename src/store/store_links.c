/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_links.h"

#include "store/db.h"

#define LINK "hash, account, purpose, until_s, used_s"

static void read_link(struct query *q, void *row)
{
  struct sign_in_link *l = row;
  *l = (struct sign_in_link){0};
  take_bytes(q, l->hash, sizeof l->hash);
  take_uid(q, &l->account);
  l->purpose = (enum link_purpose)take_u64(q);
  l->until_s = take_u64(q);
  l->used_s = take_u64(q);
}

int store_link_add(struct store *st, const struct sign_in_link *l)
{
  struct query q =
      query_of(st, "INSERT INTO link (" LINK ") SELECT ?1, ?2, ?3, ?4, ?5"
                   " WHERE (SELECT count(*) FROM link WHERE account = ?2) < " TEXT_OF(LIMIT_ACCOUNT_LINKS));
  bind_bytes(&q, l->hash, sizeof l->hash);
  bind_uid(&q, &l->account);
  bind_int(&q, l->purpose);
  bind_u64(&q, l->until_s);
  bind_u64(&q, l->used_s);
  return query_insert(&q);
}

int store_link_find(struct store *st, const uint8_t hash[32], uint64_t now_s, struct sign_in_link *l)
{
  struct query q = query_of(st, "SELECT " LINK " FROM link WHERE hash = ?1 AND used_s = 0 AND until_s > ?2");
  bind_bytes(&q, hash, 32);
  bind_u64(&q, now_s);
  return query_one(&q, read_link, l);
}

static int link_use(struct store *st, const uint8_t hash[32], enum link_purpose purpose, uint64_t now_s,
                    struct sign_in_link *l)
{
  struct query q = query_of(st, "UPDATE link SET used_s = ?3 WHERE hash = ?1 AND purpose = ?2 AND used_s = 0"
                                " AND until_s > ?3");
  bind_bytes(&q, hash, 32);
  bind_int(&q, purpose);
  bind_u64(&q, now_s);
  int err = query_change(&q);
  if (err != 0)
    return err;
  q = query_of(st, "SELECT " LINK " FROM link WHERE hash = ?1");
  bind_bytes(&q, hash, 32);
  return query_one(&q, read_link, l);
}

int store_link_use(struct store *st, const uint8_t hash[32], enum link_purpose purpose, uint64_t now_s,
                   struct sign_in_link *l)
{
  struct sign_in_link used;
  if (now_s == 0)
    return ERR_RANGE; /* would stand for: not used */
  int err = change_open(st);
  if (err == 0)
    err = change_close(st, link_use(st, hash, purpose, now_s, &used));
  if (err == 0)
    *l = used;
  return err;
}

int store_link_remove_all(struct store *st, const struct uid *account)
{
  struct query q = query_of(st, "DELETE FROM link WHERE account = ?1");
  size_t changed;
  bind_uid(&q, account);
  return query_run(&q, &changed);
}
