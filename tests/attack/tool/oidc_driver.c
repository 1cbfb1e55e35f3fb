/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign-in by OpenID Connect without a server around it: each line of JSON on standard input is a call, each line on standard
 * output the step that follows; the test does the HTTP. The product's own code, with its own rules: https only.
 *
 *   {"do":"open","providers":[{"issuer","client_id","client_secret","redirect_uri"}]}
 *   {"do":"begin","provider":0,"browser":1}
 *   {"do":"callback","provider":0,"browser":1,"parameters":"code=...&state=..."}
 *   {"do":"feed","task":"7","status":200,"body":"..."}
 *   {"do":"later","seconds":60}
 */
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/oidc/oidc.h"

struct driver {
  struct oidc *oidc;
  uint64_t ahead_s; /* of the real clock */
  struct oidc_step step;
};

static void say(json_t *json)
{
  char *text = json_dumps(json, JSON_COMPACT);
  (void)printf("%s\n", text);
  (void)fflush(stdout);
  free(text);
  json_decref(json);
}

static json_t *step_to_json(const struct oidc_step *step)
{
  char task[32];
  switch (step->kind) {
  case OIDC_FETCH:
    (void)snprintf(task, sizeof task, "%" PRIu64, step->task);
    return json_pack("{ss ss ss ss ss ss ss}", "event", "step", "kind", "fetch", "task", task, "method",
                     step->request.post ? "POST" : "GET", "url", step->request.url, "authorization",
                     step->request.authorization, "body", step->request.body);
  case OIDC_REDIRECT:
    return json_pack("{ss ss ss}", "event", "step", "kind", "redirect", "url", step->redirect);
  case OIDC_IDENTITY:
    return json_pack("{ss ss ss ss ss sb ss}", "event", "step", "kind", "identity", "issuer", step->identity.issuer,
                     "subject", step->identity.subject, "email", step->identity.email, "verified",
                     (int)step->identity.email_verified, "name", step->identity.name);
  case OIDC_FAILED:
    break;
  }
  return json_pack("{ss ss ss}", "event", "step", "kind", "failed", "code", oidc_error_code(step->error));
}

static struct span text_of(const json_t *call, const char *key)
{
  const json_t *value = json_object_get(call, key);
  return span_of(json_string_value(value), json_string_length(value));
}

static int open_providers(struct driver *d, const json_t *call)
{
  struct oidc_provider_config config[LIMIT_OIDC_PROVIDERS] = {0};
  json_t *list = json_object_get(call, "providers");
  size_t n = json_array_size(list);
  for (size_t i = 0; i < n && i < LIMIT_OIDC_PROVIDERS; i++)
    if (json_unpack(json_array_get(list, i), "{ss ss ss ss}", "issuer", &config[i].issuer, "client_id",
                    &config[i].client_id, "client_secret", &config[i].client_secret, "redirect_uri",
                    &config[i].redirect_uri) != 0)
      return ERR_MALFORMED;
  return oidc_new(&d->oidc, config, n, &random_system);
}

static uint64_t number_of(const json_t *call, const char *key)
{
  return (uint64_t)json_integer_value(json_object_get(call, key));
}

static bool act(struct driver *d, const json_t *call)
{
  const char *what = json_string_value(json_object_get(call, "do"));
  uint64_t now_s = (uint64_t)time(NULL) + d->ahead_s;
  uint8_t browser[OIDC_BROWSER_BYTES];
  if (what == NULL || (d->oidc == NULL && strcmp(what, "open") != 0))
    return false;
  memset(browser, (int)number_of(call, "browser"), sizeof browser);
  if (strcmp(what, "open") == 0) {
    say(json_pack("{ss si}", "event", "open", "error", open_providers(d, call)));
    return true;
  }
  if (strcmp(what, "later") == 0) {
    d->ahead_s += number_of(call, "seconds");
    return true;
  }
  if (strcmp(what, "begin") == 0) {
    oidc_begin(d->oidc, number_of(call, "provider"), browser, now_s, &d->step);
  } else if (strcmp(what, "callback") == 0) {
    oidc_callback(d->oidc, number_of(call, "provider"), text_of(call, "parameters"), browser, now_s, &d->step);
  } else if (strcmp(what, "feed") == 0) {
    const struct oidc_response response = {.status = (unsigned)number_of(call, "status"), .body = text_of(call, "body")};
    oidc_feed(d->oidc, strtoull((const char *)text_of(call, "task").p, NULL, 10), &response, now_s, &d->step);
  } else {
    return false;
  }
  say(step_to_json(&d->step));
  return true;
}

int main(void)
{
  struct driver d = {0};
  char *line = NULL;
  size_t cap = 0;
  bool fine = sodium_init() >= 0;
  while (fine && getline(&line, &cap, stdin) > 0) {
    json_t *call = json_loads(line, 0, NULL);
    fine = act(&d, call);
    json_decref(call);
  }
  oidc_step_wipe(&d.step);
  oidc_free(d.oidc);
  free(line);
  return fine ? 0 : 1;
}
