/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was typed, as values: each wrong one is told with what to write instead. */
#include <stdlib.h>
#include <string.h>

#include "auth/email.h"
#include "cli/console.h"
#include "people/words.h"
#include "web/token.h"

const char *console_option(const struct console *c, const char *name)
{
  for (size_t i = 0; i < c->action->options_n; i++)
    if (strcmp(c->action->options[i].name, name) == 0)
      return c->value[i];
  return NULL;
}

int console_email(struct console *c, const char *text, char email[EMAIL_BYTES])
{
  if (email_normalise(span_str(text), email) == 0)
    return 0;
  return console_usage(c, "\"%.100s\" is not an e-mail address. Mend: write it such as anna@school.example.", text);
}

int console_id(struct console *c, const char *what, const char *text, struct uid *id)
{
  if (token_from_text(span_str(text), id->b, sizeof id->b) == 0)
    return 0;
  return console_usage(c, "\"%.100s\" is not the id of a %s. Mend: copy the 22 characters from testudo %s list.", text,
                       what, what);
}

int console_yes_or_no(struct console *c, const char *option, bool *value)
{
  const char *text = console_option(c, option);
  if (text == NULL)
    return 0;
  if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
    return console_usage(c, "--%s: \"%.40s\" cannot be used. Mend: give yes or no.", option, text);
  *value = text[0] == 'y';
  return 0;
}

int console_number(struct console *c, const char *option, uint32_t least, uint32_t most, uint32_t *value)
{
  const char *text = console_option(c, option);
  if (text == NULL)
    return 0;
  size_t n = strlen(text);
  unsigned long long v = n > 0 && n <= 10 && strspn(text, "0123456789") == n ? strtoull(text, NULL, 10) : UINT64_MAX;
  if (v < least || v > most)
    return console_usage(c, "--%s: \"%.40s\" cannot be used. Mend: give a number from %u to %u.", option, text, least,
                         most);
  *value = (uint32_t)v;
  return 0;
}

int console_role(struct console *c, const char *option, enum room_role *role)
{
  const char *text = console_option(c, option);
  if (text == NULL || role_of_word(span_str(text), role) == 0)
    return 0;
  return console_usage(c, "--%s: there is no role \"%.40s\". Mend: give viewer, participant, speaker, cohost or host.",
                       option, text);
}

int console_rule(struct console *c, const char *problem)
{
  return problem == NULL ? 0 : console_usage(c, "%s", problem);
}

int console_account(struct console *c, const char *text, struct account *a)
{
  char email[EMAIL_BYTES];
  int code = console_email(c, text, email);
  if (code != 0)
    return code;
  int err = store_account_by_email(c->store, email, a);
  if (err == ERR_NOT_FOUND)
    return console_fail(c, "nobody has an account with %s. Mend: testudo user list shows who has one.", email);
  return console_store_error(c, err);
}

int console_room(struct console *c, const char *text, struct store_room *room)
{
  struct uid id;
  const char *address = strstr(text, "/m/");
  int code = console_id(c, "room", address != NULL ? address + 3 : text, &id);
  if (code != 0)
    return code;
  int err = store_room_get(c->store, &id, room);
  if (err == ERR_NOT_FOUND)
    return console_fail(c, "there is no such room. Mend: testudo room list shows all.");
  return console_store_error(c, err);
}

int console_series(struct console *c, const char *text, struct series *series)
{
  struct uid id;
  int code = console_id(c, "series", text, &id);
  if (code != 0)
    return code;
  int err = store_series_get(c->store, &id, series);
  if (err == ERR_NOT_FOUND)
    return console_fail(c, "there is no such series. Mend: testudo series list shows all.");
  return console_store_error(c, err);
}

int console_confirm(struct console *c, const char *what)
{
  if (console_flag(c, "yes"))
    return 0;
  return console_usage(c, "this %s. Mend: say it again with --yes.", what);
}
