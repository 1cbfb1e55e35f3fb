/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Failed tries to sign in, counted in memory and written to the log of security events once a minute. Not at once: writing
 * takes milliseconds, by which one could tell an address with an account from one without, and a thousand tries would be a
 * thousand entries of an attacker's choice. Addresses without an account are never written down, only their number. */
#ifndef TESTUDO_WEB_API_FAILURES_H
#define TESTUDO_WEB_API_FAILURES_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define FAILURE_ADDRESSES 64 /* told by name in a minute; of more the number */

enum failure { FAILED_PASSWORD, FAILED_CODE, FAILED_SECOND };
#define FAILURES 3

struct failures {
  struct {
    char email[EMAIL_BYTES];
    uint32_t count[FAILURES];
  } at[FAILURE_ADDRESSES];
  size_t n;
  uint32_t others; /* at addresses that had no place */
  uint32_t copied; /* cookies of guests' sessions that were used with another key */
};

/* `email` is normalised, and may have no account. */
void failure_count(struct failures *f, const char *email, enum failure failure);

/* Guests' sessions are to be had for nothing, and so are copies of their cookies. */
void failure_count_copied(struct failures *f);

struct api;
struct api_time;

/* Writes what was counted, tells owners whose second factor is being guessed, and begins anew. */
void failures_write(struct api *a, const struct api_time *time);

#endif
