/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request on its way through the API: who asks, what, and where the answer goes. Only files of src/web/api include
 * this. An endpoint is called when everything that its route demands holds (routes.h), and gives the whole answer, or
 * puts it off (later.h). */
#ifndef TESTUDO_WEB_API_CONTEXT_H
#define TESTUDO_WEB_API_CONTEXT_H

#include <jansson.h>

#include "store/store_log.h"
#include "store/store_people.h"
#include "store/store_rooms.h"
#include "store/store_sessions.h"
#include "store/store_tickets.h"
#include "web/api/api.h"
#include "web/api/fields.h"
#include "web/api/routes.h"
#include "web/words/words.h"

enum asker { ASKED_BY_ANYBODY, ASKED_BY_SESSION, ASKED_BY_KEY };

struct context {
  struct api *api;
  struct api_time time;
  const struct http_request *request;
  struct http_response *response;
  const struct route *route;
  struct span parameter[ROUTE_PARAMETERS]; /* what stands for each {} of the route's pattern */
  json_t *body;                            /* of requests with JSON */
  uint8_t origin;                          /* index of the one of our origins that was asked */
  enum asker by;
  struct session session; /* of ASKED_BY_SESSION */
  bool locked;
  bool has_account;
  struct account account; /* wiped at the end: it may hold the TOTP secret */
  struct api_key key;     /* of ASKED_BY_KEY */
};

/* The end of a context: wipes what it holds. */
void context_fini(struct context *c);

/* --- refusals that many give --- */

void refuse_not_found(struct context *c);
void refuse_not_allowed(struct context *c);
void refuse_trouble(struct context *c); /* 503: the store or a library failed; logged there */
void refuse_bad_request(struct context *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* By a store's error: ERR_NOT_FOUND, ERR_STATE (conflict), ERR_LIMIT (server_full), ERR_RANGE (bad_request), else trouble. */
void refuse_store_error(struct context *c, int err);
/* Whether `err` is none; else that refusal is given. */
bool store_did(struct context *c, int err);

/* The nonce for the session's next proof, with the answer. */
void give_nonce(struct context *c, enum nonce_kind kind);

/* Where the rate of a key, a hook or an account is kept in a table of API_KEY_PLACES: some share a place. */
size_t rate_place(const struct uid *id);

/* --- ids and the query --- */

#define UID_TEXT TOKEN_TEXT

/* Writes the text and a zero; returns `text`. */
const char *uid_text(const struct uid *id, char text[UID_TEXT + 1]);
/* A JSON string, or null for none. */
json_t *uid_json(const struct uid *id);
/* ERR_MALFORMED. */
int uid_parse(struct span text, struct uid *id);
/* The id in the path, or a refusal. */
bool take_uid_parameter(struct context *c, size_t i, struct uid *id);

/* An argument of the query, decoded; empty: it is not there. */
struct span query_argument(const struct context *c, const char *name);
bool query_flag(const struct context *c, const char *name);

/* The language of the page that asks; for programs English. */
const struct words *asker_words(const struct context *c);

/* --- who did it, for the log of security events --- */

/* "anna@school.example", "key:NAME", "guest". */
const char *asker_name(const struct context *c, char text[EMAIL_BYTES]);
/* Notes an event of this asker. What cannot be written is logged and does not stop the answer. */
void note_event(struct context *c, const char *kind, const char *subject, const char *detail);
/* The same without a request: `actor` "server". */
void note_server_event(struct api *a, uint64_t now_s, const char *actor, const char *kind, const char *subject,
                       const char *detail);

bool is_administrator(const struct context *c);

#endif
