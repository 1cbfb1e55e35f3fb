/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a library must provide to serve as AES-256-GCM backend. Only aead*.c and tests include this. */
#ifndef TESTUDO_PROTO_AEAD_BACKEND_H
#define TESTUDO_PROTO_AEAD_BACKEND_H

#include "proto/aead.h"

struct aead_backend {
  const char *name;
  void *state; /* the library's own, made by start and released by stop */
  void (*stop)(struct aead_backend *b);

  /* key_init writes key->schedule only. key_release frees what the schedule may own; its bytes are wiped afterwards. */
  int (*key_init)(struct aead_key *key, const uint8_t bytes[AEAD_KEY_BYTES]);
  void (*key_release)(struct aead_key *key);

  /* As aead_seal and aead_open. `open` need not clear `out` after ERR_AUTH: aead_open does. */
  int (*seal)(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n, const uint8_t *in,
              size_t n, uint8_t *out, uint8_t *tag);
  int (*open)(const struct aead_key *key, const uint8_t *iv, const uint8_t *aad, size_t aad_n, const uint8_t *in,
              size_t n, uint8_t *out, const uint8_t *tag);
};

/* Fills a zeroed backend, or returns ERR_UNSUPPORTED, ERR_NOMEM or ERR_CRYPTO with nothing to release. */
typedef int aead_starter(struct aead_backend *b);

aead_starter aead_wolfssl_start;
aead_starter aead_ipsec_mb_start; /* only where it is built: TESTUDO_IPSEC_MB */

/* Fills `b` by the first of n starters whose backend starts and passes the self-test; else the last one's error. */
int aead_backend_start(struct aead_backend *b, aead_starter *const *starters, size_t n);

/* Known answers, short and long, and refusal of a wrong tag. ERR_CRYPTO if any differs. */
int aead_self_test(const struct aead_backend *b);

#endif
