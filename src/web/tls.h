/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS as we speak it: 1.3 alone, 256-bit ciphers, post-quantum key exchange where the library has it, nothing that
 * can be replayed or resumed (A1, A2, T3, T4). */
#ifndef TESTUDO_WEB_TLS_H
#define TESTUDO_WEB_TLS_H

struct ssl_ctx_st;

/* ERR_CRYPTO: the server must not start. */
int tls_harden(struct ssl_ctx_st *ctx);

#endif
