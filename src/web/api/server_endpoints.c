/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server as its administrators see it: how it is set up, and the log of security events (B10). */
#include "web/api/endpoints.h"
#include "web/api/lists.h"
#include "web/api/providers.h"

/* --- the log --- */

#define KIND_BYTES sizeof((struct log_event){0}.kind)

static json_t *event_json(struct context *c, const void *row)
{
  const struct log_event *e = row;
  (void)c;
  return json_pack("{sI sI ss ss ss ss}", "number", (json_int_t)e->number, "time", (json_int_t)e->time_s, "kind", e->kind,
                   "actor", e->actor, "subject", e->subject, "detail", e->detail);
}

static bool take_kind(struct context *c, char kind[KIND_BYTES])
{
  struct span text = query_argument(c, "kind");
  memset(kind, 0, KIND_BYTES);
  for (size_t i = 0; i < text.n; i++) {
    if (i + 1 >= KIND_BYTES || !((text.p[i] >= 'a' && text.p[i] <= 'z') || text.p[i] == '_')) {
      refuse_bad_request(c, "kind is the name of a kind of event, such as sign_in.");
      return false;
    }
    kind[i] = (char)text.p[i];
  }
  return true;
}

void endpoint_get_log(struct context *c)
{
  struct list list;
  char kind[KIND_BYTES];
  if (!take_kind(c, kind) || !list_begin(c, &list, sizeof(struct log_event)))
    return;
  int err = store_log_list(c->api->store, kind, list.page, list.rows, &list.n);
  list_answer(c, &list, err, "events", event_json);
}

void endpoint_verify_log(struct context *c)
{
  uint64_t entries = 0, broken_at = 0;
  char problem[256] = "";
  int err = store_log_verify(c->api->store, &entries, &broken_at, problem);
  if (err != 0 && err != ERR_AUTH) {
    refuse_store_error(c, err);
    return;
  }
  answer_json(c->response, 200, json_pack("{sb sI sI ss}", "whole", err == 0, "entries", (json_int_t)entries, "broken_at",
                                          (json_int_t)broken_at, "problem", err == 0 ? "" : problem));
}

/* --- settings --- */

void endpoint_get_settings(struct context *c)
{
  const struct site *s = &c->api->site;
  struct rooms_count live = rooms_count(c->api->rooms);
  answer_json(c->response, 200,
              json_pack("{ss ss ss ss ss ss sb sb so ss si si sI}", "version", TESTUDO_VERSION, "profile", s->profile,
                        "origin", c->api->origins.text[0], "sign_up", s->sign_up_open ? "open" : "invited",
                        "two_factors", s->two_factors_everybody ? "everybody" : "choice", "care", s->high_care ? "high" : "usual", "mail", s->mail, "sms", s->sms,
                        "oidc", providers_json(s), "file", s->config_file, "rooms", (int)live.rooms, "people_in",
                        (int)live.people, "certificate_until", (json_int_t)s->certificate_until_s));
}
