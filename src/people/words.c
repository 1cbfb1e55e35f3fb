/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/words.h"

static const char *const roles[ROOM_ROLES] = {
  [ROLE_VIEWER] = "viewer", [ROLE_PARTICIPANT] = "participant", [ROLE_SPEAKER] = "speaker", [ROLE_COHOST] = "cohost",
  [ROLE_HOST] = "host",
};

static const char *const kinds[ROOM_KINDS] = {
  [ROOM_OPEN] = "open",
  [ROOM_MEMBERS] = "members",
  [ROOM_TICKET] = "ticket",
  [ROOM_EVENT] = "event",
};

/* In the order of their bits. */
static const char *const scopes[] = {
  "rooms.read",  "rooms.write",  "tickets.read", "tickets.write",
  "people.read", "people.write", "sessions",     "attendance",
};

static const char *const factors[] = {"password", "email", "sms", "oidc", "passkey", "totp", "recovery", "link"};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

_Static_assert(1u << (COUNT(scopes) - 1) == SCOPE_ATTENDANCE, "a word for each scope");
_Static_assert(1u << (COUNT(factors) - 1) == FACTOR_LINK, "a word for each factor");

/* The place of the word, or n. */
static size_t find(struct span word, const char *const *words, size_t n)
{
  size_t i = 0;
  while (i < n && !span_equal(word, span_str(words[i])))
    i++;
  return i;
}

const char *account_role_word(enum account_role role)
{
  return role == ACCOUNT_ADMIN ? "administrator" : "member";
}

int account_role_of_word(struct span word, enum account_role *role)
{
  bool administrator = span_equal(word, span_str("administrator"));
  if (!administrator && !span_equal(word, span_str("member")))
    return ERR_MALFORMED;
  *role = administrator ? ACCOUNT_ADMIN : ACCOUNT_MEMBER;
  return 0;
}

const char *role_word(enum room_role role)
{
  return roles[role];
}

int role_of_word(struct span word, enum room_role *role)
{
  size_t i = find(word, roles, COUNT(roles));
  if (i == COUNT(roles))
    return ERR_MALFORMED;
  *role = (enum room_role)i;
  return 0;
}

const char *kind_word(enum room_kind kind)
{
  return kinds[kind];
}

int kind_of_word(struct span word, enum room_kind *kind)
{
  size_t i = find(word, kinds, COUNT(kinds));
  if (i == COUNT(kinds))
    return ERR_MALFORMED;
  *kind = (enum room_kind)i;
  return 0;
}

const char *scope_word(size_t place)
{
  return place < COUNT(scopes) ? scopes[place] : NULL;
}

int scope_of_word(struct span word, uint32_t *scope)
{
  size_t i = find(word, scopes, COUNT(scopes));
  if (i == COUNT(scopes))
    return ERR_MALFORMED;
  *scope = 1u << i;
  return 0;
}

const char *factor_word(size_t place)
{
  return place < COUNT(factors) ? factors[place] : NULL;
}
