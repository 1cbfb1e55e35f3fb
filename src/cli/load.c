/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `testudo load`: goes on as testudo-load, which has the TLS and the JSON that this program does not. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/process.h"

int load_main(int argc, char **argv)
{
  char path[PATH_MAX], name[] = "testudo-load";
  char **arguments = calloc((size_t)argc + 2, sizeof *arguments);
  if (process_find(name, "load", path, sizeof path) != 0) {
    fputs("testudo load: the program testudo-load is missing. Mend: install Testudo as a whole.\n", stderr);
  } else if (arguments != NULL) {
    arguments[0] = name;
    memcpy(arguments + 1, argv, (size_t)argc * sizeof *argv);
    (void)execv(path, arguments);
    perror("testudo load");
  }
  free(arguments);
  return EXIT_FAILURE;
}
