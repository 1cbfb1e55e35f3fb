/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server answers over HTTPS: the page's files and the API of docs/SIGNALLING.md, section 1. No sockets
 * here: a request comes in as plain data, an answer goes out. */
#ifndef TESTUDO_WEB_API_H
#define TESTUDO_WEB_API_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "web/answer.h"
#include "web/entry.h"
#include "web/host_link.h"
#include "web/likeness.h"
#include "web/origins.h"
#include "web/rate.h"
#include "web/rooms.h"

struct api {
  struct rooms *rooms;
  struct entries entries;
  struct host_link host_link;
  struct likeness *likeness;
  struct rate_table rates; /* of POSTs and of connections, by address */
  struct origins origins;
  struct random random;
  /* A new host link is open: show it to the operator, and nobody else. The token lives until return. */
  void (*show_link)(void *ctx, const char *token);
  void *ctx;
};

/* ERR_NOMEM. `rooms` stays the caller's. */
int api_init(struct api *a, struct rooms *rooms, const struct origins *origins, const struct random *random);
void api_fini(struct api *a);

/* Opens a new host link and shows it. */
void api_open_host_link(struct api *a);

/* The answer to a request. It may hold secrets: wipe it after it was sent. */
void api_answer(struct api *a, uint64_t now_us, const struct http_request *q, struct http_response *s);

/* Whether a request with this path and method may have a body at all, before it is read. */
bool api_takes_body(const struct http_request *q);

/* The upgrade to a signalling socket: whose is it? Errors give the refusal in `s`. */
struct socket_ticket {
  struct entry_grant grant;
  struct entry_secrets secrets;
};

/* `entry` is the text in the query. 0, or ERR_REFUSED with the answer in `s`. */
int api_open_socket(struct api *a, uint64_t now_us, const struct http_request *q, struct span protocols,
                    struct span entry, struct socket_ticket *ticket, struct http_response *s);

void api_tick(struct api *a, uint64_t now_us);

#endif
