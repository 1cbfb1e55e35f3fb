/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the browser says about a ceremony (WebAuthn Level 2, section 5.8.1): JSON. */
#ifndef TESTUDO_AUTH_PASSKEY_CLIENT_DATA_H
#define TESTUDO_AUTH_PASSKEY_CLIENT_DATA_H

#include "base/bytes.h"

#define CLIENT_DATA_BYTES 2048
#define CHALLENGE_BYTES 32

/* 0 if `json` is one object without duplicate keys, of this type ("webauthn.create", "webauthn.get"), for exactly this
 * challenge and origin, and not from within a foreign page. ERR_LIMIT, ERR_MALFORMED; ERR_AUTH for another type,
 * challenge or origin. */
int client_data_check(struct span json, const char *type, const uint8_t challenge[CHALLENGE_BYTES], const char *origin);

#endif
