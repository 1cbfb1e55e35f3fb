/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DTLS 1.3 and 1.2 for DTLS-SRTP (RFC 9147, 6347, 5764) over wolfSSL, without sockets and clock: datagrams and the time
 * go in, datagrams come out by a callback. Only the handshake and its end are used: it agrees on SRTP keys and proves
 * that the peer holds the certificate named in its SDP. Application data is discarded.
 *
 * The policy on strength lives here and nowhere else (T1, T3, T4):
 *   - 256-bit forward-secret AEADs only: AES-256-GCM, ChaCha20-Poly1305. Never AES-128, CBC or static keys.
 *   - the hybrid X25519MLKEM768 whenever the client supports it, also if it sent no key share for it; else X25519, or
 *     P-256, which RFC 8827 lets peers have alone.
 *   - AEAD_AES_256_GCM (0x0008) as the only SRTP profile (RFC 7714).
 *   - DTLS 1.2 only with the extended master secret (RFC 7627). No renegotiation, resumption, tickets or early data.
 * The server looks at the ClientHello itself before wolfSSL sees it, so that a refusal names its reason.
 *
 * The server assumes that the peer's address is validated already (by ICE), so it sends no cookies. What an attacker
 * who forges that address can provoke is bounded: reassembly holds one ClientHello of at most LIMIT_DTLS_HELLO bytes,
 * output is limited by a token bucket, a malformed datagram is dropped.
 *
 * In a sandbox this needs getrandom(2), getpid(2) (wolfSSL's generator wants to notice a fork), memory, and the clock
 * through the vDSO; no file. dtls_context_new does the library's own initialisation. One process uses this from one
 * thread. */
#ifndef TESTUDO_PROTO_DTLS_H
#define TESTUDO_PROTO_DTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "proto/cert.h"

#define DTLS_MTU 1200       /* default: bytes of a UDP payload that pass every path worth the name */
#define DTLS_MTU_LEAST 1000 /* wolfSSL receives at most the MTU + 500 */
#define DTLS_NEVER UINT64_MAX

enum dtls_role { DTLS_CLIENT, DTLS_SERVER };

enum dtls_state {
  DTLS_NEW, /* nothing sent or received */
  DTLS_HANDSHAKING,
  DTLS_ESTABLISHED, /* keys and facts can be had */
  DTLS_FAILED,      /* see dtls_facts.failure; for good */
  DTLS_CLOSED,      /* by the peer's close_notify or by dtls_close; for good. Keys are wiped, facts stay */
};

/* Why a handshake failed. Stable codes and plain text: dtls_failure_code, dtls_failure_text. */
enum dtls_failure {
  DTLS_OK,
  DTLS_FAIL_VERSION,        /* the peer speaks neither DTLS 1.3 nor 1.2 */
  DTLS_FAIL_CIPHER,         /* no cipher suite in common: the peer offers none with 256 bits */
  DTLS_FAIL_GROUP,          /* no key exchange group in common */
  DTLS_FAIL_SRTP_MISSING,   /* the peer does not offer DTLS-SRTP at all */
  DTLS_FAIL_SRTP_PROFILE,   /* the peer offers no AEAD_AES_256_GCM */
  DTLS_FAIL_MASTER_SECRET,  /* DTLS 1.2 without the extended master secret */
  DTLS_FAIL_POST_QUANTUM,   /* the room demands X25519MLKEM768 and the peer does not offer it */
  DTLS_FAIL_NO_CERTIFICATE, /* the peer showed no certificate */
  DTLS_FAIL_FINGERPRINT,    /* the peer's certificate is not the one of its SDP, or none was set by the end */
  DTLS_FAIL_REFUSED,        /* the peer ended the handshake by an alert */
  DTLS_FAIL_PROTOCOL,       /* the peer broke the protocol, or its signature is wrong */
  DTLS_FAIL_TIMEOUT,        /* not finished within LIMIT_DTLS_HANDSHAKE_US of the start */
  DTLS_FAIL_INTERNAL,       /* out of memory and the like */
  DTLS_FAILURES
};

/* Per process and role. The certificate is the connection's, see dtls_config. */
struct dtls_context;

/* ERR_NOMEM, ERR_CRYPTO (the library lacks a feature). */
int dtls_context_new(struct dtls_context **c, enum dtls_role role);

/* After all its connections. NULL does nothing. */
void dtls_context_free(struct dtls_context *c);

struct dtls_config {
  const struct cert *cert;    /* copied: may be freed after dtls_new */
  const uint8_t *fingerprint; /* the peer's, CERT_FINGERPRINT bytes; NULL: comes by dtls_expect before the end */
  size_t mtu;                 /* 0: DTLS_MTU */
  bool require_post_quantum;  /* server: refuse clients without X25519MLKEM768 */
  /* Called from within dtls_input, dtls_tick, dtls_start and dtls_close, once per datagram of at most `mtu` bytes,
   * which is valid during the call. Must not call back into this module. */
  void (*send)(void *ctx, const uint8_t *data, size_t n);
  void *ctx;
};

struct dtls;

/* ERR_NOMEM, ERR_CRYPTO, ERR_RANGE (mtu). The context must outlive the connection. The clock of the time limit starts
 * with the first datagram (server) or dtls_start (client). */
int dtls_new(struct dtls **d, const struct dtls_context *c, const struct dtls_config *config);

/* Wipes all keys; sends nothing. NULL does nothing. */
void dtls_free(struct dtls *d);

/* Sets the fingerprint (SHA-256) of the certificate that the peer must show. ERR_STATE unless new or handshaking. */
int dtls_expect(struct dtls *d, const uint8_t fingerprint[CERT_FINGERPRINT]);

/* Client: sends the ClientHello. ERR_STATE for a server or a second call. */
int dtls_start(struct dtls *d, uint64_t now_us);

/* One datagram whose first byte says DTLS (20 to 63, RFC 7983). What cannot be used is dropped. Look at dtls_state
 * after. */
void dtls_input(struct dtls *d, uint64_t now_us, const uint8_t *data, size_t n);

/* Does what is due: retransmission after 50, 100, 200 and every further 400 ms, the time limit. Harmless when early. */
void dtls_tick(struct dtls *d, uint64_t now_us);

/* When dtls_tick is due, or DTLS_NEVER. Changes by any call above. */
uint64_t dtls_next_us(const struct dtls *d);

enum dtls_state dtls_state(const struct dtls *d);

/* SRTP master keys and salts (RFC 5764 section 4.2, RFC 7714 section 12), from this end's point of view. */
struct dtls_srtp_keys {
  uint8_t local_key[32], local_salt[12];   /* what we send with */
  uint8_t remote_key[32], remote_salt[12]; /* what the peer sends with */
};

/* Gives the keys once and wipes its own copy; the caller wipes what it got (sodium_memzero). ERR_STATE if not
 * established or taken before. */
int dtls_take_keys(struct dtls *d, struct dtls_srtp_keys *keys);

/* What the ClientHello offered; all false until it has arrived (server only). */
struct dtls_offer {
  bool dtls13, dtls12;
  bool suite_ok;     /* a suite of ours */
  bool suite_weak;   /* suites below 256 bits or without AEAD, too */
  bool hybrid_group; /* X25519MLKEM768 among the supported groups */
  bool hybrid_share; /* with a key share for it */
  bool group_ok;
  bool srtp;      /* use_srtp at all */
  bool srtp_ok;   /* with AEAD_AES_256_GCM */
  bool srtp_weak; /* with other profiles, too */
  bool extended_master_secret;
};

/* What was negotiated and seen: the evidence of the security panel. Texts are constants, "" while not known. */
struct dtls_facts {
  const char *version; /* "DTLS 1.3" */
  const char *cipher;  /* IANA name: "TLS_AES_256_GCM_SHA384" */
  const char *group;   /* "X25519MLKEM768" */
  const char *srtp;    /* "AEAD_AES_256_GCM" */
  struct dtls_offer offer;
  bool peer_cert; /* the peer showed a certificate, whose fingerprint is: */
  uint8_t peer_fingerprint[CERT_FINGERPRINT];
  enum dtls_failure failure;
};

void dtls_facts(const struct dtls *d, struct dtls_facts *facts);

/* A stable identifier ("no_common_cipher") and one sentence for people. */
const char *dtls_failure_code(enum dtls_failure f);
const char *dtls_failure_text(enum dtls_failure f);

/* Gives back what the library holds of an established session, some 7 KiB, and wipes its keys. What is left is the facts,
 * and a close_notify that is sealed already, for dtls_close. What the peer sends from here on is not understood: it must
 * not be waiting for anything. ERR_STATE unless established. Twice is harmless. */
int dtls_let_go(struct dtls *d);
bool dtls_is_let_go(const struct dtls *d);

/* Sends close_notify if established. Then closed. */
void dtls_close(struct dtls *d, uint64_t now_us);

#endif
