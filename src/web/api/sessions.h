/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of sessions: what hangs on them, signing in with one factor or two, telling owners (A3, A8, B10). */
#ifndef TESTUDO_WEB_API_SESSIONS_H
#define TESTUDO_WEB_API_SESSIONS_H

#include "web/api/context.h"
#include "web/words/words.h"

/* Ends it everywhere: in the store, its nonces, its meetings, what it was doing. `code` is what pages are told:
 * "session_ended", ... ERR_NOT_FOUND: there is none. */
int session_end(struct api *a, struct api_time time, const struct uid *session, const char *code);

/* All sessions of an account but `keep` (may be none). Gives how many. */
size_t session_end_all(struct api *a, struct api_time time, const struct uid *account, const struct uid *keep,
                       const char *code);

/* The session that asks has ended: its browser forgets the cookie and gets no nonce. */
void session_forget_own(struct context *c);

/* Whoever was in a meeting by a session other than `keep` is out. For when the store has no other session any more. */
void sessions_end_live(struct api *a, struct api_time time, const struct uid *keep);

/* A notice in the product and, where mail can be sent, an e-mail in the owner's language. `detail`: what the notice names,
 * if it names anything (words.h), else "". */
void tell_owner(struct api *a, struct api_time time, const struct account *account, enum notice_kind kind,
                const char *detail);

/* What an account has to do before anything else works, as bits. */
enum session_must { MUST_SET_PASSWORD = 1, MUST_SECOND_FACTOR = 2 };
unsigned session_musts(struct api *a, const struct account *account);

/* A right factor was shown by who asks for this account: signs in, asks for the second, unlocks or confirms, and gives the
 * answer (200 with the session, or 409 other_account). The guard is the caller's matter. */
void session_factor_shown(struct context *c, const struct account *account, enum session_factor factor);

/* A guest has shown that this address, which has no account, is theirs: from now on verified by it, with a new cookie
 * (session fixation). Gives the answer. */
void session_address_shown(struct context *c, const char *email, enum session_factor factor);

/* The session as pages see it (docs/API.md, section 3), as the answer. */
void answer_session(struct context *c, unsigned status);

/* Keyed hash of the network and kind of browser of a session: many people may share it. */
void device_of_session(const struct api *a, const struct session *session, uint8_t device[DEVICE_BYTES]);

/* "password", ... of bits: a new list. */
json_t *factors_json(uint32_t factors);

bool account_has_passkey(struct api *a, const struct account *account);

/* Whether the person has something that can be a second factor. */
bool account_has_second(struct api *a, const struct account *account);

/* Whether this account's sign-in takes two factors. */
bool account_wants_two(const struct api *a, const struct account *account);

/* Whether it does by demand, whatever the person chooses. */
bool account_must_have_two(const struct api *a, const struct account *account);

#endif
