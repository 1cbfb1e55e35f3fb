/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/guard.h"

#include <sodium.h>
#include <stdlib.h>

#include "auth/guard_table.h"

#define SECOND UINT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

/* So many at once, and then one each period. */
struct budget {
  uint32_t burst;
  uint64_t period_us;
};

/* So many are free, then the wait doubles from first to most; after `forget` without a try all is forgotten. */
struct patience {
  uint32_t free;
  uint64_t first_us, most_us, forget_us;
};

/* [0] for strangers, [1] for known devices. */
struct rule {
  struct patience pair;
  struct budget prefix, account[2], server[2];
};

/* Passwords that are checked at once. */
#define STRANGERS_PASSWORDS 40
#define KNOWN_PASSWORDS 24
_Static_assert(STRANGERS_PASSWORDS + KNOWN_PASSWORDS <= LIMIT_PASSWORD_JOBS, "neither crowds the other out of the pool");

/* Second factors: 10 and then 6 an hour, 154 a day, at three valid codes of a million: 1 in 2,000 a day, for somebody who has the
 * password already. Codes sent: 8 digits by e-mail, 6 by SMS (code.h), five tries each; at most 30 e-mails and then 12 an
 * hour, 5 SMS and then 2 an hour: in a day 1 in 62,000 and 1 in 3,700. The server's e-mails stay below LIMIT_CODES in the ten
 * minutes that a code lives: 1,000 + 600 * 10 for strangers, 400 + 600 for known devices. Passwords: both
 * rates together are less than two threads can hash, which is 6 a second on a small machine. */
static const struct rule rules[GUARD_KINDS] = {
  [GUARD_PASSWORD] = {.pair = {3, 1 * SECOND, 15 * MINUTE, 12 * HOUR},
                      .prefix = {100, 6 * SECOND},
                      .account = {{50, 72 * SECOND}, {10, 1 * MINUTE}},
                      .server = {{STRANGERS_PASSWORDS, SECOND / 3}, {KNOWN_PASSWORDS, SECOND / 2}}},
  [GUARD_CODE] = {.pair = {10, 1 * SECOND, 5 * MINUTE, 1 * HOUR},
                  .prefix = {500, 1 * SECOND},
                  .account = {{150, 24 * SECOND}, {60, 30 * SECOND}},
                  .server = {{5000, SECOND / 50}, {1000, SECOND / 10}}},
  [GUARD_SECOND] = {.pair = {3, 5 * SECOND, 15 * MINUTE, 12 * HOUR},
                    .prefix = {100, 6 * SECOND},
                    .account = {{10, 10 * MINUTE}, {10, 10 * MINUTE}},
                    .server = {{500, SECOND / 10}, {500, SECOND / 10}}},
  [GUARD_EMAIL] = {.pair = {3, 15 * SECOND, 15 * MINUTE, 1 * HOUR},
                   .prefix = {200, 5 * SECOND},
                   .account = {{30, 5 * MINUTE}, {15, 5 * MINUTE}},
                   .server = {{1000, SECOND / 10}, {400, 1 * SECOND}}},
  [GUARD_SMS] = {.pair = {2, 30 * SECOND, 30 * MINUTE, 6 * HOUR},
                 .prefix = {30, 1 * MINUTE},
                 .account = {{5, 30 * MINUTE}, {5, 30 * MINUTE}},
                 .server = {{200, 1 * SECOND}, {100, 1 * SECOND}}},
};

struct guard {
  uint8_t key[crypto_shorthash_siphashx24_KEYBYTES];
  struct guard_table pairs, prefixes, accounts;
  struct guard_cell server[GUARD_KINDS][2]; /* strangers, known devices */
  uint64_t refused[GATE_SERVER + 1];
};

/* Where a try counts. */
struct gates {
  uint64_t pair, prefix, account; /* tags */
};

int guard_new(struct guard **guard, const struct random *random)
{
  struct guard *g = calloc(1, sizeof *g);
  *guard = g;
  if (g == NULL)
    return ERR_NOMEM;
  random_fill(random, g->key, sizeof g->key);
  if (guard_table_init(&g->pairs, LIMIT_GUARD_PAIRS) == 0 && guard_table_init(&g->prefixes, LIMIT_GUARD_PREFIXES) == 0 &&
      guard_table_init(&g->accounts, LIMIT_GUARD_ACCOUNTS) == 0)
    return 0;
  guard_free(g);
  *guard = NULL;
  return ERR_NOMEM;
}

void guard_free(struct guard *g)
{
  if (g == NULL)
    return;
  guard_table_fini(&g->pairs);
  guard_table_fini(&g->prefixes);
  guard_table_fini(&g->accounts);
  sodium_memzero(g, sizeof *g);
  free(g);
}

/* --- keys --- */

static uint64_t tag_of(const struct guard *g, const void *bytes, size_t n)
{
  uint8_t hash[crypto_shorthash_siphashx24_BYTES];
  uint64_t tag;
  (void)crypto_shorthash_siphashx24(hash, bytes, n, g->key);
  memcpy(&tag, hash, sizeof tag);
  return tag;
}

static void put_prefix(struct writer *w, const struct net_addr *from)
{
  put_u8(w, from->family);
  put_bytes(w, from->ip, from->family == 4 ? 3 : 7);
}

/* Each key begins with the kind and what it is a key of; the account, of any length, stands last. */
static struct gates gates_of(const struct guard *g, const struct guard_try *t)
{
  uint8_t bytes[2 + DEVICE_ID_BYTES + EMAIL_BYTES];
  struct gates gates;
  struct span account = span_of(t->account, strnlen(t->account, EMAIL_BYTES));
  struct writer w = writer_of(bytes, sizeof bytes);
  put_u8(&w, (uint8_t)t->kind);
  put_u8(&w, 'p');
  put_prefix(&w, &t->from);
  gates.prefix = tag_of(g, bytes, w.n);

  w = writer_of(bytes, sizeof bytes);
  put_u8(&w, (uint8_t)t->kind);
  put_u8(&w, t->known ? 'k' : 'a');
  put_span(&w, account);
  gates.account = tag_of(g, bytes, w.n);

  w = writer_of(bytes, sizeof bytes);
  put_u8(&w, (uint8_t)t->kind);
  put_u8(&w, t->known ? 'd' : 's');
  if (t->known)
    put_bytes(&w, t->device, sizeof t->device);
  else
    put_prefix(&w, &t->from);
  put_span(&w, account);
  gates.pair = tag_of(g, bytes, w.n);
  return gates;
}

/* --- a budget that refills evenly --- */

/* How long until one may be taken: 0, now. */
static uint64_t budget_wait(const struct guard_cell *c, struct budget b, uint64_t now_us)
{
  uint64_t full_at = c != NULL && c->until_us > now_us ? c->until_us : now_us;
  uint64_t used = full_at + b.period_us - now_us, most = b.burst * b.period_us;
  return used > most ? used - most : 0;
}

static void budget_take(struct guard_cell *c, struct budget b, uint64_t now_us)
{
  c->until_us = (c->until_us > now_us ? c->until_us : now_us) + b.period_us;
  c->keep_us = c->until_us;
}

static void budget_give_back(struct guard_cell *c, struct budget b, uint64_t now_us)
{
  if (c == NULL || c->until_us <= now_us)
    return;
  c->until_us = c->until_us - now_us > b.period_us ? c->until_us - b.period_us : now_us;
  c->keep_us = c->until_us;
}

/* --- a wait that grows --- */

static uint64_t patience_wait(const struct guard_cell *c, uint64_t now_us)
{
  return c != NULL && c->until_us > now_us ? c->until_us - now_us : 0;
}

static void patience_take(struct guard_cell *c, const struct patience *p, uint64_t now_us)
{
  uint64_t wait_us = 0;
  c->failures++;
  if (c->failures >= p->free) {
    uint32_t doublings = c->failures - p->free;
    wait_us = doublings < 32 ? p->first_us << doublings : p->most_us;
    if (wait_us > p->most_us)
      wait_us = p->most_us;
  }
  c->until_us = now_us + wait_us;
  c->keep_us = now_us + p->forget_us;
}

/* --- the gates --- */

/* The first gate that is shut, with how long it stays so. */
static enum guard_gate shut_gate(const struct guard *g, const struct guard_try *t, const struct gates *gates,
                                 uint64_t now_us, uint64_t *wait_us)
{
  const struct rule *rule = &rules[t->kind];
  *wait_us = patience_wait(guard_table_find(&g->pairs, gates->pair, now_us), now_us);
  if (*wait_us > 0)
    return GATE_PAIR;
  if (!t->known)
    *wait_us = budget_wait(guard_table_find(&g->prefixes, gates->prefix, now_us), rule->prefix, now_us);
  if (*wait_us > 0)
    return GATE_PREFIX;
  *wait_us = budget_wait(guard_table_find(&g->accounts, gates->account, now_us), rule->account[t->known], now_us);
  if (*wait_us > 0)
    return GATE_ACCOUNT;
  *wait_us = budget_wait(&g->server[t->kind][t->known], rule->server[t->known], now_us);
  return *wait_us > 0 ? GATE_SERVER : GATE_NONE;
}

static void charge(struct guard *g, const struct guard_try *t, const struct gates *gates, uint64_t now_us)
{
  const struct rule *rule = &rules[t->kind];
  patience_take(guard_table_take(&g->pairs, gates->pair, now_us), &rule->pair, now_us);
  if (!t->known)
    budget_take(guard_table_take(&g->prefixes, gates->prefix, now_us), rule->prefix, now_us);
  budget_take(guard_table_take(&g->accounts, gates->account, now_us), rule->account[t->known], now_us);
  budget_take(&g->server[t->kind][t->known], rule->server[t->known], now_us);
}

int guard_ask(struct guard *g, const struct guard_try *t, uint64_t now_us, enum guard_gate *gate, uint64_t *wait_us)
{
  struct gates gates = gates_of(g, t);
  uint64_t wait;
  enum guard_gate shut = shut_gate(g, t, &gates, now_us, &wait);
  if (gate != NULL)
    *gate = shut;
  if (wait_us != NULL)
    *wait_us = wait;
  if (shut != GATE_NONE) {
    g->refused[shut]++;
    return ERR_REFUSED;
  }
  charge(g, t, &gates, now_us);
  return 0;
}

void guard_succeeded(struct guard *g, const struct guard_try *t, uint64_t now_us)
{
  struct gates gates = gates_of(g, t);
  const struct rule *rule = &rules[t->kind];
  struct guard_cell *pair = guard_table_find(&g->pairs, gates.pair, now_us);
  if (pair != NULL)
    *pair = (struct guard_cell){0};
  if (!t->known)
    budget_give_back(guard_table_find(&g->prefixes, gates.prefix, now_us), rule->prefix, now_us);
  budget_give_back(guard_table_find(&g->accounts, gates.account, now_us), rule->account[t->known], now_us);
  budget_give_back(&g->server[t->kind][t->known], rule->server[t->known], now_us);
}

uint64_t guard_refused(const struct guard *g, enum guard_gate gate)
{
  return g->refused[gate];
}
