/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SHA-256 fingerprint as certificates are shown: "AB:CD:..." (RFC 8122, section 5). */
#ifndef TESTUDO_WEB_FINGERPRINT_H
#define TESTUDO_WEB_FINGERPRINT_H

#include <stdint.h>

#define FINGERPRINT_BYTES 32
#define FINGERPRINT_TEXT (3 * FINGERPRINT_BYTES) /* with the terminating zero */

/* Returns `text`. */
const char *fingerprint_to_text(const uint8_t hash[FINGERPRINT_BYTES], char text[FINGERPRINT_TEXT]);

#endif
