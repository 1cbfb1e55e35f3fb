/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one-time link by which someone becomes the host of a new meeting. One link is open at a time. */
#ifndef TESTUDO_WEB_HOST_LINK_H
#define TESTUDO_WEB_HOST_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/random.h"
#include "web/token.h"

struct host_link {
  uint8_t hash[32]; /* SHA-256 of the token: the token itself is only in the printed line */
  bool open;
};

/* Opens a new link in place of the old one and gives the token's text (wipe it after use). */
void host_link_renew(struct host_link *link, const struct random *random, char text[TOKEN_TEXT + 1]);

/* Uses the link up. ERR_NOT_FOUND for any token but the open link's: used, replaced or never given out. */
int host_link_use(struct host_link *link, struct span token);

#endif
