/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/api/idempotency.h"

#include <sodium.h>
#include <stdlib.h>

bool idempotency_is_wanted(const struct context *c)
{
  enum http_method m = c->request->method;
  return c->by == ASKED_BY_KEY && c->request->idempotency_key.n > 0 && m != HTTP_GET && m != HTTP_HEAD;
}

static bool take_token(struct context *c, struct idempotent *i)
{
  struct span token = c->request->idempotency_key;
  bool good = token.n < sizeof i->token;
  for (size_t k = 0; k < token.n; k++)
    good &= token.p[k] > ' ' && token.p[k] < 0x7f;
  if (!good) {
    refuse_bad_request(c, "An Idempotency-Key is 1 to 64 visible characters of ASCII.");
    return false;
  }
  memcpy(i->token, token.p, token.n);
  return true;
}

static void hash_part(crypto_hash_sha256_state *state, struct span part)
{
  uint8_t length[4];
  struct writer w = writer_of(length, sizeof length);
  put_u32(&w, (uint32_t)part.n);
  crypto_hash_sha256_update(state, length, sizeof length);
  crypto_hash_sha256_update(state, part.p, part.n);
}

/* Each part with its length: no two requests have the same text. */
static void hash_request(const struct http_request *q, uint8_t hash[32])
{
  crypto_hash_sha256_state state;
  const uint8_t method = (uint8_t)q->method;
  crypto_hash_sha256_init(&state);
  hash_part(&state, span_of(&method, 1));
  hash_part(&state, q->path);
  for (size_t i = 0; i < q->arguments; i++)
    hash_part(&state, q->argument[i]);
  hash_part(&state, q->body);
  crypto_hash_sha256_final(&state, hash);
}

static void give_again(struct context *c, const struct idempotent *i)
{
  struct http_response *s = c->response;
  struct writer w;
  size_t n = strlen(i->body);
  answer_begin(s, i->status, "application/json", "no-store");
  s->heap = malloc(n + 1);
  if (s->heap == NULL)
    return;
  s->heap_n = n + 1;
  w = writer_of(s->heap, s->heap_n);
  put_bytes(&w, i->body, n);
  s->body = writer_span(&w);
}

/* An answer that is too long to be kept is none that the API gives to a change; it would be given again without its body. */
static int keep(struct context *c, struct idempotent *i)
{
  const struct http_response *s = c->response;
  i->status = s->status;
  if (s->body.n > 0 && s->body.n < sizeof i->body)
    memcpy(i->body, s->body.p, s->body.n);
  return store_idempotent_answer(c->api->store, i);
}

/* The place of the answer is taken first: what cannot be kept is not begun, so that nobody is put out of a meeting for a change
 * that is then taken back. A refusal takes everything back, the place, too. */
static int do_within(struct context *c, struct idempotent *i)
{
  int err = store_idempotent_add(c->api->store, i, c->time.now_s);
  if (err != 0)
    return err;
  c->route->answer(c);
  if (c->response->status < 300)
    return keep(c, i);
  store_rollback(c->api->store);
  return 0;
}

static void do_once(struct context *c, struct idempotent *i)
{
  if (!store_did(c, store_begin(c->api->store)))
    return;
  int err = do_within(c, i);
  if (err != 0)
    store_rollback(c->api->store);
  else if (c->response->status < 300)
    err = store_commit(c->api->store);
  if (err != 0)
    refuse_store_error(c, err);
}

void idempotency_answer(struct context *c)
{
  struct idempotent i = {.key = c->key.id};
  if (!take_token(c, &i))
    return;
  hash_request(c->request, i.request);
  int err = store_idempotent_find(c->api->store, &i);
  if (err == 0)
    give_again(c, &i);
  else if (err == ERR_NOT_FOUND)
    do_once(c, &i);
  else if (err == ERR_STATE)
    answer_refusal(c->response, 409, "key_reused", "This Idempotency-Key was used for another request.");
  else
    refuse_store_error(c, err);
  sodium_memzero(&i, sizeof i);
}
