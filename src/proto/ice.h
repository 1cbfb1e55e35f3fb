/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's end of ICE: a lite agent (RFC 8445, section 2.5). It answers checks and never sends any; it is always
 * in the controlled role. A remote address becomes a valid tuple only by a check with the right MESSAGE-INTEGRITY,
 * and is where media goes once the peer nominates it; the latest nomination wins, which is how a peer changes its
 * network. Some nominate every pair that works and use the best of them (aggressive nomination, RFC 5245, section 8.1.1.2): so
 * TCP takes UDP's place only when it is nominated again and UDP was not in between.
 *
 * Consent (RFC 7675) seen from the answering side: sending goes on as long as fresh checks arrive from the selected
 * tuple.
 *
 * Checks carry no replay protection of their own: who copies one on its way could send it again from another address
 * and so draw the media there. Therefore the agent remembers the latest transactions: a repeated one is answered
 * again as the retransmission that it most likely is, but changes nothing, and from an unknown address it is dropped.
 *
 * The agent is plain data without pointers: embedded, copied by nobody, wiped by ice_lite_fini. */
#ifndef TESTUDO_PROTO_ICE_H
#define TESTUDO_PROTO_ICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/net.h"
#include "base/random.h"
#include "proto/stun.h"

#define ICE_UFRAG_BYTES 8         /* of ours: 48 random bits, the key of the worker's map */
#define ICE_PWD_BYTES 24          /* of ours: 144 random bits; RFC 8445 asks for 128 */
#define ICE_REMOTE_UFRAG_MIN 4    /* RFC 8839, section 5.4 */
#define ICE_REMOTE_UFRAG_MAX 256
#define ICE_DIGEST_BYTES 16
#define ICE_CONSENT_US 30000000u  /* RFC 7675, section 5.1 */
#define ICE_TRANSACTIONS_KEPT 32  /* at the browsers' rate of checks more than a minute */

/* One generation; an ICE restart makes a new one. The peer's password is not needed: a lite agent sends no checks. */
struct ice_credentials {
  uint8_t ufrag[ICE_UFRAG_BYTES];
  uint8_t pwd[ICE_PWD_BYTES];
  uint8_t remote_ufrag[ICE_DIGEST_BYTES]; /* a digest of it: it may be long, and is only compared */
};

struct ice_tuple {
  struct net_addr addr;
  uint64_t checked_us; /* the last fresh check from there */
};

struct ice_lite {
  struct ice_credentials now;
  struct ice_credentials before;   /* also valid while `restarting` */
  bool restarting;                 /* until the new generation has a nomination */
  uint8_t tuples;
  uint8_t selected;                /* index; == LIMIT_PEER_TUPLES: none yet */
  uint8_t challenger;              /* the TCP tuple that was nominated once while the selected one is UDP, or as above */
  uint8_t transaction_next;
  struct ice_tuple tuple[LIMIT_PEER_TUPLES];
  uint64_t started_us;
  uint8_t transaction[ICE_TRANSACTIONS_KEPT][STUN_TRANSACTION_BYTES];
};

/* What a check changed. The owner keeps its look-up tables by it. */
struct ice_event {
  bool respond;          /* a response was written: send it to where the check came from */
  bool tuple_added;      /* the address is a valid tuple from now on */
  bool tuple_dropped;    /* `dropped` is none any more: its place was needed */
  bool selected_changed; /* media goes to ice_lite_remote from now on */
  bool ufrag_retired;    /* the restart is complete: `retired` is no ufrag of this agent any more */
  struct net_addr dropped;
  uint8_t retired[ICE_UFRAG_BYTES];
};

/* Fills `text` with n random characters that ICE allows in ufrags and passwords, 6 bits each. */
void ice_random_text(const struct random *random, uint8_t *text, size_t n);

/* New credentials from `random`. ERR_RANGE when the remote ufrag is shorter or longer than RFC 8839 allows. */
int ice_lite_init(struct ice_lite *ice, uint64_t now_us, struct span remote_ufrag, const struct random *random);

/* Wipes it. */
void ice_lite_fini(struct ice_lite *ice);

/* True if an offer with this ufrag asks for an ICE restart. */
bool ice_lite_is_restart(const struct ice_lite *ice, struct span remote_ufrag);

/* An ICE restart (RFC 8445, section 9): new local credentials for the answer. The old ones, and the selected tuple
 * with them, stay valid until the peer nominates with the new ones. A restart during a restart replaces the newer
 * generation: take ice_lite_ufrag out of the map before the call when `restarting`, and put the new one in after it.
 * ERR_RANGE. */
int ice_lite_restart(struct ice_lite *ice, struct span remote_ufrag, const struct random *random);

/* Ours, of the newest generation, as text without an end. Point into the agent. */
struct span ice_lite_ufrag(const struct ice_lite *ice);
struct span ice_lite_pwd(const struct ice_lite *ice);

/* The part of a check's USERNAME that is the receiving agent's ufrag, to find the agent by. ERR_NOT_FOUND when the
 * message is no request with such a user name of ours (ICE_UFRAG_BYTES, then ':'). Says nothing about who sent it. */
int ice_local_ufrag(const struct stun_message *m, struct span *ufrag);

/* One check. `response` needs room for STUN_RESPONSE_MAX bytes. 0 with the event: the check was authentic (which is
 * no success yet: a role conflict or an unknown attribute is answered with its error code). Otherwise nothing changed
 * and nothing is to be sent:
 * ERR_UNSUPPORTED  no request (a lite agent has no use for responses; indications only keep NAT bindings open)
 * ERR_AUTH         wrong user name or integrity. RFC 8489 wants 400 or 401 here; silence instead: an answer would tell
 *                  a guesser which ufrags exist, make us a reflector, and an honest peer has no other password to try
 * ERR_REPLAY       a transaction seen before, from an address that is no valid tuple
 * ERR_CRYPTO, ERR_LIMIT (`response` too small) */
int ice_lite_input(struct ice_lite *ice, uint64_t now_us, const struct net_addr *from, const struct stun_message *check,
                   struct writer *response, struct ice_event *event);

/* Where to send: the selected tuple, before the first nomination the one that was checked last (RFC 8445, section
 * 12.1); NULL before the first valid check. Points into the agent. */
const struct net_addr *ice_lite_remote(const struct ice_lite *ice);

/* True if the address is a valid tuple with a check in the last 30 s. A check from an address that another agent holds
 * must be dropped before it reaches ice_lite_input: its source may be forged, by a participant who wants that agent's
 * packets to go astray. An address that is no longer held may change its owner (a NAT gave it to someone else): then
 * ice_lite_forget it at the old one. */
bool ice_lite_holds(const struct ice_lite *ice, const struct net_addr *addr, uint64_t now_us);
void ice_lite_forget(struct ice_lite *ice, const struct net_addr *addr);

/* When consent ends if no further check comes: 30 s after the last one of the selected tuple, before the first
 * nomination 30 s after the last one of any, or after the start; when the last tuple was forgotten, 30 s after its last
 * one. */
uint64_t ice_lite_expires_us(const struct ice_lite *ice);

static inline bool ice_lite_expired(const struct ice_lite *ice, uint64_t now_us)
{
  return now_us >= ice_lite_expires_us(ice);
}

#endif
