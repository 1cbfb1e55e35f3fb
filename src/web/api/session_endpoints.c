/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions: how they begin, what they are, how they end; and what the server offers. */
#include <sodium.h>

#include "base/log.h"
#include "web/api/endpoints.h"
#include "web/api/providers.h"

void endpoint_get_server(struct context *c)
{
  const struct site *site = &c->api->site;
  answer_json(c->response, 200,
              json_pack("{ss ss ss ss ss si s{sb sb sb sb so}}", "name", site->name, "origin", c->api->origins.text[c->origin],
                        "sign_up", site->sign_up_open ? "open" : "invited", "two_factors",
                        site->two_factors_everybody ? "everybody" : "choice", "care", site->high_care ? "high" : "usual",
                        "lock", (int)c->api->times.lock_s, "ways", "password", true, "passkey", true,
                        "email", site->mail, "sms", site->sms, "oidc", providers_json(site)));
}

/* Whoever could fill the table of sessions from one place would keep everybody else out. */
static const struct rate begin_rate = {.burst = 600, .per_second = 5};

#define GUESTS_TO_DROP 1000

/* Strangers who fill the table keep nobody out: who was there for longest without a request begins anew. */
static int add_session(struct context *c)
{
  size_t dropped = 0;
  int err = store_session_add(c->api->store, &c->session);
  if (err != ERR_LIMIT || store_session_drop_guests(c->api->store, GUESTS_TO_DROP, &dropped) != 0)
    return err;
  log_warning("the table of sessions was full: unused guests' sessions were removed: sessions=%zu", dropped);
  return store_session_add(c->api->store, &c->session);
}

void endpoint_post_session(struct context *c)
{
  struct span text;
  const struct field fields[] = {{"key", FIELD_TEXT, &text, PROOF_KEY_TEXT, false, NULL}};
  uint8_t key[SESSION_KEY_BYTES];
  if (!FIELDS_TAKE(c, fields))
    return;
  if (proof_key_from_text(text, key) != 0) {
    refuse_bad_request(c, "The key must be a P-256 key: x and y in base64url.");
    return;
  }
  if (!rate_table_take(&c->api->begin_rates, &c->request->from, begin_rate, c->time.now_us)) {
    c->response->retry_after_s = 1;
    answer_refusal(c->response, 429, "too_many", "Too many new sessions from your network. Please wait a moment.");
    return;
  }
  session_begin(&c->session, &c->api->random, key, c->time.now_s, c->response->set_cookie);
  device_words(c->request->user_agent, c->session.device);
  device_network(c->api->keys.network, &c->request->from, c->session.network);
  int err = add_session(c);
  if (err != 0) {
    sodium_memzero(c->response->set_cookie, sizeof c->response->set_cookie);
    refuse_store_error(c, err);
    return;
  }
  give_nonce(c, NONCE_UNPROVEN);
  answer_session(c, 201);
}

void endpoint_get_session(struct context *c)
{
  answer_session(c, 200);
}

void endpoint_delete_session(struct context *c)
{
  if (c->has_account)
    note_event(c, "sign_out", c->account.email, c->session.device);
  if (!store_did(c, session_end(c->api, c->time, &c->session.id, "signed_out")))
    return;
  session_forget_own(c);
  answer_nothing(c->response);
}
