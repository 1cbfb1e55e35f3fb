/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_tickets.h"

#include "store/db.h"

#define TICKET "id, room, series, email, role, from_s, until_s, revoked_s, created_s, session, reference, issuer"
/* A condition: entering is allowed at this time. */
#define IN_WINDOW(now) "revoked_s = 0 AND from_s <= " now " AND (until_s = 0 OR until_s > " now ")"

static void read_ticket(struct query *q, void *row)
{
  struct ticket *t = row;
  *t = (struct ticket){0};
  take_uid(q, &t->id);
  take_uid(q, &t->room);
  take_uid(q, &t->series);
  take_text(q, t->email, sizeof t->email);
  t->role = (enum room_role)take_u64(q);
  t->from_s = take_u64(q);
  t->until_s = take_u64(q);
  t->revoked_s = take_u64(q);
  t->created_s = take_u64(q);
  take_uid(q, &t->session);
  take_text(q, t->reference, sizeof t->reference);
  take_text(q, t->issuer, sizeof t->issuer);
}

static int ticket_insert(struct store *st, struct ticket *t)
{
  uid_make(&t->id);
  struct query q = query_of(st, "INSERT INTO ticket (" TICKET ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                                " ?12 WHERE " HAS_ROOM("ticket", LIMIT_TICKETS));
  bind_uid(&q, &t->id);
  bind_uid(&q, &t->room);
  bind_uid(&q, &t->series);
  bind_text(&q, t->email, sizeof t->email);
  bind_int(&q, t->role);
  bind_u64(&q, t->from_s);
  bind_u64(&q, t->until_s);
  bind_u64(&q, t->revoked_s);
  bind_u64(&q, t->created_s);
  bind_uid(&q, &t->session);
  bind_text(&q, t->reference, sizeof t->reference);
  bind_text(&q, t->issuer, sizeof t->issuer);
  return query_insert(&q);
}

int store_ticket_by_reference(struct store *st, const char *issuer, const char *reference, struct ticket *t)
{
  struct query q = query_of(st, "SELECT " TICKET " FROM ticket WHERE issuer = ?1 AND reference = ?2"
                                " AND reference <> ''");
  struct ticket found;
  bind_text(&q, issuer, sizeof t->issuer);
  bind_text(&q, reference, sizeof t->reference);
  int err = query_one(&q, read_ticket, &found);
  if (err == 0)
    *t = found;
  return err;
}

static int ticket_add(struct store *st, struct ticket *t)
{
  int err = store_ticket_by_reference(st, t->issuer, t->reference, t);
  if (err == 0)
    return ERR_STATE;
  return err == ERR_NOT_FOUND ? ticket_insert(st, t) : err;
}

int store_ticket_add(struct store *st, struct ticket *t)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, ticket_add(st, t));
}

int store_ticket_get(struct store *st, const struct uid *id, struct ticket *t)
{
  struct query q = query_of(st, "SELECT " TICKET " FROM ticket WHERE id = ?1");
  bind_uid(&q, id);
  return query_one(&q, read_ticket, t);
}

int store_ticket_find(struct store *st, const struct store_room *room, const char *email, uint64_t now_s,
                      struct ticket *t)
{
  struct query q =
      query_of(st, "SELECT " TICKET " FROM ticket WHERE email = ?1 AND (room = ?2 OR series = ?3) AND " IN_WINDOW(
                       "?4") " ORDER BY role DESC, created_s, id LIMIT 1");
  bind_text(&q, email, EMAIL_BYTES);
  bind_uid(&q, &room->id);
  bind_uid(&q, &room->series);
  bind_u64(&q, now_s);
  return query_one(&q, read_ticket, t);
}

/* --- use --- */

static int ticket_bind(struct store *st, const struct uid *id, const struct uid *session, bool take_over,
                       uint64_t now_s)
{
  struct query q = query_of(st, "UPDATE ticket SET session = ?2 WHERE id = ?1 AND " IN_WINDOW(
                                    "?4") " AND (session IS NULL OR session = ?2 OR ?3)");
  bind_uid(&q, id);
  bind_uid(&q, session);
  bind_int(&q, take_over);
  bind_u64(&q, now_s);
  return query_change(&q);
}

static bool ticket_is_valid(const struct ticket *t, uint64_t now_s)
{
  return t->revoked_s == 0 && t->from_s <= now_s && (t->until_s == 0 || t->until_s > now_s);
}

static int ticket_use(struct store *st, const struct uid *id, const struct uid *session, bool take_over, uint64_t now_s)
{
  struct ticket t;
  int err = store_ticket_get(st, id, &t);
  if (err != 0)
    return err;
  if (!ticket_is_valid(&t, now_s))
    return ERR_REFUSED;
  err = ticket_bind(st, id, session, take_over, now_s);
  if (err != ERR_NOT_FOUND)
    return err;
  struct query q = query_of(st, "SELECT " TICKET " FROM ticket WHERE id = ?1 AND session <> ?2");
  bind_uid(&q, id);
  bind_uid(&q, session);
  err = query_one(&q, read_ticket, &t);
  return err == 0 ? ERR_STATE : err; /* another holds it; else there is no such session */
}

int store_ticket_use(struct store *st, const struct uid *id, const struct uid *session, bool take_over, uint64_t now_s)
{
  if (uid_is_none(session))
    return ERR_NOT_FOUND;
  int err = change_open(st);
  return err != 0 ? err : change_close(st, ticket_use(st, id, session, take_over, now_s));
}

int store_ticket_release(struct store *st, const struct uid *id, const struct uid *session)
{
  struct query q = query_of(st, "UPDATE ticket SET session = NULL WHERE id = ?1 AND session = ?2");
  bind_uid(&q, id);
  bind_uid(&q, session);
  return query_change(&q);
}

/* The first time stays. */
int store_ticket_revoke(struct store *st, const struct uid *id, uint64_t now_s)
{
  struct query q = query_of(st, "UPDATE ticket SET revoked_s = iif(revoked_s = 0, ?2, revoked_s), session = NULL"
                                " WHERE id = ?1");
  bind_uid(&q, id);
  bind_u64(&q, now_s);
  return query_change(&q);
}

int store_ticket_set(struct store *st, const struct ticket *t)
{
  struct query q = query_of(st, "UPDATE ticket SET role = ?2, from_s = ?3, until_s = ?4 WHERE id = ?1"
                                " AND revoked_s = 0");
  bind_uid(&q, &t->id);
  bind_int(&q, t->role);
  bind_u64(&q, t->from_s);
  bind_u64(&q, t->until_s);
  return query_change(&q);
}

/* --- lists --- */

int store_ticket_list_email(struct store *st, const char *email, struct page page, struct ticket *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " TICKET " FROM ticket WHERE email = ?1 ORDER BY created_s DESC, rowid DESC"
                                " LIMIT ?2 OFFSET ?3");
  bind_text(&q, email, EMAIL_BYTES);
  return query_list(&q, page, read_ticket, out, sizeof *out, n);
}

/* What is none is bound as NULL, which nothing equals. */
int store_ticket_list_for(struct store *st, const char *email, const struct uid *room, const struct uid *series,
                          struct page page, struct ticket *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " TICKET " FROM ticket WHERE email = ?1 AND (room = ?2 OR series = ?3)"
                                " ORDER BY created_s DESC, rowid DESC LIMIT ?4 OFFSET ?5");
  bind_text(&q, email, EMAIL_BYTES);
  bind_uid(&q, room);
  bind_uid(&q, series);
  return query_list(&q, page, read_ticket, out, sizeof *out, n);
}

static void read_count(struct query *q, void *row)
{
  *(size_t *)row = (size_t)take_u64(q);
}

int store_ticket_count_of_owner(struct store *st, const struct uid *owner, size_t *n)
{
  struct query q = query_of(st, "SELECT (SELECT count(*) FROM room r JOIN ticket t ON t.room = r.id WHERE r.owner = ?1)"
                                " + (SELECT count(*) FROM series s JOIN ticket t ON t.series = s.id WHERE s.owner = ?1)");
  bind_uid(&q, owner);
  return query_one(&q, read_count, n);
}

int store_ticket_list(struct store *st, const struct uid *room, const struct uid *series, struct page page,
                      struct ticket *out, size_t *n)
{
  static const char all[] = "SELECT " TICKET " FROM ticket ORDER BY created_s DESC, rowid DESC LIMIT ?1 OFFSET ?2";
  static const char of_room[] = "SELECT " TICKET " FROM ticket WHERE room = ?1 ORDER BY created_s DESC, rowid DESC"
                                " LIMIT ?2 OFFSET ?3";
  static const char of_series[] = "SELECT " TICKET " FROM ticket WHERE series = ?1 ORDER BY created_s DESC, rowid DESC"
                                  " LIMIT ?2 OFFSET ?3";
  const struct uid *of = uid_is_none(room) ? series : room;
  struct query q = query_of(st, uid_is_none(of) ? all : of == room ? of_room : of_series);
  if (!uid_is_none(of))
    bind_uid(&q, of);
  return query_list(&q, page, read_ticket, out, sizeof *out, n);
}
