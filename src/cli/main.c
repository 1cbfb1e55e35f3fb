/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command `testudo`: finds the sub-command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

struct command {
  const char *name;
  int (*run)(int argc, char **argv); /* with what follows the name */
  const char *help;
};

static const struct command commands[] = {
  {"serve", serve_main, "serves meetings: pages, signalling, sound and pictures"},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static void print_help(FILE *out)
{
  fputs("Usage: testudo COMMAND [--help]\n\n", out);
  for (size_t i = 0; i < COMMANDS; i++)
    fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].help);
}

int main(int argc, char **argv)
{
  for (size_t i = 0; argc > 1 && i < COMMANDS; i++)
    if (strcmp(argv[1], commands[i].name) == 0)
      return commands[i].run(argc - 2, argv + 2);
  if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
    print_help(stdout);
    return EXIT_SUCCESS;
  }
  print_help(stderr);
  return 2;
}
