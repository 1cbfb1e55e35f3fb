/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What authenticators send: authenticator data and attestation objects (WebAuthn Level 2, sections 6.1 and 6.5). Spans
 * stay in the memory of the input. */
#ifndef TESTUDO_AUTH_PASSKEY_DATA_H
#define TESTUDO_AUTH_PASSKEY_DATA_H

#include <stdbool.h>

#include "base/bytes.h"

#define PASSKEY_CREDENTIAL 255 /* bytes of a credential id that we take; the standard allows 1023 */
#define PASSKEY_COORDINATE 32

struct passkey_data {
  struct span rp_id_hash; /* 32 bytes */
  bool present, verified; /* UP, UV */
  uint32_t count;
  /* of registrations */
  bool has_credential;
  struct span credential; /* 1 to PASSKEY_CREDENTIAL bytes */
  struct span x, y;       /* PASSKEY_COORDINATE bytes each: an ES256 key; whether on the curve is not checked here */
};

/* Authenticator data, all of `s`. Extensions are stepped over: we ask for none, and what an authenticator adds by itself
 * changes nothing. ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT; ERR_UNSUPPORTED for a key that is not ES256. */
int passkey_data_parse(struct span s, struct passkey_data *data);

/* The authenticator data in an attestation object of the format "none". ERR_UNSUPPORTED for any other format. */
int passkey_attestation_parse(struct span s, struct span *auth_data);

#endif
