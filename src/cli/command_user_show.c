/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo user list`, `show` and `sessions`. */
#include <sodium.h>
#include <stdlib.h>

#include "cli/command_session.h"
#include "cli/command_user.h"
#include "cli/console_print.h"
#include "people/words.h"
#include "store/store_sessions.h"

/* In the order of what has to be known first. */
static const char *state_text(const struct account *a)
{
  if (a->disabled)
    return "disabled";
  return a->signed_in_s == 0 ? "invited" : "active";
}

static json_t *account_json(struct console *c, const void *row)
{
  const struct account *a = row;
  (void)c;
  return json_pack("{so ss sb ss ss sb sb sb sb sb so so}", "id", json_id(&a->id), "email", a->email, "email_verified",
                   a->email_verified, "name", a->name, "role", account_role_word(a->role), "disabled", a->disabled, "two_factors",
                   a->two_factors_demanded, "must_set_password", a->must_set_password, "has_password",
                   a->password[0] != '\0', "has_totp", a->has_totp, "signed_in", json_time(a->signed_in_s), "created",
                   json_time(a->created_s));
}

static void account_cells(struct console *c, const void *row, struct table *t)
{
  const struct account *a = row;
  (void)c;
  table_add(t, a->email);
  table_add(t, account_role_word(a->role));
  table_add(t, state_text(a));
  table_add_time(t, a->signed_in_s);
  table_add(t, a->name);
}

static int read_accounts(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  return store_account_list(c->store, of, page, rows, n);
}

int user_list(struct console *c)
{
  static const char *const header[] = {"EMAIL", "ROLE", "STATE", "SIGNED IN", "NAME"};
  const char *search = console_option(c, "search");
  const struct list_kind kind = {
    .name = "people",
    .nothing = search != NULL ? "Nobody fits." : "There are no accounts yet. testudo user add EMAIL makes one.",
    .header = header,
    .columns = 5,
    .row_size = sizeof(struct account),
    .read = read_accounts,
    .to_json = account_json,
    .to_cells = account_cells,
  };
  return list_print(c, &kind, search != NULL ? search : "", LIST_ALL);
}

/* --- one --- */

#define SESSIONS_COUNTED 100

struct belongings {
  struct passkey passkey[LIMIT_ACCOUNT_PASSKEYS];
  struct oidc_link issuer[LIMIT_ACCOUNT_ISSUERS];
  struct session session[SESSIONS_COUNTED];
  size_t passkeys, issuers, sessions, recovery;
};

static int find_belongings(struct console *c, const struct uid *account, struct belongings *b)
{
  int err =
      store_passkey_list(c->store, account, (struct page){.most = LIMIT_ACCOUNT_PASSKEYS}, b->passkey, &b->passkeys);
  if (err == 0)
    err = store_oidc_list(c->store, account, (struct page){.most = LIMIT_ACCOUNT_ISSUERS}, b->issuer, &b->issuers);
  if (err == 0)
    err = store_session_list(c->store, account, (struct page){.most = SESSIONS_COUNTED}, b->session, &b->sessions);
  if (err == 0)
    err = store_recovery_left(c->store, account, &b->recovery);
  return console_store_error(c, err);
}

static void print_account(const struct account *a, const struct belongings *b)
{
  char id[TOKEN_TEXT + 1], count[32];
  print_field("email", a->email);
  print_field("name", a->name);
  print_field("id", id_text(&a->id, id));
  print_field("role", account_role_word(a->role));
  print_field("state", state_text(a));
  print_field("phone", a->phone);
  print_field("address", a->email_verified ? "verified" : "not verified");
  print_field("password", a->must_set_password ? "a new one is demanded" : a->password[0] != '\0' ? "set" : "none");
  print_field("two factors", a->two_factors_demanded ? "demanded" : a->two_factors_wanted ? "by own choice" : "not needed");
  print_field("totp", a->has_totp ? "set" : "none");
  (void)snprintf(count, sizeof count, "%zu", b->recovery);
  print_field("recovery codes", count);
  for (size_t i = 0; i < b->passkeys; i++)
    print_field("passkey", b->passkey[i].label);
  for (size_t i = 0; i < b->issuers; i++)
    print_field("signs in by", b->issuer[i].issuer);
  (void)snprintf(count, sizeof count, "%zu", b->sessions);
  print_field("sessions", count);
  print_time("created", a->created_s);
  print_time("signed in", a->signed_in_s);
}

static json_t *full_json(const struct account *a, const struct belongings *b)
{
  json_t *j = account_json(NULL, a), *passkeys = json_array(), *issuers = json_array();
  for (size_t i = 0; i < b->passkeys; i++)
    (void)json_array_append_new(
        passkeys, json_pack("{so so so so}", "id", json_id(&b->passkey[i].id), "label", json_text(b->passkey[i].label),
                            "created", json_time(b->passkey[i].created_s), "used", json_time(b->passkey[i].used_s)));
  for (size_t i = 0; i < b->issuers; i++)
    (void)json_array_append_new(issuers, json_text(b->issuer[i].issuer));
  (void)json_object_set_new(j, "phone", json_text(a->phone));
  (void)json_object_set_new(j, "passkeys", passkeys);
  (void)json_object_set_new(j, "issuers", issuers);
  (void)json_object_set_new(j, "recovery_left", json_integer((json_int_t)b->recovery));
  (void)json_object_set_new(j, "sessions", json_integer((json_int_t)b->sessions));
  return j;
}

int user_show(struct console *c)
{
  static struct belongings b;
  struct account a;
  int code = console_account(c, c->argument[0], &a);
  if (code == 0)
    code = find_belongings(c, &a.id, &b);
  sodium_memzero(a.totp, sizeof a.totp);
  if (code == 0 && console_flag(c, "json"))
    json_print(full_json(&a, &b));
  else if (code == 0)
    print_account(&a, &b);
  return code;
}

int user_sessions(struct console *c)
{
  struct account a;
  int code = console_account(c, c->argument[0], &a);
  sodium_memzero(a.totp, sizeof a.totp);
  return code == 0 ? session_print_list(c, &a.id) : code;
}
