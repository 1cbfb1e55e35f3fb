/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way to a provider of OpenID Connect and back (A8): what oidc.h says comes next is done by the outbound process. A login
 * belongs to the browser's key, so that what comes back counts in the browser alone that has left. */
#include "base/json.h"
#include "web/api/endpoints.h"
#include "web/api/oidc_form.h"
#include "web/api/providers.h"

/* --- refusals --- */

/* The provider's trouble, or ours; all else is that what came back is not to be trusted. */
static bool is_trouble(enum oidc_error error)
{
  return error == OIDC_BUSY || error == OIDC_UNREACHABLE || error == OIDC_BAD_METADATA || error == OIDC_BAD_KEYS ||
         error == OIDC_INTERNAL;
}

static void refuse_provider(struct context *c, enum oidc_error error)
{
  json_t *reason = json_pack("{ss}", "reason", oidc_error_code(error));
  if (is_trouble(error))
    answer_refusal_with(c->response, 502, "provider_failed", "The provider cannot be reached now. Please try again later.",
                        reason);
  else
    answer_refusal_with(c->response, 401, "provider_refused", "The provider did not confirm who you are. Please try again.",
                        reason);
}

static bool take_provider(struct context *c, struct span id, size_t *place)
{
  if (c->api->oidc != NULL && provider_find(&c->api->site, id, place) == 0)
    return true;
  refuse_not_found(c);
  return false;
}

/* --- one step after the other --- */

static void go_on(struct context *c, struct later *l, struct oidc_step *step);

/* An answer that did not come is fed as none, so that the task ends. */
static void fed(struct context *c, struct later *l, const struct later_news *news)
{
  struct oidc_step step;
  struct oidc_response response = {.status = 0};
  if (news->err == 0 && news->answer->outcome == IPC_DONE)
    response = (struct oidc_response){.status = news->answer->status, .body = news->answer->body};
  oidc_feed(c->api->oidc, later_state_of(l)->number, &response, c->time.now_s, &step);
  go_on(c, l, &step);
}

static void fetch(struct context *c, struct later *l, const struct oidc_step *step)
{
  const struct ipc_fetch request = {.method = step->request.post ? IPC_FETCH_POST : IPC_FETCH_GET,
                                    .url = span_str(step->request.url),
                                    .authorization = span_str(step->request.authorization),
                                    .body = span_str(step->request.body)};
  const struct later_state state = {.number = step->task};
  if (l == NULL)
    l = later_begin(c, fed, &state);
  if (l == NULL)
    return;
  later_state_of(l)->number = step->task;
  if (later_fetch(c, l, &request, fed) != 0)
    refuse_provider(c, OIDC_UNREACHABLE);
}

/* `l` NULL: nothing was put off yet. */
static void go_on(struct context *c, struct later *l, struct oidc_step *step)
{
  switch (step->kind) {
  case OIDC_FETCH: fetch(c, l, step); break;
  case OIDC_REDIRECT: answer_json(c->response, 200, json_pack("{ss}", "redirect", step->redirect)); break;
  case OIDC_IDENTITY: oidc_arrived(c, &step->identity); break;
  case OIDC_FAILED: refuse_provider(c, step->error); break;
  }
  oidc_step_wipe(step);
}

/* --- leaving --- */

/* Providers lead back to one address, and another one is another browser to us. */
static bool is_where_providers_lead(struct context *c)
{
  if (c->origin == 0)
    return true;
  answer_refusal_with(c->response, 400, "other_address",
                      "Signing in by another site works at the server's own name alone. Please open it by that.",
                      json_pack("{ss}", "origin", c->api->origins.text[0]));
  return false;
}

void endpoint_begin_oidc(struct context *c)
{
  struct span id;
  const struct field fields[] = {{"provider", FIELD_TEXT, &id, PROVIDER_ID_BYTES, false, NULL}};
  uint8_t browser[OIDC_BROWSER_BYTES];
  struct oidc_step step;
  size_t provider;
  if (!FIELDS_TAKE(c, fields) || !take_provider(c, id, &provider) || !is_where_providers_lead(c) ||
      !take_ceremony_rate(c))
    return;
  signin_browser(c, browser);
  oidc_begin(c->api->oidc, provider, browser, c->time.now_s, &step);
  go_on(c, NULL, &step);
}

/* --- coming back --- */

static void come_back(struct context *c, struct later *l, size_t provider, struct span parameters)
{
  uint8_t browser[OIDC_BROWSER_BYTES];
  struct oidc_step step;
  signin_browser(c, browser);
  oidc_callback(c->api->oidc, provider, parameters, browser, c->time.now_s, &step);
  go_on(c, l, &step);
}

struct callback {
  size_t provider;
  struct span parameters; /* in the body's memory */
};

static bool take_callback(struct context *c, struct callback *callback)
{
  struct span id;
  const struct field fields[] = {
    {"provider", FIELD_TEXT, &id, PROVIDER_ID_BYTES, false, NULL},
    {"parameters", FIELD_TEXT, &callback->parameters, LIMIT_OIDC_QUERY, false, NULL},
  };
  return FIELDS_TAKE(c, fields) && take_provider(c, id, &callback->provider);
}

/* The outbound process has read the metadata, and knows the provider's hosts again. */
static void hosts_learnt(struct context *c, struct later *l, const struct later_news *news)
{
  struct callback callback;
  if (news->err != 0 || news->answer->outcome != IPC_DONE || news->answer->status != 200) {
    refuse_provider(c, OIDC_UNREACHABLE);
    return;
  }
  if (json_parse_strict(c->request->body, LIMIT_HTTP_BODY, &c->body) != 0) {
    refuse_trouble(c); /* it was read before */
    return;
  }
  if (!take_callback(c, &callback))
    return;
  c->api->hosts_learnt[callback.provider] = later_state_of(l)->number;
  come_back(c, l, callback.provider, callback.parameters);
}

/* The outbound process goes nowhere but to hosts that it has read in a provider's metadata itself. Since it was started anew it
 * may have read none. */
static void learn_hosts(struct context *c, size_t provider)
{
  char url[OIDC_URL_BYTES];
  const struct later_state state = {.number = c->api->outbound->life};
  if (oidc_metadata_url(c->api->site.provider[provider].issuer, url) != 0) {
    refuse_trouble(c);
    return;
  }
  const struct ipc_fetch request = {.method = IPC_FETCH_GET, .url = span_str(url)};
  struct later *l = later_begin(c, hosts_learnt, &state);
  if (l != NULL && later_fetch(c, l, &request, hosts_learnt) != 0)
    refuse_provider(c, OIDC_UNREACHABLE);
}

void endpoint_oidc_callback(struct context *c)
{
  struct callback callback;
  if (!take_callback(c, &callback))
    return;
  if (c->api->hosts_learnt[callback.provider] == c->api->outbound->life)
    come_back(c, NULL, callback.provider, callback.parameters);
  else
    learn_hosts(c, callback.provider);
}

/* --- a provider that answers by a form --- */

#define FORM_TYPE "application/x-www-form-urlencoded"

static bool is_form(struct span type)
{
  struct span name;
  return span_take(&type, strlen(FORM_TYPE), &name) == 0 && span_equal(name, span_str(FORM_TYPE)) &&
         (type.n == 0 || type.p[0] == ';');
}

/* No cookie comes along from the provider's site, and nothing is decided here: the page brings it all back with its proof. */
void endpoint_oidc_form(struct context *c)
{
  const struct http_request *q = c->request;
  struct writer w = writer_of(c->response->location, sizeof c->response->location);
  size_t provider;
  if (!take_provider(c, c->parameter[0], &provider))
    return;
  if (!c->api->site.provider[provider].form_post || !is_form(q->content_type)) {
    answer_refusal(c->response, 405, "bad_method", "This address does not take requests of this method.");
    return;
  }
  put_fmt(&w, "/oidc/%s#", c->api->site.provider[provider].id);
  int err = oidc_form_put(&w, q->body);
  put_u8(&w, '\0');
  if (err != 0 || w.overflow) {
    c->response->location[0] = '\0';
    refuse_bad_request(c, "This is no answer of a provider.");
    return;
  }
  answer_begin(c->response, 303, "text/plain; charset=utf-8", "no-store");
}
