/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo key`: keys of the REST API. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command_room.h"
#include "cli/commands.h"
#include "cli/console_print.h"
#include "people/rules.h"
#include "people/tokens.h"
#include "people/words.h"
#include "store/store_tickets.h"

#define SCOPES_TEXT 128

/* "rooms.read,tickets.write" */
static int read_scopes(struct console *c, uint32_t *scopes)
{
  const char *text = console_option(c, "scopes");
  if (text == NULL)
    return console_usage(c, "what may it do? Mend: give --scopes with some of rooms.read, rooms.write, tickets.read, "
                            "tickets.write, people.read, people.write, sessions, attendance, with commas between.");
  for (*scopes = 0;; text++) {
    size_t n = strcspn(text, ",");
    uint32_t one;
    if (scope_of_word(span_of(text, n), &one) != 0)
      return console_usage(c,
                           "--scopes: there is no \"%.*s\". Mend: some of rooms.read, rooms.write, tickets.read, "
                           "tickets.write, people.read, people.write, sessions, attendance, with commas between.",
                           (int)(n < 40 ? n : 40), text);
    *scopes |= one;
    text += n;
    if (*text == '\0')
      return 0;
  }
}

static const char *scopes_text(uint32_t scopes, char text[SCOPES_TEXT])
{
  size_t n = 0;
  text[0] = '\0';
  for (size_t i = 0; scope_word(i) != NULL; i++)
    if ((scopes >> i & 1) != 0)
      n += (size_t)snprintf(text + n, SCOPES_TEXT - n, "%s%s", n > 0 ? "," : "", scope_word(i));
  return text;
}

static json_t *scopes_json(uint32_t scopes)
{
  json_t *array = json_array();
  for (size_t i = 0; scope_word(i) != NULL; i++)
    if ((scopes >> i & 1) != 0)
      (void)json_array_append_new(array, json_string(scope_word(i)));
  return array;
}

/* --- add --- */

static void print_key(struct console *c, const struct api_key *k, char text[API_KEY_TEXT + 1])
{
  if (console_flag(c, "json"))
    json_print(json_pack("{so ss}", "id", json_id(&k->id), "key", text));
  else
    printf("The key, shown this once. Keep it where you keep passwords:\n\n    %s\n\n", text);
  sodium_memzero(text, API_KEY_TEXT + 1);
}

static int add(struct console *c)
{
  struct api_key k = {.created_s = c->now_s};
  char text[API_KEY_TEXT + 1], scopes[SCOPES_TEXT];
  int code = console_rule(c, label_problem(span_str(c->argument[0])));
  if (code == 0)
    code = read_scopes(c, &k.scopes);
  if (code == 0 && console_flag(c, "owner"))
    code = room_read_owner(c, &k.owner);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  (void)snprintf(k.name, sizeof k.name, "%s", c->argument[0]);
  api_key_make(text, k.hash);
  int err = store_key_add(c->store, &k);
  err = console_end(c, err, "key_made", k.name, "%s", scopes_text(k.scopes, scopes));
  if (err != 0)
    return console_store_error(c, err);
  print_key(c, &k, text);
  return 0;
}

/* --- list --- */

static json_t *key_json(struct console *c, const void *row)
{
  const struct api_key *k = row;
  (void)c;
  return json_pack("{so so so so so so}", "id", json_id(&k->id), "name", json_text(k->name), "scopes",
                   scopes_json(k->scopes), "created", json_time(k->created_s), "used", json_time(k->used_s), "revoked",
                   json_time(k->revoked_s));
}

static void key_cells(struct console *c, const void *row, struct table *t)
{
  const struct api_key *k = row;
  char scopes[SCOPES_TEXT];
  (void)c;
  table_add_id(t, &k->id);
  table_add(t, k->revoked_s != 0 ? "revoked" : "valid");
  table_add_time(t, k->used_s);
  table_add(t, k->name);
  table_add(t, scopes_text(k->scopes, scopes));
}

static int read_keys(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  (void)of;
  return store_key_list(c->store, page, rows, n);
}

static int list(struct console *c)
{
  static const char *const header[] = {"KEY", "STATE", "USED", "NAME", "SCOPES"};
  static const struct list_kind kind = {
    .name = "keys",
    .nothing = "There are no keys.",
    .header = header,
    .columns = 5,
    .row_size = sizeof(struct api_key),
    .read = read_keys,
    .to_json = key_json,
    .to_cells = key_cells,
  };
  return list_print(c, &kind, NULL, LIST_ALL);
}

/* --- revoke --- */

static int revoke(struct console *c)
{
  struct api_key k;
  struct uid id;
  int code = console_id(c, "key", c->argument[0], &id);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = store_key_get(c->store, &id, &k);
  if (err == ERR_NOT_FOUND) {
    store_rollback(c->store);
    return console_fail(c, "there is no such key. Mend: testudo key list shows all, by their ids.");
  }
  if (err == 0)
    err = store_key_revoke(c->store, &id, c->now_s);
  err = console_end(c, err, "key_revoked", err == 0 ? k.name : "", "for good");
  if (err == 0)
    printf("Revoked: %s.\n", k.name);
  return console_store_error(c, err);
}

/* --- the group --- */

static const struct console_option add_options[] = {
  {"scopes", "LIST",
   "What it may do, with commas between: rooms.read, rooms.write, tickets.read, tickets.write, people.read, "
   "people.write, sessions, attendance. Needed."},
  {"owner", "EMAIL", "The administrator who answers for it."},
  CONSOLE_JSON,
};
static const struct console_option list_options[] = {CONSOLE_JSON};

static const struct console_action actions[] = {
  {"add", "NAME", 1, 1, CONSOLE_OPTIONS_OF(add_options), add, STORE_KNOWN, "Makes a key and shows it once."},
  {"list", "", 0, 0, CONSOLE_OPTIONS_OF(list_options), list, STORE_KNOWN, "Lists keys, the newest first."},
  {"revoke", "KEY", 1, 1, NULL, 0, revoke, STORE_KNOWN, "Takes a key back, by the id that the list shows."},
};

const struct console_group key_group = {"key", "Keys of the REST API, for programs.", actions,
                                        sizeof actions / sizeof actions[0]};
