/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo load` and `testudo assets` go on as programs of their own, which have what this one does not: TLS, the
 * page. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/process.h"

static int go_on(const char *command, char *name, const char *folder, int argc, char **argv)
{
  char path[PATH_MAX];
  char **arguments = calloc((size_t)argc + 2, sizeof *arguments);
  if (process_find(name, folder, path, sizeof path) != 0) {
    (void)fprintf(stderr, "testudo %s: the program %s is missing. Mend: install Testudo as a whole.\n", command, name);
  } else if (arguments != NULL) {
    arguments[0] = name;
    memcpy(arguments + 1, argv, (size_t)argc * sizeof *argv);
    (void)execv(path, arguments);
    (void)fprintf(stderr, "testudo %s: %s\n", command, strerror(errno));
  }
  free(arguments);
  return EXIT_FAILURE;
}

int load_main(int argc, char **argv)
{
  char name[] = "testudo-load";
  return go_on("load", name, "load", argc, argv);
}

int assets_main(int argc, char **argv)
{
  char name[] = "testudo-assets";
  return go_on("assets", name, "web", argc, argv);
}
