/* SPDX-License-Identifier: GPL-3.0-or-later */
/* STUN Binding messages (RFC 8489) with the attributes of ICE (RFC 8445, section 16.1): parsed in one bounded pass,
 * written with MESSAGE-INTEGRITY and FINGERPRINT. Only the Binding method and short-term credentials; no allocation. */
#ifndef TESTUDO_PROTO_STUN_H
#define TESTUDO_PROTO_STUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/net.h"

#define STUN_HEADER_BYTES 20
#define STUN_TRANSACTION_BYTES 12
#define STUN_USERNAME_MAX 508   /* RFC 8489, section 14.3: less than 509 bytes */
#define STUN_UNKNOWN_MAX 8      /* unknown attributes that a 420 response names */
#define STUN_RESPONSE_MAX 128   /* bytes enough for every response that is written here */
#define STUN_REQUEST_MAX 640    /* bytes enough for every request that is written here */

enum stun_class { STUN_REQUEST, STUN_INDICATION, STUN_SUCCESS, STUN_ERROR };

enum stun_code {
  STUN_BAD_REQUEST = 400,
  STUN_UNAUTHENTICATED = 401,
  STUN_UNKNOWN_ATTRIBUTE = 420,
  STUN_ROLE_CONFLICT = 487,
};

/* A parsed message. It points into the datagram, which must stay alive and unchanged. */
struct stun_message {
  struct span raw;
  enum stun_class class;
  uint8_t transaction[STUN_TRANSACTION_BYTES];
  struct span username;           /* .p is NULL when absent */
  struct net_addr mapped;         /* XOR-MAPPED-ADDRESS; family 0 when absent; socket is 0 */
  uint64_t tie_breaker;           /* of ICE-CONTROLLING or ICE-CONTROLLED */
  uint32_t priority;              /* 0 when absent (0 is no valid priority) */
  uint16_t error_code;            /* 300..699; 0 when absent */
  uint16_t unknown[STUN_UNKNOWN_MAX]; /* attributes that must be understood and are not, the first few */
  uint8_t unknown_count;
  bool use_candidate;
  bool controlling;               /* the sender says that it is in the controlling role */
  bool controlled;
  bool fingerprint;               /* present (and then right: a wrong one is an error of stun_parse) */
  uint16_t integrity_at;          /* where the MESSAGE-INTEGRITY attribute begins in raw; 0 when absent */
};

/* Reads one Binding message that fills the datagram exactly. What follows MESSAGE-INTEGRITY is ignored except
 * FINGERPRINT (RFC 8489, section 14.5): it is not authenticated. Of an attribute that comes twice, the first counts.
 * Integrity is not checked here. ERR_TRUNCATED, ERR_MALFORMED (also a wrong FINGERPRINT or magic cookie),
 * ERR_UNSUPPORTED (another method). */
int stun_parse(struct span datagram, struct stun_message *m);

/* The HMAC-SHA1 over all before MESSAGE-INTEGRITY, compared in constant time. ERR_AUTH when it is wrong or absent,
 * ERR_CRYPTO. */
int stun_check_integrity(const struct stun_message *m, struct span password);

/* A Binding success response with XOR-MAPPED-ADDRESS, MESSAGE-INTEGRITY and FINGERPRINT. ERR_LIMIT when it does not fit
 * (STUN_RESPONSE_MAX always does), ERR_CRYPTO. */
int stun_write_success(struct writer *w, const uint8_t transaction[STUN_TRANSACTION_BYTES],
                       const struct net_addr *mapped, struct span password);

/* A Binding error response to `request`; 420 lists its unknown attributes. Without MESSAGE-INTEGRITY when the
 * password is empty. Errors as above. */
int stun_write_error(struct writer *w, const struct stun_message *request, enum stun_code code, struct span password);

/* A Binding request as an ICE agent in the controlling role sends it. */
struct stun_check {
  uint8_t transaction[STUN_TRANSACTION_BYTES];
  struct span username; /* "remote ufrag:local ufrag", at most STUN_USERNAME_MAX bytes */
  uint64_t tie_breaker;
  uint32_t priority;
  bool use_candidate;
};

/* ERR_RANGE for a user name that is too long; others as above. */
int stun_write_check(struct writer *w, const struct stun_check *check, struct span password);

#endif
