/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenSSL's headers name a type ERR_STATE, as we name an error: theirs goes by another name here. Include this instead.
 * What fails leaves its reasons in the thread's queue, where a TLS connection of the same thread would take them for its
 * own: every entry point here ends with ERR_clear_error. */
#ifndef TESTUDO_AUTH_OIDC_OPENSSL_H
#define TESTUDO_AUTH_OIDC_OPENSSL_H

#define ERR_STATE openssl_err_state
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#undef ERR_STATE

#endif
