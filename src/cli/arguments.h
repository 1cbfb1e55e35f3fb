/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all commands have in common: "--name value", and the configuration that comes of defaults, the file and
 * these. */
#ifndef TESTUDO_CLI_ARGUMENTS_H
#define TESTUDO_CLI_ARGUMENTS_H

#include "cli/config.h"

#define EXIT_USAGE 2 /* a wrong command line or configuration */

struct argument {
  char name[64]; /* without the dashes */
  const char *value; /* NULL: it has none of its own ("--name" and not "--name=value") */
};

/* Splits "--name" or "--name=value". ERR_MALFORMED: this is not an option; ERR_RANGE: its name is too long for any. */
int argument_split(const char *given, struct argument *a);

/* Whether --help or -h is there. */
bool arguments_ask_help(int argc, char **argv);

/* Defaults, then the file named by "config" (testudo.conf if it exists), then the others. As config_read_file,
 * config_set_argument and config_finish. */
int arguments_load(struct config *c, const struct argument *list, size_t n, char error[CONFIG_ERROR]);

/* What --help says of --config, which no table holds. */
void arguments_print_config_help(void);

#endif
