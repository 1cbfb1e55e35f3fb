/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who somebody is here, when a provider of OpenID Connect has said who they are there (A8). A subject that is known signs in.
 * An unknown one gets into no account by its address alone, whatever the provider says of that: its owner connects it. */
#include <sodium.h>
#include <stdio.h>

#include "auth/email.h"
#include "web/api/endpoints.h"
#include "web/api/my_factors.h"
#include "web/api/providers.h"
#include "web/names.h"

static void known_subject(struct context *c, const struct uid *id)
{
  struct account account;
  int err = store_account_get(c->api->store, id, &account);
  if (store_did(c, err))
    session_factor_shown(c, &account, FACTOR_OIDC);
  sodium_memzero(&account, sizeof account);
}

/* --- connecting with the account that is signed in --- */

static void connect_subject(struct context *c, const struct oidc_identity *identity)
{
  struct provider_names names;
  if (!session_is_confirmed(&c->api->times, &c->session, c->time.now_s)) {
    answer_refusal(c->response, 403, "confirm_first", "Please show first that it is you, then connect the provider again.");
    return;
  }
  if (!store_did(c, store_oidc_link(c->api->store, &c->account.id, identity->issuer, identity->subject)))
    return;
  provider_names_of(&c->api->site, identity->issuer, &names);
  tell_factor(c, NOTICE_PROVIDER_ADDED, names.name);
  answer_session(c, 200);
}

/* --- who has no account --- */

/* The provider's name of the person if it will do, else the first part of the address. */
static void choose_name(const struct context *c, const struct oidc_identity *identity, const char *email,
                        char name[NAME_BYTES])
{
  struct span given = span_str(identity->name), local = email_local_part(email);
  bool good = name_check(given) == 0 && likeness_check_scripts(c->api->likeness, given) == 0 &&
              !likeness_is_role(c->api->likeness, given);
  (void)snprintf(name, NAME_BYTES, "%.*s", good ? (int)given.n : (int)local.n,
                 (const char *)(good ? given.p : local.p));
}

static int make_linked_account(struct context *c, const struct oidc_identity *identity, const char *email,
                               struct account *account)
{
  char name[NAME_BYTES];
  choose_name(c, identity, email, name);
  int err = store_begin(c->api->store);
  if (err != 0)
    return err;
  err = newcomer_sign_up(c, email, name, account);
  if (err == 0)
    err = store_oidc_link(c->api->store, &account->id, identity->issuer, identity->subject);
  if (err == 0)
    return store_commit(c->api->store);
  store_rollback(c->api->store);
  return err;
}

static void new_person(struct context *c, const struct oidc_identity *identity, const char *email)
{
  struct account account;
  int err = make_linked_account(c, identity, email, &account);
  if (err == 0)
    session_factor_shown(c, &account, FACTOR_OIDC);
  else if (err == ERR_REFUSED)
    session_address_shown(c, email, FACTOR_OIDC);
  else
    refuse_store_error(c, err);
}

/* An address that the provider has not verified says nothing about the person, and is told nothing about. */
static void unknown_subject(struct context *c, const struct oidc_identity *identity)
{
  char email[EMAIL_BYTES];
  struct account account;
  if (!identity->email_verified || email_normalise(span_str(identity->email), email) != 0) {
    answer_refusal_with(c->response, 401, "provider_refused",
                        "The provider does not say which e-mail address is yours, or has not checked it.",
                        json_pack("{ss}", "reason", "no_verified_email"));
    return;
  }
  int err = signin_find(c, email, &account);
  sodium_memzero(&account, sizeof account);
  if (err == 0)
    answer_refusal(c->response, 409, "link_first",
                   "An account has this address already. Sign in there, and connect the provider in the account's settings.");
  else if (err == ERR_NOT_FOUND)
    new_person(c, identity, email);
  else
    refuse_trouble(c);
}

void oidc_arrived(struct context *c, const struct oidc_identity *identity)
{
  struct uid id;
  int err = store_oidc_find(c->api->store, identity->issuer, identity->subject, &id);
  if (err == 0)
    known_subject(c, &id);
  else if (err != ERR_NOT_FOUND)
    refuse_trouble(c);
  else if (c->has_account)
    connect_subject(c, identity);
  else
    unknown_subject(c, identity);
}
