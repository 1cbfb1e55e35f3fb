/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTPS request and its answer, between libwebsockets and the API: reading the one and writing the other. */
#ifndef TESTUDO_WEB_EXCHANGE_H
#define TESTUDO_WEB_EXCHANGE_H

#include "web/server.h"

#define EXCHANGE_TEXT 16384 /* of the headers that we look at */

struct exchange {
  struct http_request request; /* points into `text` and `body` */
  struct http_response response;
  uint8_t text[EXCHANGE_TEXT];
  uint8_t *body; /* `body_most` bytes, taken when the request's length is known */
  size_t body_n, body_most;
  uint64_t deadline_us; /* for the body to be here: libwebsockets' own begins anew with every byte */
  size_t sent;
  struct lws *wsi;
  bool answered; /* what still comes of the request is thrown away */
  bool close;    /* the request was not read to its end */
};

/* Copies what is asked from libwebsockets, which forgets it before the answer is made. */
void exchange_read_request(struct server *s, struct lws *wsi, struct span path, struct exchange *e);

/* The header's value, all its lines joined, or an empty span: also when it is too long to be one of ours. */
struct span exchange_copy_header(struct lws *wsi, struct writer *w, enum lws_token_indexes token);

/* The length of the body that follows: 0 to `most`. ERR_NOT_FOUND without a plain length, ERR_LIMIT if it is too
 * large. */
int exchange_body_length(struct lws *wsi, size_t most, size_t *length);

/* Memory for a body of this length. ERR_NOMEM. */
int exchange_make_body(struct exchange *e, size_t length);

/* Wipes and frees it: a codeword may be in it. */
void exchange_free(struct exchange *e);

/* 0, or -1: the connection is of no more use. A piece is at most one TLS record. */
int exchange_write_headers(struct lws *wsi, const struct exchange *e);
int exchange_write_piece(struct lws *wsi, struct exchange *e);
bool exchange_has_more(const struct exchange *e);

#endif
