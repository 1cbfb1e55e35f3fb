/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/oidc/oidc.h"

#include <sodium.h>
#include <stdlib.h>

#include "auth/oidc/provider.h"
#include "auth/oidc/response.h"
#include "auth/oidc/text.h"

#define TASK_S 60 /* as long as an answer is waited for */

enum task_kind { TASK_NONE, TASK_METADATA, TASK_TOKEN, TASK_KEYS };

/* A sign-in that waits for an answer. */
struct task {
  enum task_kind kind;
  uint64_t id;              /* its place in the table and how many tasks there were: an old id finds nothing */
  uint64_t asked_s;
  struct oidc_login login;  /* for TASK_METADATA only provider and browser are set */
  bool asked_again;         /* the keys were fetched for this token already */
  uint8_t *token;           /* with TASK_KEYS: the id_token that waits to be checked */
  size_t token_n;
};

struct oidc {
  struct random random;
  struct oidc_provider provider[LIMIT_OIDC_PROVIDERS];
  size_t providers;
  struct oidc_logins logins;
  struct task task[LIMIT_OIDC_TASKS];
  uint64_t tasks; /* so far */
  struct oidc_stats stats;
};

static void fail(struct oidc *o, struct oidc_step *step, enum oidc_error error)
{
  step->kind = OIDC_FAILED;
  step->error = error;
  o->stats.failed[error]++;
}

static bool shares(const struct oidc *o, const struct oidc_provider *p)
{
  for (size_t i = 0; i < o->providers; i++)
    if (strcmp(o->provider[i].issuer, p->issuer) == 0 || strcmp(o->provider[i].redirect_uri, p->redirect_uri) == 0)
      return true;
  return false;
}

static int add_provider(struct oidc *o, const struct oidc_provider_config *config)
{
  struct oidc_provider *p = &o->provider[o->providers];
  int err = oidc_provider_init(p, config);
  if (err != 0)
    return err;
  if (shares(o, p)) {
    oidc_provider_fini(p);
    return ERR_STATE;
  }
  o->providers++;
  return 0;
}

int oidc_new(struct oidc **oidc, const struct oidc_provider_config *providers, size_t n, const struct random *random)
{
  if (n > LIMIT_OIDC_PROVIDERS)
    return ERR_LIMIT;
  struct oidc *o = calloc(1, sizeof *o);
  if (o == NULL)
    return ERR_NOMEM;
  o->random = *random;
  int err = oidc_logins_init(&o->logins, LIMIT_OIDC_LOGINS, random);
  if (err != 0) {
    free(o);
    return err;
  }
  for (size_t i = 0; i < n && err == 0; i++)
    err = add_provider(o, &providers[i]);
  if (err == 0)
    *oidc = o;
  else
    oidc_free(o);
  return err;
}

static void end_task(struct task *t)
{
  if (t->token != NULL)
    sodium_memzero(t->token, t->token_n);
  free(t->token);
  sodium_memzero(t, sizeof *t);
}

void oidc_free(struct oidc *o)
{
  if (o == NULL)
    return;
  for (size_t i = 0; i < LIMIT_OIDC_TASKS; i++)
    end_task(&o->task[i]);
  for (size_t i = 0; i < o->providers; i++)
    oidc_provider_fini(&o->provider[i]);
  oidc_logins_fini(&o->logins);
  sodium_memzero(o, sizeof *o);
  free(o);
}

static bool is_late(const struct task *t, uint64_t now_s)
{
  return now_s < t->asked_s || now_s - t->asked_s > TASK_S;
}

static struct task *start_task(struct oidc *o, enum task_kind kind, const struct oidc_login *login, uint64_t now_s)
{
  for (size_t i = 0; i < LIMIT_OIDC_TASKS; i++) {
    struct task *t = &o->task[i];
    if (t->kind != TASK_NONE && !is_late(t, now_s))
      continue;
    end_task(t);
    *t = (struct task){.kind = kind, .id = ++o->tasks * LIMIT_OIDC_TASKS + i, .asked_s = now_s, .login = *login};
    return t;
  }
  return NULL;
}

static void get(struct oidc_step *step, const struct task *t, const char *url)
{
  struct writer w = writer_of(step->request.url, sizeof step->request.url);
  step->kind = OIDC_FETCH;
  step->task = t->id;
  step->request.post = false;
  step->request.authorization[0] = step->request.body[0] = '\0';
  put_bytes(&w, url, strlen(url) + 1); /* both have OIDC_URL_BYTES */
}

static void redirect(struct oidc *o, size_t provider, const uint8_t browser[OIDC_BROWSER_BYTES], uint64_t now_s,
                     struct oidc_step *step)
{
  uint8_t state[OIDC_RANDOM_BYTES];
  const struct oidc_login *login;
  step->kind = OIDC_REDIRECT;
  if (oidc_logins_add(&o->logins, &o->random, (uint8_t)provider, browser, now_s, state, &login) != 0 ||
      oidc_authorization_url(&o->provider[provider], login, state, step->redirect) != 0)
    fail(o, step, OIDC_INTERNAL);
  else
    o->stats.begun++;
  sodium_memzero(state, sizeof state);
}

void oidc_begin(struct oidc *o, size_t provider, const uint8_t browser[OIDC_BROWSER_BYTES], uint64_t now_s,
                struct oidc_step *step)
{
  char url[OIDC_URL_BYTES];
  struct oidc_login login = {.provider = (uint8_t)provider};
  if (provider >= o->providers) {
    fail(o, step, OIDC_MIX_UP);
    return;
  }
  struct oidc_provider *p = &o->provider[provider];
  if (oidc_metadata_is_fresh(p, now_s)) {
    redirect(o, provider, browser, now_s, step);
    return;
  }
  memcpy(login.browser, browser, sizeof login.browser);
  struct task *t = oidc_may_fetch_metadata(p, now_s) ? start_task(o, TASK_METADATA, &login, now_s) : NULL;
  if (t == NULL)
    fail(o, step, OIDC_BUSY);
  else if (oidc_metadata_url(p->issuer, url) != 0) {
    end_task(t);
    fail(o, step, OIDC_INTERNAL);
  } else
    get(step, t, url);
}

/* Who answers must be who was asked, and to whom it was asked. */
static enum oidc_error check_login(const struct oidc *o, const struct oidc_login *login, size_t provider,
                                   const uint8_t browser[OIDC_BROWSER_BYTES], const struct oidc_parameters *p)
{
  if (sodium_memcmp(login->browser, browser, OIDC_BROWSER_BYTES) != 0)
    return OIDC_OTHER_BROWSER;
  if (login->provider != provider)
    return OIDC_MIX_UP;
  const struct oidc_provider *asked = &o->provider[provider];
  if (p->iss.n == 0 ? asked->metadata.says_issuer : !span_equal(p->iss, span_str(asked->issuer)))
    return OIDC_MIX_UP;
  if (p->error.n != 0)
    return span_equal(p->error, span_str("access_denied")) ? OIDC_DENIED : OIDC_PROVIDER_ERROR;
  return OIDC_OK;
}

static void ask_for_token(struct oidc *o, const struct oidc_login *login, struct span code, uint64_t now_s,
                          struct oidc_step *step)
{
  struct task *t = start_task(o, TASK_TOKEN, login, now_s);
  if (t == NULL) {
    fail(o, step, OIDC_BUSY);
    return;
  }
  step->kind = OIDC_FETCH;
  step->task = t->id;
  if (oidc_token_request(&o->provider[login->provider], login, code, now_s, &step->request) != 0) {
    end_task(t);
    oidc_step_wipe(step);
    fail(o, step, OIDC_INTERNAL);
  }
}

void oidc_callback(struct oidc *o, size_t provider, struct span parameters, const uint8_t browser[OIDC_BROWSER_BYTES],
                   uint64_t now_s, struct oidc_step *step)
{
  struct oidc_parameters p;
  struct oidc_login login = {0};
  enum oidc_error error;
  if (oidc_parameters_parse(parameters, &p) != 0)
    error = OIDC_BAD_CALLBACK;
  else if (oidc_logins_take(&o->logins, p.state, now_s, &login) != 0)
    error = OIDC_UNKNOWN_STATE;
  else
    error = check_login(o, &login, provider, browser, &p);
  if (error == OIDC_OK)
    ask_for_token(o, &login, p.code, now_s, step);
  else
    fail(o, step, error);
  sodium_memzero(&login, sizeof login);
  sodium_memzero(&p, sizeof p);
}

static void fed_metadata(struct oidc *o, struct task *t, const struct oidc_response *response, uint64_t now_s,
                         struct oidc_step *step)
{
  struct oidc_provider *p = &o->provider[t->login.provider];
  struct oidc_metadata metadata;
  if (response->status != 200)
    fail(o, step, OIDC_UNREACHABLE);
  else if (oidc_metadata_parse(response->body, p->issuer, &metadata) != 0)
    fail(o, step, OIDC_BAD_METADATA);
  else {
    p->metadata = metadata;
    p->metadata_s = now_s;
    redirect(o, t->login.provider, t->login.browser, now_s, step);
  }
}

static enum oidc_error check_token(const struct oidc_provider *p, const struct task *t, uint64_t now_s,
                                   struct oidc_identity *identity)
{
  char nonce[OIDC_RANDOM_TEXT + 1];
  (void)sodium_bin2base64(nonce, sizeof nonce, t->login.nonce, sizeof t->login.nonce,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  const struct oidc_expected expected = {.issuer = p->issuer, .client_id = p->client_id, .nonce = span_str(nonce),
                                         .algorithms = p->metadata.algorithms, .begun_s = t->login.begun_s,
                                         .now_s = now_s};
  enum oidc_error error = id_token_check(span_of(t->token, t->token_n), &p->keys, &expected, identity);
  sodium_memzero(nonce, sizeof nonce);
  return error;
}

/* The token waits for the provider's keys. */
static void ask_for_keys(struct oidc *o, const struct task *t, uint64_t now_s, struct oidc_step *step)
{
  struct task *next = start_task(o, TASK_KEYS, &t->login, now_s);
  if (next == NULL) {
    fail(o, step, OIDC_BUSY);
    return;
  }
  next->token = malloc(t->token_n);
  if (next->token == NULL) {
    end_task(next);
    fail(o, step, OIDC_INTERNAL);
    return;
  }
  memcpy(next->token, t->token, t->token_n);
  next->token_n = t->token_n;
  next->asked_again = true;
  get(step, next, o->provider[t->login.provider].metadata.jwks_uri);
}

static void judge(struct oidc *o, struct task *t, uint64_t now_s, struct oidc_step *step)
{
  struct oidc_provider *p = &o->provider[t->login.provider];
  struct oidc_identity identity = {0};
  bool fresh = oidc_keys_are_fresh(p, now_s);
  enum oidc_error error = fresh ? check_token(p, t, now_s, &identity) : OIDC_UNKNOWN_KEY;
  if (error == OIDC_UNKNOWN_KEY && !t->asked_again && (!fresh || oidc_may_refetch_keys(p, now_s))) {
    ask_for_keys(o, t, now_s, step);
  } else if (error != OIDC_OK) {
    fail(o, step, error);
  } else {
    step->kind = OIDC_IDENTITY;
    step->identity = identity;
    o->stats.signed_in++;
  }
}

static void fed_token(struct oidc *o, struct task *t, const struct oidc_response *response, uint64_t now_s,
                      struct oidc_step *step)
{
  if (response->status != 200) {
    fail(o, step, response->status >= 400 && response->status < 500 ? OIDC_TOKEN_REFUSED : OIDC_UNREACHABLE);
    return;
  }
  t->token = malloc(LIMIT_OIDC_TOKEN);
  if (t->token == NULL)
    fail(o, step, OIDC_INTERNAL);
  else if (oidc_token_response_parse(response->body, t->token, &t->token_n) != 0)
    fail(o, step, OIDC_BAD_ANSWER);
  else
    judge(o, t, now_s, step);
}

static void fed_keys(struct oidc *o, struct task *t, const struct oidc_response *response, uint64_t now_s,
                     struct oidc_step *step)
{
  struct oidc_provider *p = &o->provider[t->login.provider];
  struct jwks keys = {0};
  if (response->status != 200) {
    fail(o, step, OIDC_UNREACHABLE);
    return;
  }
  if (jwks_parse(response->body, &keys) != 0) {
    fail(o, step, OIDC_BAD_KEYS);
    return;
  }
  jwks_fini(&p->keys);
  p->keys = keys;
  p->keys_s = now_s;
  judge(o, t, now_s, step);
}

void oidc_feed(struct oidc *o, uint64_t task, const struct oidc_response *response, uint64_t now_s,
               struct oidc_step *step)
{
  struct task *place = &o->task[task % LIMIT_OIDC_TASKS];
  if (place->kind == TASK_NONE || place->id != task || is_late(place, now_s)) {
    fail(o, step, OIDC_UNKNOWN_STATE);
    return;
  }
  struct task t = *place; /* its place is free again; what it held is ours until the end */
  sodium_memzero(place, sizeof *place);
  switch (t.kind) {
  case TASK_METADATA: fed_metadata(o, &t, response, now_s, step); break;
  case TASK_TOKEN: fed_token(o, &t, response, now_s, step); break;
  case TASK_KEYS: fed_keys(o, &t, response, now_s, step); break;
  case TASK_NONE: break;
  }
  end_task(&t);
}

void oidc_step_wipe(struct oidc_step *step)
{
  sodium_memzero(step, sizeof *step);
}

const struct oidc_stats *oidc_stats(const struct oidc *o)
{
  return &o->stats;
}
