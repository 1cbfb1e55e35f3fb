/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all ways of signing in ask first: may this be tried now? (A8) */
#include <sodium.h>

#include "auth/email.h"
#include "web/api/endpoints.h"

#define SECOND_US 1000000u

int signin_find(struct context *c, const char *email, struct account *account)
{
  int err = store_account_by_email(c->api->store, email, account);
  if (err != 0)
    *account = (struct account){0};
  return err;
}

/* An unknown account is asked for its device as a known one is, and takes as long. */
void signin_attempt(struct context *c, enum guard_kind kind, const char *email, const struct account *account,
                    struct guard_try *attempt)
{
  *attempt = (struct guard_try){.kind = kind, .account = email, .from = c->request->from};
  attempt->known = device_token_check(c->api->keys.device, &account->id, c->time.now_s,
                                      cookie_value(c->request->cookie, BROWSER_DEVICE_COOKIE), attempt->device) == 0;
}

static const char *gate_name(enum guard_gate gate)
{
  static const char *const names[] = {"none", "pair", "prefix", "account", "server"};
  return names[gate];
}

bool signin_ask(struct context *c, const struct guard_try *attempt)
{
  enum guard_gate gate = GATE_NONE;
  uint64_t wait_us = 0;
  if (guard_ask(c->api->guard, attempt, c->time.now_us, &gate, &wait_us) == 0)
    return true;
  uint64_t wait_s = (wait_us + SECOND_US - 1) / SECOND_US;
  c->response->retry_after_s = (unsigned)wait_s;
  answer_refusal_with(c->response, 429, "wait",
                      gate == GATE_ACCOUNT ? "There were too many tries for this address. Please wait, or sign in in another "
                                             "way."
                                           : "There were too many tries. Please wait a moment.",
                      json_pack("{sI ss}", "retry_after", (json_int_t)wait_s, "gate", gate_name(gate)));
  return false;
}

void signin_browser(const struct context *c, uint8_t browser[32])
{
  crypto_hash_sha256(browser, c->session.key, sizeof c->session.key);
}

/* Far fewer within a ceremony's life than LIMIT_PASSKEY_CHALLENGES and LIMIT_OIDC_LOGINS. */
static const struct rate ceremony_rate = {.burst = 600, .per_second = 5};

bool take_ceremony_rate(struct context *c)
{
  if (rate_table_take(&c->api->ceremony_rates, &c->request->from, ceremony_rate, c->time.now_us))
    return true;
  c->response->retry_after_s = 1;
  answer_refusal(c->response, 429, "too_many", "Too many sign-ins from your network. Please wait a moment.");
  return false;
}

bool take_email(struct context *c, struct span typed, char email[EMAIL_BYTES])
{
  if (email_normalise(typed, email) == 0)
    return true;
  refuse_bad_request(c, "This is no e-mail address: one looks like anna@example.org.");
  return false;
}
