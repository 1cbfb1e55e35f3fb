/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo session`: who is signed in where, and ending it. The running server closes sockets and media within a
 * second. */
#include <sodium.h>
#include <stdlib.h>

#include "cli/command_session.h"
#include "cli/console_print.h"
#include "people/words.h"
#include "store/store_links.h"
#include "store/store_sessions.h"

static const struct uid none;

static json_t *factors_json(uint32_t factors)
{
  json_t *array = json_array();
  for (size_t i = 0; factor_word(i) != NULL; i++)
    if ((factors >> i & 1) != 0)
      (void)json_array_append_new(array, json_string(factor_word(i)));
  return array;
}

/* Of a session's owner; the account may be removed meanwhile. */
struct owner {
  char email[EMAIL_BYTES], name[NAME_BYTES];
};

static struct owner owner_of(struct console *c, const struct session *s)
{
  struct owner o = {.email = "guest"};
  struct account a;
  if (!uid_is_none(&s->account) && store_account_get(c->store, &s->account, &a) == 0) {
    (void)snprintf(o.email, sizeof o.email, "%s", a.email);
    (void)snprintf(o.name, sizeof o.name, "%s", a.name);
    sodium_memzero(&a, sizeof a);
  }
  return o;
}

static json_t *session_json(struct console *c, const void *row)
{
  const struct session *s = row;
  const struct owner o = owner_of(c, s);
  return json_pack("{so so so so so s{so so so}}", "id", json_id(&s->id), "device", json_text(s->device), "created",
                   json_time(s->created_s), "used", json_time(s->used_s), "factors", factors_json(s->factors), "person",
                   "id", json_id(&s->account), "name", json_text(o.name), "email", json_text(o.email));
}

static void session_cells(struct console *c, const void *row, struct table *t)
{
  const struct session *s = row;
  table_add_id(t, &s->id);
  table_add_time(t, s->used_s);
  table_add(t, s->device);
  table_add(t, owner_of(c, s).email);
}

static int read_sessions(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  return of != NULL ? store_session_list(c->store, of, page, rows, n) : store_session_list_all(c->store, page, rows, n);
}

int session_print_list(struct console *c, const struct uid *of)
{
  static const char *const header[] = {"SESSION", "USED", "DEVICE", "EMAIL"};
  static const struct list_kind kind = {
    .name = "sessions",
    .nothing = "Nobody is signed in.",
    .header = header,
    .columns = 4,
    .row_size = sizeof(struct session),
    .read = read_sessions,
    .to_json = session_json,
    .to_cells = session_cells,
  };
  return list_print(c, &kind, of, LIST_ALL);
}

static int list(struct console *c)
{
  const char *of = console_option(c, "of");
  struct account a;
  if (of == NULL)
    return session_print_list(c, NULL);
  int code = console_account(c, of, &a);
  sodium_memzero(a.totp, sizeof a.totp);
  return code == 0 ? session_print_list(c, &a.id) : code;
}

/* --- ending --- */

static int end(struct console *c)
{
  struct session s = {0};
  struct uid id;
  int code = console_id(c, "session", c->argument[0], &id);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = store_session_get(c->store, &id, &s);
  if (err == ERR_NOT_FOUND) {
    store_rollback(c->store);
    return console_fail(c, "there is no such session. Mend: testudo session list shows all; it may be over already.");
  }
  const struct owner o = owner_of(c, &s);
  if (err == 0)
    err = store_session_remove(c->store, &id);
  err = console_end(c, err, "session_ended", o.email, "on %s", s.device);
  if (err == 0)
    printf("Ended: %s on %s.\n", o.email, s.device);
  return console_store_error(c, err);
}

static int end_of(struct console *c, const char *of)
{
  struct account a;
  int code = console_account(c, of, &a);
  sodium_memzero(a.totp, sizeof a.totp);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = store_session_remove_all(c->store, &a.id, &none);
  err = console_end(c, err, "sessions_ended", a.email, "all of this person");
  if (err == 0)
    printf("%s is signed out everywhere.\n", a.email);
  return console_store_error(c, err);
}

static int end_all(struct console *c)
{
  const char *of = console_option(c, "of");
  if (of != NULL)
    return end_of(c, of);
  int code = console_confirm(c, "signs everybody out, and takes guests out of their meetings");
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = store_session_remove_everybody(c->store, &none);
  err = console_end(c, err, "sessions_ended", "everybody", "all sessions, guests as well");
  if (err == 0)
    puts("Everybody is signed out.");
  return console_store_error(c, err);
}

/* --- the group --- */

static const struct console_option list_options[] = {
  {"of", "EMAIL", "Those of one person."},
  CONSOLE_JSON,
};
static const struct console_option end_all_options[] = {
  {"of", "EMAIL", "Only those of one person: needs no --yes."},
  CONSOLE_YES,
};

static const struct console_action actions[] = {
  {"list", "", 0, 0, CONSOLE_OPTIONS_OF(list_options), list, STORE_KNOWN,
   "Lists who is signed in on which device, the last used first."},
  {"end", "SESSION", 1, 1, NULL, 0, end, STORE_KNOWN, "Ends one: cookie, sockets and media."},
  {"end-all", "", 0, 0, CONSOLE_OPTIONS_OF(end_all_options), end_all, STORE_KNOWN, "Ends all, or all of one person."},
};

const struct console_group session_group = {"session", "Browsers that are signed in.", actions,
                                            sizeof actions / sizeof actions[0]};
