/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One set of error codes for the whole program. Functions return 0 or one of these (all negative);
 * results come by the last arguments and are valid only after 0. */
#ifndef TESTUDO_BASE_ERR_H
#define TESTUDO_BASE_ERR_H

enum err {
  ERR_OK = 0,
  ERR_TRUNCATED = -1,   /* the input ends before the field does */
  ERR_MALFORMED = -2,   /* the input breaks its own format */
  ERR_UNSUPPORTED = -3, /* well formed, but something we do not speak or do not allow */
  ERR_LIMIT = -4,       /* a table or a buffer of fixed size is full (see limits.h) */
  ERR_NOMEM = -5,       /* the allocator failed; only at set-up, never per packet */
  ERR_CRYPTO = -6,      /* a cryptographic library failed for a reason of its own */
  ERR_AUTH = -7,        /* an authentication tag, a MAC or a fingerprint is wrong */
  ERR_REPLAY = -8,      /* seen before, or too old to tell */
  ERR_STATE = -9,       /* not allowed in the present state */
  ERR_NOT_FOUND = -10,  /* no such object, or an id of a past generation */
  ERR_REFUSED = -11,    /* understood and refused by policy */
  ERR_IO = -12,         /* a system call failed; errno tells */
  ERR_AGAIN = -13,      /* not now: more input or another try is needed */
  ERR_CLOSED = -14,     /* the peer ended the connection */
  ERR_RANGE = -15,      /* a number is outside what the field allows */
};

/* A short constant English text for a log line ("truncated"); "unknown error" for any other value. */
const char *err_text(int err);

#endif
