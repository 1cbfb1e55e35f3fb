/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A browser's key, as the page makes it: ECDSA P-256, by which it proves its requests (web/proof.h). */
#ifndef TESTUDO_LOAD_KEY_H
#define TESTUDO_LOAD_KEY_H

#include "web/proof.h"

struct evp_pkey_st;

struct load_key {
  struct evp_pkey_st *pair;
  uint8_t point[SESSION_KEY_BYTES]; /* x and y */
};

/* A new one. ERR_CRYPTO. */
int load_key_new(struct load_key *k);
void load_key_free(struct load_key *k); /* also a zeroed one */

/* The public half as POST /api/v1/session wants it, and a terminating zero. */
void load_key_text(const struct load_key *k, char text[PROOF_KEY_TEXT + 1]);

/* Writes the value of Testudo-Proof for a request with this nonce. ERR_CRYPTO; else as proof_put_text. */
int load_key_prove(const struct load_key *k, const struct proof_request *request, const uint8_t nonce[TOKEN_BYTES],
                   struct writer *w);

#endif
