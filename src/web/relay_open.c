/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/relay_open.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/secret_file.h"

_Static_assert(RELAY_SECRET_BYTES == SECRET_LINE_BYTES, "the file's line is the secret");
_Static_assert(RELAY_URL_BYTES >= CONFIG_ORIGIN, "any address that the configuration takes");

#define SHORTEST_SECRET 32

int relay_open(const struct config *config, struct relay *relay)
{
  char where[CONFIG_PATH + 16];
  (void)snprintf(relay->url, sizeof relay->url, "%s", config->turn_url);
  int err = secret_file_line(config, OPTION_TURN_SECRET_FILE, config->turn_secret_file, relay->secret);
  if (err != 0 || relay->url[0] == '\0' || strlen(relay->secret) >= SHORTEST_SECRET)
    return err;
  log_error("%s: who knows a few passes could guess this secret. Mend: make one with: openssl rand -hex 32",
            config_where(config, OPTION_TURN_SECRET_FILE, where));
  return ERR_REFUSED;
}
