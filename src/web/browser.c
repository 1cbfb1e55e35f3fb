/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/browser.h"

#include <sodium.h>

bool browser_equal(const struct browser *a, const struct browser *b)
{
  return sodium_memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}

static void browser_of_secret(const uint8_t secret[SECRET_BYTES], struct browser *browser)
{
  crypto_hash_sha256(browser->hash, secret, SECRET_BYTES);
}

/* The next "name=value" of the header, without the blanks around it. */
static bool take_pair(struct span *header, struct span *pair)
{
  while (header->n > 0 && (header->p[0] == ' ' || header->p[0] == ';'))
    (void)span_skip(header, 1);
  if (header->n == 0)
    return false;
  const uint8_t *end = memchr(header->p, ';', header->n);
  (void)span_take(header, end == NULL ? header->n : (size_t)(end - header->p), pair);
  while (pair->n > 0 && pair->p[pair->n - 1] == ' ')
    pair->n--;
  return true;
}

int browser_from_cookies(struct span header, struct browser *browser)
{
  const struct span ours = span_str(BROWSER_COOKIE "=");
  struct span pair, name;
  uint8_t secret[SECRET_BYTES];
  int err = ERR_NOT_FOUND;
  while (take_pair(&header, &pair)) {
    if (span_take(&pair, ours.n, &name) != 0 || !span_equal(name, ours))
      continue;
    if (err != ERR_NOT_FOUND || token_from_text(pair, secret, sizeof secret) != 0) {
      err = ERR_MALFORMED;
      break;
    }
    browser_of_secret(secret, browser);
    err = 0;
  }
  sodium_memzero(secret, sizeof secret);
  return err;
}

struct span cookie_value(struct span header, const char *name)
{
  struct span pair = {0}, found = {0}, value = {0};
  bool seen = false;
  while (take_pair(&header, &pair)) {
    if (span_take(&pair, strlen(name), &found) != 0 || !span_equal(found, span_str(name)) || pair.n == 0 ||
        pair.p[0] != '=')
      continue;
    if (seen)
      return (struct span){0};
    seen = true;
    (void)span_skip(&pair, 1);
    value = pair;
  }
  return value;
}

void browser_new(const struct random *random, char text[SECRET_TEXT + 1], struct browser *browser)
{
  uint8_t secret[SECRET_BYTES];
  random_fill(random, secret, sizeof secret);
  token_to_text(secret, sizeof secret, text);
  browser_of_secret(secret, browser);
  sodium_memzero(secret, sizeof secret);
}
