/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands share that look into the store and change it: `testudo GROUP ACTION ARGUMENT... --option value`.
 *
 * A group is a table of actions, each with its arguments, its options and its function; parsing, help, the
 * configuration, opening the store and the exit code are done here. Options that an action does not know are the
 * configuration's. A change is written to the security log in the same transaction, by "cli". Functions that say so
 * have told the person what is wrong when they return something else than 0, which then is the exit code. */
#ifndef TESTUDO_CLI_CONSOLE_H
#define TESTUDO_CLI_CONSOLE_H

#include "cli/arguments.h"
#include "store/store.h"
#include "store/store_people.h"
#include "store/store_rooms.h"

#define CONSOLE_ARGUMENTS 3
#define CONSOLE_OPTIONS 24

struct console;

struct console_option {
  const char *name;  /* without dashes */
  const char *value; /* what stands for it in --help; NULL: a flag */
  const char *help;
};

enum console_store {
  STORE_KNOWN, /* there must be a database: a wrong folder would otherwise look like an empty server */
  STORE_MAKE,  /* made if there is none */
  STORE_REPLACE, /* its folders are made if there are none; not opened */
  STORE_NONE,  /* not opened; the command stays who it is */
};

struct console_action {
  const char *name;      /* "": the group's only one */
  const char *arguments; /* for --help, such as "EMAIL" */
  size_t least, most;    /* of them */
  const struct console_option *options;
  size_t options_n;
  int (*run)(struct console *c); /* returns the exit code */
  enum console_store store;
  const char *help;
};

struct console_group {
  const char *name, *help;
  const struct console_action *actions;
  size_t actions_n;
};

struct console {
  const struct console_group *group;
  const struct console_action *action;
  struct config config;
  bool became_user;
  struct store *store;
  uint64_t now_s;
  const char *argument[CONSOLE_ARGUMENTS]; /* NULL: not given */
  size_t arguments_n;
  const char *value[CONSOLE_OPTIONS]; /* in the order of the action's options; flags have "" */
};

/* With what follows the group's name. Returns the exit code: 0, 1 for a failure, EXIT_USAGE for wrong input. */
int console_run(const struct console_group *group, int argc, char **argv);
void console_print_help(const struct console_group *group, FILE *out);

/* --- telling --- */

/* "testudo user add: TEXT" on standard error. Return EXIT_FAILURE and EXIT_USAGE. */
int console_fail(const struct console *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int console_usage(const struct console *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* As whom the command works: the name of the configured user when root has become that, else "this user". */
const char *console_user(const struct console *c);
/* For an error of the store that the caller has no words for. 0 for 0. */
int console_store_error(const struct console *c, int err);

/* --- changing --- */

/* Begins a change. 0, or the exit code: told. */
int console_begin(struct console *c);
/* An entry of the log, within the change; the kinds are those of the API. */
int console_note(struct console *c, const char *kind, const char *subject, const char *fmt, ...)
  __attribute__((format(printf, 4, 5)));
/* Ends it: committed when `err` is 0, else everything is undone. Returns `err` or why it failed. */
int console_finish(struct console *c, int err);
/* The same, with an entry of the log when `err` is 0. */
int console_end(struct console *c, int err, const char *kind, const char *subject, const char *fmt, ...)
  __attribute__((format(printf, 5, 6)));

/* --- reading (console_read.c) --- */

/* The value of an option, "" for a flag, NULL when it was not given. */
const char *console_option(const struct console *c, const char *name);
static inline bool console_flag(const struct console *c, const char *name)
{
  return console_option(c, name) != NULL;
}

/* 0, or the exit code: told. Those for options leave the value as it is when the option was not given. */
int console_email(struct console *c, const char *text, char email[EMAIL_BYTES]);
int console_id(struct console *c, const char *what, const char *text, struct uid *id);
int console_yes_or_no(struct console *c, const char *option, bool *value);
int console_number(struct console *c, const char *option, uint32_t least, uint32_t most, uint32_t *value);
int console_role(struct console *c, const char *option, enum room_role *role);
/* `problem` as people/rules.h gives it. */
int console_rule(struct console *c, const char *problem);
int console_account(struct console *c, const char *email, struct account *a);
/* By its id or by its address. */
int console_room(struct console *c, const char *text, struct store_room *room);
int console_series(struct console *c, const char *text, struct series *series);
/* What cannot be taken back is done with --yes only; `what` completes "This ...". */
int console_confirm(struct console *c, const char *what);

/* Of an action: its table and how many there are. */
#define CONSOLE_OPTIONS_OF(table) table, sizeof(table) / sizeof(table)[0]
#define CONSOLE_JSON {"json", NULL, "For scripts: JSON, with the names that the REST API has."}
#define CONSOLE_YES {"yes", NULL, "Yes, do it."}

#endif
