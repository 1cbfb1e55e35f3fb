/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between api.c (which request goes where, and may it) and api_endpoints.c (what it does). */
#ifndef TESTUDO_WEB_API_INTERNAL_H
#define TESTUDO_WEB_API_INTERNAL_H

#include "web/api.h"

struct context {
  struct api *api;
  uint64_t now_us;
  const struct http_request *request;
  struct http_response *response;
  uint8_t origin;   /* index; of POSTs */
  uint8_t room_address[TOKEN_BYTES];
  json_t *body;     /* of POSTs */
};

/* Each gives the whole answer to its request. */
void endpoint_post_host(struct context *c);
void endpoint_get_room(struct context *c);
void endpoint_post_entry(struct context *c);

#endif
