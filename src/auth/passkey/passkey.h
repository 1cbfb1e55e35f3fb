/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passkeys (WebAuthn Level 2, sections 7.1 and 7.2; row A8): a key in the person's device signs a challenge of ours, for
 * our origin alone, after the device has made sure that it is the person. ES256 only, attestation "none" only, user
 * verification always. What a phishing page or another session gets is worthless: challenge, origin and rp id are in
 * what is signed. */
#ifndef TESTUDO_AUTH_PASSKEY_PASSKEY_H
#define TESTUDO_AUTH_PASSKEY_PASSKEY_H

#include "auth/passkey/challenge.h"
#include "auth/passkey/passkey_data.h"

#define PASSKEY_SIGNATURE 72 /* most bytes of a DER signature with P-256 */

/* Who we are to the browser: "https://meet.example" and "meet.example". */
struct passkey_site {
  const char *origin, *rp_id;
};

/* What is kept of a passkey. */
struct passkey_credential {
  size_t id_n;
  uint8_t id[PASSKEY_CREDENTIAL];
  uint8_t x[PASSKEY_COORDINATE], y[PASSKEY_COORDINATE];
  uint32_t count; /* 0 for devices that do not count */
};

/* Begins a registration or a sign-in: a challenge for navigator.credentials. Errors as challenges_open. */
int passkey_begin(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                  enum challenge_purpose purpose, uint8_t challenge[CHALLENGE_BYTES]);

/* Ends a registration; uses up the session's challenge in any case. Whether the credential is known already is the
 * caller's to check. ERR_NOT_FOUND: no open challenge. ERR_AUTH: another challenge, origin or rp id, or the person was
 * not verified. ERR_UNSUPPORTED: another algorithm or attestation. ERR_MALFORMED, ERR_TRUNCATED, ERR_LIMIT, ERR_CRYPTO. */
int passkey_register_finish(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                            const struct passkey_site *site, struct span client_data, struct span attestation,
                            struct passkey_credential *credential);

struct passkey_answer {
  struct span client_data, auth_data, signature;
};

/* Ends a sign-in; uses up the session's challenge in any case. `credential` is the one whose id the browser named, found
 * by the caller; its count is to be kept as `count` after 0. Errors as above; ERR_REPLAY: the device's count did not
 * grow, so there may be a copy of it. */
int passkey_sign_in_finish(struct challenges *c, uint64_t now_us, const uint8_t session[CHALLENGE_SESSION],
                           const struct passkey_site *site, const struct passkey_credential *credential,
                           const struct passkey_answer *answer, uint32_t *count);

#endif
