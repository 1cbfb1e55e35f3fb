/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/code.h"

#include <assert.h>
#include <sodium.h>

struct place {
  uint8_t b[32]; /* keyed hash of browser and address */
};

struct open_code {
  struct place place;
  uint8_t hash[32]; /* keyed, over the place and the digits */
  uint64_t expires_us;
  unsigned tries_left;
};

int codes_init(struct codes *c, const struct random *random)
{
  *c = (struct codes){.random = *random};
  if (slab_init(&c->slab, sizeof(struct open_code), LIMIT_CODES) != 0 ||
      map_init(&c->by_place, sizeof(struct place), LIMIT_CODES, random) != 0) {
    codes_fini(c);
    return ERR_NOMEM;
  }
  random_fill(random, c->key, sizeof c->key);
  return 0;
}

static void forget(struct codes *c, slab_id id, const struct open_code *open)
{
  (void)map_remove(&c->by_place, &open->place);
  slab_release(&c->slab, id);
}

void codes_fini(struct codes *c)
{
  slab_id id;
  for (uint32_t i = 0; i < c->slab.capacity && c->slab.used > 0; i++)
    if (slab_at(&c->slab, i, &id) != NULL)
      slab_release(&c->slab, id);
  slab_fini(&c->slab);
  map_fini(&c->by_place);
  sodium_memzero(c->key, sizeof c->key);
}

static void keyed_hash(const struct codes *c, uint8_t kind, const uint8_t first[32], const char *second, uint8_t out[32])
{
  crypto_generichash_state state;
  (void)crypto_generichash_init(&state, c->key, sizeof c->key, 32);
  (void)crypto_generichash_update(&state, &kind, 1);
  (void)crypto_generichash_update(&state, first, 32);
  (void)crypto_generichash_update(&state, (const uint8_t *)second, strlen(second));
  (void)crypto_generichash_final(&state, out, 32);
  sodium_memzero(&state, sizeof state);
}

static struct place place_of(const struct codes *c, const uint8_t browser[CODE_BROWSER_BYTES], const char *address)
{
  struct place place;
  keyed_hash(c, 1, browser, address, place.b);
  return place;
}

static struct open_code *find(const struct codes *c, const struct place *place, slab_id *id)
{
  return map_get(&c->by_place, place, id) == 0 ? slab_get(&c->slab, *id) : NULL;
}

/* Every number of so many digits is as likely as any other: what lies above the last whole multiple is drawn again. */
static void draw(const struct random *random, unsigned digits, char code[CODE_BYTES])
{
  uint32_t count = 1, number;
  for (unsigned i = 0; i < digits; i++)
    count *= 10;
  do
    number = random_u32(random);
  while (number >= UINT32_MAX - UINT32_MAX % count);
  number %= count;
  code[digits] = '\0';
  for (unsigned i = digits; i > 0; i--, number /= 10)
    code[i - 1] = (char)('0' + number % 10);
}

/* The place's code, a new one if it has none. */
static int take_place(struct codes *c, const struct place *place, struct open_code **open)
{
  slab_id id;
  *open = find(c, place, &id);
  if (*open != NULL)
    return 0;
  int err = slab_take(&c->slab, &id, (void **)open);
  if (err != 0)
    return err;
  err = map_put(&c->by_place, place, id);
  if (err != 0)
    slab_release(&c->slab, id);
  return err;
}

int codes_issue(struct codes *c, uint64_t now_us, const uint8_t browser[CODE_BROWSER_BYTES], const char *address,
                unsigned digits, char code[CODE_BYTES])
{
  struct place place = place_of(c, browser, address);
  struct open_code *open;
  assert(digits >= CODE_DIGITS_LEAST && digits <= CODE_DIGITS_MOST);
  int err = take_place(c, &place, &open);
  if (err != 0)
    return err;
  draw(&c->random, digits, code);
  *open = (struct open_code){.place = place, .expires_us = now_us + CODE_LIFETIME_US, .tries_left = CODE_TRIES};
  keyed_hash(c, 2, place.b, code, open->hash);
  return 0;
}

int code_digits(struct span typed, unsigned least, char digits[CODE_BYTES])
{
  size_t n = 0;
  bool wrong = typed.n > 4 * CODE_BYTES;
  for (size_t i = 0; i < typed.n && !wrong; i++) {
    uint8_t c = typed.p[i];
    if (c >= '0' && c <= '9' && n < CODE_DIGITS_MOST)
      digits[n++] = (char)c;
    else
      wrong = c != ' ' && c != '-';
  }
  digits[wrong || n < least ? 0 : n] = '\0';
  return wrong || n < least ? ERR_MALFORMED : 0;
}

/* Costs a try; a right code is forgotten with it, a dead one stays until it is too old, so that it is known as dead. */
static int try_code(struct codes *c, slab_id id, struct open_code *open, const char *digits)
{
  uint8_t hash[32];
  if (open->tries_left == 0)
    return ERR_REFUSED;
  open->tries_left--;
  keyed_hash(c, 2, open->place.b, digits, hash);
  if (sodium_memcmp(hash, open->hash, sizeof hash) == 0) {
    forget(c, id, open);
    return 0;
  }
  return open->tries_left > 0 ? ERR_AUTH : ERR_REFUSED;
}

int codes_check(struct codes *c, uint64_t now_us, const uint8_t browser[CODE_BROWSER_BYTES], const char *address,
                struct span typed)
{
  struct place place = place_of(c, browser, address);
  char digits[CODE_BYTES];
  slab_id id;
  if (code_digits(typed, CODE_DIGITS_LEAST, digits) != 0)
    return ERR_MALFORMED;
  struct open_code *open = find(c, &place, &id);
  int err = open == NULL || now_us >= open->expires_us ? ERR_NOT_FOUND : try_code(c, id, open, digits);
  sodium_memzero(digits, sizeof digits);
  return err;
}

void codes_forget(struct codes *c, const uint8_t browser[CODE_BROWSER_BYTES], const char *address)
{
  struct place place = place_of(c, browser, address);
  slab_id id;
  const struct open_code *open = find(c, &place, &id);
  if (open != NULL)
    forget(c, id, open);
}

void codes_tick(struct codes *c, uint64_t now_us)
{
  slab_id id;
  for (uint32_t i = 0; i < c->slab.capacity && c->slab.used > 0; i++) {
    const struct open_code *open = slab_at(&c->slab, i, &id);
    if (open != NULL && now_us >= open->expires_us)
      forget(c, id, open);
  }
}
