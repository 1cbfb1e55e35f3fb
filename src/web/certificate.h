/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificate of the local profile: made by the server itself at the first start, for this machine's own names. */
#ifndef TESTUDO_WEB_CERTIFICATE_H
#define TESTUDO_WEB_CERTIFICATE_H

#include <stdint.h>

#include "web/fingerprint.h"

#define CERTIFICATE_DAYS 365
#define CERTIFICATE_RENEW_DAYS 30 /* made anew at the start when no more are left */

/* Sees to it that the two PEM files hold a key and a certificate that belong together and last; makes both if not:
 * ECDSA P-256 for localhost, 127.0.0.1 and ::1, the key readable by its owner alone (0600). Files appear whole or
 * not at all, and a pair that was interrupted half-way is made again. `now_s` is Unix time. ERR_IO, ERR_CRYPTO. */
int certificate_ensure(const char *certificate_path, const char *key_path, int64_t now_s);

/* SHA-256 of the first certificate in a PEM file, as browsers show it. ERR_IO, ERR_MALFORMED. */
int certificate_fingerprint(const char *certificate_path, char text[FINGERPRINT_TEXT]);

/* When it ends, in Unix time. Errors as above. */
int certificate_end(const char *certificate_path, int64_t *end_s);

#endif
