/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of `testudo user` only looks. */
#ifndef TESTUDO_CLI_COMMAND_USER_H
#define TESTUDO_CLI_COMMAND_USER_H

#include "cli/commands.h"

int user_list(struct console *c);
int user_show(struct console *c);
int user_sessions(struct console *c);

#endif
