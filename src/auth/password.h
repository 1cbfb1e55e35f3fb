/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords as Argon2id strings (RFC 9106) by libsodium, which draws the salt itself. A password is the bytes that the
 * page sends, in UTF-8 and NFC. Hashing takes about 0.3 s and 64 MiB: off the event loop, by pool.h.
 *
 * Timing does not tell whether an account exists: without a hash to compare with, password_verify does the same work on a
 * hash of random bytes that was made at the start with the same cost. (A hash of an earlier cost takes its own time until
 * its owner's next sign-in, when it is made anew.) */
#ifndef TESTUDO_AUTH_PASSWORD_H
#define TESTUDO_AUTH_PASSWORD_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/random.h"
#include "store/store_people.h"

struct password_cost {
  unsigned long long passes;
  size_t memory_bytes;
};

/* 3 passes over 64 MiB: the second choice of RFC 9106, section 4, with libsodium's single lane. */
extern const struct password_cost password_cost_default;

/* Read only after passwords_init: threads may share it. */
struct passwords {
  struct password_cost cost;
  char decoy[PASSWORD_HASH_BYTES]; /* what is compared for accounts that do not exist or have no password */
};

/* ERR_CRYPTO: the memory for one hash is not to be had. Takes as long as one hash. */
int passwords_init(struct passwords *p, const struct password_cost *cost, const struct random *random);

/* The string for the store, zero-padded to its full size. ERR_RANGE: more than LIMIT_PASSWORD_BYTES; ERR_CRYPTO. */
int password_hash(const struct passwords *p, struct span password, char hash[PASSWORD_HASH_BYTES]);

/* 0 or ERR_AUTH. `hash` NULL or "": no such account or no password; takes as long and is ERR_AUTH. ERR_RANGE as above.
 * ERR_CRYPTO: no memory. */
int password_verify(const struct passwords *p, const char *hash, struct span password);

/* True if the string was made with another cost than today's: after a successful sign-in hash again and store. */
bool password_is_stale(const struct passwords *p, const char *hash);

#endif
