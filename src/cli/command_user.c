/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo user`: accounts. A new one has no password: a one-time link leads its owner in. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "auth/email.h"
#include "cli/command_user.h"
#include "cli/console_print.h"
#include "people/rules.h"
#include "people/tokens.h"
#include "people/words.h"
#include "store/store_links.h"
#include "store/store_sessions.h"

#define LINK_DAYS 7
#define LINK_DAYS_MOST 30
#define DAY_S 86400

/* --- links --- */

static int link_days(struct console *c, uint32_t *days)
{
  *days = LINK_DAYS;
  return console_number(c, "days", 1, LINK_DAYS_MOST, days);
}

/* An invitation for who has never been in, a way back for who has. */
static enum link_purpose purpose_for(const struct account *a)
{
  return a->signed_in_s == 0 ? LINK_INVITE : LINK_RECOVER;
}

static int add_link(struct console *c, const struct account *a, uint32_t days, char token[TOKEN_TEXT + 1])
{
  struct sign_in_link link = {.account = a->id, .purpose = purpose_for(a), .until_s = c->now_s + days * DAY_S};
  link_token_make(token, link.hash);
  int err = store_link_remove_all(c->store, &a->id); /* the newest works, and no other */
  return err != 0 ? err : store_link_add(c->store, &link);
}

/* To the terminal and nowhere else. */
static void print_link(struct console *c, const struct account *a, uint32_t days, char token[TOKEN_TEXT + 1])
{
  if (console_flag(c, "json"))
    json_print(json_pack("{so ss so so}", "id", json_id(&a->id), "email", a->email, "link",
                         json_sprintf("%s/welcome#%s", c->config.origin, token), "until",
                         json_time(c->now_s + days * DAY_S)));
  else
    printf("This link is for %s alone. It works once, within %u days:\n\n    %s/welcome#%s\n\n", a->email, days,
           c->config.origin, token);
  sodium_memzero(token, TOKEN_TEXT + 1);
}

static int make_link(struct console *c)
{
  struct account a;
  char token[TOKEN_TEXT + 1];
  uint32_t days;
  int code = link_days(c, &days);
  if (code == 0)
    code = console_account(c, c->argument[0], &a);
  if (code != 0)
    return code;
  sodium_memzero(a.totp, sizeof a.totp);
  if (a.disabled)
    return console_fail(c, "this account is disabled. Mend: testudo user set %s --disabled no", a.email);
  code = console_begin(c);
  if (code != 0)
    return code;
  int err = console_end(c, add_link(c, &a, days, token), "link_made", a.email, "a one-time link for %u days", days);
  if (err != 0)
    return console_store_error(c, err);
  print_link(c, &a, days, token);
  return 0;
}

/* --- what an account has --- */

static int read_account_role(struct console *c, enum account_role *role)
{
  const char *text = console_option(c, "role");
  if (text == NULL)
    return 0;
  if (account_role_of_word(span_str(text), role) != 0)
    return console_usage(c, "--role: \"%.40s\" cannot be used. Mend: give member or administrator.", text);
  return 0;
}

static int read_name(struct console *c, const char *text, char name[NAME_BYTES])
{
  if (text == NULL)
    return 0;
  int code = console_rule(c, name_problem(span_str(text)));
  if (code == 0)
    (void)snprintf(name, NAME_BYTES, "%s", text);
  return code;
}

static int read_phone(struct console *c, char phone[PHONE_BYTES])
{
  const char *text = console_option(c, "phone");
  if (text == NULL)
    return 0;
  phone[0] = '\0';
  if (text[0] == '\0' || phone_normalise(span_str(text), phone) == 0)
    return 0;
  return console_usage(c, "--phone: \"%.40s\" cannot be used. Mend: write it with its country, such as +49 30 1234567.",
                       text);
}

/* The options that adding and setting share. */
static int read_options(struct console *c, struct account *a)
{
  int code = read_name(c, console_option(c, "name"), a->name);
  if (code == 0)
    code = read_account_role(c, &a->role);
  if (code == 0)
    code = read_phone(c, a->phone);
  if (code == 0)
    code = console_yes_or_no(c, "two-factors", &a->two_factors_demanded);
  return code;
}

/* --- add --- */

static int add_account(struct console *c, struct account *a, uint32_t days, char token[TOKEN_TEXT + 1])
{
  int err = store_account_add(c->store, a);
  if (err == 0)
    err = add_link(c, a, days, token);
  return console_end(c, err, "person_invited", a->email, "%s", account_role_word(a->role));
}

static void tell_about_administrators(struct console *c)
{
  size_t accounts, administrators;
  if (store_account_count(c->store, &accounts, &administrators) == 0 && administrators == 0)
    (void)fputs("There is no administrator yet. testudo user set EMAIL --role administrator makes one.\n", stderr);
}

static int add(struct console *c)
{
  struct account a = {.created_s = c->now_s};
  char token[TOKEN_TEXT + 1];
  uint32_t days;
  int code = console_email(c, c->argument[0], a.email);
  if (code == 0) {
    struct span local = email_local_part(a.email);
    (void)snprintf(a.name, sizeof a.name, "%.*s", (int)local.n, (const char *)local.p);
    code = read_options(c, &a);
  }
  if (code == 0)
    code = link_days(c, &days);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = add_account(c, &a, days, token);
  if (err == ERR_STATE)
    return console_fail(c, "%s has an account already. Mend: testudo user link %s makes a new link.", a.email, a.email);
  if (err != 0)
    return console_store_error(c, err);
  print_link(c, &a, days, token);
  tell_about_administrators(c);
  return 0;
}

/* --- set --- */

/* Without one, nobody could change anything in the console any more. */
static int keeps_an_administrator(struct console *c, const struct account *before, const struct account *after)
{
  size_t accounts, administrators;
  bool was = before->role == ACCOUNT_ADMIN && !before->disabled;
  bool is = after != NULL && after->role == ACCOUNT_ADMIN && !after->disabled;
  if (!was || is)
    return 0;
  int err = store_account_count(c->store, &accounts, &administrators);
  return err == 0 && administrators == 1 ? ERR_REFUSED : err;
}

static int remove_passkeys(struct console *c, const struct uid *account)
{
  struct passkey list[LIMIT_ACCOUNT_PASSKEYS];
  size_t n;
  int err = store_passkey_list(c->store, account, (struct page){.most = LIMIT_ACCOUNT_PASSKEYS}, list, &n);
  for (size_t i = 0; err == 0 && i < n; i++)
    err = store_passkey_remove(c->store, account, &list[i].id);
  return err;
}

static int remove_factors(struct console *c, struct account *a)
{
  a->has_totp = false;
  int err = remove_passkeys(c, &a->id);
  return err != 0 ? err : store_recovery_set(c->store, &a->id, NULL, 0);
}

/* Who has lost a right has nothing open any more that had it. */
static bool loses(const struct account *before, const struct account *after)
{
  return (after->disabled && !before->disabled) || (after->must_set_password && !before->must_set_password) ||
         (before->role == ACCOUNT_ADMIN && after->role != ACCOUNT_ADMIN);
}

static int end_all_of(struct console *c, const struct uid *account)
{
  static const struct uid none;
  int err = store_session_remove_all(c->store, account, &none);
  return err != 0 ? err : store_link_remove_all(c->store, account);
}

static int note_changes(struct console *c, const struct account *before, const struct account *a)
{
  int err = 0;
  if (before->role != a->role)
    err = console_note(c, "role_changed", a->email, "%s", account_role_word(a->role));
  if (err == 0 && before->disabled != a->disabled)
    err = console_note(c, a->disabled ? "person_disabled" : "person_enabled", a->email, "by the command line");
  if (err == 0 && before->two_factors_demanded != a->two_factors_demanded)
    err = console_note(c, "two_factors_demanded", a->email, "%s", a->two_factors_demanded ? "on" : "off");
  if (err == 0 && before->must_set_password != a->must_set_password)
    err = console_note(c, "password_demanded", a->email, "%s", a->must_set_password ? "on" : "off");
  if (err == 0 && console_flag(c, "remove-factors"))
    err = console_note(c, "factors_removed", a->email, "TOTP, recovery codes and passkeys");
  if (err == 0 && strcmp(before->name, a->name) != 0)
    err = console_note(c, "person_renamed", a->email, "%s", a->name);
  if (err == 0 && strcmp(before->email, a->email) != 0)
    err = console_note(c, "email_changed", before->email, "%s", a->email);
  if (err == 0 && strcmp(before->phone, a->phone) != 0)
    err = console_note(c, "phone_changed", a->email, "by the command line");
  return err;
}

static int set_account(struct console *c, const struct account *before, struct account *a)
{
  int err = keeps_an_administrator(c, before, a);
  if (err == 0 && console_flag(c, "remove-factors"))
    err = remove_factors(c, a);
  if (err == 0)
    err = store_account_set(c->store, a);
  if (err == 0 && loses(before, a))
    err = end_all_of(c, &a->id);
  return err == 0 ? note_changes(c, before, a) : err;
}

static int read_changes(struct console *c, struct account *a)
{
  const char *email = console_option(c, "email");
  int code = read_options(c, a);
  if (code == 0)
    code = console_yes_or_no(c, "disabled", &a->disabled);
  if (code == 0 && email != NULL) {
    code = console_email(c, email, a->email);
    a->email_verified = false;
  }
  a->must_set_password |= console_flag(c, "new-password");
  return code;
}

static bool asks_nothing(const struct console *c)
{
  for (size_t i = 0; i < c->action->options_n; i++)
    if (c->value[i] != NULL)
      return false;
  return true;
}

static int set_failed(struct console *c, const struct account *a, int err)
{
  if (err == ERR_REFUSED)
    return console_fail(c, "%s is the last administrator. Mend: make somebody else one first.", a->email);
  if (err == ERR_STATE)
    return console_fail(c, "another account has this e-mail address. Mend: give another one.");
  return console_store_error(c, err);
}

/* Read within the change: the server may change the same account. */
static int set(struct console *c)
{
  struct account before, a;
  if (asks_nothing(c))
    return console_usage(c, "nothing is to be changed. Mend: give an option; --help lists them.");
  int code = console_begin(c);
  if (code == 0)
    code = console_account(c, c->argument[0], &before);
  if (code == 0) {
    a = before;
    code = read_changes(c, &a);
  }
  if (code == 0)
    code = set_failed(c, &before, console_finish(c, set_account(c, &before, &a)));
  else
    store_rollback(c->store);
  sodium_memzero(before.totp, sizeof before.totp);
  sodium_memzero(a.totp, sizeof a.totp);
  return code;
}

/* --- remove --- */

static int remove_account(struct console *c)
{
  struct account a;
  int code = console_confirm(c, "removes the account for good, with its tickets, and closes its rooms");
  if (code == 0)
    code = console_account(c, c->argument[0], &a);
  if (code != 0)
    return code;
  sodium_memzero(a.totp, sizeof a.totp);
  code = console_begin(c);
  if (code != 0)
    return code;
  int err = keeps_an_administrator(c, &a, NULL);
  if (err == 0)
    err = store_account_remove(c->store, &a.id, c->now_s);
  return set_failed(c, &a, console_end(c, err, "person_removed", a.email, "with tickets; rooms closed"));
}

/* --- the group --- */

#define PERSON_OPTIONS                                                                                                 \
  {"name", "NAME", "What others see. Without it: what stands before the @."},                                          \
  {"role", "ROLE", "member or administrator."},                                                                        \
  {"phone", "NUMBER", "For codes by SMS, such as +49 30 1234567."},                                                    \
  {"two-factors", "yes|no", "Whether this account needs two factors to sign in."}

static const struct console_option add_options[] = {
  PERSON_OPTIONS,
  {"days", "NUMBER", "How long the link works: 1 to 30, else 7."},
  CONSOLE_JSON,
};
static const struct console_option list_options[] = {
  {"search", "TEXT", "Those whose address or name has this part."},
  CONSOLE_JSON,
};
static const struct console_option show_options[] = {CONSOLE_JSON};
static const struct console_option set_options[] = {
  PERSON_OPTIONS,
  {"email", "EMAIL", "Another address. Tickets stay with the old one."},
  {"disabled", "yes|no", "yes ends all sessions and lets the person in no more."},
  {"new-password", NULL, "A new password must be set at the next sign-in."},
  {"remove-factors", NULL, "Removes TOTP, recovery codes and passkeys of who has lost them."},
};
static const struct console_option remove_options[] = {CONSOLE_YES};
static const struct console_option link_options[] = {
  {"days", "NUMBER", "How long the link works: 1 to 30, else 7."},
  CONSOLE_JSON,
};

static const struct console_action actions[] = {
  {"add", "EMAIL", 1, 1, CONSOLE_OPTIONS_OF(add_options), add, STORE_MAKE,
   "Makes an account and prints a one-time link that leads its owner in."},
  {"list", "", 0, 0, CONSOLE_OPTIONS_OF(list_options), user_list, STORE_KNOWN, "Lists accounts."},
  {"show", "EMAIL", 1, 1, CONSOLE_OPTIONS_OF(show_options), user_show, STORE_KNOWN,
   "Shows an account and what it signs in with."},
  {"set", "EMAIL", 1, 1, CONSOLE_OPTIONS_OF(set_options), set, STORE_KNOWN, "Changes an account."},
  {"remove", "EMAIL", 1, 1, CONSOLE_OPTIONS_OF(remove_options), remove_account, STORE_KNOWN,
   "Removes an account for good."},
  {"link", "EMAIL", 1, 1, CONSOLE_OPTIONS_OF(link_options), make_link, STORE_KNOWN,
   "Prints a new one-time link, for who lost the first or cannot sign in."},
  {"sessions", "EMAIL", 1, 1, CONSOLE_OPTIONS_OF(show_options), user_sessions, STORE_KNOWN,
   "Lists where somebody is signed in."},
};

const struct console_group user_group = {"user", "People who have an account.", actions,
                                         sizeof actions / sizeof actions[0]};
