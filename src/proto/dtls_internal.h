/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the DTLS module share: dtls.c has the session, dtls_server.c and dtls_client.c what only one role
 * does, dtls_context.c the policy, dtls_text.c the names. */
#ifndef TESTUDO_PROTO_DTLS_INTERNAL_H
#define TESTUDO_PROTO_DTLS_INTERNAL_H

#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

#include "base/bytes.h"
#include "proto/dtls.h"
#include "proto/dtls_hello.h"

#define HELLO_RETRY_MAX 128  /* bytes of a datagram with a HelloRetryRequest; ours have about 80 */
#define CLOSE_NOTIFY_MAX 64 /* and of one with a close_notify: 39 at most */

struct dtls_context {
  WOLFSSL_CTX *ssl;
  enum dtls_role role;
};

/* The server's view of the ClientHello. */
struct dtls_hello_gate {
  bool wanted; /* the next thing that can be used is a ClientHello, with the message number `seq` */
  uint16_t seq;
  struct dtls_hello_assembly *assembly; /* NULL unless fragments are missing */
  uint8_t random[DTLS_HELLO_RANDOM];    /* of the hello that was taken */
  size_t retry_request_n;
  uint8_t retry_request[HELLO_RETRY_MAX]; /* our HelloRetryRequest, which wolfSSL does not repeat */
};

struct dtls {
  const struct dtls_context *context;
  WOLFSSL *ssl; /* NULL once failed, closed or let go */
  void (*send)(void *ctx, const uint8_t *data, size_t n);
  void *send_ctx;
  size_t mtu;
  enum dtls_state state;
  bool require_post_quantum;
  bool fingerprint_set;
  bool keys_ready;
  bool leaving; /* what is sent is kept as the close_notify */
  uint8_t close_notify_n;
  uint8_t close_notify[CLOSE_NOTIFY_MAX]; /* of a session that was let go */
  uint8_t fingerprint[CERT_FINGERPRINT];

  uint64_t now_us;      /* of the call under way */
  uint64_t deadline_us; /* of the handshake */
  uint64_t retry_us;    /* next retransmission */
  uint64_t interval_us; /* its distance */
  uint64_t sent_us;     /* when we last sent */
  uint64_t paid_us;     /* the token bucket: the time up to which the datagrams sent have used our allowance */
  uint64_t sent;        /* datagrams */

  struct span input; /* the datagram that wolfSSL may read, within dtls_input */
  struct dtls_hello_gate gate;
  uint64_t client_records; /* client: unprotected records sent */

  struct dtls_facts facts;
  struct dtls_srtp_keys keys;
};

/* dtls.c */
void dtls_send_datagram(struct dtls *d, struct span datagram);
void dtls_fail(struct dtls *d, enum dtls_failure failure);
void dtls_begin(struct dtls *d);   /* new becomes handshaking, and the time limit runs */
void dtls_advance(struct dtls *d); /* lets wolfSSL read d->input and do what follows from it */
void dtls_retry(struct dtls *d);   /* sends the last flight again */

/* dtls_server.c */

/* Takes the ClientHello out of what arrives. True: the datagram is dealt with. False: it is wolfSSL's. */
bool dtls_server_gate(struct dtls *d, struct span datagram);

/* Remembers a HelloRetryRequest that leaves: another ClientHello is wanted then. */
void dtls_server_sees_output(struct dtls *d, struct span datagram);

/* dtls_client.c */

/* Sends what wolfSSL wrote, a ClientHello that is longer than a datagram in fragments. */
void dtls_client_send(struct dtls *d, struct span datagram);

/* dtls_text.c: constant texts for what was negotiated; NULL for what the policy does not allow. */
const char *dtls_version_name(int wolfssl_version);
const char *dtls_suite_name(int suite);
const char *dtls_group_name(const char *wolfssl_name);

#endif
