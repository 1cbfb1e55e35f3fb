/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_tickets.h"

#include "store/db.h"

#define WEBHOOK "id, name, secret, room, series, created_s, revoked_s"

static struct seal_place secret_place(const struct uid *id)
{
  return (struct seal_place){.table = "webhook", .row = id->b};
}

static void read_webhook(struct query *q, void *row)
{
  struct webhook *w = row;
  size_t n;
  *w = (struct webhook){0};
  take_uid(q, &w->id);
  take_text(q, w->name, sizeof w->name);
  struct seal_place place = secret_place(&w->id);
  if (!take_sealed(q, &place, w->secret, sizeof w->secret, &n) && q->err == 0)
    q->err = ERR_AUTH; /* a webhook without a secret would accept anybody's */
  take_uid(q, &w->room);
  take_uid(q, &w->series);
  w->created_s = take_u64(q);
  w->revoked_s = take_u64(q);
}

int store_webhook_add(struct store *st, struct webhook *w)
{
  uid_make(&w->id);
  struct seal_place place = secret_place(&w->id);
  struct query q = query_of(st, "INSERT INTO webhook (" WEBHOOK ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7"
                                " WHERE " HAS_ROOM("webhook", LIMIT_WEBHOOKS));
  bind_uid(&q, &w->id);
  bind_text(&q, w->name, sizeof w->name);
  bind_sealed(&q, &place, w->secret, sizeof w->secret);
  bind_uid(&q, &w->room);
  bind_uid(&q, &w->series);
  bind_u64(&q, w->created_s);
  bind_u64(&q, w->revoked_s);
  return query_insert(&q);
}

int store_webhook_get(struct store *st, const struct uid *id, struct webhook *w)
{
  struct query q = query_of(st, "SELECT " WEBHOOK " FROM webhook WHERE id = ?1");
  bind_uid(&q, id);
  return query_one(&q, read_webhook, w);
}

int store_webhook_list(struct store *st, struct page page, struct webhook *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " WEBHOOK " FROM webhook ORDER BY created_s DESC, rowid DESC"
                                " LIMIT ?1 OFFSET ?2");
  return query_list(&q, page, read_webhook, out, sizeof *out, n);
}

int store_webhook_revoke(struct store *st, const struct uid *id, uint64_t now_s)
{
  struct query q = query_of(st, "UPDATE webhook SET revoked_s = iif(revoked_s = 0, ?2, revoked_s) WHERE id = ?1");
  bind_uid(&q, id);
  bind_u64(&q, now_s);
  return query_change(&q);
}

int store_webhook_revoke_all(struct store *st, uint64_t now_s)
{
  struct query q = query_of(st, "UPDATE webhook SET revoked_s = ?1 WHERE revoked_s = 0");
  size_t changed;
  bind_u64(&q, now_s);
  return query_run(&q, &changed);
}

int store_webhook_event(struct store *st, const struct uid *webhook, const char *event, uint64_t now_s)
{
  struct query q = query_of(st, "INSERT INTO webhook_event (webhook, event, time_s) SELECT ?1, ?2, ?3"
                                " WHERE " HAS_ROOM("webhook_event", LIMIT_WEBHOOK_EVENTS));
  bind_uid(&q, webhook);
  bind_text(&q, event, WEBHOOK_EVENT_BYTES);
  bind_u64(&q, now_s);
  int err = query_insert(&q);
  return err == ERR_STATE ? ERR_REPLAY : err;
}
