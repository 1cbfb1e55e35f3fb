/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store_settings.h"

#include <sodium.h>

#include "base/random.h"
#include "store/db.h"

/* --- settings --- */

static const char *const names[SETTINGS] = {
    [SETTING_SIGN_UP] = "sign_up",
    [SETTING_TWO_FACTORS] = "two_factors",
    [SETTING_ROOMS_BY] = "rooms_by",
};

static void read_setting(struct query *q, void *row)
{
  take_text(q, row, SETTING_BYTES);
}

int store_setting_get(struct store *st, enum setting setting, char text[SETTING_BYTES])
{
  struct query q = query_of(st, "SELECT text FROM setting WHERE name = ?1");
  text[0] = '\0';
  bind_text(&q, names[setting], SETTING_BYTES);
  return query_one(&q, read_setting, text);
}

static int setting_remove(struct store *st, const char *name)
{
  struct query q = query_of(st, "DELETE FROM setting WHERE name = ?1");
  size_t changed;
  bind_text(&q, name, SETTING_BYTES);
  return query_run(&q, &changed);
}

int store_setting_set(struct store *st, enum setting setting, const char *text)
{
  if (text[0] == '\0')
    return setting_remove(st, names[setting]);
  struct query q = query_of(st, "INSERT INTO setting (name, text) VALUES (?1, ?2)"
                                " ON CONFLICT (name) DO UPDATE SET text = excluded.text");
  bind_text(&q, names[setting], SETTING_BYTES);
  bind_text(&q, text, SETTING_BYTES);
  return query_change(&q);
}

/* --- secrets --- */

struct named_secret {
  uint8_t name[SECRET_NAME_BYTES]; /* filled up with zeros: also its place under the seal */
  uint8_t *secret;
};

static int name_secret(struct named_secret *s, const char *name)
{
  size_t n = strlen(name);
  memset(s->name, 0, sizeof s->name);
  if (n == 0 || n >= sizeof s->name)
    return ERR_RANGE;
  memcpy(s->name, name, n);
  return 0;
}

static struct seal_place secret_place(const struct named_secret *s)
{
  return (struct seal_place){.table = "secret", .row = s->name};
}

static void read_secret(struct query *q, void *row)
{
  struct named_secret *s = row;
  struct seal_place place = secret_place(s);
  size_t n;
  if ((!take_sealed(q, &place, s->secret, STORE_SECRET_BYTES, &n) || n != STORE_SECRET_BYTES) && q->err == 0)
    q->err = ERR_AUTH;
}

static int secret_find(struct store *st, struct named_secret *s)
{
  struct query q = query_of(st, "SELECT value FROM secret WHERE name = ?1");
  bind_bytes(&q, s->name, sizeof s->name);
  return query_one(&q, read_secret, s);
}

static int secret_put(struct store *st, struct named_secret *s)
{
  struct seal_place place = secret_place(s);
  struct query q = query_of(st, "INSERT INTO secret (name, value) VALUES (?1, ?2)"
                                " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
  random_fill(&random_system, s->secret, STORE_SECRET_BYTES);
  bind_bytes(&q, s->name, sizeof s->name);
  bind_sealed(&q, &place, s->secret, STORE_SECRET_BYTES);
  return query_change(&q);
}

/* Looked for again within the change: another process may have been first. */
static int secret_find_or_put(struct store *st, struct named_secret *s)
{
  int err = secret_find(st, s);
  return err == ERR_NOT_FOUND ? secret_put(st, s) : err;
}

static int secret_change(struct store *st, struct named_secret *s, int (*change)(struct store *, struct named_secret *))
{
  int err = st->in_change ? ERR_STATE : change_open(st);
  if (err == 0)
    err = change_close(st, change(st, s));
  if (err != 0)
    sodium_memzero(s->secret, STORE_SECRET_BYTES);
  return err;
}

int store_secret(struct store *st, const char *name, uint8_t secret[STORE_SECRET_BYTES])
{
  struct named_secret s = {.secret = secret};
  int err = name_secret(&s, name);
  if (err == 0)
    err = secret_find(st, &s);
  return err == ERR_NOT_FOUND ? secret_change(st, &s, secret_find_or_put) : err;
}

int store_secret_renew(struct store *st, const char *name, uint8_t secret[STORE_SECRET_BYTES])
{
  struct named_secret s = {.secret = secret};
  int err = name_secret(&s, name);
  return err == 0 ? secret_change(st, &s, secret_put) : err;
}

/* --- counts --- */

struct counted {
  char name[32];
  uint64_t n;
};

static void read_counted(struct query *q, void *row)
{
  struct counted *c = row;
  take_text(q, c->name, sizeof c->name);
  c->n = take_u64(q);
}

int store_count(struct store *st, struct store_counts *counts)
{
  const struct {
    const char *name;
    uint64_t *n;
  } places[] = {
      {"account", &counts->accounts}, {"session", &counts->sessions}, {"room", &counts->rooms},
      {"series", &counts->series},    {"member", &counts->members},   {"attendance", &counts->stays},
      {"ticket", &counts->tickets},   {"api_key", &counts->keys},     {"webhook", &counts->webhooks},
  };
  struct counted rows[16];
  size_t n;
  struct query q = query_of(st, "SELECT name, n FROM counted LIMIT ?1 OFFSET ?2");
  *counts = (struct store_counts){0};
  int err = query_list(&q, (struct page){.most = 16}, read_counted, rows, sizeof rows[0], &n);
  for (size_t i = 0; err == 0 && i < n; i++)
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++)
      if (strcmp(rows[i].name, places[k].name) == 0)
        *places[k].n = rows[i].n;
  return err;
}
