/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fresh identity for one connection: a P-256 key and a self-signed X.509 certificate, made together, never written to
 * disk, wiped when freed (T2). Its SHA-256 fingerprint goes into the SDP answer (RFC 8122). Nothing in it tells one
 * server from another: subject and validity are the same for all, serial number and key are random.
 *
 * Randomness comes from the kernel (getrandom) and the date from clock time(), both inside wolfSSL. */
#ifndef TESTUDO_PROTO_CERT_H
#define TESTUDO_PROTO_CERT_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define CERT_FINGERPRINT 32            /* bytes of SHA-256 */
#define CERT_FINGERPRINT_TEXT (3 * 32) /* "AA:BB:..", with the terminating zero */

struct cert;

/* ERR_NOMEM, ERR_CRYPTO. */
int cert_new(struct cert **c);

/* Wipes the private key. NULL does nothing. */
void cert_free(struct cert *c);

/* SHA-256 of the DER certificate. Valid as long as the certificate is. */
const uint8_t *cert_fingerprint(const struct cert *c);

/* The DER forms of the certificate and of the private key (RFC 5915). Valid as long as the certificate is. */
struct span cert_der(const struct cert *c);
struct span cert_key_der(const struct cert *c);

/* "AA:BB:..", as in an SDP line `a=fingerprint:sha-256`. */
void cert_fingerprint_text(const uint8_t fingerprint[CERT_FINGERPRINT], char text[CERT_FINGERPRINT_TEXT]);

#endif
