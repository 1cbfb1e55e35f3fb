/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/later.h"

struct later {
  struct api *api;
  uint64_t self, request;
  bool for_session;   /* the request came from a session, which must still be there */
  struct uid session;
  const struct route *route;
  uint8_t origin;
  later_continue next;
  struct later_state state;
};

int laters_init(struct api *a)
{
  return slab_init(&a->laters, sizeof(struct later), LIMIT_LATERS);
}

void laters_fini(struct api *a)
{
  slab_id id;
  for (uint32_t i = 0; i < a->laters.capacity; i++)
    if (slab_at(&a->laters, i, &id) != NULL)
      slab_release(&a->laters, id);
  slab_fini(&a->laters);
}

struct later *later_begin(struct context *c, later_continue next, const struct later_state *state)
{
  struct later *l;
  slab_id id;
  if (slab_take(&c->api->laters, &id, (void **)&l) != 0) {
    refuse_trouble(c);
    return NULL;
  }
  *l = (struct later){.api = c->api, .self = id, .request = c->request->id, .route = c->route, .origin = c->origin,
                      .next = next, .state = *state, .for_session = c->by == ASKED_BY_SESSION,
                      .session = c->session.id};
  c->response->later = true;
  return l;
}

struct later_state *later_state_of(struct later *l)
{
  return &l->state;
}

static int began(struct context *c, struct later *l, int err)
{
  if (err == 0)
    return 0;
  c->response->later = false;
  slab_release(&c->api->laters, l->self);
  return err;
}

int later_hash(struct context *c, struct later *l, struct span password)
{
  return began(c, l, pool_hash(c->api->pool, l->self, password));
}

int later_verify(struct context *c, struct later *l, const char *hash, struct span password)
{
  return began(c, l, pool_verify(c->api->pool, l->self, hash, password));
}

/* --- the second half --- */

static int read_session_again(struct context *c, const struct later *l)
{
  if (!l->for_session)
    return 0;
  c->by = ASKED_BY_SESSION;
  int err = store_session_get(c->api->store, &l->session, &c->session);
  if (err != 0 || uid_is_none(&c->session.account))
    return err;
  c->has_account = true;
  err = store_account_get(c->api->store, &c->session.account, &c->account);
  return err == 0 && c->account.disabled ? ERR_NOT_FOUND : err;
}

static void go_on(struct context *c, struct later *l, const struct later_news *news)
{
  c->response->later = false;
  if (read_session_again(c, l) != 0)
    answer_refusal(c->response, 401, "no_session", "The session has ended meanwhile. Please sign in again.");
  else
    l->next(c, l, news);
}

static void arrived(struct later *l, struct api_time time, const struct later_news *news)
{
  struct api *a = l->api;
  uint64_t self = l->self, request = l->request;
  struct context c = {.api = a, .time = time, .route = l->route, .origin = l->origin};
  c.response = a->io.response(a->io.ctx, request, &c.request);
  if (c.response == NULL) {
    slab_release(&a->laters, self);
    return;
  }
  go_on(&c, l, news);
  bool again = c.response->later;
  context_fini(&c);
  if (again)
    return;
  slab_release(&a->laters, self); /* wipes it; it may be given back already when it could not go on */
  a->io.answered(a->io.ctx, request);
}

void later_hashed(struct api *a, struct api_time time, const struct pool_result *result)
{
  struct later *l = slab_get(&a->laters, result->owner);
  if (l != NULL)
    arrived(l, time, &(struct later_news){.hashed = result});
}

static void fetched(void *ctx, int err, const struct outbound_answer *answer)
{
  struct later *l = ctx;
  arrived(l, l->api->io.now(l->api->io.ctx), &(struct later_news){.err = err, .answer = answer});
}

int later_fetch(struct context *c, struct later *l, const struct ipc_fetch *fetch, later_continue next)
{
  l->next = next;
  c->response->later = true;
  const struct outbound_caller caller = {.done = fetched, .ctx = l};
  return began(c, l, outbound_link_fetch(c->api->outbound, *fetch, caller, NULL));
}
