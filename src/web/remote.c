/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/remote.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/err.h"
#include "web/openssl.h"

#define PATIENCE_S 20

static int read_authority(struct remote *r, const char *authority, size_t n)
{
  if (n == 0 || n >= REMOTE_HOST)
    return ERR_MALFORMED;
  for (size_t i = 0; i < n; i++)
    if (!isalnum((unsigned char)authority[i]) && strchr(".-:[]", authority[i]) == NULL)
      return ERR_MALFORMED;
  const char *end = authority + n, *bracket = memchr(authority, ']', n);
  const char *from = bracket != NULL ? bracket : authority;
  const char *colon = memchr(from, ':', (size_t)(end - from));
  size_t host_n = (size_t)((colon != NULL ? colon : end) - authority);
  size_t port_n = colon != NULL ? (size_t)(end - colon) - 1 : 0;
  if (host_n == 0 || (colon != NULL && (port_n == 0 || port_n > 5)))
    return ERR_MALFORMED;
  (void)snprintf(r->host, sizeof r->host, "%.*s", (int)host_n, authority);
  if (colon == NULL)
    (void)snprintf(r->service, sizeof r->service, "443");
  else
    (void)snprintf(r->service, sizeof r->service, "%.*s", (int)port_n, colon + 1);
  (void)snprintf(r->authority, sizeof r->authority, "%.*s", (int)n, authority);
  return 0;
}

int remote_init(struct remote *r, const char *url)
{
  static const char scheme[] = "https://";
  *r = (struct remote){0};
  if (strncmp(url, scheme, strlen(scheme)) != 0)
    return ERR_MALFORMED;
  const char *authority = url + strlen(scheme);
  size_t n = strcspn(authority, "/");
  if (authority[n] != '\0' && authority[n + 1] != '\0')
    return ERR_MALFORMED;
  int err = read_authority(r, authority, n);
  if (err == 0 && (r->tls = SSL_CTX_new(TLS_client_method())) == NULL)
    err = ERR_CRYPTO;
  return err;
}

void remote_fini(struct remote *r)
{
  SSL_CTX_free(r->tls);
  r->tls = NULL;
}

/* NULL when it fails. */
static BIO *connect_to(const struct remote *r)
{
  const struct timeval patience = {.tv_sec = PATIENCE_S};
  SSL *ssl = NULL;
  int fd;
  BIO *bio = BIO_new_ssl_connect(r->tls);
  if (bio == NULL)
    return NULL;
  BIO_get_ssl(bio, &ssl);
  BIO_set_conn_hostname(bio, r->host);
  BIO_set_conn_port(bio, r->service);
  if (ssl != NULL && r->host[0] != '[')
    (void)SSL_set_tlsext_host_name(ssl, r->host);
  if (ssl == NULL || BIO_do_connect(BIO_next(bio)) != 1 || BIO_get_fd(bio, &fd) < 0 ||
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 || BIO_do_handshake(bio) != 1) {
    BIO_free_all(bio);
    return NULL;
  }
  return bio;
}

/* The value of a header in lower case with its colon, such as "content-length:"; NULL: not there. `head` ends with a
 * zero. */
static const char *find_header(const char *head, const char *name)
{
  for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
    line += 2;
    if (strncasecmp(line, name, strlen(name)) == 0)
      return line + strlen(name) + strspn(line + strlen(name), " ");
  }
  return NULL;
}

static int read_more(BIO *bio, uint8_t *buffer, size_t size, size_t *n)
{
  size_t got;
  if (*n >= size)
    return ERR_LIMIT;
  if (BIO_read_ex(bio, buffer + *n, size - *n, &got) != 1 || got == 0)
    return ERR_IO;
  *n += got;
  return 0;
}

/* The answer's head becomes a text; `n` bytes were read, the body begins at `*body_at`. */
static int read_head(BIO *bio, uint8_t *buffer, size_t size, size_t *n, size_t *body_at)
{
  const uint8_t *end;
  while ((end = memmem(buffer, *n, "\r\n\r\n", 4)) == NULL) {
    int err = read_more(bio, buffer, size, n);
    if (err != 0)
      return err;
  }
  *body_at = (size_t)(end - buffer) + 4;
  buffer[*body_at - 2] = '\0';
  return 0;
}

static int read_answer(BIO *bio, uint8_t *buffer, size_t size, struct span *body)
{
  size_t n = 0, body_at = 0;
  int err = read_head(bio, buffer, size, &n, &body_at);
  if (err != 0)
    return err;
  const char *head = (const char *)buffer, *length_text = find_header(head, "content-length:");
  if (strncmp(head, "HTTP/1.1 200", 12) != 0)
    return ERR_NOT_FOUND;
  size_t length = length_text != NULL ? strtoul(length_text, NULL, 10) : 0;
  if (length > size - body_at)
    return ERR_LIMIT;
  while (err == 0 && n - body_at < length)
    err = read_more(bio, buffer, size, &n);
  *body = span_of(buffer + body_at, length);
  return err;
}

int remote_get(const struct remote *r, const char *path, const char *language, uint8_t *buffer, size_t size,
               struct span *body)
{
  char request[1024];
  BIO *bio = connect_to(r);
  if (bio == NULL)
    return ERR_IO;
  int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n%s%s%sConnection: close\r\n\r\n", path,
                   r->authority, language[0] != '\0' ? "Accept-Language: " : "", language,
                   language[0] != '\0' ? "\r\n" : "");
  int err = n > 0 && (size_t)n < sizeof request && BIO_write(bio, request, n) == n ? 0 : ERR_IO;
  if (err == 0)
    err = read_answer(bio, buffer, size, body);
  BIO_free_all(bio);
  return err;
}
