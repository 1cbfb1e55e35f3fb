/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who of a room has this id, browser, name, account, address or ticket: thousands come in within seconds, and each is
 * looked for several times. A key of the map leads to the first person that has it; further ones are linked to that. */
#include <assert.h>
#include <sodium.h>

#include "web/rooms_internal.h"

#define VALUE_BYTES 16

/* Without padding: the map compares bytes. */
struct index_key {
  uint64_t room, kind;
  uint8_t value[VALUE_BYTES];
};

int index_init(struct rooms *r, uint32_t people)
{
  return map_init(&r->index, sizeof(struct index_key), (size_t)people * INDEX_KINDS, &r->random);
}

static struct index_key key_of(const struct room *room, enum index_kind kind, struct span value)
{
  struct index_key key = {.room = room->self, .kind = (uint64_t)kind};
  if (value.n <= VALUE_BYTES)
    memcpy(key.value, value.p, value.n);
  else
    crypto_generichash(key.value, sizeof key.value, value.p, value.n, NULL, 0);
  return key;
}

/* Empty: this person is not found by it. */
static struct span value_of(const struct person *p, enum index_kind kind)
{
  switch (kind) {
  case INDEX_ID: return span_str(p->id);
  case INDEX_BROWSER: return span_of(p->browser.hash, sizeof p->browser.hash);
  case INDEX_WRITTEN: return span_of(p->likeness, LIKENESS_BYTES / 2);
  case INDEX_SMALL: return span_of(p->likeness + LIKENESS_BYTES / 2, LIKENESS_BYTES / 2);
  case INDEX_ACCOUNT: return span_of(p->who.account.b, uid_is_none(&p->who.account) ? 0 : UID_BYTES);
  case INDEX_EMAIL: return span_str(p->who.email);
  case INDEX_TICKET: return span_of(p->who.ticket.b, uid_is_none(&p->who.ticket) ? 0 : UID_BYTES);
  }
  return span_of(NULL, 0);
}

struct person *index_first(const struct rooms *r, const struct room *room, enum index_kind kind, struct span value)
{
  const struct index_key key = key_of(room, kind, value);
  uint64_t id;
  return value.n > 0 && map_get(&r->index, &key, &id) == 0 ? person_get(r, id) : NULL;
}

struct person *index_next(const struct rooms *r, const struct person *p, enum index_kind kind)
{
  return person_get(r, p->link[kind].next);
}

struct person *index_same(const struct rooms *r, const struct room *room, const struct person *p, enum index_kind kind)
{
  return index_first(r, room, kind, value_of(p, kind));
}

static bool is_linked(const struct person *p, enum index_kind kind)
{
  return (p->linked & 1u << kind) != 0;
}

/* Behind the first one: the order does not matter, and the map keeps its value. */
static void link_in(struct rooms *r, struct room *room, struct person *p, enum index_kind kind)
{
  const struct span value = value_of(p, kind);
  if (is_linked(p, kind) || value.n == 0)
    return;
  struct person *first = index_first(r, room, kind, value);
  if (first == NULL) {
    const struct index_key key = key_of(room, kind, value);
    int err = map_put(&r->index, &key, p->self);
    assert(err == 0); /* has a place for each kind of each person */
    p->link[kind] = (struct index_link){0};
  } else {
    struct person *second = index_next(r, first, kind);
    p->link[kind] = (struct index_link){.before = first->self, .next = first->link[kind].next};
    first->link[kind].next = p->self;
    if (second != NULL)
      second->link[kind].before = p->self;
  }
  p->linked |= (uint8_t)(1u << kind);
}

static void link_out(struct rooms *r, struct room *room, struct person *p, enum index_kind kind)
{
  if (!is_linked(p, kind))
    return;
  const struct index_key key = key_of(room, kind, value_of(p, kind));
  struct person *before = person_get(r, p->link[kind].before), *next = index_next(r, p, kind);
  if (next != NULL)
    next->link[kind].before = p->link[kind].before;
  if (before != NULL)
    before->link[kind].next = p->link[kind].next;
  else if (next != NULL)
    (void)map_put(&r->index, &key, next->self);
  else
    (void)map_remove(&r->index, &key);
  p->linked &= (uint8_t) ~(1u << kind);
}

void index_add(struct rooms *r, struct room *room, struct person *p)
{
  for (int kind = 0; kind < INDEX_KINDS; kind++)
    if (kind != INDEX_WRITTEN && kind != INDEX_SMALL)
      link_in(r, room, p, (enum index_kind)kind);
  index_name(r, room, p);
}

void index_name(struct rooms *r, struct room *room, struct person *p)
{
  static const enum index_kind names[] = {INDEX_WRITTEN, INDEX_SMALL};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (room->kind == ROOM_EVENT && p->role == AS_VIEWER)
      link_out(r, room, p, names[i]);
    else
      link_in(r, room, p, names[i]);
}

void index_remove(struct rooms *r, struct room *room, struct person *p)
{
  for (int kind = 0; kind < INDEX_KINDS; kind++)
    link_out(r, room, p, (enum index_kind)kind);
}
