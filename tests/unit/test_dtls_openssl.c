/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our DTLS server with a client that nobody here wrote: OpenSSL, DTLS 1.2, as strong and as weak as it can be told to
 * be (T1, T3). OpenSSL's timers run on the real clock, so the network is a good one. */
/* OpenSSL has a type of the name of one of our errors. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#undef ERR_STATE

#include "base/bytes.h"
#include "dtls_testing.h"

#define EXPORTER_LABEL "EXTRACTOR-dtls_srtp"

enum identity {
  OURS, /* made by cert_new, as the server expects */
  NONE,
  WITH_CHAIN, /* ours, and another certificate behind it */
  EXPIRED,
  NOT_YET_VALID,
  P384,
  RSA_2048
};

struct foreign_spec {
  const char *suites; /* NULL: OpenSSL's defaults */
  const char *srtp;   /* NULL: none */
  const char *groups; /* NULL: OpenSSL's defaults */
  enum identity identity;
  bool no_extended_master_secret;
};

/* An OpenSSL client as an end of the wire. */
struct foreign {
  uint8_t fingerprint[CERT_FINGERPRINT];
  SSL_CTX *context;
  SSL *ssl;
  BIO_METHOD *method;
  struct wire_port port;
  struct span input;
};

static int bio_write(BIO *bio, const char *data, int n)
{
  struct foreign *f = BIO_get_data(bio);
  wire_send(&f->port, (const uint8_t *)data, (size_t)n);
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
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static void foreign_step(struct foreign *f)
{
  uint8_t scrap[64];
  if (SSL_is_init_finished(f->ssl))
    (void)SSL_read(f->ssl, scrap, sizeof scrap);
  else
    (void)SSL_do_handshake(f->ssl);
  ERR_clear_error();
}

static void foreign_input(void *self, uint64_t now_us, const uint8_t *data, size_t n)
{
  struct foreign *f = self;
  (void)now_us;
  f->input = span_of(data, n);
  foreign_step(f);
  f->input = (struct span){0};
}

static void foreign_tick(void *self, uint64_t now_us)
{
  (void)self;
  (void)now_us;
}

static uint64_t foreign_next_us(void *self)
{
  (void)self;
  return DTLS_NEVER;
}

static int accept_any_certificate(int ok, X509_STORE_CTX *store)
{
  (void)ok;
  (void)store;
  return 1;
}

static void use_ours(struct foreign *f, const struct cert *cert)
{
  struct span der = cert_der(cert), key = cert_key_der(cert);
  assert_int_equal(SSL_CTX_use_certificate_ASN1(f->context, (int)der.n, der.p), 1);
  assert_int_equal(SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_EC, f->context, key.p, (long)key.n), 1);
  memcpy(f->fingerprint, cert_fingerprint(cert), CERT_FINGERPRINT);
}

static void add_chain(struct foreign *f, const struct cert *cert)
{
  const uint8_t *der = cert_der(cert).p;
  X509 *x = d2i_X509(NULL, &der, (long)cert_der(cert).n);
  assert_int_equal(SSL_CTX_add_extra_chain_cert(f->context, x), 1); /* owns it now */
}

static void use_made(struct foreign *f, EVP_PKEY *key, long from_s, long to_s)
{
  unsigned n = CERT_FINGERPRINT;
  X509 *x = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), from_s);
  X509_gmtime_adj(X509_getm_notAfter(x), to_s);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const uint8_t *)"peer", -1, -1, 0);
  X509_set_issuer_name(x, X509_get_subject_name(x));
  X509_set_pubkey(x, key);
  assert_true(X509_sign(x, key, EVP_sha256()) > 0);
  assert_int_equal(X509_digest(x, EVP_sha256(), f->fingerprint, &n), 1);
  assert_int_equal(SSL_CTX_use_certificate(f->context, x), 1);
  assert_int_equal(SSL_CTX_use_PrivateKey(f->context, key), 1);
  X509_free(x);
  EVP_PKEY_free(key);
}

static void foreign_identify(struct foreign *f, enum identity identity, const struct cert *cert)
{
  static const long day_s = 86400;
  switch (identity) {
  case NONE: break;
  case OURS: use_ours(f, cert); break;
  case WITH_CHAIN:
    use_ours(f, cert);
    add_chain(f, cert);
    break;
  case NOT_YET_VALID: use_made(f, EVP_EC_gen("P-256"), day_s, 2 * day_s); break;
  case EXPIRED: use_made(f, EVP_EC_gen("P-256"), -30 * day_s, -day_s); break;
  case P384: use_made(f, EVP_EC_gen("P-384"), -day_s, day_s); break;
  case RSA_2048: use_made(f, EVP_RSA_gen(2048), -day_s, day_s); break;
  }
}

static void foreign_init(struct foreign *f, const struct foreign_spec *spec, const struct cert *cert, struct wire *wire)
{
  *f = (struct foreign){.port = {wire, 0}, .context = SSL_CTX_new(DTLS_client_method())};
  SSL_CTX_set_verify(f->context, SSL_VERIFY_PEER, accept_any_certificate);
  SSL_CTX_set_security_level(f->context, 0); /* or it would not offer the weak things */
  foreign_identify(f, spec->identity, cert);
  if (spec->suites != NULL)
    assert_int_equal(SSL_CTX_set_cipher_list(f->context, spec->suites), 1);
  if (spec->groups != NULL)
    assert_int_equal(SSL_CTX_set1_groups_list(f->context, spec->groups), 1);
  if (spec->srtp != NULL)
    assert_int_equal(SSL_CTX_set_tlsext_use_srtp(f->context, spec->srtp), 0);
  if (spec->no_extended_master_secret)
    SSL_CTX_set_options(f->context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
  f->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "wire");
  BIO_meth_set_write(f->method, bio_write);
  BIO_meth_set_read(f->method, bio_read);
  BIO_meth_set_ctrl(f->method, bio_ctrl);
  BIO *bio = BIO_new(f->method);
  BIO_set_data(bio, f);
  BIO_set_init(bio, 1);
  f->ssl = SSL_new(f->context);
  SSL_set_bio(f->ssl, bio, bio);
  SSL_set_options(f->ssl, SSL_OP_NO_QUERY_MTU);
  SSL_set_mtu(f->ssl, DTLS_MTU);
  SSL_set_connect_state(f->ssl);
}

static void foreign_fini(struct foreign *f)
{
  SSL_free(f->ssl);
  BIO_meth_free(f->method);
  SSL_CTX_free(f->context);
}

struct meeting {
  struct wire wire;
  struct wire_port port;
  struct foreign client;
  struct dtls_context *context;
  struct cert *client_cert, *server_cert;
  struct dtls *server;
};

static struct meeting *meet(const struct foreign_spec *spec)
{
  struct meeting *m = calloc(1, sizeof *m);
  assert_non_null(m);
  m->wire.random = 1;
  m->port = (struct wire_port){&m->wire, 1};
  assert_int_equal(dtls_context_new(&m->context, DTLS_SERVER), 0);
  assert_int_equal(cert_new(&m->client_cert), 0);
  assert_int_equal(cert_new(&m->server_cert), 0);
  foreign_init(&m->client, spec, m->client_cert, &m->wire);
  struct dtls_config config = {
      .cert = m->server_cert, .fingerprint = m->client.fingerprint, .send = wire_send, .ctx = &m->port};
  assert_int_equal(dtls_new(&m->server, m->context, &config), 0);
  m->wire.end[0] = (struct end){foreign_input, foreign_tick, foreign_next_us, &m->client};
  m->wire.end[1] = our_end(m->server);
  foreign_step(&m->client);
  wire_run(&m->wire, 2 * LIMIT_DTLS_HANDSHAKE_US);
  return m;
}

static void meeting_free(struct meeting *m)
{
  foreign_fini(&m->client);
  dtls_free(m->server);
  cert_free(m->client_cert);
  cert_free(m->server_cert);
  dtls_context_free(m->context);
  wire_clear(&m->wire);
  free(m);
}

static void assert_same_keys(struct meeting *m)
{
  uint8_t material[88];
  struct dtls_srtp_keys keys;
  assert_int_equal(dtls_take_keys(m->server, &keys), 0);
  assert_int_equal(SSL_export_keying_material(m->client.ssl, material, sizeof material, EXPORTER_LABEL,
                                              strlen(EXPORTER_LABEL), NULL, 0, 0),
                   1);
  assert_memory_equal(keys.remote_key, material, 32);
  assert_memory_equal(keys.local_key, material + 32, 32);
  assert_memory_equal(keys.remote_salt, material + 64, 12);
  assert_memory_equal(keys.local_salt, material + 76, 12);
}

static void expect_agreement(const struct foreign_spec *spec, const char *cipher)
{
  struct meeting *m = meet(spec);
  struct dtls_facts f;
  dtls_facts(m->server, &f);
  assert_string_equal(dtls_failure_code(f.failure), "");
  assert_int_equal(dtls_state(m->server), DTLS_ESTABLISHED);
  assert_true(SSL_is_init_finished(m->client.ssl));
  assert_string_equal(f.version, "DTLS 1.2");
  assert_string_equal(f.cipher, cipher);
  assert_string_equal(f.group, "X25519");
  assert_string_equal(f.srtp, "AEAD_AES_256_GCM");
  assert_string_equal(SSL_get_selected_srtp_profile(m->client.ssl)->name, "SRTP_AEAD_AES_256_GCM");
  assert_same_keys(m);
  meeting_free(m);
}

static void expect_refusal(const struct foreign_spec *spec, enum dtls_failure because)
{
  struct meeting *m = meet(spec);
  struct dtls_facts f;
  dtls_facts(m->server, &f);
  assert_string_equal(dtls_failure_code(f.failure), dtls_failure_code(because));
  assert_int_equal(dtls_state(m->server), DTLS_FAILED);
  assert_false(SSL_is_init_finished(m->client.ssl));
  meeting_free(m);
}

static void test_default_client(void **state)
{
  (void)state;
  const struct foreign_spec spec = {.srtp = "SRTP_AEAD_AES_256_GCM"};
  expect_agreement(&spec, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
}

static void test_chacha_only(void **state)
{
  (void)state;
  const struct foreign_spec spec = {.suites = "ECDHE-ECDSA-CHACHA20-POLY1305", .srtp = "SRTP_AEAD_AES_256_GCM"};
  expect_agreement(&spec, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
}

static void test_who_offers_both_gets_256(void **state)
{
  (void)state;
  const struct foreign_spec spec = {
      .suites = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-GCM-SHA384",
      .srtp = "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM"};
  expect_agreement(&spec, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
}

static void test_groups(void **state)
{
  (void)state;
  const struct foreign_spec ours_last = {.srtp = "SRTP_AEAD_AES_256_GCM", .groups = "P-521:P-384:X25519:P-256"};
  const struct foreign_spec none = {.srtp = "SRTP_AEAD_AES_256_GCM", .groups = "P-521:P-384"};
  expect_agreement(&ours_last, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
  expect_refusal(&none, DTLS_FAIL_GROUP);
}

static void test_weak_suites(void **state)
{
  (void)state;
  static const char *const weak[] = {"ECDHE-ECDSA-AES128-GCM-SHA256",
                                     "ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA",
                                     "ECDHE-ECDSA-NULL-SHA:eNULL",
                                     "AES256-GCM-SHA384",
                                     "aNULL",
                                     "ECDHE-ECDSA-AES256-CCM8"};
  for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
    struct foreign_spec spec = {.suites = weak[i], .srtp = "SRTP_AEAD_AES_256_GCM"};
    expect_refusal(&spec, DTLS_FAIL_CIPHER);
  }
}

static void test_weak_srtp(void **state)
{
  (void)state;
  const struct foreign_spec weak = {.srtp = "SRTP_AES128_CM_SHA1_80:SRTP_AES128_CM_SHA1_32:SRTP_AEAD_AES_128_GCM"};
  const struct foreign_spec none = {0};
  expect_refusal(&weak, DTLS_FAIL_SRTP_PROFILE);
  expect_refusal(&none, DTLS_FAIL_SRTP_MISSING);
}

static void test_no_certificate(void **state)
{
  (void)state;
  const struct foreign_spec none = {.srtp = "SRTP_AEAD_AES_256_GCM", .identity = NONE};
  const struct foreign_spec rsa = {.srtp = "SRTP_AEAD_AES_256_GCM",
                                   .identity = RSA_2048}; /* not asked for, so not shown */
  expect_refusal(&none, DTLS_FAIL_NO_CERTIFICATE);
  expect_refusal(&rsa, DTLS_FAIL_NO_CERTIFICATE);
}

/* Only the fingerprint says who it is: dates do not matter, and nothing may stand beside the one certificate. */
static void test_other_certificates(void **state)
{
  (void)state;
  const struct foreign_spec expired = {.srtp = "SRTP_AEAD_AES_256_GCM", .identity = EXPIRED};
  const struct foreign_spec not_yet = {.srtp = "SRTP_AEAD_AES_256_GCM", .identity = NOT_YET_VALID};
  const struct foreign_spec p384 = {.srtp = "SRTP_AEAD_AES_256_GCM", .identity = P384};
  const struct foreign_spec chain = {.srtp = "SRTP_AEAD_AES_256_GCM", .identity = WITH_CHAIN};
  expect_agreement(&expired, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
  expect_agreement(&not_yet, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
  expect_agreement(&p384, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
  expect_refusal(&chain, DTLS_FAIL_PROTOCOL);
}

static void test_no_extended_master_secret(void **state)
{
  (void)state;
  const struct foreign_spec spec = {.srtp = "SRTP_AEAD_AES_256_GCM", .no_extended_master_secret = true};
  expect_refusal(&spec, DTLS_FAIL_MASTER_SECRET);
}

static void test_close_notify_of_either(void **state)
{
  (void)state;
  const struct foreign_spec spec = {.srtp = "SRTP_AEAD_AES_256_GCM"};
  struct meeting *m = meet(&spec);
  (void)SSL_shutdown(m->client.ssl);
  wire_run(&m->wire, DTLS_NEVER - 1);
  assert_int_equal(dtls_state(m->server), DTLS_CLOSED);
  meeting_free(m);
  m = meet(&spec);
  dtls_close(m->server, m->wire.now_us);
  wire_run(&m->wire, DTLS_NEVER - 1);
  assert_int_equal(SSL_get_shutdown(m->client.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
  meeting_free(m);
}

static void test_no_renegotiation(void **state)
{
  (void)state;
  const struct foreign_spec spec = {.srtp = "SRTP_AEAD_AES_256_GCM"};
  struct meeting *m = meet(&spec);
  size_t sent = m->wire.sent[1];
  (void)SSL_renegotiate(m->client.ssl);
  (void)SSL_do_handshake(m->client.ssl);
  wire_run(&m->wire, DTLS_NEVER - 1);
  assert_int_equal(dtls_state(m->server), DTLS_ESTABLISHED);
  assert_true(m->wire.sent[1] - sent <= 1); /* at most a warning */
  meeting_free(m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_default_client),
      cmocka_unit_test(test_chacha_only),
      cmocka_unit_test(test_who_offers_both_gets_256),
      cmocka_unit_test(test_groups),
      cmocka_unit_test(test_weak_suites),
      cmocka_unit_test(test_weak_srtp),
      cmocka_unit_test(test_no_certificate),
      cmocka_unit_test(test_other_certificates),
      cmocka_unit_test(test_no_extended_master_secret),
      cmocka_unit_test(test_close_notify_of_either),
      cmocka_unit_test(test_no_renegotiation),
  };
  return cmocka_run_group_tests_name("dtls_openssl", tests, NULL, NULL);
}
