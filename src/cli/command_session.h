/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of `testudo session`, which `testudo user sessions` shows, too. */
#ifndef TESTUDO_CLI_COMMAND_SESSION_H
#define TESTUDO_CLI_COMMAND_SESSION_H

#include "cli/commands.h"

/* Of one account, or of all (NULL). Returns the exit code. */
int session_print_list(struct console *c, const struct uid *of);

#endif
