/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/logins.h"

#include <sodium.h>
#include <stdlib.h>

#include "auth/oidc/text.h"

int oidc_logins_init(struct oidc_logins *l, size_t n, const struct random *random)
{
  *l = (struct oidc_logins){.at = calloc(n, sizeof *l->at), .n = n};
  if (l->at == NULL)
    return ERR_NOMEM;
  int err = map_init(&l->by_state, sizeof l->at[0].state_hash, n, random);
  if (err != 0)
    free(l->at);
  return err;
}

void oidc_logins_fini(struct oidc_logins *l)
{
  sodium_memzero(l->at, l->n * sizeof *l->at);
  free(l->at);
  map_fini(&l->by_state);
}

static void close_login(struct oidc_logins *l, struct oidc_login *login)
{
  if (login->open)
    (void)map_remove(&l->by_state, login->state_hash);
  sodium_memzero(login, sizeof *login);
}

int oidc_logins_add(struct oidc_logins *l, const struct random *random, uint8_t provider,
                    const uint8_t browser[OIDC_BROWSER_BYTES], uint64_t now_s, uint8_t state[OIDC_RANDOM_BYTES],
                    const struct oidc_login **login)
{
  struct oidc_login *place = &l->at[l->next];
  close_login(l, place);
  random_fill(random, state, OIDC_RANDOM_BYTES);
  random_fill(random, place->nonce, sizeof place->nonce);
  random_fill(random, place->verifier, sizeof place->verifier);
  (void)crypto_hash_sha256(place->state_hash, state, OIDC_RANDOM_BYTES);
  memcpy(place->browser, browser, sizeof place->browser);
  place->provider = provider;
  place->begun_s = now_s;
  int err = map_put(&l->by_state, place->state_hash, l->next);
  if (err != 0)
    return err;
  place->open = true;
  l->next = (l->next + 1) % l->n;
  *login = place;
  return 0;
}

int oidc_logins_take(struct oidc_logins *l, struct span state_text, uint64_t now_s, struct oidc_login *login)
{
  uint8_t state[OIDC_RANDOM_BYTES], hash[32];
  uint64_t place;
  size_t n;
  if (state_text.n != OIDC_RANDOM_TEXT || oidc_base64url_decode(state_text, state, sizeof state, &n) != 0)
    return ERR_NOT_FOUND;
  (void)crypto_hash_sha256(hash, state, sizeof state);
  if (map_get(&l->by_state, hash, &place) != 0)
    return ERR_NOT_FOUND;
  *login = l->at[place];
  close_login(l, &l->at[place]);
  if (now_s >= login->begun_s && now_s - login->begun_s <= OIDC_LOGIN_S)
    return 0;
  sodium_memzero(login, sizeof *login);
  return ERR_NOT_FOUND;
}
