/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ClientHello before the DTLS library sees it: put together from its fragments, read for what it offers, judged by
 * the policy of dtls.h. Hellos with a post-quantum key share never fit into one datagram, and wolfSSL takes them whole
 * only. (RFC 6347 section 4.2, RFC 9147 section 5, RFC 8446 section 4.1.2, RFC 5764 section 4.1.) */
#ifndef TESTUDO_PROTO_DTLS_HELLO_H
#define TESTUDO_PROTO_DTLS_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "proto/dtls.h"

#define DTLS_RECORD_HEADER 13
#define DTLS_HANDSHAKE_HEADER 12
#define DTLS_HELLO_RANDOM 32

#define DTLS_CONTENT_ALERT 21
#define DTLS_CONTENT_HANDSHAKE 22
#define DTLS_CLIENT_HELLO 1
#define DTLS_SERVER_HELLO 2

/* An unprotected record (DTLSPlaintext). */
struct dtls_record {
  uint8_t type;
  uint16_t version;
  uint16_t epoch;
  uint64_t number; /* 48 bits */
  struct span body;
};

/* Takes the next record of a datagram. ERR_TRUNCATED; ERR_UNSUPPORTED for a record of DTLS 1.3's protected form. */
int dtls_record_take(struct span *datagram, struct dtls_record *r);

/* A fragment of a handshake message. `offset + body.n <= total` holds. */
struct dtls_fragment {
  uint8_t type;
  uint16_t seq;   /* of the message within the handshake */
  uint32_t total; /* bytes of the whole message */
  uint32_t offset;
  struct span body;
};

/* Takes the next fragment of a handshake record. ERR_TRUNCATED, ERR_MALFORMED. */
int dtls_fragment_take(struct span *record, struct dtls_fragment *f);

/* Puts one ClientHello together. Fragments may come in any order, repeated and overlapping: what came first stays. */
struct dtls_hello_assembly {
  uint16_t seq;
  uint32_t total; /* 0: none begun */
  uint32_t have;
  uint8_t present[LIMIT_DTLS_HELLO / 8]; /* a bit for each byte */
  uint8_t data[LIMIT_DTLS_HELLO];
};

/* 0: complete, the message is data[0..total). ERR_AGAIN: fragments are missing. ERR_LIMIT: longer than
 * LIMIT_DTLS_HELLO. ERR_MALFORMED: empty, or of another length than the fragments before; it is ignored. */
int dtls_hello_add(struct dtls_hello_assembly *a, const struct dtls_fragment *f);

static inline void dtls_hello_reset(struct dtls_hello_assembly *a)
{
  a->total = 0;
}

struct dtls_hello {
  uint8_t random[DTLS_HELLO_RANDOM];
  struct dtls_offer offer;
};

/* Reads a whole ClientHello (without its handshake header). ERR_TRUNCATED, ERR_MALFORMED. */
int dtls_hello_parse(struct span message, struct dtls_hello *h);

/* DTLS_OK, or why the policy refuses what is offered. */
enum dtls_failure dtls_hello_judge(const struct dtls_offer *offer, bool require_post_quantum);

/* The parts of the policy that sessions share with the judgement. */
bool dtls_suite_allowed(uint16_t suite);
bool dtls_group_allowed(uint16_t group);

#define DTLS_VERSION_12 0xfefd
#define DTLS_VERSION_13 0xfefc
#define DTLS_SUITE_AES_256_GCM_SHA384 0x1302
#define DTLS_SUITE_CHACHA20_POLY1305_SHA256 0x1303
#define DTLS_SUITE_ECDHE_ECDSA_AES_256_GCM_SHA384 0xc02c
#define DTLS_SUITE_ECDHE_ECDSA_CHACHA20_POLY1305_SHA256 0xcca9
#define DTLS_GROUP_X25519MLKEM768 0x11ec
#define DTLS_GROUP_X25519 0x001d
#define DTLS_GROUP_SECP256R1 0x0017
#define DTLS_SRTP_AEAD_AES_256_GCM 0x0008

#endif
