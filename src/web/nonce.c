/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/nonce.h"

#include <sodium.h>
#include <stdbool.h>

#define SAMPLE 16u          /* shelves of which the one unused for longest is given up */
#define TICK_SHELVES 1024u  /* looked at by one nonces_tick */

struct place {
  uint8_t nonce[TOKEN_BYTES];
  uint64_t expires_us; /* 0: empty */
};

struct ring {
  struct place place[LIMIT_SESSION_NONCES];
  uint32_t oldest;
};

struct shelf {
  struct uid session;
  uint64_t expires_us; /* of its newest nonce */
  struct ring ring[NONCE_KINDS];
};

int nonces_init(struct nonces *t, uint32_t sessions, const struct random *random)
{
  *t = (struct nonces){.random = *random};
  if (slab_init(&t->shelves, sizeof(struct shelf), sessions) != 0 ||
      map_init(&t->by_session, UID_BYTES, sessions, random) != 0) {
    nonces_fini(t);
    return ERR_NOMEM;
  }
  return 0;
}

void nonces_fini(struct nonces *t)
{
  slab_fini(&t->shelves);
  map_fini(&t->by_session);
}

static struct shelf *find_shelf(const struct nonces *t, const struct uid *session, slab_id *id)
{
  return map_get(&t->by_session, session->b, id) == 0 ? slab_get(&t->shelves, *id) : NULL;
}

static void give_up(struct nonces *t, slab_id id, const struct shelf *shelf)
{
  (void)map_remove(&t->by_session, shelf->session.b);
  slab_release(&t->shelves, id);
}

/* From a random place on, so that nobody can aim at a certain session's shelf. */
static void push_one_out(struct nonces *t)
{
  uint32_t start = random_u32(&t->random) % t->shelves.capacity;
  const struct shelf *oldest = NULL;
  slab_id id, oldest_id = 0;
  for (uint32_t i = 0; i < SAMPLE; i++) {
    uint32_t index = (uint32_t)(((uint64_t)start + i) % t->shelves.capacity);
    const struct shelf *shelf = slab_at(&t->shelves, index, &id);
    if (shelf != NULL && (oldest == NULL || shelf->expires_us < oldest->expires_us)) {
      oldest = shelf;
      oldest_id = id;
    }
  }
  if (oldest == NULL)
    return;
  t->pushed_out++;
  give_up(t, oldest_id, oldest);
}

static struct shelf *make_shelf(struct nonces *t, const struct uid *session)
{
  struct shelf *shelf;
  slab_id id;
  if (t->shelves.used == t->shelves.capacity)
    push_one_out(t);
  if (slab_take(&t->shelves, &id, (void **)&shelf) != 0)
    return NULL;
  shelf->session = *session;
  if (map_put(&t->by_session, session->b, id) == 0)
    return shelf;
  slab_release(&t->shelves, id);
  return NULL;
}

/* A nonce that no shelf keeps is answered like one of the past: with another. */
void nonces_issue(struct nonces *t, uint64_t now_us, const struct uid *session, enum nonce_kind kind,
                  uint8_t nonce[TOKEN_BYTES])
{
  slab_id id;
  struct shelf *shelf = find_shelf(t, session, &id);
  random_fill(&t->random, nonce, TOKEN_BYTES);
  if (shelf == NULL)
    shelf = make_shelf(t, session);
  if (shelf == NULL)
    return;
  struct ring *ring = &shelf->ring[kind];
  struct place *place = &ring->place[ring->oldest];
  ring->oldest = (ring->oldest + 1) % LIMIT_SESSION_NONCES;
  memcpy(place->nonce, nonce, TOKEN_BYTES);
  place->expires_us = shelf->expires_us = now_us + NONCE_LIFETIME_US;
}

static bool take_from(struct ring *ring, uint64_t now_us, const uint8_t nonce[TOKEN_BYTES])
{
  for (size_t i = 0; i < LIMIT_SESSION_NONCES; i++) {
    struct place *place = &ring->place[i];
    if (sodium_memcmp(place->nonce, nonce, TOKEN_BYTES) != 0)
      continue;
    bool good = now_us < place->expires_us; /* an empty place has expired */
    *place = (struct place){0};
    return good;
  }
  return false;
}

int nonces_take(struct nonces *t, uint64_t now_us, const struct uid *session, const uint8_t nonce[TOKEN_BYTES])
{
  slab_id id;
  struct shelf *shelf = find_shelf(t, session, &id);
  if (shelf == NULL)
    return ERR_NOT_FOUND;
  for (size_t kind = 0; kind < NONCE_KINDS; kind++)
    if (take_from(&shelf->ring[kind], now_us, nonce))
      return 0;
  return ERR_NOT_FOUND;
}

void nonces_forget(struct nonces *t, const struct uid *session)
{
  slab_id id;
  const struct shelf *shelf = find_shelf(t, session, &id);
  if (shelf != NULL)
    give_up(t, id, shelf);
}

void nonces_tick(struct nonces *t, uint64_t now_us)
{
  slab_id id;
  for (uint32_t i = 0; i < TICK_SHELVES && i < t->shelves.capacity && t->shelves.used > 0; i++) {
    const struct shelf *shelf = slab_at(&t->shelves, t->hand, &id);
    if (shelf != NULL && now_us >= shelf->expires_us)
      give_up(t, id, shelf);
    t->hand = (t->hand + 1) % t->shelves.capacity;
  }
}
