/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a file of a running server over HTTPS, to compare it (assets_main.c). It blocks. */
#ifndef TESTUDO_WEB_REMOTE_H
#define TESTUDO_WEB_REMOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define REMOTE_HOST 256

struct remote {
  char host[REMOTE_HOST];          /* "meet.example.org", "[::1]" */
  char service[8];                 /* "443" */
  char authority[REMOTE_HOST + 8]; /* as the address has it, for the header Host */
  void *tls;                       /* SSL_CTX */
};

/* "https://HOST[:PORT][/]". ERR_MALFORMED, ERR_CRYPTO. The server's certificate is not judged: only the bytes count. */
int remote_init(struct remote *r, const char *url);
void remote_fini(struct remote *r);

/* GET of `path` in a language ("" for none). `body` points into `buffer`, which has room for the answer's headers, too.
 * ERR_IO: no connection or no whole answer; ERR_NOT_FOUND: the status is not 200; ERR_LIMIT: it is larger than the
 * buffer. */
int remote_get(const struct remote *r, const char *path, const char *language, uint8_t *buffer, size_t size,
               struct span *body);

#endif
