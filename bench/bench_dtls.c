/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a DTLS handshake costs the server, and what a session holds: ours with and without the post-quantum hybrid, and
 * OpenSSL's DTLS 1.2 server. The client is always ours, its time is not counted. No network: datagrams go from hand to
 * hand. CPU time. All subjects take turns within a round, so that what else the machine does meets them alike; the
 * ratios are of one round, and their median is told.
 *
 * usage: bench_dtls [ROUNDS]   (default 15; --smoke: one round, to see that it runs) */
#define ERR_STATE OPENSSL_ERR_STATE /* OpenSSL has a type of the name of one of our errors */
#include <openssl/ssl.h>
#undef ERR_STATE

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "proto/dtls_internal.h"

#define BATCH 200    /* handshakes of a subject in a round */
#define RESIDENT 500 /* sessions held at once to measure their memory */
#define MAX_ROUNDS 101
#define PENDING 16

static void die(const char *what)
{
  fprintf(stderr, "bench_dtls: %s\n", what);
  exit(1);
}

static void must(bool ok, const char *what)
{
  if (!ok)
    die(what);
}

/* ---- datagrams from one end to the other ---- */

struct mail {
  size_t count, delivered;
  size_t n[PENDING];
  uint8_t data[PENDING][LIMIT_DATAGRAM];
};

static void post(void *ctx, const uint8_t *data, size_t n)
{
  struct mail *m = ctx;
  must(m->count < PENDING && n <= LIMIT_DATAGRAM, "too many datagrams");
  memcpy(m->data[m->count], data, n);
  m->n[m->count++] = n;
}

/* ---- servers ---- */

struct bench;

struct subject {
  const char *name;
  bool openssl;
  WOLFSSL_METHOD *(*client_method)(void); /* NULL: our own client as it is */
  struct dtls_context *client;
  double rate[MAX_ROUNDS]; /* handshakes per CPU-second */
  double bytes;            /* of an established session */
};

struct server {
  struct dtls *ours;
  SSL *theirs;
  struct mail *out;
  struct span input;
};

struct bench {
  struct dtls_context *context;
  SSL_CTX *openssl;
  BIO_METHOD *bio;
  struct cert *server_cert, *client_cert;
  struct mail to_client, to_server;
};

static int bio_write(BIO *bio, const char *data, int n)
{
  struct server *s = BIO_get_data(bio);
  post(s->out, (const uint8_t *)data, (size_t)n);
  return n;
}

static int bio_read(BIO *bio, char *data, int capacity)
{
  struct server *s = BIO_get_data(bio);
  int n = (int)s->input.n;
  BIO_clear_retry_flags(bio);
  if (n == 0 || n > capacity) {
    BIO_set_retry_read(bio);
    return -1;
  }
  memcpy(data, s->input.p, (size_t)n);
  s->input.n = 0;
  return n;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
  (void)bio;
  (void)number;
  (void)pointer;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static int accept_any(int ok, X509_STORE_CTX *store)
{
  (void)ok;
  (void)store;
  return 1;
}

static void openssl_prepare(struct bench *b)
{
  struct span der = cert_der(b->server_cert), key = cert_key_der(b->server_cert);
  b->openssl = SSL_CTX_new(DTLS_server_method());
  must(SSL_CTX_use_certificate_ASN1(b->openssl, (int)der.n, der.p) == 1 &&
           SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_EC, b->openssl, key.p, (long)key.n) == 1 &&
           SSL_CTX_set_tlsext_use_srtp(b->openssl, "SRTP_AEAD_AES_256_GCM") == 0,
       "OpenSSL's context");
  SSL_CTX_set_verify(b->openssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
  SSL_CTX_set_session_cache_mode(b->openssl, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(b->openssl, SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU);
  b->bio = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "mail");
  BIO_meth_set_write(b->bio, bio_write);
  BIO_meth_set_read(b->bio, bio_read);
  BIO_meth_set_ctrl(b->bio, bio_ctrl);
}

static void server_open(struct bench *b, const struct subject *subject, struct server *s)
{
  s->out = &b->to_client;
  if (!subject->openssl) {
    struct dtls_config config = {
        .cert = b->server_cert, .fingerprint = cert_fingerprint(b->client_cert), .send = post, .ctx = s->out};
    must(dtls_new(&s->ours, b->context, &config) == 0, "a session");
    return;
  }
  BIO *bio = BIO_new(b->bio);
  BIO_set_data(bio, s);
  BIO_set_init(bio, 1);
  s->theirs = SSL_new(b->openssl);
  SSL_set_bio(s->theirs, bio, bio);
  SSL_set_mtu(s->theirs, DTLS_MTU);
  SSL_set_accept_state(s->theirs);
}

static void server_input(struct server *s, const uint8_t *data, size_t n)
{
  if (s->ours != NULL) {
    dtls_input(s->ours, 0, data, n);
    return;
  }
  s->input = span_of(data, n);
  (void)SSL_do_handshake(s->theirs);
}

/* With the SRTP keys, which both sides of the comparison export. */
static bool server_finish(struct server *s)
{
  static const char label[] = "EXTRACTOR-dtls_srtp";
  struct dtls_srtp_keys keys;
  uint8_t material[88];
  if (s->ours != NULL)
    return dtls_take_keys(s->ours, &keys) == 0;
  return SSL_is_init_finished(s->theirs) &&
         SSL_export_keying_material(s->theirs, material, sizeof material, label, sizeof label - 1, NULL, 0, 0) == 1;
}

static void server_close(struct server *s)
{
  dtls_free(s->ours);
  SSL_free(s->theirs);
  *s = (struct server){0};
}

/* ---- handshakes ---- */

static double cpu_seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct dtls *client_start(struct bench *b, const struct subject *subject)
{
  struct dtls *client;
  struct dtls_config config = {
      .cert = b->client_cert, .fingerprint = cert_fingerprint(b->server_cert), .send = post, .ctx = &b->to_server};
  b->to_client.count = b->to_client.delivered = b->to_server.count = b->to_server.delivered = 0;
  must(dtls_new(&client, subject->client, &config) == 0 && dtls_start(client, 0) == 0, "a client");
  return client;
}

/* The CPU seconds of the server. */
static double shake_hands(struct bench *b, const struct subject *subject, struct server *s)
{
  struct dtls *client = client_start(b, subject);
  struct mail *to_client = &b->to_client, *to_server = &b->to_server;
  double start = cpu_seconds(), spent;
  server_open(b, subject, s);
  spent = cpu_seconds() - start;
  while (to_server->delivered < to_server->count) {
    start = cpu_seconds();
    for (; to_server->delivered < to_server->count; to_server->delivered++)
      server_input(s, to_server->data[to_server->delivered], to_server->n[to_server->delivered]);
    spent += cpu_seconds() - start;
    for (; to_client->delivered < to_client->count; to_client->delivered++)
      dtls_input(client, 0, to_client->data[to_client->delivered], to_client->n[to_client->delivered]);
  }
  start = cpu_seconds();
  must(server_finish(s), "a handshake");
  spent += cpu_seconds() - start;
  dtls_free(client);
  return spent;
}

static double measure_rate(struct bench *b, const struct subject *subject)
{
  double spent = 0;
  for (int i = 0; i < BATCH; i++) {
    struct server s = {0};
    spent += shake_hands(b, subject, &s);
    double start = cpu_seconds();
    server_close(&s);
    spent += cpu_seconds() - start;
  }
  return BATCH / spent;
}

static double measure_bytes(struct bench *b, const struct subject *subject)
{
  static struct server servers[RESIDENT];
  size_t before = mallinfo2().uordblks;
  for (int i = 0; i < RESIDENT; i++)
    (void)shake_hands(b, subject, &servers[i]);
  size_t after = mallinfo2().uordblks;
  for (int i = 0; i < RESIDENT; i++)
    server_close(&servers[i]);
  return (double)(after - before) / RESIDENT;
}

static double measure_certificates(void)
{
  double start = cpu_seconds();
  for (int i = 0; i < BATCH; i++) {
    struct cert *c;
    must(cert_new(&c) == 0, "a certificate");
    cert_free(c);
  }
  return (cpu_seconds() - start) / BATCH;
}

/* ---- the table ---- */

static struct dtls_context *make_client(WOLFSSL_METHOD *(*method)(void))
{
  struct dtls_context *c;
  int groups[] = {WOLFSSL_ECC_X25519, WOLFSSL_ECC_SECP256R1}; /* OpenSSL wants to see the certificate's curve, too */
  must(dtls_context_new(&c, DTLS_CLIENT) == 0, "a context");
  if (method == NULL)
    return c;
  wolfSSL_CTX_free(c->ssl);
  c->ssl = wolfSSL_CTX_new(method());
  must(c->ssl != NULL && wolfSSL_CTX_set_groups(c->ssl, groups, 2) == WOLFSSL_SUCCESS &&
           wolfSSL_CTX_set_tlsext_use_srtp(c->ssl, "SRTP_AEAD_AES_256_GCM") == 0,
       "a client's context");
  return c;
}

static int by_size(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const double *values, size_t n)
{
  double sorted[MAX_ROUNDS];
  memcpy(sorted, values, n * sizeof *values);
  qsort(sorted, n, sizeof *sorted, by_size);
  return sorted[n / 2];
}

static double median_ratio(const struct subject *a, const struct subject *b, size_t n)
{
  double ratios[MAX_ROUNDS];
  for (size_t i = 0; i < n; i++)
    ratios[i] = a->rate[i] / b->rate[i];
  return median(ratios, n);
}

static void print_table(const struct subject *subjects, size_t count, size_t rounds)
{
  const struct subject *baseline = &subjects[count - 1];
  printf(
      "| server | handshakes per CPU-second | times OpenSSL | bytes of an established session |\n|---|---|---|---|\n");
  for (size_t i = 0; i < count; i++)
    printf("| %s | %.0f | %.2f | %.0f |\n", subjects[i].name, median(subjects[i].rate, rounds),
           median_ratio(&subjects[i], baseline, rounds), subjects[i].bytes);
}

static void run(struct bench *b, size_t rounds)
{
  static struct subject subjects[] = {
      {.name = "ours, DTLS 1.3, X25519MLKEM768"},
      {.name = "ours, DTLS 1.3, X25519", .client_method = wolfDTLSv1_3_client_method},
      {.name = "ours, DTLS 1.2, X25519", .client_method = wolfDTLSv1_2_client_method},
      {.name = "OpenSSL, DTLS 1.2, X25519", .client_method = wolfDTLSv1_2_client_method, .openssl = true},
  };
  size_t count = sizeof subjects / sizeof subjects[0];
  for (size_t i = 0; i < count; i++)
    subjects[i].client = make_client(subjects[i].client_method);
  for (size_t round = 0; round < rounds; round++)
    for (size_t i = 0; i < count; i++)
      subjects[i].rate[round] = measure_rate(b, &subjects[i]);
  for (size_t i = 0; i < count; i++)
    subjects[i].bytes = measure_bytes(b, &subjects[i]);
  print_table(subjects, count, rounds);
  printf("\nA certificate with its key: %.0f us\n", measure_certificates() * 1e6);
  for (size_t i = 0; i < count; i++)
    dtls_context_free(subjects[i].client);
}

int main(int argc, char **argv)
{
  static struct bench b;
  bool smoke = argc > 1 && strcmp(argv[1], "--smoke") == 0;
  long rounds = smoke ? 1 : argc > 1 ? strtol(argv[1], NULL, 10) : 15;
  must(rounds >= 1 && rounds <= MAX_ROUNDS, "ROUNDS is from 1 to 101");
  must(dtls_context_new(&b.context, DTLS_SERVER) == 0, "a context");
  must(cert_new(&b.server_cert) == 0 && cert_new(&b.client_cert) == 0, "certificates");
  openssl_prepare(&b);
  run(&b, (size_t)rounds);
  SSL_CTX_free(b.openssl);
  BIO_meth_free(b.bio);
  cert_free(b.server_cert);
  cert_free(b.client_cert);
  dtls_context_free(b.context);
  return 0;
}
