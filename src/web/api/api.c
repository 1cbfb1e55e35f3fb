/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/care.h"
#include "web/api/api.h"

#include <sodium.h>

#include "base/json.h"
#include "base/log.h"
#include "store/store_settings.h"
#include "web/api/access.h"
#include "web/api/endpoints.h"
#include "web/api/idempotency.h"
#include "web/language.h"
#include "web/api/line_live.h"

/* --- life and death --- */

static int init_tables(struct api *a)
{
  int err = likeness_new(&a->likeness);
  if (err == 0)
    err = line_live_new(a);
  if (err == 0)
    err = entries_init(&a->entries, &a->random);
  if (err == 0)
    err = nonces_init(&a->nonces, LIMIT_NONCE_SESSIONS, &a->random);
  if (err == 0)
    err = guard_new(&a->guard, &a->random);
  if (err == 0)
    err = codes_init(&a->codes, &a->random);
  if (err == 0)
    err = challenges_init(&a->challenges, &a->random);
  if (err == 0)
    err = signins_new(&a->signins, &a->random);
  return err != 0 ? err : laters_init(a);
}

static int init_secrets(struct api *a, const struct password_cost *cost)
{
  _Static_assert(DEVICE_KEY_BYTES == STORE_SECRET_BYTES && NETWORK_KEY_BYTES == STORE_SECRET_BYTES, "keys of the store");
  int err = store_secret(a->store, "device", a->keys.device);
  if (err == 0)
    err = store_secret(a->store, "network", a->keys.network);
  return err != 0 ? err : passwords_init(&a->passwords, cost, &a->random);
}

int api_init(struct api *a, const struct api_parts *parts, const struct api_io *io)
{
  *a = (struct api){.io = *io, .site = *parts->site, .rooms = parts->rooms, .store = parts->store,
                    .outbound = parts->outbound, .origins = *parts->origins, .random = *parts->random,
                    .times = session_times_default(), .oidc = parts->oidc};
  if (a->site.high_care) {
    a->times.lock_s = CARE_LOCK_S;
    rooms_take_care(a->rooms);
  }
  rate_table_init(&a->rates, &a->random);
  rate_table_init(&a->begin_rates, &a->random);
  rate_table_init(&a->ceremony_rates, &a->random);
  rate_table_init(&a->message_rates, &a->random);
  int err = init_tables(a);
  if (err == 0)
    err = init_secrets(a, parts->cost != NULL ? parts->cost : &password_cost_default);
  if (err == 0)
    err = store_attendance_end_all(a->store, a->io.now(a->io.ctx).now_s);
  a->foreign_changes = store_foreign_changes(a->store);
  return err;
}

int api_start(struct api *a)
{
  const struct pool_hasher hasher = pool_hasher_of(&a->passwords);
  return pool_new(&a->pool, &hasher);
}

void api_fini(struct api *a)
{
  pool_free(a->pool);
  laters_fini(a);
  signins_free(a->signins);
  challenges_fini(&a->challenges);
  codes_fini(&a->codes);
  guard_free(a->guard);
  nonces_fini(&a->nonces);
  entries_fini(&a->entries);
  line_free(a->line);
  likeness_free(a->likeness);
  oidc_free(a->oidc);
  sodium_memzero(&a->host_link, sizeof a->host_link);
  sodium_memzero(&a->setup_link, sizeof a->setup_link);
  sodium_memzero(&a->keys, sizeof a->keys);
}

/* --- one-time links --- */

static void open_link(struct api *a, struct host_link *link, void (*show)(void *ctx, const char *token))
{
  char token[TOKEN_TEXT + 1];
  host_link_renew(link, &a->random, token);
  show(a->io.ctx, token);
  sodium_memzero(token, sizeof token);
}

void api_open_host_link(struct api *a)
{
  open_link(a, &a->host_link, a->io.show_host_link);
}

void api_open_setup_link(struct api *a)
{
  size_t accounts = 0, administrators = 0;
  if (store_account_count(a->store, &accounts, &administrators) == 0 && administrators == 0)
    open_link(a, &a->setup_link, a->io.show_setup_link);
}

/* --- time passes --- */

#define TIDY_EVERY_S 60

void api_tick(struct api *a, struct api_time time)
{
  entries_tick(&a->entries, time.now_us);
  nonces_tick(&a->nonces, time.now_us);
  codes_tick(&a->codes, time.now_us);
  signins_tick(a->signins, time.now_us);
  live_follow(a, time);
  live_end_expired(a, time);
  line_tick(a->line, rooms_time_at(time));
  if (time.now_s - a->tidied_s < TIDY_EVERY_S)
    return;
  a->tidied_s = time.now_s;
  if (store_tidy(a->store, time.now_s) != 0)
    log_warning("what has expired could not be removed from the store");
  failures_write(a, &time);
}

void api_session_in_use(struct api *a, struct api_time time, const struct uid *session)
{
  (void)store_session_touch(a->store, session, time.now_s);
}

void api_hashed(struct api *a, struct api_time time)
{
  struct pool_result result;
  while (pool_take(a->pool, &result) == 0) {
    later_hashed(a, time, &result);
    sodium_memzero(&result, sizeof result);
  }
}

/* --- one request --- */

/* A large body is read only from who is known, before anything is proven: strangers cannot fill the memory. */
static bool may_send_much(const struct api *a, const struct http_request *q)
{
  struct session session;
  struct api_key key;
  if (q->authorization.n > 0)
    return access_key_of(a, q->authorization, &key) == 0;
  return access_session_of_cookie(a, q->cookie, &session) == 0 && !uid_is_none(&session.account);
}

size_t api_body_most(const struct api *a, const struct http_request *q)
{
  struct span parameter[ROUTE_PARAMETERS];
  bool known;
  const struct route *route = route_find(q->method, q->path, parameter, &known);
  if (route == NULL || !http_method_has_body(q->method))
    return 0;
  return (route->flags & ROUTE_CSV) != 0 && may_send_much(a, q) ? LIMIT_HTTP_CSV : LIMIT_HTTP_BODY;
}

static bool is_type(struct span content_type, const char *wanted)
{
  struct span type, name = span_str(wanted);
  return span_take(&content_type, name.n, &type) == 0 && span_equal(type, name) &&
         (content_type.n == 0 || content_type.p[0] == ';' || content_type.p[0] == ' ');
}

/* The body in the form that the route wants. No body is an empty object. */
static bool take_body(struct context *c)
{
  const struct http_request *q = c->request;
  if (!http_method_has_body(q->method) || (c->route->flags & ROUTE_RAW) != 0)
    return true;
  if ((c->route->flags & ROUTE_CSV) != 0) {
    if (is_type(q->content_type, "text/csv"))
      return true;
    answer_refusal(c->response, 415, "bad_content_type", "The body must be text/csv.");
    return false;
  }
  if (q->body.n == 0)
    return true;
  if (!is_type(q->content_type, "application/json")) {
    answer_refusal(c->response, 415, "bad_content_type", "The body must be application/json.");
    return false;
  }
  if (json_parse_strict(q->body, LIMIT_HTTP_BODY, &c->body) == 0)
    return true;
  answer_refusal(c->response, 400, "bad_json", "The body is not one JSON object, or a key is there twice.");
  return false;
}

static void answer_route(struct context *c)
{
  if (!access_admit(c) || !take_body(c))
    return;
  if (idempotency_is_wanted(c))
    idempotency_answer(c);
  else
    c->route->answer(c);
}

/* What a browser asks before it lets a page of another origin use a key. */
static void answer_preflight(struct context *c)
{
  access_tell_origin(c);
  if (c->response->allow_origin != NULL)
    answer_nothing(c->response);
  else
    answer_refusal(c->response, 403, "bad_origin", "Pages of this origin may not use this server.");
}

/* The page itself: one document for all its addresses. What it shows there, it finds out by itself. */
static bool is_document(struct span path)
{
  static const char *const pages[] = {"/host", "/signin", "/account", "/rooms", "/series", "/admin", "/welcome",
                                      "/setup", "/m/{}", "/rooms/{}", "/rooms/{}/{}", "/series/{}", "/admin/{}", "/contact",
                                      "/contacts", "/admin/people/{}", "/oidc/{}"};
  struct span parameter[ROUTE_PARAMETERS];
  if (span_equal(path, span_str("/")))
    return true;
  for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
    if (path_fits(pages[i], path, parameter))
      return true;
  return false;
}

/* Below these programs ask, not people. */
static bool is_for_programs(struct span path)
{
  struct span api = span_str("/api/"), hooks = span_str("/hooks/"), head, rest = path;
  return (span_take(&path, api.n, &head) == 0 && span_equal(head, api)) ||
         (span_take(&rest, hooks.n, &head) == 0 && span_equal(head, hooks));
}

/* A provider's form comes to where its page is. */
static bool is_document_read(const struct http_request *q)
{
  return (q->method == HTTP_GET || q->method == HTTP_HEAD) && is_document(q->path);
}

static void answer_file(struct context *c)
{
  const struct http_request *q = c->request;
  bool document = is_document(q->path);
  const struct asset *asset = document ? language_document(q->cookie, q->accept_language) : asset_find(q->path);
  if (is_for_programs(q->path))
    answer_refusal(c->response, 404, "not_found", "The API has nothing at this address.");
  else if (q->method != HTTP_GET && q->method != HTTP_HEAD)
    answer_refusal(c->response, 405, "bad_method", "Pages and files can only be read.");
  else if (asset != NULL)
    answer_asset(c->response, q, asset);
  else
    answer_not_found(c->response);
  if (document)
    c->response->vary = "accept-encoding, accept-language, cookie";
}

void api_answer(struct api *a, struct api_time time, const struct http_request *q, struct http_response *s)
{
  struct context c = {.api = a, .time = time, .request = q, .response = s};
  bool known;
  if (origins_find_host(&a->origins, q->host, &c.origin) != 0) {
    answer_refusal(s, 421, "bad_host", "This server is not known by this name.");
    return;
  }
  c.route = route_find(q->method, q->path, c.parameter, &known);
  if (c.route != NULL)
    answer_route(&c);
  else if (known && q->method == HTTP_OPTIONS)
    answer_preflight(&c);
  else if (known && !is_document_read(q))
    answer_refusal(s, 405, "bad_method", "This address does not take requests of this method.");
  else
    answer_file(&c);
  context_fini(&c);
}
