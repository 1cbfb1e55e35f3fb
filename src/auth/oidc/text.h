/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text forms of OAuth: base64url, percent-encoding, forms and queries, and which addresses are taken. */
#ifndef TESTUDO_AUTH_OIDC_TEXT_H
#define TESTUDO_AUTH_OIDC_TEXT_H

#include <stdbool.h>

#include "base/bytes.h"

/* base64url without padding (RFC 4648, section 5). A writer that has no room overflows. */
void oidc_put_base64url(struct writer *w, struct span bytes);
void oidc_put_base64(struct writer *w, struct span bytes); /* section 4, padded: for HTTP Basic */

/* Into `out`, at most `cap` bytes. ERR_MALFORMED: padding, another alphabet, spare bits; ERR_LIMIT. */
int oidc_base64url_decode(struct span text, uint8_t *out, size_t cap, size_t *n);

/* All but unreserved characters (RFC 3986, section 2.3) as %XX. */
void oidc_put_encoded(struct writer *w, struct span value);

/* "NAME=VALUE", after `*separator` if it is not 0; the separator then is '&'. */
void oidc_put_field(struct writer *w, char *separator, const char *name, struct span value);

/* Takes the next "NAME=VALUE" of a query or form and decodes both in place of `buffer`'s next bytes. ERR_NOT_FOUND: no
 * more. ERR_MALFORMED: a field without name, a broken or NUL escape, a byte that may not stand there. ERR_LIMIT. */
int oidc_take_field(struct span *query, struct writer *buffer, struct span *name, struct span *value);

/* "https://host..." with a host, without user, fragment, space, control or non-ASCII characters. */
bool oidc_is_https(const char *url);
/* The same, and without a query: an issuer (OpenID Connect Discovery 1.0, section 3). */
bool oidc_is_issuer(const char *url);

/* 1 to `most` printable ASCII characters without space. */
bool oidc_is_plain(struct span text, size_t most);

/* Constant time; for secrets of equal and public length. */
bool oidc_secret_equal(struct span a, struct span b);

#endif
