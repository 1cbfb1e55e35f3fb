/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo ticket`: one person's right to enter one room or the rooms of one series. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/console_print.h"
#include "people/tickets.h"
#include "people/words.h"

static const struct uid none;

/* --- what a ticket is for --- */

/* By --room or --series, which exclude each other. `needed`: one of them must be there. */
static int read_target(struct console *c, bool needed, struct uid *room, struct uid *series)
{
  const char *room_text = console_option(c, "room"), *series_text = console_option(c, "series");
  struct store_room r;
  struct series s;
  *room = *series = none;
  if (room_text != NULL && series_text != NULL)
    return console_usage(c, "a ticket is for a room or for a series. Mend: give one of --room and --series.");
  if (room_text == NULL && series_text == NULL)
    return needed ? console_usage(c, "for what? Mend: give --room ROOM or --series SERIES.") : 0;
  int code = room_text != NULL ? console_room(c, room_text, &r) : console_series(c, series_text, &s);
  if (code == 0 && room_text != NULL)
    *room = r.id;
  else if (code == 0)
    *series = s.id;
  return code;
}

static struct span option_text(struct console *c, const char *name)
{
  const char *text = console_option(c, name);
  return text == NULL ? span_of(NULL, 0) : span_str(text);
}

static struct ticket_text texts_of(struct console *c, const char *email)
{
  return (struct ticket_text){
      .email = email == NULL ? span_of(NULL, 0) : span_str(email),
      .role = option_text(c, "role"),
      .from = option_text(c, "from"),
      .until = option_text(c, "until"),
      .reference = option_text(c, "reference"),
  };
}

static int read_ticket(struct console *c, const char *email, struct ticket *t)
{
  const struct ticket_text text = texts_of(c, email);
  return console_rule(c, ticket_read(&text, c->now_s, t));
}

/* --- showing --- */

static json_t *ticket_json(struct console *c, const void *row)
{
  const struct ticket *t = row;
  (void)c;
  return json_pack("{so so so ss ss so so so so sb so so}", "id", json_id(&t->id), "room", json_id(&t->room), "series",
                   json_id(&t->series), "email", t->email, "role", role_word(t->role), "from", json_time(t->from_s),
                   "until", json_time(t->until_s), "revoked", json_time(t->revoked_s), "created",
                   json_time(t->created_s), "in_use", !uid_is_none(&t->session), "reference", json_text(t->reference),
                   "issuer", json_text(t->issuer));
}

static const char *state_text(const struct ticket *t, uint64_t now_s)
{
  if (t->revoked_s != 0)
    return "revoked";
  if (t->until_s != 0 && t->until_s <= now_s)
    return "over";
  if (t->from_s > now_s)
    return "early";
  return uid_is_none(&t->session) ? "free" : "in use";
}

static void ticket_cells(struct console *c, const void *row, struct table *t)
{
  const struct ticket *ticket = row;
  table_add_id(t, &ticket->id);
  table_add(t, state_text(ticket, c->now_s));
  table_add(t, role_word(ticket->role));
  table_add_time(t, ticket->from_s);
  table_add_time(t, ticket->until_s);
  table_add(t, ticket->email);
  table_add(t, ticket->reference);
}

/* What is listed: one person's, or those of a room, of a series, or all. */
struct wanted {
  const char *email; /* NULL: of everybody */
  struct uid room, series;
};

static int read_tickets(struct console *c, const void *of, struct page page, void *rows, size_t *n)
{
  const struct wanted *w = of;
  return w->email != NULL ? store_ticket_list_email(c->store, w->email, page, rows, n)
                          : store_ticket_list(c->store, &w->room, &w->series, page, rows, n);
}

static int print_list(struct console *c, const struct wanted *w)
{
  static const char *const header[] = {"TICKET", "STATE", "ROLE", "FROM", "UNTIL", "EMAIL", "REFERENCE"};
  static const struct list_kind kind = {
    .name = "tickets",
    .nothing = "There are no tickets.",
    .header = header,
    .columns = 7,
    .row_size = sizeof(struct ticket),
    .read = read_tickets,
    .to_json = ticket_json,
    .to_cells = ticket_cells,
  };
  return list_print(c, &kind, w, LIST_ALL);
}

static int list(struct console *c)
{
  struct wanted w = {0};
  char email[EMAIL_BYTES];
  const char *text = console_option(c, "email");
  int code = read_target(c, false, &w.room, &w.series);
  if (code == 0 && text != NULL && !(uid_is_none(&w.room) && uid_is_none(&w.series)))
    return console_usage(c, "--email lists one person's tickets for all rooms. Mend: leave --room and --series out.");
  if (code == 0 && text != NULL)
    code = console_email(c, text, email);
  w.email = text != NULL ? email : NULL;
  return code == 0 ? print_list(c, &w) : code;
}

/* --- issuing --- */

static int begin_ticket(struct console *c, struct ticket *t)
{
  *t = (struct ticket){.role = ROLE_PARTICIPANT, .created_s = c->now_s, .issuer = "cli"};
  return read_target(c, true, &t->room, &t->series);
}

static int add(struct console *c)
{
  struct ticket t;
  char id[TOKEN_TEXT + 1];
  int code = begin_ticket(c, &t);
  if (code == 0)
    code = read_ticket(c, c->argument[0], &t);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  const struct ticket wanted = t;
  int err = console_end(c, store_ticket_add(c->store, &t), "ticket_issued", t.email, "%s", role_word(t.role));
  if (err == ERR_STATE)
    return console_fail(c,
                        "the reference \"%s\" has its ticket already, for %s. Mend: give another reference, or none.",
                        wanted.reference, t.email);
  if (err != 0)
    return console_store_error(c, err);
  if (console_flag(c, "json"))
    json_print(ticket_json(c, &t));
  else
    printf("%s\n", id_text(&t.id, id));
  return 0;
}

/* All of a file, or of what is piped in. */
static int read_file(struct console *c, const char *name, char **text, size_t *n)
{
  FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
  if (f == NULL)
    return console_fail(c, "%s cannot be read. Mend: name a file that is there, and that %s may read.", name,
                        console_user(c));
  *text = malloc(LIMIT_CSV_BYTES + 1);
  *n = *text != NULL ? fread(*text, 1, LIMIT_CSV_BYTES + 1, f) : 0;
  bool failed = *text == NULL || ferror(f) != 0;
  if (f != stdin)
    (void)fclose(f);
  if (!failed)
    return 0;
  free(*text);
  return console_fail(c, "%s cannot be read. Mend: name a file of text.", name);
}

static int import_table(struct console *c, struct span table, const struct ticket *defaults)
{
  struct ticket_import import;
  int code = console_begin(c);
  if (code != 0)
    return code;
  int err = ticket_import(c->store, table, defaults, c->now_s, &import);
  err = console_end(c, err, "tickets_imported", "", "%zu issued, %zu known already", import.issued, import.known);
  if (err == ERR_MALFORMED)
    return console_usage(c, "%s:%u: %s Nothing was issued.", c->argument[0], import.line, import.problem);
  if (err != 0)
    return console_store_error(c, err);
  if (console_flag(c, "json"))
    json_print(json_pack("{sI sI}", "issued", (json_int_t)import.issued, "known", (json_int_t)import.known));
  else
    printf("Issued: %zu. Had theirs already: %zu.\n", import.issued, import.known);
  return 0;
}

static int import_file(struct console *c)
{
  struct ticket defaults;
  char *text = NULL;
  size_t n = 0;
  int code = begin_ticket(c, &defaults);
  if (code == 0)
    code = read_file(c, c->argument[0], &text, &n);
  if (code != 0)
    return code;
  code = import_table(c, span_of(text, n), &defaults);
  free(text);
  return code;
}

/* --- changing --- */

static int find_ticket(struct console *c, struct ticket *t)
{
  struct uid id;
  int code = console_id(c, "ticket", c->argument[0], &id);
  if (code != 0)
    return code;
  int err = store_ticket_get(c->store, &id, t);
  if (err == ERR_NOT_FOUND)
    return console_fail(c, "there is no such ticket. Mend: testudo ticket list shows all.");
  return console_store_error(c, err);
}

static int set(struct console *c)
{
  struct ticket t;
  int code = console_begin(c);
  if (code == 0)
    code = find_ticket(c, &t);
  if (code == 0 && t.revoked_s != 0)
    code = console_fail(c, "this ticket is revoked. Mend: issue a new one.");
  if (code == 0)
    code = read_ticket(c, NULL, &t);
  if (code != 0) {
    store_rollback(c->store);
    return code;
  }
  int err = console_end(c, store_ticket_set(c->store, &t), "ticket_changed", t.email, "%s", role_word(t.role));
  return console_store_error(c, err);
}

static int revoke(struct console *c)
{
  struct ticket t;
  int code = find_ticket(c, &t);
  if (code == 0)
    code = console_begin(c);
  if (code != 0)
    return code;
  int err = store_ticket_revoke(c->store, &t.id, c->now_s);
  err = console_end(c, err, "ticket_revoked", t.email, "who is in by it is out");
  if (err == 0)
    printf("Revoked: the ticket of %s.\n", t.email);
  return console_store_error(c, err);
}

/* --- the group --- */

#define TARGET                                                                                                         \
  {"room", "ROOM", "The room, by its id or address."},                                                                 \
  {"series", "SERIES", "The series, by its id."}
#define WINDOW                                                                                                         \
  {"role", "ROLE", "viewer, participant or speaker."},                                                                 \
  {"from", "TIME", "From when on, such as 2026-12-01T17:00:00Z; 0: at once."},                                         \
  {"until", "TIME", "Until when; 0: without an end."}

static const struct console_option add_options[] = {
  TARGET,
  WINDOW,
  {"reference", "TEXT", "Your number of the order: it gets one ticket only."},
  CONSOLE_JSON,
};
static const struct console_option import_options[] = {TARGET, CONSOLE_JSON};
static const struct console_option list_options[] = {
  TARGET,
  {"email", "EMAIL", "Those of one person, for all rooms."},
  CONSOLE_JSON,
};
static const struct console_option set_options[] = {WINDOW};

static const struct console_action actions[] = {
  {"add", "EMAIL", 1, 1, CONSOLE_OPTIONS_OF(add_options), add, STORE_KNOWN,
   "Issues a ticket to one person and prints its id."},
  {"import", "FILE", 1, 1, CONSOLE_OPTIONS_OF(import_options), import_file, STORE_KNOWN,
   "Issues the tickets of a table (CSV; - for what is piped in), all or none. Its first line names the columns: "
   "email, and as "
   "wished role, from, until, reference."},
  {"list", "", 0, 0, CONSOLE_OPTIONS_OF(list_options), list, STORE_KNOWN, "Lists tickets, the newest first."},
  {"set", "TICKET", 1, 1, CONSOLE_OPTIONS_OF(set_options), set, STORE_KNOWN, "Changes role and time of a ticket."},
  {"revoke", "TICKET", 1, 1, NULL, 0, revoke, STORE_KNOWN, "Takes a ticket back: who is in by it is out."},
};

const struct console_group ticket_group = {"ticket", "Tickets: one person's right to enter a room or a series.",
                                           actions, sizeof actions / sizeof actions[0]};
