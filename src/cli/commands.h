/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sub-commands of `testudo`. */
#ifndef TESTUDO_CLI_COMMANDS_H
#define TESTUDO_CLI_COMMANDS_H

#include "cli/console.h"

/* With what follows the name. Returns the exit code: 0, 1 for a failure, EXIT_USAGE. */
int serve_main(int argc, char **argv);
int load_main(int argc, char **argv);
int assets_main(int argc, char **argv);

extern const struct console_group user_group, room_group, series_group, ticket_group, session_group, key_group,
  webhook_group, emergency_group, backup_group, restore_group, log_group, turn_group, doctor_group;

#endif
