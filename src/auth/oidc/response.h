/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes back from the provider through the browser (RFC 6749, section 4.1.2), and from its token endpoint. */
#ifndef TESTUDO_AUTH_OIDC_RESPONSE_H
#define TESTUDO_AUTH_OIDC_RESPONSE_H

#include "base/bytes.h"
#include "base/limits.h"

struct oidc_parameters {
  struct span code, state, iss, error; /* decoded; empty: absent */
  uint8_t bytes[LIMIT_OIDC_QUERY];     /* where they lie: not to be copied */
};

/* Any others are passed over. ERR_MALFORMED: one of the four twice, a broken escape, neither code nor error, or both;
 * ERR_LIMIT. */
int oidc_parameters_parse(struct span query, struct oidc_parameters *p);

/* The id_token of a token response (Core, section 3.1.3.3) into `token`. ERR_MALFORMED, ERR_LIMIT. */
int oidc_token_response_parse(struct span body, uint8_t token[LIMIT_OIDC_TOKEN], size_t *n);

#endif
