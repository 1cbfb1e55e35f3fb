/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Providers of OpenID Connect with the secrets by which they know this server. */
#ifndef TESTUDO_WEB_PROVIDERS_OPEN_H
#define TESTUDO_WEB_PROVIDERS_OPEN_H

#include "cli/config.h"
#include "web/api/api.h"

/* Reads the secrets' files: before the sandbox is entered. `oidc` is NULL without providers; else for api_parts. The
 * operator is told, on the terminal, which redirect addresses are to be registered there. ERR_REFUSED: a file or a client
 * cannot be used, logged with the option and the mend; ERR_NOMEM. */
int providers_open(const struct config *config, const struct site *site, struct oidc **oidc);

#endif
