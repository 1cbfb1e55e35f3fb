/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time links of /welcome: an invitation to a new account, a way back into one. */
#include <sodium.h>

#include "people/tokens.h"
#include "store/store_links.h"
#include "web/api/endpoints.h"

static void refuse_link(struct context *c)
{
  answer_refusal(c->response, 410, "link_used",
                 "This link was used already, or is too old. Please ask whoever sent it for a new one.");
}

/* Looked at before the link is used up. */
static bool may_use(struct context *c, const struct account *account)
{
  if (c->has_account && !uid_equal(&c->account.id, &account->id))
    answer_refusal(c->response, 409, "other_account", "You are signed in to another account. Sign out first.");
  else if (account->disabled)
    answer_refusal(c->response, 403, "not_allowed", "This account was switched off. Please ask the administrator.");
  else
    return true;
  return false;
}

/* Whoever has the link has the address. The next thing is a password (or, for who has none yet, a passkey): an invited person
 * has none, and who needs a way back has lost it. */
static int arrive(struct context *c, enum link_purpose purpose, struct account *account)
{
  account->email_verified = true;
  if (purpose == LINK_RECOVER || account->password[0] == '\0')
    account->must_set_password = true;
  return store_account_set(c->api->store, account);
}

static void tell_link_used(struct context *c, enum link_purpose purpose, const struct account *account)
{
  note_server_event(c->api, c->time.now_s, account->email, "link_used", account->email,
                    purpose == LINK_INVITE ? "An invitation." : "A way back into the account.");
  if (purpose == LINK_RECOVER)
    tell_owner(c->api, c->time, account, NOTICE_LINK_USED, "");
}

static void use_link(struct context *c, const uint8_t hash[32], const struct sign_in_link *found,
                     struct account *account)
{
  struct sign_in_link used;
  int err = store_link_use(c->api->store, hash, found->purpose, c->time.now_s, &used);
  if (err == ERR_NOT_FOUND) {
    refuse_link(c);
    return;
  }
  if (err == 0)
    err = arrive(c, found->purpose, account);
  if (!store_did(c, err))
    return;
  tell_link_used(c, found->purpose, account);
  if (c->has_account)
    c->account = *account;
  session_factor_shown(c, account, FACTOR_LINK);
}

void endpoint_sign_in_link(struct context *c)
{
  struct span token;
  const struct field fields[] = {{"token", FIELD_TEXT, &token, 64, false, NULL}};
  struct sign_in_link link;
  struct account account = {0};
  uint8_t hash[32];
  if (!FIELDS_TAKE(c, fields))
    return;
  int err = link_token_hash(token, hash) != 0 ? ERR_NOT_FOUND : store_link_find(c->api->store, hash, c->time.now_s, &link);
  if (err == 0)
    err = store_account_get(c->api->store, &link.account, &account);
  if (err == ERR_NOT_FOUND)
    refuse_link(c);
  else if (err != 0)
    refuse_trouble(c);
  else if (may_use(c, &account))
    use_link(c, hash, &link, &account);
  sodium_memzero(&account, sizeof account);
}
