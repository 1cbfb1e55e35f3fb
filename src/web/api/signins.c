/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/signins.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/slab.h"

struct place {
  struct signin signin;
  struct uid session;
  uint64_t begun_us;
};

struct signins {
  struct slab slab;
  struct map by_session;
};

int signins_new(struct signins **signins, const struct random *random)
{
  struct signins *s = calloc(1, sizeof *s);
  if (s == NULL)
    return ERR_NOMEM;
  if (slab_init(&s->slab, sizeof(struct place), LIMIT_SIGNINS) != 0 ||
      map_init(&s->by_session, UID_BYTES, LIMIT_SIGNINS, random) != 0) {
    signins_free(s);
    return ERR_NOMEM;
  }
  *signins = s;
  return 0;
}

static void forget_place(struct signins *s, slab_id id, const struct place *place)
{
  (void)map_remove(&s->by_session, &place->session);
  slab_release(&s->slab, id); /* wipes it */
}

void signins_free(struct signins *s)
{
  slab_id id;
  if (s == NULL)
    return;
  for (uint32_t i = 0; i < s->slab.capacity; i++)
    if (slab_at(&s->slab, i, &id) != NULL)
      slab_release(&s->slab, id);
  slab_fini(&s->slab);
  map_fini(&s->by_session);
  free(s);
}

static struct place *find(struct signins *s, uint64_t now_us, const struct uid *session)
{
  uint64_t id;
  if (map_get(&s->by_session, session, &id) != 0)
    return NULL;
  struct place *place = slab_get(&s->slab, id);
  if (now_us - place->begun_us < SIGNIN_LIFETIME_US)
    return place;
  forget_place(s, id, place);
  return NULL;
}

struct signin *signins_get(struct signins *s, uint64_t now_us, const struct uid *session)
{
  struct place *place = find(s, now_us, session);
  return place == NULL ? NULL : &place->signin;
}

static void drop_oldest(struct signins *s)
{
  slab_id id, oldest_id = 0;
  const struct place *oldest = NULL;
  for (uint32_t i = 0; i < s->slab.capacity; i++) {
    const struct place *place = slab_at(&s->slab, i, &id);
    if (place != NULL && (oldest == NULL || place->begun_us < oldest->begun_us)) {
      oldest = place;
      oldest_id = id;
    }
  }
  if (oldest != NULL)
    forget_place(s, oldest_id, oldest);
}

static struct place *make(struct signins *s, const struct uid *session)
{
  struct place *place;
  slab_id id;
  if (s->slab.used == s->slab.capacity)
    drop_oldest(s);
  (void)slab_take(&s->slab, &id, (void **)&place); /* there is room now */
  place->session = *session;
  (void)map_put(&s->by_session, session, id);
  return place;
}

struct signin *signins_take(struct signins *s, uint64_t now_us, const struct uid *session)
{
  struct place *place = find(s, now_us, session);
  if (place == NULL)
    place = make(s, session);
  place->begun_us = now_us;
  return &place->signin;
}

void signins_forget(struct signins *s, const struct uid *session)
{
  uint64_t id;
  if (map_get(&s->by_session, session, &id) == 0)
    forget_place(s, id, slab_get(&s->slab, id));
}

void signins_tick(struct signins *s, uint64_t now_us)
{
  slab_id id;
  for (uint32_t i = 0; i < s->slab.capacity && s->slab.used > 0; i++) {
    const struct place *place = slab_at(&s->slab, i, &id);
    if (place != NULL && now_us - place->begun_us >= SIGNIN_LIFETIME_US)
      forget_place(s, id, place);
  }
}
