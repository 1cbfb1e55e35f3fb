/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo serve`: options, configuration, and on to the supervisor. */
#include "cli/commands.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/config.h"
#include "cli/supervisor.h"

#define DEFAULT_FILE "testudo.conf"
#define EXIT_USAGE 2

static void print_help(void)
{
  puts("Usage: testudo serve [--config FILE] [--OPTION VALUE]...\n"
       "\n"
       "Serves meetings until it is interrupted. Options are read from FILE, when there is one, as lines\n"
       "\"option = value\" with '_' for '-'; the command line goes first. Everything is secure as it is:\n"
       "no option switches a protection off.\n"
       "\n"
       "  --config FILE   (default: " DEFAULT_FILE ")\n"
       "      The configuration file. testudo.conf.example explains all options.");
  config_print_help(stdout);
  puts("  --help\n"
       "      This text.");
}

static int usage(char error[CONFIG_ERROR], const char *argument, const char *what)
{
  snprintf(error, CONFIG_ERROR, "%.200s: %s. Mend: testudo serve --help shows what there is.", argument, what);
  return ERR_MALFORMED;
}

struct option {
  char name[64]; /* without the dashes */
  const char *value;
};

/* "--name=value" or "--name value". */
static int next_option(int argc, char **argv, int *i, struct option *o, char error[CONFIG_ERROR])
{
  const char *given = argv[*i];
  if (strncmp(given, "--", 2) != 0)
    return usage(error, given, "this is not an option");
  size_t n = strcspn(given + 2, "=");
  if (n >= sizeof o->name)
    return usage(error, given, "there is no such option");
  memcpy(o->name, given + 2, n);
  o->name[n] = '\0';
  if (given[2 + n] == '=') {
    o->value = given + 2 + n + 1;
    return 0;
  }
  if (*i + 1 == argc)
    return usage(error, given, "its value is missing");
  o->value = argv[++*i];
  return 0;
}

static bool wants_help(int argc, char **argv)
{
  for (int i = 0; i < argc; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
      return true;
  return false;
}

/* The file named by --config, or the default one if it exists, or NULL. */
static int find_file(int argc, char **argv, const char **file, char error[CONFIG_ERROR])
{
  struct option o;
  *file = access(DEFAULT_FILE, F_OK) == 0 ? DEFAULT_FILE : NULL;
  for (int i = 0; i < argc; i++) {
    int err = next_option(argc, argv, &i, &o, error);
    if (err != 0)
      return err;
    if (strcmp(o.name, "config") == 0)
      *file = o.value;
  }
  return 0;
}

static int set_options(struct config *c, int argc, char **argv, char error[CONFIG_ERROR])
{
  struct option o;
  int err = 0;
  for (int i = 0; err == 0 && i < argc; i++) {
    err = next_option(argc, argv, &i, &o, error);
    if (err == 0 && strcmp(o.name, "config") != 0)
      err = config_set_argument(c, o.name, o.value, error);
  }
  return err;
}

/* The processors that this process may use: fewer than the machine's in a container. */
static unsigned cores(void)
{
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

/* Defaults, then the file, then the command line. */
static int load(struct config *c, int argc, char **argv, char error[CONFIG_ERROR])
{
  const char *file;
  config_init(c);
  int err = find_file(argc, argv, &file, error);
  if (err == 0 && file != NULL)
    err = config_read_file(c, file, error);
  if (err == 0)
    err = set_options(c, argc, argv, error);
  if (err == 0)
    err = config_finish(c, cores(), error);
  return err;
}

int serve_main(int argc, char **argv)
{
  static struct config config;
  char error[CONFIG_ERROR];
  if (wants_help(argc, argv)) {
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
