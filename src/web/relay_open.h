/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTUDO_WEB_RELAY_OPEN_H
#define TESTUDO_WEB_RELAY_OPEN_H

#include "cli/config.h"
#include "web/relay.h"

/* Reads address and secret of the relay, if one is configured, before files are out of reach. ERR_REFUSED: logged with
 * the mend. */
int relay_open(const struct config *config, struct relay *relay);

#endif
