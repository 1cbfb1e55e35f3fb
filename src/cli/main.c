/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command `testudo`: finds the sub-command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"

static const struct console_group *const groups[] = {
  &user_group,      &room_group,   &series_group,  &ticket_group, &session_group, &key_group,    &webhook_group,
  &emergency_group, &backup_group, &restore_group, &log_group,    &turn_group,   &doctor_group,
};

#define GROUPS (sizeof groups / sizeof groups[0])

static void print_help(FILE *out)
{
  fputs("Usage: testudo COMMAND [--help]\n\n", out);
  fprintf(out, "  %-9s %s\n", "serve", "Serves meetings: pages, signalling, sound and pictures.");
  fprintf(out, "  %-9s %s\n", "load", "Brings many people into a meeting, to see before an event that it holds them.");
  fprintf(out, "  %-9s %s\n", "assets", "The page's files with their hashes, and whether a running server has just these.");
  for (size_t i = 0; i < GROUPS; i++)
    fprintf(out, "  %-9s %s\n", groups[i]->name, groups[i]->help);
  fputs("\nAll but these three work beside a running server, which acts on what they change within a second.\n", out);
}

int main(int argc, char **argv)
{
  if (argc > 1 && strcmp(argv[1], "serve") == 0)
    return serve_main(argc - 2, argv + 2);
  if (argc > 1 && strcmp(argv[1], "load") == 0)
    return load_main(argc - 2, argv + 2);
  if (argc > 1 && strcmp(argv[1], "assets") == 0)
    return assets_main(argc - 2, argv + 2);
  for (size_t i = 0; argc > 1 && i < GROUPS; i++)
    if (strcmp(argv[1], groups[i]->name) == 0)
      return console_run(groups[i], argc - 2, argv + 2);
  if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
    print_help(stdout);
    return EXIT_SUCCESS;
  }
  print_help(stderr);
  return EXIT_USAGE;
}
