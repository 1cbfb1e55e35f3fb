/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_messages.h"

#include <sodium.h>

#include "store/db.h"

#define MESSAGE "id, account, content, email_verified, is_read, time_s"

/* Name, address and text, each with the zero at its end. */
#define CONTENT_BYTES (NAME_BYTES + EMAIL_BYTES + MESSAGE_TEXT_BYTES)
_Static_assert(CONTENT_BYTES <= SEALED_MOST, "what is sealed at once");

static struct seal_place content_place(const struct uid *id)
{
  return (struct seal_place){.table = "message", .row = id->b};
}

static int put_text(struct writer *w, const char *text, size_t size)
{
  size_t n = strnlen(text, size);
  if (n == size)
    return ERR_RANGE;
  put_bytes(w, text, n + 1);
  return 0;
}

static int put_content(struct writer *w, const struct message *m)
{
  int err = put_text(w, m->name, sizeof m->name);
  if (err == 0)
    err = put_text(w, m->email, sizeof m->email);
  return err != 0 ? err : put_text(w, m->text, sizeof m->text);
}

static int next_text(struct span *content, char *text, size_t size)
{
  size_t n = strnlen((const char *)content->p, content->n);
  if (n == content->n || n >= size)
    return ERR_MALFORMED;
  memcpy(text, content->p, n + 1);
  return span_skip(content, n + 1);
}

static int take_content(struct span content, struct message *m)
{
  int err = next_text(&content, m->name, sizeof m->name);
  if (err == 0)
    err = next_text(&content, m->email, sizeof m->email);
  return err != 0 ? err : next_text(&content, m->text, sizeof m->text);
}

static void read_message(struct query *q, void *row)
{
  struct message *m = row;
  uint8_t content[CONTENT_BYTES];
  size_t n;
  *m = (struct message){0};
  take_uid(q, &m->id);
  take_uid(q, &m->account);
  struct seal_place place = content_place(&m->id);
  bool opened = take_sealed(q, &place, content, sizeof content, &n) && take_content(span_of(content, n), m) == 0;
  if (!opened && q->err == 0)
    q->err = ERR_AUTH;
  m->email_verified = take_bool(q);
  m->is_read = take_bool(q);
  m->time_s = take_u64(q);
  sodium_memzero(content, sizeof content);
}

static int insert(struct store *st, const struct message *m, struct span content)
{
  struct seal_place place = content_place(&m->id);
  struct query q = query_of(st, "INSERT INTO message (" MESSAGE ") SELECT ?1, ?2, ?3, ?4, ?5, ?6"
                                " WHERE " HAS_ROOM("message", LIMIT_MESSAGES));
  bind_uid(&q, &m->id);
  bind_uid(&q, &m->account);
  bind_sealed(&q, &place, content.p, content.n);
  bind_int(&q, m->email_verified);
  bind_int(&q, m->is_read);
  bind_u64(&q, m->time_s);
  return query_insert(&q);
}

int store_message_add(struct store *st, struct message *m)
{
  uint8_t content[CONTENT_BYTES];
  struct writer w = writer_of(content, sizeof content);
  uid_make(&m->id);
  int err = put_content(&w, m);
  if (err == 0)
    err = insert(st, m, writer_span(&w));
  sodium_memzero(content, sizeof content);
  return err;
}

int store_message_list(struct store *st, struct page page, struct message *out, size_t *n)
{
  struct query q = query_of(st, "SELECT " MESSAGE " FROM message ORDER BY time_s DESC, rowid DESC LIMIT ?1 OFFSET ?2");
  return query_list(&q, page, read_message, out, sizeof *out, n);
}

int store_message_read(struct store *st, const struct uid *id, bool is_read)
{
  struct query q = query_of(st, "UPDATE message SET is_read = ?2 WHERE id = ?1");
  bind_uid(&q, id);
  bind_int(&q, is_read);
  return query_change(&q);
}

int store_message_remove(struct store *st, const struct uid *id)
{
  struct query q = query_of(st, "DELETE FROM message WHERE id = ?1");
  bind_uid(&q, id);
  return query_change(&q);
}

static void read_count(struct query *q, void *row)
{
  *(size_t *)row = (size_t)take_u64(q);
}

int store_message_unread(struct store *st, size_t *n)
{
  struct query q = query_of(st, "SELECT count(*) FROM message WHERE is_read = 0");
  return query_one(&q, read_count, n);
}
