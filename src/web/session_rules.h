/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session may do and for how long (A3): decisions alone, without the store, a clock or a socket. The caller
 * finds the session by the hash of its cookie, asks session_check, and does what session_outcome says.
 *
 * A session without an account is a guest's. Ages are counted from times of the store; one that lies in the future,
 * after the clock was set back, counts as now. */
#ifndef TESTUDO_WEB_SESSION_RULES_H
#define TESTUDO_WEB_SESSION_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "store/store_sessions.h"
#include "web/nonce.h"
#include "web/proof.h"

/* All in seconds. */
struct session_times {
  uint32_t idle_s;     /* an account's session that is not used for so long is over */
  uint32_t lock_s;     /* ... and for so long asks for a factor again before it goes on; 0: never */
  uint32_t absolute_s; /* an account's session is over so long after the sign-in, however much it is used */
  uint32_t guest_s;    /* a guest's, after its beginning */
  uint32_t step_up_s;  /* a factor that was shown so recently is enough for a sensitive change */
};

/* 12 hours, 30 minutes, 14 days, 24 hours, 5 minutes. */
struct session_times session_times_default(void);

enum session_decision {
  SESSION_GOOD,
  SESSION_UNKNOWN,    /* no session has this cookie */
  SESSION_EXPIRED,
  SESSION_NO_NONCE,   /* no proof, or its nonce is unknown, used or too old */
  SESSION_BAD_PROOF,  /* a header or a request that is none */
  SESSION_COPIED,     /* the right cookie with another key */
  SESSION_LOCKED,     /* proven, and idle for too long: only a factor or the end of the session is accepted */
  SESSION_TROUBLE,    /* the server could not tell */
};
#define SESSION_DECISIONS 8

/* What a decision leads to. */
struct session_outcome {
  unsigned status;    /* of the answer; 0: the request is carried out */
  const char *code;   /* of the problem details */
  const char *detail;
  const char *notice; /* kind of the notice to the owner and of the event in the log, or NULL */
  bool remove;        /* the session is removed from the store, its sockets are closed, its nonces forgotten */
  bool clear_cookie;
  bool nonce;         /* the answer carries a nonce, of kind NONCE_PROVEN if `proven` */
  bool proven;
  bool touch;         /* the session was used now */
};

const struct session_outcome *session_outcome(enum session_decision decision);

/* What is asked, and with which proof. */
struct session_question {
  struct span proof; /* the header's value; empty: none */
  struct proof_request request;
  uint64_t now_us;   /* for the nonces: any clock that never goes back */
  uint64_t now_s;    /* Unix time */
};

/* Decides on one request. `session` is NULL for a cookie that nobody has. A right proof uses up its nonce, whatever
 * comes of it; a wrong one never does. */
enum session_decision session_check(const struct session_times *times, struct nonces *nonces,
                                    const struct session *session, const struct session_question *question);

bool session_is_expired(const struct session_times *times, const struct session *session, uint64_t now_s);
bool session_is_locked(const struct session_times *times, const struct session *session, uint64_t now_s);

/* Whether a factor was shown recently enough for a sensitive change. */
bool session_is_confirmed(const struct session_times *times, const struct session *session, uint64_t now_s);

/* Whether these factors (enum session_factor) are two different ones. A passkey is two by itself: the device, and that it has
 * verified its owner; codes of an app and recovery codes are second to a first one only. */
bool session_factors_are_two(uint32_t factors);

/* Makes a new guest's session of a browser with this key. Its id is the store's to give. `secret` is the text of the
 * cookie: wipe it after use. */
void session_begin(struct session *session, const struct random *random, const uint8_t key[SESSION_KEY_BYTES],
                   uint64_t now_s, char secret[SECRET_TEXT + 1]);

/* Signs an account in with the factors that were shown (enum session_factor): a new cookie, so that one that was known
 * or planted before is worth nothing after (session fixation). What the guest had shown no longer counts. The key
 * stays. The caller writes the session and then calls nonces_forget. */
void session_sign_in(struct session *session, const struct random *random, const struct uid *account, uint32_t factors,
                     uint64_t now_s, char secret[SECRET_TEXT + 1]);

/* A guest has shown that an address is theirs. A new cookie, too, since from now on tickets can be had with it; the caller
 * does the same as after session_sign_in. */
void session_verify(struct session *session, const struct random *random, const char *email, uint32_t factor,
                    uint64_t now_s, char secret[SECRET_TEXT + 1]);

/* A factor was shown again, or a further one: unlocks, and counts for step-up. */
void session_confirm(struct session *session, uint32_t factors, uint64_t now_s);

#endif
