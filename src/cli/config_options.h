/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of options: names, texts for --help, and how a value is read. */
#ifndef TESTUDO_CLI_CONFIG_OPTIONS_H
#define TESTUDO_CLI_CONFIG_OPTIONS_H

#include <stddef.h>

#include "cli/config.h"

struct config_row {
  const char *name;    /* in the file; on the command line with '-' for '_' */
  const char *value;   /* what stands for it in --help: "PORT" */
  const char *initial; /* the default, read as a value; NULL: nothing is set */
  const char *shown;   /* the default as --help shows it, where that differs */
  const char *help;
  const char *wants;   /* completes "Mend: give ..." */
  int (*read)(struct config *c, const char *value); /* ERR_MALFORMED or ERR_RANGE */
};

extern const struct config_row config_rows[OPTION_COUNT];

#endif
