/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/dtls.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/err.h"
#include "proto/dtls_internal.h"

#define RETRY_FIRST_US 50000u /* RFC 9147 section 5.8.2 lets real-time media be faster than its 1 s */
#define RETRY_LAST_US 400000u /* a person waits: longer steps make the rare long waits longer and save little */
#define DATAGRAM_COST_US (1000000u / LIMIT_DTLS_PER_SECOND)
#define SRTP_MATERIAL 88 /* RFC 5764 section 4.2: client key, server key, client salt, server salt */

/* ---- sending ---- */

static bool take_token(struct dtls *d)
{
  if (d->paid_us < d->now_us)
    d->paid_us = d->now_us;
  if (d->paid_us - d->now_us > (uint64_t)(LIMIT_DTLS_BURST - 1) * DATAGRAM_COST_US)
    return false;
  d->paid_us += DATAGRAM_COST_US;
  return true;
}

void dtls_send_datagram(struct dtls *d, struct span datagram)
{
  d->sent++;
  d->sent_us = d->now_us;
  if (take_token(d))
    d->send(d->send_ctx, datagram.p, datagram.n);
}

static void keep_close_notify(struct dtls *d, struct span datagram)
{
  if (datagram.n > sizeof d->close_notify)
    return; /* not said: the peer will notice by itself */
  memcpy(d->close_notify, datagram.p, datagram.n);
  d->close_notify_n = (uint8_t)datagram.n;
}

static int on_send(WOLFSSL *ssl, char *data, int n, void *ctx)
{
  struct dtls *d = ctx;
  struct span datagram = span_of(data, (size_t)n);
  (void)ssl;
  if (d->leaving) {
    keep_close_notify(d, datagram);
  } else if (d->context->role == DTLS_CLIENT) {
    dtls_client_send(d, datagram);
  } else {
    dtls_server_sees_output(d, datagram);
    dtls_send_datagram(d, datagram);
  }
  return n;
}

static int on_receive(WOLFSSL *ssl, char *data, int capacity, void *ctx)
{
  struct dtls *d = ctx;
  size_t n = d->input.n;
  if (n == 0 || n > (size_t)capacity)
    return WOLFSSL_CBIO_ERR_WANT_READ;
  memcpy(data, d->input.p, n);
  d->input.n = 0;
  if (d->context->role == DTLS_SERVER)
    (void)wolfSSL_dtls_set_mtu(ssl, (unsigned short)d->mtu); /* the gate may have raised it */
  return (int)n;
}

/* ---- ends ---- */

static void stop(struct dtls *d, enum dtls_state state)
{
  d->state = state;
  d->deadline_us = d->retry_us = DTLS_NEVER;
  d->keys_ready = false;
  sodium_memzero(&d->keys, sizeof d->keys);
  wolfSSL_free(d->ssl);
  d->ssl = NULL;
  free(d->gate.assembly);
  d->gate.assembly = NULL;
}

void dtls_fail(struct dtls *d, enum dtls_failure failure)
{
  d->facts.failure = failure;
  stop(d, DTLS_FAILED);
}

static void close_session(struct dtls *d)
{
  if (d->ssl != NULL)
    (void)wolfSSL_shutdown(d->ssl); /* sends close_notify; whether the peer answers makes no difference */
  else if (d->close_notify_n > 0)
    dtls_send_datagram(d, span_of(d->close_notify, d->close_notify_n));
  stop(d, DTLS_CLOSED);
}

bool dtls_is_let_go(const struct dtls *d)
{
  return d->state == DTLS_ESTABLISHED && d->ssl == NULL;
}

int dtls_let_go(struct dtls *d)
{
  if (d->state != DTLS_ESTABLISHED)
    return ERR_STATE;
  if (d->ssl == NULL)
    return 0;
  d->leaving = true;
  (void)wolfSSL_shutdown(d->ssl);
  d->leaving = false;
  wolfSSL_free(d->ssl);
  d->ssl = NULL;
  return 0;
}

static bool ended_by_alert(struct dtls *d)
{
  WOLFSSL_ALERT_HISTORY h;
  return wolfSSL_get_alert_history(d->ssl, &h) == WOLFSSL_SUCCESS && h.last_rx.level == alert_fatal;
}

static enum dtls_failure failure_of(struct dtls *d, int error)
{
  if (d->facts.failure != DTLS_OK)
    return d->facts.failure; /* seen by on_verify */
  if (ended_by_alert(d))
    return DTLS_FAIL_REFUSED;
  switch (error) {
  case NO_PEER_CERT: return DTLS_FAIL_NO_CERTIFICATE;
  case MEMORY_E: return DTLS_FAIL_INTERNAL;
  default: return DTLS_FAIL_PROTOCOL;
  }
}

/* ---- the peer's certificate ---- */

static bool fingerprint_matches(const struct dtls *d)
{
  return d->facts.peer_cert && d->fingerprint_set &&
         sodium_memcmp(d->facts.peer_fingerprint, d->fingerprint, CERT_FINGERPRINT) == 0;
}

/* A self-signed certificate is what WebRTC has: trust comes from the fingerprint. So the usual error is that no
 * authority vouches for it; wolfSSL does not come to look at its dates then. */
static int on_verify(int ok, WOLFSSL_X509_STORE_CTX *store)
{
  struct dtls *d = store->userCtx;
  (void)ok;
  if (store->error != ASN_NO_SIGNER_E || store->totalCerts != 1)
    return 0;
  (void)crypto_hash_sha256(d->facts.peer_fingerprint, store->certs[0].buffer, store->certs[0].length);
  d->facts.peer_cert = true;
  if (!d->fingerprint_set || fingerprint_matches(d))
    return 1;
  d->facts.failure = DTLS_FAIL_FINGERPRINT;
  return 0;
}

/* ---- the handshake ---- */

static void export_keys(struct dtls *d, const uint8_t material[SRTP_MATERIAL])
{
  bool server = d->context->role == DTLS_SERVER;
  struct dtls_srtp_keys *k = &d->keys;
  memcpy(server ? k->remote_key : k->local_key, material, 32);
  memcpy(server ? k->local_key : k->remote_key, material + 32, 32);
  memcpy(server ? k->remote_salt : k->local_salt, material + 64, 12);
  memcpy(server ? k->local_salt : k->remote_salt, material + 76, 12);
  d->keys_ready = true;
}

static int export_srtp(struct dtls *d)
{
  uint8_t material[SRTP_MATERIAL];
  size_t n = sizeof material;
  int err = wolfSSL_export_dtls_srtp_keying_material(d->ssl, material, &n) == WOLFSSL_SUCCESS && n == sizeof material
                ? 0
                : ERR_CRYPTO;
  if (err == 0)
    export_keys(d, material);
  sodium_memzero(material, sizeof material);
  return err;
}

/* What was agreed must be what the policy allows, whoever was to see to it. */
static bool read_facts(struct dtls *d)
{
  struct dtls_facts *f = &d->facts;
  const WOLFSSL_SRTP_PROTECTION_PROFILE *srtp = wolfSSL_get_selected_srtp_profile(d->ssl);
  const char *version = dtls_version_name(wolfSSL_version(d->ssl));
  const char *cipher = dtls_suite_name(wolfSSL_get_current_cipher_suite(d->ssl));
  const char *group = dtls_group_name(wolfSSL_get_curve_name(d->ssl));
  if (version == NULL || cipher == NULL || group == NULL || srtp == NULL || srtp->id != DTLS_SRTP_AEAD_AES_256_GCM)
    return false;
  f->version = version;
  f->cipher = cipher;
  f->group = group;
  f->srtp = "AEAD_AES_256_GCM";
  return true;
}

static void establish(struct dtls *d)
{
  if (!fingerprint_matches(d)) {
    dtls_fail(d, d->facts.peer_cert ? DTLS_FAIL_FINGERPRINT : DTLS_FAIL_NO_CERTIFICATE);
    return;
  }
  if (!read_facts(d)) {
    dtls_fail(d, wolfSSL_get_selected_srtp_profile(d->ssl) == NULL ? DTLS_FAIL_SRTP_MISSING : DTLS_FAIL_PROTOCOL);
    return;
  }
  if (export_srtp(d) != 0) {
    dtls_fail(d, DTLS_FAIL_INTERNAL);
    return;
  }
  d->state = DTLS_ESTABLISHED;
  d->deadline_us = d->retry_us = DTLS_NEVER; /* wolfSSL's client waits for its last flight to be acknowledged before */
  /* The master secret goes with them. */
  wolfSSL_FreeArrays(d->ssl);
}

/* After the handshake: late flights are answered inside wolfSSL, close_notify ends the session, everything else is
 * dropped. An error here is no reason to end a call whose keys are agreed. */
static void drain(struct dtls *d)
{
  uint8_t scrap[256];
  int r;
  do {
    r = wolfSSL_read(d->ssl, scrap, sizeof scrap);
  } while (r > 0);
  sodium_memzero(scrap, sizeof scrap);
  if (wolfSSL_get_error(d->ssl, r) == WOLFSSL_ERROR_ZERO_RETURN)
    close_session(d);
}

void dtls_advance(struct dtls *d)
{
  int r = d->context->role == DTLS_SERVER ? wolfSSL_accept(d->ssl) : wolfSSL_connect(d->ssl);
  if (r == WOLFSSL_SUCCESS) {
    establish(d);
    return;
  }
  int error = wolfSSL_get_error(d->ssl, r);
  if (error != WOLFSSL_ERROR_WANT_READ && error != WOLFSSL_ERROR_WANT_WRITE)
    dtls_fail(d, failure_of(d, error));
}

/* ---- the timer ---- */

void dtls_begin(struct dtls *d)
{
  if (d->state != DTLS_NEW)
    return;
  d->state = DTLS_HANDSHAKING;
  d->deadline_us = d->now_us + LIMIT_DTLS_HANDSHAKE_US;
}

static void retransmit(struct dtls *d)
{
  /* The first round may send acknowledgements only. wolfSSL's own time-out grows at each and ends the session at a
   * limit: keep it at its start, the real clock is ours. */
  int rounds = wolfSSL_dtls13_use_quick_timeout(d->ssl) ? 2 : 1;
  while (rounds-- > 0) {
    (void)wolfSSL_dtls_set_timeout_init(d->ssl, 1);
    (void)wolfSSL_dtls_got_timeout(d->ssl);
  }
}

static void start_timer(struct dtls *d)
{
  d->interval_us = RETRY_FIRST_US;
  d->retry_us = d->now_us + d->interval_us;
}

void dtls_retry(struct dtls *d)
{
  if (d->gate.wanted && d->gate.retry_request_n > 0)
    dtls_send_datagram(d, span_of(d->gate.retry_request, d->gate.retry_request_n));
  else
    retransmit(d);
  d->interval_us = d->interval_us < RETRY_LAST_US ? 2 * d->interval_us : RETRY_LAST_US;
  d->retry_us = d->now_us + d->interval_us;
}

/* ---- the interface ---- */

static bool set_up_session(struct dtls *d, const struct cert *cert)
{
  struct span der = cert_der(cert), key = cert_key_der(cert);
  bool server = d->context->role == DTLS_SERVER;
  WOLFSSL *ssl = d->ssl;
  if (wolfSSL_use_certificate_buffer(ssl, der.p, (long)der.n, WOLFSSL_FILETYPE_ASN1) != WOLFSSL_SUCCESS ||
      wolfSSL_use_PrivateKey_buffer(ssl, key.p, (long)key.n, WOLFSSL_FILETYPE_ASN1) != WOLFSSL_SUCCESS ||
      wolfSSL_dtls_set_mtu(ssl, (unsigned short)(server ? d->mtu : LIMIT_DTLS_HELLO)) != WOLFSSL_SUCCESS ||
      wolfSSL_set_group_messages(ssl) != WOLFSSL_SUCCESS)
    return false;
  if (server && wolfSSL_disable_hrr_cookie(ssl) != WOLFSSL_SUCCESS)
    return false;
  wolfSSL_KeepArrays(ssl); /* until the SRTP keys are exported */
  wolfSSL_dtls_set_using_nonblock(ssl, 1);
  wolfSSL_set_verify(ssl, WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, on_verify);
  wolfSSL_SetCertCbCtx(ssl, d);
  wolfSSL_SSLSetIORecv(ssl, on_receive);
  wolfSSL_SSLSetIOSend(ssl, on_send);
  wolfSSL_SetIOReadCtx(ssl, d);
  wolfSSL_SetIOWriteCtx(ssl, d);
  return true;
}

int dtls_new(struct dtls **out, const struct dtls_context *c, const struct dtls_config *config)
{
  size_t mtu = config->mtu == 0 ? DTLS_MTU : config->mtu;
  if (mtu < DTLS_MTU_LEAST || mtu > LIMIT_DATAGRAM)
    return ERR_RANGE;
  struct dtls *d = calloc(1, sizeof *d);
  if (d == NULL)
    return ERR_NOMEM;
  *d = (struct dtls){.context = c,
                     .send = config->send,
                     .send_ctx = config->ctx,
                     .mtu = mtu,
                     .require_post_quantum = config->require_post_quantum,
                     .gate = {.wanted = c->role == DTLS_SERVER},
                     .deadline_us = DTLS_NEVER,
                     .retry_us = DTLS_NEVER,
                     .facts = {.version = "", .cipher = "", .group = "", .srtp = ""}};
  if (config->fingerprint != NULL)
    (void)dtls_expect(d, config->fingerprint);
  d->ssl = wolfSSL_new(c->ssl);
  if (d->ssl == NULL || !set_up_session(d, config->cert)) {
    dtls_free(d);
    return ERR_CRYPTO;
  }
  *out = d;
  return 0;
}

void dtls_free(struct dtls *d)
{
  if (d == NULL)
    return;
  wolfSSL_free(d->ssl);
  free(d->gate.assembly);
  sodium_memzero(d, sizeof *d);
  free(d);
}

int dtls_expect(struct dtls *d, const uint8_t fingerprint[CERT_FINGERPRINT])
{
  if (d->state != DTLS_NEW && d->state != DTLS_HANDSHAKING)
    return ERR_STATE;
  memcpy(d->fingerprint, fingerprint, CERT_FINGERPRINT);
  d->fingerprint_set = true;
  return 0;
}

int dtls_start(struct dtls *d, uint64_t now_us)
{
  if (d->context->role != DTLS_CLIENT || d->state != DTLS_NEW)
    return ERR_STATE;
  d->now_us = now_us;
  dtls_begin(d);
  dtls_advance(d);
  if (d->state == DTLS_HANDSHAKING)
    start_timer(d);
  return 0;
}

void dtls_input(struct dtls *d, uint64_t now_us, const uint8_t *data, size_t n)
{
  uint64_t before = d->sent;
  d->now_us = now_us;
  if (d->ssl == NULL || n == 0 || (d->context->role == DTLS_CLIENT && d->state == DTLS_NEW))
    return;
  if (d->context->role == DTLS_CLIENT || !dtls_server_gate(d, span_of(data, n))) {
    d->input = span_of(data, n);
    if (d->state == DTLS_ESTABLISHED)
      drain(d);
    else
      dtls_advance(d);
    d->input = (struct span){0};
  }
  if (d->sent != before && d->state == DTLS_HANDSHAKING)
    start_timer(d);
}

void dtls_tick(struct dtls *d, uint64_t now_us)
{
  d->now_us = now_us;
  if (now_us >= d->deadline_us)
    dtls_fail(d, DTLS_FAIL_TIMEOUT);
  else if (now_us >= d->retry_us)
    dtls_retry(d);
}

uint64_t dtls_next_us(const struct dtls *d)
{
  return d->deadline_us < d->retry_us ? d->deadline_us : d->retry_us;
}

enum dtls_state dtls_state(const struct dtls *d)
{
  return d->state;
}

int dtls_take_keys(struct dtls *d, struct dtls_srtp_keys *keys)
{
  if (!d->keys_ready)
    return ERR_STATE;
  *keys = d->keys;
  sodium_memzero(&d->keys, sizeof d->keys);
  d->keys_ready = false;
  return 0;
}

void dtls_facts(const struct dtls *d, struct dtls_facts *facts)
{
  *facts = d->facts;
}

void dtls_close(struct dtls *d, uint64_t now_us)
{
  d->now_us = now_us;
  if (d->state == DTLS_ESTABLISHED)
    close_session(d);
  else if (d->state != DTLS_FAILED && d->state != DTLS_CLOSED)
    stop(d, DTLS_CLOSED);
}
