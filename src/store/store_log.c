/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_log.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/log.h"
#include "store/db.h"
#include "store/log_chain.h"

#define ENTRY_BYTES 1024

/* --- the chain --- */

static void put_counted(struct writer *w, const char *text)
{
  size_t n = strlen(text);
  put_u16(w, (uint16_t)n);
  put_bytes(w, text, n);
}

/* The MAC of an entry over the MAC before it and all its fields, each with its length: two different entries never give
 * the same bytes. */
static void entry_mac(const struct store *st, const uint8_t before[LOG_MAC_BYTES], const struct log_event *e,
                      uint8_t mac[LOG_MAC_BYTES])
{
  uint8_t bytes[ENTRY_BYTES];
  struct writer w = writer_of(bytes, sizeof bytes);
  put_bytes(&w, before, LOG_MAC_BYTES);
  put_u64(&w, e->number);
  put_u64(&w, e->time_s);
  put_counted(&w, e->kind);
  put_counted(&w, e->actor);
  put_counted(&w, e->subject);
  put_counted(&w, e->detail);
  (void)crypto_auth_hmacsha256(mac, bytes, w.n, st->keys.log);
}
_Static_assert(sizeof(struct log_event) + LOG_MAC_BYTES < ENTRY_BYTES, "an entry always fits");

static void read_link(struct query *q, void *row)
{
  struct log_head *head = row;
  head->number = take_u64(q);
  take_bytes(q, head->mac, sizeof head->mac);
}

static int last_link(struct store *st, struct log_head *head)
{
  struct query q = query_of(st, "SELECT number, mac FROM log ORDER BY number DESC LIMIT 1");
  int err = query_one(&q, read_link, head);
  if (err != ERR_NOT_FOUND)
    return err;
  *head = (struct log_head){0};
  return 0;
}

static bool log_holds(struct store *st, const struct log_head *head)
{
  static const struct log_head none;
  struct log_head found;
  if (head->number == 0)
    return memcmp(head->mac, none.mac, sizeof none.mac) == 0;
  struct query q = query_of(st, "SELECT number, mac FROM log WHERE number = ?1");
  bind_u64(&q, head->number);
  return query_one(&q, read_link, &found) == 0 && memcmp(found.mac, head->mac, sizeof found.mac) == 0;
}

/* --- the head --- */

/* Forward only, and only over a log that still holds the present head: a log that was cut and grew again stays found. */
static int head_forward(struct store *st, int fd, const struct log_head *last)
{
  struct log_head head;
  int err = log_head_read(fd, &st->keys, &head);
  if (err != 0 || (last->number == head.number && memcmp(last->mac, head.mac, sizeof head.mac) == 0))
    return err;
  if (!log_holds(st, &head))
    return ERR_AUTH;
  return last->number > head.number ? log_head_write(fd, &st->keys, last) : 0;
}

static void head_advance(struct store *st, const struct log_head *last)
{
  int fd, err = log_head_open(st->head_path, &fd);
  if (err == 0) {
    err = head_forward(st, fd, last);
    log_head_close(fd);
  }
  if (err == ERR_AUTH)
    log_error("store: the security log or its head was changed from outside: see testudo log verify");
  else if (err != 0)
    log_error("store: the head of the security log is not written: %s", err_text(err));
}

void log_chain_committed(struct store *st)
{
  struct log_head last = st->log_last;
  st->log_last.number = 0;
  if (last.number != 0)
    head_advance(st, &last);
}

void log_chain_catch_up(struct store *st)
{
  struct log_head last;
  if (last_link(st, &last) == 0)
    head_advance(st, &last);
}

int log_chain_restart(struct store *st)
{
  struct log_head last;
  int err = last_link(st, &last);
  return err != 0 ? err : log_head_reset(st->head_path, &st->keys, &last);
}

/* --- entries --- */

static int insert_entry(struct store *st, const struct log_event *e, const uint8_t mac[LOG_MAC_BYTES])
{
  struct query q = query_of(st, "INSERT INTO log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  bind_u64(&q, e->number);
  bind_u64(&q, e->time_s);
  bind_text(&q, e->kind, sizeof e->kind);
  bind_text(&q, e->actor, sizeof e->actor);
  bind_text(&q, e->subject, sizeof e->subject);
  bind_text(&q, e->detail, sizeof e->detail);
  bind_bytes(&q, mac, LOG_MAC_BYTES);
  return query_insert(&q);
}

static bool is_text(const char *text, size_t size)
{
  return strnlen(text, size) < size;
}

static int add_entry(struct store *st, const struct log_event *e)
{
  struct log_event entry = *e;
  struct log_head last;
  int err = last_link(st, &last);
  if (err != 0)
    return err;
  entry.number = last.number + 1;
  entry_mac(st, last.mac, &entry, last.mac);
  last.number = entry.number;
  err = insert_entry(st, &entry, last.mac);
  if (err == 0)
    st->log_last = last;
  return err;
}

int store_log_add(struct store *st, const struct log_event *e)
{
  if (!is_text(e->kind, sizeof e->kind) || !is_text(e->actor, sizeof e->actor) ||
      !is_text(e->subject, sizeof e->subject) || !is_text(e->detail, sizeof e->detail))
    return ERR_RANGE;
  int err = change_open(st);
  return err != 0 ? err : change_close(st, add_entry(st, e));
}

static void read_entry(struct query *q, void *row)
{
  struct log_event *e = row;
  e->number = take_u64(q);
  e->time_s = take_u64(q);
  take_text(q, e->kind, sizeof e->kind);
  take_text(q, e->actor, sizeof e->actor);
  take_text(q, e->subject, sizeof e->subject);
  take_text(q, e->detail, sizeof e->detail);
}

int store_log_list(struct store *st, const char *kind, struct page page, struct log_event *out, size_t *n)
{
  static const char all[] = "SELECT number, time_s, kind, actor, subject, detail FROM log"
                            " ORDER BY number DESC LIMIT ?1 OFFSET ?2";
  static const char one[] = "SELECT number, time_s, kind, actor, subject, detail FROM log WHERE kind = ?1"
                            " ORDER BY number DESC LIMIT ?2 OFFSET ?3";
  struct query q = query_of(st, kind[0] == '\0' ? all : one);
  if (kind[0] != '\0')
    bind_text(&q, kind, sizeof out->kind);
  return query_list(&q, page, read_entry, out, sizeof *out, n);
}

/* --- verifying --- */

struct walk {
  struct log_head at;   /* the last entry that was right */
  struct log_head head; /* what stands beside the key file */
  bool head_seen;       /* the walk has passed it, and it was the same */
};

static void meet_head(struct walk *w)
{
  if (w->at.number == w->head.number)
    w->head_seen = memcmp(w->at.mac, w->head.mac, LOG_MAC_BYTES) == 0;
}

/* The next entry. ERR_AUTH: not the one that must follow. */
static int walk_entry(struct query *q, struct walk *w)
{
  struct log_event e;
  uint8_t mac[LOG_MAC_BYTES];
  read_entry(q, &e);
  struct span stored = take_blob(q);
  if (q->err == ERR_RANGE)
    q->err = ERR_AUTH; /* a text longer than any that was written here */
  if (q->err != 0)
    return q->err;
  entry_mac(q->st, w->at.mac, &e, mac);
  if (e.number != w->at.number + 1 || stored.n != sizeof mac || sodium_memcmp(stored.p, mac, sizeof mac) != 0)
    return ERR_AUTH;
  w->at.number = e.number;
  memcpy(w->at.mac, mac, sizeof mac);
  meet_head(w);
  return 0;
}

static int walk_log(struct store *st, struct walk *w)
{
  struct query q = query_of(st, "SELECT number, time_s, kind, actor, subject, detail, mac FROM log ORDER BY number");
  int err;
  meet_head(w); /* of an empty log */
  while ((err = query_next(&q)) == 0 && (err = walk_entry(&q, w)) == 0)
    ;
  return query_end(&q, err == ERR_NOT_FOUND ? 0 : err);
}

static int read_head(struct store *st, struct log_head *head)
{
  int fd, err = log_head_open(st->head_path, &fd);
  if (err != 0)
    return err;
  err = log_head_read(fd, &st->keys, head);
  log_head_close(fd);
  return err;
}

/* Where the log breaks, and one line for a person. */
static uint64_t tell_break(const struct walk *w, bool chain_broken, bool head_lost, char problem[256])
{
  uint64_t next = w->at.number + 1;
  if (chain_broken) {
    (void)snprintf(problem, 256, "entry %" PRIu64 " was changed, or one before it is missing", next);
    return next;
  }
  if (head_lost) {
    (void)snprintf(problem, 256, "the file with the head of the log, beside the key file, is missing or damaged");
    return next;
  }
  if (w->at.number < w->head.number) {
    (void)snprintf(problem, 256, "the log ends with entry %" PRIu64 ", but %" PRIu64 " were written", w->at.number,
                   w->head.number);
    return next;
  }
  /* The entries fit each other: some were cut off, and others written in their place. */
  (void)snprintf(problem, 256, "entry %" PRIu64 " is not the one that was written", w->head.number);
  return w->head.number;
}

int store_log_verify(struct store *st, uint64_t *entries, uint64_t *broken_at, char problem[256])
{
  struct walk w = {0};
  *entries = *broken_at = 0;
  problem[0] = '\0';
  /* The head first: entries may be added meanwhile, and are always in the log before they are the head. */
  int head_err = read_head(st, &w.head);
  int err = walk_log(st, &w);
  *entries = w.at.number;
  if (err != 0 && err != ERR_AUTH)
    return err;
  if (err == 0 && head_err == 0 && w.head_seen)
    return 0;
  *broken_at = tell_break(&w, err == ERR_AUTH, head_err != 0, problem);
  return ERR_AUTH;
}
