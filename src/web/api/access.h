/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who asks, and may they? One place for all endpoints: rates, origins, sessions with their proofs, keys of programs, roles,
 * step-up (A2, A3, B2, B10). */
#ifndef TESTUDO_WEB_API_ACCESS_H
#define TESTUDO_WEB_API_ACCESS_H

#include "web/api/context.h"

/* True when everything that c->route demands holds; fills in who asks. Else the refusal is in c->response. */
bool access_admit(struct context *c);

/* Whether the request is one of a page of another origin that may use keys (CORS): then the answer says so. */
void access_tell_origin(struct context *c);

/* The browser that a Cookie header names: 0 with its session, which may be too old or locked. ERR_NOT_FOUND. Nothing is
 * proven by this alone. */
int access_session_of_cookie(const struct api *a, struct span cookies, struct session *session);

/* The key of a program that an Authorization header names. ERR_NOT_FOUND: none, unknown or revoked. */
int access_key_of(const struct api *a, struct span authorization, struct api_key *key);

#endif
