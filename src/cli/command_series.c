/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo series`: rooms that belong together, such as the lessons of a course; one ticket opens them all. */
#include <stdlib.h>

#include "cli/command_room.h"
#include "people/rules.h"

static const struct uid none;

static json_t *series_json(struct console *c, const void *row)
{
  const struct series *s = row;
  (void)c;
  return json_pack("{so so so}", "id", json_id(&s->id), "title", json_text(s->title), "created",
                   json_time(s->created_s));
}

static int read_title(struct console *c, const char *text, struct series *s)
{
  int code = console_rule(c, title_problem(span_str(text)));
  if (code == 0)
    (void)snprintf(s->title, sizeof s->title, "%s", text);
  return code;
}

static int add(struct console *c)
{
  struct series s = {.created_s = c->now_s};
  char id[TOKEN_TEXT + 1];
  int code = read_title(c, c->argument[0], &s);
  if (code == 0)
    code = room_read_owner(c, &s.owner);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = console_end(c, store_series_add(c->store, &s), "series_made", s.title, "by the command line");
  if (err != 0)
    return console_store_error(c, err);
  if (console_flag(c, "json"))
    json_print(series_json(c, &s));
  else
    puts(id_text(&s.id, id));
  return 0;
}

static void series_cells(struct console *c, const void *row, struct table *t)
{
  const struct series *s = row;
  (void)c;
  table_add_id(t, &s->id);
  table_add_time(t, s->created_s);
  table_add(t, s->title);
}

static int read_series(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  return store_series_list(c->store, of, page, rows, n);
}

static int list(struct console *c)
{
  static const char *const header[] = {"SERIES", "CREATED", "TITLE"};
  static const struct list_kind kind = {
    .name = "series",
    .nothing = "There are no series.",
    .header = header,
    .columns = 3,
    .row_size = sizeof(struct series),
    .read = read_series,
    .to_json = series_json,
    .to_cells = series_cells,
  };
  struct uid owner = none;
  int code = console_flag(c, "owner") ? room_read_owner(c, &owner) : 0;
  return code == 0 ? list_print(c, &kind, &owner, LIST_ALL) : code;
}

static int show(struct console *c)
{
  struct series s;
  int code = console_series(c, c->argument[0], &s);
  if (code != 0)
    return code;
  if (!console_flag(c, "json"))
    printf("%s\n\n", s.title);
  return room_print_list(c, &(struct rooms_wanted){.series = &s.id});
}

static int rename_series(struct console *c)
{
  struct series s;
  int code = console_series(c, c->argument[0], &s);
  if (code == 0)
    code = read_title(c, c->argument[1], &s);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = console_end(c, store_series_set(c->store, &s), "series_changed", s.title, "renamed");
  return console_store_error(c, err);
}

static int remove_series(struct console *c)
{
  struct series s;
  int code = console_confirm(c, "removes the series for good, with its tickets; its rooms stay");
  if (code == 0)
    code = console_series(c, c->argument[0], &s);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = console_end(c, store_series_remove(c->store, &s.id), "series_removed", s.title, "with its tickets");
  return console_store_error(c, err);
}

static const struct console_option add_options[] = {{"owner", "EMAIL", "Whose series it is. Needed."}, CONSOLE_JSON};
static const struct console_option list_options[] = {{"owner", "EMAIL", "Those of one person."}, CONSOLE_JSON};
static const struct console_option show_options[] = {CONSOLE_JSON};
static const struct console_option remove_options[] = {CONSOLE_YES};

static const struct console_action actions[] = {
  {"add", "TITLE", 1, 1, CONSOLE_OPTIONS_OF(add_options), add, STORE_KNOWN, "Makes a series and prints its id."},
  {"list", "", 0, 0, CONSOLE_OPTIONS_OF(list_options), list, STORE_KNOWN, "Lists series, the newest first."},
  {"show", "SERIES", 1, 1, CONSOLE_OPTIONS_OF(show_options), show, STORE_KNOWN, "Lists the rooms of a series."},
  {"rename", "SERIES TITLE", 2, 2, NULL, 0, rename_series, STORE_KNOWN, "Gives it another title."},
  {"remove", "SERIES", 1, 1, CONSOLE_OPTIONS_OF(remove_options), remove_series, STORE_KNOWN,
   "Removes a series for good."},
};

const struct console_group series_group = {"series", "Rooms that belong together: one ticket opens them all.", actions,
                                           sizeof actions / sizeof actions[0]};
