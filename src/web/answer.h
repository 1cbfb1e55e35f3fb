/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTPS requests and answers as plain data, and how each kind of answer is made. */
#ifndef TESTUDO_WEB_ANSWER_H
#define TESTUDO_WEB_ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/net.h"
#include "web/assets.h"
#include "web/token.h"

#define DEVICE_COOKIE_TEXT 75 /* a device token as text (auth/device.h) */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_OTHER };

#define HTTP_ARGUMENTS 8 /* of a query; a request with more is refused */

/* Whether a request of this method brings a body, and tells its length. */
static inline bool http_method_has_body(enum http_method method)
{
  return method == HTTP_POST || method == HTTP_PUT || method == HTTP_PATCH;
}

/* Header values are empty when the header is missing. */
struct http_request {
  uint64_t id; /* names the exchange to an answer that comes later (later.h) */
  enum http_method method;
  struct span path; /* decoded, without the query */
  struct span argument[HTTP_ARGUMENTS]; /* of the query, decoded: "name=value" */
  size_t arguments;
  bool too_many_arguments;
  struct span host, origin, cookie, content_type, if_none_match, accept_encoding, accept_language, user_agent;
  struct span proof, authorization, idempotency_key, signature; /* Testudo-Proof, Authorization, ... */
  struct span body;
  struct net_addr from; /* for rate limits alone: neither logged nor told to anyone (T9) */
};

#define RESPONSE_BODY 1024
#define RESPONSE_LOCATION 1024

struct http_response {
  unsigned status;
  const char *content_type;
  const char *cache_control;
  const char *etag;               /* or NULL */
  const char *encoding;           /* of the body, or NULL: as it is */
  const char *vary;               /* headers of a request that would have got another answer (RFC 9110, 12.5.5), or NULL */
  bool later;                     /* there is no answer yet: it comes through later.h */
  bool clear_cookie;
  char set_cookie[SECRET_TEXT + 1]; /* value of a new cookie, or empty */
  char set_device[DEVICE_COOKIE_TEXT + 1]; /* the same for the device token's cookie */
  char nonce[TOKEN_TEXT + 1];     /* for the session's next proof, or empty */
  unsigned retry_after_s;         /* 0: not said */
  const char *allow_origin;       /* another origin whose page may read this answer (B2), or NULL */
  char location[RESPONSE_LOCATION]; /* of a redirect, or empty */
  struct span body;               /* in `buffer`, `heap` or of an asset; to a HEAD its length is told, but it is not sent */
  uint8_t buffer[RESPONSE_BODY];
  uint8_t *heap;                  /* a body that is larger than that; answer_fini frees it */
  size_t heap_n;
};

/* The next member of a header's list (RFC 9110, section 5.6.1), without the blanks before it; empty at the end. */
struct span answer_take_member(struct span *list);

/* An answer without a body so far; cookies, nonce and what else goes with any body stay as they are. */
void answer_begin(struct http_response *s, unsigned status, const char *content_type, const char *cache_control);

/* Takes over `json`. */
void answer_json(struct http_response *s, unsigned status, json_t *json);

/* 204 */
void answer_nothing(struct http_response *s);

/* Problem details (RFC 9457). `code` is stable, `detail` plain language. */
void answer_refusal(struct http_response *s, unsigned status, const char *code, const char *detail);

/* The same with members of its own: takes over `more`, an object. */
void answer_refusal_with(struct http_response *s, unsigned status, const char *code, const char *detail, json_t *more);

/* Wipes and frees what the answer holds. */
void answer_fini(struct http_response *s);

/* 200 with the file, compressed if the client takes that, or 304 if it has it already. */
void answer_asset(struct http_response *s, const struct http_request *q, const struct asset *asset);

/* A page for people who came by a broken link. */
void answer_not_found(struct http_response *s);

#endif
