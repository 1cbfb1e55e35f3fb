/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other end of ICE, as small as one server allows: a controlling agent with one pair, which checks and nominates
 * the server's one address, and answers the checks of a server that is not lite. For simulations and load generation.
 * Pacing and retransmission are the caller's: a check that got no response is followed by a new one. */
#ifndef TESTUDO_PROTO_ICE_CLIENT_H
#define TESTUDO_PROTO_ICE_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/net.h"
#include "base/random.h"
#include "proto/ice.h"

struct ice_client {
  uint8_t ufrag[ICE_UFRAG_BYTES]; /* ours, for the offer */
  uint8_t pwd[ICE_PWD_BYTES];     /* ours: what a server that checks us must know; a lite one never uses it */
  uint8_t username[2 * ICE_REMOTE_UFRAG_MAX]; /* "theirs:ours" */
  uint16_t username_n;
  uint8_t remote_pwd[ICE_REMOTE_UFRAG_MAX];
  uint16_t remote_pwd_n;
  uint64_t tie_breaker;
  uint8_t transaction[STUN_TRANSACTION_BYTES]; /* of the check under way */
  bool waiting;
  uint64_t answered_us;           /* the last success; 0: none yet */
};

/* New local credentials from `random`, for the offer. */
void ice_client_init(struct ice_client *c, const struct random *random);

/* The server's credentials, from its answer. ERR_RANGE when they are empty or too long. */
int ice_client_set_remote(struct ice_client *c, struct span ufrag, struct span pwd);

/* Writes the next check (STUN_REQUEST_MAX bytes are enough) and forgets the one under way. ERR_STATE before
 * ice_client_set_remote; ERR_LIMIT, ERR_CRYPTO. */
int ice_client_check(struct ice_client *c, bool nominate, const struct random *random, struct writer *w);

/* 0: a success response to the check under way; `mapped` is our address as the server sees it. ERR_REFUSED: an
 * authentic error response. ERR_AUTH, ERR_NOT_FOUND (answers no check of ours), ERR_CRYPTO: ignore it. */
int ice_client_response(struct ice_client *c, uint64_t now_us, const struct stun_message *m, struct net_addr *mapped);

/* A check of the server's: the response to it (STUN_RESPONSE_MAX bytes are enough). It changes nothing here: the one
 * pair is nominated by our own checks. ERR_UNSUPPORTED: no request; ERR_AUTH: not from that server; ERR_STATE before
 * ice_client_set_remote; ERR_LIMIT, ERR_CRYPTO. */
int ice_client_request(const struct ice_client *c, const struct net_addr *from, const struct stun_message *m,
                       struct writer *response);

#endif
