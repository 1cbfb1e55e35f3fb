/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a browser is: the SHA-256 of the secret in its cookie. The server keeps and compares only the hash, so that
 * neither its tables nor the time of a look-up give away anything of a cookie. */
#ifndef TESTUDO_WEB_BROWSER_H
#define TESTUDO_WEB_BROWSER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/random.h"
#include "web/token.h"

#define BROWSER_COOKIE "__Host-testudo"
#define BROWSER_DEVICE_COOKIE "__Host-testudo-device" /* a device token (auth/device.h) */

struct browser {
  uint8_t hash[32];
};

bool browser_equal(const struct browser *a, const struct browser *b);

/* Finds our cookie in a Cookie header (RFC 6265, section 4.2). ERR_NOT_FOUND without one, ERR_MALFORMED for one that
 * we never gave out or that is there twice. */
int browser_from_cookies(struct span header, struct browser *browser);

/* The value of another cookie of ours, such as BROWSER_DEVICE_COOKIE; empty if it is missing or there twice. */
struct span cookie_value(struct span header, const char *name);

/* A new secret, its text for Set-Cookie (wipe it after use), and who holds it. */
void browser_new(const struct random *random, char secret[SECRET_TEXT + 1], struct browser *browser);

#endif
