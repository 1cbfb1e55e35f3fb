/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_people.h"

#include "store/db.h"

#define PASSKEY "id, account, credential, key, sign_count, label, created_s, used_s"

static void read_passkey(struct query *q, void *row)
{
  struct passkey *p = row;
  *p = (struct passkey){0};
  take_uid(q, &p->id);
  take_uid(q, &p->account);
  struct span credential = take_blob(q);
  if (credential.n > sizeof p->credential) {
    q->err = ERR_RANGE;
    return;
  }
  p->credential_n = credential.n;
  memcpy(p->credential, credential.p, credential.n);
  take_bytes(q, p->key, sizeof p->key);
  p->sign_count = (uint32_t)take_u64(q);
  take_text(q, p->label, sizeof p->label);
  p->created_s = take_u64(q);
  p->used_s = take_u64(q);
}

int store_passkey_add(struct store *st, struct passkey *p)
{
  if (p->credential_n == 0 || p->credential_n > sizeof p->credential)
    return ERR_RANGE;
  uid_make(&p->id);
  struct query q =
      query_of(st, "INSERT INTO passkey (" PASSKEY ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                   " WHERE (SELECT count(*) FROM passkey WHERE account = ?2) < " TEXT_OF(LIMIT_ACCOUNT_PASSKEYS));
  bind_uid(&q, &p->id);
  bind_uid(&q, &p->account);
  bind_bytes(&q, p->credential, p->credential_n);
  bind_bytes(&q, p->key, sizeof p->key);
  bind_u64(&q, p->sign_count);
  bind_text(&q, p->label, sizeof p->label);
  bind_u64(&q, p->created_s);
  bind_u64(&q, p->used_s);
  return query_insert(&q);
}

int store_passkey_find(struct store *st, const uint8_t *credential, size_t n, struct passkey *p)
{
  struct query q = query_of(st, "SELECT " PASSKEY " FROM passkey WHERE credential = ?1");
  bind_bytes(&q, credential, n);
  return query_one(&q, read_passkey, p);
}

int store_passkey_used(struct store *st, const struct uid *id, uint32_t sign_count, uint64_t now_s)
{
  struct query q = query_of(st, "UPDATE passkey SET sign_count = ?2, used_s = ?3 WHERE id = ?1");
  bind_uid(&q, id);
  bind_u64(&q, sign_count);
  bind_u64(&q, now_s);
  return query_change(&q);
}

int store_passkey_remove(struct store *st, const struct uid *account, const struct uid *id)
{
  struct query q = query_of(st, "DELETE FROM passkey WHERE account = ?1 AND id = ?2");
  bind_uid(&q, account);
  bind_uid(&q, id);
  return query_change(&q);
}

int store_passkey_list(struct store *st, const struct uid *account, struct page page, struct passkey *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " PASSKEY " FROM passkey WHERE account = ?1 ORDER BY created_s, id"
                                " LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_passkey, out, sizeof *out, n);
}

/* --- OpenID Connect --- */

int store_oidc_link(struct store *st, const struct uid *account, const char *issuer, const char *subject)
{
  struct query q =
      query_of(st, "INSERT INTO oidc (issuer, subject, account) SELECT ?1, ?2, ?3"
                   " WHERE (SELECT count(*) FROM oidc WHERE account = ?3) < " TEXT_OF(LIMIT_ACCOUNT_ISSUERS));
  bind_text(&q, issuer, ISSUER_BYTES);
  bind_text(&q, subject, SUBJECT_BYTES);
  bind_uid(&q, account);
  return query_insert(&q);
}

static void read_uid(struct query *q, void *row)
{
  take_uid(q, row);
}

static void read_link(struct query *q, void *row)
{
  struct oidc_link *l = row;
  take_text(q, l->issuer, sizeof l->issuer);
  take_text(q, l->subject, sizeof l->subject);
}

int store_oidc_list(struct store *st, const struct uid *account, struct page page, struct oidc_link *out, size_t *n)
{
  struct query q = query_of(st, "SELECT issuer, subject FROM oidc WHERE account = ?1 ORDER BY issuer, subject"
                                " LIMIT ?2 OFFSET ?3");
  bind_uid(&q, account);
  return query_list(&q, page, read_link, out, sizeof *out, n);
}

int store_oidc_unlink(struct store *st, const struct uid *account, const char *issuer, const char *subject)
{
  struct query q = query_of(st, "DELETE FROM oidc WHERE account = ?1 AND issuer = ?2 AND subject = ?3");
  bind_uid(&q, account);
  bind_text(&q, issuer, ISSUER_BYTES);
  bind_text(&q, subject, SUBJECT_BYTES);
  return query_change(&q);
}

int store_oidc_find(struct store *st, const char *issuer, const char *subject, struct uid *account)
{
  struct query q = query_of(st, "SELECT account FROM oidc WHERE issuer = ?1 AND subject = ?2");
  bind_text(&q, issuer, ISSUER_BYTES);
  bind_text(&q, subject, SUBJECT_BYTES);
  return query_one(&q, read_uid, account);
}
