/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/console.h"

#include <ctype.h>
#include <grp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "store/store_log.h"
#include "web/token.h"

#define MESSAGE_BYTES 1024

/* --- telling --- */

/* What was typed stands in messages: nothing of it may be obeyed by a terminal. */
static void tell(const struct console *c, const char *fmt, va_list ap)
{
  char text[MESSAGE_BYTES];
  (void)vsnprintf(text, sizeof text, fmt, ap);
  for (char *p = text; *p != '\0'; p++)
    if (iscntrl((unsigned char)*p))
      *p = '?';
  fprintf(stderr, "testudo %s%s%s: %s\n", c->group->name, c->action != NULL && c->action->name[0] != '\0' ? " " : "",
          c->action != NULL ? c->action->name : "", text);
}

int console_fail(const struct console *c, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  tell(c, fmt, ap);
  va_end(ap);
  return EXIT_FAILURE;
}

int console_usage(const struct console *c, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  tell(c, fmt, ap);
  va_end(ap);
  return EXIT_USAGE;
}

const char *console_user(const struct console *c)
{
  return c->became_user ? c->config.user : "this user";
}

int console_store_error(const struct console *c, int err)
{
  switch (err) {
  case 0: return 0;
  case ERR_LIMIT:
    return console_fail(c, "the store holds as many of these as it may (src/base/limits.h). Mend: remove some.");
  case ERR_NOT_FOUND: return console_fail(c, "it is not there any more. Mend: look at the list again.");
  default: return console_fail(c, "the database failed: %s. Mend: testudo doctor looks for the reason.", err_text(err));
  }
}

/* --- changing --- */

int console_begin(struct console *c)
{
  return console_store_error(c, store_begin(c->store));
}

static int note(struct console *c, const char *kind, const char *subject, const char *fmt, va_list ap)
{
  struct log_event e = {.time_s = c->now_s, .actor = "cli"};
  (void)snprintf(e.kind, sizeof e.kind, "%s", kind);
  (void)snprintf(e.subject, sizeof e.subject, "%s", subject);
  (void)vsnprintf(e.detail, sizeof e.detail, fmt, ap);
  return store_log_add(c->store, &e);
}

int console_note(struct console *c, const char *kind, const char *subject, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  int err = note(c, kind, subject, fmt, ap);
  va_end(ap);
  return err;
}

int console_finish(struct console *c, int err)
{
  if (err == 0)
    return store_commit(c->store);
  store_rollback(c->store);
  return err;
}

int console_end(struct console *c, int err, const char *kind, const char *subject, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  if (err == 0)
    err = note(c, kind, subject, fmt, ap);
  va_end(ap);
  return console_finish(c, err);
}

/* --- help --- */

static void print_action(const struct console_group *g, const struct console_action *a, FILE *out)
{
  fprintf(out, "  testudo %s%s%s%s%s%s\n", g->name, a->name[0] != '\0' ? " " : "", a->name,
          a->arguments[0] != '\0' ? " " : "", a->arguments, a->options_n > 0 ? " [--OPTION]..." : "");
  config_print_wrapped(out, a->help);
}

void console_print_help(const struct console_group *group, FILE *out)
{
  fprintf(out, "%s\n\n", group->help);
  for (size_t i = 0; i < group->actions_n; i++)
    print_action(group, &group->actions[i], out);
  fprintf(out, "\nOptions of each: testudo %s%s --help\n", group->name,
          group->actions_n > 1 || group->actions[0].name[0] != '\0' ? " ACTION" : "");
}

static void print_action_help(const struct console_group *g, const struct console_action *a)
{
  print_action(g, a, stdout);
  puts("");
  for (size_t i = 0; i < a->options_n; i++) {
    const struct console_option *o = &a->options[i];
    printf("  --%s%s%s\n", o->name, o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
    config_print_wrapped(stdout, o->help);
  }
  puts("  --config FILE, --data FOLDER, ...\n"
       "      The server's configuration, as testudo serve --help lists it. Give the same that the server has.");
}

/* --- parsing --- */

static int find_action(struct console *c, const char *name)
{
  const struct console_group *g = c->group;
  char names[256] = "";
  for (size_t i = 0; i < g->actions_n; i++) {
    if (strcmp(g->actions[i].name, name) == 0) {
      c->action = &g->actions[i];
      return 0;
    }
    size_t n = strlen(names);
    (void)snprintf(names + n, sizeof names - n, "%s%s", i > 0 ? ", " : "", g->actions[i].name);
  }
  return console_usage(c, "there is no \"%.40s\". Mend: one of %s.", name, names);
}

static size_t own_option(const struct console *c, const char *name)
{
  size_t i = 0;
  while (i < c->action->options_n && strcmp(c->action->options[i].name, name) != 0)
    i++;
  return i;
}

/* Ids are random: one in 4096 begins like an option. */
static bool is_id(const char *text)
{
  uint8_t id[UID_BYTES];
  return token_from_text(span_str(text), id, sizeof id) == 0;
}

/* What is read of a command line. */
struct parse {
  int argc, i;
  char **argv;
  bool options_over; /* after "--" */
  struct argument config[OPTION_COUNT + 1];
  size_t config_n;
};

static int take_argument(struct console *c, const char *text)
{
  if (c->arguments_n == c->action->most || c->arguments_n == CONSOLE_ARGUMENTS)
    return console_usage(c,
                         "\"%.100s\" is one word too many. Mend: put quotes around what belongs together; --help shows "
                         "what is expected.",
                         text);
  c->argument[c->arguments_n++] = text;
  return 0;
}

static int take_own_option(struct console *c, size_t place, const struct argument *a)
{
  const struct console_option *o = &c->action->options[place];
  if (c->value[place] != NULL)
    return console_usage(c, "--%s: given twice. Mend: give it once.", o->name);
  if (o->value == NULL && a->value != NULL)
    return console_usage(c, "--%s: it takes no value. Mend: leave \"=\" and what follows out.", o->name);
  c->value[place] = o->value == NULL ? "" : a->value;
  return 0;
}

static int take_option(struct console *c, struct parse *p, struct argument *a)
{
  size_t place = own_option(c, a->name);
  if (place == c->action->options_n && strcmp(a->name, "config") != 0 && !config_knows(a->name))
    return console_usage(c, "there is no option --%s. Mend: testudo %s%s%s --help lists them.", a->name, c->group->name,
                         c->action->name[0] != '\0' ? " " : "", c->action->name);
  bool own = place < c->action->options_n, flag = own && c->action->options[place].value == NULL;
  if (!flag && a->value == NULL && p->i + 1 < p->argc)
    a->value = p->argv[++p->i];
  if (!flag && a->value == NULL)
    return console_usage(c, "--%s: its value is missing. Mend: testudo %s --help shows what it takes.", a->name,
                         c->group->name);
  if (own)
    return take_own_option(c, place, a);
  if (p->config_n == sizeof p->config / sizeof p->config[0])
    return console_usage(c, "too many options. Mend: give each once.");
  p->config[p->config_n++] = *a;
  return 0;
}

static int take_word(struct console *c, struct parse *p)
{
  const char *given = p->argv[p->i];
  struct argument a;
  if (!p->options_over && strcmp(given, "--") == 0) {
    p->options_over = true;
    return 0;
  }
  if (p->options_over || given[0] != '-' || given[1] == '\0' || is_id(given))
    return take_argument(c, given);
  if (argument_split(given, &a) != 0)
    return console_usage(c, "\"%.100s\": there is no such option. Mend: --help shows what there is.", given);
  return take_option(c, p, &a);
}

static int parse_words(struct console *c, struct parse *p)
{
  int code = 0;
  for (; code == 0 && p->i < p->argc; p->i++)
    code = take_word(c, p);
  if (code == 0 && c->arguments_n < c->action->least)
    return console_usage(c, "something is missing. Mend: testudo %s%s%s %s", c->group->name,
                         c->action->name[0] != '\0' ? " " : "", c->action->name, c->action->arguments);
  return code;
}

/* --- running --- */

/* What the command makes belongs to the server's user, and what is not that user's is not touched. */
static int become_user(struct console *c, const char *folder)
{
  const struct config *config = &c->config;
  if (geteuid() != 0 || config->uid == 0 || c->action->store == STORE_NONE)
    return 0;
  if (c->action->store != STORE_KNOWN && store_prepare(folder, config->key_file, config->uid, config->gid) != 0)
    return console_fail(c, "the folders of the database cannot be made. Mend: look at the line above.");
  if (initgroups(config->user, config->gid) != 0 || setgid(config->gid) != 0 || setuid(config->uid) != 0)
    return console_fail(c, "it cannot work as the user %s. Mend: start it as that user.", config->user);
  c->became_user = true;
  return 0;
}

static int open_failed(const struct console *c, const char *folder, int err)
{
  switch (err) {
  case ERR_AUTH:
    return console_fail(
        c,
        "the key file %s does not open the database in %s. Mend: put the right one there (chmod 600), or "
        "name it with --key-file.",
        c->config.key_file, folder);
  case ERR_UNSUPPORTED:
    return console_fail(c,
                        "the database in %s is of a newer version of Testudo, or of another program. Mend: use the "
                        "newer program.",
                        folder);
  default:
    return console_fail(c, "the database in %s cannot be opened: %s. Mend: testudo doctor looks for the reason.",
                        folder, err_text(err));
  }
}

static int open_store(struct console *c)
{
  char folder[CONFIG_PATH], file[CONFIG_PATH + 16];
  (void)config_store_folder(&c->config, folder);
  (void)snprintf(file, sizeof file, "%s/testudo.db", folder);
  int code = become_user(c, folder);
  if (code != 0 || c->action->store == STORE_NONE || c->action->store == STORE_REPLACE)
    return code;
  if (c->action->store == STORE_KNOWN && access(file, F_OK) != 0)
    return console_fail(c, "there is no database in %s. Mend: start the server once, or name its folder with --data.",
                        folder);
  int err = store_open(&c->store, folder, c->config.key_file);
  return err == 0 ? 0 : open_failed(c, folder, err);
}

static int run(struct console *c, struct parse *p)
{
  char error[CONFIG_ERROR];
  int code = parse_words(c, p);
  if (code != 0)
    return code;
  if (arguments_load(&c->config, p->config, p->config_n, error) != 0) {
    fprintf(stderr, "%s\n", error);
    return EXIT_USAGE;
  }
  c->now_s = (uint64_t)time(NULL);
  code = open_store(c);
  if (code == 0)
    code = c->action->run(c);
  store_close(c->store);
  if (fflush(stdout) != 0 || ferror(stdout) != 0)
    return console_fail(
        c, "the output could not be written. Mend: look for room on the disk; what was asked for was done.");
  return code;
}

int console_run(const struct console_group *group, int argc, char **argv)
{
  static struct console c;
  static struct parse p;
  c.group = group;
  log_open("testudo", LOG_WARNING);
  if (sodium_init() < 0)
    return EXIT_FAILURE;
  bool only = group->actions[0].name[0] == '\0';
  if (!only && (argc == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
    console_print_help(group, argc == 0 ? stderr : stdout);
    return argc == 0 ? EXIT_USAGE : EXIT_SUCCESS;
  }
  int code = find_action(&c, only ? "" : argv[0]);
  if (code != 0)
    return code;
  p.argc = only ? argc : argc - 1;
  p.argv = only ? argv : argv + 1;
  if (arguments_ask_help(p.argc, p.argv)) {
    print_action_help(group, c.action);
    return EXIT_SUCCESS;
  }
  return run(&c, &p);
}
