/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo log`: the security events, and whether somebody has changed them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/console_print.h"
#include "store/store_log.h"

#define SHOWN 50 /* unless told */
#define SHOWN_MOST 1000000

static json_t *event_json(struct console *c, const void *row)
{
  const struct log_event *e = row;
  (void)c;
  return json_pack("{sI so so so so so}", "number", (json_int_t)e->number, "time", json_time(e->time_s), "kind",
                   json_text(e->kind), "actor", json_text(e->actor), "subject", json_text(e->subject), "detail",
                   json_text(e->detail));
}

static void event_cells(struct console *c, const void *row, struct table *t)
{
  const struct log_event *e = row;
  (void)c;
  table_add_number(t, e->number);
  table_add_time(t, e->time_s);
  table_add(t, e->kind);
  table_add(t, e->actor);
  table_add(t, e->subject);
  table_add(t, e->detail);
}

static int read_events(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  return store_log_list(c->store, of, page, rows, n);
}

static int show(struct console *c)
{
  static const char *const header[] = {"NUMBER", "TIME", "WHAT", "BY", "WHOM", "DETAIL"};
  static const struct list_kind events = {
    .name = "events",
    .nothing = "There are no such events.",
    .header = header,
    .columns = 6,
    .row_size = sizeof(struct log_event),
    .read = read_events,
    .to_json = event_json,
    .to_cells = event_cells,
  };
  const char *kind = console_option(c, "kind");
  uint32_t most = SHOWN;
  if (kind != NULL && strlen(kind) >= sizeof((struct log_event *)NULL)->kind)
    return console_usage(c, "--kind: it is too long. Mend: copy a word from the column WHAT.");
  int code = console_number(c, "most", 1, SHOWN_MOST, &most);
  return code == 0 ? list_print(c, &events, kind != NULL ? kind : "", most) : code;
}

static int verify(struct console *c)
{
  uint64_t entries, broken_at;
  char problem[256];
  int err = store_log_verify(c->store, &entries, &broken_at, problem);
  if (err != 0 && err != ERR_AUTH)
    return console_store_error(c, err);
  if (console_flag(c, "json"))
    json_print(json_pack("{sb sI sI so}", "whole", err == 0, "entries", (json_int_t)entries, "broken_at",
                         (json_int_t)broken_at, "problem", json_text(problem)));
  else if (err == 0)
    printf("The log is whole: %" PRIu64 " entries, none changed, none missing.\n", entries);
  if (err == 0)
    return 0;
  return console_fail(c,
                      "the log was changed: %s. Mend: take this machine for broken into: look who could write its "
                      "files, and compare with a backup.",
                      problem);
}

static const struct console_option show_options[] = {
  {"kind", "KIND", "Only events of this kind, such as sign_in."},
  {"most", "NUMBER", "How many, the newest first: 50 unless told."},
  CONSOLE_JSON,
};
static const struct console_option verify_options[] = {CONSOLE_JSON};

static const struct console_action actions[] = {
  {"show", "", 0, 0, CONSOLE_OPTIONS_OF(show_options), show, STORE_KNOWN, "Shows the newest events."},
  {"verify", "", 0, 0, CONSOLE_OPTIONS_OF(verify_options), verify, STORE_KNOWN,
   "Walks the whole chain of entries: finds any that was changed, removed or cut off."},
};

const struct console_group log_group = {"log", "The log of security events.", actions,
                                        sizeof actions / sizeof actions[0]};
