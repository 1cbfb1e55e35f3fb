/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy on strength, as wolfSSL is told it. dtls_hello.c judges by the same one. */
#include <stdlib.h>

#include "base/err.h"
#include "proto/dtls_internal.h"

/* In the server's order of preference, which is what counts. The suites of DTLS 1.2 are for peers without 1.3. */
static const char suites[] = "TLS13-AES256-GCM-SHA384:TLS13-CHACHA20-POLY1305-SHA256:"
                             "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305";

/* P-256 because RFC 8827 section 6.5 lets peers have nothing else. */
static int groups[] = {WOLFSSL_X25519MLKEM768, WOLFSSL_ECC_X25519, WOLFSSL_ECC_SECP256R1};

#define LEAST_EC_KEY_BITS 256

static bool apply_policy(WOLFSSL_CTX *ctx)
{
  return wolfSSL_CTX_SetMinVersion(ctx, WOLFSSL_DTLSV1_2) == WOLFSSL_SUCCESS &&
         wolfSSL_CTX_set_cipher_list(ctx, suites) == WOLFSSL_SUCCESS &&
         wolfSSL_CTX_set_groups(ctx, groups, sizeof groups / sizeof groups[0]) == WOLFSSL_SUCCESS &&
         wolfSSL_CTX_SetMinEccKey_Sz(ctx, LEAST_EC_KEY_BITS) == WOLFSSL_SUCCESS &&
         wolfSSL_CTX_set_tlsext_use_srtp(ctx, "SRTP_AEAD_AES_256_GCM") == 0; /* as in OpenSSL, 0 is success here */
}

/* wolfSSL makes no server session from a context without a certificate. This one is never shown: each connection
 * replaces it by its own. */
static bool set_placeholder(WOLFSSL_CTX *ctx)
{
  struct cert *cert;
  if (cert_new(&cert) != 0)
    return false;
  struct span der = cert_der(cert), key = cert_key_der(cert);
  bool ok = wolfSSL_CTX_use_certificate_buffer(ctx, der.p, (long)der.n, WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
            wolfSSL_CTX_use_PrivateKey_buffer(ctx, key.p, (long)key.n, WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS;
  cert_free(cert);
  return ok;
}

int dtls_context_new(struct dtls_context **out, enum dtls_role role)
{
  struct dtls_context *c = calloc(1, sizeof *c);
  if (c == NULL)
    return ERR_NOMEM;
  if (wolfSSL_Init() != WOLFSSL_SUCCESS) {
    free(c);
    return ERR_CRYPTO;
  }
  c->role = role;
  c->ssl = wolfSSL_CTX_new(role == DTLS_SERVER ? wolfDTLS_server_method() : wolfDTLS_client_method());
  /* One generator for all connections: its own takes each of them longer than the rest of its set-up. */
  if (c->ssl == NULL || !apply_policy(c->ssl) || !set_placeholder(c->ssl) ||
      wolfSSL_CTX_new_rng(c->ssl) != WOLFSSL_SUCCESS) {
    dtls_context_free(c);
    return ERR_CRYPTO;
  }
  *out = c;
  return 0;
}

void dtls_context_free(struct dtls_context *c)
{
  if (c == NULL)
    return;
  wolfSSL_CTX_free(c->ssl);
  wolfSSL_Cleanup();
  free(c);
}
