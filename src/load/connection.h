/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS 1.3 over TCP, from a chosen address, without blocking: as many at once as there are descriptors. */
#ifndef TESTUDO_LOAD_CONNECTION_H
#define TESTUDO_LOAD_CONNECTION_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/net.h"

struct ssl_st;
struct ssl_ctx_st;

/* Zeroed: closed. */
struct connection {
  struct ssl_st *ssl;
  int fd;  /* of an open one */
  bool up; /* TLS stands, and the server's certificate is right */
  bool wants_to_write;
};

/* What all connections share: TLS 1.3 alone, the server's certificate is always checked, against the system's
 * authorities or, if `trust` is not NULL, against the certificates in this PEM file alone. ERR_IO: the file;
 * ERR_CRYPTO. */
int connection_context(struct ssl_ctx_st **ctx, const char *trust);

/* Begins to connect. `from`: the local address; family 0: the system's choice. `name`: the one that the certificate
 * must have. ERR_IO, ERR_CRYPTO: nothing is open. */
int connection_open(struct connection *c, struct ssl_ctx_st *ctx, const struct net_addr *from,
                    const struct net_addr *to, const char *name);
void connection_close(struct connection *c); /* also a closed one */

static inline bool connection_is_open(const struct connection *c)
{
  return c->ssl != NULL;
}

/* Goes on with the handshake. 0: `up`. ERR_AGAIN: wait. ERR_AUTH: the server's certificate is not trusted, or has
 * another name; connection_distrust says more. ERR_CLOSED: refused or reset. */
int connection_shake(struct connection *c);
const char *connection_distrust(const struct connection *c);

/* Up to `size` bytes, at least one. ERR_AGAIN; ERR_CLOSED: the end, whatever its reason. */
int connection_read(struct connection *c, uint8_t *bytes, size_t size, size_t *n);

/* How many of the bytes were taken, at least one. The rest is given again. ERR_AGAIN, ERR_CLOSED. */
int connection_write(struct connection *c, struct span bytes, size_t *n);

#endif
