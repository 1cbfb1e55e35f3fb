/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent of all processes: opens the sockets, starts the children, joins them by channels, starts anew what dies,
 * and stops all in order. It reads nothing from the network.
 *
 * Channels: supervisor to each child, and web to each other child. A media process ends when its web channel does, and
 * so does the outbound process: there is one way back for everything, a fresh process with a fresh channel on the old
 * sockets. */
#ifndef TESTUDO_CLI_SUPERVISOR_H
#define TESTUDO_CLI_SUPERVISOR_H

#include "cli/config.h"

/* Serves until SIGINT or SIGTERM. 0 after an orderly stop; an error when the sockets cannot be opened or a child
 * cannot be started, which is logged. `config` has passed config_finish. */
int supervisor_run(const struct config *config);

#endif
