/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "foreign.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <wolfssl/options.h>
#include <wolfssl/error-ssl.h>
#include <wolfssl/ssl.h>

#include "base/limits.h"

struct foreign {
  WOLFSSL *ssl;
  foreign_send *send;
  void *ctx;
  struct span input;
  enum foreign_state state;
  char error[WOLFSSL_MAX_ERROR_SZ];
};

static void must(bool right)
{
  if (!right)
    abort();
}

static int on_send(WOLFSSL *ssl, char *data, int n, void *ctx)
{
  const struct foreign *f = ctx;
  (void)ssl;
  f->send(f->ctx, (const uint8_t *)data, (size_t)n);
  return n;
}

static int on_receive(WOLFSSL *ssl, char *data, int capacity, void *ctx)
{
  struct foreign *f = ctx;
  size_t n = f->input.n;
  (void)ssl;
  if (n == 0 || n > (size_t)capacity)
    return WOLFSSL_CBIO_ERR_WANT_READ;
  memcpy(data, f->input.p, n);
  f->input.n = 0;
  return (int)n;
}

static int accept_any(int ok, WOLFSSL_X509_STORE_CTX *store)
{
  (void)ok;
  (void)store;
  return 1;
}

static void set_certificate(WOLFSSL_CTX *c, const struct cert *cert)
{
  struct span der = cert_der(cert), key = cert_key_der(cert);
  must(wolfSSL_CTX_use_certificate_buffer(c, der.p, (long)der.n, WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS);
  must(wolfSSL_CTX_use_PrivateKey_buffer(c, key.p, (long)key.n, WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS);
}

static WOLFSSL_CTX *make_context(const struct foreign_spec *spec)
{
  int groups[] = {WOLFSSL_ECC_X25519};
  must(wolfSSL_Init() == WOLFSSL_SUCCESS);
  WOLFSSL_CTX *c = wolfSSL_CTX_new(wolfDTLSv1_3_client_method());
  must(c != NULL);
  wolfSSL_CTX_set_verify(c, WOLFSSL_VERIFY_PEER, accept_any);
  must(wolfSSL_CTX_set_groups(c, groups, 1) == WOLFSSL_SUCCESS);
  if (spec->cert != NULL)
    set_certificate(c, spec->cert);
  if (spec->suites != NULL)
    must(wolfSSL_CTX_set_cipher_list(c, spec->suites) == WOLFSSL_SUCCESS);
  if (spec->srtp != NULL)
    must(wolfSSL_CTX_set_tlsext_use_srtp(c, spec->srtp) == 0);
  wolfSSL_CTX_SetIOSend(c, on_send);
  wolfSSL_CTX_SetIORecv(c, on_receive);
  return c;
}

static struct foreign *make(const struct foreign_spec *spec, foreign_send *send, void *ctx)
{
  struct foreign *f = calloc(1, sizeof *f);
  must(f != NULL);
  f->send = send;
  f->ctx = ctx;
  WOLFSSL_CTX *c = make_context(spec);
  f->ssl = wolfSSL_new(c);
  must(f->ssl != NULL);
  wolfSSL_CTX_free(c);
  wolfSSL_SetIOReadCtx(f->ssl, f);
  wolfSSL_SetIOWriteCtx(f->ssl, f);
  wolfSSL_dtls_set_using_nonblock(f->ssl, 1);
  wolfSSL_KeepArrays(f->ssl);
  must(wolfSSL_UseKeyShare(f->ssl, WOLFSSL_ECC_X25519) == WOLFSSL_SUCCESS);
  return f;
}

static void note_result(struct foreign *f, int result)
{
  int error = wolfSSL_get_error(f->ssl, result);
  if (result == WOLFSSL_SUCCESS) {
    f->state = FOREIGN_ESTABLISHED;
  } else if (error != WOLFSSL_ERROR_WANT_READ && error != WOLFSSL_ERROR_WANT_WRITE) {
    f->state = FOREIGN_FAILED;
    wolfSSL_ERR_error_string_n((unsigned long)error, f->error, sizeof f->error);
  }
}

static void input(struct foreign *f, struct span datagram)
{
  uint8_t scrap[LIMIT_DATAGRAM];
  f->input = datagram;
  if (f->state == FOREIGN_HANDSHAKING)
    note_result(f, wolfSSL_connect(f->ssl));
  else if (f->state == FOREIGN_ESTABLISHED)
    (void)wolfSSL_read(f->ssl, scrap, sizeof scrap);
  f->input = (struct span){0};
}

static void facts(struct foreign *f, struct foreign_facts *facts)
{
  const WOLFSSL_SRTP_PROTECTION_PROFILE *srtp = wolfSSL_get_selected_srtp_profile(f->ssl);
  *facts = (struct foreign_facts){
    .state = f->state,
    .version = wolfSSL_get_version(f->ssl),
    .cipher = wolfSSL_get_cipher(f->ssl),
    .srtp = srtp != NULL ? srtp->name : "",
    .error = f->error,
  };
}

static void keys(struct foreign *f, uint8_t out[FOREIGN_KEYS])
{
  size_t n = FOREIGN_KEYS;
  must(wolfSSL_export_dtls_srtp_keying_material(f->ssl, out, &n) == WOLFSSL_SUCCESS && n == FOREIGN_KEYS);
}

static size_t secret(struct foreign *f, uint8_t out[FOREIGN_SECRET])
{
  (void)f;
  (void)out;
  return 0;
}

static void write_data(struct foreign *f, struct span data)
{
  (void)wolfSSL_write(f->ssl, data.p, (int)data.n);
}

static void close_session(struct foreign *f)
{
  (void)wolfSSL_shutdown(f->ssl);
}

const struct foreign_library foreign_wolfssl = {make, input, facts, keys, secret, write_data, close_session};
