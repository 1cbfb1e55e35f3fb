/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenSSL's headers, and libwebsockets' which include them. They name a type ERR_STATE, as we name an error: theirs
 * is not needed here and goes by another name. Include this instead of theirs. */
#ifndef TESTUDO_WEB_OPENSSL_H
#define TESTUDO_WEB_OPENSSL_H

#define ERR_STATE openssl_err_state
#include <libwebsockets.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#endif
