/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of what was negotiated and reasons of what failed, as people read them. */
#include <string.h>

#include "proto/dtls_hello.h"
#include "proto/dtls_internal.h"

const char *dtls_version_name(int wolfssl_version)
{
  switch (wolfssl_version) {
  case DTLS_VERSION_13: return "DTLS 1.3";
  case DTLS_VERSION_12: return "DTLS 1.2";
  default: return NULL;
  }
}

const char *dtls_suite_name(int suite)
{
  switch (suite) {
  case DTLS_SUITE_AES_256_GCM_SHA384: return "TLS_AES_256_GCM_SHA384";
  case DTLS_SUITE_CHACHA20_POLY1305_SHA256: return "TLS_CHACHA20_POLY1305_SHA256";
  case DTLS_SUITE_ECDHE_ECDSA_AES_256_GCM_SHA384: return "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
  case DTLS_SUITE_ECDHE_ECDSA_CHACHA20_POLY1305_SHA256: return "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
  default: return NULL;
  }
}

const char *dtls_group_name(const char *wolfssl_name)
{
  static const char *const names[][2] = {
      {"X25519MLKEM768", "X25519MLKEM768"}, {"X25519", "X25519"}, {"SECP256R1", "secp256r1"}};
  for (size_t i = 0; wolfssl_name != NULL && i < sizeof names / sizeof names[0]; i++)
    if (strcmp(wolfssl_name, names[i][0]) == 0)
      return names[i][1];
  return NULL;
}

static const struct {
  const char *code, *text;
} failures[DTLS_FAILURES] = {
    [DTLS_OK] = {"", ""},
    [DTLS_FAIL_VERSION] = {"old_dtls", "The other side speaks neither DTLS 1.3 nor DTLS 1.2."},
    [DTLS_FAIL_CIPHER] = {"no_common_cipher", "The other side offers no cipher with a 256-bit key."},
    [DTLS_FAIL_GROUP] = {"no_common_group", "The other side offers no key exchange that we accept."},
    [DTLS_FAIL_SRTP_MISSING] = {"no_srtp", "The other side does not offer to encrypt media by DTLS-SRTP."},
    [DTLS_FAIL_SRTP_PROFILE] = {"no_common_srtp_profile", "The other side does not offer AES-256 for media."},
    [DTLS_FAIL_MASTER_SECRET] = {"no_extended_master_secret",
                                 "The other side speaks DTLS 1.2 without the extended master secret."},
    [DTLS_FAIL_POST_QUANTUM] = {"no_post_quantum",
                                "This meeting demands post-quantum key exchange, which the other side does not offer."},
    [DTLS_FAIL_NO_CERTIFICATE] = {"no_certificate", "The other side showed no certificate."},
    [DTLS_FAIL_FINGERPRINT] = {"wrong_fingerprint", "The other side's certificate is not the one that it announced."},
    [DTLS_FAIL_REFUSED] = {"refused_by_peer", "The other side ended the key exchange."},
    [DTLS_FAIL_PROTOCOL] = {"protocol_error", "The other side broke the rules of the key exchange."},
    [DTLS_FAIL_TIMEOUT] = {"handshake_timeout", "The key exchange was not finished in time."},
    [DTLS_FAIL_INTERNAL] = {"internal_error", "The key exchange failed inside the server."},
};

const char *dtls_failure_code(enum dtls_failure f)
{
  return failures[f].code;
}

const char *dtls_failure_text(enum dtls_failure f)
{
  return failures[f].text;
}
