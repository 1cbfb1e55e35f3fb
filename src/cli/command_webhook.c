/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo webhook`: shops that say who has paid (docs/API.md, section 8). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "cli/commands.h"
#include "cli/console_print.h"
#include "people/rules.h"
#include "people/tokens.h"
#include "store/store_tickets.h"

static const char *url_of(const struct console *c, const struct webhook *w, char text[CONFIG_ORIGIN + 32])
{
  char id[TOKEN_TEXT + 1];
  (void)snprintf(text, CONFIG_ORIGIN + 32, "%s/hooks/%s", c->config.origin, id_text(&w->id, id));
  return text;
}

/* --- add --- */

static int read_target(struct console *c, struct webhook *w)
{
  const char *room_text = console_option(c, "room"), *series_text = console_option(c, "series");
  struct store_room r;
  struct series s;
  if (room_text != NULL && series_text != NULL)
    return console_usage(c,
                         "its tickets are for a room or for a series. Mend: give one of --room and --series, or none.");
  int code = room_text != NULL ? console_room(c, room_text, &r) : 0;
  if (code == 0 && room_text != NULL)
    w->room = r.id;
  if (series_text != NULL)
    code = console_series(c, series_text, &s);
  if (code == 0 && series_text != NULL)
    w->series = s.id;
  return code;
}

static void print_webhook(struct console *c, const struct webhook *w)
{
  char url[CONFIG_ORIGIN + 32], secret[WEBHOOK_SECRET_TEXT + 1];
  webhook_secret_write(w->secret, secret);
  (void)url_of(c, w, url);
  if (console_flag(c, "json"))
    json_print(json_pack("{so ss ss}", "id", json_id(&w->id), "url", url, "secret", secret));
  else
    printf("Give the provider this address and this secret. The secret is shown this once:\n\n    %s\n    %s\n\n", url,
           secret);
  sodium_memzero(secret, sizeof secret);
}

static int add(struct console *c)
{
  struct webhook w = {.created_s = c->now_s};
  int code = console_rule(c, label_problem(span_str(c->argument[0])));
  if (code == 0)
    code = read_target(c, &w);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  (void)snprintf(w.name, sizeof w.name, "%s", c->argument[0]);
  random_fill(&random_system, w.secret, sizeof w.secret);
  int err = console_end(c, store_webhook_add(c->store, &w), "webhook_made", w.name, "by the command line");
  if (err == 0)
    print_webhook(c, &w);
  sodium_memzero(w.secret, sizeof w.secret);
  if (err == ERR_STATE)
    return console_fail(c, "there is a webhook of this name. Mend: give another name, or revoke that one first.");
  return console_store_error(c, err);
}

/* --- list --- */

static json_t *webhook_json(struct console *c, const void *row)
{
  const struct webhook *w = row;
  char url[CONFIG_ORIGIN + 32];
  return json_pack("{so so ss so so so so}", "id", json_id(&w->id), "name", json_text(w->name), "url",
                   url_of(c, w, url), "room", json_id(&w->room), "series", json_id(&w->series), "created",
                   json_time(w->created_s), "revoked", json_time(w->revoked_s));
}

static void webhook_cells(struct console *c, const void *row, struct table *t)
{
  const struct webhook *w = row;
  (void)c;
  table_add_id(t, &w->id);
  table_add(t, w->revoked_s != 0 ? "revoked" : "valid");
  table_add(t, !uid_is_none(&w->room) ? "a room" : !uid_is_none(&w->series) ? "a series" : "as the event says");
  table_add_time(t, w->created_s);
  table_add(t, w->name);
}

static int read_webhooks(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  (void)of;
  return store_webhook_list(c->store, page, rows, n);
}

static int list(struct console *c)
{
  static const char *const header[] = {"WEBHOOK", "STATE", "TICKETS FOR", "CREATED", "NAME"};
  static const struct list_kind kind = {
    .name = "webhooks",
    .nothing = "There are no webhooks.",
    .header = header,
    .columns = 5,
    .row_size = sizeof(struct webhook),
    .read = read_webhooks,
    .to_json = webhook_json,
    .to_cells = webhook_cells,
  };
  return list_print(c, &kind, NULL, LIST_ALL);
}

/* --- revoke --- */

static int revoke(struct console *c)
{
  struct webhook w;
  struct uid id;
  int code = console_id(c, "webhook", c->argument[0], &id);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = store_webhook_get(c->store, &id, &w);
  sodium_memzero(w.secret, sizeof w.secret);
  if (err == ERR_NOT_FOUND) {
    store_rollback(c->store);
    return console_fail(c, "there is no such webhook. Mend: testudo webhook list shows all, by their ids.");
  }
  if (err == 0)
    err = store_webhook_revoke(c->store, &id, c->now_s);
  err = console_end(c, err, "webhook_revoked", err == 0 ? w.name : "", "its tickets stay");
  if (err == 0)
    printf("Revoked: %s. Tickets that came by it stay; testudo ticket list shows them.\n", w.name);
  return console_store_error(c, err);
}

/* --- the group --- */

static const struct console_option add_options[] = {
  {"room", "ROOM", "Its tickets are for this room, unless an event says otherwise."},
  {"series", "SERIES", "... for this series."},
  CONSOLE_JSON,
};
static const struct console_option list_options[] = {CONSOLE_JSON};

static const struct console_action actions[] = {
  {"add", "NAME", 1, 1, CONSOLE_OPTIONS_OF(add_options), add, STORE_KNOWN,
   "Makes a webhook; shows its address, and its secret once."},
  {"list", "", 0, 0, CONSOLE_OPTIONS_OF(list_options), list, STORE_KNOWN, "Lists webhooks, the newest first."},
  {"revoke", "WEBHOOK", 1, 1, NULL, 0, revoke, STORE_KNOWN, "Listens to it no more, by the id that the list shows."},
};

const struct console_group webhook_group = {"webhook", "Shops that issue tickets to who has paid.", actions,
                                            sizeof actions / sizeof actions[0]};
