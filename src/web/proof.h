/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs: what a browser adds to each request of its session, made with a key that cannot leave it, so that a copied
 * cookie is worth nothing (A3) and a recorded request runs once (A2, with nonce.h). docs/API.md, section 2.
 *
 *   Testudo-Proof: v1 NONCE SIGNATURE        both base64url without padding
 *
 * The signature is ECDSA with P-256 and SHA-256 (FIPS 186-5), r and s as 32 bytes each, over the text
 *
 *   testudo proof v1 \n METHOD \n TARGET \n base64url(SHA-256(body)) \n NONCE \n ORIGIN        (no blanks)
 *
 * A second signature (r, -s) can be made from any first one without the key. It proves nothing more than the first
 * did, and its nonce is used up: replays are the nonces' matter, not the signature's. */
#ifndef TESTUDO_WEB_PROOF_H
#define TESTUDO_WEB_PROOF_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "store/store_sessions.h"
#include "web/token.h"

#define PROOF_SIGNATURE_BYTES 64
#define PROOF_SIGNATURE_TEXT 86
#define PROOF_KEY_TEXT 86
#define PROOF_HEADER_TEXT (3 + TOKEN_TEXT + 1 + PROOF_SIGNATURE_TEXT)
#define PROOF_TEXT_BYTES (LIMIT_PROOF_TARGET + 512) /* enough for the text of any request and origin */

struct proof {
  uint8_t nonce[TOKEN_BYTES];
  uint8_t signature[PROOF_SIGNATURE_BYTES];
};

/* What was really received, never what the proof says of it. */
struct proof_request {
  struct span method; /* "POST" */
  struct span target; /* path and query, as proof_put_target writes them */
  struct span body;   /* empty: none */
  struct span origin; /* the one of our own origins that was asked */
};

/* The header's value: exactly this length and form. ERR_MALFORMED, also for base64url that is not canonical and for
 * two headers that were joined into one. */
int proof_parse(struct span header, struct proof *proof);

/* Writes a path and its arguments, decoded as the HTTP library gives them, in the one form that is signed: every byte
 * but A-Z a-z 0-9 - . _ ~, "/" in the path, and the first "=" of an argument, as %XX. Arguments keep their order. */
void proof_put_target(struct writer *w, struct span path, const struct span *arguments, size_t n);

/* Writes the text that is signed. ERR_MALFORMED: the request has a byte that is none of its place (so that no two
 * requests have the same text). ERR_LIMIT: the target is longer than LIMIT_PROOF_TARGET or `w` is full. */
int proof_put_text(struct writer *w, const struct proof_request *request, const uint8_t nonce[TOKEN_BYTES]);

/* A browser's public key: x and y, base64url, PROOF_KEY_TEXT characters. ERR_MALFORMED, also for what is no point of
 * the curve. */
int proof_key_from_text(struct span text, uint8_t key[SESSION_KEY_BYTES]);

/* Whether the holder of `key` signed this very request. ERR_AUTH: no. ERR_MALFORMED, ERR_LIMIT: as proof_put_text.
 * ERR_CRYPTO: the library failed or the key is none, which says nothing about who asks. */
int proof_verify(const struct proof *proof, const uint8_t key[SESSION_KEY_BYTES], const struct proof_request *request);

#endif
