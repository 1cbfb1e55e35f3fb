/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the outbound process reads from files before it closes the file system to itself: two secrets, which no other
 * process holds, and the certificate authorities. */
#ifndef TESTUDO_OUTBOUND_SECRETS_H
#define TESTUDO_OUTBOUND_SECRETS_H

#include "cli/secret_file.h"

struct secrets {
  char smtp_password[SECRET_LINE_BYTES];
  char sms_secret[SECRET_LINE_BYTES];
  char *authorities; /* PEM */
  size_t authorities_n;
};

/* Reads what is configured. ERR_REFUSED: a file is missing, empty, open to others or not what it should be; logged with
 * its option and the mend. ERR_NOMEM. */
int secrets_read(struct secrets *s, const struct config *config);

/* Wiped. */
void secrets_fini(struct secrets *s);

#endif
