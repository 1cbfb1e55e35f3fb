/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/tls.h"

#include "base/err.h"
#include "web/openssl.h"

/* OpenSSL takes a list of groups only if it knows them all; the first it takes is the best that it has. */
static int set_groups(SSL_CTX *ctx)
{
  static const char *const lists[] = {"X25519MLKEM768:X25519", "X25519"};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
    if (SSL_CTX_set1_groups_list(ctx, lists[i]) == 1)
      return 0;
  return ERR_CRYPTO;
}

int tls_harden(SSL_CTX *ctx)
{
  SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                             SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1 || SSL_CTX_set_max_proto_version(ctx, 0) != 1 ||
      SSL_CTX_set_ciphersuites(ctx, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") != 1 ||
      SSL_CTX_set_num_tickets(ctx, 0) != 1 || SSL_CTX_set_max_early_data(ctx, 0) != 1)
    return ERR_CRYPTO;
  return set_groups(ctx);
}
