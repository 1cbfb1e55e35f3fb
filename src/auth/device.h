/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Device tokens: by them a browser shows that it has signed in to this account before, also when its session is over. They
 * sign nobody in; they only let guard.h tell the owner from the rest of the world. A token names its account, the device
 * and the end of its life, under a MAC (keyed BLAKE2b) with the server's key: nothing needs to be stored. Kept by the
 * browser in a cookie of its own (HttpOnly, Secure, SameSite=Strict). */
#ifndef TESTUDO_AUTH_DEVICE_H
#define TESTUDO_AUTH_DEVICE_H

#include "base/bytes.h"
#include "base/random.h"
#include "store/store.h"

#define DEVICE_ID_BYTES 16
#define DEVICE_KEY_BYTES 32
#define DEVICE_TOKEN_BYTES (DEVICE_ID_BYTES + 8 + 32)
#define DEVICE_TOKEN_TEXT 75 /* base64url without padding */
#define DEVICE_LIFETIME_S UINT64_C(15552000) /* 180 days */

/* Gives `device` (new, or known from an earlier token: all zero for new) and writes the token with a zero. */
void device_token_make(const uint8_t key[DEVICE_KEY_BYTES], const struct uid *account, uint64_t now_s,
                       const struct random *random, uint8_t device[DEVICE_ID_BYTES], char text[DEVICE_TOKEN_TEXT + 1]);

/* 0 with the device's id. ERR_AUTH: forged, of another account or key, or too old; ERR_MALFORMED: no token. An unknown
 * account is asked with the id none and takes as long. */
int device_token_check(const uint8_t key[DEVICE_KEY_BYTES], const struct uid *account, uint64_t now_s, struct span text,
                       uint8_t device[DEVICE_ID_BYTES]);

#endif
