/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_rooms.h"

#include "store/db.h"

#define ROOM                                                                                                           \
  "id, series, kind, title, present, share, chat, unmute_self, guests, guests_verified, waiting_room, two_factors,"    \
  " post_quantum, locked, most, invited, closed_s, owner, created_s"

struct room_policy room_policy_default(enum room_kind kind)
{
  struct room_policy p = {
      .present = ROLE_PARTICIPANT,
      .share = ROLE_PARTICIPANT,
      .chat = ROLE_PARTICIPANT,
      .unmute_self = true,
      .guests = kind != ROOM_MEMBERS,
      .waiting_room = kind != ROOM_EVENT, /* its viewers can neither be seen nor heard, and thousands come at once */
      .most = LIMIT_ROOM_PEOPLE,
  };
  if (kind == ROOM_TICKET) {
    p.share = ROLE_SPEAKER;
    p.guests_verified = true; /* a ticket belongs to a verified address */
  }
  if (kind == ROOM_EVENT) {
    p.present = p.share = ROLE_SPEAKER;
    p.chat = ROLE_VIEWER;
    p.guests_verified = true;
    p.most = LIMIT_EVENT_PEOPLE;
  }
  return p;
}

static void bind_policy(struct query *q, const struct room_policy *p)
{
  if (p->most > LIMIT_EVENT_PEOPLE && q->err == 0)
    q->err = ERR_RANGE;
  bind_int(q, p->present);
  bind_int(q, p->share);
  bind_int(q, p->chat);
  bind_int(q, p->unmute_self);
  bind_int(q, p->guests);
  bind_int(q, p->guests_verified);
  bind_int(q, p->waiting_room);
  bind_int(q, p->two_factors);
  bind_int(q, p->post_quantum);
  bind_int(q, p->locked);
  bind_u64(q, p->most);
  bind_u64(q, p->invited);
}

static void read_policy(struct query *q, struct room_policy *p)
{
  p->present = (enum room_role)take_u64(q);
  p->share = (enum room_role)take_u64(q);
  p->chat = (enum room_role)take_u64(q);
  p->unmute_self = take_bool(q);
  p->guests = take_bool(q);
  p->guests_verified = take_bool(q);
  p->waiting_room = take_bool(q);
  p->two_factors = take_bool(q);
  p->post_quantum = take_bool(q);
  p->locked = take_bool(q);
  p->most = (uint32_t)take_u64(q);
  p->invited = (uint32_t)take_u64(q);
}

/* The columns that store_room_set writes. */
static void bind_room(struct query *q, const struct store_room *r)
{
  bind_uid(q, &r->id);
  bind_uid(q, &r->series);
  bind_int(q, r->kind);
  bind_text(q, r->title, sizeof r->title);
  bind_policy(q, &r->policy);
  bind_u64(q, r->closed_s);
}

static void read_room(struct query *q, void *row)
{
  struct store_room *r = row;
  *r = (struct store_room){0};
  take_uid(q, &r->id);
  take_uid(q, &r->series);
  r->kind = (enum room_kind)take_u64(q);
  take_text(q, r->title, sizeof r->title);
  read_policy(q, &r->policy);
  r->closed_s = take_u64(q);
  take_uid(q, &r->owner);
  r->created_s = take_u64(q);
}

int store_room_add(struct store *st, struct store_room *r)
{
  uid_make(&r->id);
  struct query q = query_of(st, "INSERT INTO room (" ROOM ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
                                " ?13, ?14, ?15, ?16, ?17, ?18, ?19 WHERE " HAS_ROOM("room", LIMIT_STORED_ROOMS));
  bind_room(&q, r);
  bind_uid(&q, &r->owner);
  bind_u64(&q, r->created_s);
  return query_insert(&q);
}

int store_room_get(struct store *st, const struct uid *id, struct store_room *r)
{
  struct query q = query_of(st, "SELECT " ROOM " FROM room WHERE id = ?1");
  bind_uid(&q, id);
  return query_one(&q, read_room, r);
}

int store_room_set(struct store *st, const struct store_room *r)
{
  struct query q =
      query_of(st, "UPDATE room SET series = ?2, kind = ?3, title = ?4, present = ?5, share = ?6, chat = ?7,"
                   " unmute_self = ?8, guests = ?9, guests_verified = ?10, waiting_room = ?11,"
                   " two_factors = ?12, post_quantum = ?13, locked = ?14, most = ?15, invited = ?16,"
                   " closed_s = ?17 WHERE id = ?1");
  bind_room(&q, r);
  return query_change(&q);
}

int store_room_remove(struct store *st, const struct uid *id)
{
  struct query q = query_of(st, "DELETE FROM room WHERE id = ?1");
  bind_uid(&q, id);
  return query_change(&q);
}

int store_room_list(struct store *st, const struct uid *owner, struct page page, struct store_room *out, size_t *n)
{
  static const char all[] = "SELECT " ROOM " FROM room ORDER BY created_s DESC, rowid DESC LIMIT ?1 OFFSET ?2";
  static const char of_owner[] = "SELECT " ROOM " FROM room WHERE owner = ?1 ORDER BY created_s DESC, rowid DESC"
                                 " LIMIT ?2 OFFSET ?3";
  struct query q = query_of(st, uid_is_none(owner) ? all : of_owner);
  if (!uid_is_none(owner))
    bind_uid(&q, owner);
  return query_list(&q, page, read_room, out, sizeof *out, n);
}

int store_room_list_series(struct store *st, const struct uid *series, struct page page, struct store_room *out,
                           size_t *n)
{
  struct query q = query_of(st, "SELECT " ROOM " FROM room WHERE series = ?1 ORDER BY created_s DESC, rowid DESC"
                                " LIMIT ?2 OFFSET ?3");
  bind_uid(&q, series);
  return query_list(&q, page, read_room, out, sizeof *out, n);
}

/* --- series --- */

static void read_series(struct query *q, void *row)
{
  struct series *s = row;
  *s = (struct series){0};
  take_uid(q, &s->id);
  take_uid(q, &s->owner);
  take_text(q, s->title, sizeof s->title);
  s->created_s = take_u64(q);
}

int store_series_add(struct store *st, struct series *s)
{
  uid_make(&s->id);
  struct query q = query_of(st, "INSERT INTO series (id, owner, title, created_s) SELECT ?1, ?2, ?3, ?4"
                                " WHERE " HAS_ROOM("series", LIMIT_SERIES));
  bind_uid(&q, &s->id);
  bind_uid(&q, &s->owner);
  bind_text(&q, s->title, sizeof s->title);
  bind_u64(&q, s->created_s);
  return query_insert(&q);
}

int store_series_get(struct store *st, const struct uid *id, struct series *s)
{
  struct query q = query_of(st, "SELECT id, owner, title, created_s FROM series WHERE id = ?1");
  bind_uid(&q, id);
  return query_one(&q, read_series, s);
}

int store_series_list(struct store *st, const struct uid *owner, struct page page, struct series *out, size_t *n)
{
  struct query q = query_of(st, "SELECT id, owner, title, created_s FROM series WHERE ?1 IS NULL OR owner = ?1"
                                " ORDER BY created_s DESC, rowid DESC LIMIT ?2 OFFSET ?3");
  bind_uid(&q, owner);
  return query_list(&q, page, read_series, out, sizeof *out, n);
}

int store_series_set(struct store *st, const struct series *s)
{
  struct query q = query_of(st, "UPDATE series SET title = ?2 WHERE id = ?1");
  bind_uid(&q, &s->id);
  bind_text(&q, s->title, sizeof s->title);
  return query_change(&q);
}

int store_series_remove(struct store *st, const struct uid *id)
{
  struct query q = query_of(st, "DELETE FROM series WHERE id = ?1");
  bind_uid(&q, id);
  return query_change(&q);
}
