/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time-based one-time passwords (RFC 6238 over RFC 4226) as all authenticator apps have them: HMAC-SHA-1, 6 digits, 30 s. */
#ifndef TESTUDO_AUTH_TOTP_H
#define TESTUDO_AUTH_TOTP_H

#include "base/bytes.h"
#include "base/random.h"
#include "store/store_people.h"

#define TOTP_DIGITS 6
#define TOTP_STEP_S 30
#define TOTP_BASE32_BYTES 33 /* the secret as text for typing, and a zero */
#define TOTP_URI_BYTES 2048

void totp_secret_make(const struct random *random, uint8_t secret[TOTP_SECRET_BYTES]);

/* The password of one step (RFC 4226, section 5.3) with 6 to 8 digits and a zero. ERR_CRYPTO. */
int totp_code(const uint8_t secret[TOTP_SECRET_BYTES], uint64_t step, unsigned digits, char code[9]);

/* Whether what was typed (spaces and hyphens are ignored) is the password of the present step, the one before or the one
 * after: clocks differ. All three are compared, in constant time. 0 with the step, which the caller hands to
 * store_totp_use: only its 0 means that the code was not used before. ERR_AUTH: wrong. ERR_MALFORMED: not six digits.
 * ERR_CRYPTO. */
int totp_check(const uint8_t secret[TOTP_SECRET_BYTES], uint64_t now_s, struct span typed, uint64_t *step);

/* The secret in base32 (RFC 4648, section 6). Wipe it after use. */
void totp_secret_text(const uint8_t secret[TOTP_SECRET_BYTES], char text[TOTP_BASE32_BYTES]);

/* The address that apps read as a QR code: otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=ISSUER&algorithm=SHA1&digits=6
 * &period=30. All but letters, digits and "-._~" of both texts is percent-encoded. ERR_LIMIT: too long (`uri` is then "").
 * Holds the secret: wipe it after use. */
int totp_uri(const char *issuer, const char *account, const uint8_t secret[TOTP_SECRET_BYTES], char uri[TOTP_URI_BYTES]);

#endif
