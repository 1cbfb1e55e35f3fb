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

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

/* Header values are empty when the header is missing. */
struct http_request {
  enum http_method method;
  struct span path; /* decoded, without the query */
  struct span host, origin, cookie, content_type, if_none_match, accept_encoding;
  struct span body;
  struct net_addr from; /* for rate limits alone: neither logged nor told to anyone (T9) */
};

#define RESPONSE_BODY 1024

struct http_response {
  unsigned status;
  const char *content_type;
  const char *cache_control;
  const char *etag;               /* or NULL */
  const char *encoding;           /* of the body, or NULL: as it is */
  bool varies;                    /* another Accept-Encoding would have got another answer */
  char set_cookie[SECRET_TEXT + 1]; /* value of a new cookie, or empty */
  struct span body;               /* in `buffer` or of an asset; to a HEAD its length is told, but it is not sent */
  uint8_t buffer[RESPONSE_BODY];
};

/* An answer without a body so far; `set_cookie` stays as it is. */
void answer_begin(struct http_response *s, unsigned status, const char *content_type, const char *cache_control);

/* Takes over `json`. */
void answer_json(struct http_response *s, unsigned status, json_t *json);

/* Problem details (RFC 9457). `code` is stable, `detail` plain language. */
void answer_refusal(struct http_response *s, unsigned status, const char *code, const char *detail);

/* 200 with the file, compressed if the client takes that, or 304 if it has it already. */
void answer_asset(struct http_response *s, const struct http_request *q, const struct asset *asset);

/* A page for people who came by a broken link. */
void answer_not_found(struct http_response *s);

#endif
