/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/passkey/challenge.h"

#include <sodium.h>
#include <stddef.h>

#include "base/limits.h"

struct open_challenge {
  uint8_t session[CHALLENGE_SESSION];
  uint8_t challenge[CHALLENGE_BYTES];
  enum challenge_purpose purpose;
  uint64_t opened_us;
};

int challenges_init(struct challenges *c, const struct random *random)
{
  *c = (struct challenges){.random = *random};
  if (slab_init(&c->slab, sizeof(struct open_challenge), LIMIT_PASSKEY_CHALLENGES) != 0 ||
      map_init(&c->by_session, CHALLENGE_SESSION, LIMIT_PASSKEY_CHALLENGES, random) != 0) {
    challenges_fini(c);
    return ERR_NOMEM;
  }
  return 0;
}

void challenges_fini(struct challenges *c)
{
  slab_id id;
  for (uint32_t i = 0; i < c->slab.capacity; i++)
    if (slab_at(&c->slab, i, &id) != NULL)
      slab_release(&c->slab, id);
  slab_fini(&c->slab);
  map_fini(&c->by_session);
}

static void forget(struct challenges *c, slab_id id, struct open_challenge *open)
{
  (void)map_remove(&c->by_session, open->session);
  sodium_memzero(open, sizeof *open);
  slab_release(&c->slab, id);
}

static void forget_oldest(struct challenges *c)
{
  struct open_challenge *oldest = NULL;
  slab_id oldest_id = 0, id;
  for (uint32_t i = 0; i < c->slab.capacity; i++) {
    struct open_challenge *open = slab_at(&c->slab, i, &id);
    if (open != NULL && (oldest == NULL || open->opened_us < oldest->opened_us)) {
      oldest = open;
      oldest_id = id;
    }
  }
  if (oldest != NULL)
    forget(c, oldest_id, oldest);
}

int challenges_open(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                    enum challenge_purpose purpose, uint8_t challenge[CHALLENGE_BYTES])
{
  struct open_challenge *open;
  uint64_t id;
  if (map_get(&c->by_session, session, &id) == 0)
    forget(c, id, slab_get(&c->slab, id));
  else if (c->slab.used >= c->slab.capacity)
    forget_oldest(c);
  int err = slab_take(&c->slab, &id, (void **)&open);
  if (err != 0)
    return err;
  err = map_put(&c->by_session, session, id);
  if (err != 0) {
    slab_release(&c->slab, id);
    return err;
  }
  *open = (struct open_challenge){.purpose = purpose, .opened_us = now_us};
  memcpy(open->session, session, sizeof open->session);
  random_fill(&c->random, open->challenge, sizeof open->challenge);
  memcpy(challenge, open->challenge, CHALLENGE_BYTES);
  return 0;
}

int challenges_take(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                    enum challenge_purpose purpose, uint8_t challenge[CHALLENGE_BYTES])
{
  uint64_t id;
  if (map_get(&c->by_session, session, &id) != 0)
    return ERR_NOT_FOUND;
  struct open_challenge *open = slab_get(&c->slab, id);
  bool fits = open->purpose == purpose && now_us - open->opened_us < CHALLENGE_LIFETIME_US;
  memcpy(challenge, open->challenge, CHALLENGE_BYTES);
  forget(c, id, open);
  return fits ? 0 : ERR_NOT_FOUND;
}
