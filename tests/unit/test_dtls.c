/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DTLS sessions of our two roles with each other in virtual time: good and bad weather, every reason to refuse (T1, T3,
 * T4, T5), what a stranger may send to a session, and that no key outlives it (T2). */
#include "dtls_testing.h"

#include "base/bytes.h"
#include "dtls_hello_testing.h"
#include "proto/dtls_internal.h"

#define SECOND_US 1000000u
#define HANDSHAKE_US LIMIT_DTLS_HANDSHAKE_US

/* --- clients other than our own, made by hand as dtls_context.c makes ours --- */

struct client_spec {
  WOLFSSL_METHOD *(*method)(void);
  const char *suites;
  int groups[3];
  int group_count;
};

static const struct client_spec classic_client = {
    wolfDTLSv1_3_client_method, "TLS13-AES256-GCM-SHA384", {WOLFSSL_ECC_X25519}, 1};
static const struct client_spec chacha_client = {wolfDTLSv1_3_client_method,
                                                 "TLS13-AES128-GCM-SHA256:TLS13-CHACHA20-POLY1305-SHA256",
                                                 {WOLFSSL_X25519MLKEM768, WOLFSSL_ECC_X25519},
                                                 2};
static const struct client_spec p256_client = {
    wolfDTLSv1_3_client_method, "TLS13-AES256-GCM-SHA384", {WOLFSSL_ECC_SECP256R1}, 1};
/* Supports the hybrid, but sends a key share for X25519 only. */
static const struct client_spec shy_client = {
    wolfDTLSv1_3_client_method, "TLS13-AES256-GCM-SHA384", {WOLFSSL_ECC_X25519, WOLFSSL_X25519MLKEM768}, 2};
static const struct client_spec old_client = {
    wolfDTLSv1_2_client_method, "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384", {WOLFSSL_ECC_X25519}, 1};

static struct dtls_context *make_client(const struct client_spec *spec)
{
  struct dtls_context *c = calloc(1, sizeof *c);
  assert_non_null(c);
  int groups[3];
  memcpy(groups, spec->groups, sizeof groups);
  assert_int_equal(wolfSSL_Init(), WOLFSSL_SUCCESS);
  c->role = DTLS_CLIENT;
  c->ssl = wolfSSL_CTX_new(spec->method());
  assert_non_null(c->ssl);
  assert_int_equal(wolfSSL_CTX_set_cipher_list(c->ssl, spec->suites), WOLFSSL_SUCCESS);
  assert_int_equal(wolfSSL_CTX_set_groups(c->ssl, groups, spec->group_count), WOLFSSL_SUCCESS);
  assert_int_equal(wolfSSL_CTX_set_tlsext_use_srtp(c->ssl, "SRTP_AEAD_AES_256_GCM"), 0);
  return c;
}

/* --- a call: two sessions and the network between them --- */

struct call {
  struct wire wire;
  struct wire_port port[2];
  struct dtls_context *client_context, *server_context;
  struct cert *client_cert, *server_cert;
  struct dtls *client, *server;
};

static struct dtls_config call_config(struct call *c, int role)
{
  return (struct dtls_config){.cert = role == 0 ? c->client_cert : c->server_cert,
                              .fingerprint = cert_fingerprint(role == 0 ? c->server_cert : c->client_cert),
                              .send = wire_send,
                              .ctx = &c->port[role]};
}

static struct call *call_prepare(const struct client_spec *client, uint64_t seed)
{
  struct call *c = calloc(1, sizeof *c);
  assert_non_null(c);
  c->wire.random = seed;
  for (int i = 0; i < 2; i++)
    c->port[i] = (struct wire_port){&c->wire, i};
  if (client == NULL)
    assert_int_equal(dtls_context_new(&c->client_context, DTLS_CLIENT), 0);
  else
    c->client_context = make_client(client);
  assert_int_equal(dtls_context_new(&c->server_context, DTLS_SERVER), 0);
  assert_int_equal(cert_new(&c->client_cert), 0);
  assert_int_equal(cert_new(&c->server_cert), 0);
  return c;
}

static void call_begin(struct call *c, const struct dtls_config *client, const struct dtls_config *server)
{
  assert_int_equal(dtls_new(&c->client, c->client_context, client), 0);
  assert_int_equal(dtls_new(&c->server, c->server_context, server), 0);
  c->wire.end[0] = our_end(c->client);
  c->wire.end[1] = our_end(c->server);
  assert_int_equal(dtls_start(c->client, c->wire.now_us), 0);
}

static void call_run(struct call *c)
{
  wire_run(&c->wire, c->wire.now_us + 2 * HANDSHAKE_US);
}

/* The usual call, already made. NULL: our own client. */
static struct call *call_new(const struct client_spec *client)
{
  struct call *c = call_prepare(client, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  call_begin(c, &a, &b);
  call_run(c);
  return c;
}

static void call_end_sessions(struct call *c)
{
  dtls_free(c->client);
  dtls_free(c->server);
  c->client = c->server = NULL;
  wire_clear(&c->wire);
}

static void call_free(struct call *c)
{
  call_end_sessions(c);
  cert_free(c->client_cert);
  cert_free(c->server_cert);
  dtls_context_free(c->client_context);
  dtls_context_free(c->server_context);
  free(c);
}

static enum dtls_failure failure_of_end(const struct dtls *d)
{
  struct dtls_facts f;
  dtls_facts(d, &f);
  return f.failure;
}

static void assert_failed(const struct dtls *d, enum dtls_failure because)
{
  struct dtls_srtp_keys keys;
  assert_int_equal(failure_of_end(d), because);
  assert_int_equal(dtls_state(d), DTLS_FAILED);
  assert_int_equal(dtls_take_keys((struct dtls *)(uintptr_t)d, &keys), ERR_STATE);
  assert_true(dtls_next_us(d) == DTLS_NEVER);
}

static void assert_established(struct call *c)
{
  struct dtls_srtp_keys a, b;
  assert_int_equal(dtls_state(c->client), DTLS_ESTABLISHED);
  assert_int_equal(dtls_state(c->server), DTLS_ESTABLISHED);
  assert_int_equal(dtls_take_keys(c->client, &a), 0);
  assert_int_equal(dtls_take_keys(c->server, &b), 0);
  assert_memory_equal(a.local_key, b.remote_key, sizeof a.local_key);
  assert_memory_equal(a.remote_key, b.local_key, sizeof a.local_key);
  assert_memory_equal(a.local_salt, b.remote_salt, sizeof a.local_salt);
  assert_memory_equal(a.remote_salt, b.local_salt, sizeof a.local_salt);
  assert_memory_not_equal(a.local_key, a.remote_key, sizeof a.local_key);
}

static void assert_facts(const struct dtls *d, const char *version, const char *cipher, const char *group)
{
  struct dtls_facts f;
  dtls_facts(d, &f);
  assert_string_equal(f.version, version);
  assert_string_equal(f.cipher, cipher);
  assert_string_equal(f.group, group);
  assert_string_equal(f.srtp, "AEAD_AES_256_GCM");
  assert_int_equal(f.failure, DTLS_OK);
  assert_true(f.peer_cert);
}

/* --- what is agreed --- */

static void test_handshake(void **state)
{
  (void)state;
  struct call *c = call_new(NULL);
  struct dtls_facts f;
  assert_established(c);
  assert_facts(c->client, "DTLS 1.3", "TLS_AES_256_GCM_SHA384", "X25519MLKEM768");
  assert_facts(c->server, "DTLS 1.3", "TLS_AES_256_GCM_SHA384", "X25519MLKEM768");
  dtls_facts(c->server, &f);
  assert_memory_equal(f.peer_fingerprint, cert_fingerprint(c->client_cert), CERT_FINGERPRINT);
  assert_true(f.offer.dtls13 && f.offer.hybrid_group && f.offer.hybrid_share);
  assert_true(dtls_next_us(c->client) == DTLS_NEVER && dtls_next_us(c->server) == DTLS_NEVER);
  call_free(c);
}

static void test_the_hello_comes_in_fragments(void **state)
{
  (void)state;
  struct call *c = call_new(NULL);
  assert_true(c->wire.largest <= DTLS_MTU);
  assert_int_equal(c->wire.sent[0], 3); /* two of the hello, one of the certificate */
  call_free(c);
}

static void expect_agreement(const struct client_spec *client, const char *version, const char *cipher,
                             const char *group)
{
  struct call *c = call_new(client);
  assert_established(c);
  assert_facts(c->server, version, cipher, group);
  assert_facts(c->client, version, cipher, group);
  call_free(c);
}

static void test_other_clients(void **state)
{
  (void)state;
  expect_agreement(&classic_client, "DTLS 1.3", "TLS_AES_256_GCM_SHA384", "X25519");
  expect_agreement(&p256_client, "DTLS 1.3", "TLS_AES_256_GCM_SHA384", "secp256r1");
  expect_agreement(&old_client, "DTLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "X25519");
  /* offers AES-128 first and gets the 256 bits that it offers as well (T3) */
  expect_agreement(&chacha_client, "DTLS 1.3", "TLS_CHACHA20_POLY1305_SHA256", "X25519MLKEM768");
}

static void test_asks_for_the_hybrid_share(void **state)
{
  (void)state;
  expect_agreement(&shy_client, "DTLS 1.3", "TLS_AES_256_GCM_SHA384", "X25519MLKEM768"); /* T4 */
}

static void test_certificates(void **state)
{
  (void)state;
  struct cert *a, *b;
  uint8_t hash[CERT_FINGERPRINT];
  char text[CERT_FINGERPRINT_TEXT];
  assert_int_equal(cert_new(&a), 0);
  assert_int_equal(cert_new(&b), 0);
  (void)crypto_hash_sha256(hash, cert_der(a).p, cert_der(a).n);
  assert_memory_equal(hash, cert_fingerprint(a), sizeof hash);
  assert_memory_not_equal(cert_fingerprint(a), cert_fingerprint(b), CERT_FINGERPRINT);
  memset(hash, 0xa5, sizeof hash);
  hash[31] = 0x0f;
  cert_fingerprint_text(hash, text);
  assert_int_equal(strlen(text), CERT_FINGERPRINT_TEXT - 1);
  assert_string_equal(text + 90, "A5:0F");
  cert_free(a);
  cert_free(b);
}

/* --- bad weather --- */

static void expect_survival(const struct client_spec *client, struct weather weather, uint64_t seeds)
{
  struct call *c = call_prepare(client, 0);
  for (uint64_t seed = 1; seed <= seeds; seed++) {
    struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
    c->wire.random = seed;
    c->wire.weather = weather;
    call_begin(c, &a, &b);
    call_run(c);
    if (dtls_state(c->client) != DTLS_ESTABLISHED || dtls_state(c->server) != DTLS_ESTABLISHED)
      print_message("seed %d: client %s, server %s\n", (int)seed, dtls_failure_code(failure_of_end(c->client)),
                    dtls_failure_code(failure_of_end(c->server)));
    assert_established(c);
    call_end_sessions(c);
  }
  call_free(c);
}

static const struct weather bad = {.loss = 20, .duplicate = 20, .jitter_us = 40000};
static const struct weather shuffled = {.duplicate = 50, .jitter_us = 60000};

static void test_bad_weather(void **state)
{
  (void)state;
  expect_survival(NULL, bad, 100);
  expect_survival(NULL, shuffled, 50);
}

static void test_bad_weather_in_12(void **state)
{
  (void)state;
  expect_survival(&old_client, bad, 100);
  expect_survival(&old_client, shuffled, 50);
}

static void test_bad_weather_with_a_second_hello(void **state)
{
  (void)state;
  expect_survival(&shy_client, bad, 100);
}

static bool both_established(const struct call *c)
{
  return dtls_state(c->client) == DTLS_ESTABLISHED && dtls_state(c->server) == DTLS_ESTABLISHED;
}

/* In virtual time: the figure changes with the retransmission, not with the machine. Without loss it is 40 ms. */
static void test_loss_costs_little_time(void **state)
{
  (void)state;
  enum { SEEDS = 300, MEAN_MOST_US = 190000 };
  struct call *c = call_prepare(NULL, 0);
  uint64_t total_us = 0;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
    uint64_t start_us = c->wire.now_us;
    c->wire.random = seed;
    c->wire.weather = (struct weather){.loss = 20, .jitter_us = 5000};
    call_begin(c, &a, &b);
    while (!both_established(c) && c->wire.now_us < start_us + HANDSHAKE_US)
      wire_run(&c->wire, c->wire.now_us + 1000);
    total_us += c->wire.now_us - start_us;
    call_end_sessions(c);
  }
  assert_in_range(total_us / SEEDS, 40000, MEAN_MOST_US);
  call_free(c);
}

struct lost {
  size_t nth; /* of the datagrams of one end, from 0 */
  int from;
  size_t seen;
};

static bool lose_nth(void *ctx, int from, const uint8_t *data, size_t n)
{
  struct lost *l = ctx;
  (void)data;
  (void)n;
  return from == l->from && l->seen++ == l->nth;
}

/* Each single datagram is lost once, the last flight of either end among them. */
static void expect_any_loss_survived(const struct client_spec *client)
{
  struct call *c = call_prepare(client, 1);
  for (int from = 0; from < 2; from++)
    for (size_t nth = 0; nth < 6; nth++) {
      struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
      struct lost lost = {.nth = nth, .from = from};
      uint64_t begin = c->wire.now_us += SECOND_US;
      c->wire.swallow = lose_nth;
      c->wire.swallow_ctx = &lost;
      call_begin(c, &a, &b);
      wire_run(&c->wire, begin + SECOND_US / 2); /* a lost datagram costs one retransmission or two, not seconds */
      assert_established(c);
      call_end_sessions(c);
    }
  call_free(c);
}

static void test_any_single_loss(void **state)
{
  (void)state;
  expect_any_loss_survived(NULL);
  expect_any_loss_survived(&shy_client);
  expect_any_loss_survived(&old_client);
}

static uint64_t never(void *self)
{
  (void)self;
  return DTLS_NEVER;
}

static void no_tick(void *self, uint64_t now_us)
{
  (void)self;
  (void)now_us;
}

/* Each end repeats what the other has not acknowledged, whatever the other does by itself: here one has no timer. */
static void expect_timer_suffices(const struct client_spec *client, int without_timer, int loser, size_t datagrams)
{
  struct call *c = call_prepare(client, 1);
  for (size_t nth = 0; nth < datagrams; nth++) {
    struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
    struct lost lost = {.nth = nth, .from = loser};
    c->wire.swallow = lose_nth;
    c->wire.swallow_ctx = &lost;
    call_begin(c, &a, &b);
    c->wire.end[without_timer].next_us = never;
    c->wire.end[without_timer].tick = no_tick;
    call_run(c);
    assert_established(c);
    call_end_sessions(c);
  }
  call_free(c);
}

static void test_one_timer_is_enough(void **state)
{
  (void)state;
  expect_timer_suffices(NULL, 1, 0, 3); /* the client's: whatever of its own is lost, */
  expect_timer_suffices(NULL, 1, 1, 3); /* or of the server's */
  expect_timer_suffices(&old_client, 1, 0, 2);
  expect_timer_suffices(&old_client, 1, 1, 2);
  expect_timer_suffices(NULL, 0, 1, 2); /* the server's, once it has the hello; its ACK at the end has none */
}

/* --- what is refused --- */

static void run_with(struct call *c, const struct dtls_config *client, const struct dtls_config *server)
{
  call_begin(c, client, server);
  call_run(c);
}

static void test_wrong_fingerprint_of_the_client(void **state)
{
  (void)state;
  struct call *c = call_prepare(NULL, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  b.fingerprint = cert_fingerprint(c->server_cert);
  run_with(c, &a, &b);
  assert_failed(c->server, DTLS_FAIL_FINGERPRINT);
  assert_int_equal(dtls_state(c->client), DTLS_FAILED);
  call_free(c);
}

static void test_wrong_fingerprint_of_the_server(void **state)
{
  (void)state;
  struct call *c = call_prepare(NULL, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  a.fingerprint = cert_fingerprint(c->client_cert);
  run_with(c, &a, &b);
  assert_failed(c->client, DTLS_FAIL_FINGERPRINT);
  assert_failed(c->server, DTLS_FAIL_REFUSED);
  call_free(c);
}

/* Certificates are public: who shows the right one must hold its key, too. */
static void test_a_copied_certificate_is_not_enough(void **state)
{
  (void)state;
  const struct client_spec *clients[] = {NULL, &old_client};
  for (size_t i = 0; i < 2; i++) {
    struct call *c = call_prepare(clients[i], 1);
    struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
    struct span other_key = cert_key_der(c->server_cert);
    assert_int_equal(dtls_new(&c->client, c->client_context, &a), 0);
    assert_int_equal(dtls_new(&c->server, c->server_context, &b), 0);
    assert_int_equal(
        wolfSSL_use_PrivateKey_buffer(c->client->ssl, other_key.p, (long)other_key.n, WOLFSSL_FILETYPE_ASN1),
        WOLFSSL_SUCCESS);
    c->wire.end[0] = our_end(c->client);
    c->wire.end[1] = our_end(c->server);
    assert_int_equal(dtls_start(c->client, 0), 0);
    call_run(c);
    assert_failed(c->server, DTLS_FAIL_PROTOCOL);
    call_free(c);
  }
}

static void test_the_fingerprint_may_come_late_but_must_come(void **state)
{
  (void)state;
  struct call *c = call_prepare(NULL, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  b.fingerprint = NULL;
  call_begin(c, &a, &b);
  wire_run(&c->wire, WIRE_DELAY_US);
  assert_int_equal(dtls_state(c->server), DTLS_HANDSHAKING);
  assert_int_equal(dtls_expect(c->server, cert_fingerprint(c->client_cert)), 0);
  call_run(c);
  assert_established(c);
  assert_int_equal(dtls_expect(c->server, cert_fingerprint(c->client_cert)), ERR_STATE);
  call_end_sessions(c);
  run_with(c, &a, &b);
  assert_failed(c->server, DTLS_FAIL_FINGERPRINT);
  call_free(c);
}

static void test_demands_post_quantum(void **state)
{
  (void)state;
  const struct client_spec *clients[] = {&classic_client, &old_client};
  for (size_t i = 0; i < 2; i++) {
    struct call *c = call_prepare(clients[i], 1);
    struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
    b.require_post_quantum = true;
    run_with(c, &a, &b);
    assert_failed(c->server, DTLS_FAIL_POST_QUANTUM);
    assert_failed(c->client, DTLS_FAIL_REFUSED);
    call_free(c);
  }
}

/* A man in the middle who hides the hybrid group from the server (T4). */
static bool hide_hybrid(void *ctx, int from, const uint8_t *data, size_t n)
{
  struct wire *w = ctx;
  uint8_t changed[LIMIT_DATAGRAM];
  if (from != 0 || data[0] != DTLS_CONTENT_HANDSHAKE)
    return false;
  memcpy(changed, data, n);
  for (size_t i = 0; i + 1 < n; i++)
    if (changed[i] == 0x11 && changed[i + 1] == 0xec)
      changed[i] = changed[i + 1] = 0x0a;
  wire_put(w, 1, changed, n);
  return true;
}

static void test_a_stripped_group_is_seen_and_fails(void **state)
{
  (void)state;
  struct call *c = call_prepare(NULL, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  struct dtls_facts f;
  c->wire.swallow = hide_hybrid;
  c->wire.swallow_ctx = &c->wire;
  run_with(c, &a, &b);
  assert_int_equal(dtls_state(c->client), DTLS_FAILED);
  assert_int_equal(dtls_state(c->server), DTLS_FAILED);
  dtls_facts(c->server, &f);
  assert_true(f.offer.dtls13);
  assert_false(f.offer.hybrid_group);
  call_free(c);
}

/* --- a server that is told what no library would say --- */

struct lone_server {
  struct dtls_context *context;
  struct cert *cert;
  struct dtls *dtls;
  size_t sent;
  size_t largest;
  uint8_t last[LIMIT_DATAGRAM];
  size_t last_n;
};

static void keep_last(void *ctx, const uint8_t *data, size_t n)
{
  struct lone_server *s = ctx;
  s->sent++;
  memcpy(s->last, data, n);
  s->last_n = n;
  s->largest = n > s->largest ? n : s->largest;
}

static struct lone_server *lone_new(void)
{
  struct lone_server *s = calloc(1, sizeof *s);
  assert_non_null(s);
  assert_int_equal(dtls_context_new(&s->context, DTLS_SERVER), 0);
  assert_int_equal(cert_new(&s->cert), 0);
  struct dtls_config config = {.cert = s->cert, .fingerprint = cert_fingerprint(s->cert), .send = keep_last, .ctx = s};
  assert_int_equal(dtls_new(&s->dtls, s->context, &config), 0);
  return s;
}

static void lone_free(struct lone_server *s)
{
  dtls_free(s->dtls);
  cert_free(s->cert);
  dtls_context_free(s->context);
  free(s);
}

/* In fragments of at most 1000 bytes. */
static void lone_hello(struct lone_server *s, const struct hello_spec *spec, uint64_t now_us)
{
  uint8_t message[LIMIT_DTLS_HELLO + 1024], datagram[1200];
  struct writer m = writer_of(message, sizeof message);
  put_hello(&m, spec);
  for (size_t from = 0; from < m.n; from += 1000) {
    struct writer w = writer_of(datagram, sizeof datagram);
    put_hello_datagram(&w, writer_span(&m), 0, from, from + 1000 < m.n ? from + 1000 : m.n);
    dtls_input(s->dtls, now_us, w.base, w.n);
  }
}

static const struct hello_spec weak_suite = {
    .versions = {0xfefc}, .suites = {0x1301}, .groups = {0x1d}, .shares = {0x1d}, .srtp = {8}};
static const struct hello_spec weak_srtp = {
    .versions = {0xfefc}, .suites = {0x1302}, .groups = {0x1d}, .shares = {0x1d}, .srtp = {7, 1}};
static const struct hello_spec no_srtp = {.versions = {0xfefc}, .suites = {0x1302}, .groups = {0x1d}, .shares = {0x1d}};
static const struct hello_spec ancient = {.version = 0xfeff, .suites = {0xc02c}, .groups = {0x1d}, .srtp = {8}};

static void expect_alert(const struct hello_spec *spec, enum dtls_failure because, uint8_t description)
{
  struct lone_server *s = lone_new();
  lone_hello(s, spec, SECOND_US);
  assert_failed(s->dtls, because);
  assert_int_equal(s->sent, 1);
  assert_int_equal(s->last_n, DTLS_RECORD_HEADER + 2);
  assert_int_equal(s->last[0], DTLS_CONTENT_ALERT);
  assert_int_equal(s->last[DTLS_RECORD_HEADER], 2); /* fatal */
  assert_int_equal(s->last[DTLS_RECORD_HEADER + 1], description);
  assert_true(strlen(dtls_failure_code(because)) > 0 && strlen(dtls_failure_text(because)) > 0);
  lone_free(s);
}

static void test_refusals_are_told(void **state)
{
  (void)state;
  expect_alert(&weak_suite, DTLS_FAIL_CIPHER, 71);
  expect_alert(&weak_srtp, DTLS_FAIL_SRTP_PROFILE, 71);
  expect_alert(&no_srtp, DTLS_FAIL_SRTP_MISSING, 40);
  expect_alert(&ancient, DTLS_FAIL_VERSION, 70);
}

/* The next kind of post-quantum key may need more than today's hellos have. */
static void test_large_hellos(void **state)
{
  (void)state;
  static const uint16_t paddings[] = {1000, 1500, 2500, 3900};
  struct hello_spec spec = {.versions = {0xfefc}, .suites = {0x1302}, .groups = {0x1d}, .shares = {0x1d}, .srtp = {8}};
  for (size_t i = 0; i < sizeof paddings / sizeof paddings[0]; i++) {
    struct lone_server *s = lone_new();
    spec.padding = paddings[i];
    lone_hello(s, &spec, SECOND_US);
    assert_int_equal(dtls_state(s->dtls), DTLS_HANDSHAKING);
    assert_true(s->sent > 0);
    assert_in_range(s->largest, 600, DTLS_MTU); /* a whole flight, in datagrams no larger than ever */
    lone_free(s);
  }
  struct lone_server *s = lone_new();
  spec.padding = LIMIT_DTLS_HELLO;
  lone_hello(s, &spec, SECOND_US);
  assert_int_equal(dtls_state(s->dtls), DTLS_HANDSHAKING);
  assert_int_equal(s->sent, 0);
  lone_free(s);
}

static void test_garbage_before_the_hello_is_dropped(void **state)
{
  (void)state;
  struct lone_server *s = lone_new();
  uint64_t random = 5;
  uint8_t noise[300];
  for (int i = 0; i < 2000; i++) {
    test_random_fill(&random, noise, sizeof noise);
    noise[0] = (uint8_t)(20 + noise[0] % 44);
    dtls_input(s->dtls, SECOND_US, noise, test_random_below(&random, sizeof noise + 1));
  }
  assert_int_equal(s->sent, 0);
  assert_int_equal(dtls_state(s->dtls), DTLS_NEW);
  lone_hello(s, &no_srtp, SECOND_US);
  assert_failed(s->dtls, DTLS_FAIL_SRTP_MISSING);
  lone_free(s);
}

/* Records the client's datagrams, and can stop them after some. */
struct tape {
  size_t count, let_pass;
  size_t n[16];
  uint8_t data[16][LIMIT_DATAGRAM];
};

static bool tape_record(void *ctx, int from, const uint8_t *data, size_t n)
{
  struct tape *t = ctx;
  if (from != 0)
    return false;
  assert_true(t->count < 16);
  memcpy(t->data[t->count], data, n);
  t->n[t->count++] = n;
  return t->count > t->let_pass;
}

static struct call *call_taped(struct tape *t, size_t let_pass)
{
  struct call *c = call_prepare(NULL, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  t->let_pass = let_pass;
  c->wire.swallow = tape_record;
  c->wire.swallow_ctx = t;
  call_begin(c, &a, &b);
  return c;
}

static void test_silence_times_out(void **state)
{
  (void)state;
  static struct tape tape;
  tape = (struct tape){0};
  struct call *c = call_taped(&tape, 2); /* the hello arrives, nothing after it */
  wire_run(&c->wire, SECOND_US / 10);
  assert_int_equal(dtls_state(c->server), DTLS_HANDSHAKING);
  c->wire.end[0] = c->wire.end[1]; /* the client is gone */
  wire_run(&c->wire, HANDSHAKE_US - 1);
  assert_int_equal(dtls_state(c->server), DTLS_HANDSHAKING);
  wire_run(&c->wire, HANDSHAKE_US + SECOND_US);
  assert_failed(c->server, DTLS_FAIL_TIMEOUT);
  /* two datagrams a flight, at 0, 50, 150, 350, 750 ms and every 400 ms then */
  assert_in_range(c->wire.sent[1], 74, 82);
  call_free(c);
}

static void repeat_hello(struct call *c, const struct tape *t, uint64_t now_us)
{
  dtls_input(c->server, now_us, t->data[0], t->n[0]);
  dtls_input(c->server, now_us, t->data[1], t->n[1]);
}

static void test_a_repeated_hello_is_answered_at_leisure(void **state)
{
  (void)state;
  static struct tape tape;
  tape = (struct tape){0};
  struct call *c = call_taped(&tape, 2);
  wire_run(&c->wire, WIRE_DELAY_US);
  size_t flight = c->wire.sent[1];
  repeat_hello(c, &tape, WIRE_DELAY_US + 24000);
  assert_int_equal(c->wire.sent[1], flight);
  repeat_hello(c, &tape, WIRE_DELAY_US + 26000);
  assert_int_equal(c->wire.sent[1], 2 * flight);
  tape.data[0][DTLS_RECORD_HEADER + DTLS_HANDSHAKE_HEADER + 2] ^= 1; /* another hello */
  repeat_hello(c, &tape, WIRE_DELAY_US + 60000);
  assert_int_equal(c->wire.sent[1], 2 * flight);
  call_free(c);
}

static void test_hello_floods_are_bounded(void **state)
{
  (void)state;
  static struct tape tape;
  tape = (struct tape){0};
  struct call *c = call_taped(&tape, 2);
  wire_run(&c->wire, WIRE_DELAY_US);
  size_t before = c->wire.sent[1];
  for (uint64_t i = 0; i < 100000; i++) /* for one second */
    repeat_hello(c, &tape, WIRE_DELAY_US + 10 * i);
  assert_true(c->wire.sent[1] - before <= LIMIT_DTLS_BURST + LIMIT_DTLS_PER_SECOND);
  call_free(c);
}

/* --- an established session and what strangers send to it --- */

static void assert_alive(struct call *c)
{
  assert_int_equal(dtls_state(c->server), DTLS_ESTABLISHED);
  dtls_close(c->client, c->wire.now_us);
  assert_int_equal(dtls_state(c->client), DTLS_CLOSED);
  call_run(c);
  assert_int_equal(dtls_state(c->server), DTLS_CLOSED);
}

static void test_close(void **state)
{
  (void)state;
  const struct client_spec *clients[] = {NULL, &old_client};
  for (size_t i = 0; i < 2; i++) {
    struct call *c = call_new(clients[i]);
    struct dtls_srtp_keys keys;
    assert_alive(c);
    assert_int_equal(dtls_take_keys(c->server, &keys), ERR_STATE);
    dtls_close(c->server, c->wire.now_us);
    call_free(c);
  }
}

static void flip_bits(uint64_t *random, uint8_t *data, size_t n)
{
  size_t flips = 1 + test_random_below(random, 8);
  for (size_t i = 0; i < flips; i++)
    data[test_random_below(random, (uint32_t)n)] ^= (uint8_t)(1u << test_random_below(random, 8));
}

static void throw_damaged(struct call *c, const struct tape *t, uint64_t seed)
{
  uint8_t datagram[LIMIT_DATAGRAM];
  size_t which = test_random_below(&seed, (uint32_t)t->count), n = t->n[which];
  memcpy(datagram, t->data[which], n);
  flip_bits(&seed, datagram, n);
  n = test_random_below(&seed, 4) == 0 ? test_random_below(&seed, (uint32_t)n + 1) : n;
  dtls_input(c->server, c->wire.now_us, datagram, n);
}

static void test_damaged_datagrams_do_not_end_a_session(void **state)
{
  (void)state;
  static struct tape tape;
  tape = (struct tape){0};
  struct call *c = call_taped(&tape, 16);
  call_run(c);
  assert_int_equal(dtls_state(c->server), DTLS_ESTABLISHED);
  for (uint64_t seed = 1; seed <= 5000; seed++) {
    c->wire.now_us += 1000;
    throw_damaged(c, &tape, seed);
  }
  assert_alive(c);
  call_free(c);
}

/* In DTLS 1.2 whoever repeats the client's last flight makes the server repeat its own; the parts of it that are not
 * protected can be forged with any number. */
static void test_forged_repetition_is_bounded(void **state)
{
  (void)state;
  static struct tape tape;
  tape = (struct tape){0};
  struct call *c = call_prepare(&old_client, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  tape.let_pass = 16;
  c->wire.swallow = tape_record;
  c->wire.swallow_ctx = &tape;
  call_begin(c, &a, &b);
  call_run(c);
  assert_int_equal(dtls_state(c->server), DTLS_ESTABLISHED);
  size_t before = c->wire.sent[1];
  for (uint32_t i = 0; i < 10000; i++) { /* for one second */
    struct writer number = writer_of(tape.data[1] + 7, 4);
    put_u32(&number, 100 + i);
    dtls_input(c->server, c->wire.now_us + 100 * i, tape.data[1], tape.n[1]);
  }
  assert_in_range(c->wire.sent[1] - before, 1, LIMIT_DTLS_BURST + LIMIT_DTLS_PER_SECOND);
  c->wire.now_us += 3 * SECOND_US;
  assert_alive(c);
  call_free(c);
}

static void put_plain_record(struct writer *w, uint8_t type, uint64_t number, struct span body)
{
  put_u8(w, type);
  put_u16(w, DTLS_VERSION_12);
  put_u16(w, 0);
  put_u16(w, (uint16_t)(number >> 32));
  put_u32(w, (uint32_t)number);
  put_u16(w, (uint16_t)body.n);
  put_span(w, body);
}

static void throw_plain(struct dtls *d, uint64_t now_us, uint8_t type, struct span body)
{
  for (uint64_t number = 0; number < 100; number++) {
    uint8_t datagram[128];
    struct writer w = writer_of(datagram, sizeof datagram);
    put_plain_record(&w, type, number, body);
    dtls_input(d, now_us, w.base, w.n);
  }
}

static void test_unprotected_records_do_not_end_a_session(void **state)
{
  (void)state;
  static const uint8_t fatal[] = {2, 40}, close_notify[] = {1, 0}, data[] = "hello", ccs[] = {1};
  const struct client_spec *clients[] = {NULL, &old_client};
  for (size_t i = 0; i < 2; i++) {
    struct call *c = call_new(clients[i]);
    throw_plain(c->server, c->wire.now_us, 21, span_of(fatal, 2));
    throw_plain(c->server, c->wire.now_us, 21, span_of(close_notify, 2));
    throw_plain(c->server, c->wire.now_us, 23, span_of(data, 5));
    throw_plain(c->server, c->wire.now_us, 20, span_of(ccs, 1));
    throw_plain(c->server, c->wire.now_us, 26, span_of("\0\0", 2));
    assert_alive(c);
    call_free(c);
  }
}

static void test_a_foreign_hello_does_not_disturb_a_session(void **state)
{
  (void)state;
  struct call *c = call_new(NULL);
  size_t sent = c->wire.sent[1];
  uint8_t message[1024], datagram[1200];
  struct writer m = writer_of(message, sizeof message);
  put_hello(&m, &weak_suite);
  for (uint16_t seq = 0; seq < 4; seq++) {
    struct writer w = writer_of(datagram, sizeof datagram);
    put_hello_datagram(&w, writer_span(&m), seq, 0, m.n);
    dtls_input(c->server, c->wire.now_us, w.base, w.n);
  }
  assert_int_equal(c->wire.sent[1], sent);
  assert_alive(c);
  call_free(c);
}

/* The whole of a recorded handshake, to the session that it made and to a new one with the same certificate. */
static void test_a_replayed_handshake_gives_nothing(void **state)
{
  (void)state;
  static struct tape tape;
  tape = (struct tape){0};
  struct call *c = call_taped(&tape, 16);
  call_run(c);
  size_t recorded = tape.count;
  for (size_t i = 0; i < recorded; i++)
    dtls_input(c->server, c->wire.now_us, tape.data[i], tape.n[i]);
  assert_int_equal(dtls_state(c->server), DTLS_ESTABLISHED);
  dtls_free(c->server);
  struct dtls_config b = call_config(c, 1);
  assert_int_equal(dtls_new(&c->server, c->server_context, &b), 0);
  for (size_t i = 0; i < recorded; i++)
    dtls_input(c->server, c->wire.now_us, tape.data[i], tape.n[i]);
  assert_int_not_equal(dtls_state(c->server), DTLS_ESTABLISHED);
  call_free(c);
}

/* --- keys do not outlive their session (T2) --- */

/* All memory of wolfSSL from one piece that is never given back, so that it can be searched afterwards. */
static uint8_t arena[8 << 20];
static size_t arena_used;

static void *arena_malloc(size_t n)
{
  size_t at = arena_used;
  arena_used += (n + 31) & ~(size_t)15;
  assert_true(arena_used <= sizeof arena);
  memcpy(arena + at, &n, sizeof n);
  return arena + at + 16;
}

static void arena_free(void *p)
{
  (void)p;
}

static void *arena_realloc(void *p, size_t n)
{
  size_t old = 0;
  void *fresh = arena_malloc(n);
  if (p != NULL)
    memcpy(&old, (uint8_t *)p - 16, sizeof old);
  if (old > 0)
    memcpy(fresh, p, old < n ? old : n);
  return fresh;
}

static size_t found_in(const void *where, size_t n, const uint8_t *secret, size_t secret_n)
{
  size_t found = 0;
  const uint8_t *at = where, *end = at + n;
  while ((at = memmem(at, (size_t)(end - at), secret, secret_n)) != NULL) {
    found++;
    at++;
  }
  return found;
}

/* The scalar in the DER form of an EC key (RFC 5915): 30 77 02 01 01 04 20 and 32 bytes. */
static const uint8_t *private_scalar(const struct cert *c)
{
  return cert_key_der(c).p + 7;
}

static void assert_forgotten(const uint8_t *secret, size_t n)
{
  assert_int_equal(found_in(arena, arena_used, secret, n), 0);
}

static void expect_no_key_left(const struct client_spec *client, bool let_go)
{
  arena_used = 0;
  assert_int_equal(wolfSSL_SetAllocators(arena_malloc, arena_free, arena_realloc), 0);
  struct call *c = call_prepare(client, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  struct dtls_srtp_keys keys;
  uint8_t scalar[32];
  memcpy(scalar, private_scalar(c->server_cert), sizeof scalar);
  call_begin(c, &a, &b);
  assert_true(found_in(arena, arena_used, scalar, sizeof scalar) > 0); /* the search can find */
  call_run(c);
  assert_int_equal(found_in(c->server, sizeof *c->server, c->server->keys.local_key, 32), 1);
  assert_int_equal(dtls_take_keys(c->server, &keys), 0);
  assert_int_equal(found_in(c->server, sizeof *c->server, keys.local_key, 32), 0);
  assert_int_equal(dtls_take_keys(c->server, &keys), ERR_STATE);
  if (let_go) {
    assert_int_equal(dtls_let_go(c->server), 0);
  } else {
    dtls_free(c->server);
    c->server = NULL;
  }
  assert_forgotten(keys.local_key, 32);
  assert_forgotten(keys.remote_key, 32);
  assert_forgotten(keys.local_salt, 12);
  assert_forgotten(scalar, sizeof scalar);
  call_free(c);
  assert_int_equal(wolfSSL_SetAllocators(NULL, NULL, NULL), 0);
}

static void test_no_key_is_left(void **state)
{
  (void)state;
  for (int let_go = 0; let_go < 2; let_go++) {
    expect_no_key_left(NULL, let_go != 0);
    expect_no_key_left(&old_client, let_go != 0);
  }
}

/* Of a session that was let go the facts are left, and a close_notify that the peer believes. */
static void expect_let_go(const struct client_spec *client)
{
  struct call *c = call_prepare(client, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  struct dtls_facts before, after;
  call_begin(c, &a, &b);
  assert_int_equal(dtls_let_go(c->server), ERR_STATE);
  call_run(c);
  size_t sent = c->wire.sent[1];
  dtls_facts(c->server, &before);
  assert_false(dtls_is_let_go(c->server));
  assert_int_equal(dtls_let_go(c->server), 0);
  assert_int_equal(dtls_let_go(c->server), 0);
  assert_true(dtls_is_let_go(c->server));
  assert_int_equal(c->wire.sent[1], sent);
  dtls_facts(c->server, &after);
  assert_memory_equal(&before, &after, sizeof before);
  assert_established(c);
  dtls_close(c->client, c->wire.now_us); /* nobody hears that */
  call_run(c);
  assert_int_equal(dtls_state(c->server), DTLS_ESTABLISHED);
  assert_true(dtls_next_us(c->server) == DTLS_NEVER);
  call_free(c);

  c = call_new(client);
  assert_int_equal(dtls_let_go(c->server), 0);
  dtls_close(c->server, c->wire.now_us);
  call_run(c);
  assert_int_equal(dtls_state(c->client), DTLS_CLOSED);
  assert_int_equal(dtls_state(c->server), DTLS_CLOSED);
  call_free(c);
}

static void test_let_go(void **state)
{
  (void)state;
  expect_let_go(NULL);
  expect_let_go(&chacha_client);
  expect_let_go(&old_client);
}

static void test_closing_wipes_keys_not_taken(void **state)
{
  (void)state;
  struct call *c = call_new(NULL);
  uint8_t key[32];
  memcpy(key, c->server->keys.local_key, sizeof key);
  dtls_close(c->server, c->wire.now_us);
  assert_int_equal(found_in(c->server, sizeof *c->server, key, sizeof key), 0);
  call_free(c);
}

/* --- misuse --- */

static void test_calls_out_of_order(void **state)
{
  (void)state;
  struct call *c = call_prepare(NULL, 1);
  struct dtls_config a = call_config(c, 0), b = call_config(c, 1);
  struct dtls_srtp_keys keys;
  struct dtls *d;
  a.mtu = DTLS_MTU_LEAST - 1;
  assert_int_equal(dtls_new(&d, c->client_context, &a), ERR_RANGE);
  a.mtu = LIMIT_DATAGRAM + 1;
  assert_int_equal(dtls_new(&d, c->client_context, &a), ERR_RANGE);
  a.mtu = DTLS_MTU_LEAST;
  call_begin(c, &a, &b);
  assert_int_equal(dtls_start(c->client, 0), ERR_STATE);
  assert_int_equal(dtls_start(c->server, 0), ERR_STATE);
  assert_int_equal(dtls_take_keys(c->client, &keys), ERR_STATE);
  dtls_close(c->client, 0);
  assert_int_equal(dtls_state(c->client), DTLS_CLOSED);
  dtls_input(c->client, 0, (const uint8_t *)"\x16", 1);
  dtls_tick(c->client, 2 * HANDSHAKE_US);
  assert_int_equal(dtls_state(c->client), DTLS_CLOSED);
  call_free(c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_handshake),
      cmocka_unit_test(test_the_hello_comes_in_fragments),
      cmocka_unit_test(test_other_clients),
      cmocka_unit_test(test_asks_for_the_hybrid_share),
      cmocka_unit_test(test_certificates),
      cmocka_unit_test(test_bad_weather),
      cmocka_unit_test(test_bad_weather_in_12),
      cmocka_unit_test(test_bad_weather_with_a_second_hello),
      cmocka_unit_test(test_loss_costs_little_time),
      cmocka_unit_test(test_any_single_loss),
      cmocka_unit_test(test_one_timer_is_enough),
      cmocka_unit_test(test_wrong_fingerprint_of_the_client),
      cmocka_unit_test(test_wrong_fingerprint_of_the_server),
      cmocka_unit_test(test_a_copied_certificate_is_not_enough),
      cmocka_unit_test(test_the_fingerprint_may_come_late_but_must_come),
      cmocka_unit_test(test_demands_post_quantum),
      cmocka_unit_test(test_a_stripped_group_is_seen_and_fails),
      cmocka_unit_test(test_refusals_are_told),
      cmocka_unit_test(test_large_hellos),
      cmocka_unit_test(test_garbage_before_the_hello_is_dropped),
      cmocka_unit_test(test_silence_times_out),
      cmocka_unit_test(test_a_repeated_hello_is_answered_at_leisure),
      cmocka_unit_test(test_hello_floods_are_bounded),
      cmocka_unit_test(test_close),
      cmocka_unit_test(test_damaged_datagrams_do_not_end_a_session),
      cmocka_unit_test(test_forged_repetition_is_bounded),
      cmocka_unit_test(test_unprotected_records_do_not_end_a_session),
      cmocka_unit_test(test_a_foreign_hello_does_not_disturb_a_session),
      cmocka_unit_test(test_a_replayed_handshake_gives_nothing),
      cmocka_unit_test(test_no_key_is_left),
      cmocka_unit_test(test_let_go),
      cmocka_unit_test(test_closing_wipes_keys_not_taken),
      cmocka_unit_test(test_calls_out_of_order),
  };
  return cmocka_run_group_tests_name("dtls", tests, NULL, NULL);
}
