/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo serve`: options, configuration, and on to the supervisor. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/arguments.h"
#include "cli/supervisor.h"

static void print_help(void)
{
  puts("Usage: testudo serve [--config FILE] [--OPTION VALUE]...\n"
       "\n"
       "Serves meetings until it is interrupted. Options are read from FILE, when there is one, as lines\n"
       "\"option = value\" with '_' for '-'; the command line goes first. Everything is secure as it is:\n"
       "no option switches a protection off.\n");
  arguments_print_config_help();
  config_print_help(stdout);
  puts("  --help\n"
       "      This text.");
}

static int usage(char error[CONFIG_ERROR], const char *argument, const char *what)
{
  snprintf(error, CONFIG_ERROR, "%.200s: %s. Mend: testudo serve --help shows what there is.", argument, what);
  return ERR_MALFORMED;
}

/* "--name=value" or "--name value". */
static int next_option(int argc, char **argv, int *i, struct argument *a, char error[CONFIG_ERROR])
{
  const char *given = argv[*i];
  int err = argument_split(given, a);
  if (err != 0)
    return usage(error, given, err == ERR_RANGE ? "there is no such option" : "this is not an option");
  if (a->value == NULL && *i + 1 < argc)
    a->value = argv[++*i];
  return a->value != NULL ? 0 : usage(error, given, "its value is missing");
}

static int load(struct config *c, int argc, char **argv, char error[CONFIG_ERROR])
{
  struct argument list[OPTION_COUNT + 1]; /* as many as there are: more are given twice */
  size_t n = 0;
  for (int i = 0; i < argc; i++) {
    if (n == sizeof list / sizeof list[0])
      return usage(error, argv[i], "too many options");
    int err = next_option(argc, argv, &i, &list[n++], error);
    if (err != 0)
      return err;
  }
  return arguments_load(c, list, n, error);
}

int serve_main(int argc, char **argv)
{
  static struct config config;
  char error[CONFIG_ERROR];
  if (arguments_ask_help(argc, argv)) {
    print_help();
    return EXIT_SUCCESS;
  }
  if (load(&config, argc, argv, error) != 0) {
    fprintf(stderr, "%s\n", error);
    return EXIT_USAGE;
  }
  log_open("supervisor", config.log_level);
  return supervisor_run(&config) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
