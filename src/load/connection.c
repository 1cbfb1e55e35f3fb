/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/openssl.h"

#include <openssl/err.h>

int connection_context(struct ssl_ctx_st **out, const char *trust)
{
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  int err = ctx != NULL && SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 ? 0 : ERR_CRYPTO;
  if (err == 0)
    err = (trust != NULL ? SSL_CTX_load_verify_file(ctx, trust) : SSL_CTX_set_default_verify_paths(ctx)) == 1 ? 0
                                                                                                              : ERR_IO;
  if (err != 0) {
    SSL_CTX_free(ctx);
    return err;
  }
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  *out = ctx;
  return 0;
}

/* An address of our own; its port is chosen when it is known where to, so that each address has all ports for each
 * server. */
static int bind_from(int fd, const struct net_addr *from)
{
  struct sockaddr_storage ss;
  const int on = 1;
  if (from->family == 0)
    return 0;
  size_t n = net_addr_to_sockaddr(from, &ss);
  (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return bind(fd, (struct sockaddr *)&ss, (socklen_t)n) == 0 ? 0 : ERR_IO;
}

static int connect_from(const struct net_addr *from, const struct net_addr *to, int *out)
{
  struct sockaddr_storage ss;
  const int on = 1;
  size_t n = net_addr_to_sockaddr(to, &ss);
  int fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return ERR_IO;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (bind_from(fd, from) != 0 || (connect(fd, (struct sockaddr *)&ss, (socklen_t)n) != 0 && errno != EINPROGRESS)) {
    (void)close(fd);
    return ERR_IO;
  }
  *out = fd;
  return 0;
}

int connection_open(struct connection *c, struct ssl_ctx_st *ctx, const struct net_addr *from,
                    const struct net_addr *to, const char *name)
{
  int err = connect_from(from, to, &c->fd);
  if (err != 0)
    return err;
  c->up = c->wants_to_write = false;
  c->ssl = SSL_new(ctx);
  if (c->ssl != NULL && SSL_set_fd(c->ssl, c->fd) == 1 && SSL_set1_host(c->ssl, name) == 1 &&
      SSL_set_tlsext_host_name(c->ssl, name) == 1) {
    SSL_set_connect_state(c->ssl);
    return 0;
  }
  SSL_free(c->ssl);
  c->ssl = NULL;
  (void)close(c->fd);
  return ERR_CRYPTO;
}

void connection_close(struct connection *c)
{
  if (c->ssl == NULL)
    return;
  SSL_free(c->ssl);
  (void)close(c->fd);
  *c = (struct connection){0};
}

/* What OpenSSL says after it could not go on. Its queue of errors is the thread's, not the connection's. */
static int reason(struct connection *c, int result)
{
  int why = SSL_get_error(c->ssl, result);
  ERR_clear_error();
  c->wants_to_write = why == SSL_ERROR_WANT_WRITE;
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? ERR_AGAIN : ERR_CLOSED;
}

int connection_shake(struct connection *c)
{
  int result = SSL_do_handshake(c->ssl);
  if (result != 1) {
    int err = reason(c, result);
    return err == ERR_CLOSED && SSL_get_verify_result(c->ssl) != X509_V_OK ? ERR_AUTH : err;
  }
  c->up = true;
  c->wants_to_write = false;
  return 0;
}

const char *connection_distrust(const struct connection *c)
{
  return X509_verify_cert_error_string(SSL_get_verify_result(c->ssl));
}

int connection_read(struct connection *c, uint8_t *bytes, size_t size, size_t *n)
{
  int result = SSL_read_ex(c->ssl, bytes, size, n);
  return result == 1 ? 0 : reason(c, result);
}

int connection_write(struct connection *c, struct span bytes, size_t *n)
{
  int result = SSL_write_ex(c->ssl, bytes.p, bytes.n, n);
  return result == 1 ? 0 : reason(c, result);
}
