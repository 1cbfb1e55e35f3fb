/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sub-commands of `testudo`. Each gets what follows its name and returns the exit code: 0, 1 for a failure,
 * 2 for a wrong command line or configuration. */
#ifndef TESTUDO_CLI_COMMANDS_H
#define TESTUDO_CLI_COMMANDS_H

int serve_main(int argc, char **argv);

#endif
