/* SPDX-License-Identifier: GPL-3.0-or-later */
/* E-mail addresses, as far as this server sends to them: ASCII, an unquoted local part and a domain of names (RFC 5321,
 * section 4.1.2, without quoted strings and address literals). What passes has no byte that means something in a header
 * or in SMTP. */
#ifndef TESTUDO_CLI_MAILBOX_H
#define TESTUDO_CLI_MAILBOX_H

#include <stdbool.h>

#include "base/bytes.h"

bool mailbox_is_address(struct span address);

/* Splits "Name <address>", or an address alone (then `name` is empty); both point into `text`. ERR_MALFORMED. */
int mailbox_parse(struct span text, struct span *name, struct span *address);

#endif
