/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The own account: what it is, its name, whether it takes two factors, which providers it is connected with. */
#include "people/words.h"
#include "web/api/endpoints.h"
#include "web/api/my_factors.h"
#include "web/api/providers.h"

/* --- the view --- */

static json_t *passkeys_json(struct context *c)
{
  struct passkey list[LIMIT_ACCOUNT_PASSKEYS];
  size_t n = 0;
  json_t *rows = json_array();
  (void)store_passkey_list(c->api->store, &c->account.id, (struct page){.most = LIMIT_ACCOUNT_PASSKEYS}, list, &n);
  for (size_t i = 0; i < n; i++)
    (void)json_array_append_new(rows, json_pack("{so ss sI sI}", "id", uid_json(&list[i].id), "label", list[i].label,
                                                "created", (json_int_t)list[i].created_s, "used",
                                                (json_int_t)list[i].used_s));
  return rows;
}

struct issuers {
  struct oidc_link at[LIMIT_ACCOUNT_ISSUERS];
  size_t n;
};

static int read_issuers(struct context *c, struct issuers *issuers)
{
  return store_oidc_list(c->api->store, &c->account.id, (struct page){.most = LIMIT_ACCOUNT_ISSUERS}, issuers->at,
                         &issuers->n);
}

static bool stands_before(const struct issuers *issuers, size_t i)
{
  for (size_t k = 0; k < i; k++)
    if (strcmp(issuers->at[k].issuer, issuers->at[i].issuer) == 0)
      return true;
  return false;
}

/* One row for each, also for one that the server does not know any more. */
static json_t *issuers_json(struct context *c)
{
  struct issuers issuers = {.n = 0};
  struct provider_names names;
  json_t *rows = json_array();
  (void)read_issuers(c, &issuers);
  for (size_t i = 0; i < issuers.n; i++) {
    if (stands_before(&issuers, i))
      continue;
    provider_names_of(&c->api->site, issuers.at[i].issuer, &names);
    (void)json_array_append_new(rows, json_pack("{ss ss}", "id", names.id, "name", names.name));
  }
  return rows;
}

static void answer_me(struct context *c)
{
  const struct account *a = &c->account;
  size_t recovery = 0;
  if (!store_did(c, store_recovery_left(c->api->store, &a->id, &recovery)))
    return;
  answer_json(c->response, 200,
              json_pack("{so ss sb ss ss ss ss sb sb sb sb si so so sI}", "id", uid_json(&a->id), "email", a->email,
                        "email_verified", a->email_verified, "name", a->name, "phone", a->phone, "language",
                        a->language, "role", account_role_word(a->role), "two_factors", account_wants_two(c->api, a), "two_factors_demanded",
                        account_must_have_two(c->api, a), "has_password", a->password[0] != '\0', "has_totp", a->has_totp,
                        "recovery_left", (int)recovery, "passkeys", passkeys_json(c), "issuers", issuers_json(c),
                        "created", (json_int_t)a->created_s));
}

void endpoint_get_me(struct context *c)
{
  answer_me(c);
}

/* --- changes --- */

struct wish {
  struct span name;
  bool named, two_factors, counted;
};

static bool may_change_factors(struct context *c, const struct wish *wish)
{
  if (!wish->counted || wish->two_factors == account_wants_two(c->api, &c->account))
    return true;
  if (wish->two_factors && !account_has_second(c->api, &c->account))
    answer_refusal(c->response, 409, "no_second_factor", "Set up an authenticator app or a passkey first.");
  else if (!wish->two_factors && account_must_have_two(c->api, &c->account))
    answer_refusal(c->response, 409, "still_demanded", "Your administrator demands two factors.");
  else
    return true;
  return false;
}

static void tell_two_factors(struct context *c, bool on)
{
  const enum notice_kind kind = on ? NOTICE_TWO_FACTORS_ON : NOTICE_TWO_FACTORS_OFF;
  note_event(c, notice_name(kind), c->account.email, "");
  tell_owner(c->api, c->time, &c->account, kind, "");
}

void endpoint_patch_me(struct context *c)
{
  struct wish wish = {.named = false};
  const struct field fields[] = {
    {"name", FIELD_TEXT, &wish.name, LIMIT_HTTP_BODY, true, &wish.named},
    {"two_factors", FIELD_BOOL, &wish.two_factors, 0, true, &wish.counted},
  };
  bool before = c->account.two_factors_wanted;
  if (!FIELDS_TAKE(c, fields) || !may_change_factors(c, &wish) ||
      (wish.named && !take_person_name(c, wish.name, c->account.name)))
    return;
  if (wish.counted)
    c->account.two_factors_wanted = wish.two_factors;
  if (!store_did(c, store_account_set(c->api->store, &c->account)))
    return;
  if (wish.counted && wish.two_factors != before)
    tell_two_factors(c, wish.two_factors);
  answer_me(c);
}

void endpoint_put_my_language(struct context *c)
{
  struct span tag;
  const struct field fields[] = {{"language", FIELD_TEXT, &tag, LIMIT_HTTP_BODY, false, NULL}};
  if (!FIELDS_TAKE(c, fields))
    return;
  const struct words *words = words_of(tag);
  if (words == NULL) {
    refuse_bad_request(c, "This server writes nothing in that language.");
    return;
  }
  (void)snprintf(c->account.language, sizeof c->account.language, "%s", words->tag);
  if (store_did(c, store_account_set(c->api->store, &c->account)))
    answer_nothing(c->response);
}

/* --- providers --- */

/* All subjects of the one that is called so; ERR_NOT_FOUND. */
static int unlink_named(struct context *c, const struct issuers *issuers, struct span id)
{
  struct provider_names names;
  int err = ERR_NOT_FOUND;
  for (size_t i = 0; i < issuers->n; i++) {
    const struct oidc_link *link = &issuers->at[i];
    provider_names_of(&c->api->site, link->issuer, &names);
    if (!span_equal(id, span_str(names.id)))
      continue;
    err = store_oidc_unlink(c->api->store, &c->account.id, link->issuer, link->subject);
    if (err != 0)
      return err;
  }
  return err;
}

static size_t count_others(struct context *c, const struct issuers *issuers, struct span id)
{
  struct provider_names names;
  size_t n = 0;
  for (size_t i = 0; i < issuers->n; i++) {
    provider_names_of(&c->api->site, issuers->at[i].issuer, &names);
    n += span_equal(id, span_str(names.id)) ? 0 : 1;
  }
  return n;
}

void endpoint_delete_issuer(struct context *c)
{
  struct issuers issuers = {.n = 0};
  struct span id = c->parameter[0];
  int err = read_issuers(c, &issuers);
  if (err == 0 && !take_away_first(c, count_passkeys(c, &c->account.id), count_others(c, &issuers, id)))
    return;
  if (err == 0)
    err = unlink_named(c, &issuers, id);
  if (!store_did(c, err))
    return;
  tell_factor(c, NOTICE_PROVIDER_REMOVED, "The connection with a provider");
  answer_nothing(c->response);
}
