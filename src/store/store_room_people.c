/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is what in a room, who is banned, who came. */
#include "store/store_rooms.h"

#include "store/db.h"

/* --- members --- */

static void bind_member(struct query *q, const struct uid *room, const struct room_member *m)
{
  bind_uid(q, room);
  bind_text(q, m->email, sizeof m->email);
  bind_int(q, m->role);
}

static int member_put(struct store *st, const struct uid *room, const struct room_member *m)
{
  struct query q = query_of(st, "UPDATE member SET role = ?3 WHERE room = ?1 AND email = ?2");
  bind_member(&q, room, m);
  int err = query_change(&q);
  if (err != ERR_NOT_FOUND)
    return err;
  q = query_of(st, "INSERT INTO member (room, email, role) SELECT ?1, ?2, ?3 WHERE " HAS_ROOM("member", LIMIT_MEMBERS));
  bind_member(&q, room, m);
  return query_insert(&q);
}

int store_member_set(struct store *st, const struct uid *room, const struct room_member *m)
{
  int err = change_open(st);
  return err != 0 ? err : change_close(st, member_put(st, room, m));
}

int store_member_remove(struct store *st, const struct uid *room, const char *email)
{
  struct query q = query_of(st, "DELETE FROM member WHERE room = ?1 AND email = ?2");
  bind_uid(&q, room);
  bind_text(&q, email, EMAIL_BYTES);
  return query_change(&q);
}

static void read_count(struct query *q, void *row)
{
  *(size_t *)row = (size_t)take_u64(q);
}

int store_member_count_of_owner(struct store *st, const struct uid *owner, size_t *n)
{
  struct query q = query_of(st, "SELECT count(*) FROM room r JOIN member m ON m.room = r.id WHERE r.owner = ?1");
  bind_uid(&q, owner);
  return query_one(&q, read_count, n);
}

static void read_role(struct query *q, void *row)
{
  *(enum room_role *)row = (enum room_role)take_u64(q);
}

int store_member_find(struct store *st, const struct uid *room, const char *email, enum room_role *role)
{
  struct query q = query_of(st, "SELECT role FROM member WHERE room = ?1 AND email = ?2");
  bind_uid(&q, room);
  bind_text(&q, email, EMAIL_BYTES);
  return query_one(&q, read_role, role);
}

static void read_member(struct query *q, void *row)
{
  struct room_member *m = row;
  take_text(q, m->email, sizeof m->email);
  m->role = (enum room_role)take_u64(q);
}

int store_member_list(struct store *st, const struct uid *room, struct page page, struct room_member *out, size_t *n)
{
  struct query q = query_of(st, "SELECT email, role FROM member WHERE room = ?1 ORDER BY email LIMIT ?2 OFFSET ?3");
  bind_uid(&q, room);
  return query_list(&q, page, read_member, out, sizeof *out, n);
}

/* --- bans --- */

#define BAN "id, room, account, email, key_hash, device, name, time_s"

static void read_ban(struct query *q, void *row)
{
  struct ban *b = row;
  *b = (struct ban){0};
  take_uid(q, &b->id);
  take_uid(q, &b->room);
  take_uid(q, &b->account);
  take_text(q, b->email, sizeof b->email);
  take_bytes(q, b->key_hash, sizeof b->key_hash);
  take_bytes(q, b->device, sizeof b->device);
  take_text(q, b->name, sizeof b->name);
  b->time_s = take_u64(q);
}

int store_ban_add(struct store *st, struct ban *b)
{
  uid_make(&b->id);
  struct query q = query_of(st, "INSERT INTO ban (" BAN ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                                " WHERE (SELECT count(*) FROM ban WHERE room = ?2) < " TEXT_OF(LIMIT_ROOM_BANS));
  bind_uid(&q, &b->id);
  bind_uid(&q, &b->room);
  bind_uid(&q, &b->account);
  bind_text(&q, b->email, sizeof b->email);
  bind_bytes(&q, b->key_hash, sizeof b->key_hash);
  bind_bytes(&q, b->device, sizeof b->device);
  bind_text(&q, b->name, sizeof b->name);
  bind_u64(&q, b->time_s);
  return query_insert(&q);
}

int store_ban_list(struct store *st, const struct uid *room, struct page page, struct ban *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " BAN " FROM ban WHERE room = ?1 ORDER BY time_s DESC, rowid DESC"
                                " LIMIT ?2 OFFSET ?3");
  bind_uid(&q, room);
  return query_list(&q, page, read_ban, out, sizeof *out, n);
}

int store_ban_remove(struct store *st, const struct uid *room, const struct uid *id)
{
  struct query q = query_of(st, "DELETE FROM ban WHERE room = ?1 AND id = ?2");
  bind_uid(&q, room);
  bind_uid(&q, id);
  return query_change(&q);
}

/* --- attendance --- */

static void bind_attendance(struct query *q, const struct attendance *a)
{
  bind_uid(q, &a->room);
  bind_int(q, (int64_t)a->stay); /* any 64 bits */
  bind_text(q, a->name, sizeof a->name);
  bind_text(q, a->email, sizeof a->email);
  bind_text(q, a->verified, sizeof a->verified);
  bind_int(q, a->role);
  bind_u64(q, a->joined_s);
  bind_u64(q, a->left_s);
}

static void read_attendance(struct query *q, void *row)
{
  struct attendance *a = row;
  *a = (struct attendance){0};
  take_uid(q, &a->room);
  a->stay = take_u64(q);
  take_text(q, a->name, sizeof a->name);
  take_text(q, a->email, sizeof a->email);
  take_text(q, a->verified, sizeof a->verified);
  a->role = (enum room_role)take_u64(q);
  a->joined_s = take_u64(q);
  a->left_s = take_u64(q);
}

static int attendance_put(struct store *st, const struct attendance *a)
{
  struct query q = query_of(st, "UPDATE attendance SET name = ?3, email = ?4, verified = ?5, role = ?6, joined_s = ?7,"
                                " left_s = ?8 WHERE room = ?1 AND stay = ?2");
  bind_attendance(&q, a);
  int err = query_change(&q);
  if (err != ERR_NOT_FOUND)
    return err;
  q = query_of(st, "INSERT INTO attendance (room, stay, name, email, verified, role, joined_s, left_s)"
                   " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE " HAS_ROOM("attendance", LIMIT_STAYS));
  bind_attendance(&q, a);
  return query_insert(&q);
}

/* Nobody waits for an answer to it, and thousands come at once: it does not wait for the disk. */
int store_attendance_put(struct store *st, const struct attendance *a)
{
  db_without_waiting(st, true);
  int err = change_open(st);
  if (err == 0)
    err = change_close(st, attendance_put(st, a));
  db_without_waiting(st, false);
  return err;
}

int store_attendance_end_all(struct store *st, uint64_t now_s)
{
  struct query q = query_of(st, "UPDATE attendance SET left_s = max(joined_s, ?1) WHERE left_s = 0");
  size_t changed;
  bind_u64(&q, now_s);
  return query_run(&q, &changed);
}

int store_attendance_list(struct store *st, const struct uid *room, struct page page, struct attendance *out, size_t *n)
{
  struct query q = query_of(st, "SELECT room, stay, name, email, verified, role, joined_s, left_s FROM attendance"
                                " WHERE room = ?1 ORDER BY joined_s, stay LIMIT ?2 OFFSET ?3");
  bind_uid(&q, room);
  return query_list(&q, page, read_attendance, out, sizeof *out, n);
}
