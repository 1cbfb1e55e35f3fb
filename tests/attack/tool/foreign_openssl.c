/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "foreign.h"

/* OpenSSL has a type of the name of one of our errors. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#undef ERR_STATE

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define EXPORTER "EXTRACTOR-dtls_srtp"

struct foreign {
  SSL *ssl;
  foreign_send *send;
  void *ctx;
  struct span input;
  enum foreign_state state;
  char error[256];
};

static void must(bool right)
{
  if (right)
    return;
  ERR_print_errors_fp(stderr);
  abort();
}

static int bio_write(BIO *bio, const char *data, int n)
{
  const struct foreign *f = BIO_get_data(bio);
  f->send(f->ctx, (const uint8_t *)data, (size_t)n);
  return n;
}

static int bio_read(BIO *bio, char *data, int capacity)
{
  struct foreign *f = BIO_get_data(bio);
  size_t n = f->input.n;
  BIO_clear_retry_flags(bio);
  if (n == 0 || n > (size_t)capacity) {
    BIO_set_retry_read(bio);
    return -1;
  }
  memcpy(data, f->input.p, n);
  f->input.n = 0;
  return (int)n;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
  (void)bio;
  (void)number;
  (void)pointer;
  return command == BIO_CTRL_FLUSH;
}

static BIO *make_bio(struct foreign *f)
{
  BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "datagrams");
  BIO_meth_set_write(method, bio_write);
  BIO_meth_set_read(method, bio_read);
  BIO_meth_set_ctrl(method, bio_ctrl);
  BIO *bio = BIO_new(method);
  BIO_set_data(bio, f);
  BIO_set_init(bio, 1);
  return bio;
}

static int accept_any(int ok, X509_STORE_CTX *store)
{
  (void)ok;
  (void)store;
  return 1;
}

static void set_certificate(SSL_CTX *c, const struct cert *cert)
{
  struct span der = cert_der(cert), key = cert_key_der(cert);
  must(SSL_CTX_use_certificate_ASN1(c, (int)der.n, der.p) == 1);
  must(SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_EC, c, key.p, (long)key.n) == 1);
}

static SSL_CTX *make_context(const struct foreign_spec *spec)
{
  SSL_CTX *c = SSL_CTX_new(DTLS_client_method());
  int version = spec->version != NULL && strcmp(spec->version, "1.0") == 0 ? DTLS1_VERSION : DTLS1_2_VERSION;
  must(c != NULL);
  SSL_CTX_set_security_level(c, 0); /* or it would not offer the weak things */
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER, accept_any);
  must(SSL_CTX_set_min_proto_version(c, version) == 1 && SSL_CTX_set_max_proto_version(c, version) == 1);
  if (spec->cert != NULL)
    set_certificate(c, spec->cert);
  if (spec->suites != NULL)
    must(SSL_CTX_set_cipher_list(c, spec->suites) == 1);
  if (spec->groups != NULL)
    must(SSL_CTX_set1_groups_list(c, spec->groups) == 1);
  if (spec->srtp != NULL)
    must(SSL_CTX_set_tlsext_use_srtp(c, spec->srtp) == 0);
  return c;
}

static struct foreign *make(const struct foreign_spec *spec, foreign_send *send, void *ctx)
{
  struct foreign *f = calloc(1, sizeof *f);
  must(f != NULL);
  f->send = send;
  f->ctx = ctx;
  SSL_CTX *c = make_context(spec);
  f->ssl = SSL_new(c);
  SSL_CTX_free(c);
  BIO *bio = make_bio(f);
  SSL_set_bio(f->ssl, bio, bio);
  SSL_set_options(f->ssl, SSL_OP_NO_QUERY_MTU);
  SSL_set_mtu(f->ssl, 1200);
  SSL_set_connect_state(f->ssl);
  return f;
}

static void note_result(struct foreign *f, int result)
{
  int error = SSL_get_error(f->ssl, result);
  if (SSL_is_init_finished(f->ssl)) {
    f->state = FOREIGN_ESTABLISHED;
  } else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
    f->state = FOREIGN_FAILED;
    ERR_error_string_n(ERR_peek_error(), f->error, sizeof f->error);
  }
}

static void input(struct foreign *f, struct span datagram)
{
  uint8_t scrap[LIMIT_DATAGRAM];
  f->input = datagram;
  ERR_clear_error();
  if (f->state == FOREIGN_HANDSHAKING)
    note_result(f, SSL_do_handshake(f->ssl));
  else if (f->state == FOREIGN_ESTABLISHED)
    (void)SSL_read(f->ssl, scrap, sizeof scrap);
  f->input = (struct span){0};
}

static void facts(struct foreign *f, struct foreign_facts *facts)
{
  const SRTP_PROTECTION_PROFILE *srtp = SSL_get_selected_srtp_profile(f->ssl);
  *facts = (struct foreign_facts){
    .state = f->state,
    .version = SSL_get_version(f->ssl),
    .cipher = SSL_get_cipher_name(f->ssl),
    .srtp = srtp != NULL ? srtp->name : "",
    .error = f->error,
  };
}

static void keys(struct foreign *f, uint8_t out[FOREIGN_KEYS])
{
  must(SSL_export_keying_material(f->ssl, out, FOREIGN_KEYS, EXPORTER, strlen(EXPORTER), NULL, 0, 0) == 1);
}

static size_t secret(struct foreign *f, uint8_t out[FOREIGN_SECRET])
{
  return SSL_SESSION_get_master_key(SSL_get_session(f->ssl), out, FOREIGN_SECRET);
}

static void write_data(struct foreign *f, struct span data)
{
  (void)SSL_write(f->ssl, data.p, (int)data.n);
}

static void close_session(struct foreign *f)
{
  (void)SSL_shutdown(f->ssl);
}

const struct foreign_library foreign_openssl = {make, input, facts, keys, secret, write_data, close_session};
