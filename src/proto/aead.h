/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AES-256-GCM with 12-byte nonces and 16-byte tags (NIST SP 800-38D, RFC 5116), and nothing else. Two libraries can do
 * the work: libipsec-mb (amd64, the fast one) and wolfSSL (everywhere). Which one is chosen at run time, once per
 * process.
 *
 * A nonce must never be used twice with one key for different messages: two such messages give away the authentication
 * key. That is the caller's duty; srtp.h says how SRTP keeps it. */
#ifndef TESTUDO_PROTO_AEAD_H
#define TESTUDO_PROTO_AEAD_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define AEAD_KEY_BYTES 32
#define AEAD_IV_BYTES 12
#define AEAD_TAG_BYTES 16
#define AEAD_MESSAGE_BYTES 65535 /* the longest message, and the longest additional data */

struct aead_backend;

enum aead_choice {
  AEAD_FASTEST, /* the first of the others that is built in, that this CPU can run and that passes its self-test */
  AEAD_IPSEC_MB,
  AEAD_WOLFSSL,
};

/* Makes the backend: one per process, before the sandbox closes. It is tested with known answers before it is returned.
 * It and its keys are for one thread. ERR_UNSUPPORTED: not built in, or not for this CPU. ERR_CRYPTO: the self-test
 * failed (AEAD_FASTEST: of all). ERR_NOMEM. */
int aead_backend_new(struct aead_backend **b, enum aead_choice choice);

/* NULL does nothing. All keys made with it must have been wiped before. */
void aead_backend_free(struct aead_backend *b);

/* "ipsec-mb" or "wolfssl": a constant, for logs and for the bench. */
const char *aead_backend_name(const struct aead_backend *b);

/* An expanded key, to be embedded. It must be aligned to 64 bytes, and so must what contains it: static or automatic
 * storage, a slab, or aligned_alloc; never malloc or calloc. */
#define AEAD_SCHEDULE_BYTES 1024
struct aead_key {
  alignas(64) uint8_t schedule[AEAD_SCHEDULE_BYTES];
  const struct aead_backend *backend;
};

/* Expands a key. `b` must outlive it. ERR_CRYPTO leaves the key wiped. */
int aead_key_init(struct aead_key *key, const struct aead_backend *b, const uint8_t bytes[AEAD_KEY_BYTES]);

/* Every byte becomes zero. So a key that was never made is a wiped one: sealing and opening with it is ERR_STATE. */
void aead_key_wipe(struct aead_key *key);

/* Encrypts n bytes of `in` to `out` and makes the tag over `aad` and them. `out` is either `in` itself or apart from
 * it; the tag may stand right behind `out`. n and aad_n may be 0 (the pointers must be valid all the same). ERR_RANGE:
 * more than AEAD_MESSAGE_BYTES. ERR_CRYPTO: the library failed; `out` must not be sent. */
int aead_seal(const struct aead_key *key, const uint8_t iv[AEAD_IV_BYTES], const uint8_t *aad, size_t aad_n,
              const uint8_t *in, size_t n, uint8_t *out, uint8_t tag[AEAD_TAG_BYTES]);

/* The reverse, with the same rules. ERR_AUTH: the tag is wrong, and out[0..n) is zero: nothing of what the forger made
 * us decrypt remains (in place, the ciphertext is gone too). The tag is compared in constant time. Other errors as
 * above. */
int aead_open(const struct aead_key *key, const uint8_t iv[AEAD_IV_BYTES], const uint8_t *aad, size_t aad_n,
              const uint8_t *in, size_t n, uint8_t *out, const uint8_t tag[AEAD_TAG_BYTES]);

#endif
